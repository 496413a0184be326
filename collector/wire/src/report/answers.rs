//! Other questions than the score: ratings, effort, choices.

use serde::{Deserialize, Serialize};

use super::{Asked, Ces, Choice, Csat, Judged, is_false};

/// What `GET /v1/answers/{question}` answers: ratings, effort and choices, never mixed into the NPS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswersReport {
    /// What was asked.
    #[serde(flatten)]
    pub asked: Asked,
    /// The question.
    pub question: String,
    /// Its kind: `rating`, `ces`, `choice` or `choices`.
    pub kind: String,
    /// What is grouped by.
    #[serde(default)]
    pub by: Vec<String>,
    /// The parts of time that trends are cut into; absent where there are no trends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// Groups with fewer answers are withheld.
    pub smallest: u64,
    /// Everything that matched.
    pub total: AnsweredEntry,
    /// One for each combination of the values of `by`.
    #[serde(default)]
    pub groups: Vec<AnsweredGroup>,
}

/// The figures of a question, by its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answered {
    /// Number of responses that answer it.
    pub n: u64,
    /// Of a `rating`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csat: Option<Csat>,
    /// Of a `ces`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ces: Option<Ces>,
    /// Of a `choice` or `choices`: each option.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<Choice>>,
}

/// Figures with those of each part of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnsweredEntry {
    /// The figures.
    #[serde(flatten)]
    pub answered: Answered,
    /// The same for each part of time, oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<Vec<AnsweredPoint>>,
}

/// One value of what was grouped by, or one combination.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnsweredGroup {
    /// The value or id of each of `by`; absent where there is none.
    pub key: Vec<Option<String>>,
    /// A name for people, where there is one besides the key.
    #[serde(default)]
    pub name: Vec<Option<String>>,
    /// Whether these are all groups beyond the largest, together.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rest: bool,
    /// So many answers, too few for their figures to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<u64>,
    /// The figures, unless they are withheld.
    #[serde(flatten)]
    pub entry: Option<AnsweredEntry>,
}

/// The figures of one part of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnsweredPoint {
    /// What it is called.
    pub label: String,
    /// Its first moment (RFC 3339).
    pub from: String,
    /// The first moment after it (RFC 3339).
    pub to: String,
    /// So many answers, too few for their figures to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<u64>,
    /// The figures, unless they are withheld.
    #[serde(flatten)]
    pub answered: Option<Answered>,
    /// How the main figure differs from that of the part before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Judged>,
}
