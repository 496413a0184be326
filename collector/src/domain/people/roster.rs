//! Everybody there is, found by what is known of them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Person, Role};
use crate::domain::names::{PersonId, UnitId};
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

    /// Who leads above a unit: the same of the nearest unit above that in which its leads are found.
    pub fn leads_above(&self, unit: &UnitId, organisation: &Organisation) -> Vec<&Arc<Person>> {
        let path = organisation.path(unit.as_str());
        let mut led = path.iter().rev().filter_map(|unit| self.leads.get(&unit.id));
        led.nth(1).into_iter().flatten().filter_map(|id| self.by_id.get(id)).collect()
    }
}
