//! What a file holds, by its name or as the command line says.

use std::ffi::OsStr;
use std::path::Path;

use serde::Deserialize;

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
        let mut path = path;
        if is(path.extension(), &["gz", "zst"]) {
            path = Path::new(path.file_stem().unwrap_or_default());
        }
        match path.extension() {
            extension if is(extension, &["jsonl", "ndjson"]) => Format::Jsonl,
            extension if is(extension, &["parquet"]) => Format::Parquet,
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

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(Format::of(Path::new(name)), format, "{name}");
        }
    }
}
