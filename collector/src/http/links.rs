//! Links to a customer's last score, for screens that cannot send a key: made by a system that has one, opened by whoever
//! has the link.

use std::sync::Arc;

use axum::Json as Reply;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wire::{FieldProblem, Problem};

use super::App;
use super::body::Query;
use super::caller::{Administrator, Reader};
use super::error::Error;
use super::forms::host;
use super::last_score::{By, lookup};
use crate::domain::links::{BadLink, Link, MINUTES, MOST_MINUTES, expiry};
use crate::domain::secrets::random;
use crate::store::{Lookup, Store};

/// A link, just made.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct LinkCreated {
    /// A page with the card: for a frame, or a window of its own.
    pub(super) url: String,
    /// The icon as SVG.
    pub(super) svg: String,
    /// The icon as PNG.
    pub(super) png: String,
    /// The last score, its history and the card's words, as JSON.
    pub(super) json: String,
    /// What the tag takes as `data-customer`: the end of all of these.
    pub(super) signed: String,
    /// From when on they show nothing.
    #[schema(value_type = String, format = DateTime)]
    pub(super) expires_at: Timestamp,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkQuery {
    /// What the customer is looked up by: `id` (the default), `email` or `phone`.
    #[serde(default)]
    #[param(inline)]
    by: By,
    /// For how many minutes the link is valid, 1 to 44640 (31 days); 480 without it.
    minutes: Option<u32>,
}

/// Makes a link to a customer's last score that opens without a key, until it expires. By an id there is one even if no such
/// customer is known yet: it then shows just that.
#[utoipa::path(post, path = "/v1/customers/{customer}/last-score/links", operation_id = "create_last_score_link", tag = "results", security(("key" = ["read"])),
    params(("customer" = String, Path, description = "The customer's id, e-mail address or telephone number"), LinkQuery),
    responses((status = 201, body = LinkCreated), (status = 400, body = Problem), (status = 404, body = Problem, description = "no such customer")))]
pub(super) async fn create(
    _: Reader,
    State(app): State<App>,
    Path(customer): Path<String>,
    headers: HeaderMap,
    Query(query): Query<LinkQuery>,
) -> Result<(StatusCode, Reply<LinkCreated>), Error> {
    let minutes = query.minutes.unwrap_or(MINUTES);
    if !(1..=MOST_MINUTES).contains(&minutes) {
        let problem = FieldProblem::new("minutes", format!("1 to {MOST_MINUTES}"));
        return Err(Error::Query(format!("minutes: {}", problem.detail), vec![problem]));
    }
    let id = match lookup(&app, &customer, query.by)? {
        Lookup::Id(id) => id,
        by_address => {
            let found = app.store.last_score(by_address).await?;
            found.ok_or(Error::NotFound { what: "customer", id: customer })?.customer
        }
    };
    let now = (app.clock)();
    let link = Link { customer: id, expires_at: expiry(now, minutes) };
    let nonce = random().map_err(|error| Error::Internal(error.to_string()))?;
    let signed = app.store.link_secret(now).await?.seal(&link, nonce);
    let here = || host(&headers).map(|host| format!("http://{host}"));
    let collector = app.pages.public_url.clone().or_else(here).unwrap_or_default();
    let url = format!("{collector}/c/{signed}");
    let [svg, png, json] = ["svg", "png", "json"].map(|kind| format!("{url}.{kind}"));
    let made = LinkCreated { url, svg, png, json, signed, expires_at: link.expires_at };
    Ok((StatusCode::CREATED, Reply(made)))
}

/// Revokes all links to last scores: from now on none that was made so far shows anything.
#[utoipa::path(delete, path = "/v1/last-score-links", operation_id = "revoke_last_score_links", tag = "results", security(("key" = ["admin"])),
    responses((status = 204), (status = 503, body = Problem)))]
pub(super) async fn revoke(_: Administrator, State(store): State<Store>) -> Result<StatusCode, Error> {
    store.revoke_links().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the end of a link says.
pub(super) fn open(app: &Arc<App>, signed: &str) -> Result<Link, Error> {
    let secret = app.store.catalog().link_secret().ok_or(BadLink::Unknown)?;
    Ok(secret.open(signed, (app.clock)())?)
}
