//! The files of a folder, in an order that is the same on every machine.
//!
//! Every regular file counts: hidden ones too, and `.gitignore` has no say, since a cleaned tree that lacks files
//! would surprise more than one with too many. Symlinks inside the tree are not followed (they could lead out of
//! it, or round in circles); they and special files are passed over and counted.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::{atomic, io_error, names};
use crate::{Error, ErrorKind};

/// What stands in a folder.
#[derive(Debug)]
pub(crate) enum Found {
    /// A regular file; the path begins with that of the folder.
    File(PathBuf),
    /// Something that is passed over, and what it is.
    Skipped(PathBuf, &'static str),
    /// A part of the tree that cannot be read.
    Failed(Error),
}

/// All files below `folder`, sorted by name, folder by folder. The memory needed is that of the folders on the way.
pub(crate) fn walk(folder: &Path) -> impl Iterator<Item = Found> + Send + use<> {
    let mut builder = WalkBuilder::new(folder);
    builder.standard_filters(false).follow_links(false).sort_by_file_name(OsStr::cmp);
    let shown = names::shown(folder);
    builder.build().filter_map(move |entry| match entry {
        Err(error) => Some(Found::Failed(walk_error(&shown, &error))),
        Ok(entry) if entry.depth() == 0 => None,
        Ok(entry) => match entry.file_type() {
            Some(kind) if kind.is_dir() => None,
            Some(kind) if kind.is_symlink() => Some(Found::Skipped(entry.into_path(), "symlink")),
            Some(kind) if kind.is_file() && atomic::is_temporary(entry.file_name()) => {
                Some(Found::Skipped(entry.into_path(), "left behind by an interrupted run"))
            }
            Some(kind) if kind.is_file() => Some(Found::File(entry.into_path())),
            _ => Some(Found::Skipped(entry.into_path(), "special file")),
        },
    })
}

/// The innermost path and the I/O error, without the wrapping that would say the path twice.
fn walk_error(folder: &str, error: &ignore::Error) -> Error {
    match error {
        ignore::Error::WithPath { path, err } => walk_error(&names::shown(path), err),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => walk_error(folder, err),
        ignore::Error::Io(error) => io_error(folder, error),
        other => Error::new(ErrorKind::Io, folder, other),
    }
}
