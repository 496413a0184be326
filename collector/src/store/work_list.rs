//! The work list: of each case what it is listed and counted by, in memory, as columns.
//!
//! A lead's list and its counts are one pass over all cases: 33 bytes each, of which most are passed over after the first few. A
//! table on the disk could have one order and one set of counters; here any filter costs the same.
//!
//! Cases are never removed, so a case's number is its row. Rows lie in segments that readers share: the writer copies a segment
//! before changing it if somebody reads it.

mod count;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use wire::cases::State;

use crate::domain::cases::{Case, CaseId, Sees};
use crate::domain::names::{AgentId, PersonId, UnitId};
use crate::domain::query::Period;
use count::Count;

/// Rows in a segment.
const ROWS: usize = 16 * 1024;

/// No case is in this row, or nothing in this column.
const NONE: u32 = 0;

/// Nothing is due.
const NEVER: i64 = i64::MAX;

/// All cases, as they are listed.
#[derive(Clone, Default)]
pub struct WorkList {
    names: Arc<Names>,
    segments: Vec<Arc<Segment>>,
}

/// Codes of owners, units, agents and root causes.
#[derive(Clone, Default)]
struct Names {
    codes: HashMap<String, u32>,
    /// The name of code `n` is at place `n - 1`.
    names: Vec<String>,
}

#[derive(Clone)]
struct Segment {
    /// 0: there is no such case. Else the state's place, counted from 1.
    state: Vec<u8>,
    unit: Vec<u32>,
    owner: Vec<u32>,
    agent: Vec<u32>,
    root_cause: Vec<u32>,
    /// Milliseconds of Unix time.
    due: Vec<i64>,
    /// When it was opened, the same.
    opened: Vec<i64>,
}

/// Which cases are asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The states; all of them without any.
    pub states: Vec<State>,
    /// Who follows up.
    pub owner: Option<PersonId>,
    /// The units, those below included; all of them without any.
    pub units: Option<Vec<UnitId>>,
    /// Whose interaction it was.
    pub agent: Option<AgentId>,
    /// What was behind it.
    pub root_cause: Option<String>,
    /// Until when something is due.
    pub due: Option<Soon>,
    /// Only these, as those of a customer are.
    pub only: Option<Vec<CaseId>>,
    /// The last one of the page before.
    pub after: Option<Place>,
    /// How many at most.
    pub limit: usize,
}

/// How soon something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Soon {
    /// A promise was missed.
    Overdue,
    /// Before the day ends, and not yet missed.
    Today,
}

/// What time it is.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Now.
    pub at: Timestamp,
    /// When the day ends.
    pub day_ends: Timestamp,
}

/// A place in the order of the list: the open ones by what is due first, then the closed ones, the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Whether it is closed.
    pub closed: bool,
    /// What orders them: until when something is due, in milliseconds.
    pub due: i64,
    /// The number; of closed ones counted backwards.
    pub number: i64,
}

/// A page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The cases of the page, in order.
    pub cases: Vec<CaseId>,
    /// Where the page ends, if there are more.
    pub next: Option<Place>,
    /// How many match.
    pub matching: u64,
    /// How many there are of each kind, whatever was asked for but unit, agent and customer.
    pub counts: Counted,
}

/// How many cases there are of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// By the state's place.
    pub states: [u64; State::ALL.len()],
    /// Open ones of which something is due today.
    pub due: u64,
    /// Open ones of which a promise was missed.
    pub overdue: u64,
    /// Who has how many open ones, and how many of them are overdue; the most first.
    pub owners: Vec<(String, u64, u64)>,
    /// How many each root cause was behind; the most first.
    pub root_causes: Vec<(String, u64)>,
}

impl Place {
    fn new(open: bool, due: i64, id: CaseId) -> Self {
        let number = i64::try_from(id.0).unwrap_or(i64::MAX);
        match open {
            true => Self { closed: false, due, number },
            false => Self { closed: true, due: 0, number: -number },
        }
    }

    /// As a text that is handed out and comes back.
    pub fn written(&self) -> String {
        format!("{}.{}.{}", u8::from(self.closed), self.due, self.number)
    }

    /// Reads such a text.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let closed = match parts.next()? {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        Some(Self { closed, due: parts.next()?.parse().ok()?, number: parts.next()?.parse().ok()? })
    }
}

impl WorkList {
    /// Takes a case as it is now.
    pub(super) fn set(&mut self, id: CaseId, case: &Case) {
        let Some(row) = id.0.checked_sub(1).and_then(|row| usize::try_from(row).ok()) else { return };
        let unit = self.code(case.unit.as_ref().map(UnitId::as_str));
        let owner = self.code(Some(case.owner.as_str()));
        let agent = self.code(case.agent.as_ref().map(AgentId::as_str));
        let root_cause = self.code(case.root_cause.as_deref());
        while self.segments.len() <= row / ROWS {
            self.segments.push(Arc::new(Segment::empty()));
        }
        let segment = Arc::make_mut(&mut self.segments[row / ROWS]);
        let row = row % ROWS;
        segment.state[row] = case.state as u8 + 1;
        (segment.unit[row], segment.owner[row]) = (unit, owner);
        (segment.agent[row], segment.root_cause[row]) = (agent, root_cause);
        segment.due[row] = case.next_due().map_or(NEVER, |(_, at)| at.as_millisecond());
        segment.opened[row] = case.opened_at.as_millisecond();
    }

    fn code(&mut self, name: Option<&str>) -> u32 {
        let Some(name) = name else { return NONE };
        if let Some(code) = self.names.codes.get(name) {
            return *code;
        }
        let names = Arc::make_mut(&mut self.names);
        names.names.push(name.to_owned());
        let code = u32::try_from(names.names.len()).unwrap_or(u32::MAX);
        names.codes.insert(name.to_owned(), code);
        code
    }

    /// A page of what is wanted, and how many there are, among those that somebody sees.
    pub fn find(&self, wanted: &Wanted, sees: &Sees, now: Now) -> Found {
        let mut count = Count::new(self, wanted, sees, now);
        match &wanted.only {
            Some(cases) => {
                for id in cases {
                    let row = id.0.saturating_sub(1) as usize;
                    if let Some(segment) = self.segments.get(row / ROWS) {
                        count.row(segment, row % ROWS, *id);
                    }
                }
            }
            None => {
                for (place, segment) in self.segments.iter().enumerate() {
                    for row in 0..ROWS {
                        count.row(segment, row, CaseId((place * ROWS + row + 1) as u64));
                    }
                }
            }
        }
        count.found(wanted.limit)
    }

    /// The first and the last case that was opened in a period, and when the earliest of them was. Numbers are given in the order of
    /// opening, as long as the clock is not set back: between them there may be others.
    pub fn opened(&self, period: &Period) -> Option<(CaseId, CaseId, Timestamp)> {
        let from = period.from.map_or(i64::MIN, Timestamp::as_millisecond);
        let to = period.to.map_or(NEVER, Timestamp::as_millisecond);
        let opened = self.segments.iter().flat_map(|segment| &segment.opened);
        let within = || opened.clone().enumerate().filter(|(_, at)| (from..to).contains(*at));
        let id = |row: usize| CaseId(row as u64 + 1);
        let (first, last) = (within().next()?.0, within().last()?.0);
        let earliest = within().map(|(_, at)| *at).min()?;
        Some((id(first), id(last), Timestamp::from_millisecond(earliest).ok()?))
    }

    /// How many are open, and of how many a promise was missed.
    pub fn open(&self, now: Timestamp) -> (u64, u64) {
        let now = now.as_millisecond();
        let mut open = (0, 0);
        for segment in &self.segments {
            for (state, due) in segment.state.iter().zip(&segment.due) {
                let is_open = is_open(*state);
                open.0 += u64::from(is_open);
                open.1 += u64::from(is_open && *due <= now);
            }
        }
        open
    }
}

impl Segment {
    fn empty() -> Self {
        Self {
            state: vec![0; ROWS],
            unit: vec![NONE; ROWS],
            owner: vec![NONE; ROWS],
            agent: vec![NONE; ROWS],
            root_cause: vec![NONE; ROWS],
            due: vec![NEVER; ROWS],
            opened: vec![NEVER; ROWS],
        }
    }
}

/// Whether a state's place, counted from 1, is one of the open ones.
fn is_open(state: u8) -> bool {
    (1..=State::Contacted as u8 + 1).contains(&state)
}

impl Counted {
    /// How many there are in this state.
    pub fn of(&self, state: State) -> u64 {
        self.states[state as usize]
    }
}

#[cfg(test)]
#[path = "work_list_tests.rs"]
mod tests;
