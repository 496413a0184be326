//! Somebody who is sent webhooks: a server of the test's own, which takes them or not as the test says.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use crate::world::until;

/// A message, as it came.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
}

impl Message {
    pub(crate) fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub(crate) fn told(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub(crate) fn kind(&self) -> String {
        self.told()["type"].as_str().expect("a type").to_owned()
    }

    pub(crate) fn customer(&self) -> String {
        self.told()["data"]["customer"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn score(&self) -> i64 {
        self.told()["data"]["score"].as_i64().unwrap_or(-1)
    }
}

type Rule = Box<dyn Fn(&Message) -> Response + Send>;

/// What the server knows.
struct Known {
    rule: Mutex<Rule>,
    /// Every message, and whether it was taken.
    seen: Mutex<Vec<(Message, bool)>>,
}

/// A running server. It ends with the test.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    known: Arc<Known>,
    server: Option<JoinHandle<()>>,
}

impl Receiver {
    /// One that takes everything.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let known = Arc::new(Known { rule: Mutex::new(taken()), seen: Mutex::default() });
        let server = Some(serve(listener, Arc::clone(&known)));
        Self { address, known, server }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook?a=b", self.address)
    }

    /// Answers like this from now on.
    pub(crate) fn answers<R: IntoResponse>(&self, rule: impl Fn(&Message) -> R + Send + 'static) {
        *self.known.rule.lock().unwrap() = Box::new(move |message| rule(message).into_response());
    }

    /// Takes everything from now on.
    pub(crate) fn takes_everything(&self) {
        *self.known.rule.lock().unwrap() = taken();
    }

    /// Nobody listens at its address any more.
    pub(crate) async fn leave(&mut self) {
        let server = self.server.take().expect("a running server");
        server.abort();
        let _ = server.await;
    }

    /// It is back at the same address.
    pub(crate) async fn come_back(&mut self) {
        let listener = until("the port is free", async || TcpListener::bind(self.address).await.ok()).await;
        self.server = Some(serve(listener, Arc::clone(&self.known)));
    }

    /// Every message that came, taken or not.
    pub(crate) fn came(&self) -> Vec<Message> {
        self.known.seen.lock().unwrap().iter().map(|(message, _)| message.clone()).collect()
    }

    /// Every message that was taken.
    pub(crate) fn took(&self) -> Vec<Message> {
        let seen = self.known.seen.lock().unwrap();
        seen.iter().filter(|(_, taken)| *taken).map(|(message, _)| message.clone()).collect()
    }

    /// The messages that were taken, once there are so many.
    pub(crate) async fn wait_for(&self, most: usize) -> Vec<Message> {
        until(&format!("{most} messages are taken, so far {}", self.took().len()), async || {
            let took = self.took();
            (took.len() >= most).then_some(took)
        })
        .await
    }

    /// The messages that came, once there are so many.
    pub(crate) async fn wait_until_came(&self, most: usize) -> Vec<Message> {
        until(&format!("{most} messages came"), async || {
            let came = self.came();
            (came.len() >= most).then_some(came)
        })
        .await
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.iter().for_each(JoinHandle::abort);
    }
}

fn taken() -> Rule {
    Box::new(|_| StatusCode::NO_CONTENT.into_response())
}

fn serve(listener: TcpListener, known: Arc<Known>) -> JoinHandle<()> {
    let router = Router::new().fallback(take).with_state(known);
    // Connections end with the server.
    tokio::spawn(async move {
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let router = router.clone();
            let service = service_fn(move |request| router.clone().oneshot(request));
            connections.spawn(async move {
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    })
}

async fn take(State(known): State<Arc<Known>>, headers: HeaderMap, body: Bytes) -> Response {
    let headers =
        headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
    let message = Message { headers: headers.collect(), body: String::from_utf8_lossy(&body).into_owned() };
    let answer = (known.rule.lock().unwrap())(&message);
    known.seen.lock().unwrap().push((message, answer.status().is_success()));
    answer
}
