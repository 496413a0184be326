//! Periods: from a moment on, and before another.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use super::Unreadable;
use crate::domain::dates::first_moment;

/// From a moment on (or from ever), and before another (or for ever).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// Its first moment.
    pub from: Option<Timestamp>,
    /// The first moment after it.
    pub to: Option<Timestamp>,
}

impl Period {
    /// Reads `from..to`; an end may be missing.
    ///
    /// # Errors
    /// When an end is neither a date nor a time, or the period has no moment.
    pub fn read(text: &str, zone: &TimeZone) -> Result<Self, Unreadable> {
        let (from, to) = text
            .split_once("..")
            .ok_or_else(|| Unreadable(format!("{text:?} is not a period, such as 2026-01-01..2026-02-01")))?;
        let end = |text: &str| match text.trim() {
            "" => Ok(None),
            text => read_time(text, zone).map(Some),
        };
        let period = Self { from: end(from)?, to: end(to)? };
        match period {
            Self { from: Some(from), to: Some(to) } if from >= to => {
                Err(Unreadable(format!("{from} is not before {to}, where the period ends")))
            }
            _ => Ok(period),
        }
    }

    /// The period of the same length that ends where this one begins. A whole number of calendar months, quarters or
    /// years is as many of them before; anything else as many days, or as many seconds.
    ///
    /// # Errors
    /// When this one has no beginning, or no end.
    pub fn previous(&self, zone: &TimeZone) -> Result<Self, Unreadable> {
        let (Some(from), Some(to)) = (self.from, self.to) else {
            return Err(Unreadable("the period before needs a period with from and to".to_owned()));
        };
        let (start, end) = (from.to_zoned(zone.clone()), to.to_zoned(zone.clone()));
        let midnight = |zoned: &jiff::Zoned| zoned.start_of_day().is_ok_and(|start| start == *zoned);
        let before = if midnight(&start) && midnight(&end) {
            let months = if start.day() == 1 && end.day() == 1 {
                (i32::from(end.year()) - i32::from(start.year())) * 12 + i32::from(end.month())
                    - i32::from(start.month())
            } else {
                0
            };
            let days = start.date().until(end.date()).map(|span| span.get_days()).unwrap_or_default();
            let span = if months > 0 {
                jiff::Span::new().try_months(months)
            } else {
                jiff::Span::new().try_days(days)
            };
            span.and_then(|span| start.date().checked_sub(span)).map(|date| first_moment(date, zone))
        } else {
            from.checked_sub(from.until(to).unwrap_or_default())
        };
        let before = before.map_err(|error| Unreadable(format!("there is no period before: {error}")))?;
        Ok(Self { from: Some(before), to: Some(from) })
    }
}

/// A time (RFC 3339), or a date, which means its first moment in the time zone.
///
/// # Errors
/// When it is neither.
pub fn read_time(text: &str, zone: &TimeZone) -> Result<Timestamp, Unreadable> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let date = text.parse::<Date>().ok();
    date.map(|date| first_moment(date, zone)).ok_or_else(|| {
        Unreadable(format!("{text:?} is neither a date (2026-01-31) nor a time (2026-01-31T09:00:00Z)"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn previous(text: &str) -> String {
        let zone = berlin();
        let Period { from, to } = Period::read(text, &zone).unwrap().previous(&zone).unwrap();
        let date = |at: Option<Timestamp>| {
            let zoned = at.unwrap().to_zoned(zone.clone());
            if zoned.hour() == 0 { zoned.date().to_string() } else { zoned.datetime().to_string() }
        };
        format!("{}..{}", date(from), date(to))
    }

    #[test]
    fn the_month_before_is_a_month_and_the_week_before_a_week() {
        assert_eq!(previous("2026-03-01..2026-04-01"), "2026-02-01..2026-03-01");
        assert_eq!(previous("2026-01-01..2026-04-01"), "2025-10-01..2026-01-01");
        assert_eq!(previous("2026-01-01..2027-01-01"), "2025-01-01..2026-01-01");
        // The clock goes forward on 29 March: still seven days.
        assert_eq!(previous("2026-03-30..2026-04-06"), "2026-03-23..2026-03-30");
        assert_eq!(
            previous("2026-03-10T12:00:00Z..2026-03-10T18:00:00Z"),
            "2026-03-10T07:00:00..2026-03-10T13:00:00"
        );
    }

    #[test]
    fn a_date_begins_where_the_zone_says() {
        let at = read_time("2026-07-01", &berlin()).unwrap();
        assert_eq!(at.to_string(), "2026-06-30T22:00:00Z");
    }

    #[test]
    fn what_is_no_period_is_told() {
        for (text, told) in [
            ("2026-01-01", "is not a period"),
            ("2026-02-01..2026-01-01", "is not before"),
            ("yesterday..", "neither a date"),
        ] {
            let error = Period::read(text, &berlin()).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
        let open = Period::read("2026-01-01..", &berlin()).unwrap();
        assert!(open.previous(&berlin()).unwrap_err().to_string().contains("from and to"));
    }
}
