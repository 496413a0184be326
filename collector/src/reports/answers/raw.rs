//! What was answered, as it was counted.

use std::collections::HashMap;

use wire::Kind;
use wire::report::{Answered, AnswersCompared, Judged, OptionCompared};

use super::super::Source;
use super::super::compared::{self, All, alone};
use super::Question;
use crate::domain::query::{Dimension, Key as Name, Space};
use crate::domain::statistics::{ces, choices, compare_means, compare_shares, csat, withhold};
use crate::facts::{Ask, BadQuery, Counted, Counts, Key, Measure, Part};

/// What was answered in one group and part of time.
#[derive(Clone, Default)]
pub(super) enum Raw {
    /// How often each number, from 1 on.
    Numbers(Vec<u64>),
    /// How often each option, and by how many.
    Options(Vec<(String, u64)>, u64),
    #[default]
    Nothing,
}

/// The raw answers of each part of time, in all and by group.
pub(super) struct RawAnswers {
    pub(super) parts: Vec<Part>,
    pub(super) total: Vec<Raw>,
    pub(super) groups: Vec<(Vec<Key>, Vec<Raw>)>,
}

impl RawAnswers {
    pub(super) fn count(source: &Source<'_>, question: &Question, ask: &Ask) -> Result<Self, BadQuery> {
        let measured = Ask { measure: Measure::Answer(question.id.clone()), ..ask.clone() };
        let counted = source.facts.count(&measured, source.organisation)?;
        match question.kind {
            Kind::Choice | Kind::Choices => options(source, question, &measured, counted),
            _ => Ok(numbers(question, counted)),
        }
    }

    /// Of all parts together: the total and each group.
    pub(super) fn whole(&self) -> All<Raw> {
        let groups = self.groups.iter().map(|(key, parts)| (key.clone(), sum(parts)));
        (sum(&self.total), groups.collect())
    }

    /// For each part, which groups are withheld.
    pub(super) fn withheld(&self, smallest: u64) -> Vec<Vec<bool>> {
        let sizes = |part: usize| self.groups.iter().map(|(_, parts)| parts[part].n()).collect::<Vec<_>>();
        (0..self.total.len()).map(|part| withhold(&sizes(part), smallest)).collect()
    }
}

fn numbers(question: &Question, counted: Counted) -> RawAnswers {
    let points = if question.kind == Kind::Ces { 7 } else { question.points as usize };
    let raw = |counts: &Counts| Raw::Numbers((1..=points).map(|number| u64::from(counts[number])).collect());
    let groups = counted.groups.into_iter();
    RawAnswers {
        parts: counted.parts,
        total: counted.total.iter().map(raw).collect(),
        groups: groups.map(|group| (group.key, group.counts.iter().map(raw).collect())).collect(),
    }
}

/// Counts the options: by one group more.
fn options(
    source: &Source<'_>,
    question: &Question,
    measured: &Ask,
    counted: Counted,
) -> Result<RawAnswers, BadQuery> {
    let rows = |counts: &Counts| counts.iter().map(|n| u64::from(*n)).sum::<u64>();
    let key = Name { space: Space::Answer, name: question.id.clone() };
    let option = Dimension { key, bands: Vec::new() };
    let mut with_options = Ask { measure: Measure::Score, top: None, ..measured.clone() };
    with_options.by.push(option.clone());
    let by_option = source.facts.count(&with_options, source.organisation)?;
    let mut given: HashMap<Vec<Key>, Vec<(Key, Vec<u64>)>> = HashMap::new();
    for group in by_option.groups {
        let mut key = group.key;
        let Some(option) = key.pop() else { continue };
        given.entry(key).or_default().push((option, group.counts.iter().map(rows).collect()));
    }
    // Who answered: all rows but those that have no option.
    let raw = |options: &[(Key, Vec<u64>)], part: usize, all: &Counts| {
        let none =
            options.iter().find(|(option, _)| *option == Key::Absent).map_or(0, |(_, counts)| counts[part]);
        let each =
            options.iter().filter_map(|(option, counts)| Some((option.value()?.to_owned(), counts[part])));
        Raw::Options(each.collect(), rows(all) - none)
    };
    let of_group = |key: &[Key], all: &[Counts]| -> Vec<Raw> {
        let options = given.get(key).map_or(&[][..], Vec::as_slice);
        all.iter().enumerate().map(|(part, all)| raw(options, part, all)).collect()
    };
    let ungrouped = Ask { by: vec![option], ..with_options };
    let of_all = source.facts.count(&ungrouped, source.organisation)?;
    let of_all: Vec<(Key, Vec<u64>)> = of_all
        .groups
        .into_iter()
        .filter_map(|mut group| Some((group.key.pop()?, group.counts.iter().map(rows).collect())))
        .collect();
    let groups = counted.groups.iter().map(|group| (group.key.clone(), of_group(&group.key, &group.counts)));
    Ok(RawAnswers {
        total: counted.total.iter().enumerate().map(|(part, all)| raw(&of_all, part, all)).collect(),
        groups: groups.collect(),
        parts: counted.parts,
    })
}

fn sum(parts: &[Raw]) -> Raw {
    let add = |sum: Raw, part: &Raw| match (sum, part) {
        (Raw::Numbers(mut sum), Raw::Numbers(part)) => {
            sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
            Raw::Numbers(sum)
        }
        (Raw::Options(mut sum, of), Raw::Options(part, more)) => {
            sum.iter_mut().zip(part).for_each(|(sum, part)| sum.1 += part.1);
            Raw::Options(sum, of + more)
        }
        (_, part) => part.clone(),
    };
    parts.iter().fold(Raw::Nothing, add)
}

impl compared::Part for Raw {
    fn without(&self, part: &Self) -> Self {
        match (self, part) {
            (Self::Numbers(all), Self::Numbers(part)) => {
                Self::Numbers(all.iter().zip(part).map(|(all, part)| all - part).collect())
            }
            (Self::Options(all, of), Self::Options(_, less)) => {
                let rest = all.iter().map(|(option, n)| (option.clone(), n - part.chose(option)));
                Self::Options(rest.collect(), of - less)
            }
            (all, _) => all.clone(),
        }
    }
}

impl Raw {
    /// How many answered.
    pub(super) fn n(&self) -> u64 {
        match self {
            Self::Numbers(counts) => counts.iter().sum(),
            Self::Options(_, of) => *of,
            Self::Nothing => 0,
        }
    }

    pub(super) fn figures(&self, question: &Question) -> Answered {
        let mut answered = Answered { n: self.n(), csat: None, ces: None, choices: None };
        match self {
            Self::Numbers(counts) if question.kind == Kind::Ces => answered.ces = Some(ces(counts)),
            Self::Numbers(counts) => answered.csat = Some(csat(counts)),
            Self::Options(options, of) => answered.choices = Some(choices(options, *of)),
            Self::Nothing => {}
        }
        answered
    }

    /// How these differ from others, not judged yet; nothing, where one of them has fewer answers than are shown.
    pub(super) fn compared(
        &self,
        that: &Self,
        question: &Question,
        smallest: u64,
    ) -> Option<AnswersCompared> {
        let n = that.n();
        if self.n().min(n) < smallest.max(1) {
            return None;
        }
        let mut compared = AnswersCompared { n, share: None, mean: None, options: Vec::new() };
        match (self, that) {
            (Self::Numbers(these), Self::Numbers(those)) => {
                let main = |raw: &Self| raw.main(question);
                compared.share =
                    main(self).zip(main(that)).and_then(|(this, that)| compare_shares(this, that)).map(alone);
                compared.mean = compare_means(these, those).map(alone);
            }
            (Self::Options(these, of), _) => {
                let judged = |option: &str, chosen: u64| -> Option<Judged> {
                    compare_shares((chosen, *of), (that.chose(option), n)).map(alone)
                };
                // Also what nobody chose here, and somebody there.
                let those = if let Self::Options(those, _) = that { &those[..] } else { &[] };
                let only_there =
                    those.iter().filter(|(option, _)| these.iter().all(|(known, _)| known != option));
                let all = these.iter().map(|(option, chosen)| (option, *chosen));
                let all = all.chain(only_there.map(|(option, _)| (option, 0)));
                let each = all.filter_map(|(option, chosen)| {
                    Some(OptionCompared { value: option.clone(), judged: judged(option, chosen)? })
                });
                compared.options = each.collect();
            }
            _ => return None,
        }
        Some(compared)
    }

    /// The share that a rating or effort comes to, as how many of how many.
    fn main(&self, question: &Question) -> Option<(u64, u64)> {
        let answered = self.figures(question);
        let share = answered.csat.map(|csat| csat.satisfied).or(answered.ces.map(|ces| ces.easy))?;
        Some((share.n, share.of))
    }

    /// How many chose an option.
    fn chose(&self, option: &str) -> u64 {
        match self {
            Self::Options(options, _) => {
                options.iter().find(|(known, _)| known == option).map_or(0, |(_, n)| *n)
            }
            _ => 0,
        }
    }
}
