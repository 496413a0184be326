//! Writes down what was sent, and where that leaves the webhook.
//!
//! Where this webhook is in the log is written with what is parked and what was sent, in one write at a time; what is done
//! meanwhile goes with the next one.

use jiff::Timestamp;
use tokio::task::JoinHandle;

use super::{ROOM, Sender};
use crate::domain::webhooks::delivery::Delivery;
use crate::domain::webhooks::queue::Change;
use crate::domain::webhooks::{Progress, Replay};
use crate::store::{Report, StoreError};

/// After so many events that are not for this webhook its place is written down all the same.
const PASSED: u64 = 500;

/// What is still to be written down.
#[derive(Clone, Default)]
pub(super) struct Unwritten {
    pub(super) changes: Vec<Change>,
    pub(super) deliveries: Vec<Delivery>,
}

/// What is being written down, if something is.
pub(super) type Writing = Option<(JoinHandle<Result<usize, StoreError>>, Unwritten)>;

impl Sender {
    /// Begins to write down what is not yet, unless something is being written.
    pub(super) fn write_down(&mut self) {
        if self.writing.is_some() {
            return;
        }
        let next = self.queue.first_open().unwrap_or(self.follower.next());
        let is_news = !self.unwritten.changes.is_empty() || !self.unwritten.deliveries.is_empty();
        let is_done = |replay: &Replay| replay.next >= replay.end;
        let replays_done = self.queue.first_replayed().is_none() && self.replays.iter().any(is_done);
        let has_passed = if self.has_landed { next > self.written } else { next >= self.written + PASSED };
        if !is_news && !replays_done && !has_passed {
            return;
        }
        let unwritten = std::mem::take(&mut self.unwritten);
        let report = self.report_of(next, unwritten.clone());
        if replays_done {
            self.replays.retain(|replay| !is_done(replay));
        }
        (self.written, self.has_landed) = (next, false);
        let (store, id) = (self.senders.store.clone(), self.webhook.id);
        let task = tokio::spawn(async move { store.report(id, report).await });
        self.writing = Some((task, unwritten));
    }

    fn report_of(&self, next: u64, unwritten: Unwritten) -> Report {
        let first = self.queue.first_replayed();
        let replays = self.replays.iter().map(|replay| {
            let is_open = first.filter(|first| (replay.from..replay.next).contains(first));
            Replay { next: is_open.unwrap_or(replay.next), ..*replay }
        });
        let settings = &self.senders.settings;
        let now = (self.senders.clock)();
        Report {
            progress: Progress {
                next,
                down: self.queue.down().cloned(),
                last_success: self.queue.last_success(),
                ..self.before.clone()
            },
            replays: replays.collect(),
            keep_from: now.saturating_sub(settings.kept()).unwrap_or(Timestamp::MIN),
            surplus: (self.kept + unwritten.deliveries.len()).saturating_sub(settings.keep_deliveries),
            changes: unwritten.changes,
            deliveries: unwritten.deliveries,
        }
    }

    /// Takes note that something is written down; or is not, and is to be once more.
    pub(super) async fn wrote(&mut self, done: Result<usize, StoreError>) {
        let Some((_, written)) = self.writing.take() else { return };
        match done {
            Ok(forgotten) => self.kept = (self.kept + written.deliveries.len()).saturating_sub(forgotten),
            Err(error) => {
                tracing::warn!(webhook = %self.webhook.id, %error, "what was sent cannot be written down yet");
                let later = std::mem::replace(&mut self.unwritten, written);
                self.unwritten.changes.extend(later.changes);
                self.unwritten.deliveries.extend(later.deliveries);
                tokio::time::sleep(ROOM).await;
            }
        }
    }

    /// Writes down everything that is left, and that nothing more is sent, where that is so.
    pub(super) async fn finish(mut self) {
        if let Some((task, _)) = &mut self.writing {
            let done = joined(task.await);
            self.wrote(done).await;
        }
        let next = self.queue.first_open().unwrap_or(self.follower.next());
        let report = self.report_of(next, self.unwritten.clone());
        let (store, id) = (&self.senders.store, self.webhook.id);
        if let Err(error) = store.report(id, report).await {
            tracing::warn!(webhook = %id, %error, "what was sent is not written down: some of it is sent again");
            return;
        }
        let Some((why, detail)) = self.ending else { return };
        tracing::warn!(webhook = %id, why = detail, "a webhook is paused: make it active again to go on");
        if let Err(error) = store.pause_webhook(id, why, detail, (self.senders.clock)()).await {
            tracing::error!(webhook = %id, %error, "a webhook cannot be paused");
        }
    }
}

/// The outcome of what is being written; waits for ever, where nothing is.
pub(super) async fn written(writing: &mut Writing) -> Result<usize, StoreError> {
    match writing {
        Some((task, _)) => joined(task.await),
        None => std::future::pending().await,
    }
}

fn joined<T>(done: Result<Result<T, StoreError>, tokio::task::JoinError>) -> Result<T, StoreError> {
    done.unwrap_or_else(|panic| Err(StoreError::Stopped(panic.to_string().into())))
}
