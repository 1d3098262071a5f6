//! The errors, and what their messages share.

use pyo3::create_exception;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

create_exception!(dechrome, Error, PyValueError, "What dechrome cannot do with the arguments, in one line.");
create_exception!(
    dechrome,
    PatternError,
    Error,
    "A label or a language that does not exist, or a pattern file that cannot be used."
);

/// The one error of the library, as Python's.
pub(crate) fn failed(error: impl std::fmt::Display) -> PyErr {
    PatternError::new_err(one_line(&error.to_string()))
}

/// The text with control characters escaped.
pub(crate) fn one_line(text: &str) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(escaped).collect()
}

/// The name of an object's type, for messages.
pub(crate) fn type_name(object: &Bound<'_, PyAny>) -> String {
    object.get_type().name().map_or_else(|_| "something else".to_owned(), |name| name.to_string())
}

/// Refuses one string where many are wanted: it would count as a list of characters.
pub(crate) fn refuse_str(object: &Bound<'_, PyAny>, wanted: &str) -> PyResult<()> {
    match object.is_instance_of::<PyString>() {
        true => Err(PyTypeError::new_err(format!("expected {wanted}, got str; for one text use clean"))),
        false => Ok(()),
    }
}
