//! What can be asked, and what is answered.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::homes::Members;
use super::labels::Key;
use crate::domain::people::Sees;
use crate::domain::query::{Calendar, Condition, Dimension, Period};
pub use crate::domain::sheets::Table;

/// Which responses are meant.
#[derive(Clone, Debug)]
pub struct Query {
    /// Only this survey.
    pub survey: Option<String>,
    /// Only of this time.
    pub period: Period,
    /// Only what was changed at this time or after.
    pub updated_since: Option<Timestamp>,
    /// Only where this holds.
    pub condition: Condition,
    /// Where hours, days and months are told.
    pub zone: TimeZone,
    /// When an agent's unit is looked at.
    pub members: Members,
    /// What of it may be seen by whoever asks.
    pub sees: Sees,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            survey: None,
            period: Period::default(),
            updated_since: None,
            condition: Condition::default(),
            zone: TimeZone::UTC,
            members: Members::Then,
            sees: Sees::All,
        }
    }
}

/// What is counted, and how it is told apart.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// Of which.
    pub query: Query,
    /// Of what.
    pub table: Table,
    /// What of it.
    pub measure: Measure,
    /// By what.
    pub by: Vec<Dimension>,
    /// By which parts of time.
    pub every: Option<Calendar>,
    /// How many groups by each of `by`; all without it.
    pub top: Option<Top>,
    /// How many groups, or parts of time, are answered.
    pub most: usize,
}

/// What is counted of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// The score, 0 to 10.
    #[default]
    Score,
    /// The number that answers this question, 0 to 14.
    Answer(String),
    /// 1 where it was completed, 0 where it was not.
    Completion,
}

/// The largest groups, and how large the others are together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Top {
    /// How many.
    pub groups: usize,
    /// What makes one large.
    pub rest: Rest,
}

/// What makes a group large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// That it has many responses.
    ByNumber,
    /// That without its being different the NPS of all would be another: its share, times how far its NPS is from that of all.
    ByImpact,
}

/// How often each number was counted; what has none is in the last place.
pub type Counts = [u32; 16];

/// What was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The parts of time with what they are called; none where none were asked for.
    pub parts: Vec<Part>,
    /// All that matched: by part, or one where there are no parts.
    pub total: Vec<Counts>,
    /// Of each group that has rows.
    pub groups: Vec<Group>,
}

/// Medians of the seconds that completing took.
#[derive(Clone, Debug, PartialEq)]
pub struct Medians {
    /// Of all that matched; of nobody, none.
    pub total: Option<f64>,
    /// Of each group in which somebody completed.
    pub groups: Vec<(Vec<Key>, f64)>,
}

/// A part of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is called.
    pub label: String,
    /// Its first second.
    pub from: Timestamp,
    /// The first second after it.
    pub to: Timestamp,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it has of each of `by`.
    pub key: Vec<Key>,
    /// By part, or one where there are no parts.
    pub counts: Vec<Counts>,
}

/// What cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadQuery {
    /// A name that nothing is known by.
    #[error("nothing is known by {name:?}; known are {}", known.join(", "))]
    Unknown {
        /// The name.
        name: String,
        /// The names that would do.
        known: Vec<String>,
    },
    /// A value that can never be.
    #[error("{key} is never {value:?}; it is one of {}", known.join(", "))]
    UnknownValue {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// The values that would do.
        known: Vec<String>,
    },
    /// Bands of something that has no numbers.
    #[error("{0:?} has no numbers that could fall in bands")]
    NoBands(String),
    /// Parts of time that cannot be had.
    #[error("{0}")]
    Period(String),
    /// No group has this key.
    #[error("no group is called {0:?}, which the others are to be compared with")]
    NoSuchGroup(String),
    /// More groups than are answered.
    #[error(
        "there are {groups} groups by {by}, and at most {most} are answered (limits.groups): ask for the largest with `top`, \
         for a shorter period or with `where`, or by something that has fewer values"
    )]
    TooManyGroups {
        /// What was to be grouped by.
        by: String,
        /// How many groups there are.
        groups: usize,
        /// How many are answered.
        most: usize,
    },
}
