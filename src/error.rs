//! The one error type of the crate: what went wrong, and at which place.

use std::fmt;

/// An error that names the place it happened at, what is wrong, and what would be right, in one line.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Inner>);

#[derive(Debug, thiserror::Error)]
#[error("{place}{}{message}", if place.is_empty() { "" } else { ": " })]
struct Inner {
    kind: ErrorKind,
    place: String,
    message: String,
}

/// What kind of thing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A pattern file cannot be used.
    Pattern,
    /// A label, language or other setting that does not exist.
    Setting,
    /// Arguments that cannot be carried out together.
    Usage,
    /// A file or stream that cannot be read or written.
    Io,
    /// Bytes that are not what the format or encoding says.
    Data,
}

impl Error {
    /// An error at `place` (a path, `file:line:column`, a record; may be empty).
    pub(crate) fn new(kind: ErrorKind, place: impl fmt::Display, message: impl fmt::Display) -> Self {
        Self(Box::new(Inner { kind, place: place.to_string(), message: message.to_string() }))
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Where it went wrong: a path, `file:line:column` or a record; empty where the message says it all.
    pub fn place(&self) -> &str {
        &self.0.place
    }
}
