//! One person filling in one form: what is answered, what the collector has, what happens next.
//!
//! It is a plain value with methods, knows no browser, and is given time, chance and characters as arguments. What goes
//! out is always the newest state: [`Flow::outgoing`] hands out one submission at a time, and [`Flow::acknowledged`],
//! [`Flow::failed`] or [`Flow::refused`] tells what became of it.

use wire::rules::{self, CountCharacters, OTHER, Part};
use wire::{Answer, Answers, Category, Form, Kind, Map, Problem, Question, Receipt, Score, Submission};

use crate::backoff;

mod fields;
mod steps;
#[cfg(test)]
mod tests;

pub use fields::Wrong;

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
        "withdrawn_invitation",
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

/// Whether what the same customer kept has nothing more to say, now that `arrived` has: then it must not be sent after it.
pub fn is_outdated(kept: &Submission, arrived: &Submission) -> bool {
    kept.revision < arrived.revision && (arrived.complete || !kept.complete)
}

/// Whether an earlier visit's answers are gone on with: they are all there is, or they were finished after this tab's own
/// draft was answered.
pub fn goes_on_with(draft: Option<&Submission>, kept: &Submission) -> bool {
    draft.is_none_or(|draft| kept.complete && kept.revision > draft.revision)
}

/// Who answers, as far as the page knows.
#[derive(Default)]
pub struct Whose {
    /// The token of the personal link or the pass of the company's page; empty where anybody may answer.
    pub token: String,
    /// Whose interaction this is, and what else an open survey's page tells.
    pub agent: Option<String>,
    /// What else an open survey's page tells.
    pub attributes: Map<String>,
}

/// One person filling in one form.
pub struct Flow {
    /// What is asked.
    pub form: Form,
    whose: Whose,
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
    /// The answers, by their names, that the customer is done with for now: what is wrong with them is pointed out.
    examined: Vec<String>,
    /// The score that has arrived.
    saved: Option<Score>,
    /// The question before the customer, by its place in the form, where they are laid out in steps.
    step: usize,
}

impl Flow {
    /// A person begins, or comes back to a `draft` and perhaps to something of it that was not sent.
    ///
    /// `id` is a new UUID, used where there is no draft.
    pub fn new(
        form: Form,
        whose: Whose,
        id: String,
        draft: Option<Submission>,
        unsent: Option<Submission>,
    ) -> Self {
        let mut flow = Self {
            form,
            whose,
            id,
            revision: 0,
            answers: Answers::new(),
            stage: Stage::Open,
            unsent: None,
            in_flight: None,
            failures: 0,
            problem: None,
            examined: Vec::new(),
            saved: None,
            step: 0,
        };
        if let Some(draft) = draft {
            flow.id = draft.id;
            flow.revision = draft.revision;
            flow.restore(draft.answers);
        }
        flow.resume();
        if let Some(mut unsent) = unsent {
            // A pass is signed anew for each visit: the old one may have expired.
            unsent.token.clone_from(&flow.whose.token);
            flow.revision = flow.revision.max(unsent.revision);
            // Unless they were edited after that: then the customer has the word.
            if unsent.complete && unsent.answers == flow.submission(true).answers {
                flow.stage = Stage::Sending;
            }
            flow.unsent = Some(unsent);
        }
        flow
    }

    /// The link brings a score along: it is chosen, and nothing is sent before the customer does something. Mail scanners
    /// follow links too, and whoever has begun or answered already is not told otherwise.
    pub fn prefill(&mut self, score: u8) {
        let asked = self.form.questions.iter().find(|question| question.kind == Kind::Nps);
        if let Some(asked) = asked
            && score <= 10
            && self.answers.is_empty()
            && self.unsent.is_none()
            && !self.form.answered
        {
            self.answers.insert(asked.id.clone(), Answer::Number(score.into()));
        }
    }

    /// Tells the time, in seconds since 1970, before something is chosen or sent.
    ///
    /// Revisions count on from there, because a tab that was duplicated goes on with the same id: whichever of the two
    /// was answered last is then the newer one.
    pub fn tell_time(&mut self, seconds: u32) {
        self.revision = self.revision.max(seconds);
    }

    /// An answer is given. Returns whether it is to be sent without waiting for the rest: numbers and choices are; what is
    /// written is the customer's own until Send is pressed.
    pub fn answer(&mut self, name: &str, answer: Answer) -> bool {
        if self.answers.get(name) == Some(&answer) {
            return false;
        }
        self.answers.insert(name.into(), answer);
        if !matches!(self.stage, Stage::Sent(_)) {
            self.stage = Stage::Open;
        }
        // Finished answers that haven't arrived are worth more than a score: they stay until Send is pressed again.
        let goes = self.goes_at_once(name) && !self.is_finished();
        if goes {
            self.queue(false);
        }
        goes
    }

    fn goes_at_once(&self, name: &str) -> bool {
        let questions = &self.form.questions;
        rules::find(questions, name)
            .is_some_and(|(index, part)| part == Part::Whole && questions[index].kind != Kind::Comment)
    }

    /// Finishes. Returns the name of the first answer that must be put right before that.
    pub fn send(&mut self, count: CountCharacters<'_>) -> Option<String> {
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
        let wrong = self.path().into_iter().find_map(|index| self.examine(index, count));
        if wrong.is_none() {
            self.queue(true);
            self.stage = Stage::Sending;
        }
        wrong
    }

    fn queue(&mut self, complete: bool) {
        self.revision += 1;
        self.unsent = Some(self.submission(complete));
    }

    /// What goes out: everything, or what goes at once.
    fn submission(&self, complete: bool) -> Submission {
        let mut all = self.answers.clone();
        rules::prune(&self.form.questions, &mut all);
        let mut answers = Answers::new();
        for (name, answer) in all {
            if if complete { self.says(&name, &answer) } else { self.goes_at_once(&name) } {
                answers.insert(name, answer);
            }
        }
        self.of(complete, answers)
    }

    /// Whether there is anything in it; what was written beside "other" counts while that is chosen.
    fn says(&self, name: &str, answer: &Answer) -> bool {
        let beside = rules::find(&self.form.questions, name);
        beside.is_none_or(|(index, part)| part != Part::Other || self.has_chosen(index, OTHER))
            && match answer {
                Answer::Text(text) => !text.trim().is_empty(),
                Answer::List(list) => !list.is_empty(),
                Answer::Flag(flag) => *flag,
                Answer::Number(_) => true,
            }
    }

    fn of(&self, complete: bool, answers: Answers) -> Submission {
        Submission {
            id: self.id.clone(),
            revision: self.revision,
            survey: self.form.survey.clone(),
            version: Some(self.form.version),
            token: self.whose.token.clone(),
            language: Some(self.form.language.clone()),
            complete,
            answers,
            agent: self.whose.agent.clone(),
            attributes: self.whose.attributes.clone(),
        }
    }

    /// What a reload brings back: everything so far.
    pub fn draft(&self) -> Submission {
        self.of(false, self.answers.clone())
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
        self.saved = rules::score(&self.form.questions, &arrived.answers).or(self.saved);
        if arrived.complete && self.stage != Stage::Open {
            self.stage = Stage::Sent(receipt.category.or_else(|| self.category()));
        } else if self.unsent.is_none() && arrived.complete {
            // Edited meanwhile: the customer isn't done, but a new score goes out like any other.
            let at_once = self.submission(false).answers;
            if at_once.iter().any(|(name, answer)| arrived.answers.get(name) != Some(answer)) {
                self.queue(false);
            }
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

    /// Whether the score has arrived as it is now, and is before the customer.
    pub fn is_saved(&self) -> bool {
        self.saved.is_some()
            && self.saved == self.score()
            && self.stage == Stage::Open
            && !self.is_finished()
            && (!self.is_in_steps() || self.question(self.step).kind == Kind::Nps)
    }

    /// Whether finished answers wait to be sent.
    fn is_finished(&self) -> bool {
        self.unsent.as_ref().is_some_and(|unsent| unsent.complete)
    }

    /// The score, once there is one.
    pub fn score(&self) -> Option<Score> {
        rules::score(&self.form.questions, &self.answers)
    }

    /// Its category.
    pub fn category(&self) -> Option<Category> {
        self.score().map(Score::category)
    }

    /// The question at this place in the form.
    pub fn question(&self, index: usize) -> &Question<String> {
        &self.form.questions[index]
    }
}
