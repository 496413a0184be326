//! Sheets: what is counted, kept a second time, so that even a start without a snapshot need not read every record there is.
//!
//! What is in a sheet is its writer's business (`facts::sheets`). Here they are kept in parts, as small as records must be, and
//! beside them which commit they belong to: of what has changed since, the journal tells. Single sheets may be newer. A sheet
//! that is missing, or not as long as it was, is as good as none at all: then everything is read from the records.

use serde::{Deserialize, Serialize};

use super::committer::Size;
use super::disk::Disk;
use super::journal::{self, Mark};
use super::transaction::Transaction;
use super::{Opening, Store, StoreError, keys};
use crate::domain::sheets::{Sheet, Table};

/// Bytes of a part. A leaf holds up to 17 of them and is read whole: it is not to fill one of the 256 parts of sled's cache, each
/// of 1 MiB if nobody says otherwise.
const PART: usize = 16 << 10;

/// The sheets that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheets {
    /// The commit that they belong to.
    pub mark: Mark,
    /// How many there are: of responses, and of invitations.
    pub counts: [usize; 2],
}

/// Stored: fields are only added, with a default.
#[derive(Serialize, Deserialize)]
struct Index {
    commit: u64,
    opening: u64,
    responses: u32,
    invitations: u32,
}

impl Sheets {
    fn load(disk: &Disk) -> Result<Option<Self>, StoreError> {
        let index: Option<Index> = disk.get(keys::SHEETS)?;
        Ok(index.map(|Index { commit, opening, responses, invitations }| Self {
            mark: Mark { commit, opening },
            counts: [responses as usize, invitations as usize],
        }))
    }
}

/// The parts of its key.
fn named(sheet: Sheet) -> (u8, u32) {
    let table = match sheet.table {
        Table::Responses => 0,
        Table::Invitations => 1,
    };
    (table, sheet.place as u32)
}

impl Opening {
    /// The sheets that there are; none where not all have been written yet.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn sheets(&self) -> Result<Option<Sheets>, StoreError> {
        Sheets::load(&self.disk)
    }

    /// A sheet; nothing, where there is none. Blocks.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn sheet(&self, sheet: Sheet) -> Result<Vec<u8>, StoreError> {
        let (table, place) = named(sheet);
        let mut bytes = Vec::new();
        for part in self.disk.db.scan_prefix(keys::sheet(table, place)).values() {
            bytes.extend_from_slice(&part?);
        }
        // What was written in one commit, and changed by nobody: a checksum tells of all else.
        let whole = bytes
            .split_last_chunk::<4>()
            .filter(|(sheet, crc)| crc32fast::hash(sheet).to_le_bytes() == **crc);
        Ok(whole.map(|(sheet, _)| sheet.to_vec()).unwrap_or_default())
    }
}

impl Store {
    /// The sheets that there are; none where not all have been written yet. Blocks.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn sheets(&self) -> Result<Option<Sheets>, StoreError> {
        Sheets::load(&self.0.disk)
    }

    /// The sheets whose rows have changed since these were written; none, where that is not known: then all may have. Blocks.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn changed_sheets(&self, sheets: &Sheets) -> Result<Option<Vec<Sheet>>, StoreError> {
        let Some(changes) = journal::since(&self.0.disk, sheets.mark)? else { return Ok(None) };
        let responses = changes.responses.iter().map(|number| Sheet::of(Table::Responses, *number));
        let invitations = changes.invitations.keys().map(|number| Sheet::of(Table::Invitations, *number));
        // Numbers ascend, and so do places.
        let mut changed: Vec<Sheet> = responses.chain(invitations).collect();
        changed.dedup();
        Ok(Some(changed))
    }

    /// Keeps a sheet in the place of the one before. Blocks.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_sheet(&self, sheet: Sheet, mut bytes: Vec<u8>) -> Result<(), StoreError> {
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        self.write_blocking(Size::Large, move |transaction| transaction.keep_sheet(sheet, &bytes))
    }

    /// Forgets that there are sheets: the next start reads the records. Blocks.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn forget_sheets(&self) -> Result<(), StoreError> {
        let counts = self.sheets()?.map_or([0, 0], |sheets| sheets.counts);
        self.write_blocking::<_, StoreError>(Size::Small, move |transaction| {
            transaction.remove(keys::SHEETS.to_vec());
            Ok(())
        })?;
        // Whoever is erased from now on is to be in none of them.
        for sheet in Sheet::all(counts) {
            self.write_blocking(Size::Large, move |transaction| transaction.drop_sheet(sheet))?;
        }
        Ok(())
    }

    /// Notes that all sheets have been written, as they were at this commit or are now. Blocks.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note_sheets(&self, sheets: Sheets) -> Result<(), StoreError> {
        let Sheets { mark, counts: [responses, invitations] } = sheets;
        let (responses, invitations) = (responses as u32, invitations as u32);
        let index = Index { commit: mark.commit, opening: mark.opening, responses, invitations };
        self.write_blocking(Size::Small, move |transaction| transaction.put(keys::SHEETS.to_vec(), &index))
    }
}

impl Transaction<'_> {
    fn drop_sheet(&mut self, sheet: Sheet) -> Result<(), StoreError> {
        let (table, place) = named(sheet);
        self.keys(&keys::sheet(table, place))?.into_iter().for_each(|key| self.remove(key));
        Ok(())
    }

    fn keep_sheet(&mut self, sheet: Sheet, bytes: &[u8]) -> Result<(), StoreError> {
        self.drop_sheet(sheet)?;
        let (table, place) = named(sheet);
        for (part, bytes) in bytes.chunks(PART).enumerate() {
            self.put_bytes(keys::part_of_sheet(table, place, part as u32), bytes);
        }
        Ok(())
    }
}

#[cfg(test)]
impl Store {
    /// Bytes in all sheets, and in what tells of them.
    pub(crate) fn bytes_in_sheets(&self) -> usize {
        self.0.disk.db.scan_prefix(keys::SHEETS).values().map(|value| value.unwrap().len()).sum()
    }

    /// Changes a byte of a sheet.
    pub(crate) async fn damage_sheet(&self, sheet: Sheet) {
        let (table, place) = named(sheet);
        let key = keys::part_of_sheet(table, place, 0);
        let mut bytes = self.0.disk.db.get(&key).unwrap().expect("a sheet").to_vec();
        bytes[9] ^= 1;
        let damage = move |transaction: &mut Transaction<'_>| {
            transaction.put_bytes(key, &bytes);
            Ok::<_, StoreError>(())
        };
        self.write(Size::Small, damage).await.unwrap();
    }
}
