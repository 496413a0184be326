//! The Net Promoter Score: in all, by group, over time, compared.

use wire::Tally;
use wire::report::{Entry, Group, NpsReport};

use super::compared::{All, Comparing, Others, compared, correct};
use super::figures::Trends;
use super::rates::AllRates;
use super::{Source, asked, sum, written};
use crate::domain::statistics::withhold;
use crate::facts::{Ask, BadQuery, Counted, Key};

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
    let all = tallies(&counted);
    let again = |ask: &Ask| Ok(tallies(&source.facts.count(ask, source.organisation)?));
    let others = Others::find(ask, compare.as_ref(), &all, again)?;
    let (total, groups) = all;
    let rates =
        if *rates { Some(AllRates::count(source, &Ask { every: once.every, ..ask.clone() })?) } else { None };

    let entry = |tally: &Tally, key: Option<&Vec<Key>>| {
        let figures = tally.nps();
        let other = others.of(tally, key);
        Entry {
            comparison: other.and_then(|other| compared(tally, &other, source.smallest)),
            rates: rates.as_ref().and_then(|rates| rates.of(key, tally)),
            trend: trends.as_ref().and_then(|trends| trends.points(key, rates.as_ref().filter(|_| !rolls))),
            figures,
        }
    };
    let mut whole = entry(&total, None);
    let sizes: Vec<u64> = groups.iter().map(|(_, tally)| tally.n()).collect();
    let withheld = withhold(&sizes, source.smallest);
    let shown = groups.iter().zip(withheld).map(|((key, tally), withheld)| Group {
        key: key.iter().map(|key| key.value().map(str::to_owned)).collect(),
        name: ask.by.iter().zip(key).map(|(by, key)| source.name(by, key)).collect(),
        rest: key.contains(&Key::Rest),
        withheld: withheld.then(|| tally.n()),
        entry: (!withheld).then(|| entry(tally, Some(key))),
    });
    let mut groups: Vec<Group> = shown.collect();
    let entries = groups.iter_mut().filter_map(|group| group.entry.as_mut());
    let mut entries: Vec<&mut Entry> = entries.chain([&mut whole]).collect();
    correct(entries.iter_mut().filter_map(|entry| Some(&mut entry.comparison.as_mut()?.judged)));
    for points in entries.iter_mut().filter_map(|entry| entry.trend.as_mut()) {
        correct(points.iter_mut().filter_map(|point| Some(&mut point.comparison.as_mut()?.judged)));
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

fn tallies(counted: &Counted) -> All<Tally> {
    let groups = counted.groups.iter().map(|group| (group.key.clone(), sum(&group.counts)));
    (sum(&counted.total), groups.collect())
}
