//! The Net Promoter Score: in all, by group, over time, compared.

use serde::{Deserialize, Serialize};

use super::{Asked, Judged, is_false};
use crate::nps::Nps;

/// What `GET /v1/nps` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NpsReport {
    /// What was asked.
    #[serde(flatten)]
    pub asked: Asked,
    /// What is grouped by: up to three of `agent`, `survey`, a kind of unit, an attribute, an answer, a part of time…
    #[serde(default)]
    pub by: Vec<String>,
    /// The parts of time that trends are cut into; absent where there are no trends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// How many parts each point of a trend covers, where that is more than its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolling: Option<usize>,
    /// What everything is compared with; absent where nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_with: Option<String>,
    /// Groups with fewer responses are withheld.
    #[serde(default)]
    pub smallest: u64,
    /// Everything that matched.
    pub total: Entry,
    /// One for each combination of the values of `by`. Things that have an order of their own, such as months, come in it,
    /// others with most responses first; what has no value, and the rest, last.
    #[serde(default)]
    pub groups: Vec<Group>,
}

/// Figures with what was asked for besides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// The figures.
    #[serde(flatten)]
    pub figures: Nps,
    /// How they differ from what they are compared with; absent where one side has no responses, or too few to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Compared>,
    /// Who was asked, who answered, who finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rates: Option<Rates>,
    /// The same for each part of time, oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<Vec<Point>>,
}

/// One value of what was grouped by, or one combination.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Group {
    /// The value or id of each of `by`; absent where there is none, and where it stands for the rest.
    pub key: Vec<Option<String>>,
    /// A name for people, where there is one besides the key.
    #[serde(default)]
    pub name: Vec<Option<String>>,
    /// Whether these are all groups beyond the largest, together.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rest: bool,
    /// So many responses, too few for their figures to be shown: somebody could be singled out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<u64>,
    /// The figures, unless they are withheld.
    #[serde(flatten)]
    pub entry: Option<Entry>,
}

/// The figures of one part of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Point {
    /// What it is called: `2026-11-25`, `2026-W48`, `2026-11`…
    pub label: String,
    /// Its first moment (RFC 3339).
    pub from: String,
    /// The first moment after it (RFC 3339).
    pub to: String,
    /// So many responses, too few for their figures to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<u64>,
    /// The figures, unless they are withheld.
    #[serde(flatten)]
    pub figures: Option<Nps>,
    /// How they differ from those of the point before; absent where one has no responses, or too few to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Compared>,
    /// Who was asked, who answered, who finished; absent where a point covers several parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rates: Option<Rates>,
}

/// A difference, and how sure it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Compared {
    /// The NPS that it is compared with.
    pub nps: f64,
    /// Number of responses of that.
    pub n: u64,
    /// The difference, and what may be said of it among all comparisons of the report.
    #[serde(flatten)]
    pub judged: Judged,
}

/// Who was asked, who answered, who finished.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rates {
    /// Invitations that were made in the period.
    pub invited: u64,
    /// How many of these led to a score, by now.
    pub answered: u64,
    /// Their share, per cent; absent where nobody was invited.
    pub response_rate: Option<f64>,
    /// Responses begun in the period, with a score or without.
    pub begun: u64,
    /// How many of these were completed.
    pub completed: u64,
    /// Their share, per cent.
    pub completion_rate: Option<f64>,
    /// The median of the seconds from the first answer to the last, of those who completed.
    pub median_seconds: Option<f64>,
    /// The interval of the NPS, as an estimate of what all who were invited would have said: narrower the more of them
    /// answered; absent where nobody was invited, or more answered than were.
    pub interval_of_invited: Option<[f64; 2]>,
}
