//! Names looked up: which column a name stands for, which codes a filter allows, how codes fall into groups.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use wire::Category;

use super::column::ABSENT;
use super::{BadQuery, Dictionary, Filter, Inner};
use crate::domain::organisation::Organisation;

/// Which column a name stands for.
#[derive(Clone, Copy)]
pub(super) enum Column {
    Survey,
    Agent,
    Attribute(usize),
}

/// A condition on one row.
pub(super) enum Test {
    /// The code is among the allowed ones.
    Codes { column: Column, allowed: Vec<bool> },
    /// The score is in the range.
    Scores(Range<u8>),
    /// It was changed at this time or after.
    Updated(u32),
}

/// How rows fall into groups: `group_of[code]` is 0 for none, else one more than the place in `groups`.
pub(super) struct Grouping {
    pub(super) column: Column,
    pub(super) group_of: Vec<u32>,
    pub(super) groups: Groups,
}

/// What the groups are.
pub(super) enum Groups {
    /// Values, by their codes.
    Values(Vec<u32>),
    /// Units, by their ids.
    Units(Vec<Arc<str>>),
}

impl Groups {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Values(codes) => codes.len(),
            Self::Units(ids) => ids.len(),
        }
    }
}

impl Grouping {
    /// Each value is a group.
    fn by_value(column: Column, values: usize) -> Self {
        let values = values as u32;
        Self { column, group_of: (0..=values).collect(), groups: Groups::Values((1..=values).collect()) }
    }

    /// Keeps of the values only those marked, by group; returns how many are left.
    pub(super) fn keep(&mut self, marked: &[bool]) -> usize {
        let Groups::Values(codes) = &mut self.groups else {
            return 0;
        };
        let mut place = 0;
        codes.retain(|_| {
            place += 1;
            marked[place]
        });
        self.group_of.fill(ABSENT);
        for (place, code) in codes.iter().enumerate() {
            self.group_of[*code as usize] = place as u32 + 1;
        }
        codes.len()
    }
}

/// What is needed to group by a column: found under the lock, made use of without it.
pub(super) enum Found {
    /// Each value is a group: the column, and how many values there are.
    Values(Column, usize),
    /// Some values share a group.
    Units(Grouping),
}

impl From<Found> for Grouping {
    fn from(found: Found) -> Self {
        match found {
            Found::Values(column, values) => Self::by_value(column, values),
            Found::Units(grouping) => grouping,
        }
    }
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
        BadQuery::Unknown { name: name.to_owned(), known }
    }

    pub(super) fn test(&self, filter: &Filter, organisation: &Organisation) -> Result<Test, BadQuery> {
        if filter.key == "category" {
            return category_test(&filter.value);
        }
        let (column, units) = self.column(&filter.key, organisation)?;
        let dictionary = self.dictionary(column);
        let mut allowed = vec![false; dictionary.values.len() + 1];
        if units {
            for (agent, unit) in organisation.homes(&filter.key, Timestamp::MAX) {
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

    pub(super) fn grouping(&self, by: &str, organisation: &Organisation) -> Result<Found, BadQuery> {
        let (column, units) = self.column(by, organisation)?;
        let dictionary = self.dictionary(column);
        if !units {
            return Ok(Found::Values(column, dictionary.values.len()));
        }
        let mut group_of = vec![ABSENT; dictionary.values.len() + 1];
        let mut groups: BTreeMap<&str, u32> = BTreeMap::new();
        let mut keys = Vec::new();
        for (agent, unit) in organisation.homes(by, Timestamp::MAX) {
            let Some(code) = dictionary.find(agent) else {
                continue;
            };
            let group = *groups.entry(unit).or_insert_with(|| {
                keys.push(unit.into());
                keys.len() as u32
            });
            group_of[code as usize] = group;
        }
        Ok(Found::Units(Grouping { column, group_of, groups: Groups::Units(keys) }))
    }

    /// The value of a code that is in use.
    pub(super) fn value(&self, column: Column, code: u32) -> Arc<str> {
        Arc::clone(&self.dictionary(column).values[code as usize - 1])
    }
}

fn category_test(value: &str) -> Result<Test, BadQuery> {
    let all = [Category::Promoter, Category::Passive, Category::Detractor];
    match all.into_iter().find(|category| category.as_str() == value) {
        Some(Category::Promoter) => Ok(Test::Scores(9..11)),
        Some(Category::Passive) => Ok(Test::Scores(7..9)),
        Some(Category::Detractor) => Ok(Test::Scores(0..7)),
        None => Err(BadQuery::Unknown {
            name: value.to_owned(),
            known: all.map(|category| category.as_str().to_owned()).to_vec(),
        }),
    }
}
