//! A CSV file that somebody made: its columns, and its rows with the lines they begin on.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use csv::StringRecord;

pub(super) struct Table {
    pub(super) path: PathBuf,
    pub(super) header: StringRecord,
    pub(super) rows: Vec<(u64, StringRecord)>,
}

impl Table {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {name}"))?;
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter(&bytes)).from_reader(&bytes[..]);
        let mut header = reader.headers().with_context(|| format!("{name} is not a CSV"))?.clone();
        header.trim();
        // Spreadsheets put a byte-order mark before the first name.
        let header: StringRecord = header.iter().map(|name| name.trim_start_matches('\u{feff}')).collect();
        for (i, column) in header.iter().enumerate() {
            if header.iter().take(i).any(|before| before == column) {
                bail!("{name}, line 1: the column {column:?} is there twice");
            }
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.with_context(|| format!("{name} is not a CSV"))?;
            rows.push((record.position().map_or(0, csv::Position::line), record));
        }
        Ok(Self { path: path.to_owned(), header, rows })
    }

    /// One without rows is a mistake.
    pub(super) fn check_rows(&self) -> anyhow::Result<()> {
        ensure!(!self.rows.is_empty(), "{} has no rows", self.path.display());
        Ok(())
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.header.iter().any(|name| name == column)
    }

    /// The cells of a row by their columns.
    pub(super) fn cells<'a>(&'a self, record: &'a StringRecord) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.header.iter().zip(record.iter())
    }
}

/// What stands between the columns: where numbers have a decimal comma, spreadsheets write semicolons, or tabs.
pub(super) fn delimiter(bytes: &[u8]) -> u8 {
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if header.contains(&b',') {
        return b',';
    }
    [b';', b'\t'].into_iter().find(|delimiter| header.contains(delimiter)).unwrap_or(b',')
}
