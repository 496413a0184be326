//! Who was asked, who answered, who finished.

use std::collections::HashMap;

use wire::Tally;
use wire::report::Rates;

use super::Source;
use crate::domain::organisation::Organisation;
use crate::domain::statistics::interval_among_invited;
use crate::facts::{Ask, BadQuery, Counts, Facts, Key, Measure, Table};

/// The rates of everything that matched, and of each group.
pub(super) struct AllRates {
    total: Rates,
    pub(super) groups: HashMap<Vec<Key>, Rates>,
}

/// What is counted of one group.
#[derive(Default)]
struct Raw {
    invited: u64,
    answered: u64,
    begun: u64,
    completed: u64,
    median: Option<f64>,
}

impl AllRates {
    /// Counts them. The rest, beyond the largest groups, has none.
    pub(super) fn count(source: &Source<'_>, ask: &Ask) -> Result<Self, BadQuery> {
        let Source { facts, organisation, .. } = source;
        let ask = Ask { every: None, top: None, most: usize::MAX, ..ask.clone() };
        let mut total = Raw::default();
        let mut groups: HashMap<Vec<Key>, Raw> = HashMap::new();

        let completion = Ask { measure: Measure::Completion, ..ask.clone() };
        count(facts, organisation, &completion, &mut total, &mut groups, |raw, counts| {
            raw.completed = u64::from(counts[1]);
            raw.begun = raw.completed + u64::from(counts[0]);
        })?;
        let invitations = Ask { table: Table::Invitations, measure: Measure::Score, ..ask.clone() };
        count(facts, organisation, &invitations, &mut total, &mut groups, |raw, counts| {
            raw.answered = u64::from(counts[1]);
            raw.invited = raw.answered + u64::from(counts[15]);
        })?;
        let medians = facts.medians(&ask, organisation)?;
        total.median = medians.total;
        for (key, median) in medians.groups {
            groups.entry(key).or_default().median = Some(median);
        }
        let groups = groups.into_iter().map(|(key, raw)| (key, raw.rates()));
        Ok(Self { total: total.rates(), groups: groups.collect() })
    }

    /// The rates of a group, or of all, whose scores are these.
    pub(super) fn of(&self, key: Option<&Vec<Key>>, scores: &Tally) -> Option<Rates> {
        let rates = match key {
            None => &self.total,
            Some(key) => self.groups.get(key)?,
        };
        Some(Rates {
            interval_of_invited: (rates.invited > 0)
                .then(|| interval_among_invited(scores, rates.invited))
                .flatten(),
            ..rates.clone()
        })
    }
}

fn count(
    facts: &Facts,
    organisation: &Organisation,
    ask: &Ask,
    total: &mut Raw,
    groups: &mut HashMap<Vec<Key>, Raw>,
    take: impl Fn(&mut Raw, &Counts),
) -> Result<(), BadQuery> {
    let counted = facts.count(ask, organisation)?;
    take(total, &counted.total[0]);
    for group in counted.groups {
        take(groups.entry(group.key).or_default(), &group.counts[0]);
    }
    Ok(())
}

impl Raw {
    fn rates(self) -> Rates {
        let share = |part: u64, whole: u64| (whole > 0).then(|| 100.0 * part as f64 / whole as f64);
        Rates {
            invited: self.invited,
            answered: self.answered,
            response_rate: share(self.answered, self.invited),
            begun: self.begun,
            completed: self.completed,
            completion_rate: share(self.completed, self.begun),
            median_seconds: self.median,
            interval_of_invited: None,
        }
    }
}
