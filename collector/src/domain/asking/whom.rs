//! Which interactions a condition means: the language of results, of one interaction that nobody has answered yet.

use std::collections::{BTreeMap, BTreeSet};

use super::Accepted;
use crate::domain::organisation::Organisation;
use crate::domain::query::{Condition, Key, OF_ALL, Space, Value, matches};

/// Kind of unit → the unit that an agent is in or below.
pub(super) type Homes = BTreeMap<String, String>;

/// An interaction with the units of its agent.
pub(super) struct Known<'a> {
    pub(super) interaction: &'a Accepted,
    pub(super) homes: &'a Homes,
    /// The kinds of units there are.
    pub(super) kinds: &'a BTreeSet<String>,
}

impl<'a> Known<'a> {
    /// Whether the condition holds.
    pub(super) fn is(&self, condition: &Condition) -> bool {
        match condition {
            Condition::All(parts) => parts.iter().all(|part| self.is(part)),
            Condition::Any(parts) => parts.iter().any(|part| self.is(part)),
            Condition::Not(inner) => !self.is(inner),
            Condition::Is(key, values) => match self.value(key) {
                Some(value) => matches(values, value),
                None => values.contains(&Value::Absent),
            },
        }
    }

    /// What it has by this name.
    pub(super) fn value(&self, key: &Key) -> Option<&'a str> {
        let Accepted { told, language, .. } = self.interaction;
        let unit = || self.homes.get(&key.name).map(String::as_str);
        let attribute = || told.attributes.get(&key.name).map(String::as_str);
        match (key.space, &*key.name) {
            (Space::Any, "agent") => told.agent.as_ref().map(|agent| agent.as_str()),
            (Space::Any, "language") => language.as_deref(),
            (Space::Any, name) if self.kinds.contains(name) => unit(),
            (Space::Unit, _) => unit(),
            (Space::Any | Space::Attribute, _) => attribute(),
            (Space::Answer, _) => None,
        }
    }
}

/// Why a condition cannot be asked of an interaction.
pub(super) fn check(condition: &Condition, organisation: &Organisation) -> Result<(), String> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().try_for_each(|part| check(part, organisation))
        }
        Condition::Not(inner) => check(inner, organisation),
        Condition::Is(key, _) => check_key(key, organisation),
    }
}

/// Why a key cannot be asked of an interaction.
pub(super) fn check_key(key: &Key, organisation: &Organisation) -> Result<(), String> {
    match (key.space, &*key.name) {
        (Space::Any, "agent" | "language") => Ok(()),
        (Space::Any, "hour" | "weekday") => Err(format!("{key}: days and hours are those of a quota")),
        (Space::Any, "customer" | "email" | "phone" | "first_name") => {
            Err(format!("{key}: whom a rule is for goes by the interaction, not by the person"))
        }
        (Space::Any, name) if OF_ALL.contains(&name) => {
            Err(format!("{key}: it is not known before there is an answer"))
        }
        (Space::Answer, _) => Err(format!("{key}: there are no answers before anybody is asked")),
        (Space::Unit, kind) if !organisation.has_kind(kind) => {
            Err(format!("{key}: the organisation has no units of this kind"))
        }
        _ => Ok(()),
    }
}
