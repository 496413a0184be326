//! What was sent: kept with what came back, sent once more, and forgotten with its customer.

use axum::http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Hook, answers, world};
use crate::receiver::{Message, Receiver};
use crate::world::{World, send, until};

#[tokio::test]
async fn each_try_is_kept_with_what_was_sent_and_what_came_back() {
    let (world, receiver) = (world().await, Receiver::start().await);
    let hook = Hook::of_responses(&world, &receiver).await;
    receiver.answers(|_| (StatusCode::BAD_REQUEST, "no room"));
    answers(&world, "C-1", [1]).await;
    hook.deliveries(&world, "outcome=failed", 1).await;
    receiver.takes_everything();
    world.advance(1);
    let tries = hook.deliveries(&world, "", 2).await;
    let [second, first] = &tries[..] else { panic!("{tries:?}") };
    assert_eq!(
        (&first["attempt"], &first["status"], &first["reply"]),
        (&json!(1), &json!(400), &json!("no room"))
    );
    assert_eq!(
        (&second["attempt"], &second["status"], &second["outcome"]),
        (&json!(2), &json!(204), &json!("delivered"))
    );
    let message = &receiver.took()[0];
    assert_eq!((&second["body"], &second["event"]), (&json!(message.body), &json!(message.id())));
    assert_eq!((&second["customer"], &second["next_try"]), (&json!("C-1"), &Value::Null));

    let page = world.get(&hook.path("/deliveries?limit=1")).await.expect(200);
    let next = page["next"].as_str().unwrap();
    let rest = world.get(&hook.path(&format!("/deliveries?limit=1&cursor={next}"))).await.expect(200);
    assert_eq!((&page["deliveries"][0], &rest["deliveries"][0]), (second, first));
    assert_eq!(rest["next"], Value::Null);
    for (query, field) in [("limit=0", "limit"), ("cursor=!", "cursor"), ("event=x", "event")] {
        let problem =
            world.get(&hook.path(&format!("/deliveries?{query}"))).await.refused(400, "invalid_query");
        assert_eq!(problem["fields"][0]["path"], field);
    }
}

#[tokio::test]
async fn of_what_was_sent_no_more_is_kept_than_the_settings_say() {
    let world = World::with(|settings| {
        settings.webhooks.allow = vec!["127.0.0.0/8".into()];
        settings.webhooks.keep_deliveries = 3;
        settings.webhooks.log_bytes = 10;
    })
    .await;
    let receiver = Receiver::start().await;
    receiver.answers(|_| "a reply that is long");
    let hook = Hook::of_responses(&world, &receiver).await;
    for score in 0..9 {
        answers(&world, "C-1", [score]).await;
        receiver.wait_for(score as usize + 1).await;
    }
    let kept = until("no more than three are kept", async || {
        let page = world.get(&hook.path("/deliveries")).await.expect(200);
        let kept = page["deliveries"].as_array().unwrap().clone();
        (kept.len() == 3 && kept[0]["event"] == receiver.took()[8].id()).then_some(kept)
    })
    .await;
    assert_eq!((&kept[0]["body"], &kept[0]["reply"]), (&json!("{\"type\":\"r"), &json!("a reply th")));
    world.advance(8 * 24 * 60);
    answers(&world, "C-1", [9]).await;
    receiver.wait_for(10).await;
    until("what is old goes", async || {
        let page = world.get(&hook.path("/deliveries")).await.expect(200);
        (page["deliveries"].as_array().unwrap().len() == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn with_a_customer_goes_what_was_sent_about_the_customer_and_what_was_to_be() {
    let (mut world, receiver) = (world().await, Receiver::start().await);
    let hook = Hook::of_responses(&world, &receiver).await;
    receiver.answers(|message| {
        let (customer, score) = (message.customer(), message.score());
        let status = if score == 2 { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        (status, format!("thanks for {customer}"))
    });
    answers(&world, "C-1", [1, 2, 3]).await;
    answers(&world, "C-2", [1]).await;
    hook.deliveries(&world, "", 3).await;
    until("it is parked", async || (hook.show(&world).await["parked"] == 2).then_some(())).await;
    assert_eq!(send(world.with_key(Method::DELETE, "/v1/customers/C-1")).await.status, 200);
    let left = world.get(&hook.path("/deliveries")).await.expect(200);
    let left = left["deliveries"].as_array().unwrap();
    assert_eq!((left.len(), &left[0]["customer"]), (1, &json!("C-2")));
    receiver.takes_everything();
    let came = receiver.came().len();
    world.advance(10);
    answers(&world, "C-3", [4]).await;
    let after = &receiver.wait_until_came(came + 1).await[came..];
    assert_eq!(after.iter().map(Message::customer).collect::<Vec<_>>(), ["C-3"]);
    world.restart().await;
    assert_eq!(hook.show(&world).await["parked"], 0);
}

#[tokio::test]
async fn events_are_sent_once_more_one_or_those_of_a_period() {
    let (world, receiver) = (world().await, Receiver::start().await);
    let hook = Hook::of_responses(&world, &receiver).await;
    for score in 0..4 {
        answers(&world, "C-1", [score]).await;
        world.advance(60);
    }
    let took = receiver.wait_for(4).await;
    let one = world.post(&hook.path("/replay"), &json!({"event": took[2].id()})).await;
    assert_eq!(one.expect(202), json!({"events": 1}));
    assert_eq!(receiver.wait_for(5).await[4].id(), took[2].id());
    let period = json!({"from": "2026-03-02T10:00:00Z", "to": "2026-03-02T12:00:00Z"});
    // Each was an invitation and a response.
    assert_eq!(world.post(&hook.path("/replay"), &period).await.expect(202), json!({"events": 4}));
    let again = &receiver.wait_for(7).await[5..];
    assert_eq!(again.iter().map(Message::id).collect::<Vec<_>>(), [took[1].id(), took[2].id()]);
    world.post(&hook.path("/replay"), &json!({"from": "2026-03-02T11:00:00Z"})).await.expect(202);
    assert_eq!(receiver.wait_for(9).await[8].id(), took[3].id());

    for (wanted, field) in [
        (json!({}), "event"),
        (json!({"event": "x"}), "event"),
        (json!({"event": took[0].id(), "from": "2026-03-02T11:00:00Z"}), "event"),
        (json!({"from": "2026-03-02T11:00:00Z", "to": "2026-03-02T11:00:00Z"}), "to"),
    ] {
        let problem = world.post(&hook.path("/replay"), &wanted).await.refused(422, "invalid_request");
        assert_eq!(problem["fields"][0]["path"], field);
    }
    world.post(&hook.path("/replay"), &json!({"event": "9999-00000000"})).await.refused(404, "not_found");
}
