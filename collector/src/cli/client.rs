//! How commands call the collector, and how they tell what it refuses.

use anyhow::Context;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;
use wire::Problem;

pub(super) use crate::domain::pages::escaped;
use crate::http::local::{AnswerLines, LocalCaller};
use crate::settings::Settings;
use crate::store::Store;

pub(super) struct Client {
    caller: LocalCaller,
    /// The store, where this process opened it.
    store: Option<Store>,
    pub(super) settings: Settings,
}

/// What a call came to, if it was not refused for another reason than its body.
pub(super) enum Called<T> {
    Done(T),
    Refused(Problem),
}

impl Client {
    /// Reaches the running collector, or else opens the directory. One that holds nothing is taken for a wrong one: a
    /// command would do its work in a new and empty company, and say that all is well.
    pub(super) async fn connect(settings: Settings) -> anyhow::Result<Self> {
        let socket = crate::socket_path(&settings.directory);
        if let Some(caller) = LocalCaller::running(&socket).await {
            return Ok(Self { caller, store: None, settings });
        }
        let directory = settings.directory.display();
        let is_there = settings.directory.join("store/db").try_exists();
        anyhow::ensure!(
            is_there.with_context(|| format!("cannot look into {directory}"))?,
            "there is no Hearback in {directory}: start `hearback serve` there first, or name the right one by --directory or --config",
        );
        let opening = settings.clone();
        let app =
            tokio::task::spawn_blocking(move || crate::open(&opening, super::serve::wall_clock())).await??;
        let store = Some(app.store.clone());
        Ok(Self { caller: LocalCaller::here(app), store, settings })
    }

    /// Calls with a JSON body, or none.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
    ) -> anyhow::Result<Called<T>> {
        let body = body.map(serde_json::to_vec).transpose()?;
        self.send(method, path, "application/json", body).await
    }

    /// Calls with a body of this type, or none.
    pub(super) async fn send<T: DeserializeOwned>(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: Option<Vec<u8>>,
    ) -> anyhow::Result<Called<T>> {
        let answered = self.caller.send(method, path, content_type, body).await;
        let (status, answer) = answered.context("the running collector did not answer")?;
        if (200..300).contains(&status) {
            // 204 has no body: what can be made of `null` is made of it.
            let answer = if answer.is_empty() { &b"null"[..] } else { &answer };
            return Ok(Called::Done(serde_json::from_slice(answer)?));
        }
        Ok(Called::Refused(self.problem(status, &answer)?))
    }

    /// Posts a body of this type that goes out as its parts are made. The answer can be read meanwhile.
    pub(super) async fn exchange(
        &self,
        path: &str,
        content_type: &str,
        parts: mpsc::Receiver<Vec<u8>>,
    ) -> anyhow::Result<Called<AnswerLines>> {
        let answered = self.caller.exchange(path, content_type, parts).await;
        let (status, mut answer) = answered.context("the running collector did not answer")?;
        if status == 200 {
            return Ok(Called::Done(answer));
        }
        // A problem is one line.
        let problem = answer.next().await.context("the running collector did not answer")?;
        Ok(Called::Refused(self.problem(status, &problem.unwrap_or_default())?))
    }

    /// Why a call was refused.
    fn problem(&self, status: u16, answer: &[u8]) -> anyhow::Result<Problem> {
        let mut problem: Problem =
            serde_json::from_slice(answer).with_context(|| format!("the collector answered {status}"))?;
        // The reason stands in the log of a running collector; where none runs, there is no log.
        if problem.code == "unavailable"
            && let Some(Err(why)) = self.store.as_ref().map(Store::ready)
        {
            problem.detail += &format!(" ({why})");
        }
        Ok(problem)
    }

    /// A file that the collector serves, as it is.
    pub(super) async fn file(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let (status, bytes) =
            self.caller.call("GET", path, None).await.context("the running collector did not answer")?;
        if status == 200 {
            return Ok(bytes.to_vec());
        }
        let problem: Problem =
            serde_json::from_slice(&bytes).with_context(|| format!("the collector answered {status}"))?;
        anyhow::bail!("{}", problem.detail)
    }

    /// Closes the store, if this process opened it.
    pub(super) async fn close(&self) {
        if let Some(store) = self.store.clone() {
            // A panic was reported by its own message.
            let _ = tokio::task::spawn_blocking(move || store.close()).await;
        }
    }
}

/// What is wrong, and with which fields, at most so many.
pub(super) fn told(problem: &Problem, most: usize) -> String {
    let fields = problem.fields.iter().take(most);
    let fields = fields.map(|field| format!("\n  {}: {}", field.path, field.detail));
    format!("{}{}", problem.detail, fields.collect::<String>())
}

/// Whether the collector cannot say itself if it did what it was asked to.
pub(super) fn is_doubtful(problem: &Problem) -> bool {
    matches!(&*problem.code, "timeout" | "internal")
}

impl<T> Called<T> {
    /// The answer, or an error that lists what was refused.
    pub(super) fn or_error(self) -> anyhow::Result<T> {
        match self {
            Self::Done(answer) => Ok(answer),
            Self::Refused(problem) => anyhow::bail!("{}", told(&problem, usize::MAX)),
        }
    }
}

/// A call without a body.
pub(super) const NOTHING: Option<&()> = None;
