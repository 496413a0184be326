//! A page for web designers: a mail as mail programs show it, wide and narrow, light and dark, in each of its languages.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Deserialize;

use super::App;
use super::body::Query;
use super::error::Error;
use super::mails::{PreviewRequest, render};
use super::try_page::{document, find};

const POLICY: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; img-src data:; script-src 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// A mail has its styles inline, and pictures from anywhere; nothing in it runs, and its links open beside it.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; base-uri 'none'; \
                           frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

#[derive(Deserialize, Default)]
pub(super) struct Wanted {
    /// The language of the mail.
    #[serde(default)]
    language: String,
    /// Whether nothing is known of the customer.
    #[serde(default)]
    nobody: bool,
}

/// `GET /try/{survey}/mail/{mail}`
pub(super) async fn page(
    State(app): State<App>,
    Path((survey, mail)): Path<(String, String)>,
) -> Result<Response, Error> {
    let survey = find(&app, &survey)?;
    let found = app.store.catalog().mail(&mail);
    let templates = found.ok_or_else(|| Error::NotFound { what: "mail", id: mail.clone() })?;
    // In the survey's order: its first is what most customers get.
    let written = &templates.mail.languages;
    let spoken = survey.languages.iter().filter(|language| written.contains_key(*language));
    let mut languages: Vec<&String> = spoken.collect();
    if languages.is_empty() {
        languages = written.keys().collect();
    }
    let first = languages.first().map_or("", |language| language.as_str());
    let frame = |title: &str, class: &str, language: &str, nobody: bool| {
        let address = format!("{mail}/one?language={language}&nobody={nobody}");
        html! { article { h3 { (title) } iframe.(class) src=(address) title=(title) loading="lazy" {} } }
    };
    let content = html! {
        header {
            h1 { "Mail: " (mail) }
            p { "As an invented customer would have it. Nothing is sent; a link leads to a trial of the survey." }
        }
        main {
            section aria-labelledby="widths" {
                h2 id="widths" { "Wide and narrow" }
                div.frames { (frame("Wide", "light desktop", first, false)) (frame("Narrow", "light phone", first, false)) }
            }
            section aria-labelledby="themes" {
                h2 id="themes" { "Dark, and of somebody unknown" }
                div.frames { (frame("Dark", "dark phone", first, false)) (frame("Nothing is known", "light phone", first, true)) }
            }
            section aria-labelledby="languages" {
                h2 id="languages" { "Languages" }
                div.frames { @for language in &languages { (frame(language, "light phone", language, false)) } }
            }
        }
    };
    let files = ["../../page.css", "../../page.js"];
    Ok(document("en", None, &format!("Mail: {mail}"), files, content, POLICY.to_owned()))
}

/// `GET /try/{survey}/mail/{mail}/one`: the mail's HTML alone.
pub(super) async fn one(
    State(app): State<App>,
    Path((survey, mail)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let survey = find(&app, &survey)?.id.clone();
    let attributes = BTreeMap::new();
    let language = Some(wanted.language).filter(|language| !language.is_empty());
    let nobody = wanted.nobody;
    let request = PreviewRequest { survey, language, attributes, nobody, ..PreviewRequest::default() };
    let rendered = render(&app, mail, &request)?;
    let headers =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, MAIL_POLICY)];
    Ok((headers, rendered.html).into_response())
}
