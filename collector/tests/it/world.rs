//! A collector of one test's own: the real server on a port of its own, over a directory of its own, at a time that the
//! test sets. It can be stopped and started again over the same directory.

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use hearback::domain::limits::Limits;
use hearback::domain::people::Rules;
use hearback::http::local::LocalCaller;
use hearback::settings::{Events, LogFormat, Settings, Smtp, Webhooks};
use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::company;

/// When every test begins: 2026-03-02T09:00:00Z, a Monday.
const BEGINNING: i64 = 1_772_442_000;

/// How long anything may take that a test waits for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) settings: Settings,
    /// An API key with every scope.
    pub(crate) key: String,
    seconds: Arc<AtomicI64>,
    client: Client,
    running: Option<Running>,
    directory: TempDir,
}

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<anyhow::Result<()>>,
}

impl World {
    /// A collector with the company's survey and organisation.
    pub(crate) async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// The same with other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let world = Self::empty(change).await;
        world.put("/v1/surveys/support", &company::survey()).await.expect(201);
        world.put("/v1/organisation", &company::organisation()).await.expect(200);
        world
    }

    /// A collector that holds nothing but one key.
    pub(crate) async fn empty(change: impl FnOnce(&mut Settings)) -> Self {
        let directory = tempfile::tempdir().expect("a directory for the test");
        let mut settings = Settings {
            events: Events { keep_days: 7 },
            listen: ([127, 0, 0, 1], 0).into(),
            directory: directory.path().join("data"),
            public_url: None,
            try_pages: false,
            trusted_proxies: vec!["127.0.0.0/8".parse().expect("a network")],
            phone_country: None,
            log: "off".into(),
            log_format: LogFormat::Text,
            cache_mib: 16,
            min_free_mib: 0,
            min_free_percent: 0,
            snapshot_minutes: 10,
            snapshot_changes: 10_000,
            // Groups here have a response or two.
            limits: Limits { smallest_group: 0, ..Limits::default() },
            people: Rules::default(),
            smtp: Smtp::default(),
            webhooks: Webhooks::default(),
        };
        change(&mut settings);
        let mut world = Self {
            settings,
            key: String::new(),
            seconds: Arc::new(AtomicI64::new(BEGINNING)),
            client: Client::new(),
            running: None,
            directory,
        };
        world.start().await;
        world.key = world.make_key(&["read", "write", "admin"]).await;
        world
    }

    /// Starts the collector over the directory as it is.
    pub(crate) async fn start(&mut self) {
        let listener = TcpListener::bind(self.settings.listen).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let seconds = Arc::clone(&self.seconds);
        let clock = move || Timestamp::from_second(seconds.load(Ordering::SeqCst)).expect("a time");
        let (stop, stopping) = oneshot::channel();
        let stopped = async move { drop(stopping.await) };
        let server = tokio::spawn(hearback::run(listener, self.settings.clone(), Arc::new(clock), stopped));
        self.running = Some(Running { address, stop, server });
        // The listener is there already: this waits until the store is open.
        self.get("/healthz").await;
    }

    /// Stops the collector as its operator would; returns what it came to.
    pub(crate) async fn stop(&mut self) -> anyhow::Result<()> {
        let running = self.running.take().expect("a running collector");
        let _ = running.stop.send(());
        running.server.await.expect("the server's task")
    }

    /// Stops it and starts it again over the same directory.
    pub(crate) async fn restart(&mut self) {
        self.stop().await.expect("an orderly stop");
        self.start().await;
    }

    /// Makes an API key as the command line does: through the socket in the data directory.
    pub(crate) async fn make_key(&self, scopes: &[&str]) -> String {
        let socket = hearback::socket_path(&self.settings.directory);
        let caller = LocalCaller::running(&socket).await.expect("a socket in the data directory");
        let body = serde_json::to_vec(&json!({"name": "test", "scopes": scopes})).expect("JSON");
        let (status, body) = caller.call("POST", "/v1/keys", Some(body)).await.expect("an answer");
        assert_eq!(status, 201);
        let made: Value = serde_json::from_slice(&body).expect("JSON");
        text(&made["key"])
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.running.as_ref().expect("a running collector").address
    }

    /// A place for files of the test, beside the data directory.
    pub(crate) fn place(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn set_back(&self, minutes: i64) {
        self.advance(-minutes);
    }

    pub(crate) fn advance(&self, minutes: i64) {
        self.seconds.fetch_add(minutes * 60, Ordering::SeqCst);
    }

    /// A request with nothing set but the address.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address()))
    }

    /// A request with the key.
    pub(crate) fn with_key(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header(AUTHORIZATION, format!("Bearer {}", self.key))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.with_key(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.with_key(Method::POST, path).json(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        send(self.with_key(Method::PUT, path).json(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) {
        assert_eq!(send(self.with_key(Method::DELETE, path)).await.status, 204, "{path}");
    }

    /// Invites one customer; returns the token.
    pub(crate) async fn invite(&self, invitation: Value) -> String {
        let body = json!({"survey": "support", "invitations": [invitation]});
        let made = self.post("/v1/invitations", &body).await.expect(201);
        text(&made["invitations"][0]["token"])
    }

    /// What a customer's browser sends. No key.
    pub(crate) async fn submit(&self, submission: &Value) -> Answer {
        send(self.request(Method::POST, "/v1/submissions").json(submission)).await
    }

    /// The same for many, all at once; the answers in the same order.
    pub(crate) async fn submit_all(&self, submissions: &[Value]) -> Vec<Answer> {
        let post = |submission| self.request(Method::POST, "/v1/submissions").json(submission);
        let sent: Vec<_> =
            submissions.iter().map(|submission| tokio::spawn(send(post(submission)))).collect();
        let mut answers = Vec::with_capacity(sent.len());
        for sent in sent {
            answers.push(sent.await.expect("an answer"));
        }
        answers
    }

    /// What a customer's browser asks for. No key.
    pub(crate) async fn form(&self, token: &str) -> Answer {
        let path = format!("/v1/surveys/support/form?token={token}");
        send(self.request(Method::GET, &path)).await
    }

    /// Invites this customer, who then answers with this score; returns the response's id.
    pub(crate) async fn story(&self, invitation: Value, score: i64) -> String {
        let token = self.invite(invitation).await;
        let submission = company::submission(&token, json!({"nps": score}));
        text(&self.submit(&submission).await.expect(201)["response"])
    }

    /// The figures of everything that matches the query.
    pub(crate) async fn nps(&self, query: &str) -> Value {
        self.get(&format!("/v1/nps?{query}")).await.expect(200)["total"].take()
    }

    /// Every response there is.
    pub(crate) async fn responses(&self) -> Vec<Value> {
        let page = self.get("/v1/responses").await.expect(200);
        assert_eq!(page["more"], false, "more than one page");
        page["responses"].as_array().cloned().expect("a list")
    }

    /// Neither the store nor the numbers hold any answer.
    #[track_caller]
    pub(crate) fn assert_nothing_stored(&self) -> impl Future<Output = ()> {
        let asked_at = std::panic::Location::caller();
        async move {
            assert_eq!(self.nps("").await["n"], 0, "counted, {asked_at}");
            assert_eq!(self.responses().await, Vec::<Value>::new(), "stored, {asked_at}");
        }
    }
}

/// Asks again and again until there is something to return.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// What the collector answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// Sends a request and reads the answer whole.
pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        text: response.text().await.expect("a body"),
    }
}

impl Answer {
    /// The body, if the status is this one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The problem, if the status and the problem's code are these.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{problem:#}");
        problem
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A string of JSON as text.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// JSON with the values of these fields replaced: ids, tokens and links differ in each run.
pub(crate) fn masked(mut value: Value, fields: &[&str]) -> Value {
    match &mut value {
        Value::Object(object) => {
            for (name, inner) in object.iter_mut() {
                *inner = if fields.contains(&name.as_str()) {
                    json!(format!("[{name}]"))
                } else {
                    masked(inner.take(), fields)
                };
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| *inner = masked(inner.take(), fields)),
        _ => {}
    }
    value
}
