//! Tables on their way out: columns, rows that come one at a time, and the files they become.
//!
//! A [`Table`] may have ten million rows: they are pulled one after the other, and what is written of them leaves in chunks,
//! so that none of these files needs the memory of its rows. Nothing here knows HTTP.
//!
//! Read in this order: this file, `chunks` (how rows become bytes), then the writers: `csv`, `ndjson`, `parquet`.

mod chunks;
mod csv;
mod ndjson;
mod parquet;

use std::fmt;

use jiff::Timestamp;

pub use chunks::Chunks;
pub(crate) use ndjson::lines;

/// Why a file cannot be written to its end.
pub type Broken = Box<dyn std::error::Error + Send + Sync>;

/// One cell for each column.
pub type Row = Vec<Cell>;

/// Rows, as they are asked for. May block: they are read from the disk.
pub type Rows = Box<dyn Iterator<Item = Result<Row, Broken>> + Send>;

/// A result in rows and columns.
pub struct Table {
    /// What it is, for the name of a file: `responses-support`.
    pub name: String,
    /// What its columns are.
    pub columns: Vec<Column>,
    /// Its rows, each with as many cells as there are columns.
    pub rows: Rows,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name: lower-case letters, digits, `_` and `.`, as in the API.
    pub name: String,
    /// What its cells hold.
    pub kind: Kind,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text; any other cell is written as text in it.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Moments.
    Time,
    /// True or false.
    Boolean,
    /// Lists of texts.
    List,
}

/// What stands in one row of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Absent,
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number; one that is none (NaN) is written as nothing.
    Number(f64),
    /// A moment.
    Time(Timestamp),
    /// True or false.
    Boolean(bool),
    /// Texts.
    List(Vec<String>),
}

impl Table {
    /// A table whose rows are all there.
    pub fn new<I>(name: impl Into<String>, columns: Vec<Column>, rows: I) -> Self
    where
        I: IntoIterator<Item = Row>,
        I::IntoIter: Send + 'static,
    {
        Self { name: name.into(), columns, rows: Box::new(rows.into_iter().map(Ok)) }
    }

    /// Comma-separated values (RFC 4180) in UTF-8, the first line the columns' names. `mark` puts a byte order mark before
    /// it, without which Excel takes the letters of a file for those of its own country.
    pub fn csv(self, mark: bool) -> Chunks {
        let writer = csv::Writer::new(&self.columns, mark);
        Chunks::new(self.rows, writer)
    }

    /// One JSON object a row, each on a line of its own.
    pub fn ndjson(self) -> Chunks {
        Chunks::new(self.rows, ndjson::Writer::new(self.columns))
    }

    /// Apache Parquet, compressed with Snappy.
    ///
    /// # Errors
    /// When there are no columns, or two of one name.
    pub fn parquet(self) -> Result<Chunks, Broken> {
        let writer = parquet::Writer::new(&self.columns)?;
        Ok(Chunks::new(self.rows, writer))
    }
}

impl Column {
    /// A column.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => number.fmt(f),
            Self::Number(number) if !number.is_finite() => Ok(()),
            Self::Number(number) => number.fmt(f),
            Self::Time(at) => at.fmt(f),
            Self::Boolean(yes) => yes.fmt(f),
            Self::List(list) => f.write_str(&list.join("; ")),
        }
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

macro_rules! cell {
    ($($from:ty => $variant:ident),*) => {
        $(impl From<$from> for Cell {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

cell!(String => Text, &str => Text, i64 => Integer, u32 => Integer, u8 => Integer, f64 => Number, Timestamp => Time, bool => Boolean);

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        // No count of anything comes near: there are 9 × 10¹⁸ of them.
        Self::Integer(count.try_into().unwrap_or(i64::MAX))
    }
}
