//! The live stream: whoever follows it hears of everything that happens, in order, and of what was missed on coming back.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};

use crate::company::{begun, submission, then};
use crate::sse::Events;
use crate::world::{PATIENCE, World, masked, send, text, until};

async fn follow(world: &World, query: &str) -> Events {
    Events::begin(world.with_key(Method::GET, &format!("/v1/events?{query}"))).await
}

async fn follow_after(world: &World, id: &str) -> Events {
    Events::begin(world.with_key(Method::GET, "/v1/events").header("last-event-id", id)).await
}

/// Name, id and data of the next event.
async fn next(events: &mut Events) -> (String, String, Value) {
    let (name, id, data) = events.next().await;
    (name, id, serde_json::from_str(&data).expect("JSON"))
}

/// The scores of the next responses.
async fn scores(events: &mut Events, most: usize) -> Vec<i64> {
    let mut scores = Vec::new();
    while scores.len() < most {
        let (name, _, told) = next(events).await;
        if name.starts_with("response.") {
            scores.extend(told["data"]["score"].as_i64());
        }
    }
    scores
}

#[tokio::test]
async fn what_happens_is_heard_at_once_and_in_order() {
    let world = World::new().await;
    let mut events = follow(&world, "").await;
    let about = json!({"customer": "C-1", "agent": "amira", "attributes": {"product": "phone"}});
    let token = world.invite(about).await;
    let sent = begun(&token, json!({"nps": 3}));
    world.submit(&sent).await.expect(201);
    let (name, id, told) = next(&mut events).await;
    assert_eq!((name.as_str(), &told["id"]), ("invitation.created", &json!(id)));
    assert!(!told.to_string().contains(&token), "whoever has the token could answer");
    insta::assert_json_snapshot!(masked(told, &["id"]), @r#"
    {
      "data": {
        "agent": "amira",
        "attributes": {
          "product": "phone"
        },
        "created_at": "2026-03-02T09:00:00Z",
        "customer": "C-1",
        "expires_at": "2026-04-01T09:00:00Z",
        "id": "[id]",
        "language": null,
        "survey": "support",
        "unit": "north"
      },
      "id": "[id]",
      "timestamp": "2026-03-02T09:00:00Z",
      "type": "invitation.created"
    }
    "#);
    let (name, second, told) = next(&mut events).await;
    assert_eq!((name.as_str(), &told["data"]["complete"]), ("response.created", &json!(false)));
    assert_ne!(id, second);
    // Not before: what is told is what is stored when it is told.
    world.submit(&then(&sent, json!({"nps": 3, "why": "slow"}), true)).await.expect(200);
    let (name, _, told) = next(&mut events).await;
    assert_eq!(name, "response.updated");
    let mut data = told["data"].clone();
    assert_eq!(data.as_object_mut().unwrap().remove("unit"), Some(json!("north")));
    assert_eq!(data, world.responses().await[0], "as the API gives it");
}

#[tokio::test]
async fn who_comes_back_misses_nothing_and_hears_nothing_twice() {
    let mut world = World::new().await;
    world.story(json!({"customer": "C-0"}), 1).await;
    let mut events = follow(&world, "").await;
    let begin = events.block().await;
    let before =
        begin.lines().find_map(|line| line.strip_prefix("id: ")).expect("an id before anything happens");
    world.story(json!({"customer": "C-1"}), 2).await;
    assert_eq!(scores(&mut events, 1).await, [2]);
    drop(events);

    world.story(json!({"customer": "C-2"}), 3).await;
    world.restart().await;
    let mut events = follow_after(&world, before).await;
    world.story(json!({"customer": "C-3"}), 4).await;
    assert_eq!(scores(&mut events, 3).await, [2, 3, 4]);
}

#[tokio::test]
async fn who_comes_back_too_late_is_told_so_and_hears_what_is_still_kept() {
    let world = World::with(|settings| settings.events.keep_days = 4).await;
    let mut events = follow(&world, "").await;
    world.story(json!({"customer": "C-0"}), 1).await;
    let (_, id, _) = next(&mut events).await;
    drop(events);
    world.advance(5 * 24 * 60);
    for score in 2..6 {
        world.story(json!({"customer": "C-1"}), score).await;
    }
    let mut events = follow_after(&world, &id).await;
    let (name, _, told) = next(&mut events).await;
    assert_eq!((name.as_str(), &told["last_event_id"]), ("gap", &json!(id)));
    assert!(text(&told["detail"]).contains("events.keep_days"), "{told}");
    assert_eq!(scores(&mut events, 4).await, [2, 3, 4, 5]);

    // An id of another store's is no place in this one.
    let (number, _) = id.split_once('-').unwrap();
    let mut events = follow_after(&world, &format!("{number}-00000000")).await;
    assert_eq!(next(&mut events).await.0, "gap");
    for wrong in ["", "4711", "x"] {
        let asked = world.with_key(Method::GET, "/v1/events").header("last-event-id", wrong);
        let problem = send(asked).await.refused(400, "invalid_query");
        assert_eq!(problem["fields"][0]["path"], "last-event-id");
    }
}

#[tokio::test]
async fn one_hears_of_what_one_asked_for_and_of_nothing_else() {
    let world = World::new().await;
    let queries = [
        "types=response.created",
        "unit=care",
        "unit=north&types=response.*",
        "customer=C-3",
        "survey=support",
    ];
    let mut streams = Vec::new();
    for query in queries {
        streams.push(follow(&world, query).await);
    }
    for (customer, agent, score) in
        [("C-1", "amira", 1), ("C-2", "ben", 2), ("C-3", "carla", 3), ("C-4", "amira", 4)]
    {
        world.story(json!({"customer": customer, "agent": agent}), score).await;
    }
    for (stream, expected) in
        streams.iter_mut().zip([&[1, 2, 3, 4][..], &[1, 2, 4], &[1, 4], &[3], &[1, 2, 3, 4]])
    {
        assert_eq!(scores(stream, expected.len()).await, expected);
    }
    for (query, field, says) in [
        ("types=response.gone", "types", "response.created"),
        ("types=response.created,nothing.*", "types", "response.*"),
        ("unit=west", "unit", "there is no unit"),
        ("customer=%01", "customer", "control characters"),
    ] {
        let problem = world.get(&format!("/v1/events?{query}")).await.refused(400, "invalid_query");
        assert_eq!(problem["fields"][0]["path"], field);
        assert!(text(&problem["fields"][0]["detail"]).contains(says), "{problem}");
    }
    world.get("/v1/events?survey=gone").await.refused(404, "not_found");
    world.get("/v1/events?type=response.created").await.refused(400, "invalid_query");
}

#[tokio::test]
async fn of_who_was_erased_meanwhile_nothing_is_heard_any_more() {
    let world = World::new().await;
    let mut events = follow(&world, "").await;
    world.story(json!({"customer": "C-0"}), 1).await;
    let (_, id, _) = next(&mut events).await;
    world.story(json!({"customer": "C-1"}), 2).await;
    world.story(json!({"customer": "C-2"}), 3).await;
    for path in ["C-1", "C-2?keep=scores"] {
        let erased = send(world.with_key(Method::DELETE, &format!("/v1/customers/{path}"))).await;
        assert_eq!(erased.status, 200);
    }
    world.story(json!({"customer": "C-3"}), 4).await;
    let mut events = follow_after(&world, &id).await;
    let mut heard = Vec::new();
    while heard.last() != Some(&(Value::from("C-3"), Value::from(4))) {
        let (name, _, told) = next(&mut events).await;
        if name == "response.created" {
            heard.push((told["data"]["customer"].clone(), told["data"]["score"].clone()));
        }
    }
    // A score that was kept is nobody's.
    assert_eq!(heard, [(json!("C-0"), json!(1)), (json!(null), json!(3)), (json!("C-3"), json!(4))]);
}

#[tokio::test]
async fn who_is_slow_hears_of_everything_in_order_and_once() {
    let world = World::with(|settings| {
        settings.limits.link_per_minute = 0;
        settings.limits.address_per_second = 0;
    })
    .await;
    let mut slow = follow(&world, "types=response.*").await;
    let mut fast = follow(&world, "types=response.*").await;
    // More than is passed on to somebody who does not read, and than the network takes: some kilobytes each.
    let about = |n: usize| {
        let attributes: serde_json::Map<_, _> =
            (0..30).map(|i| (format!("a{i}"), json!("x".repeat(250)))).collect();
        json!({"customer": format!("C-{n}"), "attributes": attributes})
    };
    let total = 1200;
    let mut submissions = Vec::new();
    for part in 0..total / 100 {
        let body = json!({"survey": "support", "invitations": (0..100).map(|n| about(part * 100 + n)).collect::<Vec<_>>()});
        let made = world.post("/v1/invitations", &body).await.expect(201);
        let tokens = made["invitations"].as_array().unwrap().iter().map(|made| text(&made["token"]));
        submissions.extend(tokens.map(|token| submission(&token, json!({"nps": 9}))));
    }
    let mut heard = Vec::new();
    for some in submissions.chunks(50) {
        for answer in world.submit_all(some).await {
            answer.expect(201);
        }
        for _ in some {
            heard.push(next(&mut fast).await.1);
        }
    }
    let mut late = Vec::new();
    while late.len() < total {
        late.push(next(&mut slow).await.1);
    }
    assert_eq!(late, heard);
}

#[tokio::test]
async fn a_stream_ends_with_its_key_at_a_stop_and_keeps_its_place_meanwhile() {
    let mut world = World::with(|settings| settings.limits.streams = 2).await;
    let made = world.post("/v1/keys", &json!({"name": "Desk", "scopes": ["read"]})).await.expect(201);
    let key = format!("Bearer {}", text(&made["key"]));
    let mut desk = Events::begin(world.request(Method::GET, "/v1/events").header(AUTHORIZATION, key)).await;
    let mut events = follow(&world, "types=response.updated").await;
    world.get("/v1/events").await.refused(503, "too_many_listeners");

    // More is sent than is heard: a comment, with the place that one has come to.
    world.story(json!({"customer": "C-1"}), 2).await;
    events.block().await;
    let beat = events.block().await;
    assert!(beat.starts_with(":\nid: "), "{beat}");

    world.delete(&format!("/v1/keys/{}", text(&made["id"]))).await;
    world.story(json!({"customer": "C-1"}), 3).await;
    desk.end().await;
    until("its place is free", async || {
        let response = world.with_key(Method::GET, "/v1/events").send().await.unwrap();
        (response.status() == 200).then_some(())
    })
    .await;
    tokio::time::timeout(Duration::from_secs(8), world.stop()).await.expect("a stop").unwrap();
    tokio::time::timeout(PATIENCE, events.end()).await.unwrap();
}
