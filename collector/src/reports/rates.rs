//! Who was asked, who answered, who finished.

use std::collections::HashMap;

use wire::Tally;
use wire::report::Rates;

use super::Source;
use crate::domain::query::{Dimension, Key as Name, Space};
use crate::domain::statistics::interval_among_invited;
use crate::facts::{Ask, BadQuery, Counts, Key, Measure, Table};

/// The rates of everything that matched, and of each group, in all and by part of time.
pub(super) struct AllRates {
    total: Rates,
    groups: HashMap<Vec<Key>, Rates>,
    /// By the keys of the group, none for all, and the name of the part.
    parts: HashMap<Vec<Key>, Rates>,
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

/// The same of all, and of each group.
#[derive(Default)]
struct Raws {
    total: Raw,
    groups: HashMap<Vec<Key>, Raw>,
}

impl AllRates {
    /// Counts them. The rest, beyond the largest groups, has none.
    pub(super) fn count(source: &Source<'_>, ask: &Ask) -> Result<Self, BadQuery> {
        let whole = Ask { every: None, top: None, most: usize::MAX, ..ask.clone() };
        let Raws { total, groups } = Raws::count(source, &whole)?;
        let mut parts = HashMap::new();
        if let Some(every) = ask.every {
            // A part of time is one more thing to group by.
            let name = Name { space: Space::Any, name: every.as_str().into() };
            let part = Dimension { key: name, bands: Vec::new() };
            let of_all = Ask { by: vec![part.clone()], ..whole.clone() };
            parts.extend(Raws::count(source, &of_all)?.groups);
            if !whole.by.is_empty() {
                let mut of_groups = whole;
                of_groups.by.push(part);
                parts.extend(Raws::count(source, &of_groups)?.groups);
            }
        }
        let rates = |raws: HashMap<Vec<Key>, Raw>| {
            raws.into_iter().map(|(key, raw)| (key, raw.rates())).collect::<HashMap<_, _>>()
        };
        Ok(Self { total: total.rates(), groups: rates(groups), parts: rates(parts) })
    }

    /// The rates of a group, or of all, whose scores are these.
    pub(super) fn of(&self, key: Option<&Vec<Key>>, scores: &Tally) -> Option<Rates> {
        let rates = match key {
            None => &self.total,
            Some(key) => self.groups.get(key)?,
        };
        Some(with_interval(rates, scores))
    }

    /// The same of one part of time: nobody was asked, where nothing was counted.
    pub(super) fn of_part(&self, key: Option<&Vec<Key>>, part: &str, scores: &Tally) -> Option<Rates> {
        let mut of_part = key.cloned().unwrap_or_default();
        if of_part.contains(&Key::Rest) {
            return None;
        }
        of_part.push(Key::Value(part.into()));
        let nobody = || Raw::default().rates();
        Some(with_interval(&self.parts.get(&of_part).cloned().unwrap_or_else(nobody), scores))
    }
}

fn with_interval(rates: &Rates, scores: &Tally) -> Rates {
    Rates {
        interval_of_invited: (rates.invited > 0)
            .then(|| interval_among_invited(scores, rates.invited))
            .flatten(),
        ..rates.clone()
    }
}

impl Raws {
    fn count(source: &Source<'_>, ask: &Ask) -> Result<Self, BadQuery> {
        let mut raws = Self::default();
        let completion = Ask { measure: Measure::Completion, ..ask.clone() };
        raws.take(source, &completion, |raw, counts| {
            raw.completed = u64::from(counts[1]);
            raw.begun = raw.completed + u64::from(counts[0]);
        })?;
        let invitations = Ask { table: Table::Invitations, measure: Measure::Score, ..ask.clone() };
        raws.take(source, &invitations, |raw, counts| {
            raw.answered = u64::from(counts[1]);
            raw.invited = raw.answered + u64::from(counts[15]);
        })?;
        let medians = source.facts.medians(ask, source.organisation)?;
        raws.total.median = medians.total;
        for (key, median) in medians.groups {
            raws.groups.entry(key).or_default().median = Some(median);
        }
        Ok(raws)
    }

    fn take(
        &mut self,
        source: &Source<'_>,
        ask: &Ask,
        take: impl Fn(&mut Raw, &Counts),
    ) -> Result<(), BadQuery> {
        let counted = source.facts.count(ask, source.organisation)?;
        take(&mut self.total, &counted.total[0]);
        for group in counted.groups {
            take(self.groups.entry(group.key).or_default(), &group.counts[0]);
        }
        Ok(())
    }
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
