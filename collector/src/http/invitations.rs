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
use crate::store::{Invited, Mailing, Store};

/// Who is to be asked.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationsRequest {
    /// The survey's id.
    pub survey: String,
    /// One for each customer and interaction; all are made or none.
    pub invitations: Vec<InvitationRequest>,
}

/// What became of them, in the order they were asked for.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct InvitationsCreated {
    /// One for each that was asked for.
    pub invitations: Vec<InvitationCreated>,
}

/// What became of one. Its token is nowhere to be had again.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct InvitationCreated {
    /// Its number: by it, it is found again among what the customer was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// The customer's id.
    pub customer: String,
    /// The secret in the link; none, if the customer is not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The personal link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Until when it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// Why the customer is not asked: the suppression list (`unsubscribed`, `bounced`, `suppressed`), or a quiet period of the
    /// asking document (`asked_recently`, `asked_often_enough`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentence: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckQuery {
    /// Only say what is wrong; nothing is made.
    #[serde(default)]
    check: bool,
}

/// Invites customers. One that is not valid stops all of them. Who may not be asked is passed over, and it is told why.
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
    let now = clock();
    let unknown = unknown_mails(&request.invitations, &store);
    let invited = accept(request.invitations, &survey, now, &limits, phones, unknown)?;
    if query.check {
        return Ok((StatusCode::OK, Reply(InvitationsCreated { invitations: Vec::new() })));
    }
    let links: Vec<InvitationCreated> = invited
        .iter()
        .map(|Invited { token, invitation, .. }| InvitationCreated {
            id: None,
            customer: invitation.customer.as_ref().map(CustomerId::to_string).unwrap_or_default(),
            token: Some(token.reveal()),
            link: Some(link(&survey, &token.reveal(), pages.public_url.as_deref())),
            expires_at: Some(invitation.expires_at),
            reason: None,
            sentence: None,
        })
        .collect();
    let made = store.invite(invited).await?;
    let created = links.into_iter().zip(made).map(|(one, made)| match made {
        Ok(number) => InvitationCreated { id: Some(number), ..one },
        Err(skip) => InvitationCreated {
            id: None,
            customer: one.customer,
            token: None,
            link: None,
            expires_at: None,
            reason: Some(skip.code().to_owned()),
            sentence: Some(skip.sentence(now)),
        },
    });
    Ok((StatusCode::CREATED, Reply(InvitationsCreated { invitations: created.collect() })))
}

/// Those that are to be sent by a mail that there is not.
fn unknown_mails(requests: &[InvitationRequest], store: &Store) -> Vec<FieldProblem> {
    let catalog = store.catalog();
    let wanted = requests.iter().enumerate().filter_map(|(i, request)| Some((i, request.mail.as_deref()?)));
    wanted
        .filter(|(_, mail)| catalog.mail(mail).is_none_or(|mail| !mail.asks))
        .map(|(i, mail)| {
            FieldProblem::new(
                format!("invitations[{i}].mail"),
                format!("there is no mail {mail:?} that can ask"),
            )
        })
        .collect()
}

fn accept(
    requests: Vec<InvitationRequest>,
    survey: &Survey,
    now: Timestamp,
    limits: &Limits,
    phones: Phones,
    unknown: Vec<FieldProblem>,
) -> Result<Vec<Invited>, Error> {
    let most = limits.invitations_per_call;
    if requests.is_empty() || requests.len() > most {
        let detail = format!("1 to {most} in one call (limits.invitations_per_call), not {}", requests.len());
        return Err(Error::Invalid("list of invitations", vec![FieldProblem::new("invitations", detail)]));
    }
    let mut problems = unknown;
    let mut invited = Vec::with_capacity(requests.len());
    for (i, request) in requests.into_iter().enumerate() {
        let send_at = request.send_at.unwrap_or(now).max(now);
        let mailing = request.mail.clone().map(|mail| Mailing { mail, send_at });
        match request.accept(survey, now, limits, phones) {
            Ok((invitation, customer)) => {
                let token = Token::from_random(random().map_err(|error| Error::Internal(error.to_string()))?);
                invited.push(Invited { token, invitation, customer, mailing });
            }
            Err(wrong) => problems.extend(wrong.into_iter().map(|problem| FieldProblem {
                path: format!("invitations[{i}].{}", problem.path),
                detail: problem.detail,
            })),
        }
    }
    if problems.is_empty() { Ok(invited) } else { Err(Error::Invalid("list of invitations", problems)) }
}
