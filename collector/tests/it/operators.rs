//! What operators and programmers ask for: health, figures, the description of the API, errors of one shape.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::keys::ROUTES;
use crate::world::{World, send};

#[tokio::test]
async fn health_readiness_and_metrics_need_no_key() {
    let world = World::new().await;
    world.story(json!({"customer": "C-4711"}), 9).await;
    let get = async |path: &str| send(world.request(Method::GET, path)).await;
    assert_eq!(get("/healthz").await.text, "alive\n");
    assert_eq!(get("/readyz").await.text, "ready\n");
    let metrics = get("/metrics").await;
    assert_eq!(metrics.status, 200);
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain"));
    for line in [
        "hearback_responses ",
        "hearback_dictionary_bytes ",
        "hearback_submissions_total{new=\"yes\"} ",
        "hearback_http_requests_total{route=\"/v1/submissions\",status=\"201\"} ",
        "hearback_http_request_seconds_bucket{route=\"/v1/submissions\",status=\"201\",le=\"0.001\"}",
        "hearback_commit_batch_size_bucket{le=\"1\"}",
    ] {
        assert!(metrics.text.contains(line), "{line} in\n{}", metrics.text);
    }
    assert!(!metrics.text.contains("4711"));
}

/// Method, path and description of every operation.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let item = item.as_object().unwrap().clone();
        item.into_iter()
            .map(|(method, about)| (method.to_uppercase(), path.clone(), about))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

#[tokio::test]
async fn the_description_of_the_api_names_every_route_and_its_scope() {
    let world = World::empty(|_| ()).await;
    let answer = send(world.request(Method::GET, "/openapi.json")).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let document = answer.expect(200);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));

    let public = [
        ("GET", "/v1/surveys/{survey}/form", ""),
        ("GET", "/v1/surveys/{survey}/thanks", ""),
        ("POST", "/v1/surveys/{survey}/reviews/followed", ""),
        ("POST", "/v1/submissions", ""),
        ("GET", "/v1/session", ""),
        ("POST", "/v1/session", ""),
        ("DELETE", "/v1/session", ""),
        ("POST", "/v1/welcome", ""),
        ("PUT", "/v1/password", ""),
    ];
    let expected: BTreeSet<_> = ROUTES
        .into_iter()
        .chain(public)
        .map(|(method, path, scope)| (method.to_owned(), path.to_owned(), scope.to_owned()))
        .collect();
    let described: BTreeSet<_> = operations(&document)
        .into_iter()
        .map(|(method, path, about)| {
            let scope = about["security"][0]["key"][0].as_str().unwrap_or_default().to_owned();
            (method, path, scope)
        })
        .collect();
    assert_eq!(described, expected);
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own() {
    let world = World::empty(|_| ()).await;
    let document = world.get("/openapi.json").await.expect(200);
    let mut names: Vec<String> =
        operations(&document).iter().map(|(_, _, about)| crate::world::text(&about["operationId"])).collect();
    names.sort();
    let mut unique = names.clone();
    unique.dedup();
    assert_eq!(names, unique);
}

#[tokio::test]
async fn every_reference_in_the_description_leads_somewhere() {
    let world = World::empty(|_| ()).await;
    let answer = world.get("/openapi.json").await;
    let references: BTreeSet<String> = answer
        .text
        .split("\"$ref\":\"#")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().into())
        .collect();
    let document = answer.expect(200);
    assert!(references.len() > 10, "{references:?}");
    for reference in references {
        assert!(document.pointer(&reference).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn what_is_not_served_is_refused_in_the_shape_of_every_error() {
    let world = World::new().await;
    send(world.request(Method::GET, "/nowhere")).await.refused(404, "no_route");
    send(world.request(Method::GET, "/")).await.refused(404, "no_route");
    for (method, path) in
        [(Method::DELETE, "/v1/submissions"), (Method::POST, "/v1/nps"), (Method::PUT, "/healthz")]
    {
        let answer = send(world.request(method, path)).await;
        assert!(answer.header("allow").is_some(), "{path}");
        answer.refused(405, "method_not_allowed");
    }
    let problem = send(world.request(Method::GET, "/v1/surveys/%FF/form")).await;
    assert_eq!(problem.header("content-type"), Some("application/json"));
    problem.refused(400, "bad_request");
}
