//! Which addresses may be on the suppression list, in memory: of nearly everybody it tells at once that there is no entry, which
//! the database takes a search for each of a customer's addresses and surveys to tell.
//!
//! It is a sieve. What it holds back is looked up on the disk as before, so an entry that was taken off does no harm here; and
//! until everything that is stored has been read, after a start, it holds everybody back. What it lets through was never written
//! since: the writer notes each entry before it is committed. 16 bytes for each address, and as much again for finding it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

use super::{StoreError, keys};
use crate::domain::secrets::TokenHash;

#[derive(Default)]
pub(super) struct Suppressed(RwLock<Noted>);

#[derive(Default)]
struct Noted {
    hashes: HashSet<TokenHash>,
    /// Everything that is stored is here.
    is_complete: bool,
}

impl Suppressed {
    /// Whether there may be an entry of this address, of whichever survey.
    pub(super) fn may_hold(&self, address: &TokenHash) -> bool {
        let noted = self.0.read().unwrap_or_else(PoisonError::into_inner);
        !noted.is_complete || noted.hashes.contains(address)
    }

    /// Notes the entry with this key, if it is the key of one.
    pub(super) fn note(&self, key: &[u8]) {
        if let Some(address) = keys::suppressed_address(key) {
            self.write().hashes.insert(address);
        }
    }

    /// Reads which there are. Whoever stops it leaves everybody held back.
    ///
    /// # Errors
    /// When something cannot be read.
    pub(super) fn fill(&self, db: &sled::Db, stop: &AtomicBool) -> Result<(), StoreError> {
        for key in db.scan_prefix(keys::SUPPRESSIONS).keys() {
            if stop.load(Relaxed) {
                return Ok(());
            }
            self.note(&key?);
        }
        self.write().is_complete = true;
        Ok(())
    }

    fn write(&self) -> RwLockWriteGuard<'_, Noted> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::super::disk::Disk;
    use super::*;

    const LISTED: TokenHash = TokenHash([1; 16]);
    const FREE: TokenHash = TokenHash([2; 16]);

    fn database_with_one() -> (tempfile::TempDir, Disk) {
        let directory = tempfile::tempdir().unwrap();
        let disk = Disk::open(&Options::for_test(directory.path())).unwrap();
        disk.db.insert(keys::suppression(&LISTED, Some("support")), b"").unwrap();
        (directory, disk)
    }

    #[test]
    fn nobody_is_let_through_before_everything_is_read() {
        let (_directory, disk) = database_with_one();
        let suppressed = Suppressed::default();
        assert!(suppressed.may_hold(&FREE));
        suppressed.fill(&disk.db, &AtomicBool::new(true)).unwrap();
        assert!(suppressed.may_hold(&FREE), "it was stopped half-way");
        suppressed.fill(&disk.db, &AtomicBool::new(false)).unwrap();
        assert!(!suppressed.may_hold(&FREE));
        assert!(suppressed.may_hold(&LISTED));
    }

    #[test]
    fn what_is_written_meanwhile_and_later_is_held_back() {
        let (_directory, disk) = database_with_one();
        let suppressed = Suppressed::default();
        suppressed.note(&keys::suppression(&FREE, None));
        suppressed.fill(&disk.db, &AtomicBool::new(false)).unwrap();
        assert!(suppressed.may_hold(&FREE));
        let other = TokenHash([3; 16]);
        suppressed.note(&keys::response(7));
        assert!(!suppressed.may_hold(&other));
        suppressed.note(&keys::suppression(&other, Some("support")));
        assert!(suppressed.may_hold(&other));
    }
}
