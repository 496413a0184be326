//! Which rows are meant: a condition with every name looked up.

use std::sync::Arc;

use super::allowed::Allowed;
use super::ask::BadQuery;
use super::beforehand::Beforehand;
use super::chosen::{Chosen, none};
use super::column::{ABSENT, View};
use super::columns::{AGENT, BETWEEN};
use super::homes::{Homes, Members};
use super::line::Line;
use super::names::{Found, Names};
use super::segment::{NOT_COMPLETED, Segment};
use crate::domain::people::Sees;
use crate::domain::query::{Condition, Key, Value, matches};

/// A condition on one row.
pub(super) enum Test {
    /// All hold.
    All(Vec<Test>),
    /// One holds.
    Any(Vec<Test>),
    /// It does not hold.
    Not(Box<Test>),
    /// The code is among the allowed ones.
    Codes { column: usize, allowed: Allowed },
    /// The agent's unit at that time is among the allowed ones, by cell.
    Homes { homes: Homes, allowed: Vec<bool> },
    /// What stands for the score is among the allowed.
    Scores(Allowed),
    /// It was completed, or it was not.
    Complete(bool),
    /// It was given in one of the allowed parts.
    Line { line: Arc<Line>, allowed: Vec<bool> },
    /// It was changed at this time or after.
    Updated(u32),
    /// This, of every row.
    Constant(bool),
}

/// What is needed to look up the names of a condition.
pub(super) struct Context<'a> {
    pub(super) names: Names<'a>,
    pub(super) beforehand: &'a Beforehand<'a>,
    pub(super) members: Members,
}

impl Context<'_> {
    pub(super) fn test(&self, condition: &Condition) -> Result<Test, BadQuery> {
        let each = |parts: &[Condition]| parts.iter().map(|part| self.test(part)).collect::<Result<_, _>>();
        Ok(match condition {
            Condition::All(parts) => Test::All(each(parts)?),
            Condition::Any(parts) => Test::Any(each(parts)?),
            Condition::Not(inner) => Test::Not(Box::new(self.test(inner)?)),
            Condition::Is(key, values) => self.is(key, values)?,
        })
    }

    /// Whether a row is among what may be seen. The unit that counts is that of the time, whatever else is asked.
    pub(super) fn seen(&self, sees: &Sees) -> Test {
        let agents = &self.names.columns.dictionaries[AGENT];
        match sees {
            Sees::All => Test::Constant(true),
            Sees::Agent(agent) => {
                let allowed = Allowed::new(agents.these(std::iter::once(agent.as_str())));
                Test::Codes { column: AGENT, allowed }
            }
            Sees::Units(_) => {
                let homes = Homes::new(&self.beforehand.seen, agents, Members::Then);
                let mut allowed = vec![true; homes.units.len() + 1];
                allowed[ABSENT as usize] = false;
                Test::Homes { homes, allowed }
            }
        }
    }

    fn is(&self, key: &Key, values: &[Value]) -> Result<Test, BadQuery> {
        let absent = values.contains(&Value::Absent);
        Ok(match self.names.find(key)? {
            Found::Nothing => Test::Constant(absent),
            Found::Column { place, several } => {
                let dictionary = &self.names.columns.dictionaries[place];
                let ranges = values.iter().any(|value| matches!(value, Value::Range(..)));
                let mut allowed = match (several, ranges) {
                    (true, _) => {
                        dictionary.choose(|value| value.split(BETWEEN).any(|one| matches(values, one)))
                    }
                    (false, true) => dictionary.choose(|value| matches(values, value)),
                    // There may be a million values: they are looked up.
                    (false, false) => dictionary.these(values.iter().filter_map(|value| match value {
                        Value::Text(text) => Some(text.as_str()),
                        _ => None,
                    })),
                };
                allowed[ABSENT as usize] = absent;
                Test::Codes { column: place, allowed: Allowed::new(allowed) }
            }
            Found::Units(kind) => {
                let agents = &self.names.columns.dictionaries[AGENT];
                let homes = Homes::new(&self.beforehand.stays[&kind], agents, self.members);
                let mut allowed = vec![absent];
                allowed.extend(homes.units.iter().map(|unit| matches(values, unit)));
                Test::Homes { homes, allowed }
            }
            Found::Category => {
                let all = ["promoter", "passive", "detractor"];
                known(key, values, &all)?;
                scores(absent, |score| matches(values, all[category(score)]))
            }
            Found::Score => scores(absent, |score| matches(values, &score.to_string())),
            Found::Complete => {
                known(key, values, &["yes", "no"])?;
                match (matches(values, "yes"), matches(values, "no")) {
                    (true, false) => Test::Complete(true),
                    (false, true) => Test::Complete(false),
                    (both, _) => Test::Constant(both),
                }
            }
            Found::Clock(clock) => {
                let line = Arc::clone(&self.beforehand.lines[&clock]);
                let allowed = line.labels().iter().map(|label| matches(values, label)).collect();
                Test::Line { line, allowed }
            }
        })
    }
}

/// 0 promoter, 1 passive, 2 detractor.
pub(super) fn category(score: u8) -> usize {
    match score {
        9.. => 0,
        7..=8 => 1,
        _ => 2,
    }
}

fn scores(absent: bool, allowed: impl Fn(u8) -> bool) -> Test {
    let is = (0..=u8::MAX).map(|score| if score <= 10 { allowed(score) } else { absent });
    Test::Scores(Allowed::new(is.collect()))
}

/// A value that can never be is a slip of the pen, and not a question with an empty answer.
fn known(key: &Key, values: &[Value], all: &[&str]) -> Result<(), BadQuery> {
    for value in values {
        if let Value::Text(text) = value
            && !all.contains(&&**text)
        {
            let known = all.iter().map(|value| (*value).to_owned()).collect();
            return Err(BadQuery::UnknownValue { key: key.to_string(), value: text.clone(), known });
        }
    }
    Ok(())
}

impl Test {
    /// Whether it holds of every row.
    pub(super) fn always(&self) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(Self::always),
            Self::Constant(holds) => *holds,
            _ => false,
        }
    }

    /// Sets `mask` to 0 for each row that does not match. One pass for each condition, so that each is a plain loop over
    /// one column.
    pub(super) fn narrow(&self, segment: &Segment, mask: &mut [u8]) {
        match self {
            Self::All(tests) => {
                for (place, test) in tests.iter().enumerate() {
                    if place > 0 && none(mask) {
                        return;
                    }
                    test.narrow(segment, mask);
                }
            }
            Self::Any(tests) => {
                let mut any = vec![0; mask.len()];
                let mut one = Vec::with_capacity(mask.len());
                for test in tests {
                    one.clear();
                    one.extend_from_slice(mask);
                    test.narrow(segment, &mut one);
                    any.iter_mut().zip(&one).for_each(|(any, one)| *any |= one);
                }
                mask.copy_from_slice(&any);
            }
            Self::Not(test) => {
                let mut inner = mask.to_vec();
                test.narrow(segment, &mut inner);
                mask.iter_mut().zip(inner).for_each(|(yes, inner)| *yes &= inner ^ 1);
            }
            Self::Codes { column, allowed } => match segment.column(*column) {
                Some(codes) => allowed.narrow(codes.view(), mask),
                None if allowed.absent() => {}
                None => mask.fill(0),
            },
            Self::Homes { homes, allowed } => match segment.column(AGENT) {
                Some(agents) => {
                    let mut settled = Vec::new();
                    homes.settle(segment, &mut settled);
                    agents.view().each(Chosen::All(segment.len()), |row, code| {
                        let cell = homes.cell(&settled, code, segment.at[row]);
                        mask[row] &= u8::from(allowed[cell as usize]);
                    });
                }
                None if allowed[ABSENT as usize] => {}
                None => mask.fill(0),
            },
            Self::Scores(allowed) => allowed.narrow(View::U8(&segment.scores), mask),
            Self::Complete(wanted) => {
                let rows = mask.iter_mut().zip(&segment.durations);
                rows.for_each(|(yes, took)| *yes &= u8::from((*took != NOT_COMPLETED) == *wanted));
            }
            Self::Line { line, allowed } => match line.only(segment) {
                Some(label) if allowed[label as usize] => {}
                Some(_) => mask.fill(0),
                None => line.each(segment, Chosen::All(segment.len()), |row, label| {
                    mask[row] &= u8::from(allowed[label as usize]);
                }),
            },
            Self::Updated(since) if *since > segment.latest_update => mask.fill(0),
            Self::Updated(since) => {
                let rows = mask.iter_mut().zip(&segment.updated);
                rows.for_each(|(yes, updated)| *yes &= u8::from(updated >= since));
            }
            Self::Constant(true) => {}
            Self::Constant(false) => mask.fill(0),
        }
    }
}
