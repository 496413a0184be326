//! The one writer: takes everything that waits, runs it against one transaction, commits it with one flush and one sync,
//! then answers everybody.
//!
//! No timer makes batches: while one commit is under way the next ones queue up, and go together when it is done. A queue
//! that is full refuses at once. A commit that fails stops the writer for good: what the disk holds after a failed sync is
//! not known, so nothing more is acknowledged until the process has started again and read what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{mpsc, oneshot, watch};

use super::disk::{Disk, SharedDisk};
use super::{Catalog, OnResponse, Store, StoreError, codec, keys};
use crate::domain::responses::Response;

/// Most writes that go in one commit: bounds how long the first of them waits.
const BATCH: usize = 256;

/// A write: does its work in the transaction, and returns what tells its caller once the outcome is known.
type Job = Box<dyn FnOnce(&mut Transaction<'_>) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
type CatalogChange = Box<dyn FnOnce(&mut Catalog) + Send>;

pub(super) struct Committer {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    failure: watch::Receiver<Option<StoreError>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Committer {
    pub(super) fn start(
        disk: SharedDisk,
        catalog: Arc<RwLock<Catalog>>,
        on_response: OnResponse,
        queue: usize,
    ) -> Result<Self, StoreError> {
        let next_sequence = match disk.db.scan_prefix(keys::RESPONSES).next_back().transpose()? {
            Some((key, _)) => keys::sequence_of(&key).map_or(0, |last| last + 1),
            None => 0,
        };
        let (sender, jobs) = mpsc::channel(queue);
        let (failed, failure) = watch::channel(None);
        let mut writer = Writer { disk, catalog, on_response, next_sequence };
        let thread = std::thread::Builder::new()
            .name("committer".into())
            .spawn(move || {
                // A panic is a failure too: otherwise the process would go on, and refuse everything for ever.
                let ended = panic::catch_unwind(AssertUnwindSafe(|| writer.run(jobs)));
                let panicked = |_| Err(StoreError::Stopped("the writer panicked".into()));
                if let Err(error) = ended.unwrap_or_else(panicked) {
                    tracing::error!(%error, "writing failed; nothing more is acknowledged");
                    failed.send_replace(Some(error));
                }
            })
            .map_err(|error| StoreError::Stopped(error.to_string().into()))?;
        Ok(Self { jobs: Mutex::new(Some(sender)), failure, thread: Mutex::new(Some(thread)) })
    }

    pub(super) fn ready(&self) -> Result<(), StoreError> {
        match &*self.failure.borrow() {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    pub(super) async fn failed(&self) -> StoreError {
        let mut failure = self.failure.clone();
        match failure.wait_for(Option::is_some).await.map(|error| error.clone()) {
            Ok(Some(error)) => error,
            // The writer ended without a failure: it was stopped, and there is nothing to wait for.
            _ => std::future::pending().await,
        }
    }

    pub(super) fn stop(&self) {
        lock(&self.jobs).take();
        if let Some(thread) = lock(&self.thread).take() {
            // A panic was reported by its own message.
            let _ = thread.join();
        }
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let stopped = || StoreError::Stopped("it was closed".into());
        let sender = lock(&self.jobs).clone().ok_or_else(stopped)?;
        sender.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => self.ready().err().unwrap_or_else(stopped),
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Runs `job` in the writer's next transaction and returns its result once that is durable.
    ///
    /// A job reads all it needs before its first `put`, so that one which fails leaves nothing behind.
    pub(super) async fn write<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        job: impl FnOnce(&mut Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let (sender, receiver) = oneshot::channel();
        self.committer.send(Box::new(move |transaction| {
            let result = job(transaction);
            Box::new(move |committed| {
                // A caller that went away still gets its write, but hears nothing of it.
                let _ = sender.send(committed.map_err(E::from).and(result));
            })
        }))?;
        match receiver.await {
            Ok(result) => result,
            Err(_) => Err(self
                .committer
                .ready()
                .err()
                .unwrap_or(StoreError::Stopped("it was closed".into()))
                .into()),
        }
    }
}

struct Writer {
    disk: SharedDisk,
    catalog: Arc<RwLock<Catalog>>,
    on_response: OnResponse,
    next_sequence: u64,
}

impl Writer {
    /// Ends when the store is closed, or with the error of the first commit that failed.
    fn run(&mut self, mut jobs: mpsc::Receiver<Job>) -> Result<(), StoreError> {
        let mut batch = Vec::with_capacity(BATCH);
        while jobs.blocking_recv_many(&mut batch, BATCH) > 0 {
            metrics::histogram!("hearback_commit_batch_size").record(batch.len() as f64);
            self.process(&mut batch)?;
        }
        Ok(())
    }

    fn process(&mut self, batch: &mut Vec<Job>) -> Result<(), StoreError> {
        let mut transaction = Transaction {
            disk: &self.disk,
            writes: BTreeMap::new(),
            next_sequence: self.next_sequence,
            responses: Vec::new(),
            catalog: Vec::new(),
        };
        let answers: Vec<Answer> = batch.drain(..).map(|job| job(&mut transaction)).collect();
        let Transaction { writes, next_sequence, responses, catalog, .. } = transaction;

        if let Err(full) = if writes.is_empty() { Ok(()) } else { self.disk.check_room() } {
            answers.into_iter().for_each(|answer| answer(Err(full.clone())));
            return Ok(());
        }
        let committed = if writes.is_empty() { Ok(()) } else { self.disk.commit(as_batch(writes)) };
        if committed.is_ok() {
            self.next_sequence = next_sequence;
            let mut tables = self.catalog.write().unwrap_or_else(PoisonError::into_inner);
            catalog.into_iter().for_each(|change| change(&mut tables));
            drop(tables);
            responses.iter().for_each(|(sequence, response)| (self.on_response)(*sequence, response));
        }
        answers.into_iter().for_each(|answer| answer(committed.clone()));
        committed
    }
}

fn as_batch(writes: BTreeMap<Vec<u8>, Option<Vec<u8>>>) -> sled::Batch {
    let mut batch = sled::Batch::default();
    for (key, value) in writes {
        match value {
            Some(value) => batch.insert(key, value),
            None => batch.remove(key),
        }
    }
    batch
}

/// What one commit will write. Reading sees the writes of the jobs before.
pub(super) struct Transaction<'a> {
    disk: &'a Disk,
    writes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    next_sequence: u64,
    responses: Vec<(u64, Response)>,
    catalog: Vec<CatalogChange>,
}

impl Transaction<'_> {
    pub(super) fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        match self.writes.get(key) {
            Some(written) => written.as_deref().map(codec::decode).transpose(),
            None => self.disk.get(key),
        }
    }

    /// The keys with this prefix, in order.
    pub(super) fn keys(&self, prefix: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut keys = BTreeSet::new();
        for key in self.disk.db.scan_prefix(prefix).keys() {
            keys.insert(key?.to_vec());
        }
        for (key, value) in
            self.writes.range(prefix.to_vec()..).take_while(|(key, _)| key.starts_with(prefix))
        {
            if value.is_some() {
                keys.insert(key.clone())
            } else {
                keys.remove(key)
            };
        }
        Ok(keys.into_iter().collect())
    }

    pub(super) fn put<T: Serialize>(&mut self, key: Vec<u8>, value: &T) -> Result<(), StoreError> {
        self.writes.insert(key, Some(codec::encode(value)?));
        Ok(())
    }

    pub(super) fn remove(&mut self, key: Vec<u8>) {
        self.writes.insert(key, None);
    }

    /// The sequence number of the next response. Numbers of commits that fail are given again.
    pub(super) fn take_sequence(&mut self) -> u64 {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        sequence
    }

    /// Writes a response, and tells the numbers of it once it is durable.
    pub(super) fn put_response(&mut self, sequence: u64, response: Response) -> Result<(), StoreError> {
        self.put(keys::response(sequence), &response)?;
        self.responses.push((sequence, response));
        Ok(())
    }

    /// Changes the tables in memory once the transaction is durable.
    pub(super) fn after(&mut self, change: impl FnOnce(&mut Catalog) + Send + 'static) {
        self.catalog.push(Box::new(change));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_writer_that_panics_has_failed() {
        let directory = tempfile::tempdir().unwrap();
        let options = crate::store::Options {
            directory: directory.path().into(),
            cache_bytes: 1 << 20,
            min_free_bytes: 0,
            min_free_percent: 0,
            queue: 8,
        };
        let store = Store::open(&options, Box::new(|_, _| {})).unwrap();
        let panics = |_: &mut Transaction<'_>| -> Result<(), StoreError> { panic!("on purpose") };
        assert!(store.write(panics).await.is_err());
        let failed = tokio::time::timeout(std::time::Duration::from_secs(10), store.failed()).await;
        assert!(failed.is_ok(), "the process would go on for ever and refuse everything");
        assert!(store.ready().is_err());
    }
}
