//! What moved a score, what goes with it, and who stands where.

use serde::{Deserialize, Serialize};

use super::{Asked, Driver, Movement, Ranked, TargetView};
use crate::nps::Nps;

/// What `GET /v1/nps/moved` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MovedReport {
    /// What was asked.
    #[serde(flatten)]
    pub asked: Asked,
    /// The earlier period.
    pub compared_with: String,
    /// What is grouped by.
    pub by: String,
    /// Groups with fewer responses, in both periods, are put together.
    pub smallest: u64,
    /// The change, and each group's part in it; absent where one of the periods has no responses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub movement: Option<Movement>,
}

/// What `GET /v1/nps/drivers` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DriversReport {
    /// What was asked.
    #[serde(flatten)]
    pub asked: Asked,
    /// Values with fewer responses are not named.
    pub smallest: u64,
    /// Everything that matched.
    pub total: Nps,
    /// What was looked at: those with a link that is shown first, then by strength.
    pub drivers: Vec<Driver>,
    /// What has so many values that no link could be seen.
    #[serde(default)]
    pub left_out: Vec<String>,
}

/// What `GET /v1/nps/ranking` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RankingReport {
    /// What was asked.
    #[serde(flatten)]
    pub asked: Asked,
    /// What is ranked.
    pub by: String,
    /// Groups with fewer responses are withheld, and have no rank.
    pub smallest: u64,
    /// The groups, best first. There is no total: of one group that is withheld the figures could be had from it.
    pub groups: Vec<Standing>,
    /// Groups that are withheld.
    #[serde(default)]
    pub withheld: Vec<Withheld>,
}

/// A group among others, and against its target if it has one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standing {
    /// Where it stands.
    #[serde(flatten)]
    pub ranked: Ranked,
    /// Its target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetView>,
}

/// A group whose figures are not shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Withheld {
    /// The value or id; absent for the responses that have none.
    pub key: Option<String>,
    /// A name for people, where there is one besides the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Number of responses.
    pub n: u64,
}

/// What `GET /v1/nps/targets` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TargetsReport {
    /// What was asked.
    #[serde(flatten)]
    pub asked: Asked,
    /// Units with fewer responses are withheld.
    pub smallest: u64,
    /// Every unit that has a target, in the order of the organisation.
    pub units: Vec<UnitTarget>,
}

/// A unit against its target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitTarget {
    /// The unit.
    pub unit: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// So many responses, too few for their figures to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<u64>,
    /// Its figures, unless they are withheld.
    #[serde(flatten)]
    pub figures: Option<Nps>,
    /// How far it is from its target, unless that is withheld.
    #[serde(default, rename = "against", skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetView>,
}
