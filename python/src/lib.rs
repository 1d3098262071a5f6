//! `dechrome._dechrome`: the cleaner for Python. Thin: it turns Python's strings and Arrow's arrays into texts, and hands
//! them to the library on as many threads as the caller wants.
//!
//! - `settings`: keyword arguments → a library cleaner, and back, for pickling
//! - `cleaner`: the class `Cleaner`
//! - `texts`: Python strings as UTF-8, also those that have no UTF-8
//! - `bytes`: values of Arrow arrays as UTF-8, also those that are not
//! - `columns`: Arrow arrays in and out; `reasons`: removals as an Arrow array
//! - `errors`: the errors, and what their messages share
//! - `batch`: many documents on many threads, with the interpreter's lock released

mod batch;
mod bytes;
mod cleaner;
mod columns;
mod errors;
mod reasons;
mod settings;
mod texts;

use pyo3::prelude::*;

#[pymodule]
mod _dechrome {
    #[pymodule_export]
    use super::cleaner::Cleaner;
    #[pymodule_export]
    use super::columns::{ArrowArray, ArrowChunkedArray};
    #[pymodule_export]
    use super::errors::{Error, PatternError};

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("LABELS", super::settings::labels(module.py())?)
    }
}
