//! The Net Promoter Score: in all, by group, over time, compared.

use std::collections::HashMap;
use std::fmt;

use wire::Tally;
use wire::report::{Entry, Group, NpsReport};

use super::compared::{compared, correct};
use super::figures::Trends;
use super::rates::AllRates;
use super::{Source, asked, sum, written};
use crate::domain::query::Period;
use crate::domain::statistics::withhold;
use crate::facts::{Ask, BadQuery, Key};

/// What a report is asked for.
#[derive(Clone, Debug, Default)]
pub struct NpsAsk {
    /// What is counted.
    pub ask: Ask,
    /// How many parts of time each point of a trend covers; 1 for its own alone.
    pub rolling: usize,
    /// Whether to tell who was asked, who answered, and who finished.
    pub rates: bool,
    /// What everything is compared with.
    pub compare: Option<Comparing>,
}

/// What everything is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparing {
    /// The same of another period.
    Period(Period),
    /// Each group with all responses that are not in it.
    Rest,
    /// Each group with this one, by its key.
    Group(Vec<String>),
}

/// The report.
///
/// # Errors
/// When a name is not known, there are too many groups, or there is no group that the others are to be compared with.
pub fn nps(source: &Source<'_>, asking: &NpsAsk) -> Result<NpsReport, BadQuery> {
    let NpsAsk { ask, rolling, rates, compare } = asking;
    let rolls = *rolling > 1 && ask.every.is_some();
    let once = Ask { every: ask.every.filter(|_| !rolls), ..ask.clone() };
    let counted = source.facts.count(&once, source.organisation)?;
    let trends = match ask.every {
        None => None,
        Some(_) if rolls => Some(Trends::rolling(source, ask, *rolling)?),
        Some(_) => Some(Trends::new(&counted, source.smallest)),
    };
    let tallies: Vec<Tally> = counted.groups.iter().map(|group| sum(&group.counts)).collect();
    let keys: Vec<&Vec<Key>> = counted.groups.iter().map(|group| &group.key).collect();
    let total = sum(&counted.total);
    let others = Others::find(source, ask, compare.as_ref(), total, &keys, &tallies)?;
    let rates = if *rates { Some(AllRates::count(source, ask)?) } else { None };

    let entry = |tally: &Tally, key: Option<&Vec<Key>>| {
        let figures = tally.nps();
        let other = others.of(tally, key);
        Entry {
            comparison: other.and_then(|other| compared(tally, &other, source.smallest)),
            rates: rates.as_ref().and_then(|rates| rates.of(key, tally)),
            trend: trends.as_ref().and_then(|trends| trends.points(key)),
            figures,
        }
    };
    let mut whole = entry(&total, None);
    let sizes: Vec<u64> = tallies.iter().map(Tally::n).collect();
    let withheld = withhold(&sizes, source.smallest);
    let shown = keys.iter().zip(&tallies).zip(withheld).map(|((key, tally), withheld)| Group {
        key: key.iter().map(|key| key.value().map(str::to_owned)).collect(),
        name: ask.by.iter().zip(*key).map(|(by, key)| source.name(by, key)).collect(),
        rest: key.contains(&Key::Rest),
        withheld: withheld.then(|| tally.n()),
        entry: (!withheld).then(|| entry(tally, Some(key))),
    });
    let mut groups: Vec<Group> = shown.collect();
    let entries = groups.iter_mut().filter_map(|group| group.entry.as_mut());
    let mut entries: Vec<&mut Entry> = entries.chain([&mut whole]).collect();
    correct(entries.iter_mut().filter_map(|entry| entry.comparison.as_mut()));
    for points in entries.iter_mut().filter_map(|entry| entry.trend.as_mut()) {
        correct(points.iter_mut().filter_map(|point| point.comparison.as_mut()));
    }
    Ok(NpsReport {
        asked: asked(&ask.query),
        by: written(ask),
        every: ask.every.map(|every| every.as_str().to_owned()),
        rolling: rolls.then_some(*rolling),
        compared_with: compare.as_ref().map(Comparing::to_string),
        smallest: source.smallest,
        total: whole,
        groups,
    })
}

impl fmt::Display for Comparing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Period(Period { from, to }) => {
                let end = |at: &Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
                write!(f, "{}..{}", end(from), end(to))
            }
            Self::Rest => f.write_str("rest"),
            Self::Group(key) => f.write_str(&key.join(",")),
        }
    }
}

/// What tallies are compared with.
enum Others {
    Nothing,
    Period {
        total: Tally,
        groups: HashMap<Vec<Key>, Tally>,
    },
    /// All responses.
    Rest(Tally),
    Group(Vec<Key>, Tally),
}

impl Others {
    fn find(
        source: &Source<'_>,
        ask: &Ask,
        compare: Option<&Comparing>,
        total: Tally,
        keys: &[&Vec<Key>],
        tallies: &[Tally],
    ) -> Result<Self, BadQuery> {
        Ok(match compare {
            None => Self::Nothing,
            Some(Comparing::Rest) => Self::Rest(total),
            Some(Comparing::Period(period)) => {
                let mut other = Ask { every: None, top: None, most: usize::MAX, ..ask.clone() };
                other.query.period = *period;
                let counted = source.facts.count(&other, source.organisation)?;
                let groups = counted.groups.into_iter().map(|group| (group.key, sum(&group.counts)));
                Self::Period { total: sum(&counted.total), groups: groups.collect() }
            }
            Some(Comparing::Group(wanted)) => {
                let is_wanted = |key: &&Vec<Key>| {
                    key.len() == wanted.len()
                        && key.iter().zip(wanted).all(|(key, wanted)| key.value() == Some(wanted))
                };
                let place = keys.iter().position(is_wanted);
                let place = place.ok_or_else(|| BadQuery::NoSuchGroup(wanted.join(",")))?;
                Self::Group(keys[place].clone(), tallies[place])
            }
        })
    }

    /// What this one is compared with: a group, or all.
    fn of(&self, tally: &Tally, key: Option<&Vec<Key>>) -> Option<Tally> {
        match (self, key) {
            (Self::Period { total, .. }, None) => Some(*total),
            (Self::Period { groups, .. }, Some(key)) => groups.get(key).copied(),
            (Self::Rest(total), Some(_)) => {
                Some(Tally(std::array::from_fn(|score| total.0[score] - tally.0[score])))
            }
            (Self::Group(own, other), Some(key)) if key != own => Some(*other),
            _ => None,
        }
    }
}
