//! Apache Parquet for analysts: a row a file, codes and not words, moments in
//! UTC, lists as lists. DuckDB, pandas and Power BI read it as it is.

use std::borrow::Cow;
use std::io::{self, Write as _};
use std::sync::Arc;

use jiff::Timestamp;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::escape::shown;
use super::{Head, Out, Report, Row, Totals};

/// Files of a row group: what is in memory at a time, about 20 MB.
const GROUP: usize = 20_000;

/// Begins a table.
pub(super) fn begin<'a>(head: &'a Head, out: Out<'a>) -> io::Result<Box<dyn Report + 'a>> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("aktsam {}", head.version))
        .build();
    let schema = Arc::new(parse_message_type(&schema()).map_err(failed)?);
    let writer = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(failed)?;
    let buffers = COLUMNS.iter().flat_map(|column| column.value.buffers()).collect();
    Ok(Box::new(Table { head, writer, buffers, rows: 0 }))
}

struct Table<'a> {
    head: &'a Head,
    writer: SerializedFileWriter<Out<'a>>,
    buffers: Vec<Buffer>,
    rows: usize,
}

impl Report for Table<'_> {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        let mut buffers = self.buffers.iter_mut();
        for column in COLUMNS {
            column.value.push(self.head, row, &mut buffers);
        }
        self.rows += 1;
        if self.rows == GROUP { self.write_group().map_err(failed) } else { Ok(()) }
    }

    fn end(mut self: Box<Self>, _: &Totals) -> io::Result<()> {
        if self.rows > 0 {
            self.write_group().map_err(failed)?;
        }
        self.writer.into_inner().map_err(failed)?.flush()
    }
}

impl Table<'_> {
    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for buffer in &mut self.buffers {
            let Some(mut column) = group.next_column()? else { break };
            let repeats = (!buffer.repeats.is_empty()).then_some(buffer.repeats.as_slice());
            match &buffer.values {
                Values::Texts(texts) => {
                    column.typed::<ByteArrayType>().write_batch(texts, Some(&buffer.levels), repeats)?
                }
                Values::Numbers(numbers) => {
                    column.typed::<Int64Type>().write_batch(numbers, Some(&buffer.levels), repeats)?
                }
            };
            column.close()?;
            buffer.clear();
        }
        self.rows = 0;
        group.close().map(drop)
    }
}

struct Column {
    name: &'static str,
    value: Value,
}

/// What stands in a column of a file.
enum Value {
    Text(for<'a> fn(&'a Head, &'a Row) -> Option<Cow<'a, str>>),
    Number(fn(&Row) -> Option<u64>),
    Moment(fn(&Row) -> Option<Timestamp>),
    List(fn(&Row) -> Vec<&str>),
    Counts(fn(&Row) -> Vec<(&str, u32)>),
}

const COLUMNS: &[Column] = &[
    text("root", |head, row| head.roots.get(row.root).map(|root| shown(root.name.as_bytes()))),
    text("folder", |_, row| Some(shown(row.split().0))),
    text("name", |_, row| Some(shown(row.split().1))),
    text("owner", |_, row| row.owner.as_deref().map(Cow::from)),
    text("verdict", |_, row| Some(row.record.verdict.id().into())),
    text("previous_verdict", |_, row| row.previous.map(|before| before.id().into())),
    text("change", |_, row| Some(row.change.id().into())),
    text("status", |_, row| Some(row.record.status.id().into())),
    text("error", |_, row| row.record.error.as_deref().map(Cow::from)),
    text("kind", |_, row| Some(row.record.kind.id().into())),
    Column { name: "size", value: Value::Number(|row| Some(row.record.size)) },
    text("sha256", |_, row| row.record.sha256.as_deref().map(Cow::from)),
    Column { name: "modified", value: Value::Moment(|row| row.modified) },
    Column { name: "first_seen", value: Value::Moment(|row| row.first_seen) },
    Column { name: "persons", value: Value::Number(|row| Some(row.record.persons.into())) },
    Column { name: "units", value: Value::Number(|row| Some(row.record.units.into())) },
    Column { name: "units_read", value: Value::Number(|row| Some(row.record.units_read.into())) },
    text("declared_pdfa", |_, row| row.record.facts.declares_pdfa.as_deref().map(Cow::from)),
    text("decision", |_, row| row.decision.as_ref().map(|decision| decision.verdict.id().into())),
    text("decision_standing", |_, row| row.decision.as_ref().map(|decision| decision.standing.id().into())),
    text("decided_by", |_, row| row.decision.as_ref().map(|decision| decision.by.as_str().into())),
    Column {
        name: "rules",
        value: Value::List(|row| row.record.reasons.iter().map(|reason| reason.rule.as_str()).collect()),
    },
    Column { name: "flags", value: Value::List(|row| row.flags().collect()) },
    Column {
        name: "findings",
        value: Value::Counts(|row| row.record.counts.iter().map(|(entity, count)| (entity.id(), *count)).collect()),
    },
];

const fn text(name: &'static str, value: for<'a> fn(&'a Head, &'a Row) -> Option<Cow<'a, str>>) -> Column {
    Column { name, value: Value::Text(value) }
}

/// The columns in the format's own notation. Lists and maps as the format's
/// `LogicalTypes.md` asks, with no level for a list that is not there.
fn schema() -> String {
    let columns = COLUMNS.iter().map(|Column { name, value }| match value {
        Value::Text(_) => format!("OPTIONAL BYTE_ARRAY {name} (STRING);"),
        Value::Number(_) => format!("OPTIONAL INT64 {name};"),
        Value::Moment(_) => format!("OPTIONAL INT64 {name} (TIMESTAMP(MICROS,true));"),
        Value::List(_) => {
            format!(
                "REQUIRED GROUP {name} (LIST) {{ REPEATED GROUP list {{ REQUIRED BYTE_ARRAY element (STRING); }} }}"
            )
        }
        Value::Counts(_) => format!(
            "REQUIRED GROUP {name} (MAP) {{ REPEATED GROUP key_value {{ \
             REQUIRED BYTE_ARRAY key (STRING); REQUIRED INT64 value; }} }}"
        ),
    });
    format!("message aktsam {{ {} }}", columns.collect::<Vec<_>>().join(" "))
}

impl Value {
    /// Empty buffers for the column: one, but for counts, whose keys and values are columns of their own.
    fn buffers(&self) -> Vec<Buffer> {
        match self {
            Self::Text(_) | Self::List(_) => vec![Buffer::texts()],
            Self::Number(_) | Self::Moment(_) => vec![Buffer::numbers()],
            Self::Counts(_) => vec![Buffer::texts(), Buffer::numbers()],
        }
    }

    /// Adds what the file has to the next of the buffers.
    fn push<'b>(&self, head: &Head, row: &Row, buffers: &mut impl Iterator<Item = &'b mut Buffer>) {
        let Some(buffer) = buffers.next() else { return };
        match self {
            Self::Text(value) => buffer.push(value(head, row).map(Item::text), None),
            Self::Number(value) => buffer.push(value(row).map(Item::number), None),
            Self::Moment(value) => buffer.push(value(row).map(|moment| Item::Number(moment.as_microsecond())), None),
            Self::List(values) => buffer.push_all(values(row).into_iter().map(|text| Item::text(text.into()))),
            Self::Counts(counts) => {
                let counts = counts(row);
                buffer.push_all(counts.iter().map(|(name, _)| Item::text((*name).into())));
                if let Some(values) = buffers.next() {
                    values.push_all(counts.iter().map(|(_, count)| Item::number((*count).into())));
                }
            }
        }
    }
}

enum Item {
    Text(ByteArray),
    Number(i64),
}

impl Item {
    fn text(text: Cow<'_, str>) -> Self {
        Self::Text(text.into_owned().into_bytes().into())
    }

    fn number(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// A column of the group that is gathered: its values, and Dremel's levels, which
/// say where a value is missing and where a list goes on.
struct Buffer {
    values: Values,
    levels: Vec<i16>,
    repeats: Vec<i16>,
}

enum Values {
    Texts(Vec<ByteArray>),
    Numbers(Vec<i64>),
}

impl Buffer {
    fn texts() -> Self {
        Self { values: Values::Texts(Vec::new()), levels: Vec::new(), repeats: Vec::new() }
    }

    fn numbers() -> Self {
        Self { values: Values::Numbers(Vec::new()), ..Self::texts() }
    }

    /// Adds a value or its absence; `repeat` is 1 for a further item of a list, `None` outside lists.
    fn push(&mut self, item: Option<Item>, repeat: Option<i16>) {
        self.levels.push(i16::from(item.is_some()));
        self.repeats.extend(repeat);
        match (&mut self.values, item) {
            (Values::Texts(texts), Some(Item::Text(text))) => texts.push(text),
            (Values::Numbers(numbers), Some(Item::Number(number))) => numbers.push(number),
            _ => {}
        }
    }

    fn push_all(&mut self, items: impl Iterator<Item = Item>) {
        let mut repeat = 0;
        for item in items {
            self.push(Some(item), Some(repeat));
            repeat = 1;
        }
        if repeat == 0 {
            self.push(None, Some(0));
        }
    }

    fn clear(&mut self) {
        self.levels.clear();
        self.repeats.clear();
        match &mut self.values {
            Values::Texts(texts) => texts.clear(),
            Values::Numbers(numbers) => numbers.clear(),
        }
    }
}

fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(cause) => io::Error::other(cause),
        },
        other => io::Error::other(other),
    }
}
