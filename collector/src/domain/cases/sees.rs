//! Who sees which cases. Every list and every view goes by this.

use std::collections::BTreeSet;

use super::Case;
use crate::domain::names::{AgentId, PersonId, UnitId};
use crate::domain::organisation::Organisation;
use crate::domain::people::{self, Person};

/// Which cases somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sees {
    /// All.
    All,
    /// Those of these units, and those that she or he follows up or was the agent of.
    Only {
        /// The units, those below them included.
        units: BTreeSet<UnitId>,
        /// Who it is.
        person: PersonId,
        /// Which agent that is.
        agent: Option<AgentId>,
    },
}

impl Sees {
    /// What a person sees: a lead what belongs to her or his units and all below, an agent her or his own.
    pub fn of(person: &Person, organisation: &Organisation) -> Self {
        let sees = people::Sees::of(person);
        if sees.is_all() {
            return Self::All;
        }
        Self::Only { units: sees.units(organisation), person: person.id.clone(), agent: person.agent.clone() }
    }

    /// Whether a case is among them.
    pub fn case(&self, case: &Case) -> bool {
        match self {
            Self::All => true,
            Self::Only { units, person, agent } => {
                case.owner == *person
                    || case.unit.as_ref().is_some_and(|unit| units.contains(unit))
                    || (agent.is_some() && case.agent == *agent)
            }
        }
    }
}
