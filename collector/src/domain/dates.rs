//! Dates as people write them, and the moment at which a date begins in a place.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

/// Reads a date as ISO 8601 writes it, and nothing else: of a time of day it would not be told what became of it.
///
/// # Errors
/// In the words to be shown.
pub fn read(text: &str) -> Result<Date, String> {
    let date = (text.len() == "2026-01-31".len()).then(|| text.parse().ok()).flatten();
    date.ok_or_else(|| format!("{text:?} is not a date such as 2026-01-31"))
}

/// The time zone of an IANA name, such as `Europe/London`. The database is the program's own: the same on every machine.
pub fn time_zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok().filter(|zone| !zone.is_unknown())
}

/// The first moment at which it is this date, or a later one, in a time zone. The ends of the calendar are the ends of time:
/// many systems write 9999-12-31 for what does not end.
pub fn first_moment(date: Date, zone: &TimeZone) -> Timestamp {
    let end = if date.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    if date == Date::MIN || date == Date::MAX {
        return end;
    }
    let midnight = zone.to_ambiguous_timestamp(date.to_datetime(Time::midnight()));
    let in_a_gap = matches!(midnight.offset(), AmbiguousOffset::Gap { .. });
    match midnight.compatible() {
        // Clocks were put forward over midnight, or days left out of the calendar: the date began with that.
        Ok(at) if in_a_gap => {
            let after = at.saturating_add(1.second()).unwrap_or(at);
            zone.preceding(after).next().map_or(at, |change| change.timestamp())
        }
        Ok(at) => at,
        Err(_) => end,
    }
}

/// A date in a file or a body: text, or what TOML calls a local date.
struct Written(Date);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WrittenVisitor)
    }
}

struct WrittenVisitor;

impl<'de> Visitor<'de> for WrittenVisitor {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date such as 2026-01-31")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Written, E> {
        read(text).map(Written).map_err(E::custom)
    }

    /// How the toml crate hands out its dates.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Written, A::Error> {
        match map.next_key::<String>()?.as_deref() {
            Some("$__toml_private_datetime") => self.visit_str(&map.next_value::<String>()?),
            _ => Err(A::Error::custom("a date such as 2026-01-31 is wanted")),
        }
    }
}

/// For `#[serde(deserialize_with)]` of a date.
pub(super) fn written<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    Written::deserialize(deserializer).map(|written| written.0)
}

/// For `#[serde(deserialize_with)]` of a date that may be left out.
pub(super) fn written_or_not<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    Option::<Written>::deserialize(deserializer).map(|written| written.map(|written| written.0))
}

/// The same of many dates.
pub(super) fn written_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<Date>, D::Error> {
    Vec::<Written>::deserialize(deserializer).map(|written| written.into_iter().map(|date| date.0).collect())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// London; a half-hour shift; clocks put forward at midnight; put back to before midnight (at 0:01); a day left out; clocks
    /// put forward from 23:30 to 0:30.
    const DAYS: [(&str, Date); 8] = [
        ("Europe/London", date(2026, 3, 29)),
        ("Europe/London", date(2026, 10, 25)),
        ("Australia/Lord_Howe", date(2026, 4, 5)),
        ("Africa/Cairo", date(2026, 4, 24)),
        ("America/Havana", date(2026, 11, 1)),
        ("America/St_Johns", date(2006, 10, 29)),
        ("Pacific/Apia", date(2011, 12, 30)),
        ("America/Toronto", date(1919, 3, 31)),
    ];

    #[test]
    fn a_date_begins_with_the_first_moment_at_which_it_is_that_date_or_later() {
        for (name, day) in DAYS {
            let zone = time_zone(name).unwrap();
            for date in [day.yesterday().unwrap(), day, day.tomorrow().unwrap()] {
                let begin = first_moment(date, &zone);
                let before = begin - 1.nanosecond();
                assert!(begin.to_zoned(zone.clone()).date() >= date, "{name} {date}: {begin}");
                assert!(before.to_zoned(zone.clone()).date() < date, "{name} {date}: {begin}");
            }
        }
        let at = |name: &str, date| first_moment(date, &time_zone(name).unwrap()).to_string();
        assert_eq!(at("Africa/Cairo", date(2026, 4, 24)), "2026-04-23T22:00:00Z");
        assert_eq!(
            at("America/St_Johns", date(2006, 10, 29)),
            "2006-10-29T02:30:00Z",
            "the earlier midnight"
        );
        assert_eq!(at("Pacific/Apia", date(2011, 12, 30)), at("Pacific/Apia", date(2011, 12, 31)));
    }

    #[test]
    fn the_ends_of_the_calendar_are_the_ends_of_time() {
        for zone in ["UTC", "America/Los_Angeles", "Pacific/Auckland"].map(|name| time_zone(name).unwrap()) {
            assert_eq!(first_moment(date(9999, 12, 31), &zone), Timestamp::MAX);
            assert_eq!(first_moment(Date::MIN, &zone), Timestamp::MIN);
            assert!(first_moment(date(9999, 12, 30), &zone) <= Timestamp::MAX);
        }
    }

    #[test]
    fn zones_are_known_by_their_iana_names_alone() {
        assert!(time_zone("Europe/London").is_some() && time_zone("Asia/Kathmandu").is_some());
        for name in ["", "Mars/Olympus", "../../etc/passwd", "+02:00", "Etc/Unknown"] {
            assert!(time_zone(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_date_is_a_date_and_no_time() {
        assert_eq!(read("2026-03-01"), Ok(date(2026, 3, 1)));
        for text in ["", "2026-02-30", "01.03.2026", "20260301", "2026-03-01T00:00:00", "2026-3-1   "] {
            assert!(read(text).unwrap_err().contains("is not a date such as"), "{text}");
        }
    }
}
