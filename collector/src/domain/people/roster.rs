//! Everybody there is, found by what is known of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Person, Role, Sees};
use crate::domain::names::{AgentId, PersonId, UnitId};
use crate::domain::organisation::Organisation;

/// Everybody, as they are at one time.
#[derive(Clone, Debug, Default)]
pub struct People {
    by_id: BTreeMap<PersonId, Arc<Person>>,
    by_email: HashMap<String, PersonId>,
    /// The leads of each unit to whom it is bound itself.
    leads: HashMap<UnitId, Vec<PersonId>>,
}

impl FromIterator<Arc<Person>> for People {
    fn from_iter<I: IntoIterator<Item = Arc<Person>>>(all: I) -> Self {
        let by_id: BTreeMap<PersonId, Arc<Person>> =
            all.into_iter().map(|person| (person.id.clone(), person)).collect();
        let by_email = by_id.values().map(|person| (person.email.clone(), person.id.clone())).collect();
        let mut leads: HashMap<UnitId, Vec<PersonId>> = HashMap::new();
        for person in by_id.values().filter(|person| person.role == Role::Lead && person.active) {
            for unit in &person.units {
                leads.entry(unit.clone()).or_default().push(person.id.clone());
            }
        }
        Self { by_id, by_email, leads }
    }
}

impl People {
    /// The person of this id.
    pub fn get(&self, id: &PersonId) -> Option<&Arc<Person>> {
        self.by_id.get(id)
    }

    /// The person with this address, in normal form.
    pub fn with_email(&self, email: &str) -> Option<&Arc<Person>> {
        self.by_email.get(email).and_then(|id| self.by_id.get(id))
    }

    /// Everybody, by id.
    pub fn all(&self) -> impl ExactSizeIterator<Item = &Arc<Person>> {
        self.by_id.values()
    }

    /// Who leads a unit: the active leads bound to it, or to the nearest unit above it that has one. By id; nobody, if there is
    /// none up to the root.
    pub fn leads_of(&self, unit: &UnitId, organisation: &Organisation) -> Vec<&Arc<Person>> {
        let path = organisation.path(unit.as_str());
        let led = path.iter().rev().find_map(|unit| self.leads.get(&unit.id));
        led.into_iter().flatten().filter_map(|id| self.by_id.get(id)).collect()
    }

    /// Who may be handed what somebody sees: active people who lead one of these units or of those below, or work there now; who
    /// leads above; of an agent, whoever leads the agent's unit. By id.
    pub fn colleagues(&self, sees: &Sees, organisation: &Organisation, now: Timestamp) -> Vec<&Arc<Person>> {
        let unit_of = |agent: &AgentId| organisation.unit_of(agent.as_str(), now);
        let (units, above): (BTreeSet<UnitId>, Vec<&Arc<Person>>) = match sees {
            Sees::All => return self.all().filter(|person| person.active).collect(),
            Sees::Units(units) => {
                let above = units.iter().flat_map(|unit| {
                    let path = organisation.path(unit.as_str());
                    let parent = path.iter().rev().nth(1).map(|unit| &unit.id);
                    parent.map(|parent| self.leads_of(parent, organisation)).unwrap_or_default()
                });
                (organisation.with_all_below(units), above.collect())
            }
            Sees::Agent(agent) => {
                let leads = unit_of(agent).map(|unit| self.leads_of(unit, organisation));
                (BTreeSet::new(), leads.unwrap_or_default())
            }
        };
        let is_there = |person: &Person| {
            let works = person.agent.as_ref();
            person.units.iter().any(|unit| units.contains(unit))
                || works.and_then(unit_of).is_some_and(|unit| units.contains(unit))
                || matches!(sees, Sees::Agent(agent) if works == Some(agent))
                || above.iter().any(|lead| lead.id == person.id)
        };
        self.all().filter(|person| person.active && is_there(person)).collect()
    }

    /// Who leads above a unit: the same of the nearest unit above that in which its leads are found.
    pub fn leads_above(&self, unit: &UnitId, organisation: &Organisation) -> Vec<&Arc<Person>> {
        let path = organisation.path(unit.as_str());
        let mut led = path.iter().rev().filter_map(|unit| self.leads.get(&unit.id));
        led.nth(1).into_iter().flatten().filter_map(|id| self.by_id.get(id)).collect()
    }
}
