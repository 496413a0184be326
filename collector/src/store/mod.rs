//! Where it is kept: the only place that names the database.
//!
//! [`Store`] has the domain's verbs (`record`, `invite`, `last_score` …), async, and says nothing of sled to its callers.
//! All writing is done by one thread (`committer`), which takes everything that waits, commits it atomically with one
//! flush and one real sync, and only then answers. Reading scans runs on threads that may block.
//!
//! Read in this order: `keys` (what lies where), `disk` (opening, and what durable means), `upgrades` (opening what an earlier
//! version has written), `committer`, then the verbs: `responses`, `invitations`, `asking`, `suppressions`, `outbox`, `arrivals`,
//! `bounces`, `events`, `webhooks`, `remembered`, `asked`, `customers`, `erasures`, `surveys`, `organisation`, `people`, `sessions`, `access`,
//! `mails`, `signing_secrets`, `links`, `evidence`, `reviews`.
//! `catalog` holds the small tables in memory, `last_scores` what each customer said last, `suppressed` who may be on the
//! suppression list. `opening`, `replay` and `journal` are for those who count: they tell of everything there is, or of what has
//! changed since one heard of it last; `sheets` keeps what came of it. `audit` is for who looks whether that is so.
//!
//! **Architecture invariant:** no other module uses sled, and nothing here knows HTTP.

mod access;
mod arrivals;
mod asked;
mod asking;
mod audit;
mod bounces;
mod case_changes;
mod cases;
mod catalog;
mod codec;
mod committer;
mod customers;
mod disk;
mod erasures;
mod events;
mod evidence;
mod follow_up;
mod invitations;
mod journal;
mod keys;
mod last_scores;
mod links;
mod listeners;
mod mails;
mod opening;
mod organisation;
mod outbox;
mod people;
mod quotes;
mod remembered;
mod replay;
mod responses;
mod reviews;
mod sessions;
mod sheets;
mod signing_secrets;
mod suppressed;
mod suppressions;
mod surveys;
mod thanks;
mod transaction;
mod upgrades;
mod webhooks;
mod work_list;

use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

pub use access::KeyCreated;
pub use asking::{Case, InForce, Outcome};
pub use bounces::Bounced;
pub use cases::{ActError, Detail, Listed as ListedCase, Told as ToldCase, Watched};
pub use catalog::Catalog;
pub use customers::{Last, LastScore, Lookup, Past};
pub use erasures::Erased;
pub use events::Heard;
pub use evidence::After;
pub use follow_up::Following;
pub use invitations::{Invited, Mailing, Which};
pub use journal::{Changes, Held, Mark};
pub use listeners::Listener;
pub use mails::Removed;
pub use opening::Opening;
pub use organisation::{ChangeError, Changed};
pub use outbox::{Addressee, Due};
pub use people::{Account, PersonError};
pub use quotes::Quoted;
pub use responses::{Page, RecordError};
pub use sheets::Sheets;
pub use suppressions::{Leave, Listed};
pub use surveys::Pushed;
pub use webhooks::{Listed as ListedDelivery, Report, Waiting};
pub use work_list::{Counted, Found, Now, Place, Soon, Wanted, WorkList};

use jiff::SignedDuration;
use wire::Survey;

use crate::domain::counted::{CountedInvitation, CountedResponse};
use crate::domain::phones::Phones;
use committer::Committer;
use disk::Disk;
use last_scores::{Filling, LastScores};
use listeners::Listeners;
use tokio::sync::{Notify, watch};

/// Where and how to keep things.
#[derive(Clone, Debug)]
pub struct Options {
    /// The directory; made if it is not there.
    pub directory: PathBuf,
    /// Memory for the database's cache, bytes.
    pub cache_bytes: u64,
    /// Writes are refused when less than this is free on the disk, bytes…
    pub min_free_bytes: u64,
    /// …or less than this share of it, per cent.
    pub min_free_percent: u8,
    /// How many writes may wait for the disk.
    pub queue: usize,
    /// How telephone numbers are read.
    pub phones: Phones,
    /// How long it is kept what happened.
    pub events_kept: SignedDuration,
}

#[cfg(test)]
impl Options {
    /// A store of its own for a test, on whatever room there is.
    fn for_test(directory: &std::path::Path) -> Self {
        Self {
            directory: directory.to_owned(),
            cache_bytes: 64 << 20,
            min_free_bytes: 0,
            min_free_percent: 0,
            queue: 8,
            phones: Phones::default(),
            events_kept: SignedDuration::from_hours(24),
        }
    }
}

/// Opens once nobody holds the directory any more: what the database has under way holds it for a moment after it was closed.
#[cfg(test)]
pub(crate) fn patiently<T>(open: impl Fn() -> Result<T, StoreError>) -> T {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        match open() {
            Err(StoreError::Locked(_)) if std::time::Instant::now() < deadline => std::thread::yield_now(),
            opened => break opened.unwrap(),
        }
    }
}

/// What can go wrong below the domain.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the directory open.
    #[error("the directory {0} is in use by another process")]
    Locked(PathBuf),
    /// The disk is nearly full; nothing was written.
    #[error(
        "less than {needed} MiB are free on the disk, only {free}: nothing is written until there is room"
    )]
    Full {
        /// MiB free.
        free: u64,
        /// MiB that must be free.
        needed: u64,
    },
    /// Too many writes wait; nothing was written.
    #[error("too many writes are waiting for the disk")]
    Busy,
    /// The store has stopped: it was closed, or writing failed and nothing more is promised.
    #[error("the store has stopped: {0}")]
    Stopped(Arc<str>),
    /// A record cannot be read.
    #[error("a stored record cannot be read: {0}")]
    Unreadable(Arc<str>),
    /// Anything else the database reports.
    #[error("database: {0}")]
    Database(Arc<str>),
}

/// Something that the numbers hear of. To hear of it again changes nothing.
pub enum Event<'a> {
    /// A response as it now is, under its sequence number, with the survey's version that it answers.
    Responded(u64, CountedResponse<'a>, Option<&'a Survey>),
    /// An invitation as it now is, under its number, and whether it has led to a score.
    Invited(u64, CountedInvitation<'a>, bool),
    /// The response of this sequence number is gone.
    Forgotten(u64),
    /// The invitation of this number is gone.
    ForgottenInvitation(u64),
    /// A customer was erased: what is kept of the numbers elsewhere is not to stay.
    Erased,
}

/// Hears of everything. Of what is committed, in order, all of one commit at once; of what there is at a start, in no order, and
/// on several threads.
pub type OnEvents = Box<dyn Fn(&[Event<'_>]) + Send + Sync>;

/// What was told so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The last commit of which everything was told.
    pub mark: Mark,
    /// How much was told of since the store was opened.
    pub changes: u64,
}

/// The store. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Parts>);

struct Parts {
    disk: Arc<Disk>,
    catalog: Arc<RwLock<Catalog>>,
    committer: Committer,
    last_scores: Arc<LastScores>,
    filling: Filling,
    listeners: Arc<Listeners>,
    /// The number of the next event.
    news: watch::Receiver<u64>,
    outbox: Arc<Notify>,
    phones: Phones,
    told: Arc<Mutex<Told>>,
    /// How many need the journal as it is.
    held: Arc<AtomicUsize>,
}

impl Store {
    /// Opens the directory, tells `on_events` of everything there is, and starts the writer. Blocks.
    ///
    /// # Errors
    /// When the directory is in use, cannot be made or cannot be read.
    pub fn open(options: &Options, on_events: OnEvents) -> Result<Self, StoreError> {
        let opening = Opening::begin(options)?;
        opening.tell_all(&on_events)?;
        opening.start(on_events)
    }

    /// The small tables, as they are now. Not to be held across an await.
    pub fn catalog(&self) -> RwLockReadGuard<'_, Catalog> {
        // Poisoned only if the writer panicked between two assignments; the tables are still whole.
        self.0.catalog.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether writes are taken.
    ///
    /// # Errors
    /// Why they are not.
    pub fn ready(&self) -> Result<(), StoreError> {
        self.0.committer.ready()?;
        self.0.disk.check_room(0)
    }

    /// Whether there would be room enough if so many bytes more were written in the directory.
    ///
    /// # Errors
    /// When there would not.
    pub fn check_room(&self, bytes: u64) -> Result<(), StoreError> {
        self.0.disk.check_room(bytes)
    }

    /// What was told so far.
    pub fn told(&self) -> Told {
        *self.0.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Resolves once writing has failed for good: the process should end and be started again.
    pub async fn failed(&self) -> StoreError {
        self.0.committer.failed().await
    }

    /// Finishes the writes that were accepted, then stops the writer. Blocks.
    pub fn close(&self) {
        self.0.filling.stop();
        self.0.committer.stop();
    }

    /// Whether last scores are answered from memory: not before what is stored has been read, after a start.
    pub fn has_last_scores(&self) -> bool {
        self.0.last_scores.is_complete()
    }

    /// Bytes of memory that last scores take.
    pub fn last_score_bytes(&self) -> usize {
        self.0.last_scores.bytes()
    }

    /// Runs a blocking read where it disturbs nobody.
    async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Disk) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let disk = Arc::clone(&self.0.disk);
        let done = tokio::task::spawn_blocking(move || job(&disk)).await;
        done.unwrap_or_else(|panic| Err(StoreError::Stopped(panic.to_string().into())))
    }
}
