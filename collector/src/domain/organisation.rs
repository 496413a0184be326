//! The organisation: a tree of units and the agents in it, each in one unit at a time.
//!
//! Read in this order: the values below, `check` (what makes them sound), `tree` (above and below), `stays` (who is where
//! when), and `change` with `apply` and `moves` (how they become others).

mod apply;
mod change;
mod check;
mod moves;
mod stays;
mod tree;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

pub use change::{AgentChange, Change, Move, UnitChange};
pub use stays::{Span, Stay};

use crate::domain::dates;
use crate::domain::names::{AgentId, UnitId};

/// The organisation as it is pushed and given back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Where dates of memberships begin: a name of the IANA database such as `Europe/London`. UTC without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The units, in any order.
    #[serde(default)]
    pub units: Vec<Unit>,
    /// The agents.
    #[serde(default)]
    pub agents: Vec<Agent>,
}

/// A node of the organisation: team, department, area, at any depth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
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
    /// The NPS it is to have, from -100 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "number_or_not")]
    pub target: Option<f64>,
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
    /// The unit the agent works in whenever no membership says otherwise.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// The units the agent works in for a time. None may overlap another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub memberships: Vec<Membership>,
}

/// That an agent works in a unit, for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// The unit.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// The first day; none if it has always been so.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "dates::written_or_not")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// The day after the last one, with which something else begins; none if it is to stay so.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "dates::written_or_not")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

impl Organisation {
    /// The agent of this id.
    pub fn agent(&self, id: &str) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.id.as_str() == id)
    }

    /// The unit of this id.
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.id.as_str() == id)
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

    /// Where its dates begin.
    pub fn zone(&self) -> TimeZone {
        self.time_zone.as_deref().and_then(dates::time_zone).unwrap_or(TimeZone::UTC)
    }
}

/// JSON has no word for infinity and writes `null` for it, which would be no target at all.
fn number_or_not<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let number = Option::<f64>::deserialize(deserializer)?;
    match number.filter(|number| !number.is_finite()) {
        Some(number) => Err(serde::de::Error::custom(format!("{number} is not a number from -100 to 100"))),
        None => Ok(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organisation(toml: &str) -> Result<Organisation, toml::de::Error> {
        toml::from_str(toml)
    }

    #[test]
    fn dates_are_written_as_dates_or_as_text_and_read_back() {
        let agent = |from: &str| {
            organisation(&format!(
                "agents = [{{ id = \"a\", name = \"A\", memberships = [{{ unit = \"u\", from = {from} }}] }}]"
            ))
        };
        let read = agent("2026-03-01").unwrap();
        assert_eq!(agent("\"2026-03-01\"").unwrap(), read);
        assert_eq!(read.agents[0].memberships[0].from, Some(jiff::civil::date(2026, 3, 1)));
        assert_eq!(organisation(&toml::to_string(&read).unwrap()).unwrap(), read);
        assert_eq!(
            serde_json::from_value::<Organisation>(serde_json::to_value(&read).unwrap()).unwrap(),
            read
        );
        for wrong in ["2026-03-01T09:00:00Z", "\"March\"", "20260301", "{ year = 2026 }", "{}"] {
            let said = agent(wrong).unwrap_err().to_string();
            assert!(said.contains("a date such as 2026-01-31"), "{wrong}: {said}");
        }
    }

    #[test]
    fn a_target_that_json_cannot_write_is_no_target() {
        for wrong in ["nan", "inf", "-inf"] {
            let unit = format!("units = [{{ id = \"u\", kind = \"team\", name = \"U\", target = {wrong} }}]");
            let said = organisation(&unit).unwrap_err().to_string();
            assert!(said.contains("is not a number from -100 to 100"), "{wrong}: {said}");
        }
    }
}
