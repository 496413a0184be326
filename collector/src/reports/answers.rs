//! Other questions than the score: ratings, effort, choices, by the same groups and parts of time.

use std::collections::HashMap;

use wire::Kind;
use wire::report::{
    Answered, AnsweredEntry, AnsweredGroup, AnsweredPoint, AnswersReport, Comparison, Judged,
};

use super::{Source, asked, written};
use crate::domain::query::{Dimension, Key as Name, Space};
use crate::domain::statistics::{ces, choices, compare_shares, csat, judge, withhold};
use crate::facts::{Ask, BadQuery, Counted, Counts, Key, Measure};

/// A question that is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: Kind,
    /// `rating`: the best answer.
    pub points: u32,
}

/// What was answered in one group and part of time.
#[derive(Clone, Default)]
enum Raw {
    /// How often each number, from 1 on.
    Numbers(Vec<u64>),
    /// How often each option, and by how many.
    Options(Vec<(String, u64)>, u64),
    #[default]
    Nothing,
}

/// By group, the raw answers of each part of time.
struct AllRaw {
    total: Vec<Raw>,
    groups: Vec<(Vec<Key>, Vec<Raw>)>,
}

/// The figures of the answers to `question`.
///
/// # Errors
/// When a name is not known, or there are too many groups.
pub fn answers(source: &Source<'_>, question: &Question, ask: &Ask) -> Result<AnswersReport, BadQuery> {
    let counted = source.facts.count(&measured(question, ask), source.organisation)?;
    let raw = match question.kind {
        Kind::Choice | Kind::Choices => options(source, question, ask, &counted)?,
        _ => numbers(question, &counted),
    };
    let whole: Vec<Raw> = raw.groups.iter().map(|(_, parts)| sum(parts)).collect();
    let sizes: Vec<u64> = whole.iter().map(Raw::n).collect();
    let hidden_by_part: Vec<Vec<bool>> = (0..raw.total.len())
        .map(|part| {
            let sizes: Vec<u64> = raw.groups.iter().map(|(_, parts)| parts[part].n()).collect();
            withhold(&sizes, source.smallest)
        })
        .collect();
    let trend = |parts: &[Raw], group: Option<usize>| {
        let hidden = |part: usize| group.is_some_and(|group| hidden_by_part[part][group]);
        ask.every.map(|_| points(question, &counted, parts, &hidden))
    };
    let entry = |raw: &Raw, parts: &[Raw], group: Option<usize>| AnsweredEntry {
        answered: raw.figures(question),
        trend: trend(parts, group),
    };
    let total = entry(&sum(&raw.total), &raw.total, None);
    let withheld = withhold(&sizes, source.smallest);
    let groups = raw.groups.iter().zip(&whole).zip(withheld).enumerate().map(
        |(place, (((key, parts), whole), hidden))| AnsweredGroup {
            key: key.iter().map(|key| key.value().map(str::to_owned)).collect(),
            name: ask.by.iter().zip(key).map(|(by, key)| source.name(by, key)).collect(),
            rest: key.contains(&Key::Rest),
            withheld: hidden.then(|| whole.n()),
            entry: (!hidden).then(|| entry(whole, parts, Some(place))),
        },
    );
    Ok(AnswersReport {
        asked: asked(&ask.query),
        question: question.id.clone(),
        kind: question.kind.as_str().to_owned(),
        by: written(ask),
        every: ask.every.map(|every| every.as_str().to_owned()),
        smallest: source.smallest,
        groups: groups.collect(),
        total,
    })
}

fn measured(question: &Question, ask: &Ask) -> Ask {
    Ask { measure: Measure::Answer(question.id.clone()), ..ask.clone() }
}

fn numbers(question: &Question, counted: &Counted) -> AllRaw {
    let points = if question.kind == Kind::Ces { 7 } else { question.points as usize };
    let raw = |counts: &Counts| Raw::Numbers((1..=points).map(|number| u64::from(counts[number])).collect());
    AllRaw {
        total: counted.total.iter().map(raw).collect(),
        groups: counted
            .groups
            .iter()
            .map(|group| (group.key.clone(), group.counts.iter().map(raw).collect()))
            .collect(),
    }
}

/// Counts the options: by one group more.
fn options(
    source: &Source<'_>,
    question: &Question,
    ask: &Ask,
    counted: &Counted,
) -> Result<AllRaw, BadQuery> {
    let rows = |counts: &Counts| counts.iter().map(|n| u64::from(*n)).sum::<u64>();
    let mut with_options = ask.clone();
    with_options.top = None;
    let key = Name { space: Space::Answer, name: question.id.clone() };
    with_options.by.push(Dimension { key, bands: Vec::new() });
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
    let ungrouped = Ask { by: with_options.by.split_off(ask.by.len()), ..with_options };
    let of_all = source.facts.count(&ungrouped, source.organisation)?;
    let of_all: Vec<(Key, Vec<u64>)> = of_all
        .groups
        .into_iter()
        .filter_map(|mut group| Some((group.key.pop()?, group.counts.iter().map(rows).collect())))
        .collect();
    Ok(AllRaw {
        total: counted.total.iter().enumerate().map(|(part, all)| raw(&of_all, part, all)).collect(),
        groups: counted
            .groups
            .iter()
            .map(|group| (group.key.clone(), of_group(&group.key, &group.counts)))
            .collect(),
    })
}

fn points(
    question: &Question,
    counted: &Counted,
    parts: &[Raw],
    hidden: &dyn Fn(usize) -> bool,
) -> Vec<AnsweredPoint> {
    let shown = |place: usize| (!hidden(place)).then(|| &parts[place]);
    let change = |place: usize| -> Option<Comparison> {
        let (now, before) = (shown(place)?.main(question)?, shown(place.checked_sub(1)?)?.main(question)?);
        compare_shares(now, before)
    };
    let changes: Vec<Option<Comparison>> = (0..parts.len()).map(change).collect();
    let judged: Vec<Option<Judged>> = judge(&changes);
    let point = |(place, comparison): (usize, Option<Judged>)| AnsweredPoint {
        label: counted.parts[place].label.clone(),
        from: counted.parts[place].from.to_string(),
        to: counted.parts[place].to.to_string(),
        withheld: hidden(place).then(|| parts[place].n()),
        answered: shown(place).map(|raw| raw.figures(question)),
        comparison,
    };
    judged.into_iter().enumerate().map(point).collect()
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

impl Raw {
    /// How many answered.
    fn n(&self) -> u64 {
        match self {
            Self::Numbers(counts) => counts.iter().sum(),
            Self::Options(_, of) => *of,
            Self::Nothing => 0,
        }
    }

    fn figures(&self, question: &Question) -> Answered {
        let mut answered = Answered { n: self.n(), csat: None, ces: None, choices: None };
        match self {
            Self::Numbers(counts) if question.kind == Kind::Ces => answered.ces = Some(ces(counts)),
            Self::Numbers(counts) => answered.csat = Some(csat(counts)),
            Self::Options(options, of) => answered.choices = Some(choices(options, *of)),
            Self::Nothing => {}
        }
        answered
    }

    /// The figure that changes are told of, as how many of how many.
    fn main(&self, question: &Question) -> Option<(u64, u64)> {
        let answered = self.figures(question);
        let share = answered.csat.map(|csat| csat.satisfied).or(answered.ces.map(|ces| ces.easy))?;
        (share.of > 0).then_some((share.n, share.of))
    }
}
