//! The one error type of the crate: what went wrong, and at which place. What all messages share is here, too.

use std::borrow::Cow;
use std::path::Path;
use std::{fmt, io};

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

/// An I/O error at `place`, in words that need no error number.
pub(crate) fn io_error(place: impl fmt::Display, error: &io::Error) -> Error {
    let message = match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "a part of the path is a file, not a folder".to_owned(),
        io::ErrorKind::IsADirectory => "is a folder, not a file".to_owned(),
        _ => error.to_string(),
    };
    Error::new(ErrorKind::Io, place, message)
}

/// A path for messages: lossy, and with control characters escaped, so that it stays on one line.
pub(crate) fn shown(path: &Path) -> String {
    one_line(&path.to_string_lossy()).into_owned()
}

/// The text with control characters escaped.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        if char.is_control() {
            line.extend(char.escape_default());
        } else {
            line.push(char);
        }
    }
    Cow::Owned(line)
}
