//! Working time between any two moments of a stretch, without counting the days between them anew each time.

use jiff::{SignedDuration, Timestamp};

use super::WorkingHours;

/// Working hours of a stretch of time, ready to be measured.
#[derive(Clone, Debug)]
pub struct Meter(Vec<Span>);

/// A span in which somebody works: milliseconds of Unix time, and how many of them were worked before it.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: i64,
    to: i64,
    before: i64,
}

impl WorkingHours {
    /// Makes the stretch ready.
    pub fn meter(&self, from: Timestamp, to: Timestamp) -> Meter {
        let spans = self.spans(from).take_while(|(begin, _)| *begin < to);
        let mut before = 0;
        let span = |(from, to): (Timestamp, Timestamp)| {
            let span = Span { from: from.as_millisecond(), to: to.as_millisecond(), before };
            before += span.to - span.from;
            span
        };
        Meter(spans.map(span).collect())
    }
}

impl Meter {
    /// For how long somebody works from one moment of the stretch to another; none, if that is earlier.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let worked = self.worked(to) - self.worked(from);
        SignedDuration::from_millis(worked.max(0))
    }

    /// Milliseconds from the beginning of the stretch to a moment.
    fn worked(&self, at: Timestamp) -> i64 {
        let at = at.as_millisecond();
        let place = self.0.partition_point(|span| span.from <= at);
        let span = place.checked_sub(1).and_then(|place| self.0.get(place));
        span.map_or(0, |span| span.before + at.min(span.to) - span.from)
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::asking::Window;
    use crate::domain::dates::time_zone;

    proptest! {
        #[test]
        fn it_measures_what_is_counted_day_by_day(
            hours in prop::sample::select(vec![None, Some("09:00..17:00"), Some("22:00..24:00")]),
            start in 0_i64..20_000, length in 0_i64..30_000, from in 0_i64..40_000,
        ) {
            let window = Window::read(&[], hours).unwrap();
            let hours = WorkingHours::new(window, [jiff::civil::date(2026, 3, 30)], time_zone("Europe/Berlin").unwrap());
            let begin: Timestamp = "2026-03-20T08:30:00Z".parse().unwrap();
            let at = |minutes: i64| begin + minutes.minutes();
            let meter = hours.meter(at(start.min(from)), at(80_000));
            prop_assert_eq!(meter.between(at(from), at(from + length)), hours.between(at(from), at(from + length)));
            prop_assert_eq!(meter.between(at(from + length), at(from)), SignedDuration::ZERO);
        }
    }
}
