//! What moved a score between two periods.

use serde::{Deserialize, Serialize};

use super::{Comparison, Judged, is_false};
use crate::nps::Nps;

/// The change of an NPS, and what each group has to do with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Movement {
    /// The earlier period.
    pub before: Nps,
    /// The later period.
    pub after: Nps,
    /// The later less the earlier.
    pub change: Comparison,
    /// Each group's part, the largest first; together they are `change.difference`.
    pub contributions: Vec<Contribution>,
}

/// The part of one group in a change of the whole, in points of the whole's NPS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contribution {
    /// The value or id; absent for the responses that have none.
    pub key: Option<String>,
    /// A name for people, where there is one besides the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether these are all groups that are too small to be shown, together.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rest: bool,
    /// Its figures in the earlier period.
    pub before: Nps,
    /// Its figures in the later period.
    pub after: Nps,
    /// Because the group itself scored otherwise than before.
    pub rate: f64,
    /// Because more or fewer of the answers came from it: above 0 if a group that scores better than the whole has grown, or
    /// one that scores worse has shrunk.
    pub mix: f64,
    /// Both together.
    pub total: f64,
    /// The group's own change, later less earlier, judged together with those of the others; absent where it had answers
    /// in one period only.
    pub change: Option<Judged>,
}
