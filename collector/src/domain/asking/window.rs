//! Days of the week and hours of the day in which somebody may be asked.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::Day;
use crate::domain::dates::first_moment;

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// Days of the week, and hours of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// None: all of them.
    days: Vec<Day>,
    /// Minutes from midnight, the second not included.
    from: u16,
    to: u16,
}

/// The first time from a moment on at which a window is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The moment, or the first one after it.
    pub from: Timestamp,
    /// When it closes.
    pub to: Timestamp,
    /// The day on which that is, where the window is.
    pub day: Date,
}

impl Window {
    /// The days, all if none is named, and hours such as `09:00..17:00`, all without them.
    ///
    /// # Errors
    /// In the words to be shown.
    pub fn read(days: &[Day], hours: Option<&str>) -> Result<Self, String> {
        let (from, to) = match hours {
            None => (0, DAY),
            Some(text) => {
                let said = || format!("{text:?} is not a part of a day such as 09:00..17:00");
                let (from, to) = text.split_once("..").ok_or_else(said)?;
                (minutes(from).ok_or_else(said)?, minutes(to).ok_or_else(said)?)
            }
        };
        if from >= to {
            return Err("hours begin before they end, on one day".into());
        }
        Ok(Self { days: days.to_vec(), from, to })
    }

    /// When it is open, at this moment or next. Nothing at the end of the calendar.
    pub fn open(&self, at: Timestamp, zone: &TimeZone) -> Option<Opening> {
        let mut day = at.to_zoned(zone.clone()).date();
        // A week and the rest of the first day; and two more, for days that a clock change takes.
        for _ in 0..10 {
            let is_open = self.days.is_empty() || self.days.iter().any(|open| open.is(day.weekday()));
            let (from, to) = (moment(day, self.from, zone), moment(day, self.to, zone));
            if is_open && at < to && from < to {
                return Some(Opening { from: at.max(from), to, day });
            }
            day = day.tomorrow().ok()?;
        }
        None
    }
}

/// `9:00` or `17:30`, up to `24:00`.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u16>().ok())?;
    let (hours, minutes) =
        (digits(hours).filter(|_| hours.len() <= 2)?, digits(minutes).filter(|_| minutes.len() == 2)?);
    Some(60 * hours + minutes).filter(|all| minutes < 60 && *all <= DAY)
}

fn moment(day: Date, minutes: u16, zone: &TimeZone) -> Timestamp {
    match minutes {
        0 => first_moment(day, zone),
        DAY => day.tomorrow().map_or(Timestamp::MAX, |next| first_moment(next, zone)),
        _ => {
            let time = day.at(0, 0, 0, 0).saturating_add(i64::from(minutes).minutes());
            zone.to_ambiguous_timestamp(time).compatible().unwrap_or(Timestamp::MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::dates::time_zone;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const WEEKDAYS: [Day; 5] = [Day::Monday, Day::Tuesday, Day::Wednesday, Day::Thursday, Day::Friday];

    #[test]
    fn hours_are_those_of_the_place_in_summer_and_winter() {
        let window = Window::read(&WEEKDAYS, Some("9:00..17:00")).unwrap();
        let london = time_zone("Europe/London").unwrap();
        let open = |text: &str| window.open(at(text), &london).unwrap().from.to_string();
        // A Monday.
        assert_eq!(open("2026-03-02T08:59:59Z"), "2026-03-02T09:00:00Z");
        assert_eq!(open("2026-03-02T12:00:00Z"), "2026-03-02T12:00:00Z");
        assert_eq!(open("2026-03-02T17:00:00Z"), "2026-03-03T09:00:00Z");
        // A Friday, and the clocks go forward on the Sunday after.
        assert_eq!(open("2026-03-27T17:00:00Z"), "2026-03-30T08:00:00Z");
    }

    #[test]
    fn what_is_no_part_of_a_day_is_told() {
        for wrong in [
            "9..17",
            "09:00-17:00",
            "25:00..26:00",
            "09:60..10:00",
            "17:00..09:00",
            "09:00..09:00",
            "..",
            "+9:00..10:00",
        ] {
            assert!(Window::read(&[], Some(wrong)).is_err(), "{wrong}");
        }
        assert!(Window::read(&[], Some("00:00..24:00")).is_ok());
    }

    proptest! {
        #[test]
        fn a_window_is_open_when_it_says_so(second in 1_700_000_000_i64..1_900_000_000, from in 0_u16..1440, long in 1_u16..1440) {
            let to = (from + long).min(DAY);
            let text = format!("{}:{:02}..{}:{:02}", from / 60, from % 60, to / 60, to % 60);
            let window = Window::read(&[Day::Sunday, Day::Thursday], Some(&text)).unwrap();
            for name in ["Europe/London", "Asia/Kathmandu", "America/St_Johns"] {
                let zone = time_zone(name).unwrap();
                let at = Timestamp::from_second(second).unwrap();
                let opening = window.open(at, &zone).unwrap();
                prop_assert!(at <= opening.from && opening.from < opening.to);
                prop_assert!(matches!(opening.day.weekday(), jiff::civil::Weekday::Sunday | jiff::civil::Weekday::Thursday));
                prop_assert_eq!(opening.from.to_zoned(zone.clone()).date(), opening.day);
                prop_assert_eq!(window.open(opening.from, &zone), Some(opening), "it is open then");
            }
        }
    }
}
