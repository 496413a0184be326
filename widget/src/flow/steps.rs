//! Which questions are before the customer, and the way through them.

use wire::Kind;
use wire::rules::{self, CountCharacters};
use wire::survey::Layout;

use super::{Flow, Stage};

impl Flow {
    /// The questions that the answers lead to, by their places in the form.
    pub fn path(&self) -> Vec<usize> {
        rules::path(&self.form.questions, &self.answers)
    }

    /// Whether the questions come one after the other.
    pub fn is_in_steps(&self) -> bool {
        self.form.layout == Layout::Steps
    }

    /// Whether the question at this place is before the customer.
    pub fn shows(&self, index: usize) -> bool {
        match self.form.layout {
            Layout::Steps => self.step == index,
            Layout::Page => rules::reached(&self.form.questions, &self.answers).contains(&index),
        }
    }

    /// The question before the customer, where they come one after the other.
    pub fn step(&self) -> usize {
        self.step
    }

    /// How far the customer has come, counted from 1, and how many questions there are on the way.
    pub fn progress(&self) -> (usize, usize) {
        let path = self.path();
        let mut n = 1;
        for (place, index) in path.iter().enumerate() {
            let is_behind = match self.form.layout {
                Layout::Steps => *index < self.step,
                Layout::Page => rules::is_answered(self.question(*index), &self.answers),
            };
            if is_behind {
                n = place + 2;
            }
        }
        let n = n.min(path.len());
        (n, path.len())
    }

    /// Whether what comes next is sending.
    pub fn is_last(&self) -> bool {
        !self.is_in_steps() || self.path().last().is_none_or(|last| *last <= self.step)
    }

    /// Whether there is a question to go back to.
    pub fn has_before(&self) -> bool {
        self.is_in_steps() && self.path().first().is_some_and(|first| *first < self.step)
    }

    /// Whether the survey can be finished from here: not before there is a score, where all questions are on one page and
    /// that one is asked.
    pub fn can_finish(&self) -> bool {
        let asks = |index: usize| self.question(index).kind == Kind::Nps;
        self.is_in_steps() || self.category().is_some() || !self.path().into_iter().any(asks)
    }

    /// Goes on to the next question, or finishes after the last. Returns the name of the answer that must be put right
    /// before that.
    pub fn go_on(&mut self, count: CountCharacters<'_>) -> Option<String> {
        if self.is_last() || matches!(self.stage, Stage::Sending | Stage::Sent(_)) {
            let wrong = self.send(count);
            let place = wrong.as_ref().and_then(|name| rules::find(&self.form.questions, name));
            self.step = place.map_or(self.step, |(index, _)| index);
            return wrong;
        }
        let wrong = self.examine(self.step, count);
        if wrong.is_none() {
            self.step = self.path().into_iter().find(|index| *index > self.step).unwrap_or(self.step);
        }
        wrong
    }

    /// Goes back to the question before. The answers stay.
    pub fn go_back(&mut self) {
        if self.stage != Stage::Sending {
            self.step = self.path().into_iter().rfind(|index| *index < self.step).unwrap_or(self.step);
        }
    }

    /// Goes to where the customer stopped: to the first question without an answer, once there are answers.
    pub(super) fn resume(&mut self) {
        let path = self.path();
        let open = |index: &&usize| {
            let question = self.question(**index);
            self.answers.is_empty()
                || question.kind != Kind::Statement && !rules::is_answered(question, &self.answers)
        };
        self.step = path.iter().find(open).or(path.last()).copied().unwrap_or(0);
    }
}
