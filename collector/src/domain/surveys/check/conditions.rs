//! When a question is asked: each condition can be met by an answer to a question that comes before.

use wire::{Kind, Localised, Question, rules, survey::Condition};

use super::Findings;

impl Findings<'_> {
    pub(super) fn conditions(&mut self, path: &str, place: usize, question: &Question<Localised>) {
        if question.kind == Kind::Nps && !question.when.is_empty() {
            self.add(
                format!("{path}.when"),
                "the nps question is asked of everybody: it can have no conditions",
            );
            return;
        }
        let questions = &self.survey.questions;
        for (i, condition) in question.when.iter().enumerate() {
            let path = format!("{path}.when[{i}]");
            let asked = questions.iter().position(|other| other.id == condition.question);
            match asked {
                Some(asked) if asked < place => self.condition(&path, condition, &questions[asked]),
                Some(_) => {
                    let detail = format!("{:?} is not asked before this question", condition.question);
                    self.add(format!("{path}.question"), detail);
                }
                None => {
                    let detail = format!("there is no question {:?}", condition.question);
                    self.add(format!("{path}.question"), detail);
                }
            }
        }
    }

    fn condition(&mut self, path: &str, condition: &Condition, asked: &Question<Localised>) {
        let Condition { question: _, category, any_of, at_least, at_most } = condition;
        let (id, kind) = (&asked.id, asked.kind.as_str());
        if asked.kind == Kind::Statement {
            self.add(format!("{path}.question"), format!("{id:?} is a statement, which has no answer"));
            return;
        }
        if !category.is_empty() && asked.kind != Kind::Nps {
            let detail = format!("{id:?} is a {kind}: only the score of the nps question has a category");
            self.add(format!("{path}.category"), detail);
        }
        self.any_of(&format!("{path}.any_of"), any_of, asked);
        for (name, bound) in [("at_least", at_least), ("at_most", at_most)] {
            let Some(bound) = bound else { continue };
            match asked.range() {
                None => {
                    let detail = format!("{id:?} is a {kind}, which is not answered by a number");
                    self.add(format!("{path}.{name}"), detail);
                }
                Some((least, most)) if !(least..=most).contains(bound) => {
                    let detail = format!("{bound}: {id:?} is answered from {least} to {most}");
                    self.add(format!("{path}.{name}"), detail);
                }
                Some(_) => {}
            }
        }
        if let (Some(least), Some(most)) = (at_least, at_most)
            && least > most
        {
            self.add(format!("{path}.at_least"), format!("no number is {least} or more and {most} or less"));
        }
    }

    fn any_of(&mut self, path: &str, any_of: &[String], asked: &Question<Localised>) {
        let id = &asked.id;
        if !any_of.is_empty() && !matches!(asked.kind, Kind::Choice | Kind::Choices) {
            self.add(path, format!("{id:?} is a {}, which has no choices", asked.kind.as_str()));
            return;
        }
        for (i, wanted) in any_of.iter().enumerate() {
            let offered = asked.choices.iter().any(|choice| choice.id == *wanted)
                || asked.other.is_some() && wanted == rules::OTHER;
            if !offered {
                self.add(format!("{path}[{i}]"), format!("{wanted:?} is none of the choices of {id:?}"));
            }
        }
    }
}
