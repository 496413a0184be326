//! Working hours: when a promise that was made now is due, however nights, weekends, holidays and changes of the clock lie between.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::asking::Window;

/// Most days that are looked at: who works an hour a week still has an end to 2000 hours.
const MOST_DAYS: usize = 20_000;

/// When somebody works.
#[derive(Clone, Debug)]
pub struct WorkingHours {
    window: Window,
    holidays: BTreeSet<Date>,
    zone: TimeZone,
}

impl WorkingHours {
    /// The days and hours of a window, less the holidays, in a place.
    pub fn new(window: Window, holidays: impl IntoIterator<Item = Date>, zone: TimeZone) -> Self {
        Self { window, holidays: holidays.into_iter().collect(), zone }
    }

    /// Where the hours are.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The moment by which somebody has worked for so long, from this moment on. No time at all is over at once.
    pub fn after(&self, from: Timestamp, working: SignedDuration) -> Timestamp {
        let mut left = working;
        let mut at = from;
        for (from, to) in self.spans(from) {
            let open = to.duration_since(from);
            if left <= open {
                return if left.is_zero() { at } else { from.saturating_add(left).unwrap_or(Timestamp::MAX) };
            }
            left -= open;
            at = to;
        }
        Timestamp::MAX
    }

    /// For how long somebody works from one moment to another.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let spans = self.spans(from).take_while(|(begin, _)| *begin < to);
        spans.map(|(begin, end)| end.min(to).duration_since(begin)).sum()
    }

    /// The spans in which somebody works, from a moment on.
    pub(super) fn spans(&self, from: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let mut at = from;
        std::iter::from_fn(move || {
            let opening = self.window.open(at, &self.zone)?;
            at = opening.to;
            Some(opening)
        })
        .take(MOST_DAYS)
        .filter(|opening| !self.holidays.contains(&opening.day))
        .map(|opening| (opening.from, opening.to))
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::asking::Day;
    use crate::domain::dates::time_zone;

    const WEEKDAYS: [Day; 5] = [Day::Monday, Day::Tuesday, Day::Wednesday, Day::Thursday, Day::Friday];

    fn hours(zone: &str, hours: &str, holidays: &[Date]) -> WorkingHours {
        let window = Window::read(&WEEKDAYS, Some(hours)).unwrap();
        WorkingHours::new(window, holidays.iter().copied(), time_zone(zone).unwrap())
    }

    #[test]
    fn four_hours_on_a_friday_afternoon_end_on_monday_or_after_the_holiday() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let friday = at("2026-03-27T15:00:00Z");
        let london = hours("Europe/London", "9:00..17:00", &[]);
        let four = SignedDuration::from_hours(4);
        // Clocks go forward on the Sunday between.
        assert_eq!(london.after(friday, four).to_string(), "2026-03-30T10:00:00Z");
        let holiday = hours("Europe/London", "9:00..17:00", &[jiff::civil::date(2026, 3, 30)]);
        assert_eq!(holiday.after(friday, four).to_string(), "2026-03-31T10:00:00Z");
        assert_eq!(london.after(at("2026-03-28T12:00:00Z"), four).to_string(), "2026-03-30T12:00:00Z");
        assert_eq!(london.between(friday, at("2026-03-30T10:00:00Z")), four);
        assert_eq!(london.after(friday, SignedDuration::ZERO), friday);
    }

    /// Counts minute by minute by the clock on the wall.
    fn is_working(hours: &WorkingHours, from: u16, to: u16, at: Timestamp) -> bool {
        let local = at.to_zoned(hours.zone.clone());
        let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
        WEEKDAYS.iter().any(|day| *day as i8 == local.weekday().to_monday_zero_offset())
            && !hours.holidays.contains(&local.date())
            && (from..to).contains(&minute)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
        /// From a week before one of the clock's changes: whole days, nights cut out, and a team that works round the clock.
        #[test]
        fn working_hours_are_those_that_somebody_counts_minute_by_minute(
            zone in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
            change in prop::sample::select(vec!["2026-03-22T00:00:00Z", "2026-10-19T00:00:00Z", "2026-03-02T00:00:00Z", "2026-11-01T00:00:00Z"]),
            start in 0_i64..10 * 1440,
            window in prop::sample::select(vec![(9 * 60, 17 * 60), (7 * 60 + 30, 12 * 60), (0, 1440), (16 * 60, 1440)]),
            holiday in 0_i64..14,
            minutes in 1_i64..3000,
        ) {
            let begin = change.parse::<Timestamp>().unwrap();
            let from = begin + start.minutes();
            let day = time_zone(zone).unwrap().to_datetime(begin).date() + holiday.days();
            let (open, close) = window;
            let text = format!("{}:{:02}..{}:{:02}", open / 60, open % 60, close / 60, close % 60);
            let hours = hours(zone, &text, &[day]);
            let (mut at, mut left) = (from, minutes);
            while left > 0 {
                left -= i64::from(is_working(&hours, open, close, at));
                at += 1.minutes();
            }
            let working = SignedDuration::from_mins(minutes);
            prop_assert_eq!(hours.after(from, working), at);
            prop_assert_eq!(hours.between(from, at), working);
        }
    }
}
