//! The front ends: what touches files, standard input and threads.
//!
//! - [`encoding`]: bytes that say a text, with spans of the text mapped back to the bytes
//! - [`document`]: one document through the cleaner; every front end goes through it
//! - [`filter`], [`tree`]: the ways in; [`explain`]: one document, explained
//! - [`records`]: inputs that hold many documents, one module per format
//! - [`plan`], [`conflicts`], [`walk`]: from the paths of the command line to inputs, outputs and names
//! - [`ledger`]: the book of a run, which every outcome is entered in
//! - [`format`], [`compression`], [`output`], [`atomic`], [`interrupt`], [`batches`], [`guard`], [`names`], [`sniff`]:
//!   tools the ways in share
//! - [`resume`]: what an earlier run has done; [`restore`]: the way back

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "in a test, that is the message"))]

pub(crate) mod atomic;
pub(crate) mod batches;
pub(crate) mod compression;
pub(crate) mod conflicts;
pub(crate) mod document;
pub(crate) mod encoding;
pub(crate) mod explain;
pub(crate) mod filter;
pub(crate) mod format;
pub(crate) mod guard;
pub(crate) mod interrupt;
pub(crate) mod ledger;
pub(crate) mod names;
pub(crate) mod output;
pub(crate) mod plan;
pub(crate) mod records;
pub(crate) mod restore;
pub(crate) mod resume;
pub(crate) mod sniff;
pub(crate) mod tree;
pub(crate) mod walk;

pub(crate) use document::Worker;
pub(crate) use ledger::Ledger;

use std::fmt::Display;
use std::io;

use crate::Error;
pub(crate) use crate::error::io_error;

/// Why a run ends before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Whoever read the output has seen enough: not an error.
    ClosedPipe,
    /// The output or the audit cannot be written; going on would lose something.
    Failed(Error),
    /// A document failed, which was told, and `--on-error fail` makes that the end.
    Told,
}

impl Stop {
    /// For an error while writing to standard output.
    pub(crate) fn stdout(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Stop::ClosedPipe,
            _ => Stop::Failed(io_error("standard output", error)),
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Failed(error)
    }
}

/// The same error at a place that only the caller knows.
pub(crate) fn at(place: impl Display, error: &Error) -> Error {
    Error::new(error.kind(), place, error)
}
