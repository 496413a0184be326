//! What is kept of each try to deliver a message.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::events::What;
use crate::domain::names::CustomerId;

/// A try. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The event's number.
    pub event: u64,
    /// The other part of its id.
    pub opening: u32,
    /// What happened.
    pub what: What,
    /// Whom it concerns: the try is forgotten with the customer.
    #[serde(default)]
    pub customer: Option<CustomerId>,
    /// When it was sent.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
    /// Which try it was, from 1 on.
    pub attempt: u32,
    /// What became of it.
    pub outcome: Outcome,
    /// What the endpoint answered.
    #[serde(default)]
    pub status: Option<u16>,
    /// Why there is no answer.
    #[serde(default)]
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    #[serde(default)]
    pub milliseconds: u64,
    /// What was sent, as far as it is kept.
    #[serde(default)]
    pub body: String,
    /// What came back, as far as it is kept.
    #[serde(default)]
    pub reply: String,
    /// When it is tried again.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub next_try: Option<Timestamp>,
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The endpoint has taken the message.
    Delivered,
    /// It has not; the message is sent again.
    Failed,
    /// It has not, for as long as is tried, while it took others: the message is not sent again.
    GivenUp,
}

/// The beginning of a text, at most so many bytes.
pub fn shortened(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rfind(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}
