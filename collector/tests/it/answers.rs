//! Answers that break a rule: each is refused with the field and the reason, and nothing of it is stored.

use insta::assert_json_snapshot;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::company::{begun, submission};
use crate::world::{Answer, World, send};

#[tokio::test]
async fn every_answer_that_breaks_a_rule_is_named() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let wrong = json!({"nps": 11, "why": 3, "colour": "red"});
    let problem = world.submit(&submission(&token, wrong)).await.refused(422, "invalid_answers");
    assert_json_snapshot!(problem, @r#"
    {
      "code": "invalid_answers",
      "detail": "the submission is not valid; nothing was stored",
      "fields": [
        {
          "detail": "the survey has no such question",
          "path": "answers.colour"
        },
        {
          "detail": "a score is a whole number from 0 to 10, not 11",
          "path": "answers.nps"
        },
        {
          "detail": "this is a text, not a number",
          "path": "answers.why"
        }
      ],
      "language": "en",
      "message": "Something in your answer is not as it should be. Please check it and send it again."
    }
    "#);
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn what_is_no_score_is_refused() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    for score in [json!(-1), json!(11), json!(256), json!("9"), json!(""), json!(true), json!(["9"])] {
        let problem = world.submit(&submission(&token, json!({"nps": score}))).await;
        assert_eq!(problem.refused(422, "invalid_answers")["fields"][0]["path"], "answers.nps", "{score}");
    }
    // Not even the shape of an answer.
    for score in [json!(9.5), json!(null), json!({"is": 9}), json!(1e300)] {
        let problem = world.submit(&submission(&token, json!({"nps": score}))).await;
        assert_eq!(problem.refused(400, "unreadable_body")["fields"][0]["path"], "answers.nps", "{score}");
    }
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn an_incomplete_submission_is_checked_as_well() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    world.submit(&begun(&token, json!({"nps": 11}))).await.refused(422, "invalid_answers");
    world.submit(&begun(&token, json!({"shoe": 9}))).await.refused(422, "invalid_answers");
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_complete_submission_needs_every_required_answer() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let problem = world.submit(&submission(&token, json!({"why": "x"}))).await;
    assert_eq!(
        problem.refused(422, "invalid_answers")["fields"],
        json!([{"path": "answers.nps", "detail": "an answer is required"}])
    );
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_refused_change_leaves_the_answer_before_as_it_was() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    world.submit(&submission(&token, json!({"nps": 9}))).await.expect(201);
    let stored = world.responses().await;
    world.submit(&submission(&token, json!({"nps": 12}))).await.refused(422, "invalid_answers");
    assert_eq!(world.responses().await, stored);
}

#[tokio::test]
async fn a_comment_is_as_long_as_people_see_it() {
    let world = World::new().await;
    // Each is one character to the eye: a family of four, a letter with two combining marks, a flag.
    for (customer, seen) in [("C-1", "👨‍👩‍👧‍👦"), ("C-2", "ê\u{301}\u{323}"), ("C-3", "🇪🇬")]
    {
        let token = world.invite(json!({"customer": customer})).await;
        let comment = |n: usize| submission(&token, json!({"nps": 9, "why": seen.repeat(n)}));
        let problem = world.submit(&comment(23)).await.refused(422, "invalid_answers");
        assert_eq!(
            problem["fields"],
            json!([{"path": "answers.why", "detail": "3 characters over the limit of 20"}])
        );
        assert!(world.responses().await.iter().all(|stored| stored["customer"] != customer));
        world.submit(&comment(20)).await.expect(201);
    }
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let mut sent = submission(&token, json!({"nps": 9}));
    sent["id"] = json!("1");
    let problem = world.submit(&sent).await.refused(422, "invalid_answers");
    assert_eq!(problem["fields"], json!([{"path": "id", "detail": "a UUID made by the client"}]));
    world.assert_nothing_stored().await;
}

async fn post(world: &World, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = world.request(Method::POST, "/v1/submissions");
    send(request.header(CONTENT_TYPE, content_type).body(body)).await
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let sound = submission(&token, json!({"nps": 9})).to_string();
    let twice = format!("{sound}{sound}");
    for body in ["", "nps=9", "{", "[]", "\u{feff}{}", "null", &sound[1..], twice.as_str()] {
        let problem = post(&world, "application/json", body.to_owned()).await;
        let problem = problem.refused(400, "unreadable_body");
        assert!(problem["message"].is_string(), "{problem}");
    }
    post(&world, "application/json", vec![0xff, 0xfe]).await.refused(400, "unreadable_body");
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_missing_field_is_named() {
    let world = World::new().await;
    let problem = world.submit(&json!({"id": "x", "survey": "support"})).await;
    assert_json_snapshot!(problem.refused(400, "unreadable_body"), @r#"
    {
      "code": "unreadable_body",
      "detail": "the body cannot be read: missing field `answers` at line 1 column 29",
      "language": "en",
      "message": "Something went wrong on our side. Please try again later."
    }
    "#);
}

#[tokio::test]
async fn only_json_that_says_so_is_read() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let sound = submission(&token, json!({"nps": 9})).to_string();
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        post(&world, content_type, sound.clone()).await.refused(415, "wrong_content_type");
    }
    let without = world.request(Method::POST, "/v1/submissions").body(sound.clone());
    send(without).await.refused(415, "wrong_content_type");
    world.assert_nothing_stored().await;
    post(&world, "Application/JSON; charset=utf-8", sound).await.expect(201);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_by_name() {
    let world = World::with(|settings| settings.limits.submission_bytes = 1000).await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let sound = submission(&token, json!({"nps": 9})).to_string();
    let sized = |bytes: usize| format!("{sound}{}", " ".repeat(bytes - sound.len()));

    let problem = post(&world, "application/json", sized(1001)).await.refused(413, "too_large");
    assert_json_snapshot!(problem, @r#"
    {
      "code": "too_large",
      "detail": "the body is larger than 1000 bytes",
      "language": "en",
      "message": "Your answer is too long. Please shorten it and send it again."
    }
    "#);
    world.assert_nothing_stored().await;
    post(&world, "application/json", sized(1000)).await.expect(201);
}

#[tokio::test]
async fn an_unknown_survey_is_named() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let mut sent = submission(&token, json!({"nps": 9}));
    sent["survey"] = json!("suport");
    let problem = world.submit(&sent).await.refused(404, "unknown_survey");
    assert_json_snapshot!(problem, @r#"
    {
      "code": "unknown_survey",
      "detail": "there is no survey \"suport\"",
      "language": "en",
      "message": "This survey is not available."
    }
    "#);
    world.assert_nothing_stored().await;

    let form = send(world.request(Method::GET, &format!("/v1/surveys/suport/form?token={token}"))).await;
    form.refused(404, "unknown_survey");
    let thanks = send(world.request(Method::GET, "/v1/surveys/suport/thanks?category=passive")).await;
    thanks.refused(404, "unknown_survey");
}

#[tokio::test]
async fn a_submission_of_another_survey_does_not_use_the_token() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let mut other = crate::company::survey();
    other["id"] = json!("other");
    world.put("/v1/surveys/other", &other).await.expect(201);
    let mut sent = submission(&token, json!({"nps": 9}));
    sent["survey"] = json!("other");
    world.submit(&sent).await.refused(404, "unknown_token");
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn answers_of_any_script_come_back_as_they_were_given() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let why: Value = json!("شكرًا \"<b>\"\u{0}\n👍");
    world.submit(&submission(&token, json!({"nps": 9, "why": why}))).await.expect(201);
    assert_eq!(world.responses().await[0]["answers"]["why"], why);
}
