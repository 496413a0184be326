//! Requests to the collector: the one file that names `fetch`.
//!
//! gloo-net isn't used: its requests can't be told to outlive their page.

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, RequestInit, Response};
use wire::Problem;

use crate::json::Read;

/// A request that takes longer has failed: half a minute, for slow phones.
const PATIENCE: u32 = 30_000;

/// Browsers send at most 64 KiB in requests that outlive their page; some room is left for others.
const OUTLIVES_PAGE: usize = 48 * 1024;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn fetch(address: &str, init: &RequestInit) -> Promise;
}

/// What came of a request.
pub enum Reply {
    /// The collector answered; what `JSON.parse` made of it.
    Good(JsValue),
    /// It said no, and will say no again unless something is changed.
    Refused(Problem),
    /// It could not be reached, was busy, or something else answered in its place. Perhaps it named a time, in seconds,
    /// and said why.
    Failed(Option<u32>, Option<Problem>),
}

/// Asks for what is at this address.
pub fn get(address: &str) -> Promise {
    fetch(address, &init("GET"))
}

/// Sends this JSON, and asks for answers in this language; in the browser's if it is empty. The request goes on when the
/// page is left.
pub fn post(address: &str, language: &str, body: &str) -> Promise {
    let init = init("POST");
    init.set_body(&body.into());
    if let Ok(headers) = web_sys::Headers::new() {
        let _ = headers.set("content-type", "application/json");
        // The body tells it too, but a body that is refused unread tells nothing.
        if !language.is_empty() {
            let _ = headers.set("accept-language", language);
        }
        init.set_headers(&headers);
    }
    let _ = Reflect::set(&init, &"keepalive".into(), &(body.len() < OUTLIVES_PAGE).into());
    fetch(address, &init)
}

fn init(method: &str) -> RequestInit {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_credentials(web_sys::RequestCredentials::Omit);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    init
}

/// Calls `then` with what comes of such a request.
pub fn reply(request: Promise, then: impl FnOnce(Reply) + 'static) {
    // Boxed, for one future in the program instead of one for each caller.
    read_then(request, Box::new(then));
}

fn read_then(request: Promise, then: Box<dyn FnOnce(Reply)>) {
    spawn_local(async move { then(read(request).await) });
}

async fn read(request: Promise) -> Reply {
    let Ok(response) = JsFuture::from(request).await else {
        return Reply::Failed(None, None);
    };
    let response: Response = response.unchecked_into();
    let status = response.status();
    let retry_after = response.headers().get("retry-after").ok().flatten().and_then(|it| it.parse().ok());
    let body = match response.json() {
        Ok(body) => JsFuture::from(body).await.ok(),
        Err(_) => None,
    };
    match (status, body) {
        (200..=299, Some(body)) => Reply::Good(body),
        (_, body) => match body.as_ref().and_then(Problem::read) {
            // Not those that are too slow, too early, too often. Whatever else answers for the collector, a proxy or a
            // hotel's sign-in page, doesn't write problems.
            Some(problem) if matches!(status, 400..=499) && !matches!(status, 408 | 425 | 429) => {
                Reply::Refused(problem)
            }
            problem => Reply::Failed(retry_after, problem),
        },
    }
}
