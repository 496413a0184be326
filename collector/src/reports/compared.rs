//! Differences, each with its interval, and corrected where there are many.

use std::collections::HashMap;
use std::fmt;

use wire::Tally;
use wire::report::{Compared, Comparison, Judged, Verdict};

use crate::domain::query::Period;
use crate::domain::statistics::{compare, judge, without};
use crate::facts::{Ask, BadQuery, Key};

/// What everything is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparing {
    /// The same of another period.
    Period(Period),
    /// Each group with all responses that are not in it.
    Rest,
    /// Each group with this one, by its key.
    Group(Vec<String>),
}

impl fmt::Display for Comparing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Period(Period { from, to }) => {
                let end = |at: &Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
                write!(f, "{}..{}", end(from), end(to))
            }
            Self::Rest => f.write_str("rest"),
            Self::Group(key) => f.write_str(&key.join(",")),
        }
    }
}

/// What was counted: of all, and of groups.
pub(super) trait Part: Clone {
    /// All but a part of it.
    fn without(&self, part: &Self) -> Self;
}

impl Part for Tally {
    fn without(&self, part: &Self) -> Self {
        without(self, part)
    }
}

/// What is compared with.
pub(super) enum Others<T> {
    Nothing,
    Period {
        total: T,
        groups: HashMap<Vec<Key>, T>,
    },
    /// All responses.
    Rest(T),
    Group(Vec<Key>, T),
}

/// The total and each group.
pub(super) type All<T> = (T, Vec<(Vec<Key>, T)>);

impl<T: Part> Others<T> {
    /// Finds it among what was counted, or has `count` count another period.
    ///
    /// # Errors
    /// Those of `count`; or when there is no such group.
    pub(super) fn find(
        ask: &Ask,
        compare: Option<&Comparing>,
        (total, groups): &All<T>,
        count: impl FnOnce(&Ask) -> Result<All<T>, BadQuery>,
    ) -> Result<Self, BadQuery> {
        Ok(match compare {
            None => Self::Nothing,
            Some(Comparing::Rest) => Self::Rest(total.clone()),
            Some(Comparing::Period(period)) => {
                let mut other = Ask { every: None, top: None, most: usize::MAX, ..ask.clone() };
                other.query.period = *period;
                let (total, groups) = count(&other)?;
                Self::Period { total, groups: groups.into_iter().collect() }
            }
            Some(Comparing::Group(wanted)) => {
                let is_wanted = |key: &[Key]| {
                    key.len() == wanted.len()
                        && key.iter().zip(wanted).all(|(key, wanted)| key.value() == Some(wanted))
                };
                let found = groups.iter().find(|(key, _)| is_wanted(key));
                let (key, part) = found.ok_or_else(|| BadQuery::NoSuchGroup(wanted.join(",")))?;
                Self::Group(key.clone(), part.clone())
            }
        })
    }

    /// What this one is compared with: a group, or all.
    pub(super) fn of(&self, part: &T, key: Option<&Vec<Key>>) -> Option<T> {
        match (self, key) {
            (Self::Period { total, .. }, None) => Some(total.clone()),
            (Self::Period { groups, .. }, Some(key)) => groups.get(key).cloned(),
            (Self::Rest(total), Some(_)) => Some(total.without(part)),
            (Self::Group(own, other), Some(key)) if key != own => Some(other.clone()),
            _ => None,
        }
    }
}

/// How a tally differs from another; nothing, where one of them has fewer responses than are shown. Judged by itself: what
/// is shown with others is to be judged with them ([`correct`]).
pub(super) fn compared(this: &Tally, that: &Tally, smallest: u64) -> Option<Compared> {
    if this.n().min(that.n()) < smallest {
        return None;
    }
    Some(Compared { nps: that.nps().nps?, n: that.n(), judged: alone(compare(this, that)?) })
}

/// A comparison that was not judged with others yet.
pub(super) fn alone(comparison: Comparison) -> Judged {
    Judged { comparison, q_value: comparison.p_value, verdict: Verdict::NotShown }
}

/// Judges comparisons that are made at once.
pub(super) fn correct<'a>(comparisons: impl Iterator<Item = &'a mut Judged>) {
    let comparisons: Vec<&mut Judged> = comparisons.collect();
    let made: Vec<_> = comparisons.iter().map(|judged| Some(judged.comparison)).collect();
    for (judged, corrected) in comparisons.into_iter().zip(judge(&made)) {
        *judged = corrected.unwrap_or(*judged);
    }
}
