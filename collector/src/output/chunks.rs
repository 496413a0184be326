//! Rows in, chunks of bytes out: as much at a time as is worth sending, and no more than that in memory.

use super::{Broken, Row, Rows};

/// About how large a chunk is, bytes: enough that what each costs does not count.
const CHUNK: usize = 64 * 1024;

/// Writes rows in some format, and holds what is written until it is taken.
pub(super) trait Write: Send {
    /// Writes a row.
    fn row(&mut self, row: Row) -> Result<(), Broken>;

    /// Writes what stands behind the last row.
    fn end(&mut self) -> Result<(), Broken>;

    /// How many bytes could be taken.
    fn held(&self) -> usize;

    /// Takes what was written.
    fn take(&mut self) -> Result<Vec<u8>, Broken>;
}

/// A file in chunks. An error is the last thing that comes: the file is not whole, and must not be taken for it.
pub struct Chunks(State);

enum State {
    Rows(Rows, Box<dyn Write>),
    Lines(Box<dyn Iterator<Item = Result<Vec<u8>, Broken>> + Send>),
    Ended,
}

impl Chunks {
    pub(super) fn new(rows: Rows, writer: impl Write + 'static) -> Self {
        Self(State::Rows(rows, Box::new(writer)))
    }

    /// Pieces that need no columns, a few of them in each chunk.
    pub(super) fn of(pieces: impl Iterator<Item = Result<Vec<u8>, Broken>> + Send + 'static) -> Self {
        Self(State::Lines(Box::new(pieces)))
    }

    /// The next chunk, and whether it is the last.
    fn pull(&mut self) -> Result<(Vec<u8>, bool), Broken> {
        match &mut self.0 {
            State::Rows(rows, writer) => {
                while writer.held() < CHUNK {
                    match rows.next() {
                        Some(row) => writer.row(row?)?,
                        None => {
                            writer.end()?;
                            return Ok((writer.take()?, true));
                        }
                    }
                }
                Ok((writer.take()?, false))
            }
            State::Lines(pieces) => {
                let mut chunk = Vec::with_capacity(CHUNK);
                while chunk.len() < CHUNK {
                    match pieces.next() {
                        Some(piece) => chunk.extend_from_slice(&piece?),
                        None => return Ok((chunk, true)),
                    }
                }
                Ok((chunk, false))
            }
            State::Ended => Ok((Vec::new(), true)),
        }
    }
}

impl Iterator for Chunks {
    type Item = Result<Vec<u8>, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        let pulled = self.pull();
        if !matches!(pulled, Ok((_, false))) {
            self.0 = State::Ended;
        }
        match pulled {
            Ok((chunk, _)) if chunk.is_empty() => None,
            Ok((chunk, _)) => Some(Ok(chunk)),
            Err(broken) => Some(Err(broken)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cell, Column, Kind, Table};
    use super::*;

    fn text(rows: Rows) -> Table {
        Table { name: "t".into(), columns: vec![Column::new("a", Kind::Text)], rows }
    }

    #[test]
    fn a_file_that_breaks_off_says_so_and_ends() {
        for break_at in [0, 1, 100_000] {
            let rows =
                (0..).map(move |n| if n < break_at { Ok(vec![Cell::from("x")]) } else { Err("gone".into()) });
            for mut chunks in [text(Box::new(rows.clone())).csv(false), text(Box::new(rows.clone())).ndjson()]
            {
                let last = chunks.by_ref().find(Result::is_err).expect("an error");
                assert_eq!(last.unwrap_err().to_string(), "gone");
                assert!(chunks.next().is_none());
            }
        }
    }

    #[test]
    fn rows_are_pulled_no_further_than_the_chunk_needs() {
        let pulled = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let count = std::sync::Arc::clone(&pulled);
        let rows = std::iter::repeat_with(move || {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Ok(vec![Cell::from("x".repeat(98))])
        });
        let mut chunks = text(Box::new(rows)).csv(false);
        let chunk = chunks.next().unwrap().unwrap();
        let pulled = pulled.load(std::sync::atomic::Ordering::Relaxed);
        assert!(chunk.len() < 2 * CHUNK, "{}", chunk.len());
        assert!(pulled * 100 < 2 * CHUNK, "{pulled} rows");
    }
}
