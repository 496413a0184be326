//! The numbers: every response as a row of columns in memory, and the questions that are asked of them.
//!
//! A response's sequence number is its row. Rows live in segments of fixed size; a query takes the list of segments,
//! which costs a copy of pointers, and then reads without disturbing the writer, who copies a segment before changing
//! it if a query still holds it. Values are codes of dictionaries; a code never changes its meaning. Nothing here is kept
//! on disk: it is fed by the store at each commit and replayed at start.
//!
//! Read in this order: `column` (codes as narrow as they can be), `segment` (rows), `query` (what can be asked), `lookup`
//! (names to codes), `count` (filter and count).

mod column;
mod count;
mod lookup;
mod query;
mod segment;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::domain::responses::Response;
use column::ABSENT;
use segment::{ROWS, Row, Segment};

pub use query::{BadQuery, Filter, Query};

/// The columns. Shared by the writer, which feeds them, and everybody who asks.
#[derive(Default)]
pub struct Facts {
    inner: RwLock<Inner>,
}

#[derive(Default)]
struct Inner {
    segments: Vec<Arc<Segment>>,
    surveys: Dictionary,
    agents: Dictionary,
    /// Attribute name → its place in `attributes`.
    attribute_places: HashMap<Box<str>, usize>,
    attributes: Vec<Dictionary>,
}

/// The values of one column and their codes, counted from 1; code 0 is "absent".
#[derive(Default)]
struct Dictionary {
    codes: HashMap<Arc<str>, u32>,
    values: Vec<Arc<str>>,
    /// Bytes of all values.
    text: usize,
}

impl Dictionary {
    fn code(&mut self, value: &str) -> u32 {
        if let Some(code) = self.codes.get(value) {
            return *code;
        }
        self.text += value.len();
        let value: Arc<str> = value.into();
        self.values.push(Arc::clone(&value));
        let code = self.values.len() as u32;
        self.codes.insert(value, code);
        code
    }

    fn find(&self, value: &str) -> Option<u32> {
        self.codes.get(value).copied()
    }

    /// Bytes of memory: the texts with their counts, and an entry in each of the two collections.
    fn bytes(&self) -> usize {
        const COUNTS: usize = 2 * size_of::<usize>();
        let entries = self.values.capacity() * size_of::<Arc<str>>()
            + self.codes.capacity() * (size_of::<(Arc<str>, u32)>() + 1);
        self.text + self.values.len() * COUNTS + entries
    }
}

impl Facts {
    /// Takes in a response as it now is; a known sequence number replaces the row.
    pub fn apply(&self, sequence: u64, response: &Response) {
        let mut inner = self.write();
        let row = inner.row(response);
        let place = sequence as usize / ROWS;
        while inner.segments.len() <= place {
            inner.segments.push(Arc::default());
        }
        Arc::make_mut(&mut inner.segments[place]).set(sequence as usize % ROWS, &row);
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        let inner = self.read();
        inner.segments.iter().map(|segment| segment.len()).sum()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of memory that rows take, dictionaries not counted.
    pub fn row_bytes(&self) -> usize {
        self.read().segments.iter().map(|segment| segment.bytes()).sum()
    }

    /// Bytes of memory that dictionaries take: what grows with the number of different values.
    pub fn dictionary_bytes(&self) -> usize {
        let inner = self.read();
        [&inner.surveys, &inner.agents].into_iter().chain(&inner.attributes).map(Dictionary::bytes).sum()
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn row(&mut self, response: &Response) -> Row {
        let mut attributes = vec![ABSENT; self.attributes.len()];
        for (name, value) in &response.attributes {
            let place = self.attribute_place(name);
            attributes.resize(self.attributes.len().max(attributes.len()), ABSENT);
            attributes[place] = self.attributes[place].code(value);
        }
        Row {
            at: segment::seconds(response.at),
            updated: segment::seconds(response.updated_at),
            score: response.score,
            survey: self.surveys.code(&response.survey),
            agent: response.agent.as_ref().map_or(ABSENT, |agent| self.agents.code(agent.as_str())),
            attributes,
        }
    }

    fn attribute_place(&mut self, name: &str) -> usize {
        if let Some(place) = self.attribute_places.get(name) {
            return *place;
        }
        let place = self.attributes.len();
        self.attributes.push(Dictionary::default());
        self.attribute_places.insert(name.into(), place);
        place
    }
}
