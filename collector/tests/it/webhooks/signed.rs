//! Messages, and their signatures, as the project's own libraries check them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use super::{Hook, answers, world};
use crate::receiver::{Message, Receiver};
use crate::world::{World, masked, send, text};

/// Libraries take what was signed within the last minutes.
fn set_to_now(world: &World) {
    let began: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    #[expect(clippy::disallowed_methods, reason = "the libraries look at the clock of the machine")]
    let now = Timestamp::now();
    world.advance(now.duration_since(began).as_mins());
}

fn verify(secret: &str, message: &Message) -> Result<(), standardwebhooks::WebhookError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &message.headers {
        headers.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    Webhook::new(secret).unwrap().verify(message.body.as_bytes(), &headers)
}

/// Whether a library in another language takes this message.
fn takes(mut program: Command, secret: &str, message: &Message) -> bool {
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let said = json!({"secret": secret, "headers": message.headers, "body": message.body});
    child.stdin.take().unwrap().write_all(said.to_string().as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    match said.trim() {
        "taken" => true,
        "refused" => false,
        other => panic!("{other:?}"),
    }
}

/// What runs the library for JavaScript, and that for Python.
fn libraries() -> [Command; 2] {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let tools = root.join("target/tools/webhooks");
    let python = tools.join("bin/python");
    assert!(
        python.exists() && tools.join("node_modules/standardwebhooks").exists(),
        "there are no libraries to check with: tests/setup.sh need_webhooks"
    );
    [("node".into(), "verify_webhook.mjs"), (python, "verify_webhook.py")].map(|(program, script)| {
        let mut command = Command::new(program);
        command.arg(root.join("tests").join(script));
        command
    })
}

/// The libraries agree on it.
fn all_take(secret: &str, message: &Message) -> bool {
    let by_rust = verify(secret, message).is_ok();
    let others = libraries().map(|library| takes(library, secret, message));
    assert_eq!(others, [by_rust; 2]);
    by_rust
}

#[tokio::test]
async fn a_message_is_taken_by_the_libraries_of_standard_webhooks() {
    let (world, receiver) = (world().await, Receiver::start().await);
    set_to_now(&world);
    let hook = Hook::of_responses(&world, &receiver).await;
    assert!(hook.secret.starts_with("whsec_"));
    world.story(json!({"customer": "Kundin 7/ä"}), 9).await;
    let message = &receiver.wait_for(1).await[0];
    assert!(all_take(&hook.secret, message));

    // Neither another secret nor another body will do.
    let other = Hook::of_responses(&world, &receiver).await.secret;
    let mut changed = message.clone();
    changed.body = changed.body.replace("\"score\":9", "\"score\":1");
    assert_ne!(changed.body, message.body);
    for (secret, message) in [(&other, message), (&hook.secret, &changed)] {
        assert!(!all_take(secret, message));
    }
}

#[tokio::test]
async fn a_message_says_what_the_stream_says() {
    let (world, receiver) = (world().await, Receiver::start().await);
    Hook::make(&world, json!({"url": receiver.url(), "types": ["response.*"], "unit": "north"})).await;
    world.story(json!({"customer": "C-2", "agent": "ben"}), 2).await;
    world.story(json!({"customer": "C-1", "agent": "amira"}), 9).await;
    let took = receiver.wait_for(1).await;
    let mut told = took[0].told();
    assert_eq!(told["id"], took[0].id());
    assert_eq!(took[0].headers["content-type"], "application/json");
    assert_eq!(took[0].headers["webhook-timestamp"], "1772442000");
    let mut data = told["data"].take();
    assert_eq!(data.as_object_mut().unwrap().remove("unit"), Some(json!("north")));
    assert_eq!(data, world.responses().await[1]);
    insta::assert_json_snapshot!(masked(told, &["id"]), @r#"
    {
      "data": null,
      "id": "[id]",
      "timestamp": "2026-03-02T09:00:00Z",
      "type": "response.created"
    }
    "#);
}

#[tokio::test]
async fn while_a_secret_is_changed_both_sign() {
    let (world, receiver) = (world().await, Receiver::start().await);
    set_to_now(&world);
    let hook = Hook::of_responses(&world, &receiver).await;
    let rotated = world.post(&hook.path("/secrets"), &json!({})).await.expect(201);
    let new = text(&rotated["secret"]);
    assert_ne!(new, hook.secret);
    answers(&world, "C-1", [1]).await;
    let message = receiver.wait_for(1).await.remove(0);
    assert_eq!(message.headers["webhook-signature"].split(' ').count(), 2);
    for secret in [&hook.secret, &new] {
        assert!(all_take(secret, &message));
    }
    let shown = hook.show(&world).await;
    assert_eq!(
        (&shown["secrets"][0]["until"], &shown["secrets"][1]["until"]),
        (&Value::Null, &rotated["both_until"])
    );
    assert!(!shown.to_string().contains("whsec_"));

    world.advance(24 * 60);
    answers(&world, "C-1", [2]).await;
    let message = receiver.wait_for(2).await.remove(1);
    assert_eq!(message.headers["webhook-signature"].split(' ').count(), 1);

    // One's own secret can be brought along, and what is none is refused.
    let own = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let rotated = world.post(&hook.path("/secrets"), &json!({"secret": own})).await.expect(201);
    assert_eq!(rotated["secret"], own);
    let problem = world.post(&hook.path("/secrets"), &json!({"secret": "hello"})).await;
    assert_eq!(problem.refused(422, "invalid_request")["fields"][0]["path"], "secret");
    send(world.with_key(reqwest::Method::POST, "/v1/webhooks/000000000000/secrets").json(&json!({})))
        .await
        .refused(404, "not_found");
}
