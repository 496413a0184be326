//! When the snapshot is written: when much has changed, and at the end.
//!
//! A thread that gives way to everybody writes it. Of the facts it takes pointers, so that nobody waits while it writes; the
//! writer copies what it changes meanwhile.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::file::{self, Writer};
use super::{Began, path, sheets};
use crate::facts::Facts;
use crate::store::{Mark, Store};

/// How often it is asked whether it is time.
const LOOK: Duration = Duration::from_millis(500);

/// How far the thread stands back: see `facts::pool`.
const NICE: i32 = 10;

/// So many times as long as writing it took, none is written: at most so small a part of the disk's time is taken.
const REST: u32 = 10;

/// When it is time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// So long after the last one at least…
    pub pause: Duration,
    /// …and after so many changes.
    pub changes: u64,
}

/// Writes the snapshot from time to time.
pub struct Keeper {
    stopping: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<Kept>>,
}

/// What is written, and of what.
struct Kept {
    store: Store,
    facts: Arc<Facts>,
    path: PathBuf,
    when: When,
    /// The file that is there.
    file: Option<Of>,
    next: Instant,
    /// The commit that the sheets in the store belong to, if all are there.
    sheets: Option<Mark>,
    /// When they are written next, if they could not be.
    next_sheets: Instant,
    stopping: Arc<(Mutex<bool>, Condvar)>,
}

/// What a snapshot is of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Of {
    /// The commit that it belongs to.
    pub(super) mark: Mark,
    /// How much had been told then, since the store was opened; less than nothing, if that was before.
    changes: i64,
    /// How often something had been forgotten. Not known of a file of an earlier run that is behind: what changed since may
    /// have been an erasure.
    forgotten: Option<u64>,
}

impl Keeper {
    /// Starts the thread. `from` is the file that is there, if it is of use.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub fn start(
        directory: &Path,
        store: Store,
        facts: Arc<Facts>,
        from: Option<Began>,
        when: When,
    ) -> std::io::Result<Self> {
        let stopping = Arc::<(Mutex<bool>, Condvar)>::default();
        let file = from.map(|Began { mark, changes }| Of {
            mark,
            changes: -(changes as i64),
            forgotten: (changes == 0).then_some(0),
        });
        let sheets = store.sheets().ok().flatten().map(|sheets| sheets.mark);
        let mut kept = Kept {
            store,
            facts,
            path: path(directory),
            when,
            file,
            // The first one can be written at once: what it took to read all is not to be done twice.
            next: Instant::now(),
            sheets,
            next_sheets: Instant::now(),
            stopping: Arc::clone(&stopping),
        };
        let thread = std::thread::Builder::new().name("snapshots".into()).spawn(move || {
            // On Linux the niceness is the thread's own. Where it is not to be had, writing works all the same.
            let _ = rustix::process::nice(NICE);
            while !kept.waits() {
                if kept.facts.is_doubted() {
                    kept.forget();
                    continue;
                }
                if kept.is_time() {
                    kept.write();
                }
                if kept.sheets_are_behind() && Instant::now() >= kept.next_sheets {
                    kept.write_sheets();
                }
            }
            kept
        })?;
        Ok(Self { stopping, thread: Some(thread) })
    }

    /// Ends the thread, and writes the last snapshot, unless nothing has changed since the one before. Blocks. The store must be
    /// open.
    pub fn stop(mut self) {
        match self.end() {
            Some(mut kept) if kept.facts.is_doubted() => kept.forget(),
            Some(mut kept) if kept.is_behind() => kept.write(),
            _ => {}
        }
    }

    fn end(&mut self) -> Option<Kept> {
        let (stopping, wake) = &*self.stopping;
        *stopping.lock().unwrap_or_else(PoisonError::into_inner) = true;
        wake.notify_all();
        // A panic was reported by its own message.
        self.thread.take()?.join().ok()
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.end();
    }
}

impl Kept {
    /// Waits a while; says whether the thread is to end.
    fn waits(&self) -> bool {
        let (stopping, wake) = &*self.stopping;
        let stopping = stopping.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = wake.wait_timeout_while(stopping, LOOK, |stopping| !*stopping);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn is_time(&self) -> bool {
        if Instant::now() < self.next || !self.is_behind() {
            return false;
        }
        let Some(file) = self.file else { return !self.facts.is_empty() };
        let changes = self.store.told().changes as i64 - file.changes;
        // What was erased is not to stay in the file for longer than it must.
        changes >= self.when.changes as i64 || Some(self.facts.forgotten()) != file.forgotten
    }

    /// Whether there is anything that the file has not.
    fn is_behind(&self) -> bool {
        self.file.is_none_or(|file| file.mark != self.store.told().mark)
    }

    /// Whether the file is of a later commit than the sheets.
    fn sheets_are_behind(&self) -> bool {
        let behind = |file: Of| self.sheets.is_none_or(|mark| mark.commit < file.mark.commit);
        self.file.is_some_and(behind)
    }

    /// They are written after the file, and not at the end: nobody waits for them.
    fn write_sheets(&mut self) {
        let begun = Instant::now();
        let stopping = || *self.stopping.0.lock().unwrap_or_else(PoisonError::into_inner);
        match sheets::write(&self.store, &self.facts, stopping) {
            Ok(Some(mark)) => {
                self.sheets = Some(mark);
                tracing::info!(seconds = begun.elapsed().as_secs_f64(), "sheets written");
                self.trim();
            }
            Ok(None) => {}
            Err(why) => {
                tracing::warn!(%why, "the sheets were not written");
                self.next_sheets = Instant::now() + self.when.pause;
            }
        }
    }

    /// Of numbers that are wrong no copy is kept: the next start reads the records.
    fn forget(&mut self) {
        if self.file.take().is_some() {
            // Perhaps somebody else has removed it.
            let _ = std::fs::remove_file(&self.path);
        }
        if self.sheets.take().is_some()
            && let Err(why) = self.store.forget_sheets()
        {
            tracing::warn!(%why, "the sheets were not forgotten");
        }
    }

    /// Nobody asks any more for what changed before both the file and the sheets.
    fn trim(&self) {
        let marks = [self.file.map(|file| file.mark), self.sheets];
        let Some(oldest) = marks.into_iter().flatten().min_by_key(|mark| mark.commit) else { return };
        if let Err(why) = self.store.trim(oldest) {
            tracing::warn!(%why, "the journal was not trimmed");
        }
    }

    fn write(&mut self) {
        let begun = Instant::now();
        match write(&self.store, &self.facts, &self.path) {
            Ok((of, bytes)) => {
                self.file = Some(of);
                let (seconds, responses) = (begun.elapsed().as_secs_f64(), self.facts.len());
                tracing::info!(bytes, seconds, responses, "snapshot written");
                self.trim();
            }
            Err(why) => {
                // Room may be what it lacked.
                file::discard(&self.path);
                tracing::warn!(path = %self.path.display(), %why, "no snapshot was written");
            }
        }
        self.next = Instant::now() + self.when.pause.max(begun.elapsed() * REST);
    }
}

/// Writes a snapshot. Returns what it is of, and its length.
pub(super) fn write(
    store: &Store,
    facts: &Facts,
    path: &Path,
) -> Result<(Of, u64), Box<dyn std::error::Error>> {
    store.check_room((facts.row_bytes() + facts.dictionary_bytes()) as u64)?;
    // In this order: what is frozen has all that was told, and perhaps more, which is told again.
    let (told, forgotten) = (store.told(), facts.forgotten());
    let frozen = facts.frozen();
    let mut file = Writer::begin(path)?;
    facts.write_blocks(frozen, |block| file.block(block))?;
    let bytes = file.finish(told.mark)?;
    Ok((Of { mark: told.mark, changes: told.changes as i64, forgotten: Some(forgotten) }, bytes))
}
