//! Where an agent is over time, changed at a date.

use jiff::civil::Date;

use super::{Agent, Membership, Span};
use crate::domain::names::UnitId;

/// A span that stands alone.
type Piece = (UnitId, Date, Date);

impl Agent {
    /// From this date on the agent is in this unit, or in none: until the membership that runs then would have ended, or the
    /// next one begins. Returns whether that changed anything: who is there already stays as long as before.
    pub(super) fn enter(&mut self, unit: Option<&UnitId>, from: Date) -> bool {
        let spans = self.spans();
        let running = spans.iter().find(|span| span.holds(from));
        if running.map(|span| span.unit) == unit {
            return false;
        }
        let next = spans.iter().map(|span| span.from).find(|begin| *begin > from);
        let to = running.map(|span| span.to).or(next).unwrap_or(Date::MAX);
        let cut = |span: &Span<'_>| {
            let to = if span.holds(from) { from } else { span.to };
            (span.from < to).then(|| (span.unit.clone(), span.from, to))
        };
        let mut pieces: Vec<Piece> = spans.iter().filter_map(cut).collect();
        pieces.extend(unit.map(|unit| (unit.clone(), from, to)).filter(|_| from < to));
        pieces.sort_by_key(|(_, from, _)| *from);
        *self = self.with(&spans_of(&joined(pieces)));
        true
    }

    /// From this date on the agent is in no unit any more. Returns whether that changed anything.
    pub(super) fn leave(&mut self, from: Date) -> bool {
        let spans = self.spans();
        if spans.iter().all(|span| span.to <= from) {
            return false;
        }
        let before = spans.iter().filter(|span| span.from < from);
        let kept: Vec<Span<'_>> = before.map(|span| Span { to: span.to.min(from), ..*span }).collect();
        *self = self.with(&kept);
        true
    }

    /// The same agent, who is there and then and nowhere else.
    pub(super) fn with(&self, spans: &[Span<'_>]) -> Agent {
        let agent =
            Agent { id: self.id.clone(), name: self.name.clone(), unit: None, memberships: Vec::new() };
        match spans {
            [span] if span.from == Date::MIN && span.to == Date::MAX => {
                Agent { unit: Some(span.unit.clone()), ..agent }
            }
            _ => Agent { memberships: spans.iter().map(Membership::of).collect(), ..agent },
        }
    }
}

impl Membership {
    fn of(span: &Span<'_>) -> Self {
        let from = (span.from != Date::MIN).then_some(span.from);
        let to = (span.to != Date::MAX).then_some(span.to);
        Self { unit: span.unit.clone(), from, to }
    }
}

/// Pieces in order, those that follow each other in the same unit made one.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match joined.last_mut() {
            Some((unit, _, to)) if *unit == piece.0 && *to == piece.1 => *to = piece.2,
            _ => joined.push(piece),
        }
    }
    joined
}

fn spans_of(pieces: &[Piece]) -> Vec<Span<'_>> {
    pieces.iter().map(|(unit, from, to)| Span { unit, from: *from, to: *to }).collect()
}

#[cfg(test)]
#[path = "moves_tests.rs"]
mod tests;
