//! Who follows up, and who is next when a promise is missed.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Case, FollowUp, Owner};
use crate::domain::names::{AgentId, PersonId, UnitId};
use crate::domain::organisation::Organisation;
use crate::domain::people::{People, Person, Role};

/// The company as it is now.
#[derive(Clone)]
pub struct Staff {
    /// Everybody who works with Hearback.
    pub people: Arc<People>,
    /// The units, and the agents in them.
    pub organisation: Arc<Organisation>,
}

/// How many open cases somebody has.
pub trait Loads {
    /// Why that cannot be told.
    type Error;

    /// The number.
    ///
    /// # Errors
    /// When it cannot be told.
    fn open_cases(&self, person: &PersonId) -> Result<u32, Self::Error>;
}

impl Staff {
    /// Somebody who can be given a case.
    pub fn active(&self, id: &str) -> Option<&Arc<Person>> {
        let person = id.parse().ok().and_then(|id| self.people.get(&id));
        person.filter(|person| person.active)
    }

    /// Who follows up an interaction of this agent of this unit. Where nobody is found it is the fallback, who always is.
    pub(super) fn owner<L: Loads>(
        &self,
        owner: &Owner,
        document: &FollowUp,
        (agent, unit): (Option<&AgentId>, Option<&UnitId>),
        loads: &L,
        at: Timestamp,
    ) -> Result<PersonId, L::Error> {
        let found: Vec<&Arc<Person>> = match owner {
            Owner::Lead => {
                unit.map(|unit| self.people.leads_of(unit, &self.organisation)).unwrap_or_default()
            }
            Owner::Agent => self.is_agent(agent).collect(),
            Owner::Person(id) => self.active(id).into_iter().collect(),
            Owner::LeastLoaded(unit) => self.members(unit, at),
        };
        let found = least_loaded(found.into_iter().map(|person| &person.id), loads)?;
        Ok(found.cloned().unwrap_or_else(|| self.fallback(document)))
    }

    /// Who is told next that a promise was missed: whoever leads above the one who follows up, and the fallback in the end. Nobody,
    /// above the fallback.
    pub(super) fn above<L: Loads>(
        &self,
        case: &Case,
        document: &FollowUp,
        loads: &L,
    ) -> Result<Option<PersonId>, L::Error> {
        let fallback = self.fallback(document);
        let mut rungs: Vec<Vec<&PersonId>> = Vec::new();
        let path = case.unit.as_ref().map(|unit| self.organisation.path(unit.as_str())).unwrap_or_default();
        for unit in path.iter().rev() {
            // Each stands on the lowest rung that is hers or his: nobody is told twice, and the way up ends.
            let leads =
                self.people.leads_of(&unit.id, &self.organisation).into_iter().map(|person| &person.id);
            let more: Vec<&PersonId> =
                leads.filter(|id| !rungs.iter().flatten().any(|below| below == id)).collect();
            if !more.is_empty() {
                rungs.push(more);
            }
        }
        if !rungs.iter().flatten().any(|person| **person == fallback) {
            rungs.push(vec![&fallback]);
        }
        let mut next = rungs.iter().position(|rung| rung.contains(&&case.owner)).map_or(0, |place| place + 1);
        if !document.escalation.hand_over {
            // Those below were told before; the case stayed where it is.
            next += case.escalations as usize;
        }
        let Some(rung) = rungs.get(next) else { return Ok(None) };
        Ok(least_loaded(rung.iter().copied(), loads)?.cloned())
    }

    /// Who could follow a case up instead: the people of its unit, whoever leads above, and the fallback.
    pub fn assignees(&self, case: &Case, document: &FollowUp, now: Timestamp) -> Vec<&Arc<Person>> {
        let unit = case.unit.as_ref();
        let mut found = unit.map(|unit| self.members(unit.as_str(), now)).unwrap_or_default();
        let path = unit.map(|unit| self.organisation.path(unit.as_str())).unwrap_or_default();
        for unit in path {
            found.extend(self.people.leads_of(&unit.id, &self.organisation));
        }
        found.extend(self.people.get(&self.fallback(document)));
        found.retain(|person| person.id != case.owner);
        found.sort_by_key(|person| (&person.name, &person.id));
        found.dedup_by_key(|person| &person.id);
        found
    }

    /// How many open cases somebody can have.
    pub fn capacity(&self, person: &PersonId, document: &FollowUp) -> u32 {
        let own = self.people.get(person).and_then(|person| person.capacity);
        own.unwrap_or(document.capacity.each)
    }

    /// Who follows up where nobody else does. The document was taken with somebody who was there; is that person away by now, it is
    /// the first admin who is not.
    fn fallback(&self, document: &FollowUp) -> PersonId {
        let is_admin = |person: &&Arc<Person>| person.active && person.role == Role::Admin;
        let admin = || self.people.all().find(is_admin).map(|person| person.id.clone());
        let named = self.active(document.fallback.as_str()).map(|person| person.id.clone());
        named.or_else(admin).unwrap_or_else(|| document.fallback.clone())
    }

    fn is_agent<'a>(&'a self, agent: Option<&'a AgentId>) -> impl Iterator<Item = &'a Arc<Person>> {
        let is_it =
            move |person: &&Arc<Person>| person.active && agent.is_some() && person.agent.as_ref() == agent;
        self.people.all().filter(is_it)
    }

    /// The people of a unit and of those below it who are not away.
    fn members(&self, unit: &str, at: Timestamp) -> Vec<&Arc<Person>> {
        let Ok(unit) = unit.parse::<UnitId>() else { return Vec::new() };
        let units = self.organisation.with_all_below(&[unit]);
        let active = || self.people.all().filter(|person| person.active);
        let leads = active().filter(|person| person.role == Role::Lead);
        let mut members: Vec<_> =
            leads.filter(|person| person.units.iter().any(|unit| units.contains(unit))).collect();
        let agents: HashMap<&AgentId, &Arc<Person>> =
            active().filter_map(|person| Some((person.agent.as_ref()?, person))).collect();
        members.extend(self.organisation.agents_in(&units, at).filter_map(|agent| agents.get(agent)));
        members.sort_by_key(|person| &person.id);
        members.dedup_by_key(|person| &person.id);
        members
    }
}

/// The one with the fewest open cases; of several, the first.
fn least_loaded<'a, L: Loads>(
    people: impl Iterator<Item = &'a PersonId>,
    loads: &L,
) -> Result<Option<&'a PersonId>, L::Error> {
    let mut best = None;
    for person in people {
        let open = loads.open_cases(person)?;
        if best.is_none_or(|(_, fewest)| open < fewest) {
            best = Some((person, open));
        }
    }
    Ok(best.map(|(person, _)| person))
}
