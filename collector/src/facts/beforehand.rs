//! What a question needs that has nothing to do with the columns: they are locked for as short a time as can be.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::ask::{Ask, BadQuery};
use super::line::Line;
use super::names::{Clock, Found, find_apart};
use crate::domain::organisation::{Organisation, Stay};
use crate::domain::people::Sees;
use crate::domain::query::{Condition, Key};

/// Who is where when, and time cut into parts: of all kinds of units and of all parts that a question names.
pub(super) struct Beforehand<'a> {
    pub(super) stays: HashMap<String, BTreeMap<&'a str, Vec<Stay<'a>>>>,
    pub(super) lines: HashMap<Clock, Arc<Line>>,
    /// Who is when in the units that may be seen.
    pub(super) seen: BTreeMap<&'a str, Vec<Stay<'a>>>,
}

impl<'a> Beforehand<'a> {
    /// For rows of this time.
    pub(super) fn new(
        ask: &Ask,
        organisation: &'a Organisation,
        span: &Range<u32>,
        zone: &TimeZone,
    ) -> Result<Self, BadQuery> {
        let mut keys = ask.by.iter().map(|dimension| &dimension.key).collect();
        keys_of(&ask.query.condition, &mut keys);
        let seen = match &ask.query.sees {
            Sees::Units(units) => organisation.stays_within(units),
            Sees::All | Sees::Agent(_) => BTreeMap::new(),
        };
        let mut all = Self { stays: HashMap::new(), lines: HashMap::new(), seen };
        for key in keys {
            match find_apart(key, organisation) {
                Some(Found::Units(kind)) => {
                    all.stays.entry(kind).or_insert_with_key(|kind| organisation.stays(kind));
                }
                Some(Found::Clock(clock)) if !all.lines.contains_key(&clock) => {
                    let line = Line::new(clock, span.clone(), zone, ask.most)?;
                    all.lines.insert(clock, Arc::new(line));
                }
                _ => {}
            }
        }
        Ok(all)
    }
}

fn keys_of<'a>(condition: &'a Condition, keys: &mut Vec<&'a Key>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| keys_of(part, keys));
        }
        Condition::Not(inner) => keys_of(inner, keys),
        Condition::Is(key, _) => keys.push(key),
    }
}
