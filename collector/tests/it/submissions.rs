//! What submissions do: stored and counted once, however often and in whatever order they come.

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::company::{begun, submission, survey, then};
use crate::world::{World, masked, send};

#[tokio::test]
async fn an_answer_is_stored_and_counted_before_it_is_acknowledged() {
    let world = World::new().await;
    let token =
        world.invite(json!({"customer": "C-1", "agent": "amira", "attributes": {"product": "fibre"}})).await;
    let sent = submission(&token, json!({"nps": 9, "why": "fast"}));

    let receipt = world.submit(&sent).await.expect(201);
    assert_ne!(receipt["response"], sent["id"], "the client's names are not the collector's");
    assert_json_snapshot!(masked(receipt, &["response"]), @r#"
    {
      "category": "promoter",
      "complete": true,
      "response": "[response]",
      "score": 9
    }
    "#);
    assert_eq!(world.nps("survey=support").await["n"], 1);
    assert_json_snapshot!(masked(Value::Array(world.responses().await), &["id"]), @r#"
    [
      {
        "agent": "amira",
        "answers": {
          "nps": 9,
          "why": "fast"
        },
        "at": "2026-03-02T09:00:00Z",
        "attributes": {
          "channel": "link",
          "product": "fibre"
        },
        "category": "promoter",
        "complete": true,
        "completed_at": "2026-03-02T09:00:00Z",
        "customer": "C-1",
        "id": "[id]",
        "language": null,
        "score": 9,
        "survey": "support",
        "updated_at": "2026-03-02T09:00:00Z",
        "version": 1
      }
    ]
    "#);
}

#[tokio::test]
async fn the_same_submission_twice_changes_nothing() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let sent = submission(&token, json!({"nps": 3, "why": "slow"}));
    let first = world.submit(&sent).await.expect(201);
    let stored = world.responses().await;
    world.advance(5);

    assert_eq!(world.submit(&sent).await.expect(200), first);
    assert_eq!(world.responses().await, stored);
    assert_eq!(world.nps("").await["n"], 1);
}

#[tokio::test]
async fn a_score_alone_counts_at_once_and_what_follows_is_added() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let first = begun(&token, json!({"nps": 2}));
    let receipt = world.submit(&first).await.expect(201);
    assert_eq!((&receipt["complete"], &receipt["category"]), (&json!(false), &json!("detractor")));
    assert_eq!(world.nps("").await["detractors"], 1);

    let second = then(&first, json!({"why": "slow"}), false);
    assert_eq!(world.submit(&second).await.expect(200)["score"], 2);
    let stored = &world.responses().await[0];
    assert_eq!(stored["answers"], json!({"nps": 2, "why": "slow"}));
    assert_eq!((&stored["complete"], &stored["completed_at"]), (&json!(false), &json!(null)));
    assert_eq!(world.nps("").await["n"], 1);
}

#[tokio::test]
async fn a_late_incomplete_submission_does_not_undo_the_complete_one() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let early = begun(&token, json!({"nps": 2}));
    let complete = then(&early, json!({"nps": 9, "why": "fast"}), true);
    world.submit(&complete).await.expect(201);

    let receipt = world.submit(&early).await.expect(200);
    assert_eq!((&receipt["score"], &receipt["complete"]), (&json!(9), &json!(true)));
    assert_eq!(world.responses().await[0]["answers"], json!({"nps": 9, "why": "fast"}));
    assert_eq!(world.nps("").await["promoters"], 1);
}

#[tokio::test]
async fn two_tabs_with_one_link_make_one_response() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let first = world.submit(&submission(&token, json!({"nps": 2}))).await.expect(201);
    let second = world.submit(&submission(&token, json!({"nps": 10}))).await.expect(200);

    assert_eq!(first["response"], second["response"]);
    assert_eq!(second["score"], 10);
    assert_eq!(world.responses().await.len(), 1);
    let nps = world.nps("").await;
    assert_eq!((&nps["n"], &nps["promoters"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn sixty_four_at_once_with_one_link_make_one_response() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let sent: Vec<Value> = (0..64).map(|i| submission(&token, json!({"nps": i % 11}))).collect();
    let answers = world.submit_all(&sent).await;

    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    let receipts: Vec<Value> = answers
        .into_iter()
        .map(|answer| {
            let status = answer.status;
            answer.expect(if status == 201 { 201 } else { 200 })
        })
        .collect();
    assert!(receipts.iter().all(|receipt| receipt["response"] == receipts[0]["response"]));
    assert_eq!(world.responses().await.len(), 1);
    assert_eq!(world.nps("").await["n"], 1);
}

#[tokio::test]
async fn an_answer_can_be_changed_until_the_window_ends_and_a_retry_still_gets_its_receipt() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let first = submission(&token, json!({"nps": 2}));
    let receipt = world.submit(&first).await.expect(201);
    world.advance(59);
    assert_eq!(world.form(&token).await.expect(200)["answered"], true);
    let changed = submission(&token, json!({"nps": 8}));
    world.submit(&changed).await.expect(200);
    world.advance(1);

    let late = submission(&token, json!({"nps": 0}));
    let problem = world.submit(&late).await.refused(410, "already_answered");
    assert_json_snapshot!(problem, @r#"
    {
      "code": "already_answered",
      "detail": "the survey was completed and could be changed until 2026-03-02T10:00:00Z",
      "language": "en",
      "message": "Thank you, we already have your answer. It can no longer be changed."
    }
    "#);
    world.form(&token).await.refused(410, "already_answered");

    let again = world.submit(&first).await.expect(200);
    assert_eq!(again["response"], receipt["response"]);
    assert_eq!(again["score"], 8, "the score that counts now");
    let nps = world.nps("").await;
    assert_eq!((&nps["n"], &nps["passives"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn a_survey_may_allow_no_change_at_all() {
    let world = World::new().await;
    let mut strict = survey();
    strict["edit_minutes"] = json!(0);
    world.put("/v1/surveys/support", &strict).await.expect(201);
    let token = world.invite(json!({"customer": "C-1"})).await;
    let first = begun(&token, json!({"nps": 2}));
    world.submit(&first).await.expect(201);
    let complete = then(&first, json!({"nps": 2, "why": "slow"}), true);
    world.submit(&complete).await.expect(200);

    world.submit(&submission(&token, json!({"nps": 9}))).await.refused(410, "already_answered");
    assert_eq!(world.submit(&complete).await.expect(200)["score"], 2);
    assert_eq!(world.responses().await[0]["answers"], json!({"nps": 2, "why": "slow"}));
}

#[tokio::test]
async fn who_began_in_time_may_finish_after_the_invitation_expired() {
    let world = World::new().await;
    let expiry = "2026-03-02T09:10:00Z";
    let token = world.invite(json!({"customer": "C-1", "expires_at": expiry})).await;
    let first = begun(&token, json!({"nps": 9}));
    world.submit(&first).await.expect(201);
    world.advance(20);

    let receipt = world.submit(&then(&first, json!({"nps": 9, "why": "fast"}), true)).await.expect(200);
    assert_eq!(receipt["complete"], true);
    assert_eq!(world.responses().await.len(), 1);
}

#[tokio::test]
async fn an_answer_to_an_older_version_is_read_by_that_version() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let mut newer = survey();
    newer["questions"][1]["id"] = json!("reason");
    assert_eq!(world.put("/v1/surveys/support", &newer).await.expect(201)["version"], 2);

    let mut sent = submission(&token, json!({"nps": 9, "why": "fast"}));
    sent["version"] = json!(1);
    world.submit(&sent).await.expect(201);
    let stored = &world.responses().await[0];
    assert_eq!((&stored["version"], &stored["answers"]["why"]), (&json!(1), &json!("fast")));

    let other = world.invite(json!({"customer": "C-2"})).await;
    let problem = world.submit(&submission(&other, json!({"nps": 9, "why": "x"}))).await;
    assert_eq!(problem.refused(422, "invalid_answers")["fields"][0]["path"], "answers.why");
    assert_eq!(world.responses().await.len(), 1);
}

#[tokio::test]
async fn origins_and_the_window_are_those_of_the_newest_version() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let mut newer = survey();
    newer["allowed_origins"] = json!(["https://new.example"]);
    newer["edit_minutes"] = json!(0);
    world.put("/v1/surveys/support", &newer).await.expect(201);

    let mut sent = submission(&token, json!({"nps": 9}));
    sent["version"] = json!(1);
    let from = |origin: &str, sent: &Value| {
        let request = world.request(reqwest::Method::POST, "/v1/submissions").header("origin", origin);
        send(request.json(sent))
    };
    from("https://company.example", &sent).await.refused(403, "origin_not_allowed");
    from("https://new.example", &sent).await.expect(201);
    assert_eq!(world.responses().await[0]["version"], 1);
    let changed = then(&sent, json!({"nps": 1}), true);
    from("https://new.example", &changed).await.refused(410, "already_answered");
}

#[tokio::test]
async fn two_invitations_never_share_a_response_id() {
    let world = World::new().await;
    let mut ids = Vec::new();
    let mut sent = submission("", json!({"nps": 9}));
    for customer in ["C-1", "C-2"] {
        sent["token"] = json!(world.invite(json!({"customer": customer})).await);
        let receipt = world.submit(&sent).await.expect(201);
        assert_eq!(world.responses().await.last().unwrap()["id"], receipt["response"]);
        ids.push(receipt["response"].clone());
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn fields_of_a_newer_widget_are_passed_over() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let mut sent = submission(&token, json!({"nps": 9}));
    sent["colour"] = json!("blue");
    world.submit(&sent).await.expect(201);
}

#[tokio::test]
async fn only_a_language_of_the_survey_is_kept() {
    let world = World::new().await;
    for (language, kept) in [(json!("ar"), json!("ar")), (json!("<script>"), json!(null))] {
        let token = world.invite(json!({"customer": language})).await;
        let mut sent = submission(&token, json!({"nps": 5}));
        sent["language"] = language;
        world.submit(&sent).await.expect(201);
        assert_eq!(world.responses().await.last().map(|stored| &stored["language"]), Some(&kept));
    }
}

#[tokio::test]
async fn a_clock_that_was_set_back_changes_no_promise() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1", "email": "c@company.example"})).await;
    let first = submission(&token, json!({"nps": 2}));
    world.submit(&first).await.expect(201);
    world.set_back(3 * 24 * 60);

    assert_eq!(world.submit(&first).await.expect(200)["score"], 2);
    world.submit(&submission(&token, json!({"nps": 9}))).await.expect(200);
    assert_eq!(world.responses().await.len(), 1);
    let last = world.get("/v1/customers/C-1/last-score").await.expect(200);
    assert_eq!((&last["score"], &last["age_seconds"]), (&json!(9), &json!(0)));
    world.story(json!({"customer": "C-2"}), 10).await;
    assert_eq!(world.nps("").await["n"], 2);
}
