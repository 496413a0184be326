//! Stopping and starting: nothing acknowledged is lost, nothing counts twice, the numbers are the same.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::company::{begun, submission};
use crate::nps::{answered, groups};
use crate::world::{World, send, text, until};

#[tokio::test]
async fn the_numbers_are_identical_after_a_restart() {
    let mut world = answered().await;
    let token = world.invite(json!({"customer": "C-6", "agent": "ben", "attributes": {"plan": "max"}})).await;
    world.submit(&begun(&token, json!({"nps": 2}))).await.expect(201);
    world.submit(&submission(&token, json!({"nps": 10, "why": "fast"}))).await.expect(200);
    let everything = async |world: &World| -> Vec<Value> {
        let mut all = Vec::new();
        for by in ["agent", "team", "department", "region", "channel", "plan", "survey"] {
            let query = format!("by={by}&from=2026-03-02T09:00:00Z&where=channel:phone");
            all.extend([groups(world, &format!("by={by}")).await, groups(world, &query).await]);
        }
        for customer in 1..=6 {
            let path = format!("/v1/customers/C-{customer}/last-score");
            all.push(world.get(&path).await.expect(200));
        }
        all.push(world.nps("").await);
        all.extend(world.responses().await);
        all
    };
    let before = everything(&world).await;
    world.restart().await;
    assert_eq!(everything(&world).await, before);
    let snapshot = hearback::snapshot::path(&world.settings.directory);
    /// What is left of the file.
    type Damage = fn(Vec<u8>) -> Option<Vec<u8>>;
    let damages: [Damage; 5] = [
        Some,
        |_| None,
        |whole| Some(whole[..whole.len() / 2].to_vec()),
        |_| Some(Vec::new()),
        |mut whole| {
            let middle = whole.len() / 2;
            whole[middle] ^= 1;
            Some(whole)
        },
    ];
    for damage in damages {
        world.stop().await.expect("an orderly stop");
        let whole = std::fs::read(&snapshot).expect("a snapshot, written at the stop");
        match damage(whole) {
            Some(left) => std::fs::write(&snapshot, left).unwrap(),
            None => std::fs::remove_file(&snapshot).unwrap(),
        }
        world.start().await;
        assert_eq!(everything(&world).await, before);
    }
}

#[tokio::test]
async fn a_snapshot_is_nobodys_but_the_owners() {
    let mut world = answered().await;
    world.stop().await.expect("an orderly stop");
    let snapshot = std::fs::metadata(hearback::snapshot::path(&world.settings.directory)).unwrap();
    assert_eq!(snapshot.permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_snapshot_is_written_while_it_runs_too() {
    let mut world = World::with(|settings| settings.snapshot_changes = 1).await;
    let snapshot = hearback::snapshot::path(&world.settings.directory);
    world.story(json!({"customer": "C-1"}), 9).await;
    let written = until("a snapshot is written", async || std::fs::read(&snapshot).ok()).await;
    world.story(json!({"customer": "C-2"}), 3).await;
    world.stop().await.expect("an orderly stop");
    assert_ne!(std::fs::read(&snapshot).unwrap(), written);
    // One from before: what came later is not in the journal any more either, and everything is counted.
    std::fs::write(&snapshot, written).unwrap();
    world.start().await;
    assert_eq!(world.nps("").await["n"], 2);
}

#[tokio::test]
async fn a_retry_after_a_restart_changes_nothing() {
    let mut world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let sent = submission(&token, json!({"nps": 9}));
    let receipt = world.submit(&sent).await.expect(201);
    world.restart().await;
    assert_eq!(world.submit(&sent).await.expect(200), receipt);
    assert_eq!(world.nps("").await["n"], 1);
}

#[tokio::test]
async fn answers_go_on_being_numbered_after_a_restart() {
    let mut world = answered().await;
    let next = text(&world.get("/v1/responses").await.expect(200)["next"]);
    world.restart().await;
    world.story(json!({"customer": "C-9"}), 9).await;
    let page = world.get(&format!("/v1/responses?cursor={next}")).await.expect(200);
    assert_eq!(page["responses"].as_array().unwrap().len(), 1);
    assert_eq!(page["responses"][0]["customer"], "C-9");
}

#[tokio::test]
async fn surveys_keys_and_links_outlive_a_restart() {
    let mut world = World::new().await;
    let token = world.invite(json!({"customer": "C-1", "first_name": "Ana"})).await;
    let form = world.form(&token).await.expect(200);
    let listed = world.get("/v1/surveys").await.expect(200);
    world.restart().await;
    assert_eq!(world.form(&token).await.expect(200), form);
    assert_eq!(world.get("/v1/surveys").await.expect(200), listed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_finishes_what_was_accepted_and_refuses_the_rest() {
    let mut world = World::new().await;
    const ASKED: usize = 300;
    let invitations: Vec<Value> = (0..ASKED).map(|i| json!({"customer": format!("C-{i}")})).collect();
    let body = json!({"survey": "support", "invitations": invitations});
    let made = world.post("/v1/invitations", &body).await.expect(201);
    let sent: Vec<_> = (0..ASKED)
        .map(|i| {
            let submission = submission(&text(&made["invitations"][i]["token"]), json!({"nps": i % 11}));
            let request = world.request(reqwest::Method::POST, "/v1/submissions").json(&submission);
            let send =
                tokio::spawn(async move { request.send().await.map(|answer| answer.status().as_u16()) });
            (format!("C-{i}"), send)
        })
        .collect();
    until("the first is stored", async || (world.nps("").await["n"] != 0).then_some(())).await;
    world.stop().await.expect("an orderly stop");

    let mut acknowledged = BTreeSet::new();
    for (customer, answer) in sent {
        match answer.await.unwrap() {
            Ok(201) => drop(acknowledged.insert(customer)),
            Ok(other) => assert_eq!(other, 503),
            // The connection was refused, or closed before the request was read.
            Err(_) => {}
        }
    }
    world.start().await;
    let page = world.get("/v1/responses?limit=1000").await.expect(200);
    let stored: BTreeSet<String> =
        page["responses"].as_array().unwrap().iter().map(|response| text(&response["customer"])).collect();
    assert_eq!(stored, acknowledged);
    assert_eq!(world.nps("").await["n"], stored.len());
}

#[tokio::test]
async fn a_stopped_collector_takes_nothing_and_leaves_no_socket() {
    let mut world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let request =
        world.request(reqwest::Method::POST, "/v1/submissions").json(&submission(&token, json!({"nps": 9})));
    let socket = hearback::socket_path(&world.settings.directory);
    let mode = std::fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "only its owner calls without a key");
    world.stop().await.unwrap();
    assert!(request.send().await.unwrap_err().is_connect());
    assert!(!socket.exists());
    world.start().await;
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_socket_left_behind_does_not_stop_a_start() {
    let mut world = World::new().await;
    world.stop().await.unwrap();
    std::fs::write(hearback::socket_path(&world.settings.directory), b"").unwrap();
    world.start().await;
    world.make_key(&["read"]).await;
    assert_eq!(send(world.request(reqwest::Method::GET, "/readyz")).await.status, 200);
}
