//! Cases: what customers said that somebody follows up. Shared by the collector, its pages for people and its command line.
//!
//! Times are RFC 3339 texts. Fields are only added, with a default.
//!
//! Read in this order: here (states, actions, what happened), `list` (the work list), `view` (one case).

mod list;
mod view;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use list::{CaseSummary, CasesPage, Counts, Named, OwnerCount, RootCauseCount};
pub use view::{Attribute, CaseView, Contact, PastScore, PromiseView, ResponseOfCase, Said, TrailEntry};

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$inner])* #[serde(rename = $text)] $variant),*
        }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name used in the API.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let found = Self::ALL.iter().copied().find(|name| name.as_str() == text);
                let names = || Self::ALL.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
                found.ok_or_else(|| format!("{text:?} is none of {}", names()))
            }
        }
    };
}

names! {
    /// How far a case is. The last three are closed.
    State {
        /// Nobody has taken it yet.
        New = "new",
        /// Its owner knows of it.
        Acknowledged = "acknowledged",
        /// Somebody has talked to the customer.
        Contacted = "contacted",
        /// Done.
        Resolved = "resolved",
        /// The customer could not be reached.
        NoAnswer = "no_answer",
        /// There was nothing to do.
        NotNeeded = "not_needed",
    }
}

impl State {
    /// Whether something is still to be done.
    pub fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Acknowledged | Self::Contacted)
    }
}

names! {
    /// What was promised to customers who are followed up.
    Promise {
        /// That somebody has taken notice.
        Acknowledge = "acknowledge",
        /// That somebody has talked to the customer.
        Contact = "contact",
        /// That it is closed.
        Resolve = "resolve",
    }
}

names! {
    /// What can be done with a case.
    Action {
        /// Its owner has taken notice.
        Acknowledge = "acknowledge",
        /// Somebody has talked to the customer.
        Contact = "contact",
        /// It is done; `note` says what was done.
        Resolve = "resolve",
        /// The customer could not be reached.
        NoAnswer = "no_answer",
        /// There is nothing to do.
        NotNeeded = "not_needed",
        /// It is not done after all.
        Reopen = "reopen",
        /// `to` follows it up from now on.
        Assign = "assign",
        /// `root_cause` was behind it.
        RootCause = "root_cause",
        /// `note` is to be known.
        Note = "note",
    }
}

/// The body of `POST /v1/cases/{id}/actions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Act {
    /// What is done.
    pub action: Action,
    /// What is to be known of it. To resolve a case says what was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What was behind it: one of the company's list. Any action that closes the case may name it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_cause: Option<String>,
    /// Who follows it up from now on: a person's id. For `assign`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The state that the caller saw. Where it is another by now, nothing is done, and the answer says who was faster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<State>,
    /// A text of the caller's own, up to 64 bytes: sent again with it, the same is done once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl Act {
    /// An action without any words.
    pub fn plain(action: Action) -> Self {
        Self { action, note: None, root_cause: None, to: None, expected: None, key: None }
    }
}

/// The body of `POST /v1/cases`: a case by hand, about a customer or one of the customer's responses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewCase {
    /// The customer's id.
    pub customer: String,
    /// The id of one of the customer's responses. One response has one case at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<String>,
    /// The unit it belongs to; that of the response's agent without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Who follows it up; the unit's lead without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Why it is opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

names! {
    /// What happened to a case.
    Happened {
        /// It was opened.
        Opened = "opened",
        /// Its state changed.
        State = "state",
        /// Somebody else follows it up from now on.
        Assigned = "assigned",
        /// A promise was missed, and it went up in the organisation.
        Escalated = "escalated",
        /// It is known what was behind it.
        RootCause = "root_cause",
        /// Somebody wrote something down.
        Note = "note",
        /// The customer gave another score.
        Answered = "answered",
        /// The customer answered again after it was closed, and it was opened again.
        Reopened = "reopened",
        /// A mail was sent to somebody.
        Mailed = "mailed",
        /// A mail could not be sent.
        NotMailed = "not_mailed",
        /// The customer was erased.
        Erased = "erased",
    }
}

names! {
    /// Who did something.
    By {
        /// Somebody who works with Hearback.
        Person = "person",
        /// A system, by its key.
        Key = "key",
        /// Whoever runs the collector, on the command line.
        Operator = "operator",
        /// The collector itself.
        System = "system",
    }
}
