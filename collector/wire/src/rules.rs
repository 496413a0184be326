//! Which answers are valid and which question comes next: run by the widget before sending and by the collector before
//! storing, so that both always agree.

use crate::nps::Score;
use crate::problem::FieldProblem;
use crate::submission::{Answer, Answers};
use crate::survey::{Kind, Question};

/// Counts the characters of a text as people see them: extended grapheme clusters of Unicode UAX #29.
///
/// The tables for this are large and every browser has them (`Intl.Segmenter`), so each side brings its own.
pub type CountCharacters<'a> = &'a dyn Fn(&str) -> usize;

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
    question.required || question.kind == Kind::Nps
}

/// How many of the questions, from the first on, are to be shown: all up to the first required one without an answer.
pub fn reached<T>(questions: &[Question<T>], answers: &Answers) -> usize {
    let open = questions.iter().position(|question| is_required(question) && !is_answered(question, answers));
    open.map_or(questions.len(), |index| index + 1)
}

/// Whether this question has an answer; spaces are none.
pub fn is_answered<T>(question: &Question<T>, answers: &Answers) -> bool {
    match answers.get(&question.id) {
        Some(Answer::Text(text)) => !text.trim().is_empty(),
        Some(Answer::Number(_)) => true,
        None => false,
    }
}

/// Everything that is wrong with these answers; nothing, if they can be stored.
///
/// Paths begin with `answers.`. With `complete`, a required question without an answer is a problem too.
pub fn check<T>(
    questions: &[Question<T>],
    answers: &Answers,
    complete: bool,
    count: CountCharacters<'_>,
) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    for (id, answer) in answers {
        let wrong = match questions.iter().find(|question| question.id == *id) {
            None => Some("the survey has no such question".to_owned()),
            Some(question) => check_answer(question, answer, count),
        };
        problems.extend(wrong.map(|detail| FieldProblem::new(format!("answers.{id}"), detail)));
    }
    if complete {
        let missing =
            questions.iter().filter(|question| is_required(question) && !is_answered(question, answers));
        problems.extend(
            missing.map(|question| {
                FieldProblem::new(format!("answers.{}", question.id), "an answer is required")
            }),
        );
    }
    problems
}

fn check_answer<T>(question: &Question<T>, answer: &Answer, count: CountCharacters<'_>) -> Option<String> {
    match (question.kind, answer) {
        (Kind::Nps, Answer::Number(number)) => {
            Score::try_from(*number).err().map(|why| format!("{why}, not {number}"))
        }
        (Kind::Nps, Answer::Text(_)) => Some("a score is a whole number from 0 to 10, not a text".into()),
        (Kind::Comment, Answer::Number(_)) => Some("a comment is a text, not a number".into()),
        (Kind::Comment, Answer::Text(text)) => {
            let over = excess(question, text, count);
            (over > 0).then(|| format!("{over} characters over the limit of {}", question.max_length))
        }
    }
}

/// By how many characters a comment is longer than its question allows; 0 if it is not.
pub fn excess<T>(question: &Question<T>, text: &str, count: CountCharacters<'_>) -> usize {
    let limit = question.max_length as usize;
    // A character people see has at least one byte: most texts need no counting.
    if text.len() <= limit { 0 } else { count(text).saturating_sub(limit) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn questions() -> Vec<Question<String>> {
        let question = |id: &str, kind, required| Question {
            id: id.into(),
            kind,
            required,
            text: id.to_uppercase(),
            text_by_category: None,
            low: None,
            high: None,
            max_length: 10,
        };
        vec![
            question("nps", Kind::Nps, false),
            question("why", Kind::Comment, true),
            question("more", Kind::Comment, false),
        ]
    }

    fn answers(json: &str) -> Answers {
        serde_json::from_str(json).unwrap()
    }

    fn paths(json: &str, complete: bool) -> Vec<String> {
        let count = |text: &str| text.chars().count();
        check(&questions(), &answers(json), complete, &count)
            .into_iter()
            .map(|p| format!("{}: {}", p.path, p.detail))
            .collect()
    }

    #[test]
    fn a_score_alone_is_valid_until_the_survey_is_to_be_complete() {
        assert_eq!(paths(r#"{"nps": 9}"#, false), [""; 0]);
        assert_eq!(paths(r#"{"nps": 9}"#, true), ["answers.why: an answer is required"]);
        assert_eq!(paths(r#"{"why": "x"}"#, true), ["answers.nps: an answer is required"]);
    }

    #[test]
    fn every_wrong_answer_is_named() {
        assert_eq!(
            paths(r#"{"nps": 11, "why": 3, "more": "eleven char", "colour": "red"}"#, false),
            [
                "answers.colour: the survey has no such question",
                "answers.more: 1 characters over the limit of 10",
                "answers.nps: a score is a whole number from 0 to 10, not 11",
                "answers.why: a comment is a text, not a number",
            ]
        );
        assert_eq!(
            paths(r#"{"nps": "9"}"#, false),
            ["answers.nps: a score is a whole number from 0 to 10, not a text"]
        );
    }

    #[test]
    fn spaces_do_not_answer_a_required_question() {
        assert_eq!(paths(r#"{"nps": 9, "why": "  "}"#, true), ["answers.why: an answer is required"]);
    }

    #[test]
    fn the_next_question_waits_for_the_required_one() {
        let shown = |json| reached(&questions(), &answers(json));
        assert_eq!(shown("{}"), 1);
        assert_eq!(shown(r#"{"nps": 0}"#), 2);
        assert_eq!(shown(r#"{"nps": 0, "why": "slow"}"#), 3);
    }

    #[test]
    fn a_number_with_a_fraction_is_no_answer() {
        let error = serde_json::from_str::<Answers>(r#"{"nps": 9.5}"#).unwrap_err().to_string();
        assert!(error.contains("expected a whole number or a text"), "{error}");
        assert_eq!(answers(r#"{"nps": 9.0}"#), answers(r#"{"nps": 9}"#));
    }

    proptest! {
        #[test]
        fn what_passes_the_check_as_complete_has_a_score(nps in -3i64..14, why in ".{0,12}", complete: bool) {
            let answers = Answers::from([("nps".into(), Answer::Number(nps)), ("why".into(), Answer::Text(why))]);
            let valid = check(&questions(), &answers, complete, &|text| text.chars().count()).is_empty();
            prop_assert!(!valid || score(&questions(), &answers).is_some());
        }
    }
}
