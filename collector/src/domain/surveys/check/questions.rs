//! Questions: what belongs to which kind, and what their answers are called.

use std::collections::BTreeMap;

use wire::survey::Choice;
use wire::{Kind, Localised, Question, rules};

use super::Findings;
use crate::domain::names::is_key;

/// The most that a question can offer.
const MAX_CHOICES: usize = 50;

impl Findings<'_> {
    pub(super) fn questions(&mut self) {
        let questions = &self.survey.questions;
        let scores = questions.iter().filter(|question| question.kind == Kind::Nps).count();
        if scores != 1 {
            self.add("questions", format!("exactly one question of kind \"nps\", not {scores}"));
        }
        for (i, question) in questions.iter().enumerate() {
            let path = format!("questions[{i}]");
            self.id(&path, i, question);
            self.texts(&path, question);
            self.scale(&path, question);
            self.choices(&path, question);
            self.contact(&path, question);
            self.quote(&path, i, question);
            self.length(&path, question);
            self.conditions(&path, i, question);
        }
        self.answer_names();
        self.room();
    }

    fn id(&mut self, path: &str, place: usize, question: &Question<Localised>) {
        if !is_key(&question.id) {
            self.add(
                format!("{path}.id"),
                "1 to 64 lower-case letters, digits and _, beginning with a letter",
            );
        } else if self.survey.questions[..place].iter().any(|other| other.id == question.id) {
            self.add(format!("{path}.id"), format!("{:?} is used by two questions", question.id));
        }
    }

    fn texts(&mut self, path: &str, question: &Question<Localised>) {
        self.text(&format!("{path}.text"), &question.text);
        if let Some(texts) = &question.text_by_category {
            self.text(&format!("{path}.text_by_category.promoter"), &texts.promoter);
            self.text(&format!("{path}.text_by_category.passive"), &texts.passive);
            self.text(&format!("{path}.text_by_category.detractor"), &texts.detractor);
        }
    }

    fn scale(&mut self, path: &str, question: &Question<Localised>) {
        for (name, text) in [("low", &question.low), ("high", &question.high)] {
            if question.range().is_none() {
                self.stray(path, name, text.is_some(), question.kind, "has no scale to name the ends of");
            } else if let Some(text) = text {
                self.text(&format!("{path}.{name}"), text);
            }
        }
        if question.kind != Kind::Rating {
            let why = "is not drawn as stars, smileys or numbers: only a rating is";
            self.stray(path, "look", question.look.is_some(), question.kind, why);
            let why = "has no number of points: only a rating has";
            self.stray(path, "points", question.points.is_some(), question.kind, why);
        } else if let Some(points) = question.points
            && !(2..=10).contains(&points)
        {
            self.add(format!("{path}.points"), format!("{points}: the best answer is from 2 to 10"));
        }
    }

    fn choices(&mut self, path: &str, question: &Question<Localised>) {
        if !matches!(question.kind, Kind::Choice | Kind::Choices) {
            let why = "has nothing to choose from";
            self.stray(path, "choices", !question.choices.is_empty(), question.kind, why);
            self.stray(path, "other", question.other.is_some(), question.kind, why);
            return;
        }
        let count = question.choices.len();
        let offered = count + usize::from(question.other.is_some());
        if !(1..=MAX_CHOICES).contains(&count) {
            self.add(format!("{path}.choices"), format!("1 to {MAX_CHOICES} of them, not {count}"));
        } else if question.kind == Kind::Choice && offered < 2 {
            self.add(format!("{path}.choices"), "a choice has two answers at least");
        }
        for (i, choice) in question.choices.iter().enumerate() {
            self.choice(&format!("{path}.choices[{i}]"), choice, &question.choices[..i]);
        }
        if let Some(other) = &question.other {
            self.text(&format!("{path}.other"), other);
        }
    }

    fn choice(&mut self, path: &str, choice: &Choice<Localised>, before: &[Choice<Localised>]) {
        if !is_key(&choice.id) {
            self.add(
                format!("{path}.id"),
                "1 to 64 lower-case letters, digits and _, beginning with a letter",
            );
        } else if choice.id == rules::OTHER {
            let detail = "\"other\" is the customer's own words: give the question an `other` instead";
            self.add(format!("{path}.id"), detail);
        } else if before.iter().any(|earlier| earlier.id == choice.id) {
            self.add(format!("{path}.id"), format!("{:?} is used by two choices", choice.id));
        }
        self.text(&format!("{path}.text"), &choice.text);
    }

    fn contact(&mut self, path: &str, question: &Question<Localised>) {
        if question.kind != Kind::Contact {
            let why = "does not ask how to reach the customer";
            self.stray(path, "fields", !question.fields.is_empty(), question.kind, why);
            self.stray(path, "consent", question.consent.is_some(), question.kind, why);
            return;
        }
        for (i, field) in question.fields.iter().enumerate() {
            if question.fields[..i].contains(field) {
                self.add(format!("{path}.fields[{i}]"), format!("{:?} is named twice", field.as_str()));
            }
        }
        match &question.consent {
            Some(consent) => self.text(&format!("{path}.consent"), consent),
            None => {
                let detail =
                    "what the customer agrees to by ticking the box: without it nothing can be taken";
                self.add(format!("{path}.consent"), detail);
            }
        }
    }

    fn quote(&mut self, path: &str, place: usize, question: &Question<Localised>) {
        let Some(quote) = &question.quote else { return };
        if question.kind != Kind::Comment {
            self.stray(path, "quote", true, question.kind, "has no words of the customer's to be quoted");
        } else if self.survey.questions[..place].iter().any(|earlier| earlier.quote.is_some()) {
            self.add(
                format!("{path}.quote"),
                "one comment of a survey can be quoted, and another already is",
            );
        }
        let Some(text) = &quote.text else { return };
        self.text(&format!("{path}.quote.text"), text);
        if text.values().any(|text| text.contains('{')) {
            let detail = "no personal words: what the customer agrees to is kept as it is written here";
            self.add(format!("{path}.quote.text"), detail);
        }
    }

    fn length(&mut self, path: &str, question: &Question<Localised>) {
        let most = self.limits.comment_characters;
        if !takes_text(question) {
            let given = question.max_length.is_some();
            self.stray(path, "max_length", given, question.kind, "takes no text");
        } else if !(1..=most).contains(&question.longest()) {
            self.add(
                format!("{path}.max_length"),
                format!("1 to {most} characters (limits.comment_characters)"),
            );
        }
    }

    /// Something that a question of this kind cannot have, if it was given.
    fn stray(&mut self, path: &str, field: &str, given: bool, kind: Kind, why: &str) {
        if given {
            let article = if kind == Kind::Nps { "an" } else { "a" };
            self.add(format!("{path}.{field}"), format!("{article} {} {why}", kind.as_str()));
        }
    }

    /// Each answer has a name of its own, also those that are put together from a question's id and a field.
    fn answer_names(&mut self) {
        let mut taken: BTreeMap<String, &str> = BTreeMap::new();
        for (i, question) in self.survey.questions.iter().enumerate() {
            for part in rules::parts(question) {
                let name = rules::name(question, part);
                match taken.get(&name) {
                    // That the ids are the same was said already.
                    Some(other) if *other == question.id => {}
                    Some(other) => {
                        let detail = format!("its answer {name:?} would be called as one to {other:?}");
                        self.add(format!("questions[{i}].id"), detail);
                    }
                    None => drop(taken.insert(name, &question.id)),
                }
            }
        }
    }
}

/// Whether a customer can write something.
pub(super) fn takes_text(question: &Question<Localised>) -> bool {
    match question.kind {
        Kind::Comment | Kind::Contact => true,
        Kind::Choice | Kind::Choices => question.other.is_some(),
        _ => false,
    }
}
