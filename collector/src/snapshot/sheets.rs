//! The numbers in the store itself, sheet by sheet, for a start without a snapshot.
//!
//! The file is one, and is read while the store opens. Of the sheets only those are written whose rows have changed; they go
//! wherever the store goes, and one that is damaged takes nothing along but the time to read all records.

use std::collections::BTreeSet;
use std::thread::available_parallelism;

use crate::domain::sheets::Sheet;
use crate::facts::Facts;
use crate::store::{Mark, Opening, Sheets, Store, StoreError};

/// Writes the sheets whose rows have changed, and says of which commit they are now; nothing, where it was told to stop.
pub(super) fn write(
    store: &Store,
    facts: &Facts,
    stopping: impl Fn() -> bool,
) -> Result<Option<Mark>, StoreError> {
    let before = store.sheets()?;
    // In this order: the rows have all that was told, and perhaps more, which is told again.
    let mark = store.told().mark;
    let counts = facts.sheets();
    let changed = before.as_ref().map(|before| store.changed_sheets(before)).transpose()?.flatten();
    // Without a journal since then, nothing is known of any.
    let written: BTreeSet<Sheet> = match (before, changed) {
        (Some(before), Some(changed)) => {
            let mut written: BTreeSet<Sheet> = Sheet::all(before.counts).collect();
            written.retain(|sheet| changed.binary_search(sheet).is_err());
            written
        }
        _ => BTreeSet::new(),
    };
    for sheet in Sheet::all(counts).filter(|sheet| !written.contains(sheet)) {
        if stopping() {
            return Ok(None);
        }
        if let Some(bytes) = facts.sheet(sheet) {
            store.keep_sheet(sheet, bytes)?;
        }
    }
    store.note_sheets(Sheets { mark, counts })?;
    Ok(Some(mark))
}

/// The facts of the sheets, and of which commit they are; none, where they are not all there.
pub(super) fn read(opening: &Opening) -> Result<Option<(Mark, Facts)>, StoreError> {
    let Some(Sheets { mark, counts }) = opening.sheets()? else { return Ok(None) };
    let threads = available_parallelism().map_or(1, usize::from);
    let facts = Facts::of_sheets(counts, threads, |sheet| opening.sheet(sheet))?;
    Ok(facts.map(|facts| (mark, facts)))
}
