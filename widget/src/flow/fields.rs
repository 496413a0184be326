//! The answers one by one: what they are, what is wrong with them, and when that is pointed out.

use wire::rules::{self, CountCharacters, Fault, OTHER, Part};
use wire::{Answer, Answers, Kind, Question};

use super::Flow;

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is required and isn't there.
    Missing,
    /// It is there and is not right.
    Fault(Fault),
}

impl Flow {
    /// Takes the answers of a draft, as far as they fit: the survey may have changed since.
    pub(super) fn restore(&mut self, answers: Answers) {
        for (name, answer) in answers {
            if let Some((index, part)) = rules::find(&self.form.questions, &name)
                && fits(self.question(index), part, &answer)
            {
                self.answers.insert(name, answer);
            }
        }
    }

    /// What this answer is called.
    pub fn name(&self, index: usize, part: Part) -> String {
        rules::name(self.question(index), part)
    }

    fn get(&self, index: usize, part: Part) -> Option<&Answer> {
        self.answers.get(&self.name(index, part))
    }

    /// The number chosen for the question at this place.
    pub fn number(&self, index: usize) -> Option<i64> {
        match self.get(index, Part::Whole) {
            Some(Answer::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// What is written there.
    pub fn text(&self, index: usize, part: Part) -> &str {
        match self.get(index, part) {
            Some(Answer::Text(text)) => text,
            _ => "",
        }
    }

    /// Whether the box that agrees is ticked.
    pub fn agrees(&self, index: usize) -> bool {
        self.get(index, Part::Consent) == Some(&Answer::Flag(true))
    }

    /// Whether the customer is asked if the words of this comment may be quoted.
    pub fn asks_to_quote(&self, index: usize) -> bool {
        rules::asks_to_quote(&self.form.questions, self.question(index), &self.answers)
    }

    /// Whether this choice is chosen.
    pub fn has_chosen(&self, index: usize, id: &str) -> bool {
        match self.get(index, Part::Whole) {
            Some(Answer::Text(text)) => text == id,
            Some(Answer::List(ids)) => ids.iter().any(|it| it == id),
            _ => false,
        }
    }

    /// The choices, in their order, once this one is ticked, or not any more.
    pub fn ticked(&self, index: usize, id: &str, on: bool) -> Answer {
        let chosen = |it: &&str| if *it == id { on } else { self.has_chosen(index, it) };
        Answer::List(ids(self.question(index)).filter(chosen).map(Into::into).collect())
    }

    /// The customer leaves a field. What is wrong with it is pointed out from now on, unless it is empty: perhaps she
    /// only came by.
    pub fn leave(&mut self, index: usize, part: Part) {
        if !self.text(index, part).trim().is_empty() {
            self.examined.push(self.name(index, part));
        }
    }

    /// The customer is done with a question: what is wrong with it is pointed out from now on. Returns the name of the
    /// first answer that is wrong.
    pub(super) fn examine(&mut self, index: usize, count: CountCharacters<'_>) -> Option<String> {
        let parts = rules::parts(self.question(index));
        for part in &parts {
            self.examined.push(self.name(index, *part));
        }
        let wrong = parts.into_iter().find(|part| self.wrong(index, *part, count).is_some());
        wrong.map(|part| self.name(index, part))
    }

    /// What is to be pointed out about this answer.
    pub fn wrong(&self, index: usize, part: Part, count: CountCharacters<'_>) -> Option<Wrong> {
        let question = self.question(index);
        let fault = if part == Part::Other && !self.has_chosen(index, OTHER) {
            None
        } else {
            rules::fault(question, part, &self.answers, count)
        };
        // While one writes, what isn't complete yet is not wrong yet; what is too long is.
        if !self.examined.contains(&self.name(index, part)) {
            return fault.filter(|fault| matches!(fault, Fault::TooLong(_))).map(Wrong::Fault);
        }
        let missing = part == chief(question) && rules::is_missing(question, &self.answers);
        fault.map(Wrong::Fault).or(missing.then_some(Wrong::Missing))
    }

    /// How many characters of the answer are left, where they are getting few: a tenth, 200 at most.
    pub fn left(&self, index: usize, part: Part, count: CountCharacters<'_>) -> Option<usize> {
        let limit = self.question(index).longest() as usize;
        let few = (limit / 10).min(200);
        let text = self.text(index, part);
        // A character has at least one byte: short texts need no counting.
        if text.len() + few < limit {
            return None;
        }
        limit.checked_sub(count(text)).filter(|left| *left <= few)
    }
}

/// The answer that makes the question answered; of a `contact`, the first that somebody can be reached by.
fn chief(question: &Question<String>) -> Part {
    let parts = rules::parts(question);
    let several = question.contact_fields().len() > 1;
    parts.into_iter().find(|part| !several || *part != Part::Name).unwrap_or(Part::Whole)
}

/// The ids of the choices.
fn ids(question: &Question<String>) -> impl Iterator<Item = &str> {
    question.choices.iter().map(|choice| &*choice.id).chain(question.other.as_ref().map(|_| OTHER))
}

/// Whether the question takes such an answer.
fn fits(question: &Question<String>, part: Part, answer: &Answer) -> bool {
    let offered = |id: &String| ids(question).any(|it| it == id);
    match (part, answer) {
        (Part::Whole, Answer::Number(number)) => {
            let range = question.range().map(|(least, most)| i64::from(least)..=i64::from(most));
            range.is_some_and(|range| range.contains(number))
        }
        (Part::Whole, Answer::Text(text)) => {
            question.kind == Kind::Comment || question.kind == Kind::Choice && offered(text)
        }
        (Part::Whole, Answer::List(ids)) => question.kind == Kind::Choices && ids.iter().all(offered),
        (Part::Whole, Answer::Flag(_)) => false,
        (Part::Consent, answer) => matches!(answer, Answer::Flag(_)),
        (_, answer) => matches!(answer, Answer::Text(_)),
    }
}
