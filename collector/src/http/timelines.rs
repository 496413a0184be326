//! What a customer was asked, and what became of it: for the agent's eyes.

use std::collections::BTreeMap;

use axum::Json as Reply;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::Problem;

use super::App;
use super::caller::Viewer;
use super::error::Error;
use crate::domain::invitations::Invitation;
use crate::domain::names::{AgentId, CustomerId};
use crate::domain::responses::Response;
use crate::domain::timeline::{Step, Timeline, What, steps};

/// Most invitations that are shown of a customer.
const MOST: usize = 100;

/// What a customer was asked, the newest first: the last hundred.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Invitations {
    /// One for each time.
    invitations: Vec<InvitationView>,
}

/// An invitation and what became of it.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct InvitationView {
    /// Its number, as it was given when it was made; absent where the customer came by a pass of the company's.
    id: Option<u64>,
    /// The survey's id.
    survey: String,
    /// The agent's id.
    agent: Option<String>,
    /// What was known about the interaction.
    attributes: BTreeMap<String, String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Until when its link works.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The response it led to.
    response: Option<String>,
    /// When its next mail is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_mail: Option<Timestamp>,
    /// What happened, in order.
    steps: Vec<StepView>,
}

/// Something that happened to an invitation.
#[derive(Serialize, Deserialize, ToSchema)]
struct StepView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What.
    what: What,
    /// Why, in the words of whoever decided it, such as a mail server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Which link of the mail was followed: `page`, a score, `image`, or `hidden`, the one that no person sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// Of a mail that was opened and a link that was followed: whether that looks like a program's doing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    automatic: Option<bool>,
}

/// What a customer was asked, and what became of each: created, queued, sent, deferred, given up, started, answered, expired.
#[utoipa::path(get, path = "/v1/customers/{customer}/invitations", operation_id = "list_customer_invitations", tag = "invitations",
    security(("key" = ["read"])), params(("customer" = String, Path, description = "The customer's id at the company")),
    responses((status = 200, body = Invitations, description = "none, of a customer who was never asked"), (status = 400, body = Problem)))]
pub(super) async fn list(
    Viewer(sees): Viewer,
    State(App { store, clock, .. }): State<App>,
    Path(customer): Path<String>,
) -> Result<Reply<Invitations>, Error> {
    let customer: CustomerId =
        customer.parse().map_err(|why| Error::Query(format!("customer: {why}"), Vec::new()))?;
    let mut asked = store.invitations_of(customer).await?;
    let organisation = store.catalog().organisation();
    asked.retain(|(_, asked)| sees.interaction(asked.agent.as_ref(), asked.created_at, &organisation));
    asked.truncate(MOST);
    let now = clock();
    let asked = store.timelines(asked).await?.into_iter();
    let invitations = asked
        .map(|(invitation, timeline, response)| view(invitation, &timeline, response.as_ref(), now))
        .collect();
    Ok(Reply(Invitations { invitations }))
}

fn view(
    invitation: Invitation,
    timeline: &Timeline,
    response: Option<&Response>,
    now: Timestamp,
) -> InvitationView {
    let steps = steps(&invitation, timeline, response, now);
    let view = |Step { at, what, detail, link, automatic }| StepView {
        at,
        what,
        detail,
        link: link.map(|link| link.to_string()),
        automatic,
    };
    let next_mail = timeline.due.and_then(|due| Timestamp::from_millisecond(i64::try_from(due).ok()?).ok());
    InvitationView {
        id: invitation.number,
        survey: invitation.survey,
        agent: invitation.agent.as_ref().map(AgentId::to_string),
        attributes: invitation.attributes,
        created_at: invitation.created_at,
        expires_at: invitation.expires_at,
        response: response.map(|response| response.id.to_string()),
        next_mail,
        steps: steps.into_iter().map(view).collect(),
    }
}
