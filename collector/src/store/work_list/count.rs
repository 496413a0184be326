//! One pass over the list: what matches, and how many there are of each kind.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use wire::cases::State;

use super::{Counted, Found, Names, Now, Place, Segment, Soon, Wanted, WorkList, is_open};
use crate::domain::cases::{CaseId, Sees};
use crate::domain::names::UnitId;

/// A pass under way.
pub(super) struct Count<'a> {
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
    /// By the owner's code how many are open, and how many of them are overdue.
    by_owner: Vec<(u64, u64)>,
    /// By the root cause's code.
    by_cause: Vec<u64>,
}

const SEEN: u8 = 1;
const WANTED: u8 = 2;

impl<'a> Count<'a> {
    pub(super) fn new(list: &'a WorkList, wanted: &Wanted, sees: &Sees, now: Now) -> Self {
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
            by_owner: vec![(0, 0); names.names.len() + 1],
            by_cause: vec![0; names.names.len() + 1],
        }
    }

    #[inline]
    pub(super) fn row(&mut self, segment: &Segment, row: usize, id: CaseId) {
        // Of most, nothing else is looked at.
        let unit = self.units[segment.unit[row] as usize];
        if unit & WANTED == 0 {
            return;
        }
        let state = segment.state[row];
        if state == 0 {
            return;
        }
        let is_mine = || {
            self.me.is_some_and(|(person, agent)| segment.owner[row] == person || segment.agent[row] == agent)
        };
        let is_anothers = self.agent.is_some_and(|agent| segment.agent[row] != agent);
        if (unit & SEEN == 0 && !is_mine()) || is_anothers {
            return;
        }
        let (owner, cause, due) = (segment.owner[row], segment.root_cause[row], segment.due[row]);
        let open = is_open(state);
        let overdue = due <= self.now;
        let today = !overdue && due < self.day_ends;
        self.by_state[usize::from(state - 1)] += 1;
        if open {
            let count = &mut self.by_owner[owner as usize];
            count.0 += 1;
            count.1 += u64::from(overdue);
            self.soon.0 += u64::from(today);
            self.soon.1 += u64::from(overdue);
        }
        self.by_cause[cause as usize] += 1;
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

    pub(super) fn found(self, limit: usize) -> Found {
        let mut places = self.first.into_sorted_vec();
        let more = places.len() > limit;
        places.truncate(limit);
        // The first place is nobody's.
        let owners = self.names.names.iter().zip(&self.by_owner[1..]).filter(|(_, (open, _))| *open > 0);
        let owners = owners.map(|(name, (open, overdue))| (name.clone(), *open, *overdue));
        let mut owners: Vec<_> = owners.collect();
        owners.sort_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
        let causes = self.names.names.iter().zip(&self.by_cause[1..]).filter(|(_, cases)| **cases > 0);
        let mut root_causes: Vec<_> = causes.map(|(name, cases)| (name.clone(), *cases)).collect();
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
