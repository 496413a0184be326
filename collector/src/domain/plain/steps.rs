//! Which questions stand on one page.
//!
//! The steps are cut by the survey alone, never by the answers, so that a step stays the same page however often somebody
//! goes back and forth; what the answers decide is which of its questions are asked, and a step without any is passed over.

use std::ops::Range;

use wire::survey::Layout;
use wire::{Answers, Kind, Question, rules};

/// The way through a survey, as far as these answers tell.
#[derive(Debug)]
pub struct Steps<'a, T> {
    questions: &'a [Question<T>],
    answers: &'a Answers,
    /// The questions asked, by their places.
    path: Vec<usize>,
    cut: Vec<Range<usize>>,
}

impl<'a, T> Steps<'a, T> {
    /// The steps of a survey that has been answered so far.
    pub fn new(questions: &'a [Question<T>], layout: Layout, answers: &'a Answers) -> Self {
        Self { questions, answers, path: rules::path(questions, answers), cut: cut(questions, layout) }
    }

    /// How many questions are asked, as far as one can tell.
    pub fn total(&self) -> usize {
        self.path.len()
    }

    /// Which one of those a question is, from 1 on.
    pub fn position(&self, question: usize) -> usize {
        self.path.iter().filter(|place| **place <= question).count()
    }

    /// The questions of a step, by their places.
    pub fn asked(&self, step: usize) -> Vec<usize> {
        let range = self.cut.get(step).cloned().unwrap_or_default();
        self.path.iter().copied().filter(|place| range.contains(place)).collect()
    }

    /// What a step is called in addresses: by its first question, which outlives a new version of the survey.
    pub fn name(&self, step: usize) -> &'a str {
        self.cut.get(step).map_or("", |range| &self.questions[range.start].id)
    }

    /// The step to show to somebody who asks for the one with this question: not beyond a required question without an
    /// answer, and never an empty one.
    pub fn find(&self, question: &str) -> usize {
        let wanted = self.questions.iter().position(|it| it.id == question);
        let wanted = wanted.and_then(|place| self.cut.iter().position(|range| range.contains(&place)));
        let reached = self.missing().unwrap_or(self.cut.len()).min(wanted.unwrap_or(0));
        let shown = (0..=reached).rev().find(|step| !self.asked(*step).is_empty());
        shown.or_else(|| self.after(0)).unwrap_or(0)
    }

    /// The first step with a required question that has no answer.
    pub fn missing(&self) -> Option<usize> {
        let open = |step: &usize| {
            self.asked(*step).iter().any(|place| rules::is_missing(&self.questions[*place], self.answers))
        };
        (0..self.cut.len()).find(open)
    }

    /// The step before this one.
    pub fn before(&self, step: usize) -> Option<usize> {
        (0..step).rev().find(|step| !self.asked(*step).is_empty())
    }

    /// The step after this one.
    pub fn after(&self, step: usize) -> Option<usize> {
        (step + 1..self.cut.len()).find(|step| !self.asked(*step).is_empty())
    }

    /// Whether another step may come after this one, whatever is answered here.
    pub fn may_go_on(&self, step: usize) -> bool {
        let here = self.cut.get(step).map_or(0, |range| range.start);
        let later = self.cut.get(step).map_or(0, |range| range.end)..self.questions.len();
        self.after(step).is_some()
            || later.into_iter().any(|place| {
                // What depends on an earlier step alone is decided already.
                let ids = self.questions[place].when.iter().map(|condition| &condition.question);
                ids.into_iter().any(|id| self.questions[here..].iter().any(|question| question.id == *id))
            })
    }
}

/// One question a step; or as many as don't depend on each other.
fn cut<T>(questions: &[Question<T>], layout: Layout) -> Vec<Range<usize>> {
    let mut steps: Vec<Range<usize>> = Vec::new();
    for (place, question) in questions.iter().enumerate() {
        match steps.last_mut() {
            Some(step) if layout == Layout::Page && !depends(question, &questions[step.clone()]) => {
                step.end = place + 1;
            }
            _ => steps.push(place..place + 1),
        }
    }
    steps
}

/// Whether an answer to one of the others decides if a question is asked, or in which words.
fn depends<T>(question: &Question<T>, others: &[Question<T>]) -> bool {
    others.iter().any(|other| {
        question.when.iter().any(|condition| condition.question == other.id)
            || (question.text_by_category.is_some()
                || question.quote.as_ref().is_some_and(|quote| !quote.of.is_empty()))
                && other.kind == Kind::Nps
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wire::Answer;

    use super::*;

    fn questions(list: Value) -> Vec<Question<String>> {
        serde_json::from_value(list).unwrap()
    }

    /// The score; if it is bad, why, and how to reach the customer; a choice that has nothing to do with it; last words.
    fn branching() -> Vec<Question<String>> {
        questions(json!([
            {"id": "nps", "kind": "nps", "text": ""},
            {"id": "age", "kind": "choice", "text": "", "choices": [{"id": "old", "text": ""}]},
            {"id": "bad", "kind": "comment", "text": "", "when": [{"question": "nps", "at_most": 6}]},
            {"id": "reach", "kind": "contact", "text": "", "when": [{"question": "bad"}]},
            {"id": "last", "kind": "comment", "text": ""}
        ]))
    }

    fn answers(list: &[(&str, i64)]) -> Answers {
        list.iter().map(|(id, number)| ((*id).to_owned(), Answer::Number(*number))).collect()
    }

    #[test]
    fn a_page_ends_before_the_first_question_that_depends_on_it() {
        let questions = branching();
        assert_eq!(cut(&questions, Layout::Page), [0..2, 2..3, 3..5]);
        assert_eq!(cut(&questions, Layout::Steps).len(), 5);
    }

    #[test]
    fn a_question_worded_by_category_waits_for_the_score() {
        let texts = json!({"promoter": "a", "passive": "b", "detractor": "c"});
        let questions = questions(json!([
            {"id": "before", "kind": "comment", "text": "", "text_by_category": texts},
            {"id": "nps", "kind": "nps", "text": "", "text_by_category": texts},
            {"id": "why", "kind": "comment", "text": "", "text_by_category": texts}
        ]));
        assert_eq!(cut(&questions, Layout::Page), [0..2, 2..3]);
    }

    #[test]
    fn what_is_not_asked_is_passed_over() {
        let (questions, answers) = (branching(), answers(&[("nps", 9)]));
        let steps = Steps::new(&questions, Layout::Page, &answers);
        assert_eq!((steps.after(0), steps.asked(2)), (Some(2), vec![4]));
        assert_eq!((steps.before(2), steps.total(), steps.position(4)), (Some(0), 3, 3));
        assert!(!steps.may_go_on(2) && steps.may_go_on(0));
        assert_eq!(steps.find("bad"), 0, "an empty step is none to show");
        assert_eq!((steps.find("reach"), steps.name(2)), (2, "reach"));
    }

    #[test]
    fn nobody_gets_beyond_a_required_question() {
        let (questions, nothing) = (branching(), Answers::new());
        let steps = Steps::new(&questions, Layout::Steps, &nothing);
        assert_eq!((steps.find("last"), steps.find("no such"), steps.find("")), (0, 0, 0));
        assert_eq!(steps.missing(), Some(0));
    }

    #[test]
    fn what_may_come_depends_on_what_is_asked_from_here_on() {
        let questions = questions(json!([
            {"id": "nps", "kind": "nps", "text": ""},
            {"id": "more", "kind": "choice", "text": "", "choices": [{"id": "yes", "text": ""}]},
            {"id": "bad", "kind": "comment", "text": "", "when": [{"question": "nps", "at_most": 6}]}
        ]));
        let answers = answers(&[("nps", 9)]);
        let steps = Steps::new(&questions, Layout::Steps, &answers);
        assert!(!steps.may_go_on(1), "the score has decided");
    }

    #[test]
    fn a_survey_whose_first_step_is_not_asked_begins_with_the_next() {
        let questions = questions(json!([
            {"id": "hello", "kind": "statement", "text": "", "when": [{"question": "nobody"}]},
            {"id": "nps", "kind": "nps", "text": ""}
        ]));
        let nothing = Answers::new();
        assert_eq!(Steps::new(&questions, Layout::Steps, &nothing).find(""), 1);
    }
}
