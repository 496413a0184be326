//! What makes an organisation sound.

use std::collections::HashSet;

use wire::FieldProblem;

use super::tree::Tree;
use super::{Agent, Organisation, Span, Unit};
use crate::domain::dates;
use crate::domain::names::is_key;
use crate::domain::query::OF_ALL;

/// The longest name, in bytes.
const MAX_NAME_BYTES: usize = 256;

/// How many units, agents and memberships there can be together: each push replaces them all in one step.
pub(super) const MOST: usize = 100_000;

/// What an NPS can be.
const NPS: std::ops::RangeInclusive<f64> = -100.0..=100.0;

const NO_NAME: &str = "1 to 256 bytes, without control characters";

/// Something that is wrong, and with what.
pub(super) struct Wrong {
    pub(super) place: Place,
    /// The field of it; nothing, if it is all of it.
    pub(super) field: String,
    pub(super) detail: String,
}

/// The organisation as such, or one of its units or agents.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Whole,
    Unit(usize),
    Agent(usize),
}

impl Wrong {
    fn new(place: Place, field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { place, field: field.into(), detail: detail.into() }
    }

    /// As it is told, when the place is called this.
    pub(super) fn called(self, place: &str) -> FieldProblem {
        let dot = if place.is_empty() || self.field.is_empty() { "" } else { "." };
        FieldProblem::new(format!("{place}{dot}{}", self.field), self.detail)
    }
}

impl Organisation {
    /// Everything that is wrong with it; nothing, if it can be used.
    pub fn check(&self) -> Vec<FieldProblem> {
        if let Some(too_large) = self.too_large() {
            return vec![too_large];
        }
        let named = |wrong: Wrong| match wrong.place {
            Place::Whole => wrong.called(""),
            Place::Unit(i) => wrong.called(&format!("units[{i}]")),
            Place::Agent(i) => wrong.called(&format!("agents[{i}]")),
        };
        self.wrong().into_iter().map(named).collect()
    }

    /// That it is too large, if it is.
    pub(super) fn too_large(&self) -> Option<FieldProblem> {
        let memberships: usize = self.agents.iter().map(|agent| agent.memberships.len()).sum();
        let all = self.units.len() + self.agents.len() + memberships;
        let detail = || format!("{all} units, agents and memberships, more than {MOST}");
        (all > MOST).then(|| FieldProblem::new("", detail()))
    }

    pub(super) fn wrong(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        if let Some(name) = self.time_zone.as_deref().filter(|name| dates::time_zone(name).is_none()) {
            let detail = format!("{name:?} is not a time zone of the IANA database, such as Europe/London");
            wrong.push(Wrong::new(Place::Whole, "time_zone", detail));
        }
        let tree = Tree::new(&self.units);
        let in_circles = tree.in_circles();
        let mut seen = HashSet::new();
        for (i, unit) in self.units.iter().enumerate() {
            let mut add = |field: &str, detail: String| wrong.push(Wrong::new(Place::Unit(i), field, detail));
            if !seen.insert(unit.id.as_str()) {
                add("id", format!("{} stands here twice", unit.id));
            }
            check_unit(unit, &mut add);
            match &unit.parent {
                Some(parent) if tree.place(parent.as_str()).is_none() => {
                    add("parent", format!("there is no unit {parent}"));
                }
                Some(_) if in_circles[i] => add("parent", format!("{} is above itself", unit.id)),
                _ => {}
            }
        }
        let mut seen = HashSet::new();
        for (i, agent) in self.agents.iter().enumerate() {
            let mut add =
                |field: &str, detail: String| wrong.push(Wrong::new(Place::Agent(i), field, detail));
            if !seen.insert(agent.id.as_str()) {
                add("id", format!("{} stands here twice", agent.id));
            }
            check_agent(agent, &tree, &mut add);
        }
        wrong
    }
}

fn check_unit(unit: &Unit, add: &mut impl FnMut(&str, String)) {
    if !is_name(&unit.name) {
        add("name", NO_NAME.into());
    }
    if !is_key(&unit.kind) || OF_ALL.contains(&unit.kind.as_str()) {
        let reserved = OF_ALL.join(", ");
        add("kind", format!("{:?}: lower-case letters, digits and _, and none of {reserved}", unit.kind));
    }
    if let Some(target) = unit.target.filter(|target| !NPS.contains(target)) {
        add("target", format!("{target}: a target is an NPS, from -100 to 100"));
    }
}

fn check_agent(agent: &Agent, tree: &Tree<'_>, add: &mut impl FnMut(&str, String)) {
    if !is_name(&agent.name) {
        add("name", NO_NAME.into());
    }
    if let Some(unit) = agent.unit.as_ref().filter(|unit| tree.place(unit.as_str()).is_none()) {
        add("unit", format!("there is no unit {unit}"));
    }
    let mut spans = Vec::with_capacity(agent.memberships.len());
    for (i, membership) in agent.memberships.iter().enumerate() {
        let span = Span::of(membership);
        if tree.place(membership.unit.as_str()).is_none() {
            add(&format!("memberships[{i}].unit"), format!("there is no unit {}", membership.unit));
        }
        if span.from < span.to {
            spans.push((i, span));
        } else {
            let detail = format!("it ends on {}, which is not after {}, when it begins", span.to, span.from);
            add(&format!("memberships[{i}].to"), detail);
        }
    }
    spans.sort_by_key(|(_, span)| span.from);
    // The one before that lasts longest: all that begin before its end are in two places.
    let mut longest: Option<&Span<'_>> = None;
    for (i, span) in &spans {
        if let Some(before) = longest.filter(|before| span.from < before.to) {
            let detail = format!(
                "{} has two homes at once from {} on: {} ({}) and {} ({})",
                agent.id,
                span.from,
                before.unit,
                before.period(),
                span.unit,
                span.period()
            );
            add(&format!("memberships[{i}]"), detail);
        }
        if longest.is_none_or(|before| before.to < span.to) {
            longest = Some(span);
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= MAX_NAME_BYTES && !text.chars().any(char::is_control)
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
