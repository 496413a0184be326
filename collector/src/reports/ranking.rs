//! Who stands where: among others, and against the targets of units.

use std::collections::HashMap;

use wire::Tally;
use wire::report::{RankingReport, Standing, TargetsReport, UnitTarget, Withheld};

use super::{Source, asked, sum};
use crate::domain::organisation::Unit;
use crate::domain::query::{Dimension, Key as Name, Space};
use crate::domain::statistics::{rank, target};
use crate::facts::{Ask, BadQuery, Key};

/// Ranks the groups of `ask`. What has no value has no rank.
///
/// # Errors
/// When a name is not known, or there are too many groups.
pub fn ranking(source: &Source<'_>, ask: &Ask) -> Result<RankingReport, BadQuery> {
    let counted = source.facts.count(ask, source.organisation)?;
    let by = ask.by.first();
    let groups: Vec<(String, Tally)> = counted
        .groups
        .iter()
        .filter_map(|group| Some((group.key.first()?.value()?.to_owned(), sum(&group.counts))))
        .collect();
    let name = |key: &str| by.and_then(|by| source.name(by, &Key::Value(key.into())));
    let (mut shown, mut withheld) = (Vec::new(), Vec::new());
    for (key, tally) in groups.iter().filter(|(_, tally)| tally.n() > 0) {
        match tally.n() < source.smallest {
            true => withheld.push(Withheld { name: name(key), key: Some(key.clone()), n: tally.n() }),
            false => shown.push((Some(key.clone()), *tally)),
        }
    }
    // What is seen of other units is a part, which the target is not meant for.
    let seen = ask.query.sees.units(source.organisation);
    let tallies: HashMap<&Option<String>, &Tally> = shown.iter().map(|(key, tally)| (key, tally)).collect();
    let standing = |mut ranked: wire::report::Ranked| {
        let unit = ranked.key.as_deref().and_then(|key| unit(source, by?, key));
        let wanted = unit.filter(|unit| seen.contains(&unit.id)).and_then(|unit| unit.target);
        let tally = tallies.get(&ranked.key);
        ranked.name = ranked.key.as_deref().and_then(name);
        Standing { target: wanted.zip(tally).map(|(wanted, tally)| target(tally, wanted)), ranked }
    };
    let groups = rank(&shown, source.smallest.max(1)).into_iter().map(standing).collect();
    Ok(RankingReport {
        asked: asked(&ask.query),
        by: by.map(ToString::to_string).unwrap_or_default(),
        smallest: source.smallest,
        groups,
        withheld,
    })
}

/// Each unit that has a target and is seen whole, against it.
///
/// # Errors
/// When a name is not known.
pub fn targets(source: &Source<'_>, ask: &Ask) -> Result<TargetsReport, BadQuery> {
    let mut by_kind: HashMap<&str, HashMap<String, Tally>> = HashMap::new();
    let seen = ask.query.sees.units(source.organisation);
    let is_meant = |unit: &&Unit| unit.target.is_some() && seen.contains(&unit.id);
    let with_target = || source.organisation.units.iter().filter(is_meant);
    for unit in with_target() {
        if by_kind.contains_key(&*unit.kind) {
            continue;
        }
        let key = Name { space: Space::Unit, name: unit.kind.clone() };
        let one = Ask { by: vec![Dimension { key, bands: Vec::new() }], ..ask.clone() };
        let counted = source.facts.count(&one, source.organisation)?;
        let tallies = counted
            .groups
            .iter()
            .filter_map(|group| Some((group.key.first()?.value()?.to_owned(), sum(&group.counts))));
        by_kind.insert(&unit.kind, tallies.collect());
    }
    let mut units = Vec::new();
    for unit in with_target() {
        let tally = by_kind
            .get(&*unit.kind)
            .and_then(|tallies| tallies.get(unit.id.as_str()))
            .copied()
            .unwrap_or_default();
        let hidden = (1..source.smallest).contains(&tally.n());
        units.push(UnitTarget {
            unit: unit.id.as_str().to_owned(),
            kind: unit.kind.clone(),
            name: unit.name.clone(),
            withheld: hidden.then(|| tally.n()),
            figures: (!hidden).then(|| tally.nps()),
            target: unit.target.filter(|_| !hidden).map(|wanted| target(&tally, wanted)),
        });
    }
    Ok(TargetsReport { asked: asked(&ask.query), smallest: source.smallest, units })
}

/// The unit that a key of `by` is, if it is one.
fn unit<'a>(source: &Source<'a>, by: &Dimension, key: &str) -> Option<&'a Unit> {
    let units = matches!(by.key.space, Space::Any | Space::Unit);
    source.organisation.unit(key).filter(|unit| units && unit.kind == by.key.name)
}
