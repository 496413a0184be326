//! Names looked up: what a key stands for.

use super::ask::BadQuery;
use super::columns::{AGENT, Columns, LANGUAGE, SURVEY};
use crate::domain::organisation::Organisation;
use crate::domain::query::{Calendar, Key, OF_ALL, Space};

/// What a key stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The column of this place; the answers to a question may be several at once.
    Column { place: usize, several: bool },
    /// The units of a kind.
    Units(String),
    /// Promoter, passive or detractor.
    Category,
    /// 0 to 10.
    Score,
    /// Whether the survey was completed.
    Complete,
    /// The time on the clock.
    Clock(Clock),
    /// Nothing has it so far.
    Nothing,
}

/// What the clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Clock {
    /// The hour of the day, `00` to `23`.
    HourOfDay,
    /// The day of the week, `monday` to `sunday`.
    Weekday,
    /// The part of the calendar.
    Part(Calendar),
}

/// What names are looked up in.
pub(super) struct Names<'a> {
    pub(super) columns: &'a Columns,
    pub(super) organisation: &'a Organisation,
}

impl Names<'_> {
    /// What a key stands for: the first that it can mean.
    ///
    /// # Errors
    /// When nothing is known by its name. One that says where it belongs may not have come up yet: it finds nothing.
    pub(super) fn find(&self, key: &Key) -> Result<Found, BadQuery> {
        let name = &*key.name;
        let apart = || find_apart(key, self.organisation);
        let attribute =
            || self.columns.attributes.get(name).map(|place| Found::Column { place: *place, several: false });
        let answer =
            || self.columns.answers.get(name).map(|place| Found::Column { place: *place, several: true });
        match key.space {
            Space::Any => apart()
                .or_else(attribute)
                .or_else(answer)
                .ok_or_else(|| BadQuery::Unknown { name: name.to_owned(), known: self.known() }),
            Space::Unit => apart().ok_or_else(|| BadQuery::Unknown {
                name: name.to_owned(),
                known: self.organisation.kinds().into_iter().map(str::to_owned).collect(),
            }),
            Space::Attribute => Ok(attribute().unwrap_or(Found::Nothing)),
            Space::Answer => Ok(answer().unwrap_or(Found::Nothing)),
        }
    }

    fn known(&self) -> Vec<String> {
        let mut known: Vec<String> = self.organisation.kinds().into_iter().map(str::to_owned).collect();
        known.extend(self.columns.attributes());
        known.extend(self.columns.answers());
        known.sort();
        known.dedup();
        known.splice(0..0, OF_ALL.map(str::to_owned));
        known
    }
}

/// What a key stands for, if that can be told without the columns' names.
pub(super) fn find_apart(key: &Key, organisation: &Organisation) -> Option<Found> {
    let name = &*key.name;
    let units = || organisation.has_kind(name).then(|| Found::Units(name.to_owned()));
    match key.space {
        Space::Any => of_all(name).or_else(units),
        Space::Unit => units(),
        Space::Attribute | Space::Answer => None,
    }
}

fn of_all(name: &str) -> Option<Found> {
    let column = |place| Found::Column { place, several: false };
    Some(match name {
        "survey" => column(SURVEY),
        "agent" => column(AGENT),
        "language" => column(LANGUAGE),
        "category" => Found::Category,
        "score" => Found::Score,
        "complete" => Found::Complete,
        "hour" => Found::Clock(Clock::HourOfDay),
        "weekday" => Found::Clock(Clock::Weekday),
        _ => Found::Clock(Clock::Part(Calendar::read(name).ok()?)),
    })
}
