//! All responses that match, as one file: read from the store a few at a time, however many there are.
//!
//! A file holds the responses that there were when it was asked for, each as it is when its turn comes. What is given
//! meanwhile is not in it, so that it ends, and its columns are known before its first row: the attributes that responses to
//! these surveys have, and the answers that any version of them takes. They do not depend on the period or the filters: the
//! files of two months fit below each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use wire::rules::{self, Part};
use wire::{Answer, Kind as Question, Score, Survey};

use crate::domain::organisation::Organisation;
use crate::domain::quotes::Quote;
use crate::domain::responses::{Response, ResponseView};
use crate::domain::visits::QUOTABLE;
use crate::facts::{BadQuery, Facts, Query};
use crate::http::error::Error;
use crate::output::{Broken, Cell, Chunks, Column, Kind, Row, Table, lines};
use crate::store::Store;

/// How many rows are looked up at a time: a number each.
const FOUND: usize = 16_384;

/// How many responses are read at a time: up to some kilobytes each.
const READ: usize = 128;

/// The columns that every response has.
const FIXED: [(&str, Kind); 12] = [
    ("id", Kind::Text),
    ("survey", Kind::Text),
    ("version", Kind::Integer),
    ("customer", Kind::Text),
    ("agent", Kind::Text),
    ("language", Kind::Text),
    ("score", Kind::Integer),
    ("category", Kind::Text),
    ("complete", Kind::Boolean),
    ("at", Kind::Time),
    ("updated_at", Kind::Time),
    ("completed_at", Kind::Time),
];

/// Which responses, one after the other.
pub(in crate::http) struct Export {
    store: Store,
    facts: Arc<Facts>,
    query: Query,
    organisation: Arc<Organisation>,
    /// The row to look on from.
    from: u64,
    /// The first row that is too new.
    pub(super) end: u64,
    /// How many more are wanted.
    left: usize,
    found: std::vec::IntoIter<u64>,
    read: std::vec::IntoIter<(u64, Response)>,
}

impl Export {
    /// Those that match, from row `from` on, at most `limit` of them.
    ///
    /// # Errors
    /// When a filter names something that is not known, or the limit is none.
    pub(in crate::http) async fn start(
        store: Store,
        facts: Arc<Facts>,
        query: Query,
        from: u64,
        limit: Option<usize>,
    ) -> Result<Self, Error> {
        if limit == Some(0) {
            return Err(Error::parameter("limit", "1 or more"));
        }
        let begun = tokio::task::spawn_blocking(move || Self::begin(store, facts, query, from, limit)).await;
        Ok(begun.map_err(|panic| Error::Internal(panic.to_string()))??)
    }

    fn begin(
        store: Store,
        facts: Arc<Facts>,
        query: Query,
        from: u64,
        limit: Option<usize>,
    ) -> Result<Self, BadQuery> {
        let organisation = store.catalog().organisation();
        let end = facts.end().max(from);
        facts.find(&query, from, 1, &organisation)?;
        let left = limit.unwrap_or(usize::MAX);
        let (found, read) = (Vec::new().into_iter(), Vec::new().into_iter());
        Ok(Self { store, facts, query, organisation, from, end, left, found, read })
    }

    /// What the file is called, without its ending.
    pub(super) fn name(&self) -> String {
        let day = |what: &str, at: Option<jiff::Timestamp>| {
            at.map(|at| format!("-{what}-{}", &at.to_string()[..10]))
        };
        let survey = self.query.survey.as_ref().map(|survey| format!("-{survey}"));
        let parts = [survey, day("from", self.query.period.from), day("to", self.query.period.to)];
        parts.into_iter().flatten().fold("responses".to_owned(), |name, part| name + &part)
    }

    /// A line each, in the shape that the pages have.
    pub(super) fn lines(self) -> Chunks {
        lines(self.map(|response| response.map(ResponseView::from)))
    }

    /// A row each.
    pub(super) fn table(self) -> Table {
        let survey = self.query.survey.as_deref();
        let mut attributes = self.facts.attribute_names(survey);
        attributes.retain(|name| name != QUOTABLE);
        let surveys = self.store.catalog().survey_versions(survey);
        let answers = answers(&surveys);
        let mut questions = surveys.iter().flat_map(|survey| &survey.questions);
        let quotes = questions.any(|question| question.quote.is_some());
        let mut columns: Vec<Column> = FIXED.map(|(name, kind)| Column::new(name, kind)).into();
        columns.extend(quotes.then(|| Column::new(QUOTABLE, Kind::Text)));
        columns.extend(attributes.iter().map(|name| Column::new(format!("attribute.{name}"), Kind::Text)));
        columns.extend(answers.iter().map(|(name, kind)| Column::new(format!("answer.{name}"), *kind)));
        let name = self.name();
        let rows = self.map(move |response| Ok(row(response?, quotes, &attributes, &answers)));
        Table { name, columns, rows: Box::new(rows) }
    }

    fn read_more(&mut self) -> Result<(), Broken> {
        if self.found.len() == 0 {
            let mut found =
                self.facts.find(&self.query, self.from, FOUND.min(self.left), &self.organisation)?;
            found.retain(|row| *row < self.end);
            self.from = found.last().map_or(self.end, |last| last + 1);
            self.left -= found.len();
            self.found = found.into_iter();
        }
        let rows: Vec<u64> = self.found.by_ref().take(READ).collect();
        self.read = self.store.responses_blocking(&rows)?.into_iter();
        Ok(())
    }
}

impl Iterator for Export {
    type Item = Result<Response, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((_, response)) = self.read.next() {
                return Some(Ok(response));
            }
            if self.found.len() == 0 && (self.left == 0 || self.from >= self.end) {
                return None;
            }
            if let Err(broken) = self.read_more() {
                return Some(Err(broken));
            }
        }
    }
}

/// The answers that these surveys take, in the order of their questions, and what a column of each holds. An answer that is a
/// number in one version and a text in another is a text.
fn answers(surveys: &[Arc<Survey>]) -> Vec<(String, Kind)> {
    let mut answers: Vec<(String, Kind)> = Vec::new();
    for question in surveys.iter().flat_map(|survey| &survey.questions) {
        for part in rules::parts(question) {
            let kind = match (part, question.kind) {
                (Part::Consent, _) => Kind::Boolean,
                (Part::Whole, Question::Nps | Question::Rating | Question::Ces) => Kind::Integer,
                (Part::Whole, Question::Choices) => Kind::List,
                _ => Kind::Text,
            };
            let name = rules::name(question, part);
            match answers.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) if *known == kind => {}
                Some((_, known)) => *known = Kind::Text,
                None => answers.push((name, kind)),
            }
        }
    }
    answers
}

fn row(mut response: Response, quotes: bool, attributes: &[String], answers: &[(String, Kind)]) -> Row {
    let known: BTreeMap<&str, &str> = response.known().collect();
    let told = attributes.iter().map(|name| known.get(&**name).map(|value| (*value).to_owned()));
    let told: Vec<Cell> = told.map(Cell::from).collect();
    let quotable = response.quote.as_ref().and_then(Quote::as_str).map(str::to_owned);
    let mut row = Vec::with_capacity(FIXED.len() + attributes.len() + answers.len());
    row.extend([
        response.id.to_string().into(),
        response.survey.into(),
        response.version.into(),
        response.customer.map(String::from).into(),
        response.agent.map(String::from).into(),
        response.language.into(),
        response.score.map(Score::get).into(),
        response.score.map(|score| score.category().as_str()).into(),
        response.completed_at.is_some().into(),
        response.at.into(),
        response.updated_at.into(),
        response.completed_at.into(),
    ]);
    row.extend(quotes.then(|| Cell::from(quotable)));
    row.extend(told);
    row.extend(answers.iter().map(|(name, kind)| cell(*kind, response.answers.remove(name))));
    row
}

/// An answer in its column. None fits a column of another kind only if the response was changed, since the file was begun, by a
/// newer version of the survey: that change is in the next file.
fn cell(kind: Kind, answer: Option<Answer>) -> Cell {
    match (kind, answer) {
        (Kind::Integer | Kind::Text, Some(Answer::Number(number))) => Cell::Integer(number),
        (Kind::List | Kind::Text, Some(Answer::List(list))) => Cell::List(list),
        (Kind::Boolean | Kind::Text, Some(Answer::Flag(yes))) => Cell::Boolean(yes),
        (Kind::Text, Some(Answer::Text(text))) => Cell::Text(text),
        _ => Cell::Absent,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn survey(questions: serde_json::Value) -> Arc<Survey> {
        let thanks = json!({"title": {"en": "x"}, "text": {"en": "x"}});
        let thanks = json!({"promoter": thanks, "passive": thanks, "detractor": thanks});
        let survey = json!({"id": "s", "languages": ["en"], "questions": questions, "thanks": thanks});
        Arc::new(serde_json::from_value(survey).unwrap())
    }

    #[test]
    fn every_answer_of_every_version_has_a_column() {
        let text = json!({"en": "?"});
        let newer = survey(json!([
            {"id": "nps", "kind": "nps", "text": text},
            {"id": "ease", "kind": "ces", "text": text},
            {"id": "what", "kind": "choices", "text": text, "choices": [{"id": "a", "text": text}], "other": text},
            {"id": "reach", "kind": "contact", "text": text, "fields": ["email"], "consent": text},
            {"id": "bye", "kind": "statement", "text": text},
        ]));
        let older = survey(json!([
            {"id": "why", "kind": "comment", "text": text},
            {"id": "nps", "kind": "nps", "text": text},
            {"id": "ease", "kind": "comment", "text": text},
        ]));
        let expected = [
            ("nps", Kind::Integer),
            ("ease", Kind::Text),
            ("what", Kind::List),
            ("what_other", Kind::Text),
            ("reach_email", Kind::Text),
            ("reach_consent", Kind::Boolean),
            ("why", Kind::Text),
        ];
        assert_eq!(answers(&[newer, older]), expected.map(|(name, kind)| (name.to_owned(), kind)));
    }
}
