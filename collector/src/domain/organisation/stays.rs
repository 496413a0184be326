//! Who is where when.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;

use super::tree::Tree;
use super::{Agent, Membership, Organisation, Unit};
use crate::domain::dates::first_moment;
use crate::domain::names::{AgentId, UnitId};

/// A unit, and from when until when somebody is in it or below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay<'a> {
    /// The unit's id.
    pub unit: &'a str,
    /// The first moment; [`Timestamp::MIN`] if it has always been so.
    pub from: Timestamp,
    /// The moment after the last one; [`Timestamp::MAX`] if it stays so.
    pub to: Timestamp,
}

impl Stay<'_> {
    /// Whether it lasts at this moment.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && (at < self.to || self.to == Timestamp::MAX)
    }
}

/// A membership with its ends: [`Date::MIN`] if it has always been so, [`Date::MAX`] if it stays so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<'a> {
    /// The unit.
    pub unit: &'a UnitId,
    /// The first day.
    pub from: Date,
    /// The day after the last one.
    pub to: Date,
}

impl<'a> Span<'a> {
    pub(super) fn of(membership: &'a Membership) -> Self {
        let (from, to) = (membership.from.unwrap_or(Date::MIN), membership.to.unwrap_or(Date::MAX));
        Self { unit: &membership.unit, from, to }
    }

    pub(super) fn holds(&self, date: Date) -> bool {
        self.from <= date && date < self.to
    }

    /// Its dates, for people.
    pub fn period(&self) -> String {
        match (self.from == Date::MIN, self.to == Date::MAX) {
            (true, true) => "always".into(),
            (true, false) => format!("to {}", self.to),
            (false, true) => format!("from {}", self.from),
            (false, false) => format!("from {} to {}", self.from, self.to),
        }
    }
}

impl Agent {
    /// Where the agent is over time, in order: the memberships, and `unit` wherever they leave room.
    pub fn spans(&self) -> Vec<Span<'_>> {
        let mut said: Vec<Span<'_>> = self.memberships.iter().map(Span::of).collect();
        said.sort_by_key(|span| span.from);
        let Some(unit) = &self.unit else {
            return said;
        };
        let mut spans = Vec::with_capacity(2 * said.len() + 1);
        let mut free = Date::MIN;
        for span in said {
            if free < span.from {
                spans.push(Span { unit, from: free, to: span.from });
            }
            free = free.max(span.to);
            spans.push(span);
        }
        if free < Date::MAX {
            spans.push(Span { unit, from: free, to: Date::MAX });
        }
        spans
    }
}

impl Organisation {
    /// For each agent who at some time is in or below a unit of this kind: the nearest such unit over time, in order, none
    /// overlapping another, and each as long as it can be.
    pub fn stays(&self, kind: &str) -> BTreeMap<&str, Vec<Stay<'_>>> {
        let tree = Tree::new(&self.units);
        let nearest = tree.nearest(kind);
        self.stays_by(&tree, &nearest)
    }

    /// For each agent who at some time is in one of these units or below it: when, in order, as the stays in the highest of them.
    pub fn stays_within(&self, units: &[UnitId]) -> BTreeMap<&str, Vec<Stay<'_>>> {
        let tree = Tree::new(&self.units);
        let highest = tree.highest(units);
        self.stays_by(&tree, &highest)
    }

    /// The stays in the units that stand for each unit.
    fn stays_by<'a>(
        &'a self,
        tree: &Tree<'a>,
        stands_for: &[Option<usize>],
    ) -> BTreeMap<&'a str, Vec<Stay<'a>>> {
        let zone = self.zone();
        let mut moments = HashMap::new();
        let mut moment = |date: Date| *moments.entry(date).or_insert_with(|| first_moment(date, &zone));
        let mut all = BTreeMap::new();
        for agent in &self.agents {
            let mut stays: Vec<Stay<'_>> = Vec::new();
            for span in agent.spans() {
                let Some(home) = tree.place(span.unit.as_str()).and_then(|place| stands_for[place]) else {
                    continue;
                };
                let unit = self.units[home].id.as_str();
                let (from, to) = (moment(span.from), moment(span.to));
                // A day that was left out of the calendar takes no time.
                if from >= to {
                    continue;
                }
                match stays.last_mut() {
                    Some(last) if last.unit == unit && last.to == from => last.to = to,
                    _ => stays.push(Stay { unit, from, to }),
                }
            }
            if !stays.is_empty() {
                all.insert(agent.id.as_str(), stays);
            }
        }
        all
    }

    /// For each agent who at this moment is in or below a unit of this kind: the nearest one.
    pub fn homes(&self, kind: &str, at: Timestamp) -> BTreeMap<&str, &str> {
        let mut homes = BTreeMap::new();
        for (agent, stays) in self.stays(kind) {
            if let Some(stay) = stays.iter().find(|stay| stay.holds(at)) {
                homes.insert(agent, stay.unit);
            }
        }
        homes
    }

    /// The unit that an agent is in at this moment.
    pub fn unit_of(&self, agent: &str, at: Timestamp) -> Option<&UnitId> {
        let date = at.to_zoned(self.zone()).date();
        let spans = self.agent(agent).map(Agent::spans).unwrap_or_default();
        spans.iter().find(|span| span.holds(date)).map(|span| span.unit)
    }

    /// The agents who are in one of these units at this moment.
    pub fn agents_in(&self, units: &BTreeSet<UnitId>, at: Timestamp) -> impl Iterator<Item = &AgentId> {
        let date = at.to_zoned(self.zone()).date();
        let is_there = move |agent: &&Agent| {
            agent.spans().iter().any(|span| span.holds(date) && units.contains(span.unit))
        };
        self.agents.iter().filter(is_there).map(|agent| &agent.id)
    }

    /// Kind of unit → the nearest unit of this kind that an agent is in or below at this moment.
    pub fn units_of(&self, agent: &str, at: Timestamp) -> BTreeMap<&str, &str> {
        // From the root on: the nearest comes last.
        let path = self.path_of(agent, at).into_iter();
        path.map(|unit| (unit.kind.as_str(), unit.id.as_str())).collect()
    }

    /// The way to the unit that an agent is in at this moment: root first, that unit last.
    pub fn path_of(&self, agent: &str, at: Timestamp) -> Vec<&Unit> {
        self.unit_of(agent, at).map(|unit| self.path(unit.as_str())).unwrap_or_default()
    }

    /// The organisation of one day: its agents with the membership they have that day, and without those who then are in no
    /// unit, though they are at other times.
    pub fn at(&self, date: Date) -> Organisation {
        let agent = |agent: &Agent| {
            let spans = agent.spans();
            let then: Vec<Span<'_>> = spans.iter().copied().filter(|span| span.holds(date)).collect();
            (spans.is_empty() || !then.is_empty()).then(|| agent.with(&then))
        };
        let agents = self.agents.iter().filter_map(agent).collect();
        Organisation { time_zone: self.time_zone.clone(), units: self.units.clone(), agents }
    }
}

#[cfg(test)]
#[path = "stays_tests.rs"]
mod tests;
