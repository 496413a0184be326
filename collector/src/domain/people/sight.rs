//! What somebody may see.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Person, Role};
use crate::domain::names::{AgentId, UnitId};
use crate::domain::organisation::Organisation;

/// Whose interactions somebody may see the answers, numbers and cases of. An interaction belongs to the unit that its agent was
/// in at that time: who moves takes nothing along, and leaves nothing that was not seen there before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Sees {
    /// Everybody's, and those of nobody.
    #[default]
    All,
    /// Those of these units and of all below them.
    Units(Vec<UnitId>),
    /// Those of one agent.
    Agent(AgentId),
}

impl Sees {
    /// What a person may see.
    pub fn of(person: &Person) -> Self {
        match (person.role, &person.agent) {
            (Role::Admin, _) => Self::All,
            (Role::Lead, _) => Self::Units(person.units.clone()),
            (Role::Agent, Some(agent)) => Self::Agent(agent.clone()),
            // There is no such person; whoever it were sees nothing.
            (Role::Agent, None) => Self::Units(Vec::new()),
        }
    }

    /// Whether that is everything.
    pub fn is_all(&self) -> bool {
        *self == Self::All
    }

    /// Whether an interaction of this agent at this time is among it.
    pub fn interaction(&self, agent: Option<&AgentId>, at: Timestamp, organisation: &Organisation) -> bool {
        match self {
            Self::All => true,
            Self::Agent(own) => agent == Some(own),
            Self::Units(units) => agent.is_some_and(|agent| {
                organisation.path_of(agent.as_str(), at).iter().any(|unit| units.contains(&unit.id))
            }),
        }
    }

    /// Whether all of this unit is among it.
    pub fn unit(&self, unit: &UnitId, organisation: &Organisation) -> bool {
        match self {
            Self::All => true,
            Self::Agent(_) => false,
            Self::Units(units) => is_below(unit, units, organisation),
        }
    }

    /// All units of which all is among it.
    pub fn units(&self, organisation: &Organisation) -> BTreeSet<UnitId> {
        match self {
            Self::All => organisation.units.iter().map(|unit| unit.id.clone()).collect(),
            Self::Agent(_) => BTreeSet::new(),
            Self::Units(units) => organisation.with_all_below(units),
        }
    }

    /// The organisation so far as it is among it: other units, other agents and what these were elsewhere are left out.
    pub fn part_of(&self, organisation: &Organisation) -> Organisation {
        let mut part = organisation.clone();
        if self.is_all() {
            return part;
        }
        let seen = self.units(organisation);
        part.units.retain(|unit| seen.contains(&unit.id));
        for unit in &mut part.units {
            unit.parent.take_if(|parent| !seen.contains(parent));
        }
        for agent in &mut part.agents {
            agent.unit.take_if(|unit| !seen.contains(unit));
            agent.memberships.retain(|membership| seen.contains(&membership.unit));
        }
        part.agents.retain(|agent| match self {
            Self::Agent(own) => agent.id == *own,
            _ => agent.unit.is_some() || !agent.memberships.is_empty(),
        });
        part
    }
}

/// Whether a unit is one of these, or below one.
fn is_below(unit: &UnitId, units: &[UnitId], organisation: &Organisation) -> bool {
    organisation.path(unit.as_str()).iter().any(|above| units.contains(&above.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organisation() -> Organisation {
        toml::from_str(
            r#"
            units = [
                { id = "co", kind = "company", name = "Co" },
                { id = "north", kind = "team", name = "North", parent = "co" },
                { id = "night", kind = "shift", name = "Night", parent = "north" },
                { id = "south", kind = "team", name = "South", parent = "co" },
            ]
            agents = [
                { id = "n", name = "N", unit = "night" },
                { id = "s", name = "S", unit = "south" },
                { id = "m", name = "M", unit = "south", memberships = [{ unit = "north", to = 2026-02-01 }] },
            ]
        "#,
        )
        .unwrap()
    }

    #[test]
    fn an_interaction_belongs_to_the_unit_of_its_time() {
        let company = organisation();
        let lead = Sees::Units(vec!["north".parse().unwrap()]);
        let sees = |sees: &Sees, agent: &str, at: &str| {
            sees.interaction(Some(&agent.parse().unwrap()), at.parse().unwrap(), &company)
        };
        assert!(sees(&lead, "n", "2026-03-01T00:00:00Z"), "below");
        assert!(!sees(&lead, "s", "2026-03-01T00:00:00Z"));
        assert!(sees(&lead, "m", "2026-01-31T23:00:00Z") && !sees(&lead, "m", "2026-02-01T00:00:00Z"));
        assert!(!lead.interaction(None, Timestamp::UNIX_EPOCH, &company), "nobody's is nobody's");
        let own = Sees::Agent("s".parse().unwrap());
        assert!(sees(&own, "s", "2026-03-01T00:00:00Z") && !sees(&own, "m", "2026-03-01T00:00:00Z"));
        assert!(Sees::All.interaction(None, Timestamp::UNIX_EPOCH, &company));
        assert!(
            lead.unit(&"night".parse().unwrap(), &company) && !lead.unit(&"co".parse().unwrap(), &company)
        );
        assert!(!own.unit(&"south".parse().unwrap(), &company));
    }

    #[test]
    fn the_part_of_the_organisation_names_nothing_else() {
        let company = organisation();
        let part = Sees::Units(vec!["north".parse().unwrap()]).part_of(&company);
        let told = serde_json::to_string(&part).unwrap();
        assert!(part.check().is_empty(), "it is sound");
        for (name, there) in [("north", true), ("night", true), ("\"n\"", true), ("\"m\"", true)] {
            assert_eq!(told.contains(name), there, "{name}: {told}");
        }
        for name in ["south", "South", "\"s\"", "\"co\""] {
            assert!(!told.contains(name), "{name}: {told}");
        }
        let part = Sees::Agent("s".parse().unwrap()).part_of(&company);
        assert_eq!((part.units.len(), part.agents.len()), (0, 1));
        assert_eq!(Sees::All.part_of(&company), company);
    }
}
