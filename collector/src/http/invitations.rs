//! Invitations: made, one or many at once.

use axum::Json as Reply;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wire::{FieldProblem, Problem, Survey};

use super::App;
use super::body::{Json, Query};
use super::caller::Writer;
use super::error::Error;
use crate::domain::invitations::InvitationRequest;
use crate::domain::limits::Limits;
use crate::domain::names::CustomerId;
use crate::domain::phones::Phones;
use crate::domain::secrets::{Token, random};
use crate::domain::surveys::link;
use crate::store::Invited;

/// Who is to be asked.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationsRequest {
    /// The survey's id.
    pub survey: String,
    /// One for each customer and interaction; all are made or none.
    pub invitations: Vec<InvitationRequest>,
}

/// The invitations made, in the order they were asked for.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct InvitationsCreated {
    /// One for each that was asked for.
    pub invitations: Vec<InvitationCreated>,
}

/// One invitation made. Its token is nowhere to be had again.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct InvitationCreated {
    /// The customer's id.
    pub customer: String,
    /// The secret in the link.
    pub token: String,
    /// The personal link.
    pub link: String,
    /// Until when it works.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckQuery {
    /// Only say what is wrong; nothing is made.
    #[serde(default)]
    check: bool,
}

/// Invites customers. One that is not valid stops all of them.
#[utoipa::path(post, path = "/v1/invitations", operation_id = "create_invitations", tag = "invitations", security(("key" = ["write"])),
    params(CheckQuery), request_body = InvitationsRequest,
    responses((status = 201, body = InvitationsCreated), (status = 200, body = InvitationsCreated, description = "checked only: an empty list"),
        (status = 404, body = Problem), (status = 422, body = Problem, description = "some are not valid; none was made")))]
pub(super) async fn create(
    _: Writer,
    State(app): State<App>,
    Query(query): Query<CheckQuery>,
    Json(request): Json<InvitationsRequest>,
) -> Result<(StatusCode, Reply<InvitationsCreated>), Error> {
    let App { store, clock, limits, pages, phones, .. } = app;
    let survey = store.catalog().survey(&request.survey);
    let survey = survey.ok_or_else(|| Error::NotFound { what: "survey", id: request.survey.clone() })?;
    if survey.page.is_empty() && pages.public_url.is_none() {
        // It was taken when the collector had an address.
        let detail = "the survey has no page, and the collector no address to make links with (public_url)";
        return Err(Error::Invalid("list of invitations", vec![FieldProblem::new("survey", detail)]));
    }
    let invited = accept(request.invitations, &survey, clock(), &limits, phones)?;
    if query.check {
        return Ok((StatusCode::OK, Reply(InvitationsCreated { invitations: Vec::new() })));
    }
    let created = invited
        .iter()
        .map(|Invited { token, invitation, .. }| InvitationCreated {
            customer: invitation.customer.as_ref().map(CustomerId::to_string).unwrap_or_default(),
            token: token.reveal(),
            link: link(&survey, &token.reveal(), pages.public_url.as_deref()),
            expires_at: invitation.expires_at,
        })
        .collect();
    store.invite(invited).await?;
    Ok((StatusCode::CREATED, Reply(InvitationsCreated { invitations: created })))
}

fn accept(
    requests: Vec<InvitationRequest>,
    survey: &Survey,
    now: Timestamp,
    limits: &Limits,
    phones: Phones,
) -> Result<Vec<Invited>, Error> {
    let most = limits.invitations_per_call;
    if requests.is_empty() || requests.len() > most {
        let detail = format!("1 to {most} in one call (limits.invitations_per_call), not {}", requests.len());
        return Err(Error::Invalid("list of invitations", vec![FieldProblem::new("invitations", detail)]));
    }
    let mut problems = Vec::new();
    let mut invited = Vec::with_capacity(requests.len());
    for (i, request) in requests.into_iter().enumerate() {
        match request.accept(survey, now, limits, phones) {
            Ok((invitation, customer)) => {
                let token = Token::from_random(random().map_err(|error| Error::Internal(error.to_string()))?);
                invited.push(Invited { token, invitation, customer, mailing: None });
            }
            Err(wrong) => problems.extend(wrong.into_iter().map(|problem| FieldProblem {
                path: format!("invitations[{i}].{}", problem.path),
                detail: problem.detail,
            })),
        }
    }
    if problems.is_empty() { Ok(invited) } else { Err(Error::Invalid("list of invitations", problems)) }
}
