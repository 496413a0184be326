//! `/s/`: the way from a company's page to the survey, for browsers that run no script.
//!
//! A page without a script can't read its own address, where the customer's token stands, and can't put it into a link. But
//! the link can ask the browser to tell the collector which page it was followed on (`referrerpolicy="unsafe-url"`). Where
//! a browser doesn't, as some don't tell other sites, the customer is asked for the link.

use axum::Form as Posted;
use axum::extract::rejection::FormRejection;
use axum::extract::{Query, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::html;

use super::Pairs;
use super::asked::Asked;
use super::page;
use super::visit::{Refused, languages};
use crate::domain::pages::origin_of;
use crate::domain::secrets::Token;
use crate::domain::{passes, words};
use crate::http::App;
use crate::http::error::Error;
use crate::http::forms::host;

/// The field for the link.
const LINK: &str = "link";

/// `GET /s/?survey=…`: whoever follows the link of a page's `<noscript>` is sent on to the survey.
pub(in crate::http) async fn arrive(
    State(app): State<App>,
    Query(query): Query<Pairs>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Response {
    let rest = rest(raw.as_deref().unwrap_or_default());
    if let Some(token) = referring_page(&app, &headers).and_then(token_of_page) {
        return lead_to(&[token, &rest]);
    }
    let refused = refused(&app, query, &headers, Error::TokenMissing);
    match &refused.survey {
        Some(survey) if survey.open.is_some() => lead_to(&["../o/", &survey.id, &rest]),
        _ => ask_for_link(&refused, None),
    }
}

/// `POST /s/?survey=…`: the customer has put in the link.
pub(in crate::http) async fn find(
    State(app): State<App>,
    Query(query): Query<Pairs>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    posted: Result<Posted<Pairs>, FormRejection>,
) -> Response {
    let fields = posted.map(|Posted(fields)| fields).unwrap_or_default();
    let link = fields.iter().find(|(name, _)| name == LINK).map_or("", |(_, link)| link.trim());
    match token_of_link(link) {
        Some(token) => lead_to(&[token, &rest(raw.as_deref().unwrap_or_default())]),
        None => ask_for_link(&refused(&app, query, &headers, Error::TokenMalformed), Some(link)),
    }
}

/// The page on which the link was followed, if it is one that may show a survey: in the address of any other, `t` means
/// something else.
fn referring_page<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    let page = headers.get(header::REFERER)?.to_str().ok()?;
    let origin = origin_of(page);
    let is_known = app.store.catalog().allows_origin(origin) || app.pages.are_at(origin, host(headers));
    is_known.then_some(page)
}

/// The token in the address of a company's page: of a personal link, or a pass.
fn token_of_page(address: &str) -> Option<&str> {
    let (_, query) = address.split_once('?')?;
    let query = query.split('#').next()?;
    let token = query.split('&').find_map(|pair| pair.strip_prefix("t="))?;
    (Token::parse(token).is_some() || is_pass(token)).then_some(token)
}

/// The token in what a customer took for the link: the address of a company's page, or of a plain page, or the token alone.
fn token_of_link(link: &str) -> Option<&str> {
    let last = || link.split(['?', '#']).next()?.rsplit('/').next();
    token_of_page(link).or_else(|| last().filter(|token| Token::parse(token).is_some()))
}

/// Whether it has the form of a pass, three parts in base64url. What is in it is looked at where it is used.
fn is_pass(token: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b'.';
    passes::looks_like_one(token) && token.split('.').count() == 3 && token.bytes().all(plain)
}

/// The query without the survey, for the page that is led to.
fn rest(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("survey="));
    let rest = pairs.collect::<Vec<_>>().join("&");
    if rest.is_empty() { rest } else { format!("?{rest}") }
}

/// Sends the browser on, to an address relative to this one: a proxy may put the collector anywhere.
fn lead_to(address: &[&str]) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address.concat())]).into_response()
}

fn refused(app: &App, query: Pairs, headers: &HeaderMap, error: Error) -> Refused {
    let id = query.iter().find(|(name, _)| name == "survey").map(|(_, id)| id.clone());
    let language = languages(&Asked::read(query), None, headers)[0].clone();
    let survey = id.as_deref().and_then(|id| app.store.catalog().survey(id));
    match id {
        Some(id) if survey.is_none() => Refused { error: Error::UnknownSurvey(id), language, survey },
        _ => Refused { error, language, survey },
    }
}

/// Says what is missing, and takes it.
fn ask_for_link(refused: &Refused, tried: Option<&str>) -> Response {
    if matches!(refused.error, Error::UnknownSurvey(_)) {
        return page::refusal(refused);
    }
    let words = words::of(&refused.language);
    let field = html! {
        form.paste method="post" novalidate {
            label.label for=(LINK) { (words.messages.get("link").map_or("", String::as_str)) }
            input.field id=(LINK) name=(LINK) inputmode="url" autocomplete="off" spellcheck="false" dir="ltr"
                value=[tried] aria-invalid=[tried.map(|_| "true")] aria-describedby="why";
            div.buttons { button.send type="submit" { (words.words.next) } }
        }
    };
    page::refusal_with(refused, field)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAA";

    #[test]
    fn the_token_is_found_in_every_link_there_is() {
        for link in [
            "https://www.company.example/survey.html?t=AAAAAAAAAAAAAAAAAAAAAA",
            "https://www.company.example/?utm=x&t=AAAAAAAAAAAAAAAAAAAAAA&b#part",
            "www.company.example/survey.html?t=AAAAAAAAAAAAAAAAAAAAAA",
            "https://feedback.company.example/s/AAAAAAAAAAAAAAAAAAAAAA",
            "https://feedback.company.example/ask/s/AAAAAAAAAAAAAAAAAAAAAA?at=why#x",
            "AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(token_of_link(link), Some(TOKEN), "{link}");
        }
        for link in [
            "",
            "hello",
            "https://www.company.example/survey.html",
            "https://x.example/?t=30",
            "?t=",
            "a?t=../x.y.z",
        ] {
            assert_eq!(token_of_link(link), None, "{link}");
        }
        assert_eq!(token_of_page("https://x.example/a?t=eyJ.eyJ.s_-"), Some("eyJ.eyJ.s_-"));
    }

    #[test]
    fn what_else_the_address_says_is_handed_on() {
        assert_eq!(rest("survey=support"), "");
        assert_eq!(rest("survey=support&language=ar&&score=9"), "?language=ar&score=9");
        assert_eq!(rest(""), "");
    }
}
