//! Which questions are asked, and which answers are refused, one rule at a time.

use proptest::prelude::*;

use super::*;
use crate::survey::Kind;

/// A score; why not better, of detractors; what else, of those who chose something; how to reach whom is dissatisfied.
fn questions() -> Vec<Question<String>> {
    let json = r#"[
        {"id": "nps", "kind": "nps", "text": "NPS"},
        {"id": "why", "kind": "comment", "required": true, "text": "WHY", "max_length": 10},
        {"id": "reasons", "kind": "choices", "text": "REASONS", "other": "Something else",
         "choices": [{"id": "price", "text": "Price"}, {"id": "speed", "text": "Speed"}],
         "when": [{"question": "nps", "category": ["detractor"]}]},
        {"id": "price", "kind": "rating", "text": "PRICE", "points": 3,
         "when": [{"question": "reasons", "any_of": ["price"]}]},
        {"id": "thanks", "kind": "statement", "text": "THANKS", "required": true,
         "when": [{"question": "nps", "at_least": 9}]},
        {"id": "reach", "kind": "contact", "text": "REACH", "consent": "Yes", "fields": ["name", "email", "phone"],
         "when": [{"question": "nps", "at_most": 6}]}
    ]"#;
    serde_json::from_str(json).unwrap()
}

fn answers(json: &str) -> Answers {
    serde_json::from_str(json).unwrap()
}

fn count(text: &str) -> usize {
    text.chars().count()
}

fn found(json: &str, complete: bool) -> Vec<String> {
    let problems = check(&questions(), &answers(json), complete, &count);
    problems.into_iter().map(|problem| format!("{}: {}", problem.path, problem.detail)).collect()
}

fn asked(which: impl Fn(&[Question<String>], &Answers) -> Vec<usize>, json: &str) -> Vec<String> {
    let questions = questions();
    which(&questions, &answers(json)).into_iter().map(|index| questions[index].id.clone()).collect()
}

#[test]
fn a_score_alone_is_valid_until_the_survey_is_to_be_complete() {
    assert_eq!(found(r#"{"nps": 9}"#, false), [""; 0]);
    assert_eq!(found(r#"{"nps": 9}"#, true), ["answers.why: an answer is required"]);
    assert_eq!(found(r#"{"why": "x"}"#, true), ["answers.nps: an answer is required"]);
}

#[test]
fn every_wrong_answer_is_named() {
    assert_eq!(
        found(r#"{"nps": 11, "why": 3, "colour": "red"}"#, false),
        [
            "answers.colour: the survey has no such question",
            "answers.nps: a score is a whole number from 0 to 10, not 11",
            "answers.why: this is a text, not a number",
        ]
    );
    assert_eq!(
        found(r#"{"nps": "9"}"#, false),
        ["answers.nps: a score is a whole number from 0 to 10, not a text"]
    );
    assert_eq!(
        found(r#"{"nps": 1, "why": "eleven char"}"#, false),
        ["answers.why: 1 characters over the limit of 10"]
    );
    assert_eq!(
        found(r#"{"nps": 1, "reasons": ["price"], "price": 4}"#, false),
        ["answers.price: rating takes a whole number from 1 to 3, not 4"]
    );
}

#[test]
fn a_choice_is_one_that_was_offered() {
    assert_eq!(
        found(r#"{"nps": 1, "reasons": ["price", "other"], "reasons_other": "Rain"}"#, false),
        [""; 0]
    );
    assert_eq!(
        found(r#"{"nps": 1, "reasons": ["colour"]}"#, false),
        ["answers.reasons: \"colour\" is none of its choices"]
    );
    assert_eq!(
        found(r#"{"nps": 1, "reasons": ["price", "price"]}"#, false),
        ["answers.reasons: \"price\" is there twice"]
    );
    assert_eq!(
        found(r#"{"nps": 1, "reasons": "price"}"#, false),
        ["answers.reasons: choices takes a list of ids, not a text"]
    );
    assert_eq!(
        found(r#"{"nps": 1, "price_other": "x"}"#, false),
        ["answers.price_other: the survey has no such question"]
    );
}

#[test]
fn nobody_is_contacted_without_consent() {
    let without = r#"{"nps": 1, "reach_email": "a@b.example"}"#;
    let said =
        "answers.reach_consent: details to reach the customer by are taken with the customer's consent only";
    assert_eq!(found(without, false), [said]);
    assert_eq!(found(r#"{"nps": 1, "reach_email": "a@b.example", "reach_consent": false}"#, false), [said]);
    assert_eq!(found(r#"{"nps": 1, "reach_email": "a@b.example", "reach_consent": true}"#, false), [""; 0]);
    assert_eq!(found(r#"{"nps": 1, "reach_email": " "}"#, false), [""; 0]);
}

#[test]
fn what_cannot_reach_anybody_is_refused() {
    for bad in ["a", "a@b", "@b.example", "a b@c.example", "a@b..example", "Ann <a@b.example>"] {
        let json = format!(r#"{{"reach_email": "{bad}", "reach_consent": true}}"#);
        assert_eq!(found(&json, false).len(), 1, "{bad}");
    }
    for (phone, faults) in [("+44 (0)1632 960140", 0), ("٠١٢٣٤٥", 0), ("1234", 1), ("call me 12345", 1)]
    {
        let json = format!(r#"{{"reach_phone": "{phone}", "reach_consent": true}}"#);
        assert_eq!(found(&json, false).len(), faults, "{phone}");
    }
}

#[test]
fn spaces_do_not_answer_a_required_question() {
    assert_eq!(found(r#"{"nps": 9, "why": "  "}"#, true), ["answers.why: an answer is required"]);
}

#[test]
fn the_next_question_waits_for_the_required_one() {
    assert_eq!(asked(reached, "{}"), ["nps"]);
    assert_eq!(asked(reached, r#"{"nps": 0}"#), ["nps", "why"]);
    assert_eq!(asked(reached, r#"{"nps": 0, "why": "slow"}"#), ["nps", "why", "reasons", "reach"]);
}

#[test]
fn the_answers_decide_what_is_asked_next() {
    assert_eq!(asked(path, "{}"), ["nps", "why"]);
    assert_eq!(asked(path, r#"{"nps": 9}"#), ["nps", "why", "thanks"]);
    assert_eq!(asked(path, r#"{"nps": 7}"#), ["nps", "why"]);
    assert_eq!(asked(path, r#"{"nps": 6}"#), ["nps", "why", "reasons", "reach"]);
    assert_eq!(
        asked(path, r#"{"nps": 6, "reasons": ["price"]}"#),
        ["nps", "why", "reasons", "price", "reach"]
    );
}

#[test]
fn an_answer_to_a_question_no_longer_asked_counts_for_nothing() {
    let json =
        r#"{"nps": 9, "reasons": ["price", "other"], "reasons_other": "Rain", "price": 1, "why": "x"}"#;
    assert_eq!(asked(path, json), ["nps", "why", "thanks"]);
    let mut pruned = answers(json);
    prune(&questions(), &mut pruned);
    assert_eq!(pruned, answers(r#"{"nps": 9, "why": "x"}"#));
}

#[test]
fn a_number_with_a_fraction_is_no_answer() {
    let error = serde_json::from_str::<Answers>(r#"{"nps": 9.5}"#).unwrap_err().to_string();
    assert!(error.contains("expected a whole number, a text"), "{error}");
    assert_eq!(answers(r#"{"nps": 9.0}"#), answers(r#"{"nps": 9}"#));
}

#[test]
fn every_kind_of_answer_survives_the_way() {
    let all = answers(r#"{"a": 9, "b": "x", "c": ["x", "y"], "d": true}"#);
    assert_eq!(serde_json::from_str::<Answers>(&serde_json::to_string(&all).unwrap()).unwrap(), all);
}

proptest! {
    #[test]
    fn what_passes_the_check_as_complete_has_a_score(nps in -3i64..14, why in ".{0,12}", complete: bool) {
        let answers = Answers::from([("nps".into(), Answer::Number(nps)), ("why".into(), Answer::Text(why))]);
        let valid = check(&questions(), &answers, complete, &count).is_empty();
        prop_assert!(!valid || score(&questions(), &answers).is_some());
    }

    #[test]
    fn forgetting_what_is_not_asked_changes_nothing_that_is(
        nps in 0i64..=10, price: bool, rating in 1i64..=3, why in "[a-z]{0,3}",
    ) {
        let questions = questions();
        let mut answers = Answers::from([
            ("nps".into(), Answer::Number(nps)),
            ("why".into(), Answer::Text(why)),
            ("reasons".into(), Answer::List(if price { vec!["price".into()] } else { vec![] })),
            ("price".into(), Answer::Number(rating)),
        ]);
        let before = path(&questions, &answers);
        prune(&questions, &mut answers);
        prop_assert_eq!(path(&questions, &answers), before);
        prop_assert!(check(&questions, &answers, false, &count).is_empty());
    }

    #[test]
    fn every_answer_is_found_by_its_name(index in 0..6_usize) {
        let questions = questions();
        for part in parts(&questions[index]) {
            prop_assert_eq!(find(&questions, &name(&questions[index], part)), Some((index, part)));
        }
    }
}

#[test]
fn kinds_have_the_names_that_surveys_use() {
    for question in questions() {
        assert_eq!(serde_json::to_value(question.kind).unwrap(), question.kind.as_str());
    }
    assert!(!is_required(&Question { kind: Kind::Statement, ..questions()[4].clone() }));
}
