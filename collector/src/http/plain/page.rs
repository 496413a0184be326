//! The frame of every plain page, and the pages that ask nothing.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use wire::{Brand, Category, Direction, Survey};

use super::headers::protect;
use super::style;
use super::visit::{Refused, Visit};
use crate::domain::reviews::address;
use crate::domain::{surveys, words};
use crate::http::error::Error;

/// A page. Whatever is put into it is escaped.
pub(super) struct Page<'a> {
    pub(super) language: &'a str,
    pub(super) direction: Direction,
    pub(super) title: &'a str,
    pub(super) survey: Option<&'a Survey>,
    pub(super) content: Markup,
}

impl Page<'_> {
    /// An answer with this page. Its elements have the classes of the widget's.
    pub(super) fn respond(self, status: StatusCode) -> Response {
        self.put_into(status.into_response())
    }

    /// The same, with the status and the headers of an error; the log hears of it as of any other.
    pub(super) fn respond_with(self, error: &Error) -> Response {
        self.put_into(error.clone().into_response())
    }

    fn put_into(self, mut response: Response) -> Response {
        let html = html! {
            (DOCTYPE)
            html lang=(self.language) dir=(self.direction.as_str()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    title { (self.title) }
                    // Or browsers ask for one of their own accord.
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href=(style::address(self.survey));
                }
                body { main.root data-theme=[self.survey.map(|survey| survey.brand.theme.as_str())] { (self.content) } }
            }
        };
        *response.body_mut() = Body::from(html.into_string());
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response.headers_mut().insert(header::CONTENT_LANGUAGE, header_value(self.language));
        protect(&mut response, self.survey);
        response
    }
}

fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("en"))
}

/// The company's logo, or its name.
pub(super) fn logo(brand: &Brand) -> Markup {
    html! {
        @match &brand.logo {
            Some(logo) => img.logo src=(logo) alt=(brand.name);,
            None => span.name { (brand.name) },
        }
    }
}

/// Why there are no questions, in words for the customer.
pub(super) fn refusal(refused: &Refused) -> Response {
    refusal_with(refused, html! {})
}

/// The same, and what the customer can do about it.
pub(super) fn refusal_with(refused: &Refused, help: Markup) -> Response {
    let Refused { error, language, survey } = refused;
    let (language, sentence) = (words::tag(language), words::message(language, error.code()));
    let content = html! {
        section.card data-state="problem" {
            @if let Some(survey) = survey { div.head { (logo(&survey.brand)) } }
            h1.message id=[(!help.0.is_empty()).then_some("why")] { (sentence) }
            (help)
        }
    };
    let page = Page {
        language,
        direction: surveys::direction(language),
        title: survey
            .as_ref()
            .map(|survey| survey.brand.name.as_str())
            .filter(|name| !name.is_empty())
            .unwrap_or(sentence),
        survey: survey.as_deref(),
        content,
    };
    page.respond_with(error)
}

/// The words after the last answer.
pub(super) fn thanks(visit: &Visit, category: Category) -> Response {
    let words = visit.form.thanks.get(category);
    let content = html! {
        section.card data-state="thanks" {
            div.head { (logo(&visit.form.brand)) }
            div.thanks {
                span.tick aria-hidden="true" {}
                h1 { (words.title) }
                p { (words.text) }
                (reviews(visit, category))
            }
        }
    };
    let page = Page {
        language: &visit.form.language,
        direction: visit.form.direction,
        title: &words.title,
        survey: Some(&visit.survey),
        content,
    };
    page.respond(StatusCode::OK)
}

/// Where the customer is invited to tell others: each opens beside this page, which it hears nothing of. That it was followed, a
/// browser tells by itself.
fn reviews(visit: &Visit, category: Category) -> Markup {
    let shown: Vec<_> = visit.form.reviews.iter().filter(|review| review.is_for(category)).collect();
    html! {
        @if !shown.is_empty() {
            div.reviews {
                @for review in shown {
                    a.back href=(review.url) target="_blank" rel="noopener noreferrer"
                        ping=(address(&visit.survey.id, &review.url, category)) {
                        (review.text) span.unseen { " (" (visit.form.words.new_tab) ")" }
                    }
                }
            }
        }
    }
}
