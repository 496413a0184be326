//! What can be asked: totals, groups, rows.

use jiff::Timestamp;
use wire::report::Group;
use wire::{Nps, Tally};

use super::Facts;
use super::count::Plan;
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

/// A name that nothing is known by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing is known by {name:?}; known are {}", known.join(", "))]
pub struct BadQuery {
    /// The name.
    pub name: String,
    /// The names that would do.
    pub known: Vec<String>,
}

impl Facts {
    /// The figures of everything that matches.
    ///
    /// # Errors
    /// When a filter names something that is not known.
    pub fn total(&self, query: &Query, organisation: &Organisation) -> Result<Nps, BadQuery> {
        let plan = self.plan(query, None, organisation)?;
        Ok(plan.count()[0].nps())
    }

    /// The figures of each value of `by`, most responses first; the key is absent for responses that have no value.
    ///
    /// # Errors
    /// When `by` or a filter names something that is not known.
    pub fn grouped(
        &self,
        query: &Query,
        by: &str,
        organisation: &Organisation,
    ) -> Result<Vec<Group>, BadQuery> {
        let plan = self.plan(query, Some(by), organisation)?;
        let tallies = plan.count();
        let named = |key: Option<&str>, tally: &Tally| Group {
            key: key.map(str::to_owned),
            name: key.and_then(|key| name_of(by, key, organisation)),
            figures: tally.nps(),
        };
        let keys = plan.grouping.as_ref().map_or(&[][..], |grouping| &grouping.keys);
        let mut groups: Vec<Group> =
            keys.iter().zip(&tallies[1..]).map(|(key, tally)| named(Some(key), tally)).collect();
        groups.push(named(None, &tallies[0]));
        groups.retain(|group| group.figures.n > 0);
        groups.sort_by(|a, b| b.figures.n.cmp(&a.figures.n).then_with(|| a.key.cmp(&b.key)));
        Ok(groups)
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
        let tests = filters.map(|filter| inner.test(&filter, organisation)).collect::<Result<_, _>>()?;
        let grouping = by.map(|by| inner.grouping(by, organisation)).transpose()?;
        let period = query.from.map_or(0, seconds)..query.to.map_or(u32::MAX, seconds);
        Ok(Plan { segments: inner.segments.clone(), period, tests, grouping })
    }
}

fn name_of(by: &str, key: &str, organisation: &Organisation) -> Option<String> {
    match by {
        "agent" => organisation.agent(key).map(|agent| agent.name.clone()),
        _ if organisation.has_kind(by) => organisation.unit(key).map(|unit| unit.name.clone()),
        _ => None,
    }
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;
