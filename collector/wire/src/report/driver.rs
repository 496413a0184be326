//! What goes with the score.

use serde::{Deserialize, Serialize};

use super::Judged;
use crate::nps::Nps;

/// An attribute or the answer to a question, and how closely the score goes with it. It doesn't say that one causes the
/// other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Driver {
    /// The attribute or question.
    pub key: String,
    /// What `link` says.
    pub measure: Measure,
    /// Responses with a score and a value.
    pub n: u64,
    /// Different values among them.
    pub values: u64,
    /// How close the link is; absent where there are too few answers to tell.
    pub link: Option<Link>,
    /// Whether a link is shown, corrected for how many were looked for.
    pub shown: bool,
    /// The value that scores best, cautiously: whose interval has the highest low end. Absent where fewer than two values
    /// have enough answers.
    pub best: Option<Extreme>,
    /// The value that scores worst, cautiously: whose interval has the lowest high end.
    pub worst: Option<Extreme>,
    /// The value that most surely scores otherwise than all others together; absent where none does.
    pub standout: Option<Standout>,
    /// The same in a sentence.
    pub sentence: String,
}

/// How the values are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// As names: strength is the correlation ratio η, 0 (no value scores otherwise than another) to 1.
    Difference,
    /// As numbers: strength is Pearson's r, −1 (the more, the lower the score) to 1.
    Trend,
}

/// How closely the score goes with something.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Link {
    /// See `measure`; its square is the share of the differences between customers that goes with the values. What chance makes
    /// of many values is taken off.
    pub strength: f64,
    /// 95 % interval of the strength, low and high.
    pub interval: [f64; 2],
    /// How often chance alone would link as closely what has no link.
    pub p_value: f64,
    /// The p-value, corrected for how many links were looked for (Benjamini–Hochberg).
    pub q_value: f64,
}

/// A value with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Extreme {
    /// The value.
    pub value: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Nps,
}

/// A value that scores otherwise than the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standout {
    /// The value.
    pub value: String,
    /// Responses with it.
    pub n: u64,
    /// Its NPS less that of all others together, judged among all values.
    #[serde(flatten)]
    pub judged: Judged,
}
