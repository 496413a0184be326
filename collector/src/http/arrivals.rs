//! The links of a mail: each leads on to the survey's page, and is noted. A `GET` records no score, and what looks like a
//! program is told from a person later ([`crate::domain::arrivals`]).
//!
//! Whatever cannot be noted, the customer is led on: the answer matters, that it was begun by a mail does not.

use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::error::Error;
use super::{App, plain};
use crate::domain::arrivals::{Door, names_itself};
use crate::domain::secrets::{Token, TokenHash};
use crate::domain::surveys::{link, with_query};

/// One transparent pixel (GIF89a).
const PIXEL: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// `GET /m/{token}`: the survey's page.
pub(super) async fn follow(
    State(app): State<App>,
    Path(token): Path<String>,
    query: RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    lead_on(app, token, Door::Page, query, &method, headers).await
}

/// `GET /m/{token}/{score}`: the same with a score chosen, which counts when the customer sends it. `GET /m/{token}/h`: the
/// link that no person sees; whoever sees it after all is not turned away. `GET /m/{token}/open.gif`: the image.
pub(super) async fn follow_one(
    State(app): State<App>,
    Path((token, name)): Path<(String, String)>,
    query: RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let door = match &*name {
        "open.gif" => Door::Image,
        "h" => Door::Hidden,
        score => match score.parse() {
            Ok(door @ Door::Score(_)) => door,
            _ => return Error::NoRoute.into_response(),
        },
    };
    if door != Door::Image {
        return lead_on(app, token, door, query, &method, headers).await;
    }
    if let Some(token) = Token::parse(&token) {
        note(&app, token.hash(), door, &method, &headers).await;
    }
    ([(header::CONTENT_TYPE, "image/gif")], PIXEL).into_response()
}

async fn lead_on(
    app: App,
    token: String,
    door: Door,
    RawQuery(query): RawQuery,
    method: &Method,
    headers: HeaderMap,
) -> Response {
    let hash = Token::parse(&token).map(|token| token.hash());
    let Some((hash, page)) = find(&app, hash, &token).await else {
        // Says kindly what is wrong with the link.
        return plain::show(State(app), Path(token), Query(Vec::new()), headers).await;
    };
    note(&app, hash, door, method, &headers).await;

    // What a company adds to its links is for its page. Token and score are the link's own.
    let words = query.unwrap_or_default();
    let words = words.split('&').filter(|word| !matches!(word.split('=').next(), Some("" | "t" | "score")));
    let mut words: Vec<String> = words.map(str::to_owned).collect();
    if let Door::Score(score) = door {
        words.insert(0, format!("score={score}"));
    }
    match HeaderValue::from_bytes(with_query(&page, &words.join("&")).as_bytes()) {
        Ok(address) => (StatusCode::FOUND, [(header::LOCATION, address)]).into_response(),
        Err(_) => Error::Internal("the address of the survey's page is not one".to_owned()).into_response(),
    }
}

/// The page of an invitation, if there is one by this token.
async fn find(app: &App, hash: Option<TokenHash>, token: &str) -> Option<(TokenHash, String)> {
    let hash = hash?;
    let (invitation, _) = app.store.invitation(hash).await.ok().flatten()?;
    let survey = app.store.catalog().survey(&invitation.survey)?;
    Some((hash, link(&survey, token, app.pages.public_url.as_deref())))
}

async fn note(app: &App, invitation: TokenHash, door: Door, method: &Method, headers: &HeaderMap) {
    let user_agent = headers.get(header::USER_AGENT).map(|name| String::from_utf8_lossy(name.as_bytes()));
    let by_program = method == Method::HEAD || names_itself(user_agent.as_deref());
    let step = door.step((app.clock)(), by_program);
    if let Err(error) = app.store.arrive(invitation, step).await {
        tracing::debug!(%error, "that a mail's link was followed is not noted");
    }
}
