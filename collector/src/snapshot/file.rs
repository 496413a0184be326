//! A file of blocks that belongs to one commit of the store.
//!
//! ```text
//! "hearback" version:u32                                    what it is
//! block…                                                    one after the other
//! commit:u64 opening:u64 { length:u32 crc:u32 }…            the directory: whose commit, and how long the blocks are
//! blocks:u32 crc:u32 "hearback"                             how many there are, and the directory's checksum
//! ```
//!
//! Numbers are little-endian, checksums CRC-32. Every byte lies under a checksum or has one value that it can have, so that what
//! was cut off, or changed, is noticed before it is used. It is written beside the one before, synced, and put in its place:
//! however that ends, there is a whole one or none.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::store::Mark;

const NAME: &[u8; 8] = b"hearback";

/// Of the file's form; the blocks have one of their own.
const VERSION: u32 = 1;

/// In front of the first block.
const HEAD: u64 = 12;

/// Behind the directory.
const TAIL: u64 = 16;

/// In front of the directory's blocks.
const MARK: u64 = 16;

/// A block in the directory.
const ENTRY: u64 = 8;

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
pub enum Damaged {
    /// It cannot be read at all.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is no snapshot, or that of another version of the program.
    #[error("it is no snapshot of this version of the program")]
    Other,
    /// It was cut off, or changed.
    #[error("it is damaged: {0}")]
    Torn(&'static str),
}

#[derive(Clone, Copy)]
struct Block {
    offset: u64,
    length: u32,
    crc: u32,
}

/// A file being written.
pub struct Writer {
    file: BufWriter<File>,
    path: PathBuf,
    beside: PathBuf,
    bytes: u64,
    /// What the directory says of the blocks.
    entries: Vec<u8>,
}

impl Writer {
    /// Begins a file beside the one that is there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let beside = beside(path);
        // It tells as much of customers as the store does.
        let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        let mut file = BufWriter::with_capacity(1 << 16, file);
        file.write_all(NAME)?;
        file.write_all(&VERSION.to_le_bytes())?;
        Ok(Self { file, path: path.to_owned(), beside, bytes: HEAD, entries: Vec::new() })
    }

    /// Writes a block.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn block(&mut self, block: &[u8]) -> io::Result<()> {
        let length = u32::try_from(block.len()).map_err(io::Error::other)?;
        self.entries.extend(length.to_le_bytes());
        self.entries.extend(crc32fast::hash(block).to_le_bytes());
        self.bytes += u64::from(length);
        self.file.write_all(block)
    }

    /// Ends the file and puts it in the place of the one before. Returns its length.
    ///
    /// # Errors
    /// When it cannot be written: the one before stays.
    pub fn finish(self, mark: Mark) -> io::Result<u64> {
        let Self { mut file, path, beside, bytes, entries } = self;
        let blocks = (entries.len() as u64 / ENTRY) as u32;
        let directory = [&mark.commit.to_le_bytes()[..], &mark.opening.to_le_bytes(), &entries].concat();
        file.write_all(&directory)?;
        file.write_all(&blocks.to_le_bytes())?;
        file.write_all(&crc32fast::hash(&directory).to_le_bytes())?;
        file.write_all(NAME)?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        std::fs::rename(&beside, &path)?;
        let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(above)?.sync_all()?;
        Ok(bytes + directory.len() as u64 + TAIL)
    }
}

/// Where a file lies while it is written.
fn beside(path: &Path) -> PathBuf {
    path.with_extension("snapshot.new")
}

/// Removes what is left of a file that was not finished.
pub fn discard(path: &Path) {
    // Mostly there is none.
    let _ = std::fs::remove_file(beside(path));
}

/// A file that is whole, as far as its directory tells.
pub struct Reader {
    file: File,
    mark: Mark,
    blocks: Vec<Block>,
}

impl Reader {
    /// Opens a file; nothing, if there is none.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn open(path: &Path) -> Result<Option<Self>, Damaged> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let length = file.metadata()?.len();
        let end = length.checked_sub(TAIL).filter(|end| *end >= HEAD);
        let end = end.ok_or(Damaged::Torn("it is too short"))?;
        let head = exactly(&file, 0, HEAD)?;
        if head[..8] != *NAME || head[8..] != VERSION.to_le_bytes() {
            return Err(Damaged::Other);
        }
        let tail = exactly(&file, end, TAIL)?;
        let (many, crc) = (u32_at(&tail, 0), u32_at(&tail, 4));
        let begin = end.checked_sub(MARK + ENTRY * u64::from(many)).filter(|begin| *begin >= HEAD);
        let begin = begin.filter(|_| tail[8..] == *NAME).ok_or(Damaged::Torn("its end is missing"))?;
        let directory = exactly(&file, begin, end - begin)?;
        if crc32fast::hash(&directory) != crc {
            return Err(Damaged::Torn("its directory is not what was written"));
        }
        let (mark, entries) = directory.split_at(MARK as usize);
        let mut offset = HEAD;
        let blocks = entries.chunks_exact(ENTRY as usize).map(|entry| {
            let block = Block { offset, length: u32_at(entry, 0), crc: u32_at(entry, 4) };
            offset += u64::from(block.length);
            block
        });
        let blocks: Vec<Block> = blocks.collect();
        // Then there is no byte that none of the checksums covers.
        if offset != begin {
            return Err(Damaged::Torn("its blocks are not all there"));
        }
        let u64_at = |at| u64::from(u32_at(mark, at)) | u64::from(u32_at(mark, at + 4)) << 32;
        Ok(Some(Self { file, mark: Mark { commit: u64_at(0), opening: u64_at(8) }, blocks }))
    }

    /// The commit that it belongs to.
    pub fn mark(&self) -> Mark {
        self.mark
    }

    /// How many blocks there are.
    pub fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Reads a block. Several threads may.
    ///
    /// # Errors
    /// When it is not what was written.
    pub fn read(&self, block: usize) -> Result<Vec<u8>, Damaged> {
        let Block { offset, length, crc } =
            *self.blocks.get(block).ok_or(Damaged::Torn("a block is missing"))?;
        let bytes = exactly(&self.file, offset, length.into())?;
        if crc32fast::hash(&bytes) == crc {
            Ok(bytes)
        } else {
            Err(Damaged::Torn("a block is not what was written"))
        }
    }
}

fn exactly(file: &File, offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length as usize];
    file.read_exact_at(&mut bytes, offset)?;
    Ok(bytes)
}

/// The number at this place; 0, where there is none.
fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |number| u32::from_le_bytes(*number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OF: Mark = Mark { commit: 7, opening: 0x0123_4567_89ab_cdef };

    fn write(path: &Path, blocks: &[Vec<u8>]) {
        let mut writer = Writer::begin(path).unwrap();
        blocks.iter().for_each(|block| writer.block(block).unwrap());
        let length = writer.finish(OF).unwrap();
        assert_eq!(std::fs::metadata(path).unwrap().len(), length);
    }

    /// Everything in it, if it is whole.
    fn read(path: &Path) -> Result<Vec<Vec<u8>>, Damaged> {
        let reader = Reader::open(path)?.ok_or(Damaged::Other)?;
        assert_eq!(reader.mark(), OF);
        (0..reader.blocks()).map(|block| reader.read(block)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_cut_off_or_changed_is_never_read(
            blocks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..6),
            place in any::<prop::sample::Index>(),
            change in 1u8..,
        ) {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("s");
            write(&path, &blocks);
            prop_assert_eq!(read(&path).unwrap(), blocks);

            let whole = std::fs::read(&path).unwrap();
            let place = place.index(whole.len());
            std::fs::write(&path, &whole[..place]).unwrap();
            prop_assert!(read(&path).is_err());
            let mut changed = whole.clone();
            changed[place] ^= change;
            std::fs::write(&path, &changed).unwrap();
            prop_assert!(read(&path).is_err(), "byte {}", place);
            changed = [&whole[..place], &[change], &whole[place..]].concat();
            std::fs::write(&path, &changed).unwrap();
            prop_assert!(read(&path).is_err(), "one more at {}", place);
        }
    }

    #[test]
    fn of_a_file_that_is_not_finished_nothing_is_seen() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("facts.snapshot");
        assert!(Reader::open(&path).unwrap().is_none());
        write(&path, &[vec![1, 2]]);
        let mut writer = Writer::begin(&path).unwrap();
        writer.block(&[3]).unwrap();
        drop(writer);
        assert_eq!(read(&path).unwrap(), [[1, 2]]);
        discard(&path);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
