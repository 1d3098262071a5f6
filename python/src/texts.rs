//! Python strings as UTF-8. A `str` may hold halves of surrogate pairs, which UTF-8 cannot say: the cleaner then sees
//! U+FFFD in place of each, as in JSON Lines, and what stays is cut out of the original, halves and all.

use std::ops::Range;

use dechrome::Cleaned;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBytes, PyList, PySlice, PyString};

use super::settings::type_name;

/// A Python string, and what the cleaner sees of it.
pub(crate) enum Text {
    Plain(PyBackedStr),
    /// With halves of surrogate pairs.
    Halves(Py<PyString>, String),
}

/// What is left of a text.
pub(crate) enum Left {
    /// All of it.
    Same,
    Plain(String),
    /// These ranges of characters.
    Parts(Vec<Range<usize>>),
}

/// In UTF-8 as Python writes it where asked to, a half of a surrogate pair is 0xED, a byte from 0xA0 on and one more. U+FFFD
/// has three bytes, too.
fn without_halves(mut bytes: Vec<u8>) -> String {
    for at in 0..bytes.len().saturating_sub(2) {
        if bytes[at] == 0xED && bytes[at + 1] >= 0xA0 {
            bytes[at..at + 3].copy_from_slice("\u{fffd}".as_bytes());
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

impl Text {
    /// Of the object at `index` of a batch.
    pub fn of(object: &Bound<'_, PyAny>, index: Option<usize>) -> PyResult<Text> {
        let Ok(string) = object.cast::<PyString>() else {
            let (place, wanted) = index.map_or((String::new(), "str"), |i| (format!("index {i}: "), "str or None"));
            return Err(PyTypeError::new_err(format!("{place}expected {wanted}, got {}", type_name(object))));
        };
        match PyBackedStr::extract(object.as_borrowed()) {
            Ok(text) => Ok(Text::Plain(text)),
            Err(_) => {
                let bytes = string.call_method1("encode", ("utf-8", "surrogatepass"))?;
                let bytes = bytes.cast::<PyBytes>().map_err(PyErr::from)?.as_bytes().to_vec();
                Ok(Text::Halves(string.clone().unbind(), without_halves(bytes)))
            }
        }
    }

    /// What the cleaner sees.
    pub fn seen(&self) -> &str {
        match self {
            Text::Plain(text) => text,
            Text::Halves(_, seen) => seen,
        }
    }

    /// What is left once it was cleaned.
    pub fn left(&self, cleaned: Cleaned<'_>) -> Left {
        if cleaned.removals().is_empty() {
            return Left::Same;
        }
        match self {
            Text::Plain(_) => Left::Plain(cleaned.into_text().into_owned()),
            Text::Halves(_, seen) => Left::Parts(parts(seen, &cleaned)),
        }
    }

    /// The same as a Python string: the very same object if all of it is left.
    pub fn to_python<'py>(&self, py: Python<'py>, left: Left) -> PyResult<Bound<'py, PyAny>> {
        let string = match self {
            Text::Plain(text) => text.as_py_str().bind(py),
            Text::Halves(string, _) => string.bind(py),
        };
        Ok(match left {
            Left::Same => string.clone().into_any(),
            Left::Plain(text) => PyString::new(py, &text).into_any(),
            Left::Parts(parts) => {
                let slice =
                    |part: Range<usize>| string.get_item(PySlice::new(py, part.start as isize, part.end as isize, 1));
                let parts = parts.into_iter().map(slice).collect::<PyResult<Vec<_>>>()?;
                PyString::new(py, "").call_method1("join", (PyList::new(py, parts)?,))?
            }
        })
    }
}

/// The ranges of characters that no removal takes.
fn parts(seen: &str, cleaned: &Cleaned<'_>) -> Vec<Range<usize>> {
    let mut from = 0;
    let mut parts = Vec::new();
    for [start, end] in characters(seen.as_bytes(), cleaned) {
        parts.push(from..start);
        from = end;
    }
    parts.push(from..seen.chars().count());
    parts
}

/// Where each removal begins and ends, in characters: as many as bytes that do not continue one. Linear in the text.
pub(crate) fn characters(seen: &[u8], cleaned: &Cleaned<'_>) -> Vec<[usize; 2]> {
    let count = |range: Range<usize>| seen[range].iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
    let (mut bytes, mut chars) = (0, 0);
    let mut to = |offset: usize| {
        chars += count(bytes..offset);
        bytes = offset;
        chars
    };
    cleaned.removals().iter().map(|removal| [to(removal.span().start), to(removal.span().end)]).collect()
}
