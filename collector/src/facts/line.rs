//! Time cut into parts.

use std::ops::Range;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::ask::BadQuery;
use super::chosen::Chosen;
use super::names::Clock;
use super::segment::Segment;
use crate::domain::query::{Calendar, Timeline};

/// Hours of the day are made of this many hours of the calendar at most: a century.
const MOST_HOURS: usize = 24 * 366 * 100;

/// Time cut into parts that have names; parts may share one, as the same hour of all days does.
pub(super) struct Line {
    /// Where each part begins, ascending, seconds since 1970.
    starts: Vec<u32>,
    /// Where the last ends.
    end: u32,
    /// The name of each part, by its place in `labels`.
    label_of: Vec<u32>,
    labels: Vec<Arc<str>>,
}

impl Line {
    pub(super) fn new(
        clock: Clock,
        span: Range<u32>,
        zone: &TimeZone,
        most: usize,
    ) -> Result<Self, BadQuery> {
        let (calendar, most) = match clock {
            Clock::HourOfDay => (Calendar::Hour, MOST_HOURS),
            Clock::Weekday => (Calendar::Day, MOST_HOURS),
            Clock::Part(calendar) => (calendar, most),
        };
        let line = Timeline::cut(calendar, span.start.into()..span.end.into(), zone, most);
        let line = line.map_err(|error| BadQuery::Period(error.to_string()))?;
        let local = |place| line.local(place, zone);
        let places = 0..line.starts.len();
        let (label_of, labels) = match clock {
            Clock::HourOfDay => {
                let labels = (0..24).map(|hour| format!("{hour:02}").into()).collect();
                (places.map(|place| local(place).hour() as u32).collect(), labels)
            }
            Clock::Weekday => {
                let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
                let day = |place| local(place).weekday().to_monday_zero_offset() as u32;
                (places.map(day).collect(), days.map(Arc::from).into())
            }
            Clock::Part(calendar) => {
                let labels = places.clone().map(|place| calendar.label(local(place)).into()).collect();
                (places.map(|place| place as u32).collect(), labels)
            }
        };
        let second = |second: i64| second.clamp(0, i64::from(u32::MAX)) as u32;
        Ok(Self {
            starts: line.starts.iter().map(|start| second(*start)).collect(),
            end: second(line.end),
            label_of,
            labels,
        })
    }

    pub(super) fn labels(&self) -> &[Arc<str>] {
        &self.labels
    }

    /// The seconds in which each part begins and ends.
    pub(super) fn parts(&self) -> impl Iterator<Item = Range<u32>> {
        let ends = self.starts.iter().skip(1).copied().chain([self.end]);
        self.starts.iter().copied().zip(ends).map(|(start, end)| start..end)
    }

    /// The label of all rows of a segment, if they lie in one part.
    pub(super) fn only(&self, segment: &Segment) -> Option<u32> {
        let place = self.place(segment.earliest);
        (place == self.place(segment.latest)).then(|| self.label_of[place])
    }

    /// Calls `visit(row, label)` for each of these rows. They lie mostly in the order of time, many in one part, so that they
    /// are taken part by part.
    #[inline]
    pub(super) fn each(&self, segment: &Segment, chosen: Chosen<'_>, mut visit: impl FnMut(usize, u32)) {
        let at = &segment.at;
        match chosen {
            Chosen::All(rows) => {
                let mut from = 0;
                while from < rows {
                    let (here, label) = self.part(at[from]);
                    let to = at[from..rows]
                        .iter()
                        .position(|at| !here.contains(at))
                        .map_or(rows, |more| from + more);
                    (from..to).for_each(|row| visit(row, label));
                    from = to;
                }
            }
            Chosen::These(mut rows) => {
                while let Some(first) = rows.first() {
                    let (here, label) = self.part(at[usize::from(*first)]);
                    let to = rows.iter().position(|row| !here.contains(&at[usize::from(*row)]));
                    let (these, others) = rows.split_at(to.unwrap_or(rows.len()));
                    these.iter().for_each(|row| visit((*row).into(), label));
                    rows = others;
                }
            }
        }
    }

    /// The seconds of the part in which one lies, and what it is called.
    fn part(&self, second: u32) -> (Range<u32>, u32) {
        let place = self.place(second);
        let start = if place == 0 { 0 } else { self.starts[place] };
        let end = self.starts.get(place + 1).copied().unwrap_or(u32::MAX);
        (start..end, self.label_of[place])
    }

    /// The part in which a second lies; what lies outside of all is not selected, and may have any.
    fn place(&self, second: u32) -> usize {
        self.starts.partition_point(|start| *start <= second).saturating_sub(1)
    }
}
