//! What was removed of a document, and why: as Python objects, and as an Arrow array with a list for each row.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, LargeStringArray, ListArray, StringArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields};
use dechrome::{Cleaned, Label};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};

use super::columns::{Chunk, Column};
use super::texts::{Text, characters};

/// One removal.
pub(crate) struct Removed {
    /// Half-open, in bytes of the text in UTF-8.
    span: [usize; 2],
    /// Half-open, in characters.
    chars: [usize; 2],
    /// The first and the last line, from 1.
    lines: [usize; 2],
    label: Label,
    rule: String,
    reason: String,
}

impl Removed {
    /// The removals of a document; `seen` is the text that was cleaned. Linear in its size.
    pub fn all(seen: &str, cleaned: &Cleaned<'_>) -> Vec<Removed> {
        let chars = characters(seen.as_bytes(), cleaned);
        let removals = cleaned.removals().iter().zip(chars);
        let of = |(removal, chars): (&dechrome::Removal, [usize; 2])| Removed {
            span: [removal.span().start, removal.span().end],
            chars,
            lines: [*removal.lines().start(), *removal.lines().end()],
            label: removal.label(),
            rule: removal.rule().to_owned(),
            reason: removal.reason().to_string(),
        };
        removals.map(of).collect()
    }

    /// A `dechrome.Removal`; `original` is the text that was cleaned.
    pub fn to_python<'py>(&self, py: Python<'py>, original: &Text<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let class = CLASS.import(py, "dechrome._types", "Removal")?;
        let text = original.slice(self.chars)?;
        let pair = |pair: [usize; 2]| PyTuple::new(py, pair);
        let (span, chars, lines) = (pair(self.span)?, pair(self.chars)?, pair(self.lines)?);
        class.call1((span, chars, lines, self.label.as_str(), &self.rule, &self.reason, text))
    }
}

/// The field of the array: lists, null where the text is, of structs as `dechrome.Removal` has fields.
pub(crate) fn field(column: &Column) -> FieldRef {
    Arc::new(Field::new("removals", DataType::List(item(column.data_type())), true))
}

fn item(text: &DataType) -> FieldRef {
    Arc::new(Field::new("item", DataType::Struct(fields(text)), false))
}

/// Places are whole numbers of 64 bits, as Spark and pandas have them.
fn pair(names: [&str; 2]) -> Fields {
    names.map(|name| Field::new(name, DataType::Int64, false)).to_vec().into()
}

fn fields(text: &DataType) -> Fields {
    let bounds = || DataType::Struct(pair(["start", "end"]));
    let text = if text == &DataType::Utf8 { DataType::Utf8 } else { DataType::LargeUtf8 };
    let fields = [
        ("span", bounds()),
        ("chars", bounds()),
        ("lines", DataType::Struct(pair(["first", "last"]))),
        ("label", DataType::Utf8),
        ("rule", DataType::Utf8),
        ("reason", DataType::Utf8),
        ("text", text),
    ];
    fields.map(|(name, kind)| Field::new(name, kind, false)).to_vec().into()
}

/// The removals of each row of a column, chunk for chunk.
pub(crate) fn arrays(column: &Column, rows: &[Vec<Removed>]) -> Result<Vec<ArrayRef>, ArrowError> {
    let lists = column.chunks.iter().zip(column.split(rows));
    lists.map(|(chunk, rows)| Ok(Arc::new(list(column, chunk, rows)?) as ArrayRef)).collect()
}

fn list(column: &Column, chunk: &Chunk, rows: &[Vec<Removed>]) -> Result<ListArray, ArrowError> {
    let all: Vec<&Removed> = rows.iter().flatten().collect();
    let pairs = |names, of: fn(&Removed) -> [usize; 2]| -> Result<ArrayRef, ArrowError> {
        let values = [0, 1].map(|index| -> ArrayRef {
            Arc::new(all.iter().map(|removed| of(removed)[index] as i64).collect::<Int64Array>())
        });
        Ok(Arc::new(StructArray::try_new(pair(names), values.to_vec(), None)?))
    };
    let words = |of: fn(&Removed) -> &str| strings(all.iter().map(|removed| of(removed)).collect());
    let texts = rows.iter().enumerate().flat_map(|(row, removals)| {
        let value = chunk.value(row).unwrap_or_default();
        removals.iter().map(|removed| String::from_utf8_lossy(&value[removed.span[0]..removed.span[1]]))
    });
    let texts: Vec<_> = texts.collect();
    let texts: ArrayRef = match column.data_type() {
        DataType::Utf8 => strings(texts.iter().map(|text| &**text).collect())?,
        _ => Arc::new(LargeStringArray::from_iter_values(texts)),
    };
    let values = vec![
        pairs(["start", "end"], |removed| removed.span)?,
        pairs(["start", "end"], |removed| removed.chars)?,
        pairs(["first", "last"], |removed| removed.lines)?,
        words(|removed| removed.label.as_str())?,
        words(|removed| &removed.rule)?,
        words(|removed| &removed.reason)?,
        texts,
    ];
    let structs = StructArray::try_new_with_length(fields(column.data_type()), values, None, all.len())?;
    let nulls: NullBuffer = (0..rows.len()).map(|row| chunk.value(row).is_some()).collect();
    let offsets = OffsetBuffer::from_lengths(rows.iter().map(Vec::len));
    ListArray::try_new(item(column.data_type()), offsets, Arc::new(structs), Some(nulls).filter(|n| n.null_count() > 0))
}

/// An array with offsets of 32 bits.
fn strings(texts: Vec<&str>) -> Result<ArrayRef, ArrowError> {
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    if i32::try_from(bytes).is_err() {
        let message = "the removals of one chunk take more than 2 GiB; give smaller chunks, or large strings";
        return Err(ArrowError::InvalidArgumentError(message.to_owned()));
    }
    Ok(Arc::new(StringArray::from_iter_values(texts)))
}
