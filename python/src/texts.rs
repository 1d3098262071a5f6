//! Python strings as UTF-8. A `str` may hold halves of surrogate pairs, which UTF-8 cannot say: the cleaner then sees
//! U+FFFD in place of each, as in JSON Lines, and what stays is cut out of the original, halves and all.

use std::ops::{Deref, Range};

use dechrome::Cleaned;
use pyo3::exceptions::{PyTypeError, PyUnicodeEncodeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyList, PySlice, PyString};

use super::errors::type_name;

/// A Python string. It is asked by the methods of `str`, for classes that extend `str` may have others.
pub(crate) struct Text<'py> {
    string: Bound<'py, PyString>,
}

/// What the cleaner sees of a string.
pub(crate) enum Seen {
    /// ASCII: the string's own bytes.
    Own(PyBackedStr),
    /// UTF-8 that was made for the cleaner alone: Python would keep what it makes as long as the string lives.
    Encoded(PyBackedBytes),
    /// UTF-8 without halves of surrogate pairs.
    WithoutHalves(String),
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

impl Deref for Seen {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Seen::Own(text) => text,
            // Python has written it, so it is UTF-8.
            Seen::Encoded(bytes) => str::from_utf8(bytes).unwrap_or_default(),
            Seen::WithoutHalves(text) => text,
        }
    }
}

impl Seen {
    /// In bytes.
    pub fn len(&self) -> usize {
        match self {
            Seen::Own(text) => text.len(),
            Seen::Encoded(bytes) => bytes.len(),
            Seen::WithoutHalves(text) => text.len(),
        }
    }

    /// What is left once it was cleaned.
    pub fn left(&self, cleaned: Cleaned<'_>) -> Left {
        match self {
            _ if cleaned.removals().is_empty() => Left::Same,
            Seen::WithoutHalves(text) => Left::Parts(parts(text, &cleaned)),
            Seen::Own(_) | Seen::Encoded(_) => Left::Plain(cleaned.into_text().into_owned()),
        }
    }
}

impl<'py> Text<'py> {
    /// Of the object at `index` of a batch.
    pub fn of(object: &Bound<'py, PyAny>, index: Option<usize>) -> PyResult<Text<'py>> {
        let Ok(string) = object.cast::<PyString>() else {
            let (place, wanted) = index.map_or((String::new(), "str"), |i| (format!("index {i}: "), "str or None"));
            return Err(PyTypeError::new_err(format!("{place}expected {wanted}, got {}", type_name(object))));
        };
        Ok(Text { string: string.clone() })
    }

    /// In characters.
    pub fn len(&self) -> PyResult<usize> {
        self.string.len()
    }

    /// What the cleaner sees. Linear in the size of the text.
    pub fn seen(&self) -> PyResult<Seen> {
        let class = self.string.py().get_type::<PyString>();
        if class.call_method1(intern!(class.py(), "isascii"), (&self.string,))?.is_truthy()? {
            return Ok(Seen::Own(self.string.extract()?));
        }
        match self.string.encode_utf8() {
            Ok(bytes) => Ok(Seen::Encoded(bytes.into())),
            Err(error) if error.is_instance_of::<PyUnicodeEncodeError>(self.string.py()) => {
                let bytes = class.call_method1("encode", (&self.string, "utf-8", "surrogatepass"))?;
                Ok(Seen::WithoutHalves(without_halves(bytes.cast::<PyBytes>()?.as_bytes().to_vec())))
            }
            Err(error) => Err(error),
        }
    }

    /// What is left as a Python string: the very same object if all of it is.
    pub fn cut(&self, left: Left) -> PyResult<Bound<'py, PyAny>> {
        let py = self.string.py();
        Ok(match left {
            Left::Same => self.string.clone().into_any(),
            Left::Plain(text) => PyString::new(py, &text).into_any(),
            Left::Parts(parts) => {
                let parts = parts.into_iter().map(|part| self.slice([part.start, part.end]));
                PyString::new(py, "").call_method1("join", (PyList::new(py, parts.collect::<PyResult<Vec<_>>>()?)?,))?
            }
        })
    }

    /// The part between two characters.
    pub fn slice(&self, chars: [usize; 2]) -> PyResult<Bound<'py, PyAny>> {
        // PySlice::new of PyO3 0.30 does not give its three numbers back.
        let py = self.string.py();
        let slice = py.get_type::<PySlice>().call1((chars[0], chars[1]))?;
        py.get_type::<PyString>().call_method1(intern!(py, "__getitem__"), (&self.string, slice))
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
