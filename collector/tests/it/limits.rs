//! Too much at once, too much in all: refused in time, and nothing is lost or half stored.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};

use crate::company::{submission, survey};
use crate::world::{PATIENCE, World, send};

/// More than any disk has: 8 EiB in MiB.
const ABSURD: u64 = 1 << 43;

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_says_when_to_come_back() {
    let world = World::with(|settings| settings.limits.queue = 1).await;
    let invitations: Vec<Value> = (0..64).map(|i| json!({"customer": format!("C-{i}")})).collect();
    let body = json!({"survey": "support", "invitations": invitations});
    let made = world.post("/v1/invitations", &body).await.expect(201);
    let tokens: Vec<String> = (0..64).map(|i| crate::world::text(&made["invitations"][i]["token"])).collect();

    let (mut stored, mut refused) = (0, 0);
    let started = Instant::now();
    let mut waiting: Vec<Value> = tokens.iter().map(|token| submission(token, json!({"nps": 9}))).collect();
    while !waiting.is_empty() {
        assert!(started.elapsed() < PATIENCE, "{} are still refused", waiting.len());
        let answers = world.submit_all(&waiting).await;
        let mut again = Vec::new();
        for (sent, answer) in waiting.into_iter().zip(answers) {
            if answer.status == 503 {
                assert_eq!(answer.header("retry-after"), Some("1"));
                assert!(answer.refused(503, "unavailable")["message"].is_string());
                refused += 1;
                again.push(sent);
            } else {
                answer.expect(201);
                stored += 1;
            }
        }
        waiting = again;
        assert_eq!(world.nps("").await["n"], stored, "what was refused is not stored");
    }
    assert!(refused > 0, "sixty-four at once fit in a queue of one");
    assert_eq!(stored, 64);
}

#[tokio::test]
async fn a_full_disk_takes_nothing_more_and_still_gives_what_is_there() {
    let mut world = World::new().await;
    world.story(json!({"customer": "C-1", "agent": "amira"}), 9).await;
    let token = world.invite(json!({"customer": "C-2"})).await;
    world.settings.min_free_mib = ABSURD;
    world.restart().await;

    let sent = submission(&token, json!({"nps": 2}));
    let refusal = world.submit(&sent).await;
    assert_eq!(refusal.header("retry-after"), Some("30"));
    let problem = refusal.refused(503, "unavailable");
    let detail = "the collector cannot store anything right now; nothing is acknowledged, try again later";
    assert_eq!(problem["detail"], detail, "what the disk is like is for the log alone");
    assert!(problem["message"].is_string());
    let invite = json!({"survey": "support", "invitations": [{"customer": "C-3"}]});
    world.post("/v1/invitations", &invite).await.refused(503, "unavailable");
    let mut newer = survey();
    newer["name"] = json!("x");
    world.put("/v1/surveys/support", &newer).await.refused(503, "unavailable");
    let key = json!({"name": "x", "scopes": ["read"]});
    world.post("/v1/keys", &key).await.refused(503, "unavailable");

    let ready = send(world.request(Method::GET, "/readyz")).await;
    assert!(ready.header("retry-after").is_some());
    ready.refused(503, "unavailable");
    assert_eq!(send(world.request(Method::GET, "/healthz")).await.status, 200);

    world.form(&token).await.expect(200);
    assert_eq!(world.nps("").await["n"], 1);
    assert_eq!(world.responses().await.len(), 1);
    assert_eq!(world.get("/v1/customers/C-1/last-score").await.expect(200)["score"], 9);
    world.get("/v1/customers/C-3/last-score").await.refused(404, "not_found");
    assert_eq!(world.get("/v1/surveys/support").await.expect(200)["version"], 1);

    world.settings.min_free_mib = 0;
    world.restart().await;
    assert_eq!(world.nps("").await["n"], 1, "nothing came back by itself");
    world.submit(&sent).await.expect(201);
}

#[tokio::test]
async fn a_retry_gets_its_receipt_on_a_full_disk_too() {
    let mut world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let sent = submission(&token, json!({"nps": 2}));
    world.submit(&sent).await.expect(201);
    world.settings.min_free_percent = 99;
    world.settings.min_free_mib = ABSURD;
    world.restart().await;
    world.submit(&sent).await.expect(200);
}

#[tokio::test]
async fn a_call_of_a_system_has_a_limit_of_its_own() {
    let world = World::with(|settings| settings.limits.body_bytes = 30_000).await;
    let mut long = survey();
    long["name"] = json!("x".repeat(30_000));
    let problem = world.put("/v1/surveys/support", &long).await.refused(413, "too_large");
    assert_eq!(problem["detail"], "the body is larger than 30000 bytes");
    assert_eq!(world.get("/v1/surveys/support").await.expect(200)["version"], 1);
    // Larger than a submission may be.
    long["name"] = json!("x".repeat(20_000));
    world.put("/v1/surveys/support", &long).await.expect(201);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_refused_in_the_shape_of_every_error() {
    let world = World::with(|settings| settings.limits.request_seconds = 1).await;
    let address = world.address();
    // A body that never comes.
    let head = "POST /v1/submissions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
        Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = answer.await.unwrap();
    for part in ["HTTP/1.1 504", "\"code\":\"timeout\"", "x-content-type-options: nosniff"] {
        assert!(answer.contains(part), "{part} in {answer}");
    }
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn whoever_comes_too_often_hears_when_to_come_back() {
    let world = World::with(|settings| {
        settings.limits.link_per_minute = 3;
        settings.limits.address_per_second = 1;
        settings.limits.key_per_second = 5;
        settings.public_url = Some("https://feedback.example".into());
    })
    .await;
    let (token, other) =
        (world.invite(json!({"customer": "C-1"})).await, world.invite(json!({"customer": "C-2"})).await);
    let look = async |token: &str, address: &str| {
        let path = format!("/v1/surveys/support/form?token={token}&language=ar");
        send(world.request(Method::GET, &path).header("x-forwarded-for", address)).await
    };
    // One link, from many places.
    for n in 0..3 {
        look(&token, &format!("203.0.113.{n}")).await.expect(200);
    }
    let refused = look(&token, "203.0.113.9").await;
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=21).contains(&wait), "{wait}");
    let problem = refused.refused(429, "too_many_requests");
    assert!(crate::world::text(&problem["detail"]).contains("limits.link_per_minute"), "{problem}");
    assert_eq!(problem["language"], "ar", "in words that the customer understands");
    look(&other, "203.0.113.9").await.expect(200);

    // One address, as the proxy tells it: ten at once, and then one a second. What a stranger writes before it is nothing.
    let from = |address: &str| {
        let thanks = world.request(Method::GET, "/v1/surveys/support/thanks?category=passive");
        send(thanks.header("x-forwarded-for", address.to_owned()))
    };
    let mut taken = 0;
    let refused = loop {
        let answer = from(&format!("192.0.2.{taken}, 198.51.100.7")).await;
        if answer.status == 429 {
            break answer;
        }
        answer.expect(200);
        taken += 1;
        assert!(taken < 60, "nobody is refused");
    };
    assert!(taken >= 10, "{taken}");
    assert!(refused.header("retry-after").is_some());
    assert!(
        crate::world::text(&refused.refused(429, "too_many_requests")["detail"])
            .contains("address_per_second")
    );
    from("198.51.100.8").await.expect(200);
    let page =
        send(world.request(Method::GET, &format!("/s/{token}")).header("x-forwarded-for", "198.51.100.7"))
            .await;
    assert_eq!(page.status, 429);
    assert!(page.text.contains("<html") && page.text.contains("too many requests"), "{}", page.text);

    // One key: other systems, and not whoever uses the command line on the same machine.
    let mut answers = Vec::new();
    for _ in 0..80 {
        answers.push(world.get("/v1/surveys").await);
    }
    let refused = answers.into_iter().find(|answer| answer.status == 429).expect("nobody is refused");
    assert!(
        crate::world::text(&refused.refused(429, "too_many_requests")["detail"]).contains("key_per_second")
    );
    let directory = world.settings.directory.display().to_string();
    let listed =
        crate::program::hearback(world.place(), &["survey", "list", "--directory", &directory]).await;
    assert!(listed.good().contains("support"));
}
