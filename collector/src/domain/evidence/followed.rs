//! What counts of a case: how long each step took, and whether it was done in time.
//!
//! Of a case that was opened again, its first round tells when somebody took notice and talked to the customer first, and whether that
//! was in time; its last one, when it was closed, and whether that was.

use jiff::Timestamp;
use wire::cases::{Promise, State};

use crate::domain::cases::{Case, Meter, Round};

/// What counts of a case. Owner, unit and root cause are codes of the cohort's, 0 for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Followed {
    /// When it was opened.
    pub opened_at: Timestamp,
    /// How far it is.
    pub state: State,
    /// Whether it was opened again.
    pub reopened: bool,
    /// Who follows it up.
    pub owner: u32,
    /// The unit.
    pub unit: u32,
    /// What was behind it.
    pub root_cause: u32,
    /// How long each step took, in the order of the promises.
    pub waits: [Waited; Promise::ALL.len()],
}

/// How long one step took, or takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waited {
    /// How the waiting has ended.
    pub end: End,
    /// Seconds by the calendar.
    pub elapsed: u32,
    /// Seconds of working time.
    pub working: u32,
    /// Whether it was promised, and what became of that.
    pub promised: Option<Promised>,
}

/// How waiting has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was done.
    Done,
    /// The case was closed without it.
    Closed,
    /// It goes on.
    Waiting,
}

/// What became of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promised {
    /// It was kept.
    Kept,
    /// It was done too late.
    Late,
    /// It is due, and not done.
    Overdue,
    /// It is not yet due, nor done.
    NotYetDue,
}

impl Waited {
    pub(super) fn new(case: &Case, promise: Promise, meter: Option<&Meter>, now: Timestamp) -> Self {
        let [first, last] = case.rounds();
        let (done, round) = match promise {
            Promise::Acknowledge => (first.acknowledged_at.or(last.acknowledged_at), first),
            Promise::Contact => (first.contacted_at.or(last.contacted_at), first),
            Promise::Resolve => (last.closed_at, last),
        };
        let (end, at) = match (done, last.closed_at) {
            (Some(at), _) => (End::Done, at),
            (None, Some(at)) => (End::Closed, at),
            (None, None) => (End::Waiting, now),
        };
        let seconds = |length: jiff::SignedDuration| length.as_secs().try_into().unwrap_or(0);
        Self {
            end,
            elapsed: seconds(at.duration_since(case.opened_at)),
            working: meter.map_or(0, |meter| seconds(meter.between(case.opened_at, at))),
            promised: promised(&round, promise, now),
        }
    }
}

fn promised(round: &Round, promise: Promise, now: Timestamp) -> Option<Promised> {
    let (by, done) = round.promised(promise)?;
    Some(match done {
        Some(at) if at <= by => Promised::Kept,
        Some(_) => Promised::Late,
        None if by <= now => Promised::Overdue,
        None => Promised::NotYetDue,
    })
}
