//! Webhooks are made, changed and removed: by API and by the command line.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Hook, answers, world};
use crate::program::hearback;
use crate::receiver::{Message, Receiver};
use crate::world::{World, masked, send, text};

#[tokio::test]
async fn a_webhook_hears_of_what_it_asked_for_from_then_on() {
    let (world, receiver) = (world().await, Receiver::start().await);
    answers(&world, "C-1", [1]).await;
    let hook = Hook::make(
        &world,
        json!({"url": receiver.url(), "name": " Desk ", "types": ["response.*", "webhook.paused"], "survey": "support", "customer": "C-1"}),
    )
    .await;
    answers(&world, "C-2", [2]).await;
    answers(&world, "C-1", [3]).await;
    assert_eq!(receiver.wait_for(1).await[0].score(), 3);
    let shown = hook.show(&world).await;
    insta::assert_json_snapshot!(masked(shown, &["id", "url", "behind", "last_success"]), @r#"
    {
      "behind": "[behind]",
      "created_at": "2026-03-02T09:00:00Z",
      "customer": "C-1",
      "failing": null,
      "id": "[id]",
      "last_success": "[last_success]",
      "missed": 0,
      "name": "Desk",
      "parked": 0,
      "paused": null,
      "secrets": [
        {
          "created_at": "2026-03-02T09:00:00Z",
          "until": null
        }
      ],
      "state": "active",
      "survey": "support",
      "types": [
        "response.*",
        "webhook.paused"
      ],
      "unit": null,
      "url": "[url]"
    }
    "#);
    let changed =
        hook.change(&world, json!({"customer": null, "types": ["response.created"], "unit": "north"})).await;
    assert_eq!(
        (&changed["customer"], &changed["unit"], &changed["survey"]),
        (&Value::Null, &json!("north"), &json!("support"))
    );
    world.story(json!({"customer": "C-9", "agent": "ben"}), 4).await;
    world.story(json!({"customer": "C-9", "agent": "amira"}), 5).await;
    assert_eq!(receiver.wait_for(2).await[1].score(), 5);

    let other = Receiver::start().await;
    hook.change(&world, json!({"url": other.url()})).await;
    world.story(json!({"customer": "C-9", "agent": "amira"}), 6).await;
    assert_eq!(other.wait_for(1).await[0].score(), 6);
    hook.change(&world, json!({"active": false})).await;
    assert_eq!(hook.until_state(&world, "paused").await["paused"]["why"], "by_hand");
    world.delete(&hook.path("")).await;
    world.get(&hook.path("")).await.refused(404, "not_found");
    assert_eq!(world.get("/v1/webhooks").await.expect(200), json!([]));
    assert_eq!((receiver.came().len(), other.came().len()), (2, 1));
}

#[tokio::test]
async fn what_is_wrong_with_a_webhook_is_named() {
    let world = World::with(|settings| settings.limits.webhooks = 1).await;
    let sound = json!({"url": "https://example.com"});
    for (field, value) in [
        ("types", json!(["response.gone"])),
        ("survey", json!("gone")),
        ("unit", json!("gone")),
        ("customer", json!(" ")),
        ("name", json!("x".repeat(101))),
        ("secret", json!("whsec_short")),
    ] {
        let mut wanted = sound.clone();
        wanted[field] = value;
        let problem = world.post("/v1/webhooks", &wanted).await.refused(422, "invalid_request");
        assert_eq!(problem["fields"][0]["path"], field, "{problem}");
    }
    world
        .post("/v1/webhooks", &json!({"url": "https://example.com", "type": "x"}))
        .await
        .refused(400, "unreadable_body");
    let hook = Hook::make(&world, sound.clone()).await;
    let problem = world.post("/v1/webhooks", &sound).await.refused(422, "invalid_request");
    assert!(problem.to_string().contains("limits.webhooks"), "{problem}");
    let change = world.with_key(Method::PATCH, &hook.path("")).json(&json!({"url": "https://10.0.0.1"}));
    assert_eq!(send(change).await.refused(422, "invalid_request")["fields"][0]["path"], "url");
}

#[tokio::test]
async fn a_webhook_outlives_a_restart_and_misses_nothing() {
    let (mut world, receiver) = (world().await, Receiver::start().await);
    Hook::of_responses(&world, &receiver).await;
    answers(&world, "C-1", [1, 2]).await;
    world.restart().await;
    answers(&world, "C-1", [3]).await;
    let took = receiver.wait_for(3).await;
    let mut scores: Vec<i64> = took.iter().map(Message::score).collect();
    scores.dedup();
    assert_eq!(scores, [1, 2, 3]);
}

#[tokio::test]
async fn webhooks_can_be_had_from_the_command_line() {
    let (world, receiver) = (world().await, Receiver::start().await);
    let run = async |arguments: &[&str]| {
        let directory = world.settings.directory.to_str().unwrap().to_owned();
        hearback(world.place(), &[&["webhooks"], arguments, &["--directory", &directory]].concat())
            .await
            .good()
    };
    let made = run(&["create", &receiver.url(), "--name", "Desk", "--type", "response.created"]).await;
    assert!(made.starts_with("whsec_"), "{made}");
    let id = text(&world.get("/v1/webhooks").await.expect(200)[0]["id"]);
    assert!(run(&["list"]).await.contains(&format!("{id}  active")));
    run(&["test", &id]).await;
    answers(&world, "C-1", [9]).await;
    let took = receiver.wait_for(2).await;
    let response = took.iter().find(|message| message.kind() == "response.created").unwrap();
    let event = response.id().to_owned();
    crate::world::until("it is listed", async || {
        run(&["deliveries", &id]).await.contains(&event).then_some(())
    })
    .await;
    assert!(run(&["replay", &id, "--event", &event]).await.contains("1 events"));
    receiver.wait_for(3).await;
    assert!(run(&["rotate", &id]).await.starts_with("whsec_"));
    assert!(run(&["change", &id, "--active", "false"]).await.contains("\"paused\""));
    assert!(run(&["show", &id]).await.contains("by_hand"));
    assert!(run(&["remove", &id]).await.contains("removed"));
}
