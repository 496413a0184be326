//! Figures beside the NPS: shares and means, each with all that is needed to judge it.

use serde::{Deserialize, Serialize};

/// How many of how many.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Share {
    /// 100 × n / of; absent where `of` is 0.
    pub percent: Option<f64>,
    /// How many.
    pub n: u64,
    /// Of how many.
    pub of: u64,
    /// 95 % interval of the percentage, low and high; absent where `of` is 0.
    pub interval: Option<[f64; 2]>,
}

/// The mean of ratings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mean {
    /// Absent where n is 0.
    pub mean: Option<f64>,
    /// Number of answers.
    pub n: u64,
    /// How often each value was chosen, from 1 on.
    pub distribution: Vec<u64>,
    /// 95 % interval of the mean, low and high; absent where n is 0.
    pub interval: Option<[f64; 2]>,
}

/// Customer satisfaction: a rating.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Csat {
    /// Who chose one of the two highest values: the CSAT.
    pub satisfied: Share,
    /// The mean and the distribution.
    pub rating: Mean,
}

/// Customer effort: how easy it was, 1 to 7.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ces {
    /// Who chose 5 or more.
    pub easy: Share,
    /// The mean, which is the CES, and the distribution.
    pub rating: Mean,
}

/// One option of a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choice {
    /// The option.
    pub value: String,
    /// How many of those who answered the question chose it.
    #[serde(flatten)]
    pub share: Share,
}
