//! What is to be changed about the organisation; all else stays as it is.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::{Membership, number_or_not};
use crate::domain::dates;
use crate::domain::names::{AgentId, UnitId};

/// A change of the organisation: first units and agents are put, then agents moved, then agents and units removed. All of it is
/// done, or nothing. The same change twice changes nothing more.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Another time zone; `null` for UTC.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub time_zone: Option<Option<String>>,
    /// Units that are new, or of which something is changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitChange>,
    /// Agents who are new, or of whom something is changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<AgentChange>,
    /// Agents who go from one unit to another, in the order of the dates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<Move>,
    /// Agents who are in no unit any more: today is the last day of their memberships. They stay known, and where they were, for
    /// the answers given until then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub remove_agents: Vec<AgentId>,
    /// Units that are not there any more. None can go while there are units below it, or agents who are or were in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub remove_units: Vec<UnitId>,
}

/// A unit that is new, or of which something is changed: what is left out stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitChange {
    /// Its id.
    #[schema(value_type = String)]
    pub id: UnitId,
    /// What it is; a new unit needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its name; a new unit needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The unit it belongs to; `null` for a root.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub parent: Option<Option<UnitId>>,
    /// The NPS it is to have; `null` for none.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "number_said")]
    #[schema(value_type = Option<f64>)]
    pub target: Option<Option<f64>>,
}

/// An agent who is new, or of whom something is changed: what is left out stays as it is. `unit` and `memberships` are one thing
/// here, where the agent is: either of them takes the place of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentChange {
    /// The id.
    #[schema(value_type = String)]
    pub id: AgentId,
    /// The name; a new agent needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The unit the agent works in whenever no membership says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub unit: Option<Option<UnitId>>,
    /// The units the agent works in for a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memberships: Option<Vec<Membership>>,
}

/// An agent goes to a unit: the membership that runs at that date ends, and the one in the unit begins. Who is there already,
/// stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// The agent.
    #[schema(value_type = String)]
    pub agent: AgentId,
    /// The unit; `null` for none, when the agent leaves.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, required)]
    pub unit: Option<UnitId>,
    /// The first day there.
    #[serde(deserialize_with = "dates::written")]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
}

/// For a field in which `null` says something else than its absence.
fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

fn number_said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<f64>>, D::Error> {
    number_or_not(deserializer).map(Some)
}

/// For a field that may be `null`, but must be there.
fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}
