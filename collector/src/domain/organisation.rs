//! The organisation: a tree of units and the agents in it.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::FieldProblem;

use crate::domain::names::{AgentId, UnitId, is_key};

/// Words that mean something else in `by=` and `where=`.
const RESERVED: [&str; 3] = ["agent", "survey", "category"];

/// The longest name, in bytes.
const MAX_NAME_BYTES: usize = 256;

/// How many units and agents there can be together: each push replaces them all in one step.
const MOST: usize = 100_000;

/// The organisation as it is pushed and given back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// The units, in any order.
    #[serde(default)]
    pub units: Vec<Unit>,
    /// The agents.
    #[serde(default)]
    pub agents: Vec<Agent>,
}

/// A node of the organisation: team, department, area, at any depth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Its id.
    #[schema(value_type = String)]
    pub id: UnitId,
    /// What it is: `team`, `department`… Results can be grouped `by` it.
    pub kind: String,
    /// Its name for people.
    pub name: String,
    /// The unit it belongs to; none for a root.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub parent: Option<UnitId>,
}

/// An employee whose interactions are scored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// The id invitations name.
    #[schema(value_type = String)]
    pub id: AgentId,
    /// The name for people; stands for `{agent}` in texts.
    pub name: String,
    /// The unit the agent works in.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub unit: Option<UnitId>,
}

impl Organisation {
    /// Everything that is wrong with it; nothing, if it can be used.
    pub fn check(&self) -> Vec<FieldProblem> {
        let all = self.units.len() + self.agents.len();
        if all > MOST {
            return vec![FieldProblem::new("", format!("{all} units and agents, more than {MOST}"))];
        }
        let mut problems = Vec::new();
        let parents: BTreeMap<&UnitId, Option<&UnitId>> =
            self.units.iter().map(|unit| (&unit.id, unit.parent.as_ref())).collect();
        let mut seen = HashSet::new();
        for (i, unit) in self.units.iter().enumerate() {
            let mut add = |field: &str, detail: String| {
                problems.push(FieldProblem::new(format!("units[{i}].{field}"), detail));
            };
            if !seen.insert(unit.id.as_str()) {
                add("id", format!("{} stands here twice", unit.id));
            }
            if !is_name(&unit.name) {
                add("name", NO_NAME.into());
            }
            if !is_key(&unit.kind) || RESERVED.contains(&unit.kind.as_str()) {
                add(
                    "kind",
                    format!(
                        "{:?}: lower-case letters, digits and _, and none of {}",
                        unit.kind,
                        RESERVED.join(", ")
                    ),
                );
            }
            match &unit.parent {
                Some(parent) if !parents.contains_key(parent) => {
                    add("parent", format!("there is no unit {parent}"))
                }
                Some(_) if in_a_circle(&unit.id, &parents) => {
                    add("parent", format!("{} is above itself", unit.id))
                }
                _ => {}
            }
        }
        let mut seen = HashSet::new();
        for (i, agent) in self.agents.iter().enumerate() {
            if !seen.insert(agent.id.as_str()) {
                problems.push(FieldProblem::new(
                    format!("agents[{i}].id"),
                    format!("{} stands here twice", agent.id),
                ));
            }
            if !is_name(&agent.name) {
                problems.push(FieldProblem::new(format!("agents[{i}].name"), NO_NAME));
            }
            if let Some(unit) = agent.unit.as_ref().filter(|unit| !parents.contains_key(unit)) {
                problems
                    .push(FieldProblem::new(format!("agents[{i}].unit"), format!("there is no unit {unit}")));
            }
        }
        problems
    }

    /// The agent of this id.
    pub fn agent(&self, id: &str) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.id.as_str() == id)
    }

    /// Id → name of what `by=` can group by: the agents, or the units of a kind.
    pub fn names(&self, by: &str) -> BTreeMap<&str, &str> {
        match by {
            "agent" => self.agents.iter().map(|agent| (agent.id.as_str(), agent.name.as_str())).collect(),
            kind => {
                let units = self.units.iter().filter(|unit| unit.kind == kind);
                units.map(|unit| (unit.id.as_str(), unit.name.as_str())).collect()
            }
        }
    }

    /// Whether some unit is of this kind.
    pub fn has_kind(&self, kind: &str) -> bool {
        self.units.iter().any(|unit| unit.kind == kind)
    }

    /// For each agent who is somewhere below a unit of this kind: the nearest one.
    pub fn homes(&self, kind: &str) -> BTreeMap<&str, &str> {
        let units: BTreeMap<&str, &Unit> = self.units.iter().map(|unit| (unit.id.as_str(), unit)).collect();
        let mut homes = BTreeMap::new();
        for agent in &self.agents {
            let mut above = agent.unit.as_ref();
            while let Some(unit) = above.and_then(|id| units.get(id.as_str())) {
                if unit.kind == kind {
                    homes.insert(agent.id.as_str(), unit.id.as_str());
                    break;
                }
                above = unit.parent.as_ref();
            }
        }
        homes
    }
}

const NO_NAME: &str = "1 to 256 bytes, without control characters";

fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= MAX_NAME_BYTES && !text.chars().any(char::is_control)
}

fn in_a_circle(unit: &UnitId, parents: &BTreeMap<&UnitId, Option<&UnitId>>) -> bool {
    let mut above = parents.get(unit).copied().flatten();
    // Each step leads to another unit unless there is a circle: more steps than units cannot be.
    for _ in 0..parents.len() {
        match above {
            None => return false,
            Some(id) if id == unit => return true,
            Some(id) => above = parents.get(id).copied().flatten(),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organisation(toml: &str) -> Organisation {
        toml::from_str(toml).unwrap()
    }

    const COMPANY: &str = r#"
        units = [
            { id = "co", kind = "company", name = "Co" },
            { id = "care", kind = "department", name = "Care", parent = "co" },
            { id = "north", kind = "team", name = "North", parent = "care" },
        ]
        agents = [{ id = "a1", name = "A", unit = "north" }, { id = "a2", name = "B", unit = "care" }, { id = "a3", name = "C" }]
    "#;

    #[test]
    fn an_agent_belongs_to_every_level_above() {
        let company = organisation(COMPANY);
        assert_eq!(company.check(), []);
        assert_eq!(company.homes("team"), BTreeMap::from([("a1", "north")]));
        assert_eq!(company.homes("department"), BTreeMap::from([("a1", "care"), ("a2", "care")]));
        assert_eq!(company.homes("company").len(), 2);
    }

    #[test]
    fn a_name_can_be_shown_to_people() {
        for name in ["", " ", "A\nB", "A\u{1b}[31m", &"x".repeat(257)] {
            let mut company = organisation(COMPANY);
            company.units[1].name = name.into();
            company.agents[2].name = name.into();
            let paths: Vec<String> = company.check().into_iter().map(|problem| problem.path).collect();
            assert_eq!(paths, ["units[1].name", "agents[2].name"], "{name:?}");
        }
        let mut company = organisation(COMPANY);
        company.agents[0].name = "أ".repeat(128);
        assert_eq!(company.check(), []);
    }

    #[test]
    fn more_than_one_step_can_replace_is_refused_with_the_limit() {
        let mut company = organisation(COMPANY);
        company.agents = vec![company.agents[0].clone(); MOST];
        let said: Vec<String> = company.check().into_iter().map(|problem| problem.detail).collect();
        assert_eq!(said, ["100003 units and agents, more than 100000"]);
    }

    #[test]
    fn circles_unknown_parents_and_doubles_are_named() {
        let broken = organisation(
            r#"
            units = [
                { id = "a", kind = "team", name = "A", parent = "b" },
                { id = "b", kind = "team", name = "B", parent = "a" },
                { id = "c", kind = "agent", name = "C", parent = "nowhere" },
                { id = "c", kind = "team", name = "C", parent = "a" },
            ]
            agents = [{ id = "x", name = "X", unit = "gone" }, { id = "x", name = "X" }]
        "#,
        );
        let said: Vec<String> =
            broken.check().into_iter().map(|p| format!("{}: {}", p.path, p.detail)).collect();
        assert_eq!(
            said,
            [
                "units[0].parent: a is above itself",
                "units[1].parent: b is above itself",
                "units[2].kind: \"agent\": lower-case letters, digits and _, and none of agent, survey, category",
                "units[2].parent: there is no unit nowhere",
                "units[3].id: c stands here twice",
                "agents[0].unit: there is no unit gone",
                "agents[1].id: x stands here twice",
            ]
        );
    }
}
