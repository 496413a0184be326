//! The numbers, kept in a file, so that a start need not read every record there is.
//!
//! The file `facts.snapshot` lies in the directory, beside the store. It belongs to one commit of the store: whoever reads it then
//! hears of what has changed since. Nothing in it is the only copy of anything. A file that is damaged, of another store or of
//! another program is thrown away. Then the same is read from the store, where it is kept sheet by sheet; and where that is not to
//! be had, every record: it takes longer, and the numbers are the same.
//!
//! Read in this order: [`mod@file`] (what is in it), `sheets` (the same in the store), [`keeper`] (when they are written).

pub mod file;
pub mod keeper;
mod sheets;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Instant;

use crate::facts::Facts;
use crate::store::{Event, Mark, OnEvents, Opening, Options, Store, StoreError};
use file::{Damaged, Reader};

/// Where the snapshot lies.
pub fn path(directory: &Path) -> PathBuf {
    directory.join("facts.snapshot")
}

/// A store that is open, and the numbers, which follow it.
pub struct Opened {
    /// The store.
    pub store: Store,
    /// The numbers.
    pub facts: Arc<Facts>,
    /// The snapshot that they began with; none, where there was none that could be used.
    pub from: Option<Began>,
    /// The sheets that they began with, where there was no snapshot.
    pub sheets: Option<Began>,
}

/// What the numbers began with: a snapshot, or sheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Began {
    /// The commit that it belongs to.
    pub mark: Mark,
    /// How much had changed since.
    pub changes: u64,
}

/// Opens the store, and brings the numbers to what is in it: from the snapshot and what has changed since, or from everything.
/// Blocks.
///
/// # Errors
/// When the directory is in use or cannot be read.
pub fn open(options: &Options) -> Result<Opened, StoreError> {
    let begun = Instant::now();
    let path = path(&options.directory);
    // Both take about as long, and there are two processors.
    let (opening, read) = std::thread::scope(|scope| {
        let reading = scope.spawn(|| read(&path));
        (Opening::begin(options), reading.join())
    });
    let opening = opening?;
    file::discard(&path);
    let read = read.unwrap_or_else(|_| Err("reading it failed".into()));
    let found = read.unwrap_or_else(|why| {
        tracing::warn!(path = %path.display(), %why, "the snapshot is not used");
        None
    });
    let seconds = || begun.elapsed().as_secs_f64();
    if let Some((mark, facts)) = found {
        if let Some((facts, changes)) = brought_up(&opening, mark, facts)? {
            let store = opening.start(telling(&facts))?;
            tracing::info!(commit = mark.commit, changes, seconds = seconds(), "began with the snapshot");
            return Ok(Opened { store, facts, from: Some(Began { mark, changes }), sheets: None });
        }
        tracing::warn!(
            path = %path.display(),
            "the snapshot is of another store, or of another time of this one; it is not used"
        );
    }
    // Nor will it be of use at the next start.
    let _ = std::fs::remove_file(&path);
    let sheets = sheets::read(&opening).unwrap_or_else(|why| {
        tracing::warn!(%why, "the sheets cannot be read; everything is counted again");
        None
    });
    if let Some((mark, facts)) = sheets
        && let Some((facts, changes)) = brought_up(&opening, mark, facts)?
    {
        let store = opening.start(telling(&facts))?;
        tracing::info!(changes, seconds = seconds(), "began with the sheets in the store");
        return Ok(Opened { store, facts, from: None, sheets: Some(Began { mark, changes }) });
    }
    let facts = Arc::<Facts>::default();
    opening.tell_all(&telling(&facts))?;
    let store = opening.start(telling(&facts))?;
    tracing::info!(seconds = seconds(), "began with counting everything");
    Ok(Opened { store, facts, from: None, sheets: None })
}

/// Facts that were right at a mark, with all that has changed since; nothing, if the mark is not of this store.
fn brought_up(opening: &Opening, mark: Mark, facts: Facts) -> Result<Option<(Arc<Facts>, u64)>, StoreError> {
    let facts = Arc::new(facts);
    let changes = opening.tell_since(mark, &telling(&facts))?;
    Ok(changes.map(|changes| (facts, changes)))
}

/// The numbers follow what the store tells.
fn telling(facts: &Arc<Facts>) -> OnEvents {
    let facts = Arc::clone(facts);
    Box::new(move |events: &[Event<'_>]| {
        let mut facts = facts.change();
        for event in events {
            match event {
                Event::Responded(sequence, response, survey) => facts.respond(*sequence, response, *survey),
                Event::Invited(number, invitation, answered) => facts.invite(*number, invitation, *answered),
                Event::Forgotten(sequence) => facts.forget(*sequence),
                Event::ForgottenInvitation(number) => facts.forget_invitation(*number),
                Event::Erased => facts.forgot(),
            }
        }
    })
}

/// Reads the facts of the snapshot, if there is one.
fn read(path: &Path) -> Result<Option<(Mark, Facts)>, String> {
    let Some(reader) = Reader::open(path).map_err(|why| why.to_string())? else { return Ok(None) };
    // One is left for the store, which takes longer.
    let threads = available_parallelism().map_or(1, usize::from).saturating_sub(1).max(1);
    let facts = Facts::thaw::<Damaged>(reader.blocks(), threads, |block| reader.read(block));
    Ok(Some((reader.mark(), facts.map_err(|why| why.to_string())?)))
}

#[cfg(test)]
pub(crate) mod tests;
