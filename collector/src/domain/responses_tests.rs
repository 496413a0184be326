//! What submissions do to a response, one promise at a time.

use proptest::prelude::*;

use super::*;

fn survey() -> Survey {
    serde_json::from_value(serde_json::json!({
        "id": "s", "page": "https://x.example", "languages": ["en"], "edit_minutes": 60,
        "questions": [
            {"id": "nps", "kind": "nps", "text": {"en": "?"}},
            {"id": "why", "kind": "comment", "text": {"en": "?"}}
        ],
        "thanks": {"promoter": {"title": {}, "text": {}}, "passive": {"title": {}, "text": {}}, "detractor": {"title": {}, "text": {}}}
    }))
    .unwrap()
}

fn invitation() -> Invitation {
    Invitation {
        customer: Some("C-1".parse().unwrap()),
        agent: Some("a1".parse().unwrap()),
        attributes: BTreeMap::from([("region".into(), "north".into())]),
        ..Invitation::for_test(minute(0), minute(1000))
    }
}

fn minute(n: i64) -> Timestamp {
    Timestamp::from_second(n * 60).unwrap()
}

fn sent(tab: u128, revision: u32, score: i64, why: Option<&str>, complete: bool) -> Checked {
    let mut answers = Answers::from([("nps".to_owned(), Answer::Number(score))]);
    answers.extend(why.map(|why| ("why".to_owned(), Answer::Text(why.into()))));
    let id = Uuid::from_u128(tab);
    let score = rules::score(&survey().questions, &answers);
    let submission = Submission {
        id: id.to_string(),
        revision,
        survey: "s".into(),
        complete,
        answers,
        ..Submission::default()
    };
    Checked {
        submission,
        id,
        response: Uuid::from_u128(!tab),
        version: 1,
        score,
        channel: Channel::Link,
        device: None,
    }
}

fn after(existing: Option<Response>, checked: Checked, now: i64) -> Result<Outcome, Refusal> {
    record(&invitation(), existing, checked, &survey(), minute(now))
}

fn response(outcome: Outcome) -> Response {
    match outcome {
        Outcome::New(response) | Outcome::Changed(response) | Outcome::Known(response) => response,
    }
}

#[test]
fn a_score_counts_before_the_survey_is_finished_and_the_comment_joins_it() {
    let first = response(after(None, sent(1, 1, 3, None, false), 0).unwrap());
    assert_eq!((first.score.map(Score::get), first.completed_at), (Some(3), None));
    let done = response(after(Some(first.clone()), sent(1, 2, 4, Some("slow"), true), 5).unwrap());
    assert_eq!((done.id, done.at, done.completed_at), (first.id, minute(0), Some(minute(5))));
    assert_eq!((done.score.map(Score::get), done.comment(&survey())), (Some(4), Some("slow")));
}

#[test]
fn a_second_tab_changes_the_one_response() {
    let first = response(after(None, sent(1, 1, 3, Some("slow"), true), 0).unwrap());
    let second = response(after(Some(first.clone()), sent(2, 1, 9, None, false), 1).unwrap());
    assert_eq!(second.id, first.id);
    assert_eq!(second.score.map(Score::get), Some(9));
    assert_eq!(second.completed_at, first.completed_at, "what was finished stays finished");
}

#[test]
fn a_late_or_repeated_submission_changes_nothing() {
    let done = response(after(None, sent(1, 2, 9, Some("kind"), true), 0).unwrap());
    for checked in [sent(1, 1, 3, None, false), sent(1, 2, 9, Some("kind"), true)] {
        assert_eq!(after(Some(done.clone()), checked, 1), Ok(Outcome::Known(done.clone())));
    }
}

#[test]
fn a_duplicated_tab_is_heard_though_it_sends_the_same_id_and_revision() {
    let first = response(after(None, sent(1, 2, 9, Some("kind"), true), 0).unwrap());
    let other = response(after(Some(first), sent(1, 2, 3, Some("slow"), true), 1).unwrap());
    assert_eq!((other.score.map(Score::get), other.comment(&survey())), (Some(3), Some("slow")));
}

#[test]
fn after_the_window_it_is_already_answered_but_a_retry_still_gets_its_receipt() {
    let done = response(after(None, sent(1, 2, 9, None, true), 0).unwrap());
    assert!(after(Some(done.clone()), sent(1, 3, 1, None, true), 59).is_ok());
    assert_eq!(
        after(Some(done.clone()), sent(1, 3, 1, None, true), 60),
        Err(Refusal::AlreadyAnswered(minute(60)))
    );
    assert_eq!(after(Some(done.clone()), sent(1, 2, 9, None, true), 9999), Ok(Outcome::Known(done)));
}

#[test]
fn an_expired_invitation_takes_no_answer_but_lets_the_begun_one_finish() {
    assert_eq!(after(None, sent(1, 1, 3, None, false), 1000), Err(Refusal::Expired(minute(1000))));
    let begun = response(after(None, sent(1, 1, 3, None, false), 999).unwrap());
    assert!(after(Some(begun.clone()), sent(1, 2, 3, Some("x"), true), 1010).is_ok());
    assert_eq!(after(Some(begun), sent(1, 2, 3, Some("x"), true), 1100), Err(Refusal::Expired(minute(1000))));
}

#[test]
fn a_clock_set_back_harms_nobody() {
    let done = response(after(None, sent(1, 1, 9, None, true), 500).unwrap());
    let changed = response(after(Some(done), sent(1, 2, 2, None, true), 10).unwrap());
    assert_eq!((changed.score.map(Score::get), changed.at), (Some(2), minute(500)));
}

proptest! {
    /// Whatever is sent, doubled and reordered: one response, and sending everything once more changes nothing. What a
    /// tab says in one revision is always the same.
    #[test]
    fn resending_and_reordering_never_makes_a_second_response(
        steps in prop::collection::vec((1u128..4, 0u32..6), 1..40)
    ) {
        let step = |(tab, revision): (u128, u32)| {
            sent(tab, revision, (tab as i64 * 3 + i64::from(revision)) % 11, None, revision % 2 == 1)
        };
        let mut existing: Option<Response> = None;
        for &said in &steps {
            let outcome = after(existing.clone(), step(said), 1).unwrap();
            prop_assert_eq!(matches!(outcome, Outcome::New(_)), existing.is_none());
            let next = response(outcome);
            prop_assert!(existing.is_none_or(|before| before.id == next.id && before.at == next.at));
            existing = Some(next);
        }
        for &said in &steps {
            let again = after(existing.clone(), step(said), 2).unwrap();
            prop_assert!(matches!(again, Outcome::Known(_)), "{again:?}");
        }
    }
}

/// A survey that asks detractors more, and how to reach them.
fn branching() -> Survey {
    let detractors = serde_json::json!([{"question": "nps", "category": ["detractor"]}]);
    let mut survey = serde_json::to_value(survey()).unwrap();
    survey["questions"].as_array_mut().unwrap().extend([
        serde_json::json!({"id": "effort", "kind": "ces", "text": {"en": "?"}, "when": detractors}),
        serde_json::json!({"id": "reach", "kind": "contact", "text": {"en": "?"}, "consent": {"en": "?"}}),
        serde_json::json!({"id": "times", "kind": "comment", "text": {"en": "?"}, "when": [{"question": "reach"}]}),
    ]);
    serde_json::from_value(survey).unwrap()
}

fn answered(revision: u32, answers: &[(&str, Answer)], complete: bool) -> Checked {
    let mut checked = sent(1, revision, 0, None, complete);
    checked.submission.answers =
        answers.iter().map(|(id, answer)| ((*id).to_owned(), answer.clone())).collect();
    checked.score = rules::score(&survey().questions, &checked.submission.answers);
    checked
}

fn kept(existing: Option<Response>, checked: Checked) -> (Response, Vec<String>) {
    let outcome = record(&invitation(), existing, checked, &branching(), minute(1)).unwrap();
    let response = response(outcome);
    let ids = response.answers.keys().cloned().collect();
    (response, ids)
}

#[test]
fn answers_to_questions_that_are_no_longer_asked_are_not_kept() {
    let (nps, effort) = (|n| ("nps", Answer::Number(n)), ("effort", Answer::Number(2)));
    let (first, ids) = kept(None, answered(1, &[nps(3), effort.clone()], false));
    assert_eq!(ids, ["effort", "nps"]);
    let (_, ids) = kept(Some(first), answered(2, &[nps(9)], false));
    assert_eq!(ids, ["nps"], "what was answered before, joined by what says that it was not asked");
    let (_, ids) = kept(None, answered(1, &[nps(9), effort], true));
    assert_eq!(ids, ["nps"]);
}

#[test]
fn ways_to_reach_a_customer_are_kept_as_long_as_there_is_consent() {
    let nps = ("nps", Answer::Number(3));
    let email = ("reach_email", Answer::Text("c@company.example".into()));
    let (consent, times) =
        (|yes| ("reach_consent", Answer::Flag(yes)), ("times", Answer::Text("noon".into())));
    let (first, ids) = kept(None, answered(1, &[nps.clone(), email.clone(), consent(true), times], false));
    assert_eq!(ids, ["nps", "reach_consent", "reach_email", "times"]);
    let (_, ids) = kept(Some(first), answered(2, &[consent(false)], false));
    assert_eq!(ids, ["nps"], "nor what was asked because of them");
    let (_, ids) = kept(None, answered(1, &[nps, email], true));
    assert_eq!(ids, ["nps"]);
}
