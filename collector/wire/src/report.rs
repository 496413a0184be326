//! The numbers as the API gives them. Fields are only added, with a default.

mod answers;
mod comparison;
mod driver;
mod figures;
mod movement;
mod nps;
mod standing;
mod standings;

use serde::{Deserialize, Serialize};

pub use answers::{
    Answered, AnsweredEntry, AnsweredGroup, AnsweredPoint, AnswersCompared, AnswersReport, OptionCompared,
};
pub use comparison::{Comparison, Judged, Verdict};
pub use driver::{Driver, Extreme, Link, Measure, Standout};
pub use figures::{Ces, Choice, Csat, Mean, Share};
pub use movement::{Contribution, Movement};
pub use nps::{Compared, Entry, Group, NpsReport, Point, Rates};
pub use standing::{Met, Ranked, TargetView};
pub use standings::{
    DriversReport, MovedReport, RankingReport, Standing, TargetsReport, UnitTarget, Withheld,
};

/// What responses are meant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Asked {
    /// The survey asked for; absent when all were.
    #[serde(default)]
    pub survey: Option<String>,
    /// Start of the period, inclusive (RFC 3339); absent when open.
    #[serde(default)]
    pub from: Option<String>,
    /// End of the period, exclusive (RFC 3339); absent when open.
    #[serde(default)]
    pub to: Option<String>,
    /// The time zone of dates, hours, days and months.
    #[serde(default)]
    pub zone: String,
}

fn is_false(value: &bool) -> bool {
    !*value
}
