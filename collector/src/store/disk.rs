//! The database on the disk: how it is opened, and what "durable" takes.
//!
//! Four things are not what one would expect of sled 0.34.7:
//! - `flush()` does not reach the disk on Linux: it calls `sync_file_range`, which neither waits for the drive nor writes
//!   the file's length (spacejam/sled#1452, #1351). [`Disk::commit`] therefore syncs sled's file itself after flushing.
//! - Leaves that are large for the log's segments go to files of their own, `blobs/*`, that nobody syncs. Segments are
//!   chosen so large, and records kept so small, that there are none.
//! - A half-written snapshot can be taken for the newest one (spacejam/sled#1527, #1533): `snap.*.generating` is deleted
//!   before opening.
//! - A snapshot that does not match the log makes opening fail although the log is whole: the snapshots are moved aside and
//!   the log is read instead.

use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::suppressed::Suppressed;
use super::{Options, StoreError, codec, keys, upgrades};

/// Size of the log's segments. A leaf of up to 17 records that is larger than a quarter of it would be written to a file
/// of its own, which sled never syncs and cannot open without: the largest record, a survey of 56 KiB, must fit 17 times.
/// Part of the format: a store cannot be opened with another.
const SEGMENT_BYTES: usize = 4 << 20;

pub(super) struct Disk {
    pub(super) db: sled::Db,
    /// Sled's own file, opened a second time in order to sync it.
    file: File,
    directory: PathBuf,
    min_free_bytes: u64,
    min_free_percent: u8,
    /// What is in it of one kind, so that mostly it need not be asked.
    pub(super) suppressed: Suppressed,
}

impl From<sled::Error> for StoreError {
    fn from(error: sled::Error) -> Self {
        Self::Database(error.to_string().into())
    }
}

fn io_error(what: &str, path: &Path, error: &io::Error) -> StoreError {
    StoreError::Database(format!("{what} {}: {error}", path.display()).into())
}

impl Disk {
    pub(super) fn open(options: &Options) -> Result<Self, StoreError> {
        let directory = options.directory.join("store");
        // What customers said is nobody else's on this machine.
        let make = fs::DirBuilder::new().recursive(true).mode(0o700).create(&directory);
        make.map_err(|error| io_error("cannot make", &directory, &error))?;
        let db = open_sled(&directory, options.cache_bytes)?;
        let path = directory.join("db");
        let file = File::open(&path).map_err(|error| io_error("cannot open", &path, &error))?;
        let disk = Self {
            db,
            file,
            directory,
            min_free_bytes: options.min_free_bytes,
            min_free_percent: options.min_free_percent,
            suppressed: Suppressed::default(),
        };
        disk.check_format()?;
        disk.sync_directories(&options.directory)?;
        Ok(disk)
    }

    fn check_format(&self) -> Result<(), StoreError> {
        match self.get::<u32>(keys::FORMAT_KEY)? {
            Some(keys::FORMAT) => Ok(()),
            Some(1) => upgrades::to_2(self).and_then(|()| upgrades::to_3(self)),
            Some(2 | upgrades::ON_THE_WAY_TO_3) => upgrades::to_3(self),
            Some(other) => Err(StoreError::Unreadable(
                format!("the store has format {other}, this program reads format {}", keys::FORMAT).into(),
            )),
            None => {
                let mut batch = sled::Batch::default();
                batch.insert(keys::FORMAT_KEY, codec::encode(&keys::FORMAT)?);
                self.commit(batch)
            }
        }
    }

    /// New files are only safe once the directories that name them are.
    fn sync_directories(&self, above: &Path) -> Result<(), StoreError> {
        let names_above =
            above.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        for directory in [&*self.directory, above, names_above] {
            File::open(directory)
                .and_then(|d| d.sync_all())
                .map_err(|error| io_error("cannot sync", directory, &error))?;
        }
        Ok(())
    }

    /// Writes the batch, whole or not at all, and returns once it would survive a power cut.
    pub(super) fn commit(&self, batch: sled::Batch) -> Result<(), StoreError> {
        self.db.apply_batch(batch)?;
        self.db.flush()?;
        self.file.sync_data().map_err(|error| io_error("cannot sync", &self.directory, &error))
    }

    /// Whether there is room to write, and still would be if so many bytes more were taken.
    pub(super) fn check_room(&self, bytes: u64) -> Result<(), StoreError> {
        let disk = rustix::fs::statvfs(&self.directory)
            .map_err(|error| io_error("cannot ask for the free space of", &self.directory, &error.into()))?;
        let free = disk.f_bavail * disk.f_frsize;
        let share = disk.f_blocks * disk.f_frsize / 100 * u64::from(self.min_free_percent);
        let needed = self.min_free_bytes.max(share).saturating_add(bytes);
        if free < needed { Err(StoreError::Full { free: free >> 20, needed: needed >> 20 }) } else { Ok(()) }
    }

    pub(super) fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        self.db.get(key)?.map(|bytes| codec::decode(&bytes)).transpose()
    }

    /// Every record under a prefix, in the order of keys.
    pub(super) fn scan<T: DeserializeOwned>(
        &self,
        prefix: &[u8],
    ) -> impl DoubleEndedIterator<Item = Result<(sled::IVec, T), StoreError>> + use<T> {
        decoded(self.db.scan_prefix(prefix))
    }

    /// The same of a range of keys.
    pub(super) fn range<T: DeserializeOwned>(
        &self,
        range: Range<Vec<u8>>,
    ) -> impl DoubleEndedIterator<Item = Result<(sled::IVec, T), StoreError>> + use<T> {
        decoded(self.db.range(range))
    }
}

fn decoded<T: DeserializeOwned>(
    entries: sled::Iter,
) -> impl DoubleEndedIterator<Item = Result<(sled::IVec, T), StoreError>> {
    entries.map(|entry| {
        let (key, bytes) = entry?;
        Ok((key, codec::decode(&bytes)?))
    })
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that opens the database")]
fn open_sled(directory: &Path, cache_bytes: u64) -> Result<sled::Db, StoreError> {
    remove_unfinished_snapshots(directory).map_err(|error| io_error("cannot clean", directory, &error))?;
    // The background flush collects garbage; no acknowledgement relies on it.
    let open = || {
        let config = sled::Config::default().path(directory).cache_capacity(cache_bytes);
        config.segment_size(SEGMENT_BYTES).flush_every_ms(Some(1000)).open()
    };
    match open() {
        Err(sled::Error::Corruption { .. }) => {
            tracing::warn!(directory = %directory.display(), "the database's snapshot is damaged; reading its log instead");
            move_snapshots_aside(directory)
                .map_err(|error| io_error("cannot move snapshots in", directory, &error))?;
            Ok(open()?)
        }
        // Sled reports a lock held elsewhere as an I/O error with this text.
        Err(sled::Error::Io(error)) if error.to_string().contains("could not acquire lock") => {
            Err(StoreError::Locked(directory.parent().unwrap_or(directory).to_owned()))
        }
        other => Ok(other?),
    }
}

fn snapshots(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(directory)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    let is_snapshot =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("snap."));
    Ok(paths.into_iter().filter(is_snapshot).collect())
}

fn remove_unfinished_snapshots(directory: &Path) -> io::Result<()> {
    let unfinished = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "generating");
    snapshots(directory)?.iter().filter(|path| unfinished(path)).try_for_each(fs::remove_file)
}

fn move_snapshots_aside(directory: &Path) -> io::Result<()> {
    let aside = directory.join("damaged");
    fs::create_dir_all(&aside)?;
    for path in snapshots(directory)? {
        let name = path.file_name().unwrap_or_default();
        fs::rename(&path, aside.join(name))?;
    }
    Ok(())
}

/// The disk as the verbs share it.
pub(super) type SharedDisk = Arc<Disk>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_written_snapshot_is_removed_before_opening() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("snap.0000000000000001.generating"), b"half").unwrap();
        fs::write(directory.path().join("snap.0000000000000002"), b"whole").unwrap();
        remove_unfinished_snapshots(directory.path()).unwrap();
        assert_eq!(snapshots(directory.path()).unwrap(), [directory.path().join("snap.0000000000000002")]);
    }

    #[test]
    fn the_largest_records_stay_in_the_file_that_is_synced() {
        let directory = tempfile::tempdir().unwrap();
        let options = Options::for_test(directory.path());
        let disk = Disk::open(&options).unwrap();
        for version in 0..60_u32 {
            let mut batch = sled::Batch::default();
            batch.insert(keys::survey("s", version), vec![7; 56 * 1024]);
            disk.commit(batch).unwrap();
        }
        let blobs = fs::read_dir(directory.path().join("store/blobs")).unwrap();
        assert_eq!(blobs.count(), 0);
    }
}
