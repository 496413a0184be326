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
    /// What everything is compared with; absent where nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_with: Option<String>,
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
    /// How they differ from what they are compared with; absent where one side has no answers, or too few to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<AnswersCompared>,
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
    /// How they differ from those of the part before; absent where one has no answers, or too few to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<AnswersCompared>,
}

/// How the figures of a question differ from others, and how sure that is: judged among all comparisons of the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswersCompared {
    /// Number of answers of those that they are compared with.
    pub n: u64,
    /// Of a `rating` or `ces`: the share of the satisfied, or of those to whom it was easy, in percentage points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Judged>,
    /// Of a `rating` or `ces`: the mean, in steps of the scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<Judged>,
    /// Of a `choice` or `choices`: the share of each option, in percentage points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionCompared>,
}

/// How the share of one option differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OptionCompared {
    /// The option.
    pub value: String,
    /// The difference.
    #[serde(flatten)]
    pub judged: Judged,
}

impl AnswersCompared {
    /// Every comparison in it.
    pub fn all(&mut self) -> impl Iterator<Item = &mut Judged> {
        let Self { share, mean, options, .. } = self;
        share.iter_mut().chain(mean).chain(options.iter_mut().map(|option| &mut option.judged))
    }
}
