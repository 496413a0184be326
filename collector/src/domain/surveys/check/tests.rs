//! What is said of surveys that are not sound, one rule at a time.

use serde_json::{Value, json};
use wire::Question;

use super::*;

pub(in crate::domain::surveys) fn survey() -> Survey {
    let json = r##"{
        "id": "support", "page": "https://example.com/survey.html", "languages": ["en", "ar"],
        "allowed_origins": ["https://example.com"], "personal_words": ["first_name"],
        "questions": [
            {"id": "nps", "kind": "nps", "text": {"en": "How likely, {first_name|you}?", "ar": "سؤال"}},
            {"id": "why", "kind": "comment", "text": {"en": "Why?", "ar": "لماذا؟"}}
        ],
        "thanks": {
            "promoter": {"title": {"en": "a", "ar": "a"}, "text": {"en": "a", "ar": "a"}},
            "passive": {"title": {"en": "b", "ar": "b"}, "text": {"en": "b", "ar": "b"}},
            "detractor": {"title": {"en": "c", "ar": "c"}, "text": {"en": "c", "ar": "c"}}
        }
    }"##;
    serde_json::from_str(json).unwrap()
}

fn listed(survey: &Survey) -> Vec<String> {
    let problems = check(survey, &Limits::default(), None);
    problems.into_iter().map(|problem| format!("{}: {}", problem.path, problem.detail)).collect()
}

pub(super) fn found(change: impl FnOnce(&mut Survey)) -> Vec<String> {
    let mut survey = survey();
    change(&mut survey);
    listed(&survey)
}

fn words() -> Value {
    json!({"en": "x", "ar": "x"})
}

/// What is said of a survey that asks this too; without `text`, it has one.
fn asking(questions: Value) -> Vec<String> {
    found(|survey| {
        for mut question in questions.as_array().unwrap().clone() {
            question["text"] = words();
            survey.questions.push(serde_json::from_value(question).unwrap());
        }
    })
}

fn choices(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({"id": id, "text": words()})).collect()
}

#[test]
fn a_sound_survey_has_no_problems() {
    assert_eq!(found(|_| ()), [""; 0]);
    let every_kind = asking(json!([
        {"id": "stars", "kind": "rating", "look": "smileys", "points": 4, "low": words(), "high": words()},
        {"id": "effort", "kind": "ces", "low": words(), "when": [{"question": "stars", "at_least": 2, "at_most": 2}]},
        {"id": "reason", "kind": "choice", "choices": choices(&["speed"]), "other": words(), "max_length": 50},
        {"id": "used", "kind": "choices", "choices": choices(&["tv", "fibre"]),
         "when": [{"question": "nps", "category": ["detractor"]}, {"question": "reason", "any_of": ["speed", "other"]}]},
        {"id": "note", "kind": "statement", "when": [{"question": "why"}]},
        {"id": "reach", "kind": "contact", "fields": ["name", "phone"], "consent": words()}
    ]));
    assert_eq!(every_kind, [""; 0]);
}

#[test]
fn a_missing_translation_is_named() {
    assert_eq!(found(|s| drop(s.questions[1].text.remove("ar"))), ["questions[1].text: no text in \"ar\""]);
    let said = asking(json!([
        {"id": "reason", "kind": "choice", "other": {"en": "x"},
         "choices": [{"id": "speed", "text": {"en": "x"}}, {"id": "price", "text": {"en": "{vip|x}", "ar": "x"}}]},
        {"id": "reach", "kind": "contact", "consent": {"en": "x", "ar": "{first_name}"}}
    ]));
    assert_eq!(
        said,
        [
            "questions[2].choices[0].text: no text in \"ar\"",
            "questions[2].choices[1].text.en: {vip} is not among the survey's personal_words",
            "questions[2].other: no text in \"ar\"",
            "questions[3].consent.ar: {first_name} needs words for when it is not known: {first_name|…}",
        ]
    );
}

#[test]
fn a_personal_word_must_be_allowed_and_have_a_fallback() {
    let said = found(|s| {
        s.intro =
            Some(Localised::from([("en".into(), "{first_name} {vip|x}".into()), ("ar".into(), "x".into())]));
    });
    assert_eq!(
        said,
        [
            "intro.en: {first_name} needs words for when it is not known: {first_name|…}",
            "intro.en: {vip} is not among the survey's personal_words",
        ]
    );
}

#[test]
fn exactly_one_question_gives_the_score() {
    assert_eq!(
        found(|s| drop(s.questions.remove(0))),
        ["questions: exactly one question of kind \"nps\", not 0"]
    );
}

#[test]
fn what_belongs_to_another_kind_is_named() {
    let said = asking(json!([
        {"id": "a", "kind": "ces", "look": "stars", "points": 5, "max_length": 10},
        {"id": "b", "kind": "comment", "low": words(), "choices": choices(&["x", "y"]), "other": words()},
        {"id": "c", "kind": "statement", "fields": ["email"], "consent": words(), "high": words()},
        {"id": "d", "kind": "choice", "choices": choices(&["x", "y"]), "max_length": 10}
    ]));
    assert_eq!(
        said,
        [
            "questions[2].look: a ces is not drawn as stars, smileys or numbers: only a rating is",
            "questions[2].points: a ces has no number of points: only a rating has",
            "questions[2].max_length: a ces takes no text",
            "questions[3].low: a comment has no scale to name the ends of",
            "questions[3].choices: a comment has nothing to choose from",
            "questions[3].other: a comment has nothing to choose from",
            "questions[4].high: a statement has no scale to name the ends of",
            "questions[4].fields: a statement does not ask how to reach the customer",
            "questions[4].consent: a statement does not ask how to reach the customer",
            "questions[5].max_length: a choice takes no text",
        ]
    );
}

#[test]
fn a_rating_has_two_to_ten_points() {
    for (points, faults) in [(1, 1), (2, 0), (10, 0), (11, 1)] {
        let said = asking(json!([{"id": "stars", "kind": "rating", "points": points}]));
        assert_eq!(said.len(), faults, "{said:?}");
        assert!(said.iter().all(|said| said.starts_with("questions[2].points: ")), "{said:?}");
    }
}

#[test]
fn choices_are_enough_not_too_many_and_told_apart() {
    let ask = |kind: &str, ids: &[&str]| asking(json!([{"id": "q", "kind": kind, "choices": choices(ids)}]));
    assert_eq!(ask("choice", &["a"]), ["questions[2].choices: a choice has two answers at least"]);
    assert_eq!(ask("choices", &["a"]), [""; 0]);
    assert_eq!(ask("choices", &[]), ["questions[2].choices: 1 to 50 of them, not 0"]);
    let names: Vec<String> = (0..51).map(|i| format!("c{i}")).collect();
    let many: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(ask("choice", &many), ["questions[2].choices: 1 to 50 of them, not 51"]);
    assert_eq!(ask("choice", &many[..50]), [""; 0]);
    assert_eq!(
        ask("choice", &["a", "Not a key", "other", "a"]),
        [
            "questions[2].choices[1].id: 1 to 64 lower-case letters, digits and _, beginning with a letter",
            "questions[2].choices[2].id: \"other\" is the customer's own words: give the question an `other` instead",
            "questions[2].choices[3].id: \"a\" is used by two choices",
        ]
    );
}

#[test]
fn contact_needs_consent_and_asks_for_each_thing_once() {
    let said = asking(json!([{"id": "reach", "kind": "contact", "fields": ["email", "phone", "email"]}]));
    assert_eq!(
        said,
        [
            "questions[2].fields[2]: \"email\" is named twice",
            "questions[2].consent: what the customer agrees to by ticking the box: without it nothing can be taken",
        ]
    );
}

#[test]
fn a_text_is_as_long_as_the_limit_allows() {
    for kind in [
        json!({"id": "q", "kind": "comment"}),
        json!({"id": "q", "kind": "choices", "choices": choices(&["a"]), "other": words()}),
        json!({"id": "q", "kind": "contact", "consent": words()}),
    ] {
        for length in [0_u32, 4001, u32::MAX] {
            let mut question = kind.clone();
            question["max_length"] = json!(length);
            let said = asking(json!([question]));
            assert_eq!(said, ["questions[2].max_length: 1 to 4000 characters (limits.comment_characters)"]);
        }
    }
}

#[test]
fn answers_never_share_a_name() {
    let said = asking(json!([
        {"id": "reach", "kind": "contact", "consent": words()},
        {"id": "reach_email", "kind": "comment", "max_length": 100},
        {"id": "reach_name", "kind": "comment", "max_length": 100},
        {"id": "why_other", "kind": "ces"},
        {"id": "why", "kind": "ces"}
    ]));
    assert_eq!(
        said,
        [
            "questions[6].id: \"why\" is used by two questions",
            "questions[3].id: its answer \"reach_email\" would be called as one to \"reach\"",
        ]
    );
}

#[test]
fn a_condition_can_be_met() {
    let asked = json!([
        {"id": "stars", "kind": "rating", "points": 4},
        {"id": "reason", "kind": "choice", "choices": choices(&["speed", "price"])},
        {"id": "note", "kind": "statement"}
    ]);
    let when = |condition: Value| {
        let mut questions = asked.as_array().unwrap().clone();
        questions.push(json!({"id": "more", "kind": "comment", "max_length": 100, "when": [condition]}));
        questions.push(json!({"id": "later", "kind": "ces"}));
        asking(json!(questions))
    };
    for sound in [
        json!({"question": "nps", "category": ["promoter", "passive"], "at_least": 0, "at_most": 10}),
        json!({"question": "stars", "at_least": 1, "at_most": 4}),
        json!({"question": "reason", "any_of": ["price"]}),
        json!({"question": "why"}),
    ] {
        assert_eq!(when(sound), [""; 0]);
    }
    for (broken, said) in [
        (json!({"question": "gone"}), "question: there is no question \"gone\""),
        (json!({"question": "later"}), "question: \"later\" is not asked before this question"),
        (json!({"question": "more"}), "question: \"more\" is not asked before this question"),
        (json!({"question": "note"}), "question: \"note\" is a statement, which has no answer"),
        (
            json!({"question": "stars", "category": ["promoter"]}),
            "category: \"stars\" is a rating: only the score of the nps question has a category",
        ),
        (
            json!({"question": "stars", "any_of": ["x"]}),
            "any_of: \"stars\" is a rating, which has no choices",
        ),
        (
            json!({"question": "reason", "any_of": ["speed", "other"]}),
            "any_of[1]: \"other\" is none of the choices of \"reason\"",
        ),
        (
            json!({"question": "why", "at_most": 3}),
            "at_most: \"why\" is a comment, which is not answered by a number",
        ),
        (json!({"question": "stars", "at_least": 5}), "at_least: 5: \"stars\" is answered from 1 to 4"),
        (json!({"question": "nps", "at_most": 11}), "at_most: 11: \"nps\" is answered from 0 to 10"),
        (
            json!({"question": "nps", "at_least": 7, "at_most": 6}),
            "at_least: no number is 7 or more and 6 or less",
        ),
    ] {
        assert_eq!(when(broken), [format!("questions[5].when[0].{said}")]);
    }
}

#[test]
fn everybody_is_asked_for_the_score() {
    let said = found(|s| {
        s.questions.swap(0, 1);
        s.questions[1].when = vec![wire::survey::Condition { question: "why".into(), ..Default::default() }];
    });
    assert_eq!(
        said,
        ["questions[1].when: the nps question is asked of everybody: it can have no conditions"]
    );
}

#[test]
fn the_longest_answers_must_fit_in_a_submission() {
    let comments = |lengths: &'static [u32]| {
        found(|s| {
            for (i, length) in lengths.iter().enumerate() {
                let id = format!("c{i}");
                s.questions.push(Question { id, max_length: Some(*length), ..s.questions[1].clone() });
            }
            s.questions.remove(1);
        })
    };
    assert_eq!(comments(&[4000]), [""; 0], "each limit's default goes with the other's");
    let said = comments(&[2000, 2200]);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("questions: the longest answers, to c0, c1, take 17"), "{said:?}");
    assert!(said[0].contains("at most 16384 (limits.submission_bytes)"), "{said:?}");
}

#[test]
fn every_text_counts_towards_the_longest_answers() {
    // Beside the 2000 characters of `why`, each of these is what is too much.
    for (question, bytes) in [
        (
            json!({"id": "q", "kind": "choices", "choices": choices(&["a"]), "other": words(), "max_length": 2200}),
            17,
        ),
        (json!({"id": "q", "kind": "contact", "consent": words(), "max_length": 1100}), 17),
        (
            json!({"id": "q", "kind": "contact", "fields": ["name", "email", "phone"], "consent": words(), "max_length": 800}),
            17,
        ),
    ] {
        let said = asking(json!([question]));
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(
            said[0].starts_with(&format!("questions: the longest answers, to why, q, take {bytes}")),
            "{said:?}"
        );
    }
    let told = found(|s| {
        let attributes = (0..32).map(|i| format!("a{i}")).collect();
        s.open = Some(wire::survey::Open { attributes });
    });
    assert!(
        told[0].starts_with("questions: the longest answers, to why and what the page tells, take 1"),
        "{told:?}"
    );
}

#[test]
fn the_surveys_of_the_example_are_sound() {
    let survey: Survey = toml::from_str(include_str!("../../../../../examples/survey.toml")).unwrap();
    assert_eq!(listed(&survey), [""; 0]);
    let survey: Survey = toml::from_str(include_str!("../../../../../examples/feedback.toml")).unwrap();
    assert_eq!(check(&survey, &Limits::default(), Some("http://127.0.0.1:8080")), []);
}

#[test]
fn an_origin_is_not_an_address() {
    assert_eq!(found(|s| s.allowed_origins = vec!["https://example.com/".into()]).len(), 1);
    assert_eq!(found(|s| s.allowed_origins = vec!["*".into()]).len(), 1);
    assert_eq!(found(|s| s.allowed_origins = vec!["http://localhost:8081".into()]).len(), 0);
}

#[test]
fn a_survey_without_a_page_needs_a_collector_with_an_address() {
    let mut survey = survey();
    survey.page = String::new();
    let said = listed(&survey);
    assert!(said.len() == 1 && said[0].starts_with("page: ") && said[0].contains("(public_url)"), "{said:?}");
    assert_eq!(check(&survey, &Limits::default(), Some("https://feedback.example.com")), []);
    survey.page = "survey.html".into();
    assert_eq!(check(&survey, &Limits::default(), Some("https://feedback.example.com")).len(), 1);
}

#[test]
fn what_an_open_survey_takes_can_be_an_attribute() {
    let open = |names: &[&str]| {
        let attributes = names.iter().map(|name| (*name).to_owned()).collect();
        found(|s| s.open = Some(wire::survey::Open { attributes }))
    };
    assert_eq!(open(&["agent", "plan"]), [""; 0]);
    assert_eq!(
        open(&["plan", "Plan", "email", "plan"]),
        [
            "open.attributes[1]: \"Plan\": 1 to 64 lower-case letters, digits and _, beginning with a letter",
            "open.attributes[2]: \"email\" cannot be an attribute's name",
            "open.attributes[3]: \"plan\" is named twice",
        ]
    );
    let many: Vec<String> = (0..33).map(|i| format!("a{i}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(open(&many)[0], "open.attributes: 33 of them, more than 32 (limits.attributes)");
}
