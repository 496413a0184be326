//! What can be asked: totals, groups, rows.

use std::sync::Arc;

use jiff::Timestamp;
use wire::report::Group;
use wire::{Nps, Tally};

use super::Facts;
use super::count::Plan;
use super::lookup::{Grouping, Groups, Test};
use super::segment::seconds;
use crate::domain::organisation::Organisation;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Only this survey.
    pub survey: Option<String>,
    /// Only from this time on.
    pub from: Option<Timestamp>,
    /// Only before this time.
    pub to: Option<Timestamp>,
    /// Only what was changed at this time or after.
    pub updated_since: Option<Timestamp>,
    /// All of these hold.
    pub filters: Vec<Filter>,
}

/// One value of `agent`, `survey`, `category`, a kind of unit, or an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// What is looked at.
    pub key: String,
    /// The value it has.
    pub value: String,
}

/// What cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadQuery {
    /// A name that nothing is known by.
    #[error("nothing is known by {name:?}; known are {}", known.join(", "))]
    Unknown {
        /// The name.
        name: String,
        /// The names that would do.
        known: Vec<String>,
    },
    /// More groups than are answered.
    #[error(
        "there are {groups} groups by {by:?}, and at most {most} are answered (limits.groups): \
         ask for a shorter period or with `where`, or by something that has fewer values"
    )]
    TooManyGroups {
        /// What was to be grouped by.
        by: String,
        /// How many groups there are.
        groups: usize,
        /// How many are answered.
        most: usize,
    },
}

impl Facts {
    /// The figures of everything that matches and of each value of `by`, most responses first; a group's key is absent
    /// for responses that have no value. All of it is of one moment: the groups add up to the whole.
    ///
    /// # Errors
    /// When `by` or a filter names something that is not known, or there are more than `most` groups.
    pub fn report(
        &self,
        query: &Query,
        by: Option<&str>,
        most: usize,
        organisation: &Organisation,
    ) -> Result<(Nps, Vec<Group>), BadQuery> {
        let mut plan = self.plan(query, by, organisation)?;
        if plan.grouping.as_ref().is_some_and(|grouping| grouping.groups.len() > most) {
            // Said before it costs the memory of counting them.
            check_groups(plan.leave_out_empty_values(), by, most)?;
        }
        let tallies = plan.count();
        let mut total = Tally::default();
        tallies.iter().for_each(|tally| total += *tally);
        let (Some(by), Some(grouping)) = (by, plan.grouping) else {
            return Ok((total.nps(), Vec::new()));
        };
        let found: Vec<(usize, Nps)> =
            tallies.iter().map(Tally::nps).enumerate().filter(|(_, figures)| figures.n > 0).collect();
        let keys = self.keys(&grouping, found.iter().map(|(group, _)| *group));
        let names = organisation.names(by);
        let groups = keys.into_iter().zip(found).map(|(key, (_, figures))| Group {
            name: key.as_deref().and_then(|key| names.get(key)).map(|name| (*name).to_owned()),
            key: key.as_deref().map(str::to_owned),
            figures,
        });
        let mut groups: Vec<Group> = groups.collect();
        check_groups(groups.len(), Some(by), most)?;
        groups.sort_by(|a, b| b.figures.n.cmp(&a.figures.n).then_with(|| a.key.cmp(&b.key)));
        Ok((total.nps(), groups))
    }

    /// What the groups with these numbers are called; the first is called nothing.
    fn keys(&self, grouping: &Grouping, groups: impl Iterator<Item = usize>) -> Vec<Option<Arc<str>>> {
        let inner = self.read();
        let key = |group: usize| {
            let place = group.checked_sub(1)?;
            Some(match &grouping.groups {
                Groups::Values(codes) => inner.value(grouping.column, codes[place]),
                Groups::Units(ids) => Arc::clone(&ids[place]),
            })
        };
        groups.map(key).collect()
    }

    /// The rows that match, scored or not, from row `from` on, at most `limit` of them.
    ///
    /// # Errors
    /// When a filter names something that is not known.
    pub fn find(
        &self,
        query: &Query,
        from: u64,
        limit: usize,
        organisation: &Organisation,
    ) -> Result<Vec<u64>, BadQuery> {
        let plan = self.plan(query, None, organisation)?;
        let mut found = Vec::new();
        let mut selected = Vec::new();
        for (place, segment) in plan.segments.iter().enumerate().skip(from as usize / super::ROWS) {
            plan.select(segment, &mut selected);
            let first = (place * super::ROWS) as u64;
            let rows =
                selected.iter().enumerate().filter(|(_, yes)| **yes != 0).map(|(row, _)| first + row as u64);
            found.extend(rows.filter(|row| *row >= from));
            if found.len() >= limit {
                found.truncate(limit);
                break;
            }
        }
        Ok(found)
    }

    fn plan(&self, query: &Query, by: Option<&str>, organisation: &Organisation) -> Result<Plan, BadQuery> {
        let inner = self.read();
        let survey = query.survey.iter().map(|survey| Filter { key: "survey".into(), value: survey.clone() });
        let filters = survey.chain(query.filters.iter().cloned());
        let mut tests =
            filters.map(|filter| inner.test(&filter, organisation)).collect::<Result<Vec<_>, _>>()?;
        tests.extend(query.updated_since.map(|since| Test::Updated(seconds(since))));
        let grouping = by.map(|by| inner.grouping(by, organisation)).transpose()?;
        let segments = inner.segments.clone();
        drop(inner);
        let period = query.from.map_or(0, seconds)..query.to.map_or(u32::MAX, seconds);
        Ok(Plan { segments, period, tests, grouping: grouping.map(Grouping::from) })
    }
}

fn check_groups(groups: usize, by: Option<&str>, most: usize) -> Result<(), BadQuery> {
    if groups <= most {
        return Ok(());
    }
    Err(BadQuery::TooManyGroups { by: by.unwrap_or_default().to_owned(), groups, most })
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;
