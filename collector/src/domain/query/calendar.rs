//! The calendar of a time zone: where its hours, days, weeks, months, quarters and years begin.

use std::ops::Range;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::Unreadable;
use crate::domain::dates::first_moment;

/// What the calendar is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Calendar {
    /// The hour on the clock. When the clock is set back, the hour it repeats has two hours.
    Hour,
    /// The day.
    Day,
    /// The week, from Monday on (ISO 8601).
    Week,
    /// The month.
    Month,
    /// The quarter.
    Quarter,
    /// The year.
    Year,
}

impl Calendar {
    /// Each of them.
    pub const ALL: [Self; 6] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// The name in questions.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// Reads the name.
    ///
    /// # Errors
    /// When it is none, with those that would do.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        Self::ALL.into_iter().find(|calendar| calendar.as_str() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            Unreadable(format!("{text:?} is none of {names}"))
        })
    }

    /// What the part is called in which this local time lies: `2026-11-25T14`, `2026-11-25`, `2026-W48`, `2026-11`, `2026-Q4`, `2026`.
    pub fn label(self, local: DateTime) -> String {
        match self {
            Self::Hour => format!("{}T{:02}", local.date(), local.hour()),
            Self::Day => local.date().to_string(),
            Self::Week => {
                let week = local.date().iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Self::Month => format!("{:04}-{:02}", local.year(), local.month()),
            Self::Quarter => format!("{:04}-Q{}", local.year(), (local.month() + 2) / 3),
            Self::Year => format!("{:04}", local.year()),
        }
    }

    /// The first day of the part in which a day lies.
    fn first_day(self, day: Date) -> Date {
        match self {
            Self::Hour | Self::Day => day,
            Self::Week => day.saturating_sub(i64::from(day.weekday().since(Weekday::Monday)).days()),
            Self::Month => day.first_of_month(),
            Self::Quarter => {
                let month = (day.month() - 1) / 3 * 3 + 1;
                day.with().month(month).day(1).build().unwrap_or(day)
            }
            Self::Year => day.first_of_year(),
        }
    }

    /// The moment so many parts before the one in which a moment lies.
    pub fn back(self, at: Timestamp, zone: &TimeZone, parts: usize) -> Timestamp {
        let parts = i64::try_from(parts).unwrap_or(i64::MAX).min(1_000_000);
        if self == Self::Hour {
            return at.saturating_sub(parts.hours()).unwrap_or(Timestamp::MIN);
        }
        let mut day = self.first_day(zone.to_datetime(at).date());
        for _ in 0..parts {
            day = self.first_day(day.saturating_sub(1.day()));
        }
        first_moment(day, zone)
    }

    fn after(self, first_day: Date) -> Date {
        first_day.saturating_add(match self {
            Self::Hour | Self::Day => 1.day(),
            Self::Week => 1.week(),
            Self::Month => 1.month(),
            Self::Quarter => 3.months(),
            Self::Year => 1.year(),
        })
    }
}

/// A stretch of time cut along the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Where each part begins, ascending, in seconds since 1970; the first lies at or before the beginning of the stretch.
    pub starts: Vec<i64>,
    /// Where the last part ends.
    pub end: i64,
}

impl Timeline {
    /// Cuts the stretch `seconds` (since 1970).
    ///
    /// # Errors
    /// When there are more than `most` parts.
    pub fn cut(
        calendar: Calendar,
        seconds: Range<i64>,
        zone: &TimeZone,
        most: usize,
    ) -> Result<Self, Unreadable> {
        let too_many = || {
            let name = calendar.as_str();
            Unreadable(format!(
                "more than {most} of every {name} lie in the period (limits.groups): ask for a shorter one, or for longer parts"
            ))
        };
        let starts = match calendar {
            Calendar::Hour => hours(&seconds, zone, most),
            _ => days(calendar, &seconds, zone, most),
        };
        let mut starts = starts.ok_or_else(too_many)?;
        let end = starts.pop().unwrap_or(seconds.end);
        Ok(Self { starts, end })
    }

    /// The local time at which the part of this place begins.
    pub fn local(&self, place: usize, zone: &TimeZone) -> DateTime {
        zone.to_datetime(moment(self.starts[place]))
    }
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(if second < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// The beginnings of parts that are made of days, and the end of the last.
fn days(calendar: Calendar, seconds: &Range<i64>, zone: &TimeZone, most: usize) -> Option<Vec<i64>> {
    let mut day = calendar.first_day(zone.to_datetime(moment(seconds.start)).date());
    let mut starts = Vec::new();
    loop {
        // Of a day whose midnight the clock leaves out, the first moment there is.
        let start = first_moment(day, zone).as_second();
        starts.push(start);
        if start >= seconds.end {
            return Some(starts);
        }
        if starts.len() > most {
            return None;
        }
        day = calendar.after(day);
    }
}

/// The beginnings of hours, and the end of the last: full hours of the local clock, which a change of the clock may end early
/// or make longer.
fn hours(seconds: &Range<i64>, zone: &TimeZone, most: usize) -> Option<Vec<i64>> {
    let local = |second: i64| zone.to_datetime(moment(second));
    let into_the_hour = |time: DateTime| i64::from(time.minute()) * 60 + i64::from(time.second());
    let hour = |time: DateTime| (time.date(), time.hour());
    let mut changes =
        zone.following(moment(seconds.start)).map(|change| change.timestamp().as_second()).peekable();
    // The hour may have begun before the clock changed within it: then it is the hour's first stretch.
    let mut at = seconds.start - into_the_hour(local(seconds.start));
    if hour(local(at)) != hour(local(seconds.start)) {
        at = zone.preceding(moment(seconds.start)).next().map_or(at, |change| change.timestamp().as_second());
    }
    let mut starts = vec![at];
    let mut here = local(at);
    loop {
        let full = at + 3600 - into_the_hour(here);
        let next = match changes.next_if(|change| *change <= full) {
            Some(change) => change,
            None => full,
        };
        let there = local(next);
        if hour(there) != hour(here) {
            starts.push(next);
            if next >= seconds.end {
                return Some(starts);
            }
            if starts.len() > most {
                return None;
            }
        }
        (at, here) = (next, there);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ZONES: [&str; 8] = [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Cairo",
    ];

    #[test]
    fn the_night_on_which_the_clock_is_set_back_has_an_hour_of_two() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        // 2026-10-25T00:00+02:00 to the next midnight: 25 hours, 24 of them on the clock.
        let start = "2026-10-24T22:00:00Z".parse::<Timestamp>().unwrap().as_second();
        let hours = Timeline::cut(Calendar::Hour, start..start + 25 * 3600, &zone, 99).unwrap();
        assert_eq!(hours.starts.len(), 24);
        let lengths: Vec<i64> = hours.starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(lengths.iter().filter(|length| **length == 7200).count(), 1);
        assert_eq!(hours.starts[2] + 7200, hours.starts[3]);
        let days = Timeline::cut(Calendar::Day, start..start + 25 * 3600, &zone, 99).unwrap();
        assert_eq!((days.starts.len(), days.end - days.starts[0]), (1, 25 * 3600));
    }

    #[test]
    fn too_many_parts_are_told() {
        let error = Timeline::cut(Calendar::Hour, 0..864_000_000, &TimeZone::UTC, 1000).unwrap_err();
        assert!(error.to_string().contains("more than 1000 of every hour"), "{error}");
    }

    #[test]
    fn parts_have_the_names_people_write() {
        let local = jiff::civil::date(2027, 1, 1).at(14, 5, 0, 0);
        let names = Calendar::ALL.map(|calendar| calendar.label(local));
        assert_eq!(names, ["2027-01-01T14", "2027-01-01", "2026-W53", "2027-01", "2027-Q1", "2027"]);
    }

    proptest! {
        #[test]
        fn each_moment_lies_in_the_part_that_the_clock_names(
            zone in prop::sample::select(ZONES.to_vec()),
            calendar in prop::sample::select(Calendar::ALL.to_vec()),
            // 2012 to 2035: the clock of Samoa left out a whole day at the end of 2011.
            start in 1_325_376_000i64..2_050_000_000,
            length in 1i64..40 * 86_400,
            share in 0.0f64..1.0,
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let line = Timeline::cut(calendar, start..start + length, &zone, 10_000).unwrap();
            prop_assert!(line.starts[0] <= start && start + length <= line.end);
            prop_assert!(line.starts.windows(2).all(|pair| pair[0] < pair[1]));
            let second = start + (length as f64 * share) as i64;
            let place = line.starts.partition_point(|start| *start <= second) - 1;
            let local = zone.to_datetime(moment(second));
            prop_assert_eq!(calendar.label(line.local(place, &zone)), calendar.label(local));
            // And in no other part of that name.
            let same = (0..line.starts.len()).filter(|at| calendar.label(line.local(*at, &zone)) == calendar.label(local));
            prop_assert_eq!(same.count(), 1);
        }
    }
}
