//! What a queue is told, and what it says.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::secrets::TokenHash;

/// An event that waits to be sent again, or for one that does. Stored under webhook, line and number: fields are only added,
/// with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// How often it was sent.
    pub tries: u32,
    /// When that failed first.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub since: Option<Timestamp>,
    /// When it is sent again, at the earliest.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub due: Timestamp,
}

/// What is to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// An event is parked.
    Park(TokenHash, u64, Parked),
    /// It is not any more.
    Unpark(TokenHash, u64),
}

/// Where an event is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// In its turn.
    Log,
    /// Once more.
    Replay,
}

/// A message that was not taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// Whether it says that no other would be, either.
    pub is_down: bool,
    /// How long the endpoint wants to be left alone.
    pub retry_after: Option<SignedDuration>,
    /// What was seen.
    pub detail: String,
}

/// What becomes of a message that was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is sent again.
    Again(Timestamp),
    /// It is not sent again.
    GivenUp,
    /// Nothing was taken for as long as is tried: the webhook is to be paused.
    Dead,
}

/// A message to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// Its line.
    pub line: TokenHash,
    /// The event's number.
    pub number: u64,
    /// Which try this is, from 1 on.
    pub attempt: u32,
}
