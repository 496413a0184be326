//! Which columns there are, and what a response or an invitation has in them.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;
use wire::{Kind, Survey};

use super::column::ABSENT;
use super::dictionary::Dictionary;
use super::segment::{self, NO_SCORE, NOT_COMPLETED, Row};
use crate::domain::counted::{CountedAnswer, CountedInvitation, CountedResponse};

/// Places of the columns that every table has.
pub(super) const SURVEY: usize = 0;
pub(super) const AGENT: usize = 1;
pub(super) const LANGUAGE: usize = 2;

/// What they are called, in the order of their places.
pub(super) const FIXED: [&str; 3] = ["survey", "agent", "language"];

/// Stands between the answers of a question that takes several. No id holds it.
pub(super) const BETWEEN: char = '\u{1f}';

/// What a comment's column says of one that was written; the words themselves are the store's.
const GIVEN: &str = "given";

/// Name → place of the column.
pub(super) type Places = HashMap<Box<str>, usize, RandomState>;

/// The columns' names and dictionaries.
#[derive(Clone)]
pub(super) struct Columns {
    pub(super) dictionaries: Vec<Dictionary>,
    /// Attribute → its place in `dictionaries`.
    pub(super) attributes: Places,
    /// Question → its place in `dictionaries`.
    pub(super) answers: Places,
    /// The attributes of the row before: most rows have the same, in the same order.
    before: Vec<(Box<str>, usize)>,
}

impl Default for Columns {
    fn default() -> Self {
        let dictionaries = [SURVEY, AGENT, LANGUAGE].map(|_| Dictionary::default()).into();
        Self { dictionaries, attributes: Places::default(), answers: Places::default(), before: Vec::new() }
    }
}

impl Columns {
    pub(super) fn response(&mut self, response: &CountedResponse<'_>, survey: Option<&Survey>) -> Row {
        let mut codes = vec![ABSENT; self.dictionaries.len()];
        codes[SURVEY] = self.dictionaries[SURVEY].code(response.survey);
        self.set(&mut codes, AGENT, response.agent);
        self.set(&mut codes, LANGUAGE, response.language);
        self.set_attributes(&mut codes, response.known());
        for question in survey.map_or(&[][..], |survey| &survey.questions) {
            let Some(value) =
                response.answers.get(&question.id).and_then(|answer| counted(question.kind, answer))
            else {
                continue;
            };
            let place = place(&mut self.answers, &mut self.dictionaries, &question.id);
            self.set(&mut codes, place, Some(&value));
        }
        let took = response.completed_at.map(|completed| completed.as_second() - response.at.as_second());
        Row {
            at: segment::seconds(response.at),
            updated: segment::seconds(response.updated_at),
            score: segment::score(response.score),
            duration: took.map_or(NOT_COMPLETED, |took| took.clamp(0, i64::from(NOT_COMPLETED) - 1) as u16),
            codes,
        }
    }

    /// An invitation's "score" is 1 where it led to one, and else 0.
    pub(super) fn invitation(&mut self, invitation: &CountedInvitation<'_>, answered: bool) -> Row {
        let mut codes = vec![ABSENT; self.dictionaries.len()];
        codes[SURVEY] = self.dictionaries[SURVEY].code(invitation.survey);
        self.set(&mut codes, AGENT, invitation.agent);
        self.set(&mut codes, LANGUAGE, invitation.language);
        self.set_attributes(&mut codes, invitation.attributes.iter());
        Row {
            at: segment::seconds(invitation.created_at),
            updated: 0,
            score: if answered { 1 } else { NO_SCORE },
            duration: NOT_COMPLETED,
            codes,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.dictionaries.iter().map(Dictionary::bytes).sum()
    }

    pub(super) fn attributes(&self) -> Vec<String> {
        sorted(&self.attributes)
    }

    pub(super) fn answers(&self) -> Vec<String> {
        sorted(&self.answers)
    }

    fn set_attributes<'a>(
        &mut self,
        codes: &mut Vec<u32>,
        attributes: impl Iterator<Item = (&'a str, &'a str)>,
    ) {
        for (nth, (name, value)) in attributes.enumerate() {
            let place = match self.before.get(nth) {
                Some((known, place)) if **known == *name => *place,
                _ => {
                    let place = place(&mut self.attributes, &mut self.dictionaries, name);
                    self.before.truncate(nth);
                    self.before.push((name.into(), place));
                    place
                }
            };
            self.set(codes, place, Some(value));
        }
    }

    fn set(&mut self, codes: &mut Vec<u32>, place: usize, value: Option<&str>) {
        if let Some(value) = value {
            codes.resize(self.dictionaries.len().max(codes.len()), ABSENT);
            codes[place] = self.dictionaries[place].code(value);
        }
    }
}

/// The place of a name, known or new.
pub(super) fn place(places: &mut Places, dictionaries: &mut Vec<Dictionary>, name: &str) -> usize {
    if let Some(place) = places.get(name) {
        return *place;
    }
    dictionaries.push(Dictionary::default());
    places.insert(name.into(), dictionaries.len() - 1);
    dictionaries.len() - 1
}

fn sorted(places: &Places) -> Vec<String> {
    let mut names: Vec<String> = places.keys().map(|name| name.to_string()).collect();
    names.sort();
    names
}

/// What is counted of an answer. The score has a column of its own; what customers write, and how to reach them, is not for
/// counting.
fn counted<'a>(kind: Kind, answer: &CountedAnswer<'a>) -> Option<Cow<'a, str>> {
    match (kind, answer) {
        (Kind::Rating | Kind::Ces, CountedAnswer::Number(number)) => Some(number.to_string().into()),
        (Kind::Choice, CountedAnswer::Text(choice)) => Some((*choice).into()),
        (Kind::Choices, CountedAnswer::List(choices)) if !choices.is_empty() => {
            let mut choices = choices.clone();
            choices.sort_unstable();
            choices.dedup();
            Some(choices.join(&BETWEEN.to_string()).into())
        }
        (Kind::Comment, CountedAnswer::Text(text)) if !text.trim().is_empty() => Some(GIVEN.into()),
        _ => None,
    }
}
