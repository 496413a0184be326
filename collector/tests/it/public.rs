//! What browsers are told about other origins, and the headers that keep pages safe.

use reqwest::Method;
use reqwest::header::{ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE, ORIGIN};
use serde_json::json;

use crate::company::{submission, survey};
use crate::world::{Answer, World, send};

const ALLOWED: &str = "https://company.example";
const STRANGER: &str = "https://stranger.example";
const ALLOW_ORIGIN: &str = "access-control-allow-origin";

async fn preflight(world: &World, origin: &str, path: &str) -> Answer {
    let request = world
        .request(Method::OPTIONS, path)
        .header(ORIGIN, origin)
        .header(ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(ACCESS_CONTROL_REQUEST_HEADERS, "content-type");
    send(request).await
}

#[tokio::test]
async fn a_preflight_is_answered_for_origins_that_some_survey_allows() {
    let world = World::new().await;
    let paths = ["/v1/submissions", "/v1/surveys/support/form", "/v1/surveys/support/thanks"];
    let origins = [ALLOWED, "http://localhost:8081"];
    for (origin, path) in origins.into_iter().flat_map(|origin| paths.map(|path| (origin, path))) {
        let answer = preflight(&world, origin, path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header(ALLOW_ORIGIN), Some(origin));
        assert_eq!(answer.header("access-control-allow-headers"), Some("content-type"));
        assert!(answer.header("access-control-allow-methods").unwrap().contains("POST"));
        assert_eq!(answer.header("access-control-max-age"), Some("86400"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
}

#[tokio::test]
async fn a_preflight_of_a_stranger_allows_nothing() {
    let world = World::new().await;
    for origin in [
        STRANGER,
        "null",
        "http://company.example",
        "https://company.example.stranger.example",
        "https://company.example:444",
    ] {
        let answer = preflight(&world, origin, "/v1/submissions").await;
        assert_eq!(answer.header(ALLOW_ORIGIN), None, "{origin}");
    }
}

#[tokio::test]
async fn only_pages_of_allowed_origins_get_the_form_and_may_submit() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let form = format!("/v1/surveys/support/form?token={token}");
    let sent = submission(&token, json!({"nps": 9}));
    let submit =
        |origin: &str| world.request(Method::POST, "/v1/submissions").header(ORIGIN, origin).json(&sent);

    for origin in [STRANGER, "null", "http://company.example"] {
        let refusal = send(world.request(Method::GET, &form).header(ORIGIN, origin)).await;
        // The page's author can read why.
        assert_eq!(refusal.header(ALLOW_ORIGIN), Some(origin));
        let problem = refusal.refused(403, "origin_not_allowed");
        assert!(problem["detail"].as_str().unwrap().contains(origin), "{problem}");
        assert!(problem["message"].is_string());
        send(submit(origin)).await.refused(403, "origin_not_allowed");
    }
    world.assert_nothing_stored().await;

    let drawn = send(world.request(Method::GET, &form).header(ORIGIN, ALLOWED)).await;
    assert_eq!(drawn.header(ALLOW_ORIGIN), Some(ALLOWED));
    assert!(drawn.headers.get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("origin")));
    drawn.expect(200);
    let stored = send(submit("HTTPS://company.example")).await;
    assert!(stored.header("access-control-expose-headers").unwrap().contains("retry-after"));
    stored.expect(201);
}

#[tokio::test]
async fn the_thank_you_page_is_for_allowed_origins_too() {
    let world = World::new().await;
    let thanks = |origin: &str| {
        let path = "/v1/surveys/support/thanks?category=passive";
        send(world.request(Method::GET, path).header(ORIGIN, origin))
    };
    thanks(STRANGER).await.refused(403, "origin_not_allowed");
    thanks(ALLOWED).await.expect(200);
}

#[tokio::test]
async fn a_request_without_an_origin_comes_from_no_page_and_is_served() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    world.form(&token).await.expect(200);
    world.submit(&submission(&token, json!({"nps": 9}))).await.expect(201);
}

#[tokio::test]
async fn one_surveys_origins_are_not_anothers() {
    let world = World::new().await;
    let mut other = survey();
    other["id"] = json!("other");
    other["allowed_origins"] = json!([STRANGER]);
    world.put("/v1/surveys/other", &other).await.expect(201);
    let token = world.invite(json!({"customer": "C-1"})).await;
    let form = format!("/v1/surveys/support/form?token={token}");
    send(world.request(Method::GET, &form).header(ORIGIN, STRANGER)).await.refused(403, "origin_not_allowed");
    assert_eq!(preflight(&world, STRANGER, "/v1/submissions").await.header(ALLOW_ORIGIN), Some(STRANGER));
}

#[tokio::test]
async fn the_api_for_systems_is_not_for_pages() {
    let world = World::new().await;
    for (_, route, _) in crate::keys::ROUTES {
        let path = route.replace("{survey}", "support").replace("{customer}", "C-1").replace("{id}", "x");
        // Asked for what there is not, the live stream ends.
        let path = path.replace("/v1/events", "/v1/events?types=none");
        assert_eq!(preflight(&world, ALLOWED, &path).await.header(ALLOW_ORIGIN), None, "{route}");
        let request = world.with_key(Method::GET, &path).header(ORIGIN, ALLOWED);
        assert_eq!(send(request).await.header(ALLOW_ORIGIN), None, "{route}");
    }
}

#[tokio::test]
async fn a_refusal_for_its_size_or_type_can_be_read_by_the_page() {
    let world = World::new().await;
    let post = |kind: &str, body: String| {
        let request = world.request(Method::POST, "/v1/submissions").header(ORIGIN, ALLOWED);
        send(request.header(CONTENT_TYPE, kind).body(body))
    };
    for answer in [
        post("application/json", " ".repeat(16 * 1024 + 1)).await,
        post("text/plain", "{}".into()).await,
        post("application/json", "{".into()).await,
    ] {
        assert_eq!(answer.header(ALLOW_ORIGIN), Some(ALLOWED), "{}", answer.text);
        assert!(answer.status >= 400);
    }
}

#[tokio::test]
async fn every_answer_forbids_guessing_its_type_and_passing_on_its_address() {
    let world = World::new().await;
    for path in [
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
        "/hearback.js",
        "/widget/x.js",
        "/v1/nps",
        "/v1/surveys/support/form?token=x",
        "/v1/surveys/%FF/form",
        "/nowhere",
    ] {
        let answer = send(world.request(Method::GET, path)).await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        let kept = answer.header("cache-control") != Some("no-store");
        assert_eq!(kept, path == "/hearback.js" && answer.status == 200, "{path}");
    }
}
