//! What groups are called.

use std::sync::Arc;

use super::columns::Columns;

/// What a group is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A value.
    Value(Arc<str>),
    /// There is none.
    Absent,
    /// All groups beyond the largest.
    Rest,
}

impl Key {
    /// The value; none where there is none, or where it stands for many.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Rest => None,
        }
    }
}

/// What the groups of an axis are called, from the second on: the first is "absent".
pub(super) enum Labels {
    /// As the values of these codes of a column's dictionary.
    Codes { column: usize, codes: Vec<u32> },
    /// So.
    Named(Vec<Arc<str>>),
    /// As the first ones are, and one more for the rest.
    WithRest(Box<Labels>, Vec<u32>),
}

impl Labels {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Codes { codes, .. } => codes.len(),
            Self::Named(names) => names.len(),
            Self::WithRest(_, places) => places.len() + 1,
        }
    }

    pub(super) fn key(&self, place: usize, columns: &Columns) -> Key {
        match self {
            Self::Codes { column, codes } => match columns.dictionaries[*column].value(codes[place]) {
                Some(value) => Key::Value(Arc::clone(value)),
                None => Key::Absent,
            },
            Self::Named(names) => Key::Value(Arc::clone(&names[place])),
            Self::WithRest(labels, places) => match places.get(place) {
                Some(place) => labels.key(*place as usize, columns),
                None => Key::Rest,
            },
        }
    }

    /// Keeps those of these places, and adds one for the rest.
    pub(super) fn keep(self, places: Vec<u32>, rest: bool) -> Self {
        match self {
            _ if rest => Self::WithRest(Box::new(self), places),
            Self::Codes { column, codes } => {
                Self::Codes { column, codes: places.iter().map(|place| codes[*place as usize]).collect() }
            }
            Self::Named(names) => {
                Self::Named(places.iter().map(|place| Arc::clone(&names[*place as usize])).collect())
            }
            with_rest @ Self::WithRest(..) => with_rest,
        }
    }
}
