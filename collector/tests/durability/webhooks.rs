//! The process is killed while it sends webhooks, to somebody who does not take each of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use super::collector::{Collector, set_up};

/// Customers who answer one survey after the other.
const CUSTOMERS: usize = 6;

/// Long enough for a busy machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(120);

/// What was taken: id, customer, and which of the customer's answers it was.
#[derive(Default)]
struct Taken {
    messages: Vec<(String, usize, usize)>,
    refused: usize,
    random: fastrand::Rng,
}

type Receiver = Arc<Mutex<Taken>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_webhooks_none_is_lost_and_each_customers_come_in_order() {
    let kills = super::count("HEARBACK_WEBHOOK_KILLS", 8);
    let each = super::count("HEARBACK_WEBHOOKS", 30 * kills) / CUSTOMERS;
    let mut random = super::random("webhooks");
    let directory = super::directory();
    let receiver = Receiver::default();
    receiver.lock().unwrap().random = fastrand::Rng::with_seed(random.u64(..));
    let url = serve(Arc::clone(&receiver)).await;
    let retry = vec!["200ms"; 30].join(",");
    let settings = ["--webhooks-allow", "127.0.0.1", "--webhooks-retry", &retry];

    let (mut collector, address) = Collector::start(directory.path(), &settings).await;
    let key = set_up(directory.path());
    let client = Client::new();
    let body = json!({"url": url, "types": ["response.created"]});
    let made =
        client.post(format!("{address}/v1/webhooks")).bearer_auth(&key).json(&body).send().await.unwrap();
    assert_eq!(made.status(), 201);
    let (moved, place) = watch::channel(address);
    let customers: Vec<_> = (0..CUSTOMERS)
        .map(|n| tokio::spawn(answer(client.clone(), key.clone(), place.clone(), n, each)))
        .collect();

    let mut while_sending = 0;
    for _ in 0..kills {
        let before = receiver.lock().unwrap().messages.len();
        tokio::time::sleep(Duration::from_millis(random.u64(50..600))).await;
        collector.kill();
        while_sending += usize::from(receiver.lock().unwrap().messages.len() > before);
        let address;
        (collector, address) = Collector::start(directory.path(), &settings).await;
        moved.send_replace(address);
    }
    for customer in customers {
        customer.await.unwrap();
    }
    let all = CUSTOMERS * each;
    let deadline = Instant::now() + PATIENCE;
    while ids(&receiver).len() < all {
        assert!(
            Instant::now() < deadline,
            "lost: {} of {all} came\n{}",
            ids(&receiver).len(),
            collector.log()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let taken = receiver.lock().unwrap();
    let mut known = BTreeSet::new();
    let mut orders: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (id, customer, number) in &taken.messages {
        if known.insert(id) {
            orders.entry(*customer).or_default().push(*number);
        }
    }
    for (customer, order) in orders {
        assert_eq!(order, (0..each).collect::<Vec<_>>(), "customer {customer}");
    }
    let twice = taken.messages.len() - known.len();
    assert!(while_sending > 0, "no kill came while messages were sent");
    println!(
        "webhooks: {all} sent, killed {while_sending} times meanwhile, {} refused, none lost, {twice} twice, each customer's in order",
        taken.refused
    );
}

fn ids(receiver: &Receiver) -> BTreeSet<String> {
    receiver.lock().unwrap().messages.iter().map(|(id, ..)| id.clone()).collect()
}

/// A receiver that refuses some.
async fn serve(receiver: Receiver) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new().fallback(take).with_state(receiver);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> StatusCode {
    let told: Value = serde_json::from_str(&body).unwrap();
    let mut taken = receiver.lock().unwrap();
    if taken.random.u8(0..10) == 0 {
        taken.refused += 1;
        return if taken.random.bool() { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::BAD_GATEWAY };
    }
    let id = headers["webhook-id"].to_str().unwrap().to_owned();
    let number = |text: &Value| text.as_str().unwrap().parse().unwrap();
    let customer = number(&told["data"]["customer"]);
    taken.messages.push((id, customer, number(&told["data"]["answers"]["why"])));
    StatusCode::OK
}

/// One customer, who is asked and answers so many times, each until that is acknowledged.
async fn answer(
    client: Client,
    key: String,
    mut place: watch::Receiver<String>,
    customer: usize,
    times: usize,
) {
    for number in 0..times {
        let invite = json!({"survey": "durable", "invitations": [{"customer": customer.to_string()}]});
        let made = persist(&mut place, |address| {
            client.post(format!("{address}/v1/invitations")).bearer_auth(&key).json(&invite)
        })
        .await;
        let token = made["invitations"][0]["token"].clone();
        let submission = json!({"id": Uuid::new_v4(), "revision": 1, "survey": "durable", "token": token,
            "complete": true, "answers": {"nps": 9, "why": number.to_string()}});
        persist(&mut place, |address| client.post(format!("{address}/v1/submissions")).json(&submission))
            .await;
    }
}

/// Asks until there is an answer, wherever the collector is.
async fn persist(
    place: &mut watch::Receiver<String>,
    request: impl Fn(&str) -> reqwest::RequestBuilder,
) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let address = place.borrow().clone();
        match request(&address).send().await {
            Ok(answer) if answer.status().is_success() => {
                if let Ok(answer) = answer.json().await {
                    return answer;
                }
            }
            Ok(answer) => assert!(answer.status().is_server_error(), "{}", answer.text().await.unwrap()),
            Err(_) => {}
        }
        assert!(Instant::now() < deadline, "the collector does not come back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
