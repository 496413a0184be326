//! Filter, group and count.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use wire::report::Group;
use wire::{Category, Nps, Score, Tally};

use super::column::ABSENT;
use super::segment::{Segment, seconds};
use super::{Dictionary, Facts, Inner};
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

/// Rows below which one thread is enough: starting another costs more than it saves.
const ROWS_FOR_THREADS: usize = 1 << 20;

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
        let mut groups: Vec<Group> = keys
            .iter()
            .zip(&tallies[1..])
            .map(|(key, tally)| named(Some(key), tally))
            .collect();
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
            let rows = selected
                .iter()
                .enumerate()
                .filter(|(_, yes)| **yes != 0)
                .map(|(row, _)| first + row as u64);
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
        let survey = query.survey.iter().map(|survey| Filter {
            key: "survey".into(),
            value: survey.clone(),
        });
        let filters = survey.chain(query.filters.iter().cloned());
        let tests = filters
            .map(|filter| inner.test(&filter, organisation))
            .collect::<Result<_, _>>()?;
        let grouping = by.map(|by| inner.grouping(by, organisation)).transpose()?;
        let period = query.from.map_or(0, seconds)..query.to.map_or(u32::MAX, seconds);
        Ok(Plan {
            segments: inner.segments.clone(),
            period,
            tests,
            grouping,
        })
    }
}

fn name_of(by: &str, key: &str, organisation: &Organisation) -> Option<String> {
    match by {
        "agent" => organisation.agent(key).map(|agent| agent.name.clone()),
        _ if organisation.has_kind(by) => organisation.unit(key).map(|unit| unit.name.clone()),
        _ => None,
    }
}

/// Which column a name stands for.
#[derive(Clone, Copy)]
enum Column {
    Survey,
    Agent,
    Attribute(usize),
}

/// A condition on one row.
enum Test {
    /// The code is among the allowed ones.
    Codes { column: Column, allowed: Vec<bool> },
    /// The score is in the range.
    Scores(Range<u8>),
}

/// How rows fall into groups: `group_of[code]` is 0 for none, else one more than the place in `keys`.
struct Grouping {
    column: Column,
    group_of: Vec<u32>,
    keys: Vec<Arc<str>>,
}

impl Inner {
    fn dictionary(&self, column: Column) -> &Dictionary {
        match column {
            Column::Survey => &self.surveys,
            Column::Agent => &self.agents,
            Column::Attribute(place) => &self.attributes[place],
        }
    }

    /// The column a name stands for, and whether it means the agents' units of that kind.
    fn column(&self, name: &str, organisation: &Organisation) -> Result<(Column, bool), BadQuery> {
        match name {
            "survey" => Ok((Column::Survey, false)),
            "agent" => Ok((Column::Agent, false)),
            _ if organisation.has_kind(name) => Ok((Column::Agent, true)),
            _ => match self.attribute_places.get(name) {
                Some(place) => Ok((Column::Attribute(*place), false)),
                None => Err(self.unknown(name, organisation)),
            },
        }
    }

    fn unknown(&self, name: &str, organisation: &Organisation) -> BadQuery {
        let mut known: Vec<String> = organisation.units.iter().map(|unit| unit.kind.clone()).collect();
        known.extend(self.attribute_places.keys().map(|name| name.to_string()));
        known.sort();
        known.dedup();
        known.splice(0..0, ["agent".to_owned(), "survey".to_owned()]);
        BadQuery {
            name: name.to_owned(),
            known,
        }
    }

    fn test(&self, filter: &Filter, organisation: &Organisation) -> Result<Test, BadQuery> {
        if filter.key == "category" {
            return category_test(&filter.value);
        }
        let (column, units) = self.column(&filter.key, organisation)?;
        let dictionary = self.dictionary(column);
        let mut allowed = vec![false; dictionary.values.len() + 1];
        if units {
            for (agent, unit) in organisation.homes(&filter.key) {
                if unit == filter.value
                    && let Some(code) = dictionary.find(agent)
                {
                    allowed[code as usize] = true;
                }
            }
        } else if let Some(code) = dictionary.find(&filter.value) {
            allowed[code as usize] = true;
        }
        Ok(Test::Codes { column, allowed })
    }

    fn grouping(&self, by: &str, organisation: &Organisation) -> Result<Grouping, BadQuery> {
        let (column, units) = self.column(by, organisation)?;
        let dictionary = self.dictionary(column);
        let codes = dictionary.values.len() + 1;
        if !units {
            return Ok(Grouping {
                column,
                group_of: (0..codes as u32).collect(),
                keys: dictionary.values.clone(),
            });
        }
        let mut group_of = vec![ABSENT; codes];
        let mut groups: BTreeMap<&str, u32> = BTreeMap::new();
        let mut keys = Vec::new();
        for (agent, unit) in organisation.homes(by) {
            let Some(code) = dictionary.find(agent) else {
                continue;
            };
            let group = *groups.entry(unit).or_insert_with(|| {
                keys.push(unit.into());
                keys.len() as u32
            });
            group_of[code as usize] = group;
        }
        Ok(Grouping {
            column,
            group_of,
            keys,
        })
    }
}

fn category_test(value: &str) -> Result<Test, BadQuery> {
    let all = [Category::Promoter, Category::Passive, Category::Detractor];
    match all.into_iter().find(|category| category.as_str() == value) {
        Some(Category::Promoter) => Ok(Test::Scores(9..11)),
        Some(Category::Passive) => Ok(Test::Scores(7..9)),
        Some(Category::Detractor) => Ok(Test::Scores(0..7)),
        None => Err(BadQuery {
            name: value.to_owned(),
            known: all.map(|c| c.as_str().to_owned()).to_vec(),
        }),
    }
}

/// A query with everything looked up: it needs no lock any more.
struct Plan {
    segments: Vec<Arc<Segment>>,
    period: Range<u32>,
    tests: Vec<Test>,
    grouping: Option<Grouping>,
}

/// Counts of one group, by score; what has no score is counted beyond the last.
type Counts = [u32; 16];

impl Plan {
    /// One tally for each group, the first for the rows that are in none (for all rows, where there are no groups).
    fn count(&self) -> Vec<Tally> {
        let rows = self.segments.len() * super::ROWS;
        let threads = if rows < ROWS_FOR_THREADS {
            1
        } else {
            std::thread::available_parallelism().map_or(1, usize::from)
        };
        let share = self.segments.len().div_ceil(threads).max(1);
        let parts: Vec<Vec<Tally>> = std::thread::scope(|scope| {
            let others: Vec<_> = self
                .segments
                .chunks(share)
                .map(|part| scope.spawn(move || self.count_part(part)))
                .collect();
            others
                .into_iter()
                .map(|thread| {
                    thread
                        .join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect()
        });
        parts
            .into_iter()
            .reduce(add)
            .unwrap_or_else(|| vec![Tally::default(); self.groups()])
    }

    fn groups(&self) -> usize {
        1 + self.grouping.as_ref().map_or(0, |grouping| grouping.keys.len())
    }

    fn count_part(&self, segments: &[Arc<Segment>]) -> Vec<Tally> {
        let mut counts = vec![Counts::default(); self.groups()];
        let mut selected = Vec::new();
        for segment in segments.iter().filter(|segment| self.reaches(segment)) {
            self.select(segment, &mut selected);
            let scores = &segment.scores;
            // A row that is not selected counts 0: cheaper than a branch that cannot be foreseen. `& 15` turns "no score"
            // (255) into a place that is not read, and spares a bounds check.
            let codes = self
                .grouping
                .as_ref()
                .and_then(|grouping| Some((grouping, segment.column(grouping.column)?)));
            match codes {
                Some((grouping, codes)) => codes.each(scores.len(), |row, code| {
                    let group = grouping.group_of[code as usize] as usize;
                    counts[group][usize::from(scores[row] & 15)] += u32::from(selected[row]);
                }),
                None => scores.iter().zip(&selected).for_each(|(score, yes)| {
                    counts[0][usize::from(score & 15)] += u32::from(*yes);
                }),
            }
        }
        counts
            .iter()
            .map(|counts| Tally(std::array::from_fn(|score| u64::from(counts[score]))))
            .collect()
    }

    fn reaches(&self, segment: &Segment) -> bool {
        segment.len() > 0 && segment.latest >= self.period.start && segment.earliest < self.period.end
    }

    /// Sets `selected` to 1 for each row that matches, 0 for the others. One pass for each condition, so that each is a
    /// plain loop over one column.
    fn select(&self, segment: &Segment, selected: &mut Vec<u8>) {
        selected.clear();
        if self.period.start <= segment.earliest && segment.latest < self.period.end {
            selected.resize(segment.len(), 1);
        } else {
            selected.extend(segment.at.iter().map(|at| u8::from(self.period.contains(at))));
        }
        for test in &self.tests {
            match test {
                Test::Scores(range) => {
                    selected
                        .iter_mut()
                        .zip(&segment.scores)
                        .for_each(|(yes, score)| *yes &= u8::from(range.contains(score)));
                }
                Test::Codes { column, allowed } => match segment.column(*column) {
                    Some(codes) => codes.each(segment.len(), |row, code| {
                        selected[row] &= u8::from(allowed[code as usize])
                    }),
                    None if allowed[ABSENT as usize] => {}
                    None => selected.fill(0),
                },
            }
        }
    }
}

impl Segment {
    fn column(&self, column: Column) -> Option<&super::column::Codes> {
        match column {
            Column::Survey => Some(&self.survey),
            Column::Agent => Some(&self.agent),
            Column::Attribute(place) => self.attribute(place),
        }
    }
}

fn add(mut sum: Vec<Tally>, part: Vec<Tally>) -> Vec<Tally> {
    sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    sum
}

const _: () = assert!(
    Score::MAX < 15,
    "a score and \"no score\" must differ in their last four bits"
);

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;
