//! The asking document, and how many cases wait to be followed up.

use std::sync::Arc;

use axum::Json as Reply;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{FieldProblem, Problem};

use super::body::Json;
use super::caller::{Administrator, Reader, Writer};
use super::error::Error;
use crate::domain::asking::{Asking, Names, Seed, check};
use crate::domain::limits::Limits;
use crate::domain::secrets::random;
use crate::store::Store;

/// The largest document, as JSON, bytes: larger records would leave the database's synced file.
const MAX_BYTES: usize = 56 * 1024;

/// The asking document in force.
#[utoipa::path(get, path = "/v1/asking", operation_id = "show_asking", tag = "asking", security(("key" = ["read"])),
    responses((status = 200, body = Asking), (status = 409, body = Problem, description = "none was pushed yet")))]
pub(super) async fn show(_: Reader, State(store): State<Store>) -> Result<Reply<Asking>, Error> {
    let in_force = store.catalog().asking().ok_or(Error::NoAsking)?;
    Ok(Reply(Asking::clone(&in_force.document)))
}

/// What pushing did.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct AskingPushed {
    /// Whether it differs from the one before.
    pub changed: bool,
    /// How many rules it has.
    pub rules: usize,
    /// How many quotas it has.
    pub quotas: usize,
}

/// Puts an asking document in force, in place of the one before.
#[utoipa::path(put, path = "/v1/asking", operation_id = "push_asking", tag = "asking", security(("key" = ["admin"])),
    request_body = Asking,
    responses((status = 200, body = AskingPushed), (status = 400, body = Problem),
        (status = 422, body = Problem, description = "not valid; the one in force stays")))]
pub(super) async fn push(
    _: Administrator,
    State(store): State<Store>,
    State(limits): State<Arc<Limits>>,
    Json(document): Json<Asking>,
) -> Result<Reply<AskingPushed>, Error> {
    let mut problems = {
        let catalog = store.catalog();
        let organisation = catalog.organisation();
        let names = Names {
            survey: &|id| catalog.survey(id).is_some(),
            mail: &|name| catalog.mail(name).is_some_and(|mail| mail.asks),
            organisation: &organisation,
        };
        check(&document, &names, &limits)
    };
    if serde_json::to_vec(&document).is_ok_and(|json| json.len() > MAX_BYTES) {
        problems.push(FieldProblem::new("", format!("the document is larger than {MAX_BYTES} bytes")));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid("asking document", problems));
    }
    let seed = Seed(random().map_err(|error| Error::Internal(error.to_string()))?);
    let (rules, quotas) = (document.rules.len(), document.quotas.len());
    let changed = store.push_asking(document, seed).await?;
    Ok(Reply(AskingPushed { changed, rules, quotas }))
}

/// How many cases wait to be followed up.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Backlog {
    /// The number.
    value: u64,
}

/// The share that is left by it.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct BacklogSet {
    /// The number.
    value: u64,
    /// The share of those who would be asked that still is: from 1 to 0, by `backlog` of the asking document.
    share: f64,
}

/// Sets how many cases wait to be followed up: with many of them fewer customers are asked.
#[utoipa::path(put, path = "/v1/backlog", operation_id = "set_backlog", tag = "asking", security(("key" = ["write"])),
    request_body = Backlog, responses((status = 200, body = BacklogSet), (status = 400, body = Problem)))]
pub(super) async fn set_backlog(
    _: Writer,
    State(store): State<Store>,
    Json(Backlog { value }): Json<Backlog>,
) -> Result<Reply<BacklogSet>, Error> {
    store.set_backlog(value).await?;
    let slowing = store.catalog().asking().and_then(|asking| asking.document.backlog);
    Ok(Reply(BacklogSet { value, share: slowing.map_or(1.0, |slowing| slowing.share(value)) }))
}
