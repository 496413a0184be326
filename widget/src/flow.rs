//! One person filling in one form: what is answered, what the collector has, what happens next.
//!
//! It is a plain value with methods, knows no browser, and is given time, chance and characters as arguments. What goes
//! out is always the newest state: [`Flow::outgoing`] hands out one submission at a time, and [`Flow::acknowledged`],
//! [`Flow::failed`] or [`Flow::refused`] tells what became of it.

use std::collections::BTreeMap;

use wire::rules::{self, CountCharacters};
use wire::{Answer, Answers, Category, Form, Problem, Question, Receipt, Submission};

use crate::backoff;

#[cfg(test)]
mod tests;

/// Where the customer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Answering.
    Open,
    /// The finished answers are under way.
    Sending,
    /// Sending them failed; they are kept and sent again by themselves.
    Kept,
    /// The collector takes none of it; [`Flow::problem`] says why.
    Refused,
    /// The collector has them.
    Sent(Option<Category>),
}

/// When what is refused now, but perhaps not for good, is tried again; in milliseconds.
const LATER: u32 = 600_000;

/// Whether a problem with this code is there to stay: it is about the invitation or the answers. Everything else may be
/// put right by whoever runs the survey, or stands between it and the customer.
pub fn is_final(code: &str) -> bool {
    [
        "missing_token",
        "malformed_token",
        "unknown_token",
        "expired_invitation",
        "already_answered",
        "invalid_answers",
        "unreadable_body",
        "too_large",
    ]
    .contains(&code)
}

/// Whether what is kept is to be left alone, and `other`, of the same id, not to take its place: it comes from a tab that
/// was duplicated, and is newer or says more.
pub fn outweighs(kept: &Submission, other: &Submission) -> bool {
    kept.revision > other.revision || kept.complete && !other.complete
}

/// Whether what is kept has nothing more to say, now that `arrived` has: then it must not be sent after it.
pub fn is_outdated(kept: &Submission, arrived: &Submission) -> bool {
    is_of(kept, &arrived.survey, &arrived.token)
        && kept.revision < arrived.revision
        && (arrived.complete || !kept.complete)
}

/// Whether it answers this survey by this link.
pub fn is_of(submission: &Submission, survey: &str, token: &str) -> bool {
    submission.survey == survey && submission.token == token
}

/// Whether an earlier visit's answers are gone on with: they are all there is, or they were finished after this tab's own
/// draft was answered.
pub fn goes_on_with(draft: Option<&Submission>, kept: &Submission) -> bool {
    draft.is_none_or(|draft| kept.complete && kept.revision > draft.revision)
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is required and isn't there.
    Missing,
    /// It has so many characters too many.
    TooLong(usize),
}

/// One person filling in one form.
pub struct Flow {
    /// What is asked.
    pub form: Form,
    token: String,
    id: String,
    revision: u32,
    answers: Answers,
    stage: Stage,
    /// The newest state that the collector hasn't acknowledged.
    unsent: Option<Submission>,
    /// The revision that is under way.
    in_flight: Option<u32>,
    failures: u32,
    /// What the collector said last of the answers it did not take.
    problem: Option<Problem>,
    /// Sending was tried with an answer missing: from then on missing answers are pointed out.
    checked: bool,
    /// The score has arrived.
    saved: bool,
}

impl Flow {
    /// A person begins, or comes back to a `draft` and perhaps to something of it that was not sent.
    ///
    /// `id` is a new UUID, used where there is no draft.
    pub fn new(
        form: Form,
        token: String,
        id: String,
        draft: Option<Submission>,
        unsent: Option<Submission>,
    ) -> Self {
        let mut flow = Self {
            form,
            token,
            id,
            revision: 0,
            answers: Answers::new(),
            stage: Stage::Open,
            unsent: None,
            in_flight: None,
            failures: 0,
            problem: None,
            checked: false,
            saved: false,
        };
        if let Some(draft) = draft {
            flow.id = draft.id;
            flow.revision = draft.revision;
            // The survey may have changed since.
            let questions = &flow.form.questions;
            for (id, answer) in draft.answers {
                if questions.iter().any(|question| question.id == id) {
                    flow.answers.insert(id, answer);
                }
            }
        }
        if let Some(unsent) = unsent {
            flow.revision = flow.revision.max(unsent.revision);
            // Unless they were edited after that: then the customer has the word.
            if unsent.complete && unsent.answers == flow.submission(true, true).answers {
                flow.stage = Stage::Sending;
            }
            flow.unsent = Some(unsent);
        }
        flow
    }

    /// Tells the time, in seconds since 1970, before something is chosen or sent.
    ///
    /// Revisions count on from there, because a tab that was duplicated goes on with the same id: whichever of the two
    /// was answered last is then the newer one.
    pub fn tell_time(&mut self, seconds: u32) {
        self.revision = self.revision.max(seconds);
    }

    /// A score is chosen. It is to be sent without waiting for the rest.
    pub fn choose(&mut self, question: &str, number: i64) {
        if self.answers.insert(question.into(), Answer::Number(number)) == Some(Answer::Number(number)) {
            return;
        }
        self.edited();
        // Finished answers that haven't arrived are worth more than a score: they stay until Send is pressed again.
        if !self.unsent.as_ref().is_some_and(|unsent| unsent.complete) {
            self.queue(false);
        }
    }

    /// A comment reads now so. It is the customer's own until Send is pressed.
    pub fn write(&mut self, question: &str, text: String) {
        self.answers.insert(question.into(), Answer::Text(text));
        self.edited();
    }

    fn edited(&mut self) {
        if !matches!(self.stage, Stage::Sent(_)) {
            self.stage = Stage::Open;
        }
    }

    /// Finishes. Returns the first question that must be put right before that, by its place in the form.
    pub fn send(&mut self, count: CountCharacters<'_>) -> Option<usize> {
        match self.stage {
            // A second click.
            Stage::Sending | Stage::Sent(_) => return None,
            // Nothing was edited since: the same again, at once.
            Stage::Kept if self.unsent.is_some() => {
                self.stage = Stage::Sending;
                return None;
            }
            _ => {}
        }
        self.checked = true;
        let wrong = (0..self.form.questions.len()).find(|&index| self.wrong(index, count).is_some());
        if wrong.is_none() {
            self.queue(true);
            self.stage = Stage::Sending;
        }
        wrong
    }

    fn queue(&mut self, complete: bool) {
        self.revision += 1;
        self.saved = false;
        self.unsent = Some(self.submission(complete, complete));
    }

    fn submission(&self, complete: bool, texts: bool) -> Submission {
        let mut answers = Answers::new();
        for (id, answer) in &self.answers {
            if !matches!(answer, Answer::Text(text) if !texts || text.trim().is_empty()) {
                answers.insert(id.clone(), answer.clone());
            }
        }
        Submission {
            id: self.id.clone(),
            revision: self.revision,
            survey: self.form.survey.clone(),
            version: Some(self.form.version),
            token: self.token.clone(),
            language: Some(self.form.language.clone()),
            complete,
            answers,
            agent: None,
            attributes: BTreeMap::new(),
        }
    }

    /// What a reload brings back: everything so far.
    pub fn draft(&self) -> Submission {
        self.submission(false, true)
    }

    /// What is still to be sent, to be kept until it is.
    pub fn unsent(&self) -> Option<&Submission> {
        self.unsent.as_ref()
    }

    /// What to send now: nothing while something is under way.
    pub fn outgoing(&mut self) -> Option<&Submission> {
        if self.in_flight.is_some() {
            return None;
        }
        let unsent = self.unsent.as_ref()?;
        self.in_flight = Some(unsent.revision);
        Some(unsent)
    }

    /// What was under way has arrived.
    pub fn acknowledged(&mut self, receipt: &Receipt) {
        self.failures = 0;
        let Some(arrived) = self.landed() else { return };
        self.saved = true;
        let score = |answers| rules::score(&self.form.questions, answers);
        if arrived.complete && self.stage != Stage::Open {
            self.stage = Stage::Sent(receipt.category.or_else(|| self.category()));
        } else if self.unsent.is_none() && score(&arrived.answers) != score(&self.answers) {
            // Edited meanwhile: the customer isn't done, but a new score goes out like any other.
            self.queue(false);
        }
    }

    /// What was under way did not arrive, or nobody knows; returns in how many milliseconds to try again.
    pub fn failed(&mut self, random: f64, retry_after: Option<u32>, problem: Option<Problem>) -> u32 {
        self.in_flight = None;
        self.failures += 1;
        if self.stage == Stage::Sending {
            self.stage = Stage::Kept;
        }
        // Any other sentence was not written for answers that are kept.
        self.problem = problem.filter(|problem| problem.code == "unavailable");
        backoff::delay(self.failures, random, retry_after)
    }

    /// What was under way is refused. If that isn't for good, it is kept; returns in how many milliseconds to try again.
    pub fn refused(&mut self, problem: Problem) -> Option<u32> {
        self.failures = 0;
        let landed = self.landed()?;
        self.stage = Stage::Refused;
        let last = is_final(&problem.code);
        self.problem = Some(problem);
        if last {
            return None;
        }
        self.unsent = Some(landed);
        Some(LATER)
    }

    /// Takes what was under way out of the queue, unless something newer has taken its place.
    fn landed(&mut self) -> Option<Submission> {
        let revision = self.in_flight.take();
        self.unsent.take_if(|unsent| Some(unsent.revision) == revision)
    }

    /// Where the customer stands.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Why the answers are kept or refused, as far as the collector said it to the customer.
    pub fn problem(&self) -> Option<&Problem> {
        let told = matches!(self.stage, Stage::Kept | Stage::Refused);
        self.problem.as_ref().filter(|problem| told && problem.message.is_some())
    }

    /// Whether the score has arrived and nothing newer is to be sent.
    pub fn is_saved(&self) -> bool {
        self.saved && self.stage == Stage::Open && self.unsent.is_none()
    }

    /// The category of the score, once there is one.
    pub fn category(&self) -> Option<Category> {
        rules::score(&self.form.questions, &self.answers).map(|score| score.category())
    }

    /// How many questions are shown.
    pub fn reached(&self) -> usize {
        rules::reached(&self.form.questions, &self.answers).len()
    }

    /// The question at this place in the form.
    pub fn question(&self, index: usize) -> &Question<String> {
        &self.form.questions[index]
    }

    /// The number chosen for the question at this place.
    pub fn number(&self, index: usize) -> Option<i64> {
        match self.answers.get(&self.question(index).id) {
            Some(Answer::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The text written for the question at this place.
    pub fn text(&self, index: usize) -> &str {
        match self.answers.get(&self.question(index).id) {
            Some(Answer::Text(text)) => text,
            _ => "",
        }
    }

    /// What is to be pointed out about the answer at this place.
    pub fn wrong(&self, index: usize, count: CountCharacters<'_>) -> Option<Wrong> {
        let question = self.question(index);
        match rules::excess(question, self.text(index), count) {
            0 => {
                let missing = rules::is_required(question) && !rules::is_answered(question, &self.answers);
                (self.checked && missing).then_some(Wrong::Missing)
            }
            over => Some(Wrong::TooLong(over)),
        }
    }

    /// How many characters of the answer at this place are left, where they are getting few: a tenth, 200 at most.
    pub fn left(&self, index: usize, count: CountCharacters<'_>) -> Option<usize> {
        let limit = self.question(index).longest() as usize;
        let few = (limit / 10).min(200);
        let text = self.text(index);
        // A character has at least one byte: short texts need no counting.
        if text.len() + few < limit {
            return None;
        }
        limit.checked_sub(count(text)).filter(|left| *left <= few)
    }
}
