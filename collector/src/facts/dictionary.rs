//! The values of a column and their codes.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::column::ABSENT;

/// The values of one column and their codes, counted from 1; code 0 is "absent". A code never changes its meaning.
#[derive(Clone, Default)]
pub(super) struct Dictionary {
    /// Hashed by numbers that nobody outside knows: whoever answers an open survey chooses values.
    codes: HashMap<Arc<str>, u32, RandomState>,
    /// In the order of codes; none for a code whose value is forgotten.
    values: Vec<Option<Arc<str>>>,
    /// Bytes of all values.
    text: usize,
}

impl Dictionary {
    /// The code of a value, new or known.
    pub(super) fn code(&mut self, value: &str) -> u32 {
        if let Some(code) = self.codes.get(value) {
            return *code;
        }
        self.text += value.len();
        let value: Arc<str> = value.into();
        self.values.push(Some(Arc::clone(&value)));
        let code = self.values.len() as u32;
        self.codes.insert(value, code);
        code
    }

    /// Gives the next code to nothing: its value is forgotten, and no row has it.
    pub(super) fn pass_over(&mut self) {
        self.values.push(None);
    }

    /// The code of a known value.
    pub(super) fn find(&self, value: &str) -> Option<u32> {
        self.codes.get(value).copied()
    }

    /// The value of a code; none for "absent", and for one that is forgotten.
    pub(super) fn value(&self, code: u32) -> Option<&Arc<str>> {
        self.values.get((code.checked_sub(1)?) as usize)?.as_ref()
    }

    /// Codes and values, in the order of codes, but for those that are forgotten.
    pub(super) fn values(&self) -> impl Iterator<Item = (u32, &str)> {
        self.values
            .iter()
            .enumerate()
            .filter_map(|(place, value)| Some((place as u32 + 1, &**value.as_ref()?)))
    }

    /// How many codes there are, "absent" among them.
    pub(super) fn codes(&self) -> usize {
        self.values.len() + 1
    }

    /// For each code whether its value is one of these; "absent" is not.
    pub(super) fn these<'a>(&self, values: impl Iterator<Item = &'a str>) -> Vec<bool> {
        let mut chosen = vec![false; self.codes()];
        values.filter_map(|value| self.find(value)).for_each(|code| chosen[code as usize] = true);
        chosen
    }

    /// For each code whether its value is wanted; "absent" is not.
    pub(super) fn choose(&self, mut wanted: impl FnMut(&str) -> bool) -> Vec<bool> {
        let mut chosen = vec![false; self.codes()];
        for (code, value) in self.values() {
            chosen[code as usize] = wanted(value);
        }
        chosen[ABSENT as usize] = false;
        chosen
    }

    /// Bytes of memory: the texts with their counts, and an entry in each of the two collections.
    pub(super) fn bytes(&self) -> usize {
        const COUNTS: usize = 2 * size_of::<usize>();
        let entries = self.values.capacity() * size_of::<Arc<str>>()
            + self.codes.capacity() * (size_of::<(Arc<str>, u32)>() + 1);
        self.text + self.values.len() * COUNTS + entries
    }
}
