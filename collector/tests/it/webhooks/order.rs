//! At least once, in order per customer, whatever the receiver does.

use axum::http::StatusCode;
use axum::http::header::{LOCATION, RETRY_AFTER};
use serde_json::{Value, json};

use super::{Hook, answers, world};
use crate::receiver::{Message, Receiver};
use crate::sse::Events;
use crate::world::{World, until};

fn scores(messages: &[Message], customer: &str) -> Vec<i64> {
    messages.iter().filter(|message| message.customer() == customer).map(Message::score).collect()
}

/// Lets the time go on until so many messages were taken.
async fn advance_until(world: &World, receiver: &Receiver, minutes: i64, most: usize) -> Vec<Message> {
    until(&format!("{most} messages are taken"), async || {
        let took = receiver.took();
        if took.len() >= most {
            return Some(took);
        }
        world.advance(minutes);
        None
    })
    .await
}

#[tokio::test]
async fn what_is_about_one_customer_comes_in_order_and_waits_for_no_other() {
    let (world, receiver) = (world().await, Receiver::start().await);
    let hook = Hook::of_responses(&world, &receiver).await;
    receiver.answers(
        |message| {
            if message.customer() == "C-1" { StatusCode::BAD_REQUEST } else { StatusCode::OK }
        },
    );
    for score in 0..5 {
        answers(&world, "C-1", [score]).await;
        answers(&world, "C-2", [score]).await;
        answers(&world, "C-3", [score]).await;
    }
    let took = receiver.wait_for(10).await;
    assert_eq!(scores(&took, "C-2"), [0, 1, 2, 3, 4]);
    assert_eq!(scores(&took, "C-3"), [0, 1, 2, 3, 4]);
    let refused: Vec<i64> = scores(&receiver.came(), "C-1");
    assert!(refused.iter().all(|score| *score == 0), "those behind wait: {refused:?}");
    let shown = until("they are parked", async || {
        let shown = hook.show(&world).await;
        (shown["parked"] == 5).then_some(shown)
    })
    .await;
    assert_eq!(shown["state"], "active", "others are taken");

    receiver.takes_everything();
    let took = advance_until(&world, &receiver, 2, 15).await;
    assert_eq!(scores(&took, "C-1"), [0, 1, 2, 3, 4]);
    until("nothing is parked", async || (hook.show(&world).await["parked"] == 0).then_some(())).await;
}

#[tokio::test]
async fn a_receiver_that_was_down_for_an_hour_gets_everything_in_order_and_once_by_id() {
    let mut world = world().await;
    let mut receiver = Receiver::start().await;
    let hook = Hook::of_responses(&world, &receiver).await;
    answers(&world, "C-0", [0]).await;
    receiver.wait_for(1).await;
    receiver.leave().await;
    for score in 1..6 {
        for customer in ["C-0", "C-1", "C-2"] {
            answers(&world, customer, [score]).await;
        }
        world.advance(12);
        if score == 3 {
            world.restart().await;
        }
    }
    let shown = hook.until_state(&world, "failing").await;
    assert!(shown["failing"]["detail"].as_str().unwrap().contains("connected"), "{shown}");
    assert!(shown["failing"]["failures"].as_u64() >= Some(1), "{shown}");
    receiver.come_back().await;
    let took = advance_until(&world, &receiver, 10, 16).await;
    for customer in ["C-1", "C-2"] {
        assert_eq!(scores(&took, customer), [1, 2, 3, 4, 5]);
    }
    assert_eq!(scores(&took, "C-0"), [0, 1, 2, 3, 4, 5]);
    let ids: std::collections::BTreeSet<&str> = took.iter().map(Message::id).collect();
    assert_eq!(ids.len(), took.len(), "once each");
    hook.until_state(&world, "active").await;
    assert!(hook.show(&world).await["missed"] == 0);
}

#[tokio::test]
async fn an_endpoint_that_is_down_is_asked_by_one_message() {
    let (world, receiver) = (world().await, Receiver::start().await);
    let hook = Hook::of_responses(&world, &receiver).await;
    receiver.answers(|_| StatusCode::SERVICE_UNAVAILABLE);
    answers(&world, "C-0", [0]).await;
    hook.until_state(&world, "failing").await;
    for customer in 1..9 {
        answers(&world, &format!("C-{customer}"), [customer]).await;
    }
    for tries in 2..5 {
        // The wait begins when the failure is noted, some moments after the message came.
        until(&format!("{tries} messages came"), async || {
            world.advance(10);
            (receiver.came().len() >= tries).then_some(())
        })
        .await;
    }
    assert!(receiver.came().iter().all(|message| message.customer() == "C-0"), "one asks");
    receiver.takes_everything();
    let took = advance_until(&world, &receiver, 60, 9).await;
    let order: Vec<i64> = took.iter().map(Message::score).collect();
    assert_eq!(order[0], 0);
    assert_eq!(took.len(), 9);
}

#[tokio::test]
async fn who_asks_to_be_left_alone_is_and_who_is_asked_by_hand_answers_at_once() {
    let (world, receiver) = (world().await, Receiver::start().await);
    let hook = Hook::of_responses(&world, &receiver).await;
    receiver.answers(|_| (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "7200")], "not now"));
    answers(&world, "C-1", [1]).await;
    let shown = hook.until_state(&world, "failing").await;
    assert_eq!(shown["failing"]["next_try"], "2026-03-02T11:00:00Z");
    let tried = &hook.deliveries(&world, "", 1).await[0];
    assert_eq!(
        (&tried["status"], &tried["reply"], &tried["outcome"]),
        (&json!(429), &json!("not now"), &json!("failed"))
    );
    assert_eq!(tried["next_try"], "2026-03-02T11:00:00Z");
    world.advance(119);
    receiver.takes_everything();
    assert_eq!(send_test(&world, &hook).await, 202);
    let took = receiver.wait_for(2).await;
    let kinds: Vec<String> = took.iter().map(Message::kind).collect();
    assert_eq!(kinds, ["response.created", "webhook.test"]);
    assert_eq!(took[1].told()["data"]["id"], hook.id.as_str());
}

async fn send_test(world: &World, hook: &Hook) -> u16 {
    world.post(&hook.path("/test"), &json!({})).await.status
}

#[tokio::test]
async fn a_webhook_that_is_dead_is_paused_with_a_notice_and_goes_on_where_it_was() {
    let world = World::with(|settings| {
        settings.webhooks.allow = vec!["127.0.0.0/8".into()];
        settings.webhooks.retry = vec!["5m".into(), "1h".into()];
    })
    .await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_responses(&world, &receiver).await;
    let other = Receiver::start().await;
    Hook::make(&world, json!({"url": other.url(), "types": ["webhook.paused"]})).await;
    let mut stream = Events::begin(world.with_key(reqwest::Method::GET, "/v1/events?types=webhook.*")).await;
    receiver.answers(|_| StatusCode::BAD_GATEWAY);
    answers(&world, "C-1", [1, 2]).await;
    for tries in 1..=3 {
        receiver.wait_until_came(tries).await;
        until("it is written down", async || {
            let shown = hook.show(&world).await;
            (shown["failing"]["failures"] == tries || shown["state"] == "paused").then_some(())
        })
        .await;
        world.advance(80);
    }
    let shown = hook.until_state(&world, "paused").await;
    assert_eq!(
        (&shown["paused"]["why"], &shown["paused"]["detail"]),
        (&json!("dead"), &json!("it answered 502"))
    );
    let (name, _, data) = stream.next().await;
    let told: Value = serde_json::from_str(&data).unwrap();
    assert_eq!((name.as_str(), &told["data"]["id"]), ("webhook.paused", &json!(hook.id)));
    assert!(!data.contains("127.0.0.1"), "its address may hold a secret: {data}");
    assert_eq!(other.wait_for(1).await[0].kind(), "webhook.paused");
    world.post(&hook.path("/test"), &json!({})).await.refused(422, "invalid_request");
    let came = receiver.came().len();

    receiver.takes_everything();
    answers(&world, "C-1", [3]).await;
    world.advance(24 * 60);
    assert_eq!(receiver.came().len(), came, "nothing is sent while it is paused");
    assert_eq!(hook.change(&world, json!({"active": true})).await["state"], "active");
    assert_eq!(scores(&receiver.wait_for(3).await, "C-1"), [1, 2, 3]);
}

#[tokio::test]
async fn a_webhook_that_is_gone_is_sent_nothing_more() {
    let (world, receiver) = (world().await, Receiver::start().await);
    let hook = Hook::of_responses(&world, &receiver).await;
    receiver.answers(|_| StatusCode::GONE);
    answers(&world, "C-1", [1]).await;
    let shown = hook.until_state(&world, "paused").await;
    assert_eq!(shown["paused"]["why"], "gone");
    receiver.takes_everything();
    answers(&world, "C-2", [2]).await;
    hook.change(&world, json!({"active": true})).await;
    let mut took: Vec<i64> = receiver.wait_for(2).await.iter().map(Message::score).collect();
    took.sort_unstable();
    assert_eq!(took, [1, 2]);
}

#[tokio::test]
async fn a_message_that_alone_is_refused_for_three_days_is_given_up() {
    let world = World::with(|settings| {
        settings.webhooks.allow = vec!["127.0.0.0/8".into()];
        settings.webhooks.retry = vec!["5m".into(), "1h".into()];
    })
    .await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_responses(&world, &receiver).await;
    receiver.answers(
        |message| {
            if message.score() == 1 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
        },
    );
    answers(&world, "C-1", [1, 2]).await;
    for other in 3..6 {
        until("it was tried", async || {
            (receiver.came().iter().filter(|m| m.score() == 1).count() as i64 > other - 3).then_some(())
        })
        .await;
        answers(&world, "C-2", [other]).await;
        receiver.wait_for(other as usize - 2).await;
        hook.deliveries(&world, "outcome=failed", 1).await;
        world.advance(80);
    }
    let took = receiver.wait_for(4).await;
    assert_eq!(scores(&took, "C-1"), [2], "the next one goes");
    let given_up = hook.deliveries(&world, "outcome=given_up", 1).await;
    assert_eq!((&given_up[0]["attempt"], &given_up[0]["status"]), (&json!(3), &json!(422)));
    assert_eq!(hook.show(&world).await["state"], "active");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (world, receiver, elsewhere) = (world().await, Receiver::start().await, Receiver::start().await);
    let hook = Hook::of_responses(&world, &receiver).await;
    let target = elsewhere.url();
    receiver.answers(move |_| (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, target.clone())]));
    answers(&world, "C-1", [1]).await;
    let shown = hook.until_state(&world, "failing").await;
    assert_eq!(shown["failing"]["detail"], "it answered 307");
    assert!(elsewhere.came().is_empty());
}
