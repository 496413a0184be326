//! What is written can be read by the reader of the same library; other libraries were tried by hand.

use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::Field;
use hyper::body::Bytes;
use jiff::Timestamp;
use proptest::prelude::*;

use super::super::{Rows, Table};
use super::*;

fn columns() -> Vec<Column> {
    let kinds = [
        ("text", Kind::Text),
        ("integer", Kind::Integer),
        ("number", Kind::Number),
        ("time", Kind::Time),
        ("boolean", Kind::Boolean),
        ("list", Kind::List),
    ];
    kinds.map(|(name, kind)| Column::new(name, kind)).into()
}

fn written(rows: impl IntoIterator<Item = Row, IntoIter: Send + 'static>) -> SerializedFileReader<Bytes> {
    let chunks: Vec<Vec<u8>> =
        Table::new("t", columns(), rows).parquet().unwrap().collect::<Result<_, _>>().unwrap();
    SerializedFileReader::new(Bytes::from(chunks.concat())).unwrap()
}

/// A cell as the reader gives it.
fn cell(field: &Field) -> Cell {
    match field {
        Field::Null => Cell::Absent,
        Field::Str(text) => Cell::Text(text.clone()),
        Field::Long(number) => Cell::Integer(*number),
        Field::Double(number) => Cell::Number(*number),
        Field::TimestampMillis(at) => Cell::Time(Timestamp::from_millisecond(*at).unwrap()),
        Field::Bool(yes) => Cell::Boolean(*yes),
        Field::ListInternal(list) => {
            Cell::List(list.elements().iter().map(|text| cell(text).to_string()).collect())
        }
        other => panic!("{other:?}"),
    }
}

fn read(file: &SerializedFileReader<Bytes>) -> Vec<Row> {
    let rows = file.get_row_iter(None).unwrap();
    rows.map(|row| row.unwrap().get_column_iter().map(|(_, field)| cell(field)).collect()).collect()
}

fn row() -> impl Strategy<Value = Row> {
    let maybe = |cell: BoxedStrategy<Cell>| prop_oneof![1 => Just(Cell::Absent), 3 => cell];
    let time = (0_i64..4_000_000_000_000).prop_map(|at| Cell::Time(Timestamp::from_millisecond(at).unwrap()));
    (
        maybe("\\PC{0,6}".prop_map(Cell::Text).boxed()),
        maybe(any::<i64>().prop_map(Cell::Integer).boxed()),
        maybe((-1e9..1e9).prop_map(Cell::Number).boxed()),
        maybe(time.boxed()),
        maybe(any::<bool>().prop_map(Cell::Boolean).boxed()),
        maybe(prop::collection::vec("[a-c]{0,2}", 0..4).prop_map(Cell::List).boxed()),
    )
        .prop_map(|(a, b, c, d, e, f)| vec![a, b, c, d, e, f])
}

proptest! {
    #[test]
    fn every_row_is_read_back_as_it_was(rows in prop::collection::vec(row(), 0..60)) {
        prop_assert_eq!(read(&written(rows.clone())), rows);
    }
}

#[test]
fn many_rows_are_several_groups_and_each_chunk_is_small() {
    let rows: Rows = Box::new((0..200_000_u32).map(|n| {
        let text = Cell::from(format!("{n} {}", "x".repeat(50)));
        Ok(vec![text, n.into(), Cell::Absent, Cell::Absent, Cell::Absent, Cell::List(vec!["a".into()])])
    }));
    let table = Table { name: "t".into(), columns: columns(), rows };
    let chunks: Vec<Vec<u8>> = table.parquet().unwrap().collect::<Result<_, _>>().unwrap();
    let largest = chunks.iter().map(Vec::len).max().unwrap();
    assert!(largest < GROUP_BYTES, "{largest} bytes");
    let file = SerializedFileReader::new(Bytes::from(chunks.concat())).unwrap();
    assert!(file.num_row_groups() >= 4, "{}", file.num_row_groups());
    assert_eq!(file.metadata().file_metadata().num_rows(), 200_000);
}

#[test]
fn a_text_column_takes_any_cell_and_a_number_column_no_text() {
    let one = |name: &str, kind, cell: Cell| {
        let table = Table::new("t", vec![Column::new(name, kind)], [vec![cell]]);
        table.parquet().unwrap().collect::<Result<Vec<_>, _>>()
    };
    let chunks = one("a", Kind::Text, 5_i64.into()).unwrap();
    let file = SerializedFileReader::new(Bytes::from(chunks.concat())).unwrap();
    assert_eq!(read(&file), [[Cell::from("5")]]);
    let broken = one("score", Kind::Integer, "x".into()).unwrap_err();
    assert_eq!(broken.to_string(), "the column score is of kind Integer and got Text(\"x\")");
    assert!(Table::new("t", vec![], []).parquet().is_err());
}
