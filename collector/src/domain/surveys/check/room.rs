//! Whether the longest answers fit in a submission.

use wire::rules::{self, Part};
use wire::{Answer, Kind, Localised, Question, Submission, Survey};

use super::Findings;
use super::questions::takes_text;
use crate::domain::limits::Limits;
use crate::domain::names::MAX_ID_BYTES;

impl Findings<'_> {
    /// A customer who has used the length of every text must be able to send the answer.
    pub(super) fn room(&mut self) {
        let limits = self.limits;
        let writes = || self.survey.questions.iter().filter(|question| takes_text(question));
        let (most, bytes) = (limits.submission_bytes, largest_submission(self.survey, limits));
        if bytes > most && writes().all(|question| question.longest() <= limits.comment_characters) {
            let names: Vec<&str> = writes().map(|question| &*question.id).collect();
            let page = if self.survey.open.is_some() { " and what the page tells" } else { "" };
            let detail = format!(
                "the longest answers, to {}{page}, take {bytes} bytes at 4 a character, and a submission has at most {most} \
                 (limits.submission_bytes): give them a smaller max_length",
                names.join(", ")
            );
            self.add("questions", detail);
        }
    }
}

/// The bytes of a submission with every text as long as it may be. A character takes four at most in UTF-8; those
/// that are made of several, such as flags and families, are as rare as the long comments that hold nothing else.
fn largest_submission(survey: &Survey, limits: &Limits) -> usize {
    let mut around = Submission {
        id: uuid::Uuid::nil().to_string(),
        revision: u32::MAX,
        survey: survey.id.clone(),
        version: Some(u32::MAX),
        token: "x".repeat(22),
        language: survey.languages.iter().max_by_key(|language| language.len()).cloned(),
        complete: true,
        ..Submission::default()
    };
    // Texts are counted, not made: their lengths are not known to be within any limit here.
    let mut texts: usize = 0;
    for question in &survey.questions {
        for part in rules::parts(question) {
            let (answer, text) = longest_answer(question, part);
            around.answers.insert(rules::name(question, part), answer);
            texts = texts.saturating_add(text);
        }
    }
    for name in survey.open.iter().flat_map(|open| &open.attributes) {
        if name == "agent" {
            around.agent = Some("x".repeat(MAX_ID_BYTES));
        } else {
            around.attributes.insert(name.clone(), "x".repeat(limits.attribute_bytes));
        }
    }
    texts.saturating_add(serde_json::to_vec(&around).map_or(0, |json| json.len()))
}

/// The longest answer but for the text in it, and the bytes of that text.
fn longest_answer(question: &Question<Localised>, part: Part) -> (Answer, usize) {
    let ids = || {
        let choices = question.choices.iter().map(|choice| choice.id.clone());
        choices.chain(question.other.as_ref().map(|_| rules::OTHER.to_owned()))
    };
    match (part, question.kind) {
        (Part::Whole, Kind::Choice) => (Answer::Text(ids().max_by_key(String::len).unwrap_or_default()), 0),
        (Part::Whole, Kind::Choices) => (Answer::List(ids().collect()), 0),
        (Part::Whole, Kind::Nps | Kind::Rating | Kind::Ces) => (Answer::Number(10), 0),
        (Part::Consent, _) => (Answer::Flag(false), 0),
        (Part::Quote, _) => (Answer::Text("unnamed".to_owned()), 0),
        _ => (Answer::Text(String::new()), (question.longest() as usize).saturating_mul(4)),
    }
}
