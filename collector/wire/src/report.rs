//! The numbers as the API gives them.

mod comparison;

use serde::{Deserialize, Serialize};

use crate::nps::Nps;

pub use comparison::{Comparison, Judged, Verdict};

/// What `GET /v1/nps` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NpsReport {
    /// The survey asked for; absent when all were.
    #[serde(default)]
    pub survey: Option<String>,
    /// Start of the period, inclusive (RFC 3339); absent when open.
    #[serde(default)]
    pub from: Option<String>,
    /// End of the period, exclusive (RFC 3339); absent when open.
    #[serde(default)]
    pub to: Option<String>,
    /// What the groups are: `agent`, a kind of unit, or an attribute; absent when not grouped.
    #[serde(default)]
    pub by: Option<String>,
    /// Everything that matched.
    pub total: Nps,
    /// One for each value of `by`, most responses first.
    #[serde(default)]
    pub groups: Vec<Group>,
}

/// One value of what was grouped by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Group {
    /// The value or id; absent for the responses that have none.
    pub key: Option<String>,
    /// A name for people, where there is one besides the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Nps,
}
