//! A store that is open, and whose writer has not begun: the time to hear of what there is.

use std::sync::{Arc, Mutex, RwLock};

use super::committer::{Committer, Tables};
use super::disk::Disk;
use super::events::Log;
use super::journal::{Journal, Mark};
use super::last_scores::{Filling, LastScores};
use super::listeners::Listeners;
use super::{Catalog, OnEvents, Options, Parts, Store, StoreError, Told, replay};
use crate::domain::phones::Phones;

/// A store that is being opened.
pub struct Opening {
    pub(super) disk: Arc<Disk>,
    catalog: Catalog,
    journal: Journal,
    log: Log,
    queue: usize,
    phones: Phones,
}

impl Opening {
    /// Opens the directory. Blocks.
    ///
    /// # Errors
    /// When it is in use, cannot be made or cannot be read.
    pub fn begin(options: &Options) -> Result<Self, StoreError> {
        let disk = Arc::new(Disk::open(options)?);
        let catalog = Catalog::load(&disk)?;
        let journal = Journal::open(&disk)?;
        let log = Log::open(&disk, &journal, options.events_kept)?;
        Ok(Self { disk, catalog, journal, log, queue: options.queue, phones: options.phones })
    }

    /// Tells of every response and every invitation there is. Blocks for as long as reading all of them takes.
    ///
    /// # Errors
    /// When something cannot be read.
    pub fn tell_all(&self, on_events: &OnEvents) -> Result<(), StoreError> {
        replay::everything(&self.disk, &self.catalog, on_events)
    }

    /// Tells of everything that has changed since `mark`, for somebody who has heard of all there was then; says how much it
    /// was. Of a mark that is not of this store as it is now, nothing is told, and what was heard is worth nothing here.
    ///
    /// # Errors
    /// When something cannot be read.
    pub fn tell_since(&self, mark: Mark, on_events: &OnEvents) -> Result<Option<u64>, StoreError> {
        replay::since(&self.disk, &self.catalog, mark, on_events)
    }

    /// Starts the writer, which tells of everything that it commits, in order.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub fn start(self, on_events: OnEvents) -> Result<Store, StoreError> {
        let Self { disk, catalog, journal, log, queue, phones } = self;
        let told = Arc::new(Mutex::new(Told { mark: journal.newest, changes: 0 }));
        let catalog = Arc::new(RwLock::new(catalog));
        let last_scores = Arc::new(LastScores::new(phones));
        let listeners = Arc::<Listeners>::default();
        let outbox = Arc::default();
        let news = log.news();
        let tables = Tables {
            catalog: Arc::clone(&catalog),
            last_scores: Arc::clone(&last_scores),
            listeners: Arc::clone(&listeners),
            outbox: Arc::clone(&outbox),
            told: Arc::clone(&told),
            on_events,
        };
        let committer = Committer::start(Arc::clone(&disk), tables, journal, log, queue)?;
        // Not before the writer tells of what it commits: nothing that comes meanwhile is missed.
        let filling = Filling::start(Arc::clone(&disk), Arc::clone(&catalog), Arc::clone(&last_scores))?;
        let held = Arc::default();
        let parts = Parts {
            disk,
            catalog,
            committer,
            last_scores,
            filling,
            listeners,
            news,
            outbox,
            phones,
            told,
            held,
        };
        Ok(Store(Arc::new(parts)))
    }
}
