//! Where a group stands: against its target, and among others.

use serde::{Deserialize, Serialize};

use crate::nps::Nps;

/// A score and its target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TargetView {
    /// The NPS wanted.
    pub target: f64,
    /// The NPS less the target; absent where nobody has answered.
    pub distance: Option<f64>,
    /// Whether it is met.
    pub met: Met,
    /// How often chance alone would bring a score that just meets its target at least this far to this side of it; absent
    /// where nobody has answered.
    pub p_value: Option<f64>,
}

/// Whether a target is met, said with 95 % confidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Met {
    /// It is.
    Met,
    /// It isn't.
    NotMet,
    /// There are too few answers to say.
    NotCertain,
}

/// A group's place among others. Groups that are not told apart share a rank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ranked {
    /// The value or id; absent for the responses that have none.
    pub key: Option<String>,
    /// A name for people, where there is one besides the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// One more than the number of groups that are shown to be better.
    pub rank: u64,
    /// The places this group may really have, best and worst: with 95 % confidence its true place is one of them.
    pub places: [u64; 2],
    /// With how many others it ties: those shown to be neither better nor worse.
    pub ties: u64,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Nps,
}
