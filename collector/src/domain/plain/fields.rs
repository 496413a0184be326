//! What a posted form means: names and values of fields to answers, and what is wrong with them.

use wire::rules::{self, Fault, OTHER, Part};
use wire::{Answer, Answers, Kind, Question};

use crate::domain::count_characters;

/// The answers in the fields of a form that asked these questions. Empty fields are no answers; a number that is none
/// is a text, which the rules then refuse.
pub fn read<T>(questions: &[&Question<T>], fields: &[(String, String)]) -> Answers {
    let mut answers = Answers::new();
    for question in questions {
        for part in rules::parts(question) {
            let name = rules::name(question, part);
            let values: Vec<String> = fields
                .iter()
                .filter(|(field, value)| *field == name && !value.trim().is_empty())
                // Forms are sent with the line ends of teleprinters.
                .map(|(_, value)| value.replace("\r\n", "\n"))
                .collect();
            if let Some(answer) = answer(question, part, values) {
                answers.insert(name, answer);
            }
        }
        choose_other(question, &mut answers);
    }
    answers
}

fn answer<T>(question: &Question<T>, part: Part, mut values: Vec<String>) -> Option<Answer> {
    if part == Part::Whole && question.kind == Kind::Choices {
        values.sort();
        values.dedup();
        return (!values.is_empty()).then_some(Answer::List(values));
    }
    let first = values.into_iter().next()?;
    Some(match part {
        Part::Consent => Answer::Flag(true),
        Part::Whole if question.range().is_some() => {
            first.trim().parse().map_or(Answer::Text(first), Answer::Number)
        }
        _ => Answer::Text(first),
    })
}

/// Who wrote something beside `other` has chosen it, and who has chosen something else has not written it.
fn choose_other<T>(question: &Question<T>, answers: &mut Answers) {
    let written = rules::name(question, Part::Other);
    if !answers.contains_key(&written) {
        return;
    }
    match (question.kind, answers.get_mut(&question.id)) {
        (Kind::Choices, Some(Answer::List(list))) if !list.iter().any(|id| id == OTHER) => {
            list.push(OTHER.to_owned());
        }
        (Kind::Choices, None) => {
            answers.insert(question.id.clone(), Answer::List(vec![OTHER.to_owned()]));
        }
        (Kind::Choice, None) => {
            answers.insert(question.id.clone(), Answer::Text(OTHER.to_owned()));
        }
        (Kind::Choice, Some(Answer::Text(chosen))) if chosen != OTHER => {
            answers.remove(&written);
        }
        _ => {}
    }
}

/// What was known and what was posted, together.
#[derive(Debug, PartialEq, Eq)]
pub struct Merged {
    /// Everything that is answered now.
    pub answers: Answers,
    /// What the post changes, for an incomplete submission: an answer taken back is empty there, since such a
    /// submission can only add.
    pub changes: Answers,
}

/// Puts the answers that a form with these questions brought in place of those known before. A choice between circles
/// can't be taken back, so one that was not posted was not changed.
pub fn merge<T>(known: &Answers, questions: &[&Question<T>], posted: Answers) -> Merged {
    let mut answers = known.clone();
    let mut changes = posted;
    for question in questions {
        for part in rules::parts(question) {
            let name = rules::name(question, part);
            let empty = match known.get(&name) {
                Some(Answer::List(_)) => Answer::List(Vec::new()),
                Some(Answer::Flag(_)) => Answer::Flag(false),
                Some(Answer::Text(_)) if part != Part::Whole || question.kind == Kind::Comment => {
                    Answer::Text(String::new())
                }
                _ => continue,
            };
            answers.remove(&name);
            if !changes.contains_key(&name) {
                changes.insert(name, empty);
            }
        }
    }
    answers.extend(
        changes.iter().filter(|(_, answer)| !is_empty(answer)).map(|(name, it)| (name.clone(), it.clone())),
    );
    changes.retain(|name, answer| known.get(name) != Some(answer));
    Merged { answers, changes }
}

fn is_empty(answer: &Answer) -> bool {
    match answer {
        Answer::Text(text) => text.is_empty(),
        Answer::List(list) => list.is_empty(),
        Answer::Flag(flag) => !flag,
        Answer::Number(_) => false,
    }
}

/// Something on a page that isn't right yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The question's place.
    pub question: usize,
    /// Which of its fields.
    pub part: Part,
    /// What a customer can get wrong; nothing, if the answer is missing or is none at all.
    pub fault: Option<Fault>,
    /// Whether there is no answer.
    pub missing: bool,
}

/// What is wrong with the answers to these questions, by the rules that the collector applies to every submission.
pub fn mistakes<T>(questions: &[Question<T>], asked: &[usize], answers: &Answers) -> Vec<Mistake> {
    let refused = rules::check(questions, answers, true, &count_characters);
    let refused: Vec<&str> =
        refused.iter().filter_map(|problem| problem.path.strip_prefix("answers.")).collect();
    let mut found = Vec::new();
    for place in asked {
        let question = &questions[*place];
        for part in rules::parts(question) {
            if refused.contains(&&*rules::name(question, part)) {
                let fault = rules::fault(question, part, answers, &count_characters);
                let missing = fault.is_none() && rules::is_missing(question, answers);
                found.push(Mistake { question: *place, part, fault, missing });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn questions() -> Vec<Question<String>> {
        let choices = json!([{"id": "a", "text": ""}, {"id": "b", "text": ""}]);
        serde_json::from_value(json!([
            {"id": "nps", "kind": "nps", "text": ""},
            {"id": "one", "kind": "choice", "text": "", "choices": choices, "other": ""},
            {"id": "any", "kind": "choices", "text": "", "choices": choices, "other": ""},
            {"id": "why", "kind": "comment", "text": "", "max_length": 5, "required": true},
            {"id": "reach", "kind": "contact", "text": "", "consent": "yes"}
        ]))
        .unwrap()
    }

    fn posted(body: &[(&str, &str)]) -> Answers {
        let fields: Vec<_> = body.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        read(&questions().iter().collect::<Vec<_>>(), &fields)
    }

    fn of(json: Value) -> Answers {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn every_kind_of_field_is_read() {
        let body = [
            ("nps", "9"),
            ("one", "b"),
            ("any", "b"),
            ("any", "a"),
            ("why", "1\r\n2"),
            ("reach_email", "a@example.com"),
            ("reach_phone", " "),
            ("reach_consent", "yes"),
            ("stranger", "x"),
        ];
        let expected = json!({
            "nps": 9, "one": "b", "any": ["a", "b"], "why": "1\n2", "reach_email": "a@example.com", "reach_consent": true
        });
        assert_eq!(posted(&body), of(expected));
        assert_eq!(posted(&[("nps", "nine")]), of(json!({"nps": "nine"})), "the rules are to refuse it");
    }

    #[test]
    fn what_is_written_beside_other_chooses_it_unless_something_else_was_chosen() {
        assert_eq!(posted(&[("one_other", "x")]), of(json!({"one": "other", "one_other": "x"})));
        assert_eq!(posted(&[("one", "a"), ("one_other", "x")]), of(json!({"one": "a"})));
        assert_eq!(posted(&[("any_other", "x")]), of(json!({"any": ["other"], "any_other": "x"})));
        let both = of(json!({"any": ["a", "other"], "any_other": "x"}));
        assert_eq!(posted(&[("any", "a"), ("any_other", "x")]), both);
    }

    #[test]
    fn an_answer_that_is_taken_back_is_sent_empty_and_is_gone() {
        let questions = questions();
        let known = of(json!({"nps": 3, "any": ["a"], "why": "slow", "reach_consent": true, "old": "kept"}));
        let asked: Vec<_> = questions.iter().collect();
        let merged = merge(&known, &asked, of(json!({"why": "fast"})));
        assert_eq!(merged.answers, of(json!({"nps": 3, "why": "fast", "old": "kept"})));
        assert_eq!(merged.changes, of(json!({"why": "fast", "any": [], "reach_consent": false})));
    }

    #[test]
    fn the_same_again_changes_nothing() {
        let questions = questions();
        let known = of(json!({"nps": 3, "why": "slow"}));
        let merged = merge(&known, &questions.iter().collect::<Vec<_>>(), known.clone());
        assert_eq!((merged.answers, merged.changes), (known, Answers::new()));
    }

    #[test]
    fn mistakes_are_those_of_the_questions_on_the_page() {
        let questions = questions();
        let answers = of(json!({"why": "too long", "reach_email": "nobody", "one": "z"}));
        let found = |asked: &[usize]| -> Vec<(usize, Part, Option<Fault>, bool)> {
            let found = mistakes(&questions, asked, &answers).into_iter();
            found.map(|it| (it.question, it.part, it.fault, it.missing)).collect()
        };
        assert_eq!(found(&[0]), [(0, Part::Whole, None, true)]);
        assert_eq!(
            found(&[1, 3, 4]),
            [
                (1, Part::Whole, None, false),
                (3, Part::Whole, Some(Fault::TooLong(3)), false),
                (4, Part::Email, Some(Fault::Email), false),
                (4, Part::Consent, Some(Fault::Consent), false),
            ]
        );
    }
}
