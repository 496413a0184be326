//! Which answers are valid and which question comes next: run by the widget before sending and by the collector before
//! storing, so that both always agree.
//!
//! Read in this order: here, which questions are asked; `parts`, what their answers are called; `check`, what is wrong
//! with them.

use crate::nps::Score;
use crate::submission::{Answer, Answers};
use crate::survey::{Condition, Kind, Question};

mod check;
mod parts;

pub use check::{CountCharacters, Fault, check, excess, fault};
pub use parts::{OTHER, Part, QUOTES, find, name, parts};

/// The score among the answers: that of the `nps` question, if it has a valid one.
pub fn score<T>(questions: &[Question<T>], answers: &Answers) -> Option<Score> {
    let question = questions.iter().find(|question| question.kind == Kind::Nps)?;
    match answers.get(&question.id) {
        Some(Answer::Number(number)) => Score::try_from(*number).ok(),
        _ => None,
    }
}

/// Whether the survey cannot be completed without an answer to this question.
pub fn is_required<T>(question: &Question<T>) -> bool {
    match question.kind {
        Kind::Nps => true,
        Kind::Statement => false,
        _ => question.required,
    }
}

/// Whether this question has an answer; spaces are none, and a name alone is none to how somebody can be reached.
pub fn is_answered<T>(question: &Question<T>, answers: &Answers) -> bool {
    let mut told = parts(question).into_iter().filter(|part| match part {
        Part::Whole | Part::Email | Part::Phone => true,
        Part::Name => question.contact_fields().len() == 1,
        Part::Other | Part::Consent | Part::Quote => false,
    });
    told.any(|part| has(answers.get(&name(question, part))))
}

fn has(answer: Option<&Answer>) -> bool {
    match answer {
        Some(Answer::Text(text)) => !text.trim().is_empty(),
        Some(Answer::List(list)) => !list.is_empty(),
        Some(Answer::Flag(flag)) => *flag,
        Some(Answer::Number(_)) => true,
        None => false,
    }
}

/// Whether the survey can't go on without an answer to this question, and it has none.
pub fn is_missing<T>(question: &Question<T>, answers: &Answers) -> bool {
    is_required(question) && !is_answered(question, answers)
}

/// The questions that these answers lead to, by their places in the survey, in order.
pub fn path<T>(questions: &[Question<T>], answers: &Answers) -> Vec<usize> {
    let mut path = Vec::new();
    for (index, question) in questions.iter().enumerate() {
        let asked = path.iter().map(|index: &usize| &questions[*index]);
        if question.when.iter().all(|condition| {
            let earlier = asked.clone().find(|earlier| earlier.id == condition.question);
            earlier.is_some_and(|earlier| holds(condition, earlier, answers))
        }) {
            path.push(index);
        }
    }
    path
}

fn holds<T>(condition: &Condition, question: &Question<T>, answers: &Answers) -> bool {
    let Condition { question: _, category, any_of, at_least, at_most } = condition;
    let answer = answers.get(&question.id);
    let number = match answer {
        Some(Answer::Number(number)) => Some(*number),
        _ => None,
    };
    let in_category = || number.and_then(|number| Score::try_from(number).ok()).map(Score::category);
    let chosen = |id: &String| match answer {
        Some(Answer::Text(text)) => text == id,
        Some(Answer::List(list)) => list.contains(id),
        _ => false,
    };
    is_answered(question, answers)
        && (category.is_empty() || in_category().is_some_and(|found| category.contains(&found)))
        && (any_of.is_empty() || any_of.iter().any(chosen))
        && at_least.is_none_or(|least| number.is_some_and(|number| number >= i64::from(least)))
        && at_most.is_none_or(|most| number.is_some_and(|number| number <= i64::from(most)))
}

/// The questions that can be shown at once: the path up to the first required one without an answer, that one too.
pub fn reached<T>(questions: &[Question<T>], answers: &Answers) -> Vec<usize> {
    let mut path = path(questions, answers);
    let open = path.iter().position(|index| is_missing(&questions[*index], answers));
    path.truncate(open.map_or(path.len(), |open| open + 1));
    path
}

/// Whether the customer can be asked if the words of this comment may be quoted: there are some.
pub fn asks_to_quote<T>(questions: &[Question<T>], question: &Question<T>, answers: &Answers) -> bool {
    question.asks_to_quote(score(questions, answers).map(Score::category)) && is_answered(question, answers)
}

/// Forgets the answers to questions that the others don't lead to any more.
pub fn prune<T>(questions: &[Question<T>], answers: &mut Answers) {
    let path = path(questions, answers);
    answers.retain(|id, _| find(questions, id).is_none_or(|(index, _)| path.contains(&index)));
    for question in questions {
        if question.quote.is_some() && !asks_to_quote(questions, question, answers) {
            answers.remove(&name(question, Part::Quote));
        }
    }
}

#[cfg(test)]
mod tests;
