//! The organisation: shown and replaced.

use axum::Json as Reply;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::Problem;

use super::body::Json;
use super::caller::{Administrator, Reader};
use super::error::Error;
use crate::domain::organisation::Organisation;
use crate::store::Store;

/// The organisation as it is.
#[utoipa::path(get, path = "/v1/organisation", operation_id = "show_organisation", tag = "organisation", security(("key" = ["read"])),
    responses((status = 200, body = Organisation)))]
pub(super) async fn show(_: Reader, State(store): State<Store>) -> Reply<Organisation> {
    Reply(Organisation::clone(&store.catalog().organisation()))
}

/// What pushing did.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct OrganisationPushed {
    /// How many units there are now.
    pub units: usize,
    /// How many agents there are now.
    pub agents: usize,
}

/// Puts this organisation in place of the one before, whole.
#[utoipa::path(put, path = "/v1/organisation", operation_id = "push_organisation", tag = "organisation", security(("key" = ["admin"])), request_body = Organisation,
    responses((status = 200, body = OrganisationPushed), (status = 422, body = Problem, description = "not valid; the one before stays")))]
pub(super) async fn push(
    _: Administrator,
    State(store): State<Store>,
    Json(organisation): Json<Organisation>,
) -> Result<Reply<OrganisationPushed>, Error> {
    let problems = organisation.check();
    if !problems.is_empty() {
        return Err(Error::Invalid("organisation", problems));
    }
    let pushed = OrganisationPushed { units: organisation.units.len(), agents: organisation.agents.len() };
    store.replace_organisation(organisation).await?;
    Ok(Reply(pushed))
}
