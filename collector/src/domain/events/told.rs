//! What is told of an event, the same on the stream and by a webhook: its payload as Standard Webhooks recommends it (`type`,
//! `timestamp`, `data`), and the `id` by which it is known whether one has heard of it already.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use wire::Score;
use wire::cases::State;

use super::{Happened, Subject, What};
use crate::domain::responses::ResponseView;
use crate::domain::webhooks::Why;

/// An event. Fields may be added at any time.
#[derive(Serialize, ToSchema)]
pub struct Told<'a> {
    /// What happened: `response.created` and the like.
    #[serde(rename = "type")]
    what: What,
    /// The event's id: the same however often it is told.
    id: String,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    timestamp: Timestamp,
    /// What it happened to, as it was when this was told.
    data: Data<'a>,
}

/// What an event is about.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Data<'a> {
    /// Of `response.…`.
    Response(Box<ResponseTold>),
    /// Of `invitation.…`.
    Invitation(InvitationTold<'a>),
    /// Of `webhook.…`.
    Webhook(WebhookTold<'a>),
    /// Of `case.…`.
    Case(CaseTold<'a>),
}

/// A case, without what anybody wrote.
#[derive(Serialize, ToSchema)]
struct CaseTold<'a> {
    /// Its number.
    id: u64,
    /// How far it is.
    state: State,
    /// The survey's id.
    survey: Option<&'a str>,
    /// The customer's id.
    customer: Option<&'a str>,
    /// The agent's id.
    agent: Option<&'a str>,
    /// The unit that the agent was in.
    unit: Option<&'a str>,
    /// The score that the customer gave last.
    score: Option<Score>,
    /// Who follows up: a person's id.
    owner: &'a str,
    /// The rule that opened it; absent if that was done by hand.
    rule: Option<&'a str>,
    /// What was behind it, once that is known.
    root_cause: Option<&'a str>,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    opened_at: Timestamp,
    /// When something is to be done next.
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
}

/// A response.
#[derive(Serialize, ToSchema)]
struct ResponseTold {
    #[serde(flatten)]
    response: ResponseView,
    /// The unit that the agent was in.
    unit: Option<String>,
}

/// An invitation, without its token: whoever has that can answer.
#[derive(Serialize, ToSchema)]
struct InvitationTold<'a> {
    /// Its number; absent where the customer came by a pass of the company's.
    id: Option<u64>,
    /// The survey's id.
    survey: &'a str,
    /// The customer's id.
    customer: Option<&'a str>,
    /// The agent's id.
    agent: Option<&'a str>,
    /// The unit that the agent was in.
    unit: Option<String>,
    /// What is known about the interaction.
    attributes: &'a BTreeMap<String, String>,
    /// The customer's language.
    language: Option<&'a str>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Until when its link works.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Why it came to this, in words, such as those of a mail server.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    /// Of `invitation.opened` and `invitation.clicked` what was fetched: `page`, a score, `image`, or `hidden`, the link that no
    /// person sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// Of these: whether the request itself looks like a program's.
    #[serde(skip_serializing_if = "Option::is_none")]
    automatic: Option<bool>,
}

/// A webhook, without its address, which may hold a secret.
#[derive(Serialize, ToSchema)]
struct WebhookTold<'a> {
    /// Its id.
    id: String,
    /// What its owner calls it.
    name: &'a str,
    /// Why nothing is sent to it: `dead`, where nothing was taken for as long as is tried, or `gone`, where it answered 410.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Why>,
    /// What was seen last.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

impl<'a> From<&'a Happened> for Told<'a> {
    fn from(happened: &'a Happened) -> Self {
        let unit = happened.units.first().map(|unit| unit.as_str().to_owned());
        let data = match &happened.subject {
            Subject::Response(response) => {
                let response = ResponseView::from((**response).clone());
                Data::Response(Box::new(ResponseTold { response, unit }))
            }
            Subject::Invitation(invitation, step) => Data::Invitation(InvitationTold {
                id: invitation.number,
                survey: &invitation.survey,
                customer: invitation.customer.as_ref().map(|customer| customer.as_str()),
                agent: invitation.agent.as_ref().map(|agent| agent.as_str()),
                unit,
                attributes: &invitation.attributes,
                language: invitation.language.as_deref(),
                created_at: invitation.created_at,
                expires_at: invitation.expires_at,
                detail: step.as_ref().and_then(|step| step.detail.as_deref()),
                link: step.as_ref().and_then(|step| step.link).map(|link| link.to_string()),
                automatic: step.as_ref().and_then(|step| step.automatic),
            }),
            Subject::Webhook(webhook) => {
                let paused = webhook.paused.as_ref();
                Data::Webhook(WebhookTold {
                    id: webhook.id.to_string(),
                    name: &webhook.name,
                    why: paused.map(|paused| paused.why),
                    detail: paused.and_then(|paused| paused.detail.as_deref()),
                })
            }
            Subject::Case(id, case) => Data::Case(CaseTold {
                id: id.0,
                state: case.state,
                survey: case.survey.as_deref(),
                customer: case.customer.as_ref().map(|customer| customer.as_str()),
                agent: case.agent.as_ref().map(|agent| agent.as_str()),
                unit: case.unit.as_ref().map(|unit| unit.as_str()),
                score: case.score,
                owner: case.owner.as_str(),
                rule: case.rule.as_deref(),
                root_cause: case.root_cause.as_deref(),
                opened_at: case.opened_at,
                due_at: case.next_due().map(|(_, at)| at),
                closed_at: case.closed_at,
            }),
        };
        Self { what: happened.event.what, id: happened.id.to_string(), timestamp: happened.event.at, data }
    }
}

impl Told<'_> {
    /// As it is sent.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}
