//! What a file holds, by its name or as the command line says.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::compression::Compression;
use super::names;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// One document.
    Text,
    /// JSON Lines: a record with a document in every line.
    Jsonl,
    /// Parquet: a document in every row, in one of the columns.
    Parquet,
    /// WARC with conversion records, as Common Crawl's WET files: a document in every one.
    Wet,
}

impl Format {
    /// What a file of this name holds; `.gz` and `.zst` at its end say nothing about that.
    pub(crate) fn of(path: &Path) -> Format {
        let is = |extension: Option<&OsStr>, names: &[&str]| {
            extension.is_some_and(|extension| names.iter().any(|name| extension.eq_ignore_ascii_case(name)))
        };
        // Parquet is compressed within, and read from both ends.
        if is(path.extension(), &["parquet"]) {
            return Format::Parquet;
        }
        let mut path = path;
        if is(path.extension(), &["gz", "zst"]) {
            path = Path::new(path.file_stem().unwrap_or_default());
        }
        match path.extension() {
            extension if is(extension, &["jsonl", "ndjson"]) => Format::Jsonl,
            extension if is(extension, &["wet"]) => Format::Wet,
            _ => Format::Text,
        }
    }

    /// The name in arguments and audit records.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Jsonl => "jsonl",
            Format::Parquet => "parquet",
            Format::Wet => "wet",
        }
    }

    /// Whether a file holds many documents.
    pub(crate) fn has_records(self) -> bool {
        self != Format::Text
    }
}

/// What a WET file is called when it becomes JSON Lines: `.jsonl` comes before the `.gz`, if there is one. The other names
/// stay.
pub(crate) fn as_jsonl(path: &Path) -> PathBuf {
    if Format::of(path) != Format::Wet {
        return path.to_owned();
    }
    let compression = path.extension().filter(|_| Compression::of_name(path) != Compression::None);
    let mut name = compression.map_or(path, |_| Path::new(path.file_stem().unwrap_or_default())).as_os_str().to_owned();
    name.push(".jsonl");
    if let Some(extension) = compression {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(Path::new(&name).file_name().unwrap_or_default())
}

/// The name that [`as_jsonl`] made this one of.
pub(crate) fn before_jsonl(path: &Path) -> PathBuf {
    const ADDED: &[u8] = b".jsonl";
    let name = path.as_os_str().as_encoded_bytes();
    let at = name.windows(ADDED.len()).rposition(|part| part == ADDED);
    let before = at.and_then(|at| names::path_from([&name[..at], &name[at + ADDED.len()..]].concat()));
    before.filter(|before| as_jsonl(before) == path).unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_wet_files_that_become_json_lines() {
        for (name, becomes) in [
            ("a/b.warc.wet.gz", "a/b.warc.wet.jsonl.gz"),
            ("b.wet", "b.wet.jsonl"),
            ("b.jsonl.WET.zst", "b.jsonl.WET.jsonl.zst"),
            ("b.jsonl.gz", "b.jsonl.gz"),
            ("a.wet/b.txt", "a.wet/b.txt"),
        ] {
            assert_eq!(as_jsonl(Path::new(name)), Path::new(becomes));
            assert_eq!(before_jsonl(Path::new(becomes)), Path::new(name));
        }
    }

    #[test]
    fn names_say_what_a_file_holds() {
        for (name, format) in [
            ("a.txt", Format::Text),
            ("jsonl", Format::Text),
            ("a.txt.gz", Format::Text),
            ("a/b.JSONL", Format::Jsonl),
            ("b.ndjson.zst", Format::Jsonl),
            ("CC-MAIN-0.warc.wet.gz", Format::Wet),
            ("a.wet", Format::Wet),
            ("part-0.snappy.parquet", Format::Parquet),
            ("part-0.parquet.gz", Format::Text),
        ] {
            assert_eq!(Format::of(Path::new(name)), format, "{name}");
        }
    }
}
