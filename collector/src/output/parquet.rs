//! Apache Parquet: columns, typed and compressed.
//!
//! Rows are gathered column by column and written as a row group when there are enough of them: that much is held in memory
//! at a time, and some hundred bytes about each row group that is written, which the file ends with. Every column can be
//! absent in a row; a list is the three-level structure that readers expect (parquet-format, LogicalTypes.md, "Lists").

use std::sync::Arc;

use ::parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::types::{Type, TypePtr};

use super::chunks::Write;
use super::{Broken, Cell, Column, Kind, Row};

/// The most rows of a row group…
const GROUP_ROWS: usize = 65_536;

/// …and about the most bytes of their cells.
const GROUP_BYTES: usize = 16 << 20;

pub(super) struct Writer {
    file: SerializedFileWriter<Vec<u8>>,
    columns: Vec<Gathered>,
    rows: usize,
    bytes: usize,
}

/// What a column holds of the row group that is not written yet.
struct Gathered {
    name: String,
    kind: Kind,
    values: Values,
    /// How much of each entry is there (parquet-format, "Nested Encoding").
    definition: Vec<i16>,
    /// 1 for what goes on with the list of the entry before. For lists alone.
    repetition: Vec<i16>,
}

enum Values {
    Texts(Vec<ByteArray>),
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Booleans(Vec<bool>),
}

impl Writer {
    pub(super) fn new(columns: &[Column]) -> Result<Self, Broken> {
        let mut names: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
        names.sort_unstable();
        if names.is_empty() || names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(format!("a file needs columns of different names, not {names:?}").into());
        }
        let fields = columns.iter().map(field).collect::<Result<_, _>>()?;
        let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            // What is kept about each page until the end would grow with the rows.
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .build();
        Ok(Self {
            file: SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?,
            columns: columns.iter().map(Gathered::new).collect(),
            rows: 0,
            bytes: 0,
        })
    }

    fn write_group(&mut self) -> Result<(), Broken> {
        let mut group = self.file.next_row_group()?;
        let mut columns = self.columns.iter_mut();
        while let Some(mut place) = group.next_column()? {
            columns.next().ok_or("more columns than there are")?.write(&mut place)?;
            place.close()?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

impl Write for Writer {
    fn row(&mut self, row: Row) -> Result<(), Broken> {
        for (column, cell) in self.columns.iter_mut().zip(row) {
            self.bytes += column.add(cell)?;
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES { self.write_group() } else { Ok(()) }
    }

    fn end(&mut self) -> Result<(), Broken> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.file.finish()?;
        Ok(())
    }

    fn held(&self) -> usize {
        self.file.inner().len()
    }

    fn take(&mut self) -> Result<Vec<u8>, Broken> {
        self.file.flush()?;
        Ok(std::mem::take(self.file.inner_mut()))
    }
}

fn field(column: &Column) -> Result<TypePtr, ParquetError> {
    let text = |name: &str, repetition| {
        Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_logical_type(Some(LogicalType::String))
            .with_repetition(repetition)
            .build()
    };
    let of = |physical, logical| {
        Type::primitive_type_builder(&column.name, physical)
            .with_logical_type(logical)
            .with_repetition(Repetition::OPTIONAL)
            .build()
    };
    let field = match column.kind {
        Kind::Text => text(&column.name, Repetition::OPTIONAL),
        Kind::Integer => of(Physical::INT64, None),
        Kind::Number => of(Physical::DOUBLE, None),
        Kind::Boolean => of(Physical::BOOLEAN, None),
        Kind::Time => of(Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
        Kind::List => {
            let list = Type::group_type_builder("list")
                .with_repetition(Repetition::REPEATED)
                .with_fields(vec![Arc::new(text("element", Repetition::REQUIRED)?)]);
            Type::group_type_builder(&column.name)
                .with_converted_type(ConvertedType::LIST)
                .with_logical_type(Some(LogicalType::List))
                .with_repetition(Repetition::OPTIONAL)
                .with_fields(vec![Arc::new(list.build()?)])
                .build()
        }
    };
    field.map(Arc::new)
}

impl Gathered {
    fn new(column: &Column) -> Self {
        let values = match column.kind {
            Kind::Text | Kind::List => Values::Texts(Vec::new()),
            Kind::Integer | Kind::Time => Values::Integers(Vec::new()),
            Kind::Number => Values::Numbers(Vec::new()),
            Kind::Boolean => Values::Booleans(Vec::new()),
        };
        let (name, kind) = (column.name.clone(), column.kind);
        Self { name, kind, values, definition: Vec::new(), repetition: Vec::new() }
    }

    /// Adds the next row's cell; returns about how much memory it takes.
    fn add(&mut self, cell: Cell) -> Result<usize, Broken> {
        /// A text's place in memory, besides its bytes.
        const PLACE: usize = size_of::<ByteArray>();

        let mut bytes = 8;
        let defined = match (&mut self.values, self.kind, cell) {
            (_, _, Cell::Absent) => false,
            (Values::Texts(texts), Kind::List, Cell::List(list)) => {
                if list.is_empty() {
                    self.entry(1, 0);
                } else {
                    for (place, text) in list.into_iter().enumerate() {
                        bytes += PLACE + text.len();
                        texts.push(text.into_bytes().into());
                        self.definition.push(2);
                        self.repetition.push(i16::from(place > 0));
                    }
                }
                return Ok(bytes);
            }
            (Values::Texts(texts), Kind::Text, cell) => {
                let text = if let Cell::Text(text) = cell { text } else { cell.to_string() };
                bytes += PLACE + text.len();
                texts.push(text.into_bytes().into());
                true
            }
            (Values::Integers(integers), Kind::Integer, Cell::Integer(number)) => {
                integers.push(number);
                true
            }
            (Values::Integers(integers), Kind::Time, Cell::Time(at)) => {
                integers.push(at.as_millisecond());
                true
            }
            (Values::Numbers(_), Kind::Number, Cell::Number(number)) if !number.is_finite() => false,
            (Values::Numbers(numbers), Kind::Number, Cell::Number(number)) => {
                numbers.push(number);
                true
            }
            (Values::Booleans(booleans), Kind::Boolean, Cell::Boolean(yes)) => {
                booleans.push(yes);
                true
            }
            (_, kind, cell) => {
                return Err(format!("the column {} is of kind {kind:?} and got {cell:?}", self.name).into());
            }
        };
        self.entry(i16::from(defined), 0);
        Ok(bytes)
    }

    fn entry(&mut self, definition: i16, repetition: i16) {
        self.definition.push(definition);
        if self.kind == Kind::List {
            self.repetition.push(repetition);
        }
    }

    /// Writes what is gathered, and forgets it.
    fn write(&mut self, place: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = (&*self.definition, (self.kind == Kind::List).then_some(&*self.repetition));
        match &mut self.values {
            Values::Texts(values) => write::<ByteArrayType>(place, values, levels),
            Values::Integers(values) => write::<Int64Type>(place, values, levels),
            Values::Numbers(values) => write::<DoubleType>(place, values, levels),
            Values::Booleans(values) => write::<BoolType>(place, values, levels),
        }?;
        self.definition.clear();
        self.repetition.clear();
        Ok(())
    }
}

fn write<T: DataType>(
    place: &mut SerializedColumnWriter<'_>,
    values: &mut Vec<T::T>,
    (definition, repetition): (&[i16], Option<&[i16]>),
) -> Result<(), ParquetError> {
    place.typed::<T>().write_batch(values, Some(definition), repetition)?;
    values.clear();
    Ok(())
}

#[cfg(test)]
#[path = "parquet_tests.rs"]
mod tests;
