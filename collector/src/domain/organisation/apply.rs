//! A change, applied: all of it, or nothing and why.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use wire::FieldProblem;

use super::check::{Place, Wrong};
use super::{Agent, AgentChange, Change, Organisation, Span, Unit, UnitChange};
use crate::domain::names::UnitId;

impl Organisation {
    /// The organisation as the change makes it. `now` says which day is the last one of agents who are removed.
    ///
    /// # Errors
    /// Everything in the change that cannot be done. What was wrong before is no reason.
    pub fn changed(&self, change: &Change, now: Timestamp) -> Result<Self, Vec<FieldProblem>> {
        let mut draft = Draft::new(self, change);
        draft.put_units();
        draft.put_agents();
        draft.check();
        draft.check_moves();
        draft.check_removals();
        if draft.problems.is_empty() {
            draft.move_and_remove(now);
            draft.problems.extend(draft.next.too_large());
        }
        if draft.problems.is_empty() { Ok(draft.next) } else { Err(draft.problems) }
    }
}

/// A change under way.
struct Draft<'a> {
    change: &'a Change,
    next: Organisation,
    /// Where units and agents are in `next`, by their ids.
    units: HashMap<&'a str, usize>,
    agents: HashMap<&'a str, usize>,
    /// Which part of the change has put what is there in `next`.
    put_units: HashMap<usize, usize>,
    put_agents: HashMap<usize, usize>,
    removed_units: HashSet<&'a str>,
    problems: Vec<FieldProblem>,
}

impl<'a> Draft<'a> {
    fn new(before: &'a Organisation, change: &'a Change) -> Self {
        let mut next = before.clone();
        if let Some(time_zone) = &change.time_zone {
            next.time_zone.clone_from(time_zone);
        }
        Self {
            change,
            next,
            units: before.units.iter().enumerate().map(|(place, unit)| (unit.id.as_str(), place)).collect(),
            agents: before
                .agents
                .iter()
                .enumerate()
                .map(|(place, agent)| (agent.id.as_str(), place))
                .collect(),
            put_units: HashMap::new(),
            put_agents: HashMap::new(),
            removed_units: change.remove_units.iter().map(UnitId::as_str).collect(),
            problems: Vec::new(),
        }
    }

    fn add(&mut self, path: impl Into<String>, detail: impl Into<String>) {
        self.problems.push(FieldProblem::new(path, detail));
    }

    fn put_units(&mut self) {
        for (i, change) in self.change.units.iter().enumerate() {
            let place = *self.units.entry(change.id.as_str()).or_insert(self.next.units.len());
            if *self.put_units.entry(place).or_insert(i) != i {
                self.add(format!("units[{i}].id"), format!("{} stands here twice", change.id));
                continue;
            }
            match self.next.units.get_mut(place) {
                Some(unit) => change.put_on(unit),
                None => {
                    for (field, is_there) in
                        [("kind", change.kind.is_some()), ("name", change.name.is_some())]
                    {
                        if !is_there {
                            self.add(
                                format!("units[{i}].{field}"),
                                format!("{} is new, and a new unit needs it", change.id),
                            );
                        }
                    }
                    self.next.units.push(change.made());
                }
            }
        }
    }

    fn put_agents(&mut self) {
        for (i, change) in self.change.agents.iter().enumerate() {
            let place = *self.agents.entry(change.id.as_str()).or_insert(self.next.agents.len());
            if *self.put_agents.entry(place).or_insert(i) != i {
                self.add(format!("agents[{i}].id"), format!("{} stands here twice", change.id));
                continue;
            }
            match self.next.agents.get_mut(place) {
                Some(agent) => change.put_on(agent),
                None => {
                    if change.name.is_none() {
                        self.add(
                            format!("agents[{i}].name"),
                            format!("{} is new, and a new agent needs it", change.id),
                        );
                    }
                    self.next.agents.push(change.made());
                }
            }
        }
    }

    /// What is wrong with what was put.
    fn check(&mut self) {
        for wrong in self.next.wrong() {
            let called = match wrong.place {
                Place::Whole => self.change.time_zone.as_ref().map(|_| String::new()),
                Place::Unit(place) => self.put_units.get(&place).map(|i| format!("units[{i}]")),
                Place::Agent(place) => self.put_agents.get(&place).map(|i| format!("agents[{i}]")),
            };
            self.problems.extend(called.map(|called| Wrong::called(wrong, &called)));
        }
    }

    fn check_moves(&mut self) {
        let mut seen = HashMap::new();
        for (i, step) in self.change.moves.iter().enumerate() {
            if !self.agents.contains_key(step.agent.as_str()) {
                self.add(format!("moves[{i}].agent"), format!("there is no agent {}", step.agent));
            }
            if let Some(unit) = &step.unit {
                if !self.units.contains_key(unit.as_str()) {
                    self.add(format!("moves[{i}].unit"), format!("there is no unit {unit}"));
                } else if self.removed_units.contains(unit.as_str()) {
                    self.add(format!("moves[{i}].unit"), format!("{unit} is removed by the same change"));
                }
            }
            let (first, unit) = *seen.entry((step.agent.as_str(), step.from)).or_insert((i, &step.unit));
            if *unit != step.unit {
                let named =
                    |unit: &Option<UnitId>| unit.as_ref().map_or("none".to_owned(), UnitId::to_string);
                let (one, other) = (named(unit), named(&step.unit));
                let detail = format!(
                    "{} has two homes at once from {} on: {one} (moves[{first}]) and {other}",
                    step.agent, step.from
                );
                self.add(format!("moves[{i}]"), detail);
            }
        }
    }

    fn check_removals(&mut self) {
        let moved: HashSet<&str> = self.change.moves.iter().map(|step| step.agent.as_str()).collect();
        for (i, id) in self.change.remove_agents.iter().enumerate() {
            match self.agents.get(id.as_str()) {
                None => self.add(format!("remove_agents[{i}]"), format!("there is no agent {id}")),
                Some(place) if self.put_agents.contains_key(place) || moved.contains(id.as_str()) => {
                    let detail = format!("{id} is put or moved by the same change");
                    self.add(format!("remove_agents[{i}]"), detail);
                }
                Some(_) => {}
            }
        }
        for (i, id) in self.change.remove_units.iter().enumerate() {
            // A unit that is gone may have been removed by the same change, sent before.
            let Some(place) = self.units.get(id.as_str()).copied() else { continue };
            let why = match self.put_units.contains_key(&place) {
                true => Some(format!("{id} is put by the same change")),
                false => self.held_by(id).map(|what| format!("{id} cannot go: {what}")),
            };
            if let Some(why) = why {
                self.add(format!("remove_units[{i}]"), why);
            }
        }
    }

    /// What would miss a unit.
    fn held_by(&self, id: &UnitId) -> Option<String> {
        let stays = |unit: &&Unit| !self.removed_units.contains(unit.id.as_str());
        let below = |unit: &&Unit| unit.parent.as_ref() == Some(id) && stays(unit);
        if let Some(child) = self.next.units.iter().find(below) {
            return Some(format!("{} is below it", child.id));
        }
        let mut members = self.next.agents.iter().filter(|agent| agent.names(id));
        let first = members.next()?;
        let spans = first.spans();
        let period = spans.iter().find(|span| span.unit == id).map(Span::period).unwrap_or_default();
        let others = match members.count() {
            0 => String::new(),
            others => format!(", and {others} more"),
        };
        Some(format!("{} has a membership in it ({period}){others}", first.id))
    }

    fn move_and_remove(&mut self, now: Timestamp) {
        let mut moves: Vec<_> = self.change.moves.iter().collect();
        moves.sort_by_key(|step| step.from);
        for step in moves {
            if let Some(agent) = agent(&mut self.next.agents, &self.agents, step.agent.as_str()) {
                agent.enter(step.unit.as_ref(), step.from);
            }
        }
        let today = now.to_zoned(self.next.zone()).date();
        let end = today.tomorrow().unwrap_or(Date::MAX);
        for id in &self.change.remove_agents {
            if let Some(agent) = agent(&mut self.next.agents, &self.agents, id.as_str()) {
                agent.leave(end);
            }
        }
        self.next.units.retain(|unit| !self.removed_units.contains(unit.id.as_str()));
    }
}

fn agent<'n>(agents: &'n mut [Agent], places: &HashMap<&str, usize>, id: &str) -> Option<&'n mut Agent> {
    agents.get_mut(*places.get(id)?)
}

impl Agent {
    fn names(&self, unit: &UnitId) -> bool {
        self.unit.as_ref() == Some(unit) || self.memberships.iter().any(|membership| membership.unit == *unit)
    }
}

/// What a new unit or agent is called when it isn't said, which is told as a problem of its own.
const UNSAID: &str = "unsaid";

impl UnitChange {
    fn put_on(&self, unit: &mut Unit) {
        if let Some(kind) = &self.kind {
            unit.kind.clone_from(kind);
        }
        if let Some(name) = &self.name {
            unit.name.clone_from(name);
        }
        if let Some(parent) = &self.parent {
            unit.parent.clone_from(parent);
        }
        unit.target = self.target.unwrap_or(unit.target);
    }

    fn made(&self) -> Unit {
        let mut unit = Unit {
            id: self.id.clone(),
            kind: UNSAID.into(),
            name: UNSAID.into(),
            parent: None,
            target: None,
        };
        self.put_on(&mut unit);
        unit
    }
}

impl AgentChange {
    fn put_on(&self, agent: &mut Agent) {
        if let Some(name) = &self.name {
            agent.name.clone_from(name);
        }
        if self.unit.is_some() || self.memberships.is_some() {
            agent.unit = self.unit.clone().flatten();
            agent.memberships = self.memberships.clone().unwrap_or_default();
        }
    }

    fn made(&self) -> Agent {
        let mut agent =
            Agent { id: self.id.clone(), name: UNSAID.into(), unit: None, memberships: Vec::new() };
        self.put_on(&mut agent);
        agent
    }
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
