//! The work list: of each case what it is listed and counted by, in memory, as columns.
//!
//! A lead's list and its counts are one pass over all cases: 33 bytes each, of which most are passed over after the first few. A
//! table on the disk could have one order and one set of counters; here any filter costs the same.
//!
//! Cases are never removed, so a case's number is its row. Rows lie in segments that readers share: the writer copies a segment
//! before changing it if somebody reads it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use wire::cases::State;

use super::place::Place;
use crate::domain::cases::{Case, CaseId, Sees};
use crate::domain::names::{AgentId, PersonId, UnitId};
use crate::domain::query::Period;

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

/// A pass under way.
struct Count<'a> {
    names: &'a Names,
    /// By the unit's code whether its cases are seen and wanted: the first bit, seen whoever looks; the second, wanted.
    units: Vec<u8>,
    /// The codes of whoever looks, where not all is seen.
    me: Option<(u32, u32)>,
    states: u8,
    owner: Option<u32>,
    agent: Option<u32>,
    root_cause: Option<u32>,
    due: Option<Soon>,
    after: Option<Place>,
    now: i64,
    day_ends: i64,
    limit: usize,
    /// The first ones of those that match, the last of them on top.
    first: BinaryHeap<Place>,
    matching: u64,
    by_state: [u64; State::ALL.len()],
    soon: (u64, u64),
    by_owner: HashMap<u32, (u64, u64)>,
    by_cause: HashMap<u32, u64>,
}

const SEEN: u8 = 1;
const WANTED: u8 = 2;

impl<'a> Count<'a> {
    fn new(list: &'a WorkList, wanted: &Wanted, sees: &Sees, now: Now) -> Self {
        let names = &*list.names;
        // A name that no case has is that of none.
        let code = |name: &str| names.codes.get(name).copied().unwrap_or(u32::MAX);
        let (all_seen, all_wanted) = (*sees == Sees::All, wanted.units.is_none());
        let either = |all: bool, bit: u8| if all { bit } else { 0 };
        let mut units = vec![either(all_seen, SEEN) | either(all_wanted, WANTED); names.names.len() + 1];
        let mut mark = |unit: &UnitId, bit: u8| {
            if let Some(unit) = names.codes.get(unit.as_str()) {
                units[*unit as usize] |= bit;
            }
        };
        let me = match sees {
            Sees::All => None,
            Sees::Only { units, person, agent } => {
                units.iter().for_each(|unit| mark(unit, SEEN));
                Some((code(person.as_str()), agent.as_ref().map_or(u32::MAX, |agent| code(agent.as_str()))))
            }
        };
        wanted.units.iter().flatten().for_each(|unit| mark(unit, WANTED));
        let bit = |state: &State| 1 << (*state as u8);
        Self {
            names,
            units,
            me,
            states: if wanted.states.is_empty() { u8::MAX } else { wanted.states.iter().map(bit).sum() },
            owner: wanted.owner.as_ref().map(|owner| code(owner.as_str())),
            agent: wanted.agent.as_ref().map(|agent| code(agent.as_str())),
            root_cause: wanted.root_cause.as_deref().map(code),
            due: wanted.due,
            after: wanted.after,
            now: now.at.as_millisecond(),
            day_ends: now.day_ends.as_millisecond(),
            limit: wanted.limit,
            first: BinaryHeap::new(),
            matching: 0,
            by_state: Default::default(),
            soon: (0, 0),
            by_owner: HashMap::new(),
            by_cause: HashMap::new(),
        }
    }

    #[inline]
    fn row(&mut self, segment: &Segment, row: usize, id: CaseId) {
        let state = segment.state[row];
        if state == 0 {
            return;
        }
        let unit = self.units[segment.unit[row] as usize];
        let is_mine = || {
            self.me.is_some_and(|(person, agent)| segment.owner[row] == person || segment.agent[row] == agent)
        };
        let is_anothers = self.agent.is_some_and(|agent| segment.agent[row] != agent);
        if unit & WANTED == 0 || (unit & SEEN == 0 && !is_mine()) || is_anothers {
            return;
        }
        let (owner, cause, due) = (segment.owner[row], segment.root_cause[row], segment.due[row]);
        let open = is_open(state);
        let overdue = due <= self.now;
        let today = !overdue && due < self.day_ends;
        self.by_state[usize::from(state - 1)] += 1;
        if open {
            let count = self.by_owner.entry(owner).or_default();
            count.0 += 1;
            count.1 += u64::from(overdue);
            self.soon.0 += u64::from(today);
            self.soon.1 += u64::from(overdue);
        }
        if cause != NONE {
            *self.by_cause.entry(cause).or_default() += 1;
        }
        let soon_enough = match self.due {
            None => true,
            Some(Soon::Overdue) => overdue,
            Some(Soon::Today) => today,
        };
        if self.states & 1 << (state - 1) == 0
            || self.owner.is_some_and(|wanted| wanted != owner)
            || self.root_cause.is_some_and(|wanted| wanted != cause)
            || !soon_enough
        {
            return;
        }
        self.matching += 1;
        let place = Place::new(open, due, id);
        if self.after.is_some_and(|after| place <= after) {
            return;
        }
        // One more than the page has: it tells whether there is another page.
        if self.first.len() <= self.limit {
            self.first.push(place);
        } else if self.first.peek().is_some_and(|last| place < *last) {
            self.first.pop();
            self.first.push(place);
        }
    }

    fn found(self, limit: usize) -> Found {
        let mut places = self.first.into_sorted_vec();
        let more = places.len() > limit;
        places.truncate(limit);
        let name = |code: u32| self.names.names[code as usize - 1].clone();
        let owners = self.by_owner.into_iter().map(|(owner, (open, overdue))| (name(owner), open, overdue));
        let mut owners: Vec<_> = owners.collect();
        owners.sort_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
        let causes = self.by_cause.into_iter().map(|(cause, cases)| (name(cause), cases));
        let mut root_causes: Vec<_> = causes.collect();
        root_causes.sort_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
        let (due, overdue) = self.soon;
        Found {
            next: places.last().copied().filter(|_| more),
            cases: places.into_iter().map(|place| CaseId(place.number.unsigned_abs())).collect(),
            matching: self.matching,
            counts: Counted { states: self.by_state, due, overdue, owners, root_causes },
        }
    }
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
