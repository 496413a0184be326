//! What happened to a case, and who did it. Entries are added and never changed; of an erased customer the texts go.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wire::cases::{By, Happened, Promise};

use crate::domain::names::PersonId;

/// Who did something. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Somebody who works with Hearback.
    Person(PersonId),
    /// A system, by its key's id.
    Key(String),
    /// Whoever runs the collector.
    Operator,
    /// The collector itself.
    System,
}

impl Who {
    /// What kind of somebody that is.
    pub fn by(&self) -> By {
        match self {
            Self::Person(_) => By::Person,
            Self::Key(_) => By::Key,
            Self::Operator => By::Operator,
            Self::System => By::System,
        }
    }

    /// The id of the person or the key.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Person(id) => Some(id.as_str()),
            Self::Key(id) => Some(id),
            Self::Operator | Self::System => None,
        }
    }
}

/// What happened. Stored under its name in the API.
pub type What = Happened;

/// Something that happened to a case. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
    /// Who did it.
    pub who: Who,
    /// What.
    pub what: What,
    /// What it was before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What it was from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The promise that was missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<Promise>,
    /// What somebody wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What the caller calls what was done: sent again, it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether a text that was here went with the customer.
    #[serde(default, skip_serializing_if = "is_false")]
    pub erased: bool,
}

fn is_false(value: &bool) -> bool {
    !*value
}

impl Entry {
    /// That something happened, and nothing more.
    pub fn new(at: Timestamp, who: Who, what: What) -> Self {
        Self { at, who, what, from: None, to: None, promise: None, note: None, key: None, erased: false }
    }

    /// What it was, and what it is.
    #[must_use]
    pub fn change(mut self, from: Option<impl ToString>, to: Option<impl ToString>) -> Self {
        self.from = from.map(|from| from.to_string());
        self.to = to.map(|to| to.to_string());
        self
    }

    /// With what somebody wrote.
    #[must_use]
    pub fn noting(mut self, note: Option<String>) -> Self {
        self.note = note;
        self
    }

    /// Of somebody who was erased: when, who and what stay, the texts don't.
    #[must_use]
    pub fn without_texts(mut self) -> Self {
        self.erased |= self.note.is_some();
        self.note = None;
        if self.what == What::Answered {
            self.erased = true;
            (self.from, self.to) = (None, None);
        }
        self
    }
}
