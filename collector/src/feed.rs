//! What happens, passed on to all who want to hear of it, streams and webhooks alike: each event is read and written once.
//!
//! A batch says which part of the log it is. Whoever has missed something, by being slow or by coming late, sees that by the next
//! batch, and reads it in the log ([`Follower`]): so nothing has to be kept for anybody.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{broadcast, watch};

use crate::domain::events::{EventId, Happened, Told};
use crate::store::{Heard, Store, StoreError};

/// Most events in one batch.
const BATCH: usize = 64;

/// How many batches somebody may be behind before having to read the log. An event takes about a kilobyte.
const BEHIND: usize = 256;

/// An event as it is sent.
pub struct Written {
    /// The event.
    pub happened: Happened,
    /// As it stands in a stream.
    text: Arc<[u8]>,
    /// Where in it the JSON is.
    json: Range<usize>,
}

impl Written {
    /// Writes an event, as a stream of server-sent events has it (HTML Standard, 9.2.6).
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn new(happened: Happened) -> serde_json::Result<Self> {
        let json = Told::from(&happened).json()?;
        let before = format!("event: {}\nid: {}\ndata: ", happened.event.what, happened.id);
        let place = before.len()..before.len() + json.len();
        let text = [before.as_bytes(), json.as_bytes(), b"\n\n"].concat().into();
        Ok(Self { happened, text, json: place })
    }

    /// As it stands in a stream.
    pub fn in_stream(&self) -> &[u8] {
        &self.text
    }

    /// As the body of a message.
    pub fn json(&self) -> &[u8] {
        &self.text[self.json.clone()]
    }
}

/// A part of the log.
pub struct Batch {
    /// The number of its first event.
    from: u64,
    /// The number of the event behind it.
    next: u64,
    /// The id of its last event.
    last: Option<EventId>,
    /// The events, but for those that are about what is gone.
    events: Vec<Written>,
}

impl Batch {
    /// What was read of the log, from this number on.
    fn new(from: u64, heard: Heard) -> Self {
        let written = |happened| {
            let written = Written::new(happened);
            written.inspect_err(|error| tracing::error!(%error, "an event cannot be written")).ok()
        };
        let Heard { events, next, last, .. } = heard;
        Self { from, next, last, events: events.into_iter().filter_map(written).collect() }
    }

    /// That the log goes up to here: whoever has missed something reads it there.
    fn nothing_before(next: u64) -> Arc<Self> {
        Arc::new(Self { from: next, next, last: None, events: Vec::new() })
    }
}

/// Passes events on.
pub struct Feed {
    batches: broadcast::Sender<Arc<Batch>>,
    is_followed: AtomicBool,
    stopping: watch::Receiver<bool>,
}

impl Feed {
    /// Nothing is read before somebody follows, nor after `stopping`.
    pub fn new(stopping: watch::Receiver<bool>) -> Self {
        Self { batches: broadcast::Sender::new(BEHIND), is_followed: AtomicBool::new(false), stopping }
    }

    /// Follows the log from the event of this number on, or from now on. The first one to follow starts the reading, until
    /// the store is closed.
    pub fn follow(&self, store: &Store, from: Option<u64>) -> Follower {
        let batches = self.batches.subscribe();
        if !self.is_followed.swap(true, Ordering::SeqCst) {
            tokio::spawn(pass_on(store.clone(), store.news(), self.batches.clone(), self.stopping.clone()));
        }
        // Only now: what came before is read in the log, and what comes later is heard.
        let known = *store.news().borrow();
        Follower { store: store.clone(), batches, next: from.unwrap_or(known), known }
    }
}

/// Reads what is new for all, for as long as somebody listens.
async fn pass_on(
    store: Store,
    mut news: watch::Receiver<u64>,
    batches: broadcast::Sender<Arc<Batch>>,
    mut stopping: watch::Receiver<bool>,
) {
    let mut next = *news.borrow_and_update();
    // Somebody may have begun to follow before this.
    let _ = batches.send(Batch::nothing_before(next));
    loop {
        tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => return,
            changed = news.changed() => if changed.is_err() { return },
        }
        let newest = *news.borrow_and_update();
        while next < newest && batches.receiver_count() > 0 {
            match store.events(next, BATCH).await {
                Ok(heard) if heard.next > next => {
                    let batch = Batch::new(next, heard);
                    next = batch.next;
                    // Nobody may be listening any more.
                    let _ = batches.send(Arc::new(batch));
                }
                Ok(_) => break,
                Err(error) => {
                    tracing::error!(%error, "events cannot be read");
                    break;
                }
            }
        }
        // Who begins to listen now begins here or later; who has missed something sees it by this batch.
        if next < newest {
            next = newest;
            let _ = batches.send(Batch::nothing_before(next));
        }
    }
}

/// Somebody who follows the log.
pub struct Follower {
    store: Store,
    batches: broadcast::Receiver<Arc<Batch>>,
    /// The number of the next event.
    next: u64,
    /// Up to here the log is to be read, before batches are taken as they are passed on.
    known: u64,
}

impl Follower {
    /// The number of the next event.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// What comes next; waits for it. Nothing, at a stop. May be given up at any time, and loses nothing by that.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn more(&mut self) -> Result<Option<News>, StoreError> {
        loop {
            let from = self.next;
            if from < self.known {
                let batch = Batch::new(from, self.store.events(from, BATCH).await?);
                self.next = if batch.next > from { batch.next } else { self.known };
                return Ok(Some(News { from, batch: Arc::new(batch) }));
            }
            match self.batches.recv().await {
                Ok(batch) if batch.next <= from => {}
                Ok(batch) if batch.from > from => self.known = batch.next,
                Ok(batch) => {
                    self.next = batch.next;
                    return Ok(Some(News { from, batch }));
                }
                // What was missed shows by the next one.
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return Ok(None),
            }
        }
    }
}

/// What somebody who follows the log has not heard yet.
pub struct News {
    from: u64,
    batch: Arc<Batch>,
}

impl News {
    /// The events.
    pub fn events(&self) -> impl Iterator<Item = &Written> {
        self.batch.events.iter().filter(|written| written.happened.id.number >= self.from)
    }

    /// The id of the last event of this part of the log, also where that is about what is gone.
    pub fn last(&self) -> Option<EventId> {
        self.batch.last
    }
}
