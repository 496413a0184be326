//! What goes with the score: attributes, answers, languages.

use wire::Tally;
use wire::report::DriversReport;

use super::{Source, asked, sum};
use crate::domain::query::{Dimension, Key as Name, OF_ALL, Space};
use crate::domain::statistics::{Candidate, Values, drivers as find};
use crate::domain::visits::QUOTABLE;
use crate::facts::{Ask, BadQuery, Key};

/// How each value of something was scored.
enum Scored {
    Names(Vec<(String, Tally)>),
    Numbers(Vec<(f64, Tally)>),
}

/// Looks at everything that is known of responses, or at what `ask` is grouped by.
///
/// # Errors
/// When a name is not known.
pub fn drivers(source: &Source<'_>, ask: &Ask) -> Result<DriversReport, BadQuery> {
    let whole = source.facts.count(&Ask { by: Vec::new(), ..ask.clone() }, source.organisation)?;
    let total = sum(&whole.total);
    let mut left_out = Vec::new();
    let mut scored: Vec<(String, Scored)> = Vec::new();
    for dimension in dimensions(source, ask) {
        let name = called(source, &dimension);
        let one = Ask { by: vec![dimension], ..ask.clone() };
        let counted = match source.facts.count(&one, source.organisation) {
            Err(BadQuery::TooManyGroups { .. }) => {
                left_out.push(name);
                continue;
            }
            counted => counted?,
        };
        let values: Vec<(String, Tally)> = counted
            .groups
            .iter()
            .filter_map(|group| match group.key.first() {
                Some(Key::Value(value)) => Some((value.to_string(), sum(&group.counts))),
                _ => None,
            })
            .filter(|(_, tally)| tally.n() > 0)
            .collect();
        let absent = counted.groups.iter().find(|group| group.key.first() == Some(&Key::Absent));
        let absent = absent.map(|group| sum(&group.counts)).unwrap_or_default();
        let known: u64 = values.iter().map(|(_, tally)| tally.n()).sum();
        if known > total.n() - absent.n() {
            // Who chose several answers is in several groups: each answer is looked at by itself.
            scored.extend(each_answer(&name, &values, &less(&total, &absent)));
        } else if 2 * values.len() as u64 > known {
            // Nearly every response has a value of its own, as order numbers have: nothing can be learnt from them.
            left_out.extend((!values.is_empty()).then_some(name));
        } else {
            scored.push((name, numbers(&values).map_or(Scored::Names(values), Scored::Numbers)));
        }
    }
    let candidates: Vec<Candidate<'_>> = scored
        .iter()
        .map(|(key, scored)| Candidate {
            key,
            values: match scored {
                Scored::Names(values) => Values::Names(values),
                Scored::Numbers(values) => Values::Numbers(values),
            },
        })
        .collect();
    Ok(DriversReport {
        asked: asked(&ask.query),
        smallest: source.smallest,
        total: total.nps(),
        drivers: find(&candidates, source.smallest),
        left_out,
    })
}

fn dimensions(source: &Source<'_>, ask: &Ask) -> Vec<Dimension> {
    if !ask.by.is_empty() {
        return ask.by.clone();
    }
    let of = |space: Space, names: Vec<String>| {
        names.into_iter().map(move |name| Dimension { key: Name { space, name }, bands: Vec::new() })
    };
    let facts = source.facts;
    // Who is content is asked whether that may be quoted: this goes with the score, and explains nothing of it.
    let attributes = facts.attributes().into_iter().filter(|name| name != QUOTABLE).collect();
    of(Space::Attribute, attributes)
        .chain(of(Space::Answer, facts.answers()))
        .chain(of(Space::Any, vec!["language".to_owned()]))
        .collect()
}

/// As short as it can be said and still be asked for.
fn called(source: &Source<'_>, dimension: &Dimension) -> String {
    let name = &dimension.key.name;
    let plain =
        dimension.bands.is_empty() && !OF_ALL.contains(&name.as_str()) && !source.organisation.has_kind(name);
    let twice = source.facts.attributes().contains(name) && source.facts.answers().contains(name);
    if plain && !twice { name.clone() } else { dimension.to_string() }
}

/// Of each answer: who gave it, and who gave others.
fn each_answer(name: &str, values: &[(String, Tally)], all: &Tally) -> Vec<(String, Scored)> {
    let one = |(value, tally): &(String, Tally)| {
        let scored = vec![("yes".to_owned(), *tally), ("no".to_owned(), less(all, tally))];
        (format!("{name}:{value}"), Scored::Names(scored))
    };
    values.iter().map(one).collect()
}

/// The values as numbers, if they are, and there are enough of them for their order to mean something.
fn numbers(values: &[(String, Tally)]) -> Option<Vec<(f64, Tally)>> {
    if values.len() < 3 {
        return None;
    }
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    values.iter().map(|(value, tally)| Some((number(value)?, *tally))).collect()
}

fn less(all: &Tally, part: &Tally) -> Tally {
    Tally(std::array::from_fn(|score| all.0[score].saturating_sub(part.0[score])))
}
