//! What a link to a last score opens: the page with the card, the icon, and the card's data, once or as they change.
//!
//! The link is the permission: any page may use it, and none of it can be changed by it.

mod events;

use std::sync::Arc;

use axum::Json as Reply;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use maud::{DOCTYPE, html};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::body::Query;
use super::error::Error;
use super::forms::Languages;
use super::last_score::{Kind, LastScoreView, Looks, PastScore, picture, view};
use super::{App, Shared, links};
use crate::domain::links::Link;
use crate::domain::surveys::direction;
use crate::domain::words::{self, CardWords};
use crate::store::Lookup;

pub(super) use events::events;

/// How many scores a card's history has at most.
const HISTORY: usize = 24;

/// What a card shows.
#[derive(Serialize)]
struct Card {
    /// Whether there is such a customer.
    known: bool,
    #[serde(flatten)]
    last: Option<LastScoreView>,
    /// The scores so far, the oldest first.
    history: Vec<PastScore>,
    words: &'static CardWords,
    /// "{n} of {total}".
    of: &'static str,
    language: &'static str,
    direction: &'static str,
    expires_at: Timestamp,
}

/// `GET /c/{signed}`, `.svg`, `.png` and `.json`.
pub(super) async fn show(
    State(Shared(app)): State<Shared>,
    Path(file): Path<String>,
    headers: HeaderMap,
    Query(looks): Query<Looks>,
) -> Result<Response, Error> {
    // A seal has no dots.
    let (signed, ending) = file.rsplit_once('.').unwrap_or((&file, ""));
    let kind = match ending {
        "" => return page(&app, signed, &looks),
        "json" => Kind::Json,
        "svg" => Kind::Svg,
        "png" => Kind::Png,
        _ => return Err(Error::NoRoute),
    };
    let link = links::open(&app, signed)?;
    if kind == Kind::Json {
        return Ok(Reply(card(&app, link, looks.language.as_deref()).await?).into_response());
    }
    let found = app.store.last_score(Lookup::Id(link.customer)).await?;
    picture(found.as_ref(), kind, &looks, &headers, (app.clock)())
}

async fn card(app: &App, link: Link, languages: Option<&str>) -> Result<Card, Error> {
    let languages = Languages::read(Some(languages.unwrap_or("en")), &Default::default());
    let language = words::pick(&languages.wanted());
    let found = app.store.last_score(Lookup::Id(link.customer.clone())).await?;
    let known = found.is_some();
    let history = app.store.history(link.customer, HISTORY).await?;
    let spoken = words::of(language);
    Ok(Card {
        known,
        last: found.map(|found| view(found, (app.clock)())),
        history: history.into_iter().map(PastScore::from).collect(),
        words: &spoken.card,
        of: &spoken.words.rating,
        language,
        direction: direction(language).as_str(),
        expires_at: link.expires_at,
    })
}

impl Card {
    /// What tells this state of the customer from any other; time alone changes nothing.
    fn state(&self) -> String {
        let last = self.last.as_ref().map(|last| (last.score, &last.comment, last.response, &last.previous));
        let state = serde_json::to_vec(&(last, &self.history, self.known)).unwrap_or_default();
        Sha256::digest(state).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

const POLICY: &str =
    "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

/// The card on a page of its own, for desktops that can open an address and nothing else.
fn page(app: &Arc<App>, signed: &str, looks: &Looks) -> Result<Response, Error> {
    links::open(app, signed)?;
    let languages = Languages::read(Some(looks.language.as_deref().unwrap_or("en")), &Default::default());
    let language = words::pick(&languages.wanted());
    let page = html! {
        (DOCTYPE)
        html lang=(language) dir=(direction(language).as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (words::of(language).card.last_score) }
                link rel="icon" href="data:,";
            }
            body { main { script async src="../hearback.js" data-show="last-score" data-customer=(signed) {} } }
        }
    };
    let headers =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, POLICY)];
    Ok((headers, page.into_string()).into_response())
}
