//! Newline-delimited JSON: an object a row.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::chunks::Write;
use super::{Broken, Cell, Chunks, Column, Row};

pub(super) struct Writer {
    columns: Vec<Column>,
    written: Vec<u8>,
}

impl Writer {
    pub(super) fn new(columns: Vec<Column>) -> Self {
        Self { columns, written: Vec::new() }
    }
}

impl Write for Writer {
    fn row(&mut self, row: Row) -> Result<(), Broken> {
        serde_json::to_writer(&mut self.written, &Object { columns: &self.columns, row: &row })?;
        self.written.push(b'\n');
        Ok(())
    }

    fn end(&mut self) -> Result<(), Broken> {
        Ok(())
    }

    fn held(&self) -> usize {
        self.written.len()
    }

    fn take(&mut self) -> Result<Vec<u8>, Broken> {
        Ok(std::mem::take(&mut self.written))
    }
}

/// Each value as a line, for what has a shape of its own in JSON.
pub(crate) fn lines<T: Serialize>(
    values: impl Iterator<Item = Result<T, Broken>> + Send + 'static,
) -> Chunks {
    Chunks::of(values.map(|value| {
        let mut line = serde_json::to_vec(&value?)?;
        line.push(b'\n');
        Ok(line)
    }))
}

struct Object<'a> {
    columns: &'a [Column],
    row: &'a [Cell],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.columns.len()))?;
        for (column, cell) in self.columns.iter().zip(self.row) {
            object.serialize_entry(&column.name, cell)?;
        }
        object.end()
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Time(at) => serializer.collect_str(at),
            Self::Boolean(yes) => serializer.serialize_bool(*yes),
            Self::List(list) => serializer.collect_seq(list),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Table};
    use super::*;

    #[test]
    fn a_row_is_an_object_on_a_line() {
        let columns = [("name", Kind::Text), ("n", Kind::Integer), ("nps", Kind::Number), ("at", Kind::Time)];
        let mut columns: Vec<Column> = columns.map(|(name, kind)| Column::new(name, kind)).into();
        columns.extend([Column::new("all", Kind::Boolean), Column::new("why", Kind::List)]);
        let at: jiff::Timestamp = "2026-01-31T09:00:00Z".parse().unwrap();
        let why = Cell::List(vec!["price".into(), "other".into()]);
        let rows = [
            vec!["one\nline".into(), 3_u64.into(), (-2.5).into(), at.into(), true.into(), why],
            vec![
                None::<String>.into(),
                Cell::Absent,
                f64::NAN.into(),
                Cell::Absent,
                Cell::Absent,
                Cell::Absent,
            ],
        ];
        let chunks: Vec<Vec<u8>> = Table::new("t", columns, rows).ndjson().collect::<Result<_, _>>().unwrap();
        let expected = r#"{"name":"one\nline","n":3,"nps":-2.5,"at":"2026-01-31T09:00:00Z","all":true,"why":["price","other"]}
{"name":null,"n":null,"nps":null,"at":null,"all":null,"why":null}
"#;
        assert_eq!(String::from_utf8(chunks.concat()).unwrap(), expected);
    }

    #[test]
    fn a_table_without_rows_is_an_empty_file() {
        assert!(Table::new("t", vec![Column::new("a", Kind::Text)], []).ndjson().next().is_none());
    }
}
