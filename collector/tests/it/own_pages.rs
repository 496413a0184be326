//! The collector's own pages: links to them, who may call from them, and surveys tried out.

use hearback::settings::Settings;
use reqwest::Method;
use reqwest::header::{ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN};
use serde_json::{Value, json};

use crate::company::{begun, submission, survey};
use crate::world::{Answer, World, send, text};

const OWN: &str = "https://feedback.company.example";

fn public(settings: &mut Settings) {
    settings.public_url = Some(OWN.into());
}

fn trial(settings: &mut Settings) {
    settings.try_pages = true;
}

fn without_page() -> Value {
    let mut survey = survey();
    survey.as_object_mut().unwrap().remove("page");
    survey
}

async fn from(world: &World, origin: &str, method: Method, path: &str, body: Option<&Value>) -> Answer {
    let request = world.request(method, path).header(ORIGIN, origin);
    send(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

#[tokio::test]
async fn the_link_to_a_survey_without_a_page_is_the_collectors_own() {
    let world = World::with(public).await;
    world.put("/v1/surveys/support", &without_page()).await.expect(201);
    let body = json!({"survey": "support", "invitations": [{"customer": "C-1"}]});
    let made = world.post("/v1/invitations", &body).await.expect(201)["invitations"][0].take();
    assert_eq!(text(&made["link"]), format!("{OWN}/s/{}", text(&made["token"])));
}

#[tokio::test]
async fn a_survey_without_a_page_is_not_taken_where_the_collector_has_no_address() {
    let mut world = World::new().await;
    let problem = world.put("/v1/surveys/support", &without_page()).await.refused(422, "invalid_survey");
    assert_eq!(problem["fields"][0]["path"], "page");
    assert!(text(&problem["fields"][0]["detail"]).contains("(public_url)"), "{problem}");

    // Nor are links made that lead nowhere, when the address is taken away later.
    world.settings.public_url = Some(OWN.into());
    world.restart().await;
    world.put("/v1/surveys/support", &without_page()).await.expect(201);
    world.settings.public_url = None;
    world.restart().await;
    let body = json!({"survey": "support", "invitations": [{"customer": "C-1"}]});
    let problem = world.post("/v1/invitations", &body).await.refused(422, "invalid_invitations");
    assert_eq!(problem["fields"][0]["path"], "survey");
}

#[tokio::test]
async fn the_collectors_own_pages_may_show_every_survey() {
    let world = World::with(public).await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let form = format!("/v1/surveys/support/form?token={token}");
    let thanks = "/v1/surveys/support/thanks?category=passive";
    let here = format!("http://{}", world.address());
    for origin in [OWN, &here] {
        from(&world, origin, Method::GET, &form, None).await.expect(200);
        from(&world, origin, Method::GET, thanks, None).await.expect(200);
        let sent = submission(&token, json!({"nps": 9}));
        let answer = from(&world, origin, Method::POST, "/v1/submissions", Some(&sent)).await;
        assert!([200, 201].contains(&answer.status), "{}", answer.text);
        let preflight = world.request(Method::OPTIONS, "/v1/submissions").header(ORIGIN, origin);
        let preflight = send(preflight.header(ACCESS_CONTROL_REQUEST_METHOD, "POST")).await;
        assert_eq!(preflight.header("access-control-allow-origin"), Some(origin));
    }
    let port = world.address().port();
    let others =
        [format!("http://localhost:{port}"), format!("{OWN}.stranger.example"), "http://127.0.0.1".into()];
    for stranger in others {
        from(&world, &stranger, Method::GET, &form, None).await.refused(403, "origin_not_allowed");
    }
    // Without a public address, the host that was called is all that is ours.
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let form = format!("/v1/surveys/support/form?token={token}");
    from(&world, OWN, Method::GET, &form, None).await.refused(403, "origin_not_allowed");
    let named =
        world.request(Method::GET, &form).header(HOST, "feedback.company.example").header(ORIGIN, OWN);
    send(named).await.expect(200);
}

#[tokio::test]
async fn a_survey_can_be_tried_out_and_nothing_is_stored() {
    let world = World::with(trial).await;
    let form = world.form("try").await.expect(200);
    assert_eq!(form["intro"], "Hello there, a colleague helped with your service.");
    assert_eq!((&form["answered"], &form["questions"][1]["id"]), (&json!(false), &json!("why")));
    assert_eq!(world.form("try&language=ar").await.expect(200)["language"], "ar");

    let receipt = world.submit(&begun("try", json!({"nps": 9}))).await.expect(201);
    let seen = [&receipt["score"], &receipt["category"], &receipt["complete"]];
    assert_eq!(seen, [&json!(9), &json!("promoter"), &json!(false)]);
    let receipt = world.submit(&submission("try", json!({"nps": 2, "why": "slow"}))).await.expect(201);
    assert_eq!((&receipt["category"], &receipt["complete"]), (&json!("detractor"), &json!(true)));
    assert!(text(&receipt["response"]).parse::<uuid::Uuid>().is_ok());
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn what_is_tried_out_is_checked_like_any_answer() {
    let world = World::with(trial).await;
    let problem = world.submit(&submission("try", json!({"nps": 11}))).await.refused(422, "invalid_answers");
    assert_eq!(problem["fields"][0]["path"], "answers.nps");
    let mut sent = submission("try", json!({"nps": 9}));
    let stranger = "https://stranger.example";
    let refused = from(&world, stranger, Method::POST, "/v1/submissions", Some(&sent)).await;
    refused.refused(403, "origin_not_allowed");
    let form = "/v1/surveys/support/form?token=try";
    from(&world, stranger, Method::GET, form, None).await.refused(403, "origin_not_allowed");
    let here = format!("http://{}", world.address());
    for origin in ["https://company.example", &here] {
        from(&world, origin, Method::GET, form, None).await.expect(200);
        from(&world, origin, Method::POST, "/v1/submissions", Some(&sent)).await.expect(201);
    }
    sent["survey"] = json!("gone");
    world.submit(&sent).await.refused(404, "unknown_survey");
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn where_it_is_not_allowed_a_trial_is_refused_like_any_malformed_token() {
    let world = World::new().await;
    world.form("try").await.refused(400, "malformed_token");
    world.submit(&submission("try", json!({"nps": 9}))).await.refused(400, "malformed_token");
    world.assert_nothing_stored().await;
}
