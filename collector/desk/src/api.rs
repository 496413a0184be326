//! What is asked of the collector.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestCredentials, RequestInit, Response};
use wire::Problem;

use crate::words::say;

/// What was not done, and why.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The status; 0 where the collector was not reached.
    pub(crate) status: u16,
    /// What is wrong.
    pub(crate) problem: Problem,
}

impl Failure {
    fn unreached() -> Self {
        let detail = say().unreached.to_owned();
        let problem =
            Problem { code: "unreached".into(), detail, message: None, language: None, fields: Vec::new() };
        Self { status: 0, problem }
    }

    /// Whether nobody has signed in, or no longer.
    pub(crate) fn is_signed_out(&self) -> bool {
        self.status == 401
    }

    /// In words for people.
    pub(crate) fn words(&self) -> String {
        let words = say();
        let known = match &*self.problem.code {
            "unreached" => words.unreached,
            "sign_in_refused" => words.sign_in_refused,
            "too_many_requests" => words.too_often,
            "expired_welcome" => words.link_expired,
            "not_found" => words.no_such_case,
            "role_missing" => words.role_missing,
            "invalid_password" if self.is_about("current") => words.current_is_wrong,
            "invalid_password" => words.password_is_weak,
            _ => {
                let fields = self.problem.fields.iter().map(|field| sentence(&field.detail));
                let fields = fields.collect::<Vec<_>>().join(" ");
                let said = if fields.is_empty() { sentence(&self.problem.detail) } else { fields };
                return (words.not_done)(&said);
            }
        };
        known.to_owned()
    }

    /// Whether this field is wrong.
    pub(crate) fn is_about(&self, field: &str) -> bool {
        self.problem.fields.iter().any(|wrong| wrong.path == field)
    }
}

/// With a capital letter at the beginning and a stop at the end.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

/// Asks for something.
pub(crate) async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Failure> {
    call("GET", path, None::<&()>).await
}

/// Calls with a body, or none.
pub(crate) async fn call<T: DeserializeOwned>(
    method: &str,
    path: &str,
    body: Option<&impl Serialize>,
) -> Result<T, Failure> {
    let sent = send(method, path, body).await.map_err(|_| Failure::unreached())?;
    let status = sent.status();
    let text = match sent.text() {
        Ok(text) => JsFuture::from(text).await.ok().and_then(|text| text.as_string()),
        Err(_) => None,
    };
    let text = text.ok_or_else(Failure::unreached)?;
    if sent.ok() {
        let text = if text.is_empty() { "null" } else { &text };
        return serde_json::from_str(text).map_err(|_| Failure::unreached());
    }
    match serde_json::from_str(&text) {
        Ok(problem) => Err(Failure { status, problem }),
        // A proxy's own page.
        Err(_) => Err(Failure::unreached()),
    }
}

async fn send(method: &str, path: &str, body: Option<&impl Serialize>) -> Result<Response, JsValue> {
    let options = RequestInit::new();
    options.set_method(method);
    options.set_credentials(RequestCredentials::SameOrigin);
    if let Some(body) = body {
        let headers = Headers::new()?;
        headers.set("content-type", "application/json")?;
        options.set_headers(&headers);
        let body = serde_json::to_string(body).map_err(|error| JsValue::from_str(&error.to_string()))?;
        options.set_body(&JsValue::from_str(&body));
    }
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.fetch_with_str_and_init(path, &options)).await?.dyn_into()
}
