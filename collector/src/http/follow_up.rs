//! The follow-up document: what is followed up, by whom, and how soon.

use axum::Json as Reply;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{FieldProblem, Problem};

use super::body::Json;
use super::caller::{Administrator, Reader};
use super::error::Error;
use crate::domain::cases::{FollowUp, Staff, check};
use crate::store::Store;

/// The largest document, as JSON, bytes: larger records would leave the database's synced file.
const MAX_BYTES: usize = 56 * 1024;

/// The follow-up document in force.
#[utoipa::path(get, path = "/v1/follow-up", operation_id = "show_follow_up", tag = "cases", security(("key" = ["read"])),
    responses((status = 200, body = FollowUp), (status = 409, body = Problem, description = "none was pushed yet")))]
pub(super) async fn show(_: Reader, State(store): State<Store>) -> Result<Reply<FollowUp>, Error> {
    let in_force = store.catalog().follow_up().ok_or(Error::NoFollowUp)?;
    Ok(Reply(FollowUp::clone(&in_force.document)))
}

/// What pushing did.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct FollowUpPushed {
    /// Whether it differs from the one before.
    pub changed: bool,
    /// How many rules it has.
    pub rules: usize,
    /// How many root causes it has.
    pub root_causes: usize,
}

/// Puts a follow-up document in force, in place of the one before. Promises that were made stay as they are.
#[utoipa::path(put, path = "/v1/follow-up", operation_id = "push_follow_up", tag = "cases", security(("key" = ["admin"])),
    request_body = FollowUp,
    responses((status = 200, body = FollowUpPushed), (status = 400, body = Problem),
        (status = 422, body = Problem, description = "not valid; the one in force stays")))]
pub(super) async fn push(
    _: Administrator,
    State(store): State<Store>,
    Json(document): Json<FollowUp>,
) -> Result<Reply<FollowUpPushed>, Error> {
    let staff = {
        let catalog = store.catalog();
        Staff { people: catalog.people(), organisation: catalog.organisation() }
    };
    let mut problems = check(&document, &staff);
    if serde_json::to_vec(&document).is_ok_and(|json| json.len() > MAX_BYTES) {
        problems.push(FieldProblem::new("", format!("the document is larger than {MAX_BYTES} bytes")));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid("follow-up document", problems));
    }
    let (rules, root_causes) = (document.rules.len(), document.root_causes.len());
    let changed = store.push_follow_up(document).await?;
    Ok(Reply(FollowUpPushed { changed, rules, root_causes }))
}
