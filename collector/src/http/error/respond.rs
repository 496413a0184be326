//! How errors are answered: status and headers, one shape for all of them, and sentences for customers.

use std::any::Any;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use wire::Problem;

use super::Error;
use crate::domain::words;
use crate::store::StoreError;

impl Error {
    /// The same with a sentence the customer understands, in the customer's language.
    pub(in crate::http) fn for_customer(self, language: &str) -> ToCustomer {
        let message = words::message(language, self.code()).to_owned();
        ToCustomer { error: self, message, language: words::tag(language) }
    }

    fn respond(&self, problem: Problem) -> Response {
        match self {
            Self::Unavailable(error) => say_unavailable(error),
            // Nothing is wrong with the collector.
            Self::TooManyListeners(..) => {}
            _ if self.status().is_server_error() => {
                tracing::error!(code = self.code(), error = %self, "request failed");
            }
            _ => {}
        }
        let mut response = (self.status(), Json(problem)).into_response();
        response.extensions_mut().insert(Code(self.code()));
        let headers = response.headers_mut();
        if matches!(self, Self::Unavailable(_)) {
            let seconds = if matches!(self, Self::Unavailable(StoreError::Busy)) { "1" } else { "30" };
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        if let Self::TooManyRequests { seconds, .. } = self {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        if matches!(self, Self::TooManyListeners(..)) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        if matches!(self, Self::KeyMissing | Self::KeyUnknown) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The problem's code, left in the answer for the log.
#[derive(Clone, Copy)]
pub(in crate::http) struct Code(pub(in crate::http) &'static str);

/// How often the log says that nothing can be stored: every request would say it, just when there are most of them.
const SAY_AGAIN: Duration = Duration::from_secs(10);

fn say_unavailable(error: &StoreError) {
    static SAID: Mutex<Option<Instant>> = Mutex::new(None);
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.is_none_or(|said| said.elapsed() >= SAY_AGAIN) {
        *said = Some(Instant::now());
        tracing::warn!(%error, "requests are refused with 503");
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.respond(self.problem())
    }
}

/// An error that a customer will read.
#[derive(Debug)]
pub(in crate::http) struct ToCustomer {
    error: Error,
    message: String,
    /// The message's.
    language: &'static str,
}

impl IntoResponse for ToCustomer {
    fn into_response(self) -> Response {
        let (message, language) = (Some(self.message), Some(self.language.to_owned()));
        self.error.respond(Problem { message, language, ..self.error.problem() })
    }
}

pub(in crate::http) async fn no_route() -> Error {
    Error::NoRoute
}

pub(in crate::http) async fn no_method() -> Error {
    Error::NoMethod
}

pub(in crate::http) fn from_panic(panic: Box<dyn Any + Send>) -> Response {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Error::Internal(text.unwrap_or("panic").to_owned()).into_response()
}

/// Errors of the framework itself (a path that is not UTF-8) get our shape too.
pub(in crate::http) fn in_our_shape(response: Response) -> Response {
    let status = response.status();
    let is_ours = || response.extensions().get::<Code>().is_some();
    if !(status.is_client_error() || status.is_server_error()) || is_ours() {
        return response;
    }
    outside(status, "bad_request", "the request cannot be read")
}

/// 504.
pub(in crate::http) fn took_too_long() -> Response {
    let detail = "it took too long (limits.request_seconds) and may or may not be done: send it again";
    outside(StatusCode::GATEWAY_TIMEOUT, "timeout", detail)
}

/// What no handler said.
fn outside(status: StatusCode, code: &'static str, detail: &str) -> Response {
    let problem = Problem {
        code: code.into(),
        detail: detail.into(),
        message: None,
        language: None,
        fields: Vec::new(),
    };
    (status, Extension(Code(code)), Json(problem)).into_response()
}
