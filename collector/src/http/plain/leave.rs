//! `/u/{token}`: a customer takes leave, from one survey or all, and may come back; and takes back that words may be quoted.
//!
//! Programs that look into mail open every link: a `GET` only shows what can be done. A mail program's own button posts
//! `List-Unsubscribe=One-Click` (RFC 8058), without having seen the page: whoever presses it wants no more mails at all.

use std::sync::Arc;

use axum::Form as Posted;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};
use wire::Survey;

use super::Pairs;
use super::asked::Asked;
use super::headers::is_from_here;
use super::page::{self, Page, logo};
use super::visit::{Refused, languages};
use crate::domain::secrets::{Token, TokenHash};
use crate::domain::surveys::{self};
use crate::domain::words;
use crate::http::App;
use crate::http::error::Error;
use crate::store::{Leave, Quoted};

/// The field that says what is wanted.
const LEAVE: &str = "leave";

/// Somebody with a personal link.
struct Customer {
    token: TokenHash,
    survey: Arc<Survey>,
    language: &'static str,
    /// Whether what the customer wrote may be quoted.
    quotable: bool,
}

/// What the customer wants.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Leave(Leave),
    /// Not to be quoted any more.
    Unquote,
}

/// `GET /u/{token}`: what can be done. Nothing is.
pub(in crate::http) async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(query): Query<Pairs>,
    headers: HeaderMap,
) -> Response {
    match find(&app, &token, query, &headers).await {
        Ok(customer) => customer.page(None),
        Err(refused) => page::refusal(&refused),
    }
}

/// `POST /u/{token}`: it is done.
pub(in crate::http) async fn leave(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(query): Query<Pairs>,
    headers: HeaderMap,
    posted: Result<Posted<Pairs>, FormRejection>,
) -> Response {
    let customer = match find(&app, &token, query, &headers).await {
        Ok(customer) => customer,
        Err(refused) => return page::refusal(&refused),
    };
    let fields = posted.map(|Posted(fields)| fields).unwrap_or_default();
    let wanted = fields.iter().find_map(|(name, value)| match (name.as_str(), value.as_str()) {
        ("List-Unsubscribe", "One-Click") | (LEAVE, "all") => Some(Wanted::Leave(Leave::All)),
        (LEAVE, "survey") => Some(Wanted::Leave(Leave::Survey)),
        (LEAVE, "undo") => Some(Wanted::Leave(Leave::Undo)),
        (LEAVE, "unquote") => Some(Wanted::Unquote),
        _ => None,
    });
    let Some(wanted) = wanted.filter(|_| is_from_here(&headers, &app.pages)) else {
        return customer.page(None);
    };
    let (token, now) = (customer.token, (app.clock)());
    let done = match wanted {
        Wanted::Leave(leave) => app.store.leave(token, leave, now).await.map(drop),
        Wanted::Unquote => app.store.withdraw_quotes(Quoted::Invitation(token), now).await.map(drop),
    };
    match done {
        Ok(()) => customer.page(Some(wanted)),
        Err(error) => page::refusal(&customer.refused(error.into())),
    }
}

async fn find(app: &App, token: &str, query: Pairs, headers: &HeaderMap) -> Result<Customer, Refused> {
    let asked = Asked::read(query);
    let refused =
        |error| Refused { error, language: languages(&asked, None, headers)[0].clone(), survey: None };
    let token = Token::parse(token).ok_or_else(|| refused(Error::TokenMalformed))?.hash();
    app.throttles.link(&token).map_err(refused)?;
    let found = app.store.invitation(token).await.map_err(|error| refused(error.into()))?;
    // Of whom nothing is known, nobody can be asked again either.
    let found = found.filter(|(invitation, _)| invitation.customer.is_some());
    let (invitation, response) = found.ok_or_else(|| refused(Error::TokenUnknown))?;
    let quote = response.and_then(|response| response.quote);
    let survey = app.store.catalog().survey(&invitation.survey);
    let survey = survey.ok_or_else(|| refused(Error::UnknownSurvey(invitation.survey.clone())))?;
    let wanted = languages(&asked, invitation.language.as_deref(), headers);
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let quotable = quote.is_some_and(|quote| quote.holds());
    Ok(Customer { token, survey, language: words::pick(&wanted), quotable })
}

impl Customer {
    fn refused(&self, error: Error) -> Refused {
        Refused { error, language: self.language.to_owned(), survey: Some(Arc::clone(&self.survey)) }
    }

    /// What can be done, after what was.
    fn page(&self, done: Option<Wanted>) -> Response {
        let quoting = &words::of(self.language).quoting;
        let words = &words::of(self.language).leave;
        let unquoted = done == Some(Wanted::Unquote);
        let done = match done {
            Some(Wanted::Leave(leave)) => Some(leave),
            Some(Wanted::Unquote) | None => None,
        };
        let title = match done {
            None if unquoted => &quoting.withdrawn,
            None => &words.title,
            Some(Leave::Survey) => &words.left_survey,
            Some(Leave::All) => &words.left_all,
            Some(Leave::Undo) => &words.undone,
        };
        let gone = matches!(done, Some(Leave::Survey | Leave::All));
        let content = html! {
            section.card data-state="leave" {
                div.head { (logo(&self.survey.brand)) }
                h1.message role=[(done.is_some() || unquoted).then_some("status")] { (title) }
                form method="post" {
                    div.buttons {
                        @if gone {
                            @if done == Some(Leave::Survey) { (button("all", &words.all)) }
                            (button("undo", &words.undo))
                        } @else {
                            (button("survey", &words.survey))
                            (button("all", &words.all))
                        }
                    }
                    @if self.quotable && !unquoted {
                        p.again { (quoting.given) }
                        div.buttons { (button("unquote", &quoting.withdraw)) }
                    }
                }
            }
        };
        let page = Page {
            language: self.language,
            direction: surveys::direction(self.language),
            title,
            survey: Some(&self.survey),
            content,
        };
        page.respond(StatusCode::OK)
    }
}

fn button(leave: &str, text: &str) -> Markup {
    html! { button.send type="submit" name=(LEAVE) value=(leave) { (text) } }
}
