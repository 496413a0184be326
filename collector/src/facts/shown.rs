//! A row in words: what the columns say of it.

use std::collections::BTreeMap;
use std::sync::RwLock;

use super::columns::{Columns, FIXED};
use super::segment::{NO_SCORE, NOBODY, NOT_COMPLETED, ROWS};
use super::{Facts, Inner, Rows, Table};

/// A row in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The score; of an invitation, 1 where it led to one.
    pub score: Option<u8>,
    /// When it was given or made, seconds since 1970.
    pub at: u32,
    /// When it was changed last.
    pub updated: u32,
    /// How many seconds it took to complete it.
    pub took: Option<u16>,
    /// `survey`, `agent`, `language`, `attribute.…`, `answer.…` → value. Between several answers to one question
    /// stands U+001F.
    pub values: BTreeMap<String, String>,
}

impl Facts {
    /// Facts of their own that have what these have now, and nothing that comes later. Their rows take no memory until they are
    /// changed.
    pub fn copy(&self) -> Self {
        let Inner { responses, invitations, columns, forgotten, .. } = &*self.read();
        let (responses, invitations) = (responses.clone(), invitations.clone());
        let inner =
            Inner { responses, invitations, columns: columns.clone(), forgotten: *forgotten, doubted: false };
        Self { inner: RwLock::new(inner), ..Self::default() }
    }

    /// The numbers of a table's rows that are somebody's.
    pub fn numbers(&self, table: Table) -> Vec<u64> {
        let inner = self.read();
        let segments = inner.rows(table).segments.iter().enumerate();
        let rows = segments.flat_map(|(place, segment)| {
            let first = (place * ROWS) as u64;
            let rows = segment.scores.iter().enumerate().filter(|(_, score)| **score != NOBODY);
            rows.map(move |(row, _)| first + row as u64)
        });
        rows.collect()
    }

    /// The names of the columns, as [`Shown::values`] has them.
    pub fn columns(&self) -> Vec<String> {
        self.read().columns.names()
    }

    /// Rows in words, each by its number; nothing, where a row is nobody's.
    pub fn shown(&self, table: Table, numbers: &[u64]) -> Vec<Option<Shown>> {
        let inner = self.read();
        let names = inner.columns.names();
        numbers.iter().map(|number| inner.shown(table, *number, &names)).collect()
    }
}

impl Columns {
    /// By their places.
    fn names(&self) -> Vec<String> {
        let mut names = vec![String::new(); self.dictionaries.len()];
        names.iter_mut().zip(FIXED).for_each(|(name, fixed)| *name = fixed.to_owned());
        self.attributes.iter().for_each(|(name, place)| names[*place] = format!("attribute.{name}"));
        self.answers.iter().for_each(|(name, place)| names[*place] = format!("answer.{name}"));
        names
    }
}

impl Inner {
    pub(super) fn rows(&self, table: Table) -> &Rows {
        match table {
            Table::Responses => &self.responses,
            Table::Invitations => &self.invitations,
        }
    }

    fn shown(&self, table: Table, number: u64, names: &[String]) -> Option<Shown> {
        let segment = self.rows(table).segments.get(number as usize / ROWS)?;
        let row = number as usize % ROWS;
        let score = segment.scores.get(row).copied().filter(|score| *score != NOBODY)?;
        let mut values = BTreeMap::new();
        for (place, codes) in segment.columns.iter().enumerate() {
            let code = codes.as_ref().map_or(0, |codes| codes.get(row));
            if let Some(value) = self.columns.dictionaries[place].value(code) {
                values.insert(names[place].clone(), value.to_string());
            }
        }
        Some(Shown {
            score: Some(score).filter(|score| *score != NO_SCORE),
            at: segment.at[row],
            updated: segment.updated[row],
            took: Some(segment.durations[row]).filter(|took| *took != NOT_COMPLETED),
            values,
        })
    }
}
