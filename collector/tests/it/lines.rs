//! Interactions one a line, any number of them in one call.

use std::convert::Infallible;
use std::fs;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use futures_util::stream::{self, StreamExt};
use http_body_util::StreamBody;
use hyper::body::Frame;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::net::UnixListener;
use tokio::sync::mpsc;

use crate::program::hearback;
use crate::world::{Answer, World, send, text};

const LINES: &str = "application/x-ndjson";

/// A company that asks everybody, but nobody twice.
async fn world() -> World {
    let world = World::with(|settings| {
        settings.limits.invitations_per_call = 3;
        settings.limits.body_bytes = 50_000;
    })
    .await;
    let document = json!({"quiet": {"days": 30}, "rule": [{"name": "any", "survey": "support"}]});
    world.put("/v1/asking", &document).await.expect(200);
    world
}

async fn tell(world: &World, path: &str, lines: &str) -> Answer {
    send(world.with_key(Method::POST, path).header(CONTENT_TYPE, LINES).body(lines.to_owned())).await
}

fn read(lines: &str) -> Vec<Value> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn each_line_is_answered_in_its_place_and_one_that_is_wrong_stops_no_other() {
    let world = world().await;
    let mut lines = String::new();
    for n in 0..10 {
        lines += &match n {
            2 => "{\"customer\": \"C-2\", \"email\": \"nobody\"}\n".to_owned(),
            4 => "\r\n{\"customer\": 4}\n".to_owned(),
            5 => "so what\n".to_owned(),
            _ => format!("{{\"id\": \"I-{n}\", \"customer\": \"C-{}\"}}\r\n", n % 6),
        };
    }
    let answer = tell(&world, "/v1/interactions", lines.trim_end()).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some(LINES)));
    let answers = read(&answer.text);
    let short = |answer: &Value| match answer.get("error") {
        Some(error) => {
            format!("line {}: {} {}", answer["line"], text(&error["code"]), error["fields"][0]["path"])
        }
        None => {
            format!("{} {} {}", text(&answer["id"]), text(&answer["customer"]), text(&answer["decision"]))
        }
    };
    assert_eq!(
        answers.iter().map(short).collect::<Vec<_>>(),
        [
            "I-0 C-0 invited",
            "I-1 C-1 invited",
            "line 3: invalid_interaction \"email\"",
            "I-3 C-3 invited",
            "line 6: unreadable_body \"customer\"",
            "line 7: unreadable_body null",
            "I-6 C-0 skipped",
            "I-7 C-1 skipped",
            "I-8 C-2 invited",
            "I-9 C-3 skipped",
        ]
    );
    assert_eq!(answers[6]["reason"], "asked_recently");
    world.form(&text(&answers[8]["token"])).await.expect(200);

    // Told again, they have the same answers.
    let again = read(&tell(&world, "/v1/interactions", &lines).await.text);
    assert!(again.iter().all(|answer| answer.get("error").is_some() || answer["duplicate"] == true));
    assert_eq!(again[0]["link"], answers[0]["link"]);
}

#[tokio::test]
async fn whoever_tells_one_now_and_then_is_answered_at_once() {
    let world = world().await;
    let (say, mut answer) = begun(&world).await;
    // A line may come in pieces.
    for piece in ["{\"customer\":", " \"C-1\"}\n"] {
        say.send(piece.into()).await.unwrap();
    }
    assert_eq!(next(&mut answer).await.unwrap()["decision"], "skipped");
    drop(say);
    assert_eq!(next(&mut answer).await, None);
}

/// A call that goes on, and the first line of its answer.
async fn begun(world: &World) -> (mpsc::Sender<Bytes>, reqwest::Response) {
    begin(world.with_key(Method::POST, "/v1/interactions")).await
}

async fn begin(request: RequestBuilder) -> (mpsc::Sender<Bytes>, reqwest::Response) {
    let (say, mut said) = mpsc::channel::<Bytes>(1);
    let frames = stream::poll_fn(move |context| said.poll_recv(context));
    let frames = frames.map(|bytes| Ok::<_, Infallible>(Frame::data(bytes)));
    let mut answer = request
        .header(CONTENT_TYPE, LINES)
        .body(reqwest::Body::wrap(StreamBody::new(frames)))
        .send()
        .await
        .unwrap();
    say.send("{\"customer\": \"C-1\"}\n".into()).await.unwrap();
    assert_eq!(next(&mut answer).await.unwrap()["decision"], "invited");
    (say, answer)
}

async fn next(answer: &mut reqwest::Response) -> Option<Value> {
    let line = tokio::time::timeout(Duration::from_secs(20), answer.chunk()).await.unwrap().unwrap();
    line.map(|line| serde_json::from_slice(&line).unwrap())
}

#[tokio::test]
async fn a_key_that_is_revoked_tells_no_more() {
    let world = world().await;
    let key = world.make_key(&["write"]).await;
    let request =
        world.request(Method::POST, "/v1/interactions").header(AUTHORIZATION, format!("Bearer {key}"));
    let (say, mut answer) = begin(request).await;
    let keys = world.get("/v1/keys").await.expect(200);
    let own = keys.as_array().unwrap().iter().find(|key| key["scopes"] == json!(["write"])).unwrap();
    world.delete(&format!("/v1/keys/{}", text(&own["id"]))).await;
    say.send("{\"customer\": \"C-2\"}\n".into()).await.unwrap();
    let last = next(&mut answer).await.unwrap();
    assert_eq!((&last["line"], &last["error"]["code"]), (&json!(2), &json!("key_unknown")));
    assert_eq!(next(&mut answer).await, None);
}

#[tokio::test]
async fn a_stop_does_not_wait_for_who_may_tell_more() {
    let mut world = world().await;
    let (_say, mut answer) = begun(&world).await;
    let told = tokio::spawn(async move { (next(&mut answer).await.unwrap(), next(&mut answer).await) });
    let begun = std::time::Instant::now();
    world.stop().await.unwrap();
    let (last, end) = told.await.unwrap();
    assert_eq!((&last["line"], &last["error"]["code"]), (&json!(2), &json!("unavailable")));
    assert_eq!(end, None);
    assert!(begun.elapsed() < Duration::from_secs(9), "it waited as long as it may");
}

#[tokio::test]
async fn who_says_nothing_any_more_keeps_no_place() {
    let world = World::with(|settings| settings.limits.request_seconds = 1).await;
    let document = json!({"rule": [{"name": "any", "survey": "support"}]});
    world.put("/v1/asking", &document).await.expect(200);
    let (_say, mut answer) = begun(&world).await;
    assert_eq!(next(&mut answer).await, None);
}

#[tokio::test]
async fn a_line_that_is_too_long_is_the_last() {
    let world = world().await;
    let long = json!({"customer": "C-2", "attributes": {"note": "x".repeat(50_000)}});
    let lines = format!("{{\"customer\": \"C-1\"}}\n{long}\n{{\"customer\": \"C-3\"}}\n");
    let answers = read(&tell(&world, "/v1/interactions", &lines).await.text);
    assert_eq!(answers.len(), 2, "{answers:?}");
    assert_eq!(answers[0]["decision"], "invited");
    assert_eq!((&answers[1]["line"], &answers[1]["error"]["code"]), (&json!(2), &json!("too_large")));
    world.get("/v1/customers/C-3/last-score").await.refused(404, "not_found");
}

#[tokio::test]
async fn lines_are_not_tried_and_need_a_document() {
    let world = world().await;
    let problem = tell(&world, "/v1/interactions?dry_run=true", "{\"customer\": \"C-1\"}\n").await;
    let problem = problem.refused(400, "invalid_query");
    assert_eq!(problem["fields"][0]["path"], "dry_run");
    let without = World::new().await;
    let problem = tell(&without, "/v1/interactions", "{\"customer\": \"C-1\"}\n").await;
    problem.refused(409, "no_asking_document");
}

/// What the command says, and the file that it writes, when a collector answers five rows like this.
async fn answered(lines: &[Value], breaks_off: bool) -> (String, String) {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    fs::create_dir(&data).unwrap();
    let lines: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
    let answer = async move |body: Body| {
        let mut told = body.into_data_stream();
        told.next().await.unwrap().unwrap();
        let lines = stream::iter(lines).map(Ok);
        let gone = async {
            // What went out before has come.
            tokio::time::sleep(Duration::from_millis(300)).await;
            Err(std::io::Error::other("it is gone"))
        };
        let end = stream::iter(breaks_off.then_some(gone)).then(|gone| gone);
        ([(CONTENT_TYPE, LINES)], Body::from_stream(lines.chain(end)))
    };
    let socket = UnixListener::bind(hearback::socket_path(&data)).unwrap();
    let server = tokio::spawn(async { axum::serve(socket, Router::new().fallback(answer)).await });
    let csv = "customer\n".to_owned() + &(1..=5).map(|n| format!("C-{n}\n")).collect::<String>();
    fs::write(place.path().join("calls.csv"), csv).unwrap();
    let arguments = ["interactions", "--csv", "calls.csv", "--out", "links.csv", "--directory", "data"];
    let ran = hearback(place.path(), &arguments).await;
    server.abort();
    (ran.bad(), fs::read_to_string(place.path().join("links.csv")).unwrap())
}

fn invited(n: u32) -> Value {
    let link = format!("https://c.example/{n}");
    json!({"customer": "C", "decision": "invited", "sentence": "", "duplicate": false, "link": link})
}

fn refused(line: u32, code: &str) -> Value {
    json!({"line": line, "error": {"code": code, "detail": "it went wrong"}})
}

const HEADER: &str = "customer,decision,reason,send_at,link\nC-1,invited,,,https://c.example/1\n";

#[tokio::test]
async fn what_was_answered_is_written_whatever_becomes_of_the_rest() {
    let (said, links) = answered(&[invited(1), invited(2)], true).await;
    assert!(said.contains("of the rows from line 4 on it is not known what became of them"), "{said}");
    assert_eq!(links, format!("{HEADER}C-2,invited,,,https://c.example/2\n"));

    let (said, links) = answered(&[invited(1), refused(2, "unavailable")], false).await;
    assert!(said.contains("from line 3 on nobody was asked: it went wrong"), "{said}");
    assert_eq!(links, format!("{HEADER}C-2,refused,unavailable,,\n"));

    let (said, _) = answered(&[invited(1)], false).await;
    assert!(said.contains("of the rows from line 3 on it is not known what became of them"), "{said}");

    let (said, links) =
        answered(&[refused(1, "invalid_interaction"), invited(2), refused(3, "unavailable")], false).await;
    assert!(
        said.contains("not all rows from line 2 on were taken, and from line 4 on nobody was asked"),
        "{said}"
    );
    assert_eq!(links.lines().count(), 4);

    let wrong = refused(3, "invalid_interaction");
    let (said, links) = answered(&[invited(1), invited(2), wrong, invited(4), invited(5)], false).await;
    assert!(said.contains("not all rows were taken, the first of them in line 4: it went wrong"), "{said}");
    assert_eq!(links.lines().nth(3), Some("C-3,refused,invalid_interaction,,"));
    assert_eq!(links.lines().nth(5), Some("C-5,invited,,,https://c.example/5"));
}
