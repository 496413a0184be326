//! What moved the score between two periods.

use std::collections::BTreeMap;

use wire::Tally;
use wire::report::MovedReport;

use super::{Source, asked, sum};
use crate::domain::query::Period;
use crate::domain::statistics;
use crate::facts::{Ask, BadQuery, Key};

/// How much of the change from `before` to the period of `ask` each group contributed.
///
/// # Errors
/// When a name is not known, or there are too many groups.
pub fn moved(source: &Source<'_>, ask: &Ask, before: Period) -> Result<MovedReport, BadQuery> {
    let mut earlier = ask.clone();
    earlier.query.period = before;
    let count = |ask: &Ask| -> Result<BTreeMap<Key, Tally>, BadQuery> {
        let counted = source.facts.count(ask, source.organisation)?;
        Ok(counted
            .groups
            .into_iter()
            .filter_map(|group| Some((group.key.into_iter().next()?, sum(&group.counts))))
            .collect())
    };
    let (before_by_key, after_by_key) = (count(&earlier)?, count(ask)?);
    let mut keys: Vec<&Key> = before_by_key.keys().chain(after_by_key.keys()).collect();
    keys.sort();
    keys.dedup();
    let tally = |of: &BTreeMap<Key, Tally>, key: &Key| of.get(key).copied().unwrap_or_default();
    let small =
        |key: &Key| tally(&before_by_key, key).n().max(tally(&after_by_key, key).n()) < source.smallest;

    // Groups go by their place among the keys; the small ones together by none.
    let of_period = |of: &BTreeMap<Key, Tally>| {
        let mut rest = Tally::default();
        let mut groups = Vec::new();
        for (place, key) in keys.iter().enumerate() {
            match small(key) {
                true => rest += tally(of, key),
                false => groups.push((Some(place.to_string()), tally(of, key))),
            }
        }
        groups.push((None, rest));
        groups
    };
    let mut movement = statistics::moved(&of_period(&before_by_key), &of_period(&after_by_key));
    for contribution in movement.iter_mut().flat_map(|movement| &mut movement.contributions) {
        let place = contribution.key.take().and_then(|place| place.parse::<usize>().ok());
        match place.and_then(|place| keys.get(place)) {
            Some(key) => {
                contribution.key = key.value().map(str::to_owned);
                contribution.name = ask.by.first().and_then(|by| source.name(by, key));
            }
            None => contribution.rest = true,
        }
    }
    if let Some(movement) = &mut movement {
        movement.contributions.retain(|part| part.before.n + part.after.n > 0);
    }
    Ok(MovedReport {
        asked: asked(&ask.query),
        compared_with: super::Comparing::Period(before).to_string(),
        by: ask.by.first().map(ToString::to_string).unwrap_or_default(),
        smallest: source.smallest,
        movement,
    })
}
