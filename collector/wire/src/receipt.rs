//! What the collector answers once a submission is on disk.

use serde::{Deserialize, Serialize};

use crate::nps::{Category, Score};

/// The answer to `POST /v1/submissions`, given only after the response is safely on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The response's id, the same for every submission that leads to it; made by the collector.
    pub response: String,
    /// The score that counts now.
    #[serde(default)]
    pub score: Option<Score>,
    /// Its category: which thank-you words fit.
    #[serde(default)]
    pub category: Option<Category>,
    /// Whether the survey was completed.
    pub complete: bool,
}
