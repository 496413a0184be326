//! Cases: customers whom somebody follows up, because of what they answered or because somebody says so.
//!
//! The company says what opens a case, who follows it up and how soon, in one document ([`FollowUp`]). A response has one case at
//! most: an answer that changes changes the case, or opens it again. What happens to a case is noted in its trail, which
//! nothing changes afterwards.
//!
//! Read in this order: the values below, [`FollowUp`] (the document) with [`check`], [`WorkingHours`], [`InForce`] (the document ready to
//! be asked), `owner` (who follows up), `follow` (what a response does), `act` (what people do), `escalate` (what a missed
//! promise does), [`Entry`] (the trail), [`Sees`] (who sees what), [`Acknowledgement`] (the link in the owner's mail).

mod acknowledgement;
mod act;
mod check;
mod document;
mod erase;
mod escalate;
mod follow;
mod hours;
mod meter;
mod owner;
mod rules;
mod said;
mod sees;
mod trail;
mod words;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wire::Score;
use wire::cases::{Promise, State};

use crate::domain::names::{AgentId, CustomerId, PersonId, UnitId};

pub use acknowledgement::Acknowledgement;
pub use act::{Acting, Refused, act, allowed};
pub use check::check;
pub use document::{Capacity, Escalation, FollowUp, Hours, Owner, OwnerMail, Promises, RootCause, Rule};
pub use erase::erase;
pub use escalate::escalate;
pub use follow::{Answer, Becomes, ByHand, by_hand, mail_at, opened, reanswered};
pub use hours::WorkingHours;
pub use meter::Meter;
pub use owner::{Loads, Staff};
pub use rules::InForce;
pub use said::said;
pub use sees::Sees;
pub use trail::{Entry, What, Who};

/// A case's number, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub u64);

impl fmt::Display for CaseId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(to)
    }
}

impl FromStr for CaseId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Until when what is promised. Milliseconds, as everything else that is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Until when somebody takes notice.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub acknowledge: Option<Timestamp>,
    /// Until when somebody talks to the customer.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub contact: Option<Timestamp>,
    /// Until when it is closed.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub resolve: Option<Timestamp>,
}

/// A case. Stored under its number: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The sequence number of the response it is about.
    #[serde(default)]
    pub response: Option<u64>,
    /// Whom it is about.
    #[serde(default)]
    pub customer: Option<CustomerId>,
    /// The survey.
    #[serde(default)]
    pub survey: Option<String>,
    /// Whose interaction it was.
    #[serde(default)]
    pub agent: Option<AgentId>,
    /// The unit that the agent was in then.
    #[serde(default)]
    pub unit: Option<UnitId>,
    /// The score that was given last.
    #[serde(default)]
    pub score: Option<Score>,
    /// The rule that opened it; nothing, if that was done by hand.
    #[serde(default)]
    pub rule: Option<String>,
    /// How far it is.
    pub state: State,
    /// Who follows it up.
    pub owner: PersonId,
    /// What was behind it.
    #[serde(default)]
    pub root_cause: Option<String>,
    /// When it was opened.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub opened_at: Timestamp,
    /// When somebody took notice first, since it was opened last.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub acknowledged_at: Option<Timestamp>,
    /// When somebody talked to the customer first, since it was opened last.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub contacted_at: Option<Timestamp>,
    /// When it was closed.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub closed_at: Option<Timestamp>,
    /// What was promised.
    #[serde(default)]
    pub due: Due,
    /// When somebody looks next whether a promise was missed.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub watch: Option<Timestamp>,
    /// How often it went up in the organisation since it was opened last.
    #[serde(default)]
    pub escalations: u32,
    /// Whether somebody was given it by hand since it was opened last: no rule takes it from her or him.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub assigned: bool,
    /// How many entries its trail has.
    #[serde(default)]
    pub entries: u32,
    /// How it went before it was opened again the first time; nothing, if it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Round>,
}

/// From opening a case to closing it. Stored: fields are only added, with a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// How it ended.
    pub state: State,
    /// When somebody took notice.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub acknowledged_at: Option<Timestamp>,
    /// When somebody talked to the customer.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub contacted_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub closed_at: Option<Timestamp>,
    /// What was promised.
    #[serde(default)]
    pub due: Due,
}

impl Case {
    /// How it goes since it was opened last.
    fn round(&self) -> Round {
        Round {
            state: self.state,
            acknowledged_at: self.acknowledged_at,
            contacted_at: self.contacted_at,
            closed_at: self.closed_at,
            due: self.due,
        }
    }

    /// How it went when it was opened, and how it goes since it was opened last.
    pub fn rounds(&self) -> [Round; 2] {
        [self.first.unwrap_or_else(|| self.round()), self.round()]
    }

    /// What is to be done next, and until when: of the promises that are still open, the first.
    pub fn next_due(&self) -> Option<(Promise, Timestamp)> {
        let open = |promise, at: Option<Timestamp>, state: &[State]| {
            at.filter(|_| state.contains(&self.state)).map(|at| (promise, at))
        };
        let promises = [
            open(Promise::Acknowledge, self.due.acknowledge, &[State::New]),
            open(Promise::Contact, self.due.contact, &[State::New, State::Acknowledged]),
            open(Promise::Resolve, self.due.resolve, &[State::New, State::Acknowledged, State::Contacted]),
        ];
        promises.into_iter().flatten().min_by_key(|(_, at)| *at)
    }

    /// Whether a promise was missed, and is still open.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.next_due().is_some_and(|(_, at)| at <= now)
    }

    /// Until when a promise was to be kept, and when that was done.
    pub fn promised(&self, promise: Promise) -> Option<(Timestamp, Option<Timestamp>)> {
        self.round().promised(promise)
    }
}

impl Round {
    /// Until when a promise was to be kept, and when that was done.
    pub fn promised(&self, promise: Promise) -> Option<(Timestamp, Option<Timestamp>)> {
        let (by, done) = match promise {
            Promise::Acknowledge => (self.due.acknowledge, self.acknowledged_at),
            Promise::Contact => (self.due.contact, self.contacted_at),
            Promise::Resolve => (self.due.resolve, self.closed_at),
        };
        // What was closed without it needed it no more.
        by.map(|by| (by, done.or(self.closed_at)))
    }
}

#[cfg(test)]
mod tests;
