//! What every answer has in common: it comes in time or not at all, a panic is an error like others, errors have one
//! shape, three headers, and it is counted.
//!
//! One layer for all of it, not one for each: around each of its layers axum allocates, and clones for each request whatever
//! is within. The figures of an endpoint are looked up once, not by name for each request; and nothing is counted that says how many
//! hold them: processors that take turns at writing to one place wait for each other.

use std::convert::Infallible;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use metrics::{Counter, Histogram};
use pin_project_lite::pin_project;
use tokio::time::Sleep;
use tower::{Layer, Service};

use super::error::{self, Code};
use super::health;

const NO_SNIFFING: (HeaderName, HeaderValue) =
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
const NO_REFERRER: (HeaderName, HeaderValue) =
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
const NO_STORE: (HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// Puts the envelope around each endpoint.
#[derive(Clone)]
pub(super) struct Envelope {
    /// How long an answer may take.
    pub(super) time: Duration,
}

impl<S> Layer<S> for Envelope {
    type Service = Enveloped<S>;

    fn layer(&self, inner: S) -> Enveloped<S> {
        // For as long as there is a router, which is as long as the program runs.
        Enveloped { inner, time: self.time, usual: Box::leak(Box::default()) }
    }
}

/// An endpoint in its envelope.
#[derive(Clone)]
pub(super) struct Enveloped<S> {
    inner: S,
    time: Duration,
    usual: &'static OnceLock<Figures>,
}

/// The figures of one route and status: those of the first answer, and mostly of all.
struct Figures {
    route: Box<str>,
    status: StatusCode,
    count: Counter,
    seconds: Histogram,
}

impl<S> Service<Request> for Enveloped<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Answering<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let asked = Asked {
            route: Route::of(&request, self.usual.get()),
            usual: self.usual,
            method: request.method().clone(),
            started: Instant::now(),
            time: self.time,
        };
        Answering { answer: self.inner.call(request), timer: None, asked }
    }
}

pin_project! {
    /// An answer that is being made.
    pub(super) struct Answering<F> {
        #[pin]
        answer: F,
        // An answer that is there at once needs none.
        timer: Option<Pin<Box<Sleep>>>,
        asked: Asked,
    }
}

/// What was asked for.
struct Asked {
    route: Route,
    usual: &'static OnceLock<Figures>,
    method: Method,
    started: Instant,
    time: Duration,
}

/// The route that was asked for.
enum Route {
    /// One that was answered before.
    Usual(&'static Figures),
    Other(Option<MatchedPath>),
}

impl Route {
    fn of(request: &Request, usual: Option<&'static Figures>) -> Self {
        let route = request.extensions().get::<MatchedPath>();
        match usual.filter(|usual| *usual.route == *name(route)) {
            Some(usual) => Self::Usual(usual),
            None => Self::Other(route.cloned()),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Usual(usual) => &usual.route,
            Self::Other(route) => name(route.as_ref()),
        }
    }
}

impl<F: Future<Output = Result<Response, Infallible>>> Future for Answering<F> {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let polled = catch_unwind(AssertUnwindSafe(|| this.answer.poll(context)));
        let response = match polled {
            Ok(Poll::Ready(Ok(response))) => error::in_our_shape(response),
            Ok(Poll::Ready(Err(never))) => match never {},
            Ok(Poll::Pending) => {
                let end = this.asked.started + this.asked.time;
                let timer = this.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(end.into())));
                ready!(timer.as_mut().poll(context));
                error::took_too_long()
            }
            Err(panic) => error::from_panic(panic),
        };
        Poll::Ready(Ok(this.asked.finish(response)))
    }
}

impl Asked {
    fn finish(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        for (name, value) in [NO_SNIFFING, NO_REFERRER] {
            headers.insert(name, value);
        }
        let (name, value) = NO_STORE;
        headers.entry(name).or_insert(value);
        self.observe(&response);
        response
    }

    /// Counts and logs the request by its route: never by its address, which can hold a token or a customer's id.
    fn observe(&self, response: &Response) {
        let (seconds, status, route) =
            (self.started.elapsed().as_secs_f64(), response.status(), self.route.name());
        match &self.route {
            Route::Usual(usual) if usual.status == status => usual.observe(seconds),
            _ => {
                let figures = Figures::new(route, status);
                figures.observe(seconds);
                // Only the first are kept.
                let _ = self.usual.set(figures);
            }
        }
        let method = &self.method;
        if status >= StatusCode::BAD_REQUEST {
            let code = response.extensions().get::<Code>().map(|code| code.0);
            tracing::info!(%method, route, status = status.as_u16(), code, "refused");
        } else {
            tracing::debug!(%method, route, status = status.as_u16(), seconds, "served");
        }
    }
}

impl Figures {
    fn new(route: &str, status: StatusCode) -> Self {
        // Before there is a recorder, nothing would be counted by these, for ever.
        health::recorder();
        let labels = [("route", route.to_owned()), ("status", status.as_str().to_owned())];
        Self {
            count: metrics::counter!("hearback_http_requests_total", &labels),
            seconds: metrics::histogram!("hearback_http_request_seconds", &labels),
            route: route.into(),
            status,
        }
    }

    fn observe(&self, seconds: f64) {
        self.count.increment(1);
        self.seconds.record(seconds);
    }
}

fn name(route: Option<&MatchedPath>) -> &str {
    route.map_or("none", MatchedPath::as_str)
}
