//! What may be said of two figures.

use serde::{Deserialize, Serialize};

/// One figure less another, of two independent groups or periods.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comparison {
    /// The first less the second, as they were counted: in points of the NPS, percentage points of a share, or steps of a
    /// rating.
    pub difference: f64,
    /// 95 % interval of the difference, low and high.
    pub interval: [f64; 2],
    /// How often chance alone would set two equal groups at least this far apart. It is below 0.05 where the interval leaves
    /// out 0.
    pub p_value: f64,
}

/// A comparison that was made together with others, and what it shows among them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Judged {
    /// The comparison by itself.
    #[serde(flatten)]
    pub comparison: Comparison,
    /// Its p-value, corrected for how many were made (Benjamini–Hochberg): of all comparisons with a `q_value` up to 0.05,
    /// at most one in twenty is a false alarm.
    pub q_value: f64,
    /// What may be said.
    pub verdict: Verdict,
}

/// What a comparison shows, after correction for how many were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The first is higher.
    Higher,
    /// The first is lower.
    Lower,
    /// The answers don't show which is higher. It doesn't mean that they are equal.
    NotShown,
}
