//! Where messages go, and where they never go.

use serde_json::{Value, json};

use super::{Hook, answers};
use crate::receiver::Receiver;
use crate::world::World;

#[tokio::test]
async fn addresses_that_are_not_of_the_public_internet_are_refused_when_they_are_named() {
    let world = World::new().await;
    for (url, says) in [
        ("https://127.0.0.1/", "public internet"),
        ("https://10.0.0.1/hook", "public internet"),
        ("https://169.254.169.254/latest/meta-data", "public internet"),
        ("https://[::1]/", "public internet"),
        ("https://[::ffff:10.0.0.1]/", "public internet"),
        ("https://[fd00:ec2::254]/", "public internet"),
        ("https://2130706433/", "public internet"),
        ("http://example.com/", "https:// is needed"),
        ("file:///etc/passwd", "https:// is needed"),
        ("https://user:word@example.com/", "password"),
        ("nothing", "no address"),
        ("", "no address"),
    ] {
        let problem = world.post("/v1/webhooks", &json!({"url": url})).await.refused(422, "invalid_request");
        assert_eq!(problem["fields"][0]["path"], "url", "{url}");
        assert!(problem["fields"][0]["detail"].as_str().unwrap().contains(says), "{url}: {problem}");
    }
    assert_eq!(world.get("/v1/webhooks").await.expect(200), json!([]));
}

/// Nobody could know from the name that it leads here: it is looked at when it is connected to.
#[tokio::test]
async fn a_name_that_leads_to_this_machine_leads_nowhere() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let url = format!("https://localhost:{}/", receiver.address.port());
    let hook = Hook::make(&world, json!({"url": url, "types": ["response.created"]})).await;
    answers(&world, "C-1", [1]).await;
    let tried = &hook.deliveries(&world, "", 1).await[0];
    assert_eq!((&tried["status"], &tried["outcome"]), (&Value::Null, &json!("failed")));
    let why = tried["error"].as_str().unwrap();
    assert!(why.contains("localhost leads to") && why.contains("webhooks.allow"), "{why}");
    assert!(receiver.came().is_empty());
}

#[tokio::test]
async fn what_the_settings_allow_can_be_reached_and_nothing_beside_it() {
    let world = World::with(|settings| settings.webhooks.allow = vec!["localhost".into()]).await;
    let receiver = Receiver::start().await;
    let url = format!("http://localhost:{}/", receiver.address.port());
    Hook::make(&world, json!({"url": url, "types": ["response.created"]})).await;
    answers(&world, "C-1", [1]).await;
    receiver.wait_for(1).await;
    // By its name, not by its address.
    world.post("/v1/webhooks", &json!({"url": receiver.url()})).await.refused(422, "invalid_request");
}

#[tokio::test]
async fn what_was_allowed_once_is_not_reached_once_it_is_no_more() {
    let mut world = super::world().await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_responses(&world, &receiver).await;
    world.settings.webhooks.allow.clear();
    world.restart().await;
    answers(&world, "C-1", [1]).await;
    hook.until_state(&world, "failing").await;
    assert!(receiver.came().is_empty());
    world.settings.webhooks.allow = vec!["127.0.0.1".into()];
    world.restart().await;
    world.advance(1);
    receiver.wait_for(1).await;
}
