//! Names looked up: which column a name stands for, which codes a filter allows, how codes fall into groups.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

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
}

/// How rows fall into groups: `group_of[code]` is 0 for none, else one more than the place in `keys`.
pub(super) struct Grouping {
    pub(super) column: Column,
    pub(super) group_of: Vec<u32>,
    pub(super) keys: Vec<Arc<str>>,
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
        BadQuery { name: name.to_owned(), known }
    }

    pub(super) fn test(&self, filter: &Filter, organisation: &Organisation) -> Result<Test, BadQuery> {
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

    pub(super) fn grouping(&self, by: &str, organisation: &Organisation) -> Result<Grouping, BadQuery> {
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
        Ok(Grouping { column, group_of, keys })
    }
}

fn category_test(value: &str) -> Result<Test, BadQuery> {
    let all = [Category::Promoter, Category::Passive, Category::Detractor];
    match all.into_iter().find(|category| category.as_str() == value) {
        Some(Category::Promoter) => Ok(Test::Scores(9..11)),
        Some(Category::Passive) => Ok(Test::Scores(7..9)),
        Some(Category::Detractor) => Ok(Test::Scores(0..7)),
        None => Err(BadQuery { name: value.to_owned(), known: all.map(|c| c.as_str().to_owned()).to_vec() }),
    }
}
