//! Where the result of one input goes.

use std::io::{self, Write};

use super::atomic::{Draft, Ready};

/// Where a result goes.
pub(crate) enum Output {
    /// Nowhere.
    Nothing,
    /// To standard output.
    Stdout(io::Stdout),
    /// To a file, which appears whole or not at all.
    File(Draft),
}

impl Output {
    /// All was written; a file only has to take its name.
    pub(crate) fn ready(self) -> io::Result<Option<Ready>> {
        match self {
            Output::Nothing => Ok(None),
            Output::Stdout(mut out) => out.flush().map(|()| None),
            Output::File(draft) => draft.ready().map(Some),
        }
    }

    /// The same, and a file takes its name.
    pub(crate) fn commit(self) -> io::Result<()> {
        self.ready()?.map_or(Ok(()), Ready::commit)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Nothing => Ok(bytes.len()),
            Output::Stdout(out) => out.write(bytes),
            Output::File(draft) => draft.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Nothing => Ok(()),
            Output::Stdout(out) => out.flush(),
            Output::File(draft) => draft.flush(),
        }
    }
}
