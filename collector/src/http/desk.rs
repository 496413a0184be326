//! The desk: one page for all its addresses, and its files. What it shows it asks for itself, by the API, as whoever has signed
//! in.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{DOCTYPE, html};

use super::error::Error;
use super::{Shared, assets};

/// The page runs its own script and program alone, calls the collector alone, and stands in nobody's frame.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Everything below `/desk/`.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/desk", get(async || Redirect::permanent("/desk/")))
        .route("/desk/", get(page))
        .route("/desk/{*path}", get(file_or_page))
}

async fn file_or_page(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    match assets::desk_file(&path, &headers) {
        Some(file) => Ok(file),
        // One of an earlier version, by a page that was open all the time.
        None if path.starts_with("desk-") => Err(Error::NotFound { what: "file of the desk", id: path }),
        None => page().await,
    }
}

async fn page() -> Result<Response, Error> {
    let [script, program, style] = assets::desk_names().ok_or(Error::NoDesk)?;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { "Hearback" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href={ "/desk/" (style) };
                link rel="preload" as="fetch" type="application/wasm" crossorigin href={ "/desk/" (program) };
                script defer src={ "/desk/" (script) } {}
            }
            body {
                noscript { p { "The desk is a program: your browser has to be allowed to run it (JavaScript and WebAssembly)." } }
            }
        }
    };
    let mut response = Html(page.into_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}
