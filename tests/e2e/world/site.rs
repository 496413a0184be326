//! The company's web site: the example's pages, served with the strictest policy they can do with, and pages that a
//! story adds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::root;

pub(crate) struct Site {
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    origin: String,
    collector: String,
    added: Mutex<HashMap<String, String>>,
    policies: Mutex<HashMap<String, String>>,
    reports: Mutex<Vec<String>>,
}

impl Site {
    pub(super) async fn start(collector: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let shared = Arc::new(Shared {
            origin: format!("http://{}", listener.local_addr()?),
            collector: collector.to_owned(),
            added: Mutex::default(),
            policies: Mutex::default(),
            reports: Mutex::default(),
        });
        let router = Router::new()
            .route("/csp", post(report))
            .route("/{name}", get(file))
            .with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { shared, server })
    }

    /// The address of a page.
    pub(crate) fn address(&self, page: &str) -> String {
        format!("{}/{page}", self.shared.origin)
    }

    /// Names the origins of this world where a file of the example names its own.
    pub(super) fn translate(&self, text: &str) -> String {
        self.shared.translate(text)
    }

    /// Adds a page that is the example's `survey.html`, but for these replacements.
    pub(crate) fn add_variant(&self, page: &str, replacements: &[(&str, &str)]) -> Result<()> {
        let path = root().join("examples/site/survey.html");
        let mut html = std::fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
        for (from, to) in replacements {
            anyhow::ensure!(html.contains(from), "survey.html has no {from:?}");
            html = html.replace(from, to);
        }
        self.add_page(page, &html);
        Ok(())
    }

    /// Adds a page. Its origins are those of the example's files.
    pub(crate) fn add_page(&self, page: &str, html: &str) {
        lock(&self.shared.added).insert(page.to_owned(), html.to_owned());
    }

    /// Gives one page a policy of its own.
    pub(crate) fn set_policy(&self, page: &str, policy: &str) {
        let policy = format!("{}; report-uri /csp", self.shared.translate(policy));
        lock(&self.shared.policies).insert(page.to_owned(), policy);
    }

    /// What browsers reported of violations of the policy.
    pub(crate) fn policy_reports(&self) -> Vec<String> {
        lock(&self.shared.reports).clone()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shared {
    fn translate(&self, text: &str) -> String {
        text.replace("http://127.0.0.1:8081", &self.origin).replace("http://127.0.0.1:8080", &self.collector)
    }

    fn policy(&self) -> String {
        let collector = &self.collector;
        format!(
            "default-src 'none'; style-src 'self'; script-src {collector} 'wasm-unsafe-eval'; \
             connect-src {collector}; img-src 'self' {collector}; frame-src {collector}; report-uri /csp"
        )
    }
}

async fn file(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> Response {
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let added = lock(&shared.added).get(&name).cloned();
    let policy = lock(&shared.policies).get(&name).cloned().unwrap_or_else(|| shared.policy());
    let text = match added {
        Some(html) => Ok(html),
        None => std::fs::read_to_string(root().join("examples/site").join(&name)),
    };
    match text {
        Ok(text) => (
            [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_SECURITY_POLICY, policy)],
            shared.translate(&text),
        )
            .into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn report(State(shared): State<Arc<Shared>>, body: String) -> StatusCode {
    lock(&shared.reports).push(body);
    StatusCode::NO_CONTENT
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
