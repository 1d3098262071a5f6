//! Arrow arrays of strings, in and out through the PyCapsule interface: nothing is copied on the way in, and what is left
//! comes in one buffer.

use std::sync::Arc;

use arrow_array::builder::make_view;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, GenericBinaryArray, LargeBinaryArray, LargeStringArray,
    OffsetSizeTrait, StringArray, StringViewArray,
};
use arrow_buffer::{Buffer, OffsetBuffer};
use arrow_data::MAX_INLINE_VIEW_LEN;
use arrow_schema::{ArrowError, DataType, FieldRef};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple, PyType};
use pyo3_arrow::error::PyArrowResult;
use pyo3_arrow::ffi::{ArrayIterator, to_array_pycapsules, to_schema_pycapsule, to_stream_pycapsule};
use pyo3_arrow::input::AnyArray;

use super::errors::{refuse_str, type_name};

/// An array of strings. As bytes, for strings from elsewhere may not be UTF-8.
pub(crate) enum Chunk {
    Offsets(BinaryArray),
    LargeOffsets(LargeBinaryArray),
    Views(BinaryViewArray),
    /// Nothing but nulls.
    Nulls(usize),
}

/// Bytes of the largest buffer that views point into: their offsets have 32 bits with a sign.
const VIEWED: usize = 1 << 30;

impl Chunk {
    fn of(array: &ArrayRef) -> Option<Chunk> {
        let any = array.as_any();
        Some(match array.data_type() {
            DataType::Utf8 => Chunk::Offsets(any.downcast_ref::<StringArray>()?.clone().into()),
            DataType::LargeUtf8 => Chunk::LargeOffsets(any.downcast_ref::<LargeStringArray>()?.clone().into()),
            DataType::Utf8View => Chunk::Views(any.downcast_ref::<StringViewArray>()?.clone().to_binary_view()),
            DataType::Null => Chunk::Nulls(array.len()),
            _ => return None,
        })
    }

    pub fn len(&self) -> usize {
        match self {
            Chunk::Offsets(array) => array.len(),
            Chunk::LargeOffsets(array) => array.len(),
            Chunk::Views(array) => array.len(),
            Chunk::Nulls(rows) => *rows,
        }
    }

    /// The value of a row; None if it is null.
    pub fn value(&self, row: usize) -> Option<&[u8]> {
        match self {
            Chunk::Offsets(array) => array.is_valid(row).then(|| array.value(row)),
            Chunk::LargeOffsets(array) => array.is_valid(row).then(|| array.value(row)),
            Chunk::Views(array) => array.is_valid(row).then(|| array.value(row)),
            Chunk::Nulls(_) => None,
        }
    }

    /// The array with what is left of each row; None if that is all of it.
    fn with(&self, left: &[Option<Vec<u8>>]) -> Result<Option<ArrayRef>, ArrowError> {
        if left.iter().all(Option::is_none) {
            return Ok(None);
        }
        Ok(Some(match self {
            Chunk::Offsets(array) => Arc::new(with_offsets(array, left)?),
            Chunk::LargeOffsets(array) => Arc::new(with_offsets(array, left)?),
            Chunk::Views(array) => Arc::new(with_views(array, left)?),
            Chunk::Nulls(_) => return Ok(None),
        }))
    }
}

fn with_offsets<O: OffsetSizeTrait>(
    array: &GenericBinaryArray<O>,
    left: &[Option<Vec<u8>>],
) -> Result<GenericBinaryArray<O>, ArrowError> {
    let of_row = |row: usize| match &left[row] {
        _ if array.is_null(row) => &[],
        Some(left) => left.as_slice(),
        None => array.value(row),
    };
    let size = (0..array.len()).map(|row| of_row(row).len()).sum();
    let mut bytes = Vec::with_capacity(size);
    let mut offsets = Vec::with_capacity(array.len() + 1);
    offsets.push(O::usize_as(0));
    for row in 0..array.len() {
        bytes.extend_from_slice(of_row(row));
        // No more than there was, so it fits.
        offsets.push(O::usize_as(bytes.len()));
    }
    GenericBinaryArray::try_new(OffsetBuffer::new(offsets.into()), bytes.into(), array.nulls().cloned())
}

/// Rows of which all is left stay where they are. Views of nulls may be anything, and what stands behind a short value may
/// be, too, though neither should: they are made anew.
fn with_views(array: &BinaryViewArray, left: &[Option<Vec<u8>>]) -> Result<BinaryViewArray, ArrowError> {
    let mut buffers = array.data_buffers().to_vec();
    let mut bytes: Vec<u8> = Vec::new();
    let mut views = array.views().to_vec();
    for (row, (view, left)) in views.iter_mut().zip(left).enumerate() {
        let Some(left) = left else {
            if array.is_null(row) {
                *view = 0;
            } else if *view as u32 <= MAX_INLINE_VIEW_LEN {
                *view = make_view(array.value(row), 0, 0);
            }
            continue;
        };
        if !bytes.is_empty() && bytes.len() + left.len() > VIEWED {
            buffers.push(Buffer::from(std::mem::take(&mut bytes)));
        }
        *view = make_view(left, buffers.len() as u32, bytes.len() as u32);
        bytes.extend_from_slice(left);
    }
    buffers.push(Buffer::from(bytes));
    BinaryViewArray::try_new(views.into(), buffers, array.nulls().cloned())
}

/// A column that was given: its chunks, of which an array is one.
pub(crate) struct Column {
    arrays: Vec<ArrayRef>,
    pub chunks: Vec<Chunk>,
    /// The first row of each chunk, and the number of rows.
    starts: Vec<usize>,
    field: FieldRef,
    is_chunked: bool,
}

impl Column {
    /// # Errors
    /// `TypeError` for anything but strings.
    pub fn of(object: &Bound<'_, PyAny>) -> PyResult<Column> {
        let wanted = "an Arrow array of strings";
        refuse_str(object, wanted)?;
        if !object.hasattr("__arrow_c_array__")? && !object.hasattr("__arrow_c_stream__")? {
            let name = type_name(object);
            return Err(PyTypeError::new_err(format!(
                "expected {wanted}, got {name}; for a list of str use clean_batch"
            )));
        }
        let (arrays, field, is_chunked) = match AnyArray::extract(object.as_borrowed())? {
            AnyArray::Array(array) => {
                let (array, field) = array.into_inner();
                (vec![array], field, false)
            }
            AnyArray::Stream(stream) => {
                let (arrays, field) = stream.into_chunked_array()?.into_inner();
                (arrays, field, true)
            }
        };
        let refused = || {
            let hint = match field.data_type() {
                DataType::Dictionary(..) => "; cast it to strings",
                DataType::Struct(_) => "; give one column of it",
                _ => "",
            };
            PyTypeError::new_err(format!("expected {wanted}, got an array of {}{hint}", field.data_type()))
        };
        let is_text =
            matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null);
        let chunks: Option<Vec<Chunk>> = arrays.iter().map(Chunk::of).collect();
        let chunks = chunks.filter(|_| is_text).ok_or_else(refused)?;
        let mut starts = vec![0];
        starts.extend(chunks.iter().scan(0, |rows, chunk| {
            *rows += chunk.len();
            Some(*rows)
        }));
        Ok(Column { arrays, chunks, starts, field, is_chunked })
    }

    pub fn rows(&self) -> usize {
        self.starts[self.chunks.len()]
    }

    pub fn data_type(&self) -> &DataType {
        self.field.data_type()
    }

    /// The value of a row of the whole column; None if it is null.
    pub fn value(&self, row: usize) -> Option<&[u8]> {
        let chunk = self.starts.partition_point(|start| *start <= row) - 1;
        self.chunks[chunk].value(row - self.starts[chunk])
    }

    /// The rows of each chunk.
    pub fn split<'r, T>(&self, rows: &'r [T]) -> impl Iterator<Item = &'r [T]> {
        self.starts.windows(2).map(|bounds| &rows[bounds[0]..bounds[1]])
    }

    /// The column with what is left of each row; None if that is all of it.
    pub fn with(&self, left: &[Option<Vec<u8>>]) -> Result<Option<Vec<ArrayRef>>, ArrowError> {
        let chunks = self.chunks.iter().zip(self.split(left)).map(|(chunk, left)| chunk.with(left));
        let chunks = chunks.collect::<Result<Vec<_>, _>>()?;
        if chunks.iter().all(Option::is_none) {
            return Ok(None);
        }
        Ok(Some(chunks.into_iter().zip(&self.arrays).map(|(new, old)| new.unwrap_or_else(|| old.clone())).collect()))
    }

    /// Another column of as many chunks as a Python object of the kind that was given: of pyarrow where `given` is, else one
    /// that any library takes.
    pub fn to_python<'py>(
        &self,
        given: &Bound<'py, PyAny>,
        arrays: Vec<ArrayRef>,
        field: FieldRef,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = given.py();
        let mut from_pyarrow = false;
        for class in given.get_type().mro() {
            let module = class.cast::<PyType>()?.module()?;
            from_pyarrow |= module.to_string().split('.').next() == Some("pyarrow");
        }
        let (object, maker) = match self.is_chunked {
            true => (ArrowChunkedArray { arrays, field }.into_pyobject(py)?.into_any(), "chunked_array"),
            false => (ArrowArray { arrays, field }.into_pyobject(py)?.into_any(), "array"),
        };
        if from_pyarrow { py.import("pyarrow")?.call_method1(maker, (object,)) } else { Ok(object) }
    }

    pub fn field(&self) -> FieldRef {
        self.field.clone()
    }
}

fn schema<'py>(py: Python<'py>, field: &FieldRef) -> PyArrowResult<Bound<'py, PyCapsule>> {
    to_schema_pycapsule(py, field.as_ref())
}

fn stream<'py>(py: Python<'py>, arrays: &[ArrayRef], field: &FieldRef) -> PyArrowResult<Bound<'py, PyCapsule>> {
    let arrays: Vec<_> = arrays.iter().cloned().map(Ok).collect();
    to_stream_pycapsule(py, Box::new(ArrayIterator::new(arrays, field.clone())), None)
}

fn rows(arrays: &[ArrayRef]) -> usize {
    arrays.iter().map(|array| array.len()).sum()
}

/// An Arrow array for any library that knows the Arrow PyCapsule interface: ``pyarrow.array(it)``.
#[pyclass(frozen, module = "dechrome")]
pub(crate) struct ArrowArray {
    /// Just one.
    arrays: Vec<ArrayRef>,
    field: FieldRef,
}

#[pymethods]
impl ArrowArray {
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyArrowResult<Bound<'py, PyCapsule>> {
        schema(py, &self.field)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyArrowResult<Bound<'py, PyTuple>> {
        let _ = requested_schema;
        to_array_pycapsules(py, self.field.clone(), &self.arrays[0], None)
    }

    fn __len__(&self) -> usize {
        rows(&self.arrays)
    }

    fn __repr__(&self) -> String {
        format!("<dechrome.ArrowArray: {} × {}>", rows(&self.arrays), self.field.data_type())
    }
}

/// An Arrow array in chunks, likewise: ``pyarrow.chunked_array(it)``, ``polars.Series(it)``.
#[pyclass(frozen, module = "dechrome")]
pub(crate) struct ArrowChunkedArray {
    arrays: Vec<ArrayRef>,
    field: FieldRef,
}

#[pymethods]
impl ArrowChunkedArray {
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyArrowResult<Bound<'py, PyCapsule>> {
        schema(py, &self.field)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        stream(py, &self.arrays, &self.field)
    }

    fn __len__(&self) -> usize {
        rows(&self.arrays)
    }

    fn __repr__(&self) -> String {
        format!("<dechrome.ArrowChunkedArray: {} × {}>", rows(&self.arrays), self.field.data_type())
    }
}
