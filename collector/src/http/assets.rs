//! The widget's files: the loader, which a tag names, and the program, which the loader names.
//!
//! `/hearback.js` is the loader of this collector. `/hearback-VERSION.js` is one version of it for good, which a tag can be
//! pinned to: this collector's, or one that an earlier collector left in the data directory (`versions`).

mod versions;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::error::Error;

pub use versions::Versions;

/// A file of the widget or the desk, compressed when the collector was built. Its name changes with its content.
struct Embedded {
    name: &'static str,
    /// What browsers check it by.
    integrity: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

/// Script, program and style sheet of the desk; nothing where it was not built.
static DESK: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/desk.rs"));

/// The loader and the program; nothing where the widget was not built.
static EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// Whether the widget was there when the collector was built.
pub fn widget_is_built() -> bool {
    !EMBEDDED.is_empty()
}

/// Name and hash of the loader of this collector, for a tag that is pinned to it.
pub fn pinned_loader() -> Option<(&'static str, &'static str)> {
    EMBEDDED.first().map(|loader| (loader.name, loader.integrity))
}

/// `GET /hearback.js`: the same address for ever, so cached for a short time only.
pub(super) async fn loader(headers: HeaderMap) -> Result<Response, Error> {
    let loader = EMBEDDED.first().ok_or(Error::NoWidget)?;
    Ok(loader.respond(&headers, "public, max-age=300, stale-while-revalidate=86400"))
}

/// `GET /hearback-VERSION.js`. Nothing else is served at the top by a name that is not known before.
pub(super) async fn pinned(
    State(versions): State<Versions>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    if name.starts_with("hearback-") { file(versions, name, &headers).await } else { Err(Error::NoRoute) }
}

/// `GET /widget/{name}`: the program, or the card.
pub(super) async fn program(
    State(versions): State<Versions>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    if name.starts_with("widget-") || name.starts_with("card-") {
        file(versions, name, &headers).await
    } else {
        Err(Error::NotFound { what: "file of the widget", id: name })
    }
}

/// Whether the desk was there when the collector was built.
pub fn desk_is_built() -> bool {
    !DESK.is_empty()
}

/// The names of the desk's files: script, program and style sheet; nothing, if it was not built.
pub(super) fn desk_names() -> Option<[&'static str; 3]> {
    match DESK {
        [script, program, style] => Some([script.name, program.name, style.name]),
        _ => None,
    }
}

/// A file of the desk, if there is one of this name.
pub(super) fn desk_file(name: &str, headers: &HeaderMap) -> Option<Response> {
    let file = DESK.iter().find(|file| file.name == name)?;
    let (encoding, body) = match Encoding::best(headers) {
        Encoding::Brotli => (Encoding::Brotli, file.brotli),
        // Every browser that runs the program takes it.
        Encoding::Gzip | Encoding::Plain => (Encoding::Gzip, file.gzip),
    };
    Some(respond(headers, name, encoding, FOR_GOOD, body))
}

async fn file(versions: Versions, name: String, headers: &HeaderMap) -> Result<Response, Error> {
    if let Some(embedded) = EMBEDDED.iter().find(|embedded| embedded.name == name) {
        return Ok(embedded.respond(headers, FOR_GOOD));
    }
    let encodings = [Encoding::best(headers), Encoding::Plain];
    for encoding in encodings {
        if let Some(body) = versions.read(&name, encoding.ending()).await {
            return Ok(respond(headers, &name, encoding, FOR_GOOD, body));
        }
    }
    if widget_is_built() { Err(Error::NoSuchVersion(name)) } else { Err(Error::NoWidget) }
}

impl Embedded {
    fn respond(&self, request: &HeaderMap, cache: &'static str) -> Response {
        let encoding = Encoding::best(request);
        let body = match encoding {
            Encoding::Brotli => self.brotli,
            Encoding::Gzip => self.gzip,
            Encoding::Plain => self.plain,
        };
        respond(request, self.name, encoding, cache, body)
    }
}

/// How a file is compressed.
#[derive(Clone, Copy)]
enum Encoding {
    Brotli,
    Gzip,
    Plain,
}

impl Encoding {
    /// The best that the browser takes.
    fn best(request: &HeaderMap) -> Self {
        let accepted = request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
        let accepts = |wanted: &str| {
            accepted.unwrap_or_default().split(',').any(|offer| {
                let mut parts = offer.split(';').map(str::trim);
                parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted))
                    && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
            })
        };
        if accepts("br") {
            Self::Brotli
        } else if accepts("gzip") {
            Self::Gzip
        } else {
            Self::Plain
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Plain => "plain",
        }
    }

    /// Behind the name of a file that is compressed so.
    fn ending(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Plain => "",
        }
    }
}

fn respond(
    request: &HeaderMap,
    name: &str,
    encoding: Encoding,
    cache: &'static str,
    body: impl Into<axum::body::Bytes>,
) -> Response {
    // A name tells the content.
    let tag = format!("\"{name}-{}\"", encoding.name());
    let mime = match name.rsplit_once('.') {
        Some((_, "wasm")) => "application/wasm",
        Some((_, "css")) => "text/css; charset=utf-8",
        _ => "text/javascript; charset=utf-8",
    };
    let headers = [
        (header::CONTENT_TYPE, mime.to_owned()),
        (header::CACHE_CONTROL, cache.to_owned()),
        (header::VARY, "accept-encoding".to_owned()),
        (header::ETAG, tag.clone()),
        // Pages that isolate themselves (COEP) may use the files too.
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin".to_owned()),
    ];
    if is_known(request, &tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let mut response = (headers, body.into()).into_response();
    if !matches!(encoding, Encoding::Plain) {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    response
}

/// Whether the browser has what this tag names. A proxy that compresses anew calls the tag weak (RFC 9110, 13.1.2).
pub(super) fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let known = request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    known.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}
