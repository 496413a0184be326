//! Reading what is stored, beside everything else, right after the start.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed, Ordering::Release};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;
use wire::{Answers, Score};

use super::super::disk::SharedDisk;
use super::super::{Catalog, StoreError, codec, keys};
use super::LastScores;
use super::record::Given;
use crate::domain::customers::Customer;
use crate::domain::names::CustomerId;
use crate::domain::responses::comment;

/// A response, as much of it as is looked at: reading all of each would take three times as long.
#[derive(Deserialize)]
struct Stored<'a> {
    id: Uuid,
    survey: &'a str,
    version: u32,
    #[serde(borrow, default)]
    customer: Option<&'a str>,
    answers: Answers,
    score: Option<Score>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    at: Timestamp,
}

/// The thread that reads.
pub(in super::super) struct Filling {
    stop: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Filling {
    /// Begins to read everything that is stored.
    pub(in super::super) fn start(
        disk: SharedDisk,
        catalog: Arc<RwLock<Catalog>>,
        last_scores: Arc<LastScores>,
    ) -> Result<Self, StoreError> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("last-scores".into()).spawn(move || {
            if let Err(error) = disk.suppressed.fill(&disk.db, &stopped) {
                tracing::error!(%error, "the suppression list is read from the disk each time");
            }
            last_scores.phones.prepare();
            let filled = last_scores.fill(&disk, &catalog, &stopped);
            if let Err(error) = &filled {
                tracing::error!(%error, "last scores are read from the disk each time");
            }
            last_scores.end_filling(matches!(filled, Ok(true)));
        });
        let thread = thread.map_err(|error| StoreError::Stopped(error.to_string().into()))?;
        Ok(Self { stop, thread: Mutex::new(Some(thread)) })
    }

    /// Ends it, if it has not ended.
    pub(in super::super) fn stop(&self) {
        self.stop.store(true, Relaxed);
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = thread.join();
        }
    }
}

impl LastScores {
    /// Whether it read to the end.
    fn fill(
        &self,
        disk: &SharedDisk,
        catalog: &RwLock<Catalog>,
        stop: &AtomicBool,
    ) -> Result<bool, StoreError> {
        for entry in disk.scan::<Customer>(keys::CUSTOMERS) {
            let (key, customer) = entry?;
            if stop.load(Relaxed) {
                return Ok(false);
            }
            let id = std::str::from_utf8(key.get(1..).unwrap_or_default()).ok();
            let id: CustomerId = id
                .and_then(|id| id.parse().ok())
                .ok_or_else(|| StoreError::Unreadable("the key of a customer".into()))?;
            self.unless_newer(
                |newer| newer.customers.contains(&id),
                || self.know(&id, &Customer::default(), &customer),
            );
        }
        for entry in disk.db.scan_prefix(keys::RESPONSES) {
            let (key, bytes) = entry?;
            if stop.load(Relaxed) {
                return Ok(false);
            }
            let sequence = keys::sequence_of(&key)
                .ok_or_else(|| StoreError::Unreadable("the key of a response".into()))?;
            let stored: Stored<'_> = codec::decode(&bytes)?;
            let Some(customer) = stored.customer else { continue };
            let catalog = catalog.read().unwrap_or_else(PoisonError::into_inner);
            let survey = catalog.survey_version(stored.survey, stored.version);
            drop(catalog);
            let given = Given {
                sequence,
                score: stored.score,
                at: stored.at,
                response: stored.id,
                survey: stored.survey,
                comment: survey.as_ref().and_then(|survey| comment(&stored.answers, survey)),
            };
            self.unless_newer(|newer| newer.responses.contains(&sequence), || self.take(customer, &given));
        }
        Ok(true)
    }

    /// Feeds what was read, unless a commit has told of the same since. Whoever commits, waits meanwhile.
    fn unless_newer(&self, is_newer: impl Fn(&super::Newer) -> bool, feed: impl FnOnce()) {
        let newer = self.newer.lock().unwrap_or_else(PoisonError::into_inner);
        if !newer.as_ref().is_some_and(is_newer) {
            feed();
        }
    }

    fn end_filling(&self, is_complete: bool) {
        *self.newer.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.is_complete.store(is_complete, Release);
    }
}
