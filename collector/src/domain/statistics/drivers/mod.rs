//! What goes with the score: for each attribute and answer, how close the link is, whether it is shown, and a sentence.
//!
//! Everywhere a response is worth what it adds to the NPS: 100, 0 or −100. So a driver tells of the same figure as every other
//! number. Responses without a value are left out. A link is not a cause: whoever waited longer may have had the harder question.
//!
//! Read in this order: `difference` (values that are names), `trend` (values that are numbers), `sentence`.

mod difference;
mod sentence;
mod trend;

use wire::Tally;
use wire::report::{Driver, Extreme, Link, Measure, Standout, Verdict};

use super::compare::without;
use super::correct::judged;
use super::estimate::Estimate;
use super::{ALPHA, adjust};

/// Fewer answers than this say nothing about a link.
const LEAST: u64 = 10;

/// Something that may go with the score: an attribute, or a question.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The attribute or question.
    pub key: &'a str,
    /// How each of its values was scored.
    pub values: Values<'a>,
}

/// The scores of each value.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// The values are names: a product, a choice.
    Names(&'a [(String, Tally)]),
    /// The values are numbers whose order and distance mean something: a rating, a waiting time.
    Numbers(&'a [(f64, Tally)]),
}

/// A link before it is judged among the others.
struct Found {
    strength: f64,
    interval: [f64; 2],
    p_value: f64,
}

/// All candidates, those with a link that is shown first, each lot by strength. No value with fewer than `smallest` answers is
/// named.
pub fn drivers(candidates: &[Candidate<'_>], smallest: u64) -> Vec<Driver> {
    let found: Vec<Option<Found>> = candidates.iter().map(|candidate| candidate.values.link()).collect();
    let p_values: Vec<f64> = found.iter().flatten().map(|found| found.p_value).collect();
    let mut q_values = adjust(&p_values).into_iter();
    let links: Vec<Option<Link>> = found
        .into_iter()
        .map(|found| {
            let (Found { strength, interval, p_value }, q_value) = (found?, q_values.next()?);
            Some(Link { strength, interval, p_value, q_value })
        })
        .collect();
    let mut drivers: Vec<Driver> =
        candidates.iter().zip(links).map(|(candidate, link)| candidate.driver(link, smallest)).collect();
    let strength = |driver: &Driver| driver.link.map_or(-1.0, |link| link.strength.abs());
    drivers.sort_by(|a, b| {
        let shown = b.shown.cmp(&a.shown);
        shown.then_with(|| strength(b).total_cmp(&strength(a))).then_with(|| a.key.cmp(&b.key))
    });
    drivers
}

impl Values<'_> {
    fn link(&self) -> Option<Found> {
        match self {
            Self::Names(values) => difference::link(values.iter().map(|(_, tally)| tally)),
            Self::Numbers(values) => trend::link(values),
        }
    }

    fn tallies(&self) -> Vec<Tally> {
        match self {
            Self::Names(values) => values.iter().map(|(_, tally)| *tally).collect(),
            Self::Numbers(values) => values.iter().map(|(_, tally)| *tally).collect(),
        }
    }

    fn name(&self, place: usize) -> String {
        match self {
            Self::Names(values) => values[place].0.clone(),
            Self::Numbers(values) => values[place].0.to_string(),
        }
    }
}

impl Candidate<'_> {
    fn driver(&self, link: Option<Link>, smallest: u64) -> Driver {
        let tallies = self.values.tallies();
        let sizes = tallies.iter().map(Tally::n);
        let measure = match self.values {
            Values::Names(_) => Measure::Difference,
            Values::Numbers(_) => Measure::Trend,
        };
        let shown = link.is_some_and(|link| link.q_value <= ALPHA);
        let (best, worst) = self.extremes(&tallies, smallest);
        let mut driver = Driver {
            key: self.key.to_owned(),
            measure,
            n: sizes.clone().sum(),
            values: sizes.filter(|n| *n > 0).count() as u64,
            link,
            shown,
            best,
            worst,
            standout: if shown { self.standout(&tallies, smallest) } else { None },
            sentence: String::new(),
        };
        driver.sentence = sentence::sentence(&driver);
        driver
    }

    /// The values that score best and worst, with the doubt counted against them.
    fn extremes(&self, tallies: &[Tally], smallest: u64) -> (Option<Extreme>, Option<Extreme>) {
        let enough = tallies.iter().enumerate().filter(|(_, tally)| tally.n() >= smallest);
        let values: Vec<_> =
            enough.filter_map(|(place, tally)| Some((place, tally, tally.nps().interval?))).collect();
        if values.len() < 2 {
            return (None, None);
        }
        let extreme = |(place, tally, _): &(usize, &Tally, [f64; 2])| Extreme {
            value: self.values.name(*place),
            figures: tally.nps(),
        };
        let best = values.iter().max_by(|(_, _, a), (_, _, b)| a[0].total_cmp(&b[0]));
        let worst = values.iter().min_by(|(_, _, a), (_, _, b)| a[1].total_cmp(&b[1]));
        (best.map(extreme), worst.map(extreme))
    }

    /// The value that most surely differs from all others together; of two equally sure ones, the better.
    fn standout(&self, tallies: &[Tally], smallest: u64) -> Option<Standout> {
        let mut all = Tally::default();
        tallies.iter().for_each(|tally| all += *tally);
        let sides = tallies.iter().enumerate().filter_map(|(place, tally)| {
            let rest = without(&all, tally);
            let enough = tally.n() >= smallest && rest.n() >= smallest;
            Some((place, Estimate::nps(tally).filter(|_| enough)?, Estimate::nps(&rest)?))
        });
        let sides: Vec<_> = sides.collect();
        let p_values: Vec<f64> = sides.iter().map(|(_, value, rest)| value.p_value(rest)).collect();
        let q_values = adjust(&p_values);
        // Of two values each is the other's rest, and just as sure but for rounding.
        let sureness = |i: usize| if tallies.len() == 2 { 0.0 } else { p_values[i] };
        let difference = |i: usize| sides[i].1.mean - sides[i].2.mean;
        let surest = (0..sides.len()).min_by(|a, b| {
            sureness(*a).total_cmp(&sureness(*b)).then_with(|| difference(*b).total_cmp(&difference(*a)))
        })?;
        let (place, value, rest) = &sides[surest];
        let judged = judged(value.less(rest), q_values[surest]);
        let standout = Standout { value: self.values.name(*place), n: tallies[*place].n(), judged };
        (standout.judged.verdict != Verdict::NotShown).then_some(standout)
    }
}

#[cfg(test)]
mod tests;
