//! The one writer: takes everything that waits, runs it against one transaction, commits it with one flush and one sync,
//! then answers everybody.
//!
//! No timer makes batches: while one commit is under way the next ones queue up, and go together when it is done. Large
//! writes go alone, and only when no small one waits: a customer's answer waits for one of them at most. A queue that is
//! full refuses at once. A commit that fails stops the writer for good: what the disk holds after a failed sync is
//! not known, so nothing more is acknowledged until the process has started again and read what is there.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use tokio::sync::{Notify, mpsc, oneshot, watch};

use super::disk::SharedDisk;
use super::events::Log;
use super::journal::Journal;
use super::last_scores::LastScores;
use super::listeners::Listeners;
use super::transaction::{Forgotten, Kept, Transaction};
use super::{Catalog, Event, OnEvents, Store, StoreError, Told, keys};
use crate::domain::names::CustomerId;
use crate::domain::responses::Response;

/// Most writes that go in one commit: bounds how long the first of them waits.
const BATCH: usize = 256;

/// A write that waits.
struct Job {
    size: Size,
    run: Box<dyn FnOnce(&mut Transaction<'_>) -> Answer + Send>,
}

/// Whether a write may hold up others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// A handful of records.
    Small,
    /// Thousands of records.
    Large,
}

/// Tells a caller the outcome.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// What is in memory, and changed after each commit; and who hears of it.
pub(super) struct Tables {
    pub(super) catalog: Arc<RwLock<Catalog>>,
    pub(super) last_scores: Arc<LastScores>,
    pub(super) listeners: Arc<Listeners>,
    pub(super) told: Arc<Mutex<Told>>,
    pub(super) on_events: OnEvents,
    /// Told when there is something to send.
    pub(super) outbox: Arc<Notify>,
}

pub(super) struct Committer {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    failure: watch::Receiver<Option<StoreError>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Committer {
    pub(super) fn start(
        disk: SharedDisk,
        tables: Tables,
        journal: Journal,
        log: Log,
        queue: usize,
    ) -> Result<Self, StoreError> {
        let after_last = match disk.db.scan_prefix(keys::RESPONSES).next_back().transpose()? {
            Some((key, _)) => keys::sequence_of(&key).map_or(0, |last| last + 1),
            None => 0,
        };
        let next_sequence = disk.get::<u64>(keys::NEXT_RESPONSE)?.unwrap_or_default().max(after_last);
        let (sender, jobs) = mpsc::channel(queue);
        let (failed, failure) = watch::channel(None);
        let mut writer = Writer { disk, tables, journal, log, next_sequence };
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

    /// Whether anything can still be written.
    pub(super) fn check_open(&self) -> Result<(), StoreError> {
        self.ready()?;
        let open = lock(&self.jobs).is_some();
        open.then_some(()).ok_or_else(|| StoreError::Stopped("it was closed".into()))
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

    fn begin<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        size: Size,
        job: impl FnOnce(&mut Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, E>>, StoreError> {
        let (sender, receiver) = oneshot::channel();
        let run = Box::new(move |transaction: &mut Transaction<'_>| -> Answer {
            let result = job(transaction);
            transaction.end_job(result.is_ok());
            Box::new(move |committed| {
                // A caller that went away still gets its write, but hears nothing of it.
                let _ = sender.send(committed.map_err(E::from).and(result));
            })
        });
        self.send(Job { size, run })?;
        Ok(receiver)
    }

    fn outcome<T, E: From<StoreError>>(
        &self,
        received: Result<Result<T, E>, oneshot::error::RecvError>,
    ) -> Result<T, E> {
        let stopped = || StoreError::Stopped("it was closed".into());
        received.unwrap_or_else(|_| Err(self.ready().err().unwrap_or_else(stopped).into()))
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
    /// Runs `job` in one of the writer's next transactions and returns its result once that is durable. Of a job that
    /// fails nothing is written.
    pub(super) async fn write<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        size: Size,
        job: impl FnOnce(&mut Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let receiver = self.0.committer.begin(size, job)?;
        self.0.committer.outcome(receiver.await)
    }

    /// The same on a thread that may wait.
    pub(super) fn write_blocking<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        size: Size,
        job: impl FnOnce(&mut Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let receiver = self.0.committer.begin(size, job)?;
        self.0.committer.outcome(receiver.blocking_recv())
    }
}

struct Writer {
    disk: SharedDisk,
    tables: Tables,
    journal: Journal,
    log: Log,
    next_sequence: u64,
}

impl Writer {
    /// Ends when the store is closed, or with the error of the first commit that failed.
    fn run(&mut self, mut jobs: mpsc::Receiver<Job>) -> Result<(), StoreError> {
        let mut waiting = Vec::with_capacity(BATCH);
        let mut large = VecDeque::new();
        loop {
            if large.is_empty() {
                if jobs.blocking_recv_many(&mut waiting, BATCH) == 0 {
                    return Ok(());
                }
            } else {
                waiting.extend(std::iter::from_fn(|| jobs.try_recv().ok()).take(BATCH));
            }
            let (small, more): (Vec<_>, Vec<_>) = waiting.drain(..).partition(|job| job.size == Size::Small);
            large.extend(more);
            self.commit(small)?;
            self.commit(large.pop_front())?;
        }
    }

    fn commit(&mut self, jobs: impl IntoIterator<Item = Job>) -> Result<(), StoreError> {
        let mut transaction = Transaction::new(&self.disk, self.next_sequence);
        let answers: Vec<Answer> = jobs.into_iter().map(|job| (job.run)(&mut transaction)).collect();
        let kept = transaction.finish();
        if answers.is_empty() {
            return Ok(());
        }
        metrics::histogram!("hearback_commit_batch_size").record(answers.len() as f64);
        let answer_all = |committed: &Result<(), StoreError>| {
            answers.into_iter().for_each(|answer| answer(committed.clone()));
        };
        if kept.writes.is_empty() {
            answer_all(&Ok(()));
            return Ok(());
        }
        if let Err(full) = self.disk.check_room(0) {
            answer_all(&Err(full));
            return Ok(());
        }
        let committed = self.write(kept);
        answer_all(&committed);
        committed
    }

    fn write(&mut self, mut kept: Kept) -> Result<(), StoreError> {
        let entry = (!kept.changes.is_empty()).then(|| self.journal.enter(&kept.changes)).transpose()?;
        let mark = entry.map(|(mark, records)| {
            kept.writes.extend(records.into_iter().map(|(key, record)| (key, Some(record))));
            mark
        });
        let entered = self.log.enter(&self.disk, &kept.events)?;
        kept.writes.extend(entered.writes);
        self.disk.commit(as_batch(kept.writes))?;
        self.next_sequence = kept.next_sequence;
        let Tables { catalog, last_scores, listeners, outbox, told, on_events } = &self.tables;
        if !kept.catalog.is_empty() {
            let mut catalog = catalog.write().unwrap_or_else(PoisonError::into_inner);
            kept.catalog.into_iter().for_each(|change| change(&mut catalog));
        }
        let catalog = catalog.read().unwrap_or_else(PoisonError::into_inner);
        last_scores.follow(&kept.customers, &kept.responses, &catalog);
        last_scores.forget(&kept.forgotten);
        listeners.tell(whom_it_concerns(&kept.responses, &kept.forgotten));
        if kept.to_send {
            outbox.notify_one();
        }
        self.log.follow(entered.log);
        let Some(mark) = mark else { return Ok(()) };
        let responded = kept.responses.iter().map(|(sequence, response)| {
            let survey = catalog.version(&response.survey, response.version);
            Event::Responded(*sequence, response.into(), survey)
        });
        let invited = kept
            .invitations
            .iter()
            .map(|(number, invitation, answered)| Event::Invited(*number, invitation.into(), *answered));
        let forgotten = kept.forgotten.iter().map(|forgotten| match forgotten {
            Forgotten::Response(sequence) => Event::Forgotten(*sequence),
            Forgotten::Invitation(number, _) => Event::ForgottenInvitation(*number),
            Forgotten::Customer(..) => Event::Erased,
        });
        on_events(&responded.chain(invited).chain(forgotten).collect::<Vec<_>>());
        self.journal.newest = mark;
        let mut told = lock(told);
        told.mark = mark;
        told.changes += kept.changes.len() as u64;
        Ok(())
    }
}

/// The customers of whom there is news.
fn whom_it_concerns<'a>(
    responses: &'a [(u64, Response)],
    forgotten: &'a [Forgotten],
) -> impl Iterator<Item = &'a CustomerId> {
    let answered = responses.iter().filter_map(|(_, response)| response.customer.as_ref());
    let erased = forgotten.iter().filter_map(|forgotten| match forgotten {
        Forgotten::Customer(customer, _) => Some(customer),
        Forgotten::Response(_) | Forgotten::Invitation(..) => None,
    });
    answered.chain(erased)
}

pub(super) fn as_batch(writes: BTreeMap<Vec<u8>, Option<Vec<u8>>>) -> sled::Batch {
    let mut batch = sled::Batch::default();
    for (key, value) in writes {
        match value {
            Some(value) => batch.insert(key, value),
            None => batch.remove(key),
        }
    }
    batch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_writer_that_panics_has_failed() {
        let directory = tempfile::tempdir().unwrap();
        let options = crate::store::Options::for_test(directory.path());
        let store = Store::open(&options, Box::new(|_| {})).unwrap();
        let panics = |_: &mut Transaction<'_>| -> Result<(), StoreError> { panic!("on purpose") };
        assert!(store.write(Size::Small, panics).await.is_err());
        let failed = tokio::time::timeout(std::time::Duration::from_secs(10), store.failed()).await;
        assert!(failed.is_ok(), "the process would go on for ever and refuse everything");
        assert!(store.ready().is_err());
    }
}
