//! The widget's files, compressed when the collector was built.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::error::Error;

struct Asset {
    name: &'static str,
    mime: &'static str,
    /// Changes with the content.
    tag: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The loader: what the tag names.
const LOADER: &str = "hearback.js";

/// Whether the widget was there when the collector was built.
pub fn widget_is_built() -> bool {
    ASSETS.iter().any(|asset| asset.name == LOADER)
}

/// `GET /hearback.js`: the same address for ever, so cached for a short time only.
pub(super) async fn loader(headers: HeaderMap) -> Result<Response, Error> {
    let asset = ASSETS.iter().find(|asset| asset.name == LOADER).ok_or(Error::NoWidget)?;
    Ok(asset.respond(&headers, "public, max-age=300, stale-while-revalidate=86400"))
}

/// `GET /widget/{name}`: names change with the content, so cached for good.
pub(super) async fn file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    if !widget_is_built() {
        return Err(Error::NoWidget);
    }
    let found = ASSETS.iter().find(|asset| asset.name == name && asset.name != LOADER);
    let asset = found.ok_or(Error::NotFound { what: "file of the widget", id: name })?;
    Ok(asset.respond(&headers, "public, max-age=31536000, immutable"))
}

impl Asset {
    fn respond(&self, request: &HeaderMap, cache: &'static str) -> Response {
        let (encoding, body) =
            self.best(request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()));
        let tag = format!("\"{}-{}\"", self.tag, encoding.unwrap_or("plain"));
        let headers = [
            (header::CONTENT_TYPE, self.mime.to_owned()),
            (header::CACHE_CONTROL, cache.to_owned()),
            (header::VARY, "accept-encoding".to_owned()),
            (header::ETAG, tag.clone()),
            // Pages that isolate themselves (COEP) may use the files too.
            (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin".to_owned()),
        ];
        if is_known(request, &tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let mut response = (headers, body).into_response();
        if let Some(encoding) = encoding {
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, header::HeaderValue::from_static(encoding));
        }
        response
    }

    fn best(&self, accepted: Option<&str>) -> (Option<&'static str>, &'static [u8]) {
        let accepts = |wanted: &str| {
            accepted.unwrap_or_default().split(',').any(|offer| {
                let mut parts = offer.split(';').map(str::trim);
                parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted))
                    && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
            })
        };
        if accepts("br") {
            (Some("br"), self.brotli)
        } else if accepts("gzip") {
            (Some("gzip"), self.gzip)
        } else {
            (None, self.plain)
        }
    }
}

/// Whether the browser has what this tag names. A proxy that compresses anew calls the tag weak (RFC 9110, 13.1.2).
fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let known = request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    known.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}
