//! Cases: what customers said that somebody follows up. Shared by the collector, its pages for people and its command line.
//!
//! Times are RFC 3339 texts. Fields are only added, with a default.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::nps::{Category, Score};

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

/// Somebody or something with a name for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Named {
    /// The id.
    pub id: String,
    /// The name; the id, where none is known any more.
    pub name: String,
}

/// A page of the work list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CasesPage {
    /// The cases: the open ones by what is due first, then the closed ones, the newest first.
    pub cases: Vec<CaseSummary>,
    /// How many there are of each kind.
    pub counts: Counts,
    /// How many match the whole query, this page and all others.
    pub matching: u64,
    /// What to ask for the next page with (`cursor`); absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// How many cases there are among those that the caller sees, of the unit and the customer asked for; whatever state, owner,
/// root cause and time were asked for besides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counts {
    /// Open and not yet acknowledged.
    pub new: u64,
    /// Acknowledged, and nobody has talked to the customer yet.
    pub acknowledged: u64,
    /// Contacted, and not yet closed.
    pub contacted: u64,
    /// All that are open.
    pub open: u64,
    /// Open, and something is due before the day ends, where the working hours are; the overdue ones are not among them.
    pub due: u64,
    /// Open, and a promise was missed.
    pub overdue: u64,
    /// All that are closed.
    pub closed: u64,
    /// The open ones by who follows them up, the most first.
    pub by_owner: Vec<OwnerCount>,
    /// All by root cause, open and closed, the most first; those of which none is known are left out.
    pub by_root_cause: Vec<RootCauseCount>,
}

/// How many open cases somebody has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnerCount {
    /// Who.
    pub owner: Named,
    /// Open cases.
    pub open: u64,
    /// Those of them of which a promise was missed.
    pub overdue: u64,
}

/// How many cases a root cause was behind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RootCauseCount {
    /// Which.
    pub root_cause: Named,
    /// Cases.
    pub cases: u64,
}

/// A case on the work list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseSummary {
    /// Its number.
    pub id: u64,
    /// How far it is.
    pub state: State,
    /// The score that the customer gave last.
    pub score: Option<Score>,
    /// What it says.
    pub category: Option<Category>,
    /// The customer's id; absent where nobody knows who it was.
    pub customer: Option<String>,
    /// The customer's first name, if it is known.
    #[serde(default)]
    pub first_name: Option<String>,
    /// The beginning of what the customer wrote.
    pub comment: Option<String>,
    /// The survey's id.
    pub survey: Option<String>,
    /// Whose interaction it was.
    pub agent: Option<Named>,
    /// The unit that the agent was in.
    pub unit: Option<Named>,
    /// Who follows it up.
    pub owner: Named,
    /// The rule that opened it; absent if that was done by hand.
    pub rule: Option<String>,
    /// What was behind it, once that is known.
    pub root_cause: Option<Named>,
    /// When it was opened.
    pub opened_at: String,
    /// When something is to be done next; absent once it is closed, and where nothing was promised.
    pub due_at: Option<String>,
    /// What.
    pub due: Option<Promise>,
    /// Whether that time is over.
    pub overdue: bool,
    /// How often it went up in the organisation, since a promise was missed.
    pub escalations: u32,
}

/// One case, with all that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseView {
    /// As it is on the work list.
    #[serde(flatten)]
    pub case: CaseSummary,
    /// When somebody took notice, talked to the customer, and closed it.
    pub acknowledged_at: Option<String>,
    /// When somebody talked to the customer first.
    pub contacted_at: Option<String>,
    /// When it was closed.
    pub closed_at: Option<String>,
    /// What was promised, and whether it was kept.
    pub promises: Vec<PromiseView>,
    /// What the customer answered; absent where the case is about no response, or it was erased.
    pub response: Option<ResponseOfCase>,
    /// How the customer can be reached.
    pub contact: Option<Contact>,
    /// The customer's scores, the newest first.
    pub history: Vec<PastScore>,
    /// What happened, in order.
    pub trail: Vec<TrailEntry>,
    /// What the caller can do now.
    pub actions: Vec<Action>,
    /// The company's root causes, to choose from.
    pub root_causes: Vec<Named>,
}

/// A promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PromiseView {
    /// What.
    pub promise: Promise,
    /// Until when.
    pub by: String,
    /// When it was done, if it was.
    pub done_at: Option<String>,
    /// Whether it was kept; absent while that is open.
    pub kept: Option<bool>,
}

/// What the customer answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResponseOfCase {
    /// The response's id.
    pub id: String,
    /// When it was given.
    pub at: String,
    /// Whether the customer finished.
    pub complete: bool,
    /// The language of the form.
    pub language: Option<String>,
    /// What was known about the interaction.
    pub attributes: Vec<Attribute>,
    /// Question and answer, in the order of the survey.
    pub answers: Vec<Said>,
}

/// Something known about the interaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A question and what the customer answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Said {
    /// The question's id.
    pub id: String,
    /// The question.
    pub question: String,
    /// The answer in words.
    pub answer: String,
}

/// How the customer can be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    /// The first name.
    pub first_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
}

/// A score of the customer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PastScore {
    /// The score.
    pub score: Score,
    /// When it was given.
    pub at: String,
    /// The case that it led to, if it led to one.
    pub case: Option<u64>,
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

/// Something that happened to a case. None is ever changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrailEntry {
    /// Its number, from 0 on.
    pub number: u32,
    /// When.
    pub at: String,
    /// Who did it.
    pub by: By,
    /// The person or the key.
    pub who: Option<Named>,
    /// What.
    pub what: Happened,
    /// What it was before: a state, a person's id, a score.
    pub from: Option<String>,
    /// What it was from then on: a state, a person's id, a root cause, a score, the rule that opened it.
    pub to: Option<String>,
    /// The promise that was missed.
    pub promise: Option<Promise>,
    /// What somebody wrote.
    pub note: Option<String>,
    /// Whether a text that was here went with the customer.
    #[serde(default)]
    pub erased: bool,
}
