//! A webhook as it is shown: what it is, and where it stands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::error::Error;
use crate::domain::webhooks::{Webhook, Why};
use crate::store::{Store, Waiting};

/// A webhook, and where it stands.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct WebhookView {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// The types of events that it hears of; all of them without any.
    pub types: Vec<String>,
    /// The survey that it hears of.
    pub survey: Option<String>,
    /// The unit that it hears of.
    pub unit: Option<String>,
    /// The customer that it hears of.
    pub customer: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Whether it takes what is sent.
    pub state: State,
    /// Why nothing is sent.
    pub paused: Option<PausedView>,
    /// Since when it takes nothing.
    pub failing: Option<FailingView>,
    /// Events that wait to be sent again, or behind such a one.
    pub parked: usize,
    /// Events of the log that are not looked at yet, whether they are for this webhook or not.
    pub behind: u64,
    /// Events that were not kept until they could be sent.
    pub missed: u64,
    /// When it took a message last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_success: Option<Timestamp>,
    /// Since when each of its secrets is there, and until when it signs: the newest first.
    pub secrets: Vec<SecretView>,
}

/// Whether a webhook takes what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is sent everything at once.
    Active,
    /// It takes nothing, and is asked again and again.
    Failing,
    /// Nothing is sent, until somebody makes it active again.
    Paused,
}

/// Why nothing is sent.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct PausedView {
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Why.
    pub why: Why,
    /// What was seen last.
    pub detail: Option<String>,
}

/// Since when a webhook takes nothing.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct FailingView {
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// How often it was asked in vain.
    pub failures: u32,
    /// When it is asked next.
    #[schema(value_type = String, format = DateTime)]
    pub next_try: Timestamp,
    /// What was seen last.
    pub detail: String,
}

/// When a secret signs.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SecretView {
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Until when; absent, of the newest.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

impl WebhookView {
    pub(super) async fn of(store: &Store, webhook: &Webhook) -> Result<Self, Error> {
        let Waiting { progress, parked, .. } = store.waiting_for(webhook.id).await?;
        let newest = *store.news().borrow();
        let webhook = webhook.clone();
        let state = match (&webhook.paused, &progress.down) {
            (Some(_), _) => State::Paused,
            (None, Some(_)) => State::Failing,
            (None, None) => State::Active,
        };
        let down = progress.down.filter(|_| webhook.paused.is_none());
        Ok(Self {
            id: webhook.id.to_string(),
            name: webhook.name,
            url: webhook.url,
            types: webhook.filter.types.iter().map(ToString::to_string).collect(),
            survey: webhook.filter.survey,
            unit: webhook.filter.unit.map(String::from),
            customer: webhook.filter.customer.map(String::from),
            created_at: webhook.created_at,
            state,
            paused: webhook.paused.map(|paused| PausedView {
                at: paused.at,
                why: paused.why,
                detail: paused.detail,
            }),
            failing: down.map(|down| FailingView {
                since: down.since,
                failures: down.failures,
                next_try: down.until,
                detail: down.detail,
            }),
            parked: parked.len(),
            behind: newest.saturating_sub(progress.next),
            missed: progress.missed,
            last_success: progress.last_success,
            secrets: webhook
                .secrets
                .iter()
                .map(|secret| SecretView { created_at: secret.created_at, until: secret.until })
                .collect(),
        })
    }
}
