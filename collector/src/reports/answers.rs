//! Other questions than the score: ratings, effort, choices, by the same groups and parts of time.

use wire::Kind;
use wire::report::{Answered, AnsweredEntry, AnsweredGroup, AnsweredPoint, AnswersReport};

use super::compared::{All, Comparing, Others, correct};
use super::{Source, asked, written};
use crate::domain::statistics::withhold;
use crate::facts::{Ask, BadQuery, Key};
use raw::{Raw, RawAnswers};

mod raw;

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

/// What is asked of the answers to a question.
#[derive(Clone, Debug)]
pub struct AnswersAsk {
    /// The question.
    pub question: Question,
    /// Which answers, and how they are told apart.
    pub ask: Ask,
    /// What everything is compared with.
    pub compare: Option<Comparing>,
}

/// The figures of the answers to a question.
///
/// # Errors
/// When a name is not known, there are too many groups, or there is no group that the others are to be compared with.
pub fn answers(source: &Source<'_>, asking: &AnswersAsk) -> Result<AnswersReport, BadQuery> {
    let AnswersAsk { question, ask, compare } = asking;
    let raw = RawAnswers::count(source, question, ask)?;
    let all = raw.whole();
    let again = |ask: &Ask| Ok(RawAnswers::count(source, question, ask)?.whole());
    let others = Others::find(ask, compare.as_ref(), &all, again)?;
    let (whole, groups): All<Raw> = all;
    let hidden_by_part = raw.withheld(source.smallest);
    let entry = |of: &Raw, parts: &[Raw], group: Option<(usize, &Vec<Key>)>| {
        let hidden = |part: usize| group.is_some_and(|(group, _)| hidden_by_part[part][group]);
        let other = others.of(of, group.map(|(_, key)| key));
        AnsweredEntry {
            answered: of.figures(question),
            comparison: other.and_then(|other| of.compared(&other, question, source.smallest)),
            trend: ask.every.map(|_| points(&raw, parts, question, source.smallest, &hidden)),
        }
    };
    let mut total = entry(&whole, &raw.total, None);
    let sizes: Vec<u64> = groups.iter().map(|(_, of)| of.n()).collect();
    let withheld = withhold(&sizes, source.smallest);
    let shown = groups.iter().zip(&raw.groups).zip(withheld).enumerate();
    let shown = shown.map(|(place, (((key, of), (_, parts)), hidden))| AnsweredGroup {
        key: key.iter().map(|key| key.value().map(str::to_owned)).collect(),
        name: ask.by.iter().zip(key).map(|(by, key)| source.name(by, key)).collect(),
        rest: key.contains(&Key::Rest),
        withheld: hidden.then(|| of.n()),
        entry: (!hidden).then(|| entry(of, parts, Some((place, key)))),
    });
    let mut groups: Vec<AnsweredGroup> = shown.collect();
    let entries = groups.iter_mut().filter_map(|group| group.entry.as_mut());
    let mut entries: Vec<&mut AnsweredEntry> = entries.chain([&mut total]).collect();
    correct(
        entries.iter_mut().filter_map(|entry| entry.comparison.as_mut()).flat_map(|compared| compared.all()),
    );
    for points in entries.iter_mut().filter_map(|entry| entry.trend.as_mut()) {
        let compared = points.iter_mut().filter_map(|point| point.comparison.as_mut());
        correct(compared.flat_map(|compared| compared.all()));
    }
    Ok(AnswersReport {
        asked: asked(&ask.query),
        question: question.id.clone(),
        kind: question.kind.as_str().to_owned(),
        by: written(ask),
        every: ask.every.map(|every| every.as_str().to_owned()),
        compared_with: compare.as_ref().map(Comparing::to_string),
        smallest: source.smallest,
        groups,
        total,
    })
}

fn points(
    raw: &RawAnswers,
    parts: &[Raw],
    question: &Question,
    smallest: u64,
    hidden: &dyn Fn(usize) -> bool,
) -> Vec<AnsweredPoint> {
    let shown = |place: usize| (!hidden(place)).then(|| &parts[place]);
    let figures = |of: &Raw| -> Answered { of.figures(question) };
    let point = |(place, part): (usize, &crate::facts::Part)| AnsweredPoint {
        label: part.label.clone(),
        from: part.from.to_string(),
        to: part.to.to_string(),
        withheld: hidden(place).then(|| parts[place].n()),
        answered: shown(place).map(figures),
        comparison: place
            .checked_sub(1)
            .and_then(|before| shown(place)?.compared(shown(before)?, question, smallest)),
    };
    raw.parts.iter().enumerate().map(point).collect()
}
