//! Open surveys: whoever comes may answer, and a response is nobody's.

use hearback::domain::secrets::Token;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::company::{begun, submission, survey, then};
use crate::world::{World, send};

/// A survey that anybody may answer, about an agent and a plan.
fn open_survey() -> Value {
    let mut open = survey();
    open["open"] = json!({"attributes": ["agent", "plan"]});
    open
}

async fn open_world() -> World {
    let world = World::new().await;
    world.put("/v1/surveys/support", &open_survey()).await.expect(201);
    world
}

/// What somebody sends whose page tells this.
fn told(agent: Option<&str>, attributes: Value) -> Value {
    let mut sent = submission("", json!({"nps": 9}));
    sent["agent"] = json!(agent);
    sent["attributes"] = attributes;
    sent
}

#[tokio::test]
async fn whoever_comes_gets_the_form_and_may_answer() {
    let world = open_world().await;
    let form = world.form("").await.expect(200);
    assert_eq!(form["intro"], "Hello there, a colleague helped with your service.");
    assert_eq!(world.form("&language=ar").await.expect(200)["language"], "ar");
    send(world.request(Method::GET, "/v1/surveys/support/form")).await.expect(200);
    world.assert_nothing_stored().await;

    let mut sent = told(Some("amira"), json!({"plan": "pro"}));
    sent.as_object_mut().unwrap().remove("token");
    world.submit(&sent).await.expect(201);
    let stored = world.responses().await.remove(0);
    assert_eq!((&stored["customer"], &stored["agent"]), (&json!(null), &json!("amira")));
    assert_eq!(
        (&stored["attributes"], &stored["score"]),
        (&json!({"channel": "page", "plan": "pro"}), &json!(9))
    );
    assert_eq!(world.nps("by=team&where=plan:pro").await["n"], 1);
    let groups = world.get("/v1/nps?by=team").await.expect(200)["groups"].take();
    assert_eq!((&groups[0]["key"][0], &groups[0]["promoters"]), (&json!("north"), &json!(1)));
}

#[tokio::test]
async fn a_response_of_nobody_outlives_a_restart_and_joins_the_others() {
    let mut world = open_world().await;
    world.submit(&told(None, json!({}))).await.expect(201);
    world.story(json!({"customer": "C-1"}), 2).await;
    world.restart().await;
    let responses = world.responses().await;
    let customers: Vec<&Value> = responses.iter().map(|stored| &stored["customer"]).collect();
    assert_eq!(customers, [&json!(null), &json!("C-1")]);
    let nps = world.nps("").await;
    assert_eq!((&nps["n"], &nps["nps"]), (&json!(2), &json!(0.0)));
    assert_eq!(world.get("/v1/customers/C-1/last-score").await.expect(200)["score"], 2);
    world.get("/v1/customers/null/last-score").await.refused(404, "not_found");
}

#[tokio::test]
async fn one_submission_id_makes_one_response_and_another_another() {
    let world = open_world().await;
    let first = begun("", json!({"nps": 3}));
    let receipt = world.submit(&first).await.expect(201);
    assert_eq!(world.submit(&first).await.expect(200)["response"], receipt["response"]);
    let done = then(&first, json!({"nps": 4, "why": "slow"}), true);
    assert_eq!(world.submit(&done).await.expect(200)["response"], receipt["response"]);
    assert_eq!(world.submit(&first).await.expect(200)["score"], 4, "an old one changes nothing");
    assert_eq!(world.responses().await[0]["answers"], json!({"nps": 4, "why": "slow"}));

    let other = world.submit(&submission("", json!({"nps": 9}))).await.expect(201);
    assert_ne!(other["response"], receipt["response"]);
    let same: Vec<Value> = (0..32).map(|_| first.clone()).collect();
    world.submit_all(&same).await.into_iter().for_each(|answer| drop(answer.expect(200)));
    assert_eq!(world.nps("").await["n"], 2);

    // The id alone opens no other survey's response.
    let mut elsewhere = open_survey();
    elsewhere["id"] = json!("other");
    world.put("/v1/surveys/other", &elsewhere).await.expect(201);
    let mut sent = first.clone();
    sent["survey"] = json!("other");
    assert_ne!(world.submit(&sent).await.expect(201)["response"], receipt["response"]);
}

#[tokio::test]
async fn an_answer_of_nobody_can_be_changed_as_long_as_any_other() {
    let world = open_world().await;
    let first = submission("", json!({"nps": 3}));
    world.submit(&first).await.expect(201);
    world.advance(59);
    world.submit(&then(&first, json!({"nps": 4}), true)).await.expect(200);
    world.advance(1);
    world.submit(&then(&first, json!({"nps": 10}), true)).await.refused(410, "already_answered");
    assert_eq!(world.submit(&first).await.expect(200)["score"], 4);
    // Who has only begun, and was offline for weeks, may finish.
    let begun = begun("", json!({"nps": 3}));
    world.submit(&begun).await.expect(201);
    world.advance(40 * 24 * 60);
    world.submit(&then(&begun, json!({"nps": 5}), true)).await.expect(200);
}

#[tokio::test]
async fn what_the_survey_does_not_ask_the_page_for_is_left_out() {
    let world = open_world().await;
    let attributes =
        json!({"plan": " pro ", "region": "north", "email": "a@b.example", "agent": "ben", "Bad Key": "x"});
    world.submit(&told(None, attributes)).await.expect(201);
    let stored = world.responses().await.remove(0);
    assert_eq!(
        (&stored["attributes"], &stored["agent"]),
        (&json!({"channel": "page", "plan": "pro"}), &json!(null))
    );

    let mut closed = open_survey();
    closed["open"] = json!({});
    world.put("/v1/surveys/support", &closed).await.expect(201);
    world.submit(&told(Some("ben"), json!({"plan": "pro"}))).await.expect(201);
    let stored = world.responses().await.remove(1);
    assert_eq!((&stored["attributes"], &stored["agent"]), (&json!({"channel": "page"}), &json!(null)));

    // Nor may a page tell anything of a customer who was invited.
    world.put("/v1/surveys/support", &open_survey()).await.expect(201);
    let mut sent = told(Some("ben"), json!({"plan": "pro"}));
    sent["token"] = json!(world.invite(json!({"customer": "C-1", "agent": "amira"})).await);
    world.submit(&sent).await.expect(201);
    let stored = world.responses().await.remove(2);
    assert_eq!((&stored["attributes"], &stored["agent"]), (&json!({"channel": "link"}), &json!("amira")));
}

#[tokio::test]
async fn what_the_page_tells_has_its_limits() {
    let world = open_world().await;
    for (sent, path) in [
        (told(Some(&"a".repeat(129)), json!({})), "agent"),
        (told(Some("a\u{0}b"), json!({})), "agent"),
        (told(None, json!({"plan": "x".repeat(257)})), "attributes.plan"),
        (told(None, json!({"plan": "a\u{7}b"})), "attributes.plan"),
    ] {
        let problem = world.submit(&sent).await.refused(422, "invalid_answers");
        assert_eq!(problem["fields"][0]["path"], path, "{problem}");
        assert_eq!(problem["fields"].as_array().map(Vec::len), Some(1), "{problem}");
    }
    for (sent, path) in
        [(told(None, json!({"plan": 7})), "attributes.plan"), (told(None, json!(["plan"])), "attributes")]
    {
        let problem = world.submit(&sent).await.refused(400, "unreadable_body");
        assert_eq!(problem["fields"][0]["path"], path, "{problem}");
    }
    world.assert_nothing_stored().await;
    world.submit(&told(Some(""), json!({"plan": "x".repeat(256)}))).await.expect(201);
}

#[tokio::test]
async fn answers_of_nobody_are_checked_like_all_others() {
    let world = open_world().await;
    world.submit(&submission("", json!({"nps": 11}))).await.refused(422, "invalid_answers");
    let mut sent = submission("", json!({"nps": 9}));
    sent["id"] = json!("1");
    world.submit(&sent).await.refused(422, "invalid_answers");
    world.submit(&submission("abc", json!({"nps": 9}))).await.refused(400, "malformed_token");
    world.submit(&submission("try", json!({"nps": 9}))).await.refused(400, "malformed_token");
    let sent = submission("", json!({"nps": 9}));
    let stranger =
        world.request(Method::POST, "/v1/submissions").header("origin", "https://stranger.example");
    send(stranger.json(&sent)).await.refused(403, "origin_not_allowed");
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_survey_that_is_not_open_asks_for_the_link() {
    let world = open_world().await;
    let begun = begun("", json!({"nps": 3}));
    world.submit(&begun).await.expect(201);
    world.put("/v1/surveys/support", &survey()).await.expect(201);
    // The newest version says who may answer, whichever one the form had.
    let mut late = then(&begun, json!({"nps": 9}), true);
    late["version"] = json!(2);
    world.submit(&late).await.refused(400, "missing_token");
    world.submit(&submission("", json!({"nps": 9}))).await.refused(400, "missing_token");
    world.form("").await.refused(400, "missing_token");
    assert_eq!(world.nps("").await["n"], 1);
}

#[tokio::test]
async fn a_token_that_was_never_given_out_opens_no_response_of_nobody() {
    let world = open_world().await;
    let sent = submission("", json!({"nps": 3}));
    world.submit(&sent).await.expect(201);
    let id: Uuid = sent["id"].as_str().unwrap().parse().unwrap();
    let mut guess = sent.clone();
    guess["token"] = json!(Token::from_random(*id.as_bytes()).reveal());
    world.submit(&guess).await.refused(404, "unknown_token");
}
