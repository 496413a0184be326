//! What only requests of customers' browsers need: leave to come from pages of another origin, and compressed answers.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, Method, header, request::Parts};
use axum::routing::MethodRouter;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{Shared, error, forms};
use crate::domain::pages::Pages;
use crate::store::Store;

/// Refuses other methods on a route for browsers: a fallback given later would stand outside the CORS layer, and refuse every
/// preflight.
pub(super) fn refuse_methods(methods: MethodRouter<Shared>) -> MethodRouter<Shared> {
    methods.fallback(error::no_method)
}

/// A preflight is answered for origins that some survey allows, and for our own. The request behind it is then checked against its own
/// survey by its handler, and a refusal must be readable, so that the page's author can be told why.
pub(super) fn cors(store: Store, pages: Arc<Pages>) -> CorsLayer {
    let allowed = move |origin: &HeaderValue, request: &Parts| {
        request.method != Method::OPTIONS
            || origin.to_str().is_ok_and(|origin| {
                store.catalog().allows_origin(origin) || pages.are_at(origin, forms::host(&request.headers))
            })
    };
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(allowed))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE])
        .expose_headers([header::RETRY_AFTER])
        .max_age(Duration::from_secs(24 * 60 * 60))
}

/// A form is some kilobytes of text, and half of that by brotli. The highest level would make it a sixth smaller still, and
/// take twenty times as long, for every customer anew.
pub(super) fn compression() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Precise(5))
}
