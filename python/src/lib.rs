//! `dechrome._dechrome`: the cleaner for Python. Thin: it turns Python's strings and Arrow's arrays into texts, and hands
//! them to the library on as many threads as the caller wants.
//!
//! - `settings`: keyword arguments → a library cleaner, and back, for pickling
//! - `cleaner`: the class `Cleaner`
//! - `texts`: Python strings as UTF-8, also those that have no UTF-8
//! - `bytes`: values of Arrow arrays as UTF-8, also those that are not
//! - `columns`: Arrow arrays in and out; `reasons`: removals as an Arrow array
//! - `batch`: many documents on many threads, with the interpreter's lock released

mod batch;
mod bytes;
mod cleaner;
mod columns;
mod reasons;
mod settings;
mod texts;

use pyo3::prelude::*;

/// The one error of the library, as Python's.
fn failed(error: impl std::fmt::Display) -> PyErr {
    settings::PatternError::new_err(one_line(&error.to_string()))
}

/// The text with control characters escaped.
fn one_line(text: &str) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(escaped).collect()
}

#[pymodule]
mod _dechrome {
    #[pymodule_export]
    use super::cleaner::Cleaner;
    #[pymodule_export]
    use super::columns::{ArrowArray, ArrowChunkedArray};
    #[pymodule_export]
    use super::settings::{Error, PatternError};

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("LABELS", super::settings::labels(module.py())?)
    }
}
