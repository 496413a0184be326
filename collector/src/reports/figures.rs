//! Figures over time and by group, withheld where somebody could be singled out.

use std::collections::HashMap;

use wire::Tally;
use wire::report::Point;

use super::compared::compared;
use super::rates::AllRates;
use super::{Source, tally};
use crate::domain::query::Period;
use crate::domain::statistics::withhold;
use crate::facts::{Ask, BadQuery, Counted, Key, Part};

/// The tallies of each part of time, in all and by group.
pub(super) struct Trends {
    parts: Vec<Part>,
    total: Vec<Tally>,
    groups: HashMap<Vec<Key>, Series>,
    smallest: u64,
}

/// The tallies of a group, and whether they are withheld, by part.
#[derive(Default)]
struct Series {
    tallies: Vec<Tally>,
    withheld: Vec<bool>,
}

impl Trends {
    /// What was counted by part of time.
    pub(super) fn new(counted: &Counted, smallest: u64) -> Self {
        let of_groups =
            counted.groups.iter().map(|group| (group.key.clone(), group.counts.iter().map(tally).collect()));
        Self::of(
            counted.parts.clone(),
            counted.total.iter().map(tally).collect(),
            of_groups.collect(),
            smallest,
        )
    }

    /// The same, of points that cover `rolling` parts each: their own and those before it. The first parts of all, which
    /// have not as many before them, have no point.
    pub(super) fn rolling(source: &Source<'_>, ask: &Ask, rolling: usize) -> Result<Self, BadQuery> {
        let query = &ask.query;
        let earlier = |at, every: crate::domain::query::Calendar| every.back(at, &query.zone, rolling - 1);
        let from = query.period.from.zip(ask.every).map(|(at, every)| earlier(at, every));
        let mut wider = ask.clone();
        wider.query.period = Period { from, ..query.period };
        let counted = source.facts.count(&wider, source.organisation)?;
        let sums =
            |counts: &[crate::facts::Counts]| counts.windows(rolling).map(super::sum).collect::<Vec<Tally>>();
        let parts = counted.parts.windows(rolling).map(|parts| Part {
            label: parts[rolling - 1].label.clone(),
            from: parts[0].from,
            to: parts[rolling - 1].to,
        });
        let groups = counted.groups.iter().map(|group| (group.key.clone(), sums(&group.counts)));
        Ok(Self::of(parts.collect(), sums(&counted.total), groups.collect(), source.smallest))
    }

    fn of(parts: Vec<Part>, total: Vec<Tally>, groups: Vec<(Vec<Key>, Vec<Tally>)>, smallest: u64) -> Self {
        let mut series: Vec<(Vec<Key>, Series)> = groups
            .into_iter()
            .map(|(key, tallies)| (key, Series { tallies, withheld: Vec::new() }))
            .collect();
        for part in 0..parts.len() {
            let sizes: Vec<u64> = series.iter().map(|(_, series)| series.tallies[part].n()).collect();
            let withheld = withhold(&sizes, smallest);
            series
                .iter_mut()
                .zip(withheld)
                .for_each(|((_, series), withheld)| series.withheld.push(withheld));
        }
        Self { parts, total, groups: series.into_iter().collect(), smallest }
    }

    /// The points of a group, or of all, with their rates, if there are any; none of a group that has no rows in these parts.
    pub(super) fn points(&self, key: Option<&Vec<Key>>, rates: Option<&AllRates>) -> Option<Vec<Point>> {
        let (tallies, withheld) = match key {
            None => (&self.total, None),
            Some(key) => {
                let series = self.groups.get(key)?;
                (&series.tallies, Some(&series.withheld))
            }
        };
        let point = |place: usize| {
            let tally = &tallies[place];
            let hidden = |place: usize| withheld.is_some_and(|withheld| withheld[place]);
            let before = place.checked_sub(1).filter(|before| !hidden(*before) && !hidden(place));
            let part = &self.parts[place];
            Point {
                label: part.label.clone(),
                from: part.from.to_string(),
                to: part.to.to_string(),
                withheld: hidden(place).then(|| tally.n()),
                figures: (!hidden(place)).then(|| tally.nps()),
                comparison: before.and_then(|before| compared(tally, &tallies[before], self.smallest)),
                rates: rates
                    .filter(|_| !hidden(place))
                    .and_then(|rates| rates.of_part(key, &part.label, tally)),
            }
        };
        Some((0..tallies.len()).map(point).collect())
    }
}
