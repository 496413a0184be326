//! What each commit changed of what is counted, so that whoever has heard of everything up to one commit can go on from there.
//!
//! An entry is written by the commit that it tells of, and names what changed, not what it became: that is read again. So it does
//! not matter whether something of a commit was heard already, and a hundred changes of one response are one.
//!
//! Entries are removed once nobody needs them ([`Store::trim`]), but for the last that was asked for: by it, it is known
//! whether a [`Mark`] was made over this store as it is now. A directory that was copied, or put back from a backup, has
//! another history from there on, and its commits name other openings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use super::committer::Size;
use super::disk::Disk;
use super::{Store, StoreError, codec, keys};
use crate::domain::secrets::TokenHash;

/// Most changes in one record: 28 KB of them, of which 17 must fit in a leaf (`disk::SEGMENT_BYTES`).
const PART: usize = 1000;

/// Most records that are removed at once.
const TRIMMED: usize = 500;

/// A commit: how far somebody has heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its number.
    pub commit: u64,
    /// What was drawn by chance when the store was opened that made it.
    pub opening: u64,
}

/// What changed of what is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Responses, by sequence number.
    pub responses: BTreeSet<u64>,
    /// Invitations, by number, with what finds them.
    pub invitations: BTreeMap<u64, TokenHash>,
}

impl Changes {
    /// Takes over what others changed.
    pub(super) fn append(&mut self, others: &mut Self) {
        self.responses.append(&mut others.responses);
        self.invitations.append(&mut others.invitations);
    }

    /// How much it is.
    pub fn len(&self) -> usize {
        self.responses.len() + self.invitations.len()
    }

    /// Whether it is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A record: some of the changes of one commit. Stored: fields are only added, with a default.
#[derive(Serialize, Deserialize)]
struct Entry {
    opening: u64,
    /// By sequence number.
    responses: Vec<u64>,
    /// Number and hash of the token.
    invitations: Vec<(u64, u128)>,
}

/// What the writer knows of it.
pub(super) struct Journal {
    /// Drawn by chance when the store was opened.
    pub(super) opening: u64,
    pub(super) newest: Mark,
}

impl Journal {
    /// Where there is no entry yet, one is made: there must be something to go by.
    pub(super) fn open(disk: &Disk) -> Result<Self, StoreError> {
        let opening = getrandom::u64().map_err(|error| StoreError::Stopped(error.to_string().into()))?;
        let newest = disk.scan::<Entry>(keys::JOURNAL).next_back().transpose()?;
        if let Some((key, entry)) = newest {
            let newest = Mark { commit: commit_of(&key)?, opening: entry.opening };
            return Ok(Self { opening, newest });
        }
        let newest = Mark { commit: 0, opening };
        let mut batch = sled::Batch::default();
        for (key, record) in records(newest, &Changes::default())? {
            batch.insert(key, record);
        }
        disk.commit(batch)?;
        Ok(Self { opening, newest })
    }

    /// The mark of the next commit, and the records that it has to write.
    pub(super) fn enter(&self, changes: &Changes) -> Result<(Mark, Vec<Record>), StoreError> {
        let mark = Mark { commit: self.newest.commit + 1, opening: self.opening };
        Ok((mark, records(mark, changes)?))
    }
}

/// Key and value.
type Record = (Vec<u8>, Vec<u8>);

fn records(mark: Mark, changes: &Changes) -> Result<Vec<Record>, StoreError> {
    let responses: Vec<u64> = changes.responses.iter().copied().collect();
    let invitations: Vec<(u64, u128)> =
        changes.invitations.iter().map(|(number, token)| (*number, u128::from_be_bytes(token.0))).collect();
    let parts = responses.len().div_ceil(PART).max(invitations.len().div_ceil(PART)).max(1);
    let record = |part: usize| {
        let entry = Entry {
            opening: mark.opening,
            responses: responses.chunks(PART).nth(part).unwrap_or_default().to_vec(),
            invitations: invitations.chunks(PART).nth(part).unwrap_or_default().to_vec(),
        };
        Ok((keys::journal(mark.commit, part as u32), codec::encode(&entry)?))
    };
    (0..parts).map(record).collect()
}

/// What changed since a mark; nothing, if this store does not know it.
pub(super) fn since(disk: &Disk, mark: Mark) -> Result<Option<Changes>, StoreError> {
    let mut changes = Changes::default();
    let mut known = false;
    for entry in disk.range::<Entry>(keys::journal(mark.commit, 0)..keys::journal(u64::MAX, u32::MAX)) {
        let (key, entry) = entry?;
        if commit_of(&key)? == mark.commit {
            known = entry.opening == mark.opening;
            continue;
        }
        if !known {
            return Ok(None);
        }
        changes.responses.extend(entry.responses);
        let tokens = entry.invitations.into_iter();
        changes.invitations.extend(tokens.map(|(number, token)| (number, TokenHash(token.to_be_bytes()))));
    }
    Ok(known.then_some(changes))
}

fn commit_of(key: &[u8]) -> Result<u64, StoreError> {
    keys::commit_of(key).ok_or_else(|| StoreError::Unreadable("the key of a journal's record".into()))
}

/// A moment from which on everything that changes is remembered, for as long as this is kept.
pub struct Held {
    mark: Mark,
    held: Arc<AtomicUsize>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.held.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Store {
    /// Remembers what changes from now on.
    pub fn hold(&self) -> Held {
        let held = Arc::clone(&self.0.held);
        // In this order: whoever trims and does not see it, trims up to an older mark than the one that is taken.
        held.fetch_add(1, Ordering::SeqCst);
        Held { mark: self.told().mark, held }
    }

    /// What has changed since. Blocks.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn changes_since(&self, held: &Held) -> Result<Changes, StoreError> {
        let changes = since(&self.0.disk, held.mark)?;
        changes.ok_or_else(|| StoreError::Unreadable("the journal has a gap".into()))
    }

    /// Forgets what changed up to a mark: nobody will ask for it again. Takes its time, for others to write meanwhile; does
    /// nothing while somebody holds on to it ([`Store::hold`]). Blocks.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn trim(&self, mark: Mark) -> Result<(), StoreError> {
        while self.0.held.load(Ordering::SeqCst) == 0 {
            let before = keys::journal(0, 0)..keys::journal(mark.commit, 0);
            let keys = self.0.disk.db.range(before).keys().take(TRIMMED);
            let keys = keys.map(|key| Ok(key?.to_vec())).collect::<Result<Vec<_>, StoreError>>()?;
            if keys.is_empty() {
                break;
            }
            self.write_blocking(Size::Large, |transaction| {
                keys.into_iter().for_each(|key| transaction.remove(key));
                Ok::<_, StoreError>(())
            })?;
        }
        Ok(())
    }
}
