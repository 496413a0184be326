//! Webhooks: who is told of events by a message to an address of their own, as Standard Webhooks has it
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).
//!
//! Read in this order: the values below, [`allow`] and [`target`] (where messages may go), [`secret`] (how they are signed), [`schedule`] (when they
//! are sent again), [`queue`] (in which order), [`delivery`] (what is kept of it).

pub mod allow;
pub mod delivery;
pub mod queue;
pub mod schedule;
pub mod secret;
pub mod target;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::events::{About, Filter, Happened, What};
use crate::domain::secrets::TokenHash;

use schedule::Down;
use secret::Secret;

/// By which a webhook is known: 48 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WebhookId(pub u64);

impl WebhookId {
    /// An id from six random bytes.
    pub fn from_random(bytes: [u8; 6]) -> Self {
        Self(bytes.into_iter().fold(0, |id, byte| id << 8 | u64::from(byte)))
    }
}

impl fmt::Display for WebhookId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:012x}", self.0)
    }
}

impl FromStr for WebhookId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() == 12 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let id = u64::from_str_radix(text, 16).ok().filter(|_| digits);
        id.map(Self).ok_or("not the id of a webhook, such as 0b4dcafe4711")
    }
}

/// Who is told of events. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// By which it is known.
    pub id: WebhookId,
    /// What its owner calls it.
    #[serde(default)]
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// Of which events.
    pub filter: Filter,
    /// What signs: the newest first.
    pub secrets: Vec<Secret>,
    /// When it was made.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// Why nothing is sent at present; nothing, if something is.
    #[serde(default)]
    pub paused: Option<Paused>,
    /// How often somebody has asked for a try at once.
    #[serde(default)]
    pub nudges: u64,
}

/// That nothing is sent. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// Since when.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
    /// Why.
    pub why: Why,
    /// What was seen last.
    #[serde(default)]
    pub detail: Option<String>,
}

/// Why nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Somebody wanted it so.
    ByHand,
    /// Nothing was taken for as long as is tried.
    Dead,
    /// The endpoint has said `410 Gone`.
    Gone,
}

impl Webhook {
    /// Whether this event is for it. That it is tried out concerns nobody else.
    pub fn admits(&self, happened: &Happened) -> bool {
        match (happened.event.what, happened.event.about) {
            (What::WebhookTest, about) => about == About::Webhook(self.id),
            _ => self.filter.admits(happened),
        }
    }
}

/// Events that wait for one another: those about one customer, or of one thing where nobody is known.
pub fn lane(happened: &Happened) -> TokenHash {
    match happened.subject.customer() {
        Some(customer) => lane_of(customer.as_str()),
        None => {
            let about = format!("{:?}", happened.event.about);
            TokenHash::derived(&["lane of nobody", &about])
        }
    }
}

/// The same of a customer.
pub fn lane_of(customer: &str) -> TokenHash {
    TokenHash::derived(&["lane", customer])
}

/// How far a webhook has come. Stored: fields are only added, with a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The number of the next event; whatever came before was taken, is parked, or is not for it.
    pub next: u64,
    /// Whether it is there at all.
    #[serde(default)]
    pub down: Option<Down>,
    /// When a message was taken last.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub last_success: Option<Timestamp>,
    /// When it was last made active again: what failed before counts no more.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub resumed_at: Option<Timestamp>,
    /// Events that were not kept long enough to be sent.
    #[serde(default)]
    pub missed: u64,
}

/// Events that are sent once more. Stored: fields are only added, with a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// The number of the first one.
    pub from: u64,
    /// The number of the next one.
    pub next: u64,
    /// The number behind the last one.
    pub end: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let id = WebhookId::from_random([0, 1, 2, 0xab, 4, 0xff]);
        assert_eq!(id.to_string(), "000102ab04ff");
        assert_eq!("000102ab04ff".parse(), Ok(id));
        for wrong in ["", "102ab04ff", "000102AB04FF", "+00102ab04ff", "000102ab04ff0"] {
            assert!(wrong.parse::<WebhookId>().is_err(), "{wrong}");
        }
    }
}
