//! Where the audit speaks of which file. It is read twice: once to know where the lines of each file stand, then file by
//! file. So memory holds one place per changed file, and the lines of one document.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::io::format::Format;
use crate::io::{io_error, names};
use crate::{Error, ErrorKind};

/// Where the records of each file stand in the audit.
pub(super) struct Index {
    /// The audit, without symlinks on the way.
    pub(super) path: PathBuf,
    /// Its name in messages.
    pub(super) shown: String,
    files: HashMap<String, Lines>,
}

/// What the audit says of one file.
#[derive(Debug, Default, Clone)]
pub(super) struct Lines {
    /// Stretches of the audit, in order.
    pub(super) spans: Vec<Range<u64>>,
    /// What the file holds.
    pub(super) format: Option<Format>,
    used: bool,
}

/// The part of an audit record that says where it belongs.
#[derive(Deserialize)]
pub(crate) struct Head<'a> {
    #[serde(borrow)]
    pub(crate) doc: Cow<'a, str>,
    pub(crate) record: Option<u64>,
    pub(crate) format: Option<Format>,
    #[serde(borrow)]
    pub(crate) label: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) field: Option<Cow<'a, str>>,
}

pub(crate) fn head(line: &[u8]) -> serde_json::Result<Head<'_>> {
    serde_json::from_slice(line)
}

/// The number of the record that a line speaks of; 0 for none.
pub(super) fn record(line: &[u8]) -> u64 {
    head(line).ok().and_then(|head| head.record).unwrap_or(0)
}

/// The field or column that held the text.
pub(super) fn field(line: &[u8]) -> Option<String> {
    head(line).ok()?.field.map(Cow::into_owned)
}

impl Index {
    /// Reads the audit; lines that are no audit records go to `bad`.
    pub(super) fn read(path: &Path, mut bad: impl FnMut(Error)) -> Result<Self, Error> {
        let shown = names::shown(path);
        let unreadable = |e: io::Error| io_error(&shown, &e);
        let mut input = BufReader::new(File::open(path).map_err(unreadable)?);
        let mut files: HashMap<String, Lines> = HashMap::new();
        let (mut line, mut at) = (Vec::new(), 0);
        for number in 1_u64.. {
            line.clear();
            let length = input.read_until(b'\n', &mut line).map_err(unreadable)? as u64;
            if length == 0 {
                break;
            }
            let span = at..at + length;
            at = span.end;
            if line.trim_ascii().is_empty() {
                continue;
            }
            let head = match head(&line) {
                Ok(head) => head,
                Err(error) => {
                    bad(Error::new(
                        ErrorKind::Data,
                        format!("{shown}:{number}"),
                        format!("not an audit record: {error}"),
                    ));
                    continue;
                }
            };
            let doc = match head.record {
                Some(_) => names::file_of_record(&head.doc),
                None => head.doc.into_owned(),
            };
            let lines = files.entry(doc).or_default();
            lines.format = head.format.or(lines.format);
            match lines.spans.last_mut() {
                Some(last) if last.end == span.start => last.end = span.end,
                _ => lines.spans.push(span),
            }
        }
        let path = fs::canonicalize(path).map_err(unreadable)?;
        Ok(Index { path, shown, files })
    }

    /// The document that a file named on its own is: the one whose name its path ends with, or the only one there is.
    pub(super) fn doc_of_file(&self, path: &Path) -> Result<String, Error> {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let name = names::doc_name(&real);
        let is_end =
            |doc: &&String| name.strip_suffix(doc.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        if let Some(doc) = self.files.keys().filter(is_end).max_by_key(|doc| doc.len()) {
            return Ok(doc.clone());
        }
        let mut docs = self.files.keys();
        match (docs.next(), docs.next()) {
            (None, _) => Ok(name),
            (Some(doc), None) => Ok(doc.clone()),
            _ => {
                let message = format!(
                    "has records of many documents, but none of {}; name the cleaned folder instead",
                    names::shown(path)
                );
                Err(Error::new(ErrorKind::Data, &self.shown, message))
            }
        }
    }

    /// Where the lines of a document are, if it has any.
    pub(super) fn take(&mut self, doc: &str) -> Option<Lines> {
        let lines = self.files.get_mut(doc)?;
        lines.used = true;
        Some(lines.clone())
    }

    /// The audit's lines in these stretches.
    pub(super) fn lines(
        &self,
        spans: Vec<Range<u64>>,
    ) -> Result<impl Iterator<Item = Result<Vec<u8>, Error>> + use<>, Error> {
        let shown = self.shown.clone();
        let file = File::open(&self.path).map_err(|e| io_error(&shown, &e))?;
        let mut spans = spans.into_iter();
        let mut reader = BufReader::new(file).take(0);
        let mut next = move || -> io::Result<Option<Vec<u8>>> {
            let mut line = Vec::new();
            loop {
                if reader.read_until(b'\n', &mut line)? == 0 {
                    let Some(span) = spans.next() else {
                        return Ok(None);
                    };
                    reader.get_mut().seek(SeekFrom::Start(span.start))?;
                    reader.set_limit(span.end - span.start);
                } else if line.trim_ascii().is_empty() {
                    line.clear();
                } else {
                    return Ok(Some(line));
                }
            }
        };
        Ok(std::iter::from_fn(move || next().transpose()).map(move |line| line.map_err(|e| io_error(&shown, &e))))
    }

    /// The documents that no file was found for, by name.
    pub(super) fn unused(&self) -> Vec<&String> {
        let mut unused: Vec<_> = self.files.iter().filter(|(_, lines)| !lines.used).map(|(doc, _)| doc).collect();
        unused.sort();
        unused
    }
}
