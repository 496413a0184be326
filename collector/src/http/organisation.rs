//! The organisation: shown, replaced, changed.

use axum::Json as Reply;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wire::Problem;

use super::Clock;
use super::body::{Json, Query};
use super::caller::{Administrator, Viewer};
use super::error::Error;
use crate::domain::dates;
use crate::domain::organisation::{Change, Organisation};
use crate::store::{Changed, Store};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct OrganisationQuery {
    /// A date: only the agents of that day, each with the membership of that day. Without it all of it, at all times.
    at: Option<String>,
}

/// The organisation: all of it with every membership, or of one day. Who does not see every unit gets what belongs to those that
/// are seen.
#[utoipa::path(get, path = "/v1/organisation", operation_id = "show_organisation", tag = "organisation", security(("key" = ["read"])), params(OrganisationQuery),
    responses((status = 200, body = Organisation), (status = 400, body = Problem)))]
pub(super) async fn show(
    Viewer(sees): Viewer,
    State(store): State<Store>,
    Query(asked): Query<OrganisationQuery>,
) -> Result<Reply<Organisation>, Error> {
    let organisation = store.catalog().organisation();
    let Some(date) = asked.at.filter(|at| !at.is_empty()) else {
        return Ok(Reply(sees.part_of(&organisation)));
    };
    let date = dates::read(&date).map_err(|detail| Error::parameter("at", detail))?;
    Ok(Reply(sees.part_of(&organisation).at(date)))
}

/// What pushing or changing did.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct OrganisationPushed {
    /// How many units there are now.
    pub units: usize,
    /// How many agents there are now.
    pub agents: usize,
    /// How many units are new, others than before, or gone.
    pub changed_units: usize,
    /// How many agents are new, others than before, or gone.
    pub changed_agents: usize,
}

impl From<Changed> for OrganisationPushed {
    fn from(Changed { units, agents, changed_units, changed_agents }: Changed) -> Self {
        Self { units, agents, changed_units, changed_agents }
    }
}

/// Puts this organisation in place of the one before, whole: what isn't in it is forgotten.
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
    Ok(Reply(store.replace_organisation(organisation).await?.into()))
}

/// Changes what is named and leaves the rest as it is: units and agents put, agents moved and removed, units removed. All of it
/// or nothing; the same change sent again changes nothing more.
#[utoipa::path(patch, path = "/v1/organisation", operation_id = "change_organisation", tag = "organisation", security(("key" = ["admin"])), request_body = Change,
    responses((status = 200, body = OrganisationPushed), (status = 422, body = Problem, description = "not valid; nothing is changed")))]
pub(super) async fn change(
    _: Administrator,
    State(store): State<Store>,
    State(clock): State<Clock>,
    Json(change): Json<Change>,
) -> Result<Reply<OrganisationPushed>, Error> {
    Ok(Reply(store.change_organisation(change, clock()).await?.into()))
}
