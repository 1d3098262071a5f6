//! Pattern files on disk.

use std::path::Path;

use super::PatternSet;
use crate::error::{io_error, shown};
use crate::{Error, ErrorKind};

impl PatternSet {
    /// Reads a pattern file, which has to be UTF-8, and [adds](PatternSet::add) it.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] and [`ErrorKind::Data`] if it cannot be read; those of [`PatternSet::add`].
    pub fn add_file(&mut self, path: &Path) -> Result<(), Error> {
        let place = shown(path);
        let bytes = std::fs::read(path).map_err(|e| io_error(&place, &e))?;
        let source = String::from_utf8(bytes).map_err(|e| {
            let at = e.utf8_error().valid_up_to();
            let line = 1 + e.as_bytes()[..at].iter().filter(|b| **b == b'\n').count();
            Error::new(ErrorKind::Data, format!("{place}:{line}"), "not UTF-8; save the file as UTF-8")
        })?;
        self.add(&place, &source)
    }
}
