//! The way back: cleaned files and the audit make the originals again, byte for byte.
//!
//! The audit is read twice: once to know where the records of each file stand, then file by file. So memory holds one
//! place per changed file, and the records of one document.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::atomic::Draft;
use super::plan::{Destination, plan};
use super::tree::{Item, Step, steps};
use super::{at, io_error, names, rebuild};
use crate::report::{Console, Fate};
use crate::{Error, ErrorKind};

/// What a restoring run did.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Files that were rebuilt.
    pub(crate) restored: u64,
    /// Files without records, copied as they are.
    pub(crate) copied: u64,
    /// Errors, each of which was told.
    pub(crate) failed: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} restored, {} copied as they are", self.restored, self.copied)?;
        if self.failed > 0 {
            write!(f, ", {} failed", self.failed)?;
        }
        Ok(())
    }
}

/// Rebuilds the originals of the file or folder `clean` at `output`.
pub(crate) fn restore(clean: &Path, audit: &Path, output: &Path, console: &Console) -> Result<Tally, Error> {
    let clean_path = clean.to_owned();
    let (roots, missing) = plan(&[clean_path], &Destination::To(output.to_owned()), &[])?;
    if let Some((_, error)) = missing.into_iter().next() {
        return Err(error);
    }
    let mut tally = Tally::default();
    let fail = |error: Error, tally: &mut Tally| {
        tally.failed += 1;
        console.error(&error);
    };
    let mut index = Index::read(audit, |error| fail(error, &mut tally))?;
    let single = roots.first().filter(|root| !root.is_folder);
    let single = single.map(|root| index.doc_of_file(&root.path)).transpose()?;
    for step in steps(&roots) {
        let item = match step {
            Step::File(item) if same_file(&item.input, &index.path) => continue,
            Step::File(item) => Item { doc: single.clone().unwrap_or(item.doc), ..item },
            Step::Told(_, outcome) => {
                match outcome.fate {
                    Fate::Failed(error) => fail(error, &mut tally),
                    _ => console.detail(format_args!("{}: skipped", outcome.place)),
                }
                continue;
            }
        };
        match index.restore(&item) {
            Ok(true) => tally.restored += 1,
            Ok(false) => tally.copied += 1,
            Err(error) => fail(error, &mut tally),
        }
    }
    for doc in index.unused() {
        let place = names::shown(audit);
        let message = format!("has records of {doc}, which is not in {}", names::shown(clean));
        fail(Error::new(ErrorKind::Data, place, message), &mut tally);
    }
    Ok(tally)
}

fn same_file(path: &Path, real: &Path) -> bool {
    path.file_name() == real.file_name() && fs::canonicalize(path).is_ok_and(|path| path == real)
}

/// Where the records of each file stand in the audit.
struct Index {
    path: PathBuf,
    shown: String,
    files: HashMap<String, Records>,
}

#[derive(Debug, Default, Clone)]
struct Records {
    /// Stretches of the audit, in order.
    spans: Vec<Range<u64>>,
    /// Whether the file holds records (JSON Lines).
    is_jsonl: bool,
    used: bool,
}

/// The part of an audit record that says where it belongs.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    doc: Cow<'a, str>,
    record: Option<u64>,
}

fn head(line: &[u8]) -> serde_json::Result<Head<'_>> {
    serde_json::from_slice(line)
}

impl Index {
    /// Reads the audit; lines that are no audit records go to `bad`.
    fn read(path: &Path, mut bad: impl FnMut(Error)) -> Result<Self, Error> {
        let shown = names::shown(path);
        let unreadable = |e: io::Error| io_error(&shown, &e);
        let mut input = BufReader::new(File::open(path).map_err(unreadable)?);
        let mut files: HashMap<String, Records> = HashMap::new();
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
            let records = files.entry(doc).or_default();
            records.is_jsonl |= head.record.is_some();
            match records.spans.last_mut() {
                Some(last) if last.end == span.start => last.end = span.end,
                _ => records.spans.push(span),
            }
        }
        let path = fs::canonicalize(path).map_err(unreadable)?;
        Ok(Index { path, shown, files })
    }

    /// The document that a file named on its own is: the one whose name its path ends with, or the only one there is.
    fn doc_of_file(&self, path: &Path) -> Result<String, Error> {
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

    /// Rebuilds one file; `false`: it had no records.
    fn restore(&mut self, item: &Item) -> Result<bool, Error> {
        let shown = names::shown(&item.input);
        let output = item.output.as_deref().unwrap_or(&item.input);
        let records = self.files.get_mut(&item.doc).map(|records| {
            records.used = true;
            records.clone()
        });
        if same_file(output, &self.path) {
            return Err(Error::new(
                ErrorKind::Usage,
                &self.shown,
                "would be written over by a restored file; choose another -o",
            ));
        }
        let unwritable = |e: io::Error| io_error(names::shown(output), &e);
        let mut clean = File::open(&item.input).map_err(|e| io_error(&shown, &e))?;
        let metadata = clean.metadata().map_err(|e| io_error(&shown, &e))?;
        let mut draft = Draft::new(output, Some(&metadata)).map_err(unwritable)?;
        match &records {
            None => draft.copy(&mut clean).map_err(unwritable)?,
            Some(records) => {
                let lines = self.lines(records.spans.clone())?;
                if records.is_jsonl {
                    self.restore_records(BufReader::new(clean), lines, &shown, &mut draft, unwritable)?;
                } else {
                    let lines: Vec<Vec<u8>> = lines.collect::<Result<_, _>>()?;
                    let mut source = Vec::new();
                    clean.read_to_end(&mut source).map_err(|e| io_error(&shown, &e))?;
                    let original = rebuild::text(&source, &lines).map_err(|e| at(&shown, &e))?;
                    draft.write_all(&original).map_err(unwritable)?;
                }
            }
        }
        draft.ready().and_then(|ready| ready.commit()).map_err(unwritable)?;
        Ok(records.is_some())
    }

    fn restore_records(
        &self,
        mut clean: impl BufRead,
        entries: impl Iterator<Item = Result<Vec<u8>, Error>>,
        shown: &str,
        out: &mut impl Write,
        unwritable: impl Fn(io::Error) -> Error,
    ) -> Result<(), Error> {
        let mut entries =
            entries.map(|line| line.map(|line| (head(&line).ok().and_then(|h| h.record), line))).peekable();
        let mut line = Vec::new();
        let mut number = 0;
        loop {
            line.clear();
            if clean.read_until(b'\n', &mut line).map_err(|e| io_error(shown, &e))? == 0 {
                break;
            }
            number += 1;
            let mut own = Vec::new();
            while let Some(entry) = entries.next_if(|e| !e.as_ref().is_ok_and(|(record, _)| *record != Some(number))) {
                own.push(entry?.1);
            }
            if own.is_empty() {
                out.write_all(&line).map_err(&unwritable)?;
            } else {
                let original =
                    rebuild::record(&line, number, &own).map_err(|e| at(format_args!("{shown}:{number}"), &e))?;
                out.write_all(&original).map_err(&unwritable)?;
            }
        }
        match entries.next() {
            None => Ok(()),
            Some(entry) => {
                let record = entry?.0.unwrap_or_default();
                let message = format!(
                    "{} has removals of record {record} left over: lines are missing here, or its records are not in order",
                    self.shown
                );
                Err(Error::new(ErrorKind::Data, shown, message))
            }
        }
    }

    /// The audit's lines in these stretches.
    fn lines(&self, spans: Vec<Range<u64>>) -> Result<impl Iterator<Item = Result<Vec<u8>, Error>> + use<>, Error> {
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
    fn unused(&self) -> Vec<&String> {
        let mut unused: Vec<_> = self.files.iter().filter(|(_, records)| !records.used).map(|(doc, _)| doc).collect();
        unused.sort();
        unused
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cleaner;
    use crate::io::batches::in_pool;
    use crate::io::ledger::{Books, Ledger};
    use crate::io::tree::Tree;
    use crate::io::walk::{Found, walk};
    use crate::io::{Stop, Worker};

    const PAGE: &str = "A bridge for the ferry town\n\nThe council of the town voted on Monday to build a bridge over \
        the river, after forty years of talks.\n\nAdvertisement\n\nThe ferry will run until the bridge is open, said the \
        mayor, and its crew will be offered other work.\n\nShare this:\n\nLeave a Reply\n";

    fn files_in(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let file = |found| match found {
            Found::File(path) => (path.strip_prefix(folder).unwrap().to_owned(), fs::read(path).unwrap()),
            other => panic!("{other:?}"),
        };
        walk(folder).map(file).collect()
    }

    /// Cleans `input`, over itself without an `output`; returns what is written to the audit.
    fn clean(input: &Path, output: Option<&Path>, audit: &Path) {
        let in_place = output.is_none();
        let destination = output.map_or(Destination::InPlace, |path| Destination::To(path.to_owned()));
        let (roots, _) = plan(&[input.to_owned()], &destination, &[]).unwrap();
        let worker = Worker {
            cleaner: Cleaner::new().unwrap(),
            encoding: None,
            field: "text".to_owned(),
            audit: true,
            diff: None,
        };
        let file = io::BufWriter::new(File::create(audit).unwrap());
        let books = Books { audit: Some(("audit".to_owned(), file)), ..Books::default() };
        let mut ledger = Ledger::new(Console::new(true, false), books);
        let tree = Tree { worker: &worker, format: None, in_place, inputs: Vec::new() };
        let ended: Result<(), Stop> = in_pool(2, || tree.run(&roots, &mut ledger)).unwrap();
        ended.unwrap();
        ledger.close(false).unwrap();
        assert!(ledger.has_removals());
    }

    #[test]
    fn a_tree_there_and_back() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        fs::create_dir_all(at("in/sub#1")).unwrap();
        let escaped = PAGE.replace('\n', "\\n").replace("ferry", "f\\u0065rry\\/");
        let broken = [PAGE.as_bytes(), b"Share this: \xFF\xC3"].concat();
        let utf16: Vec<u8> = "\u{FEFF}".encode_utf16().chain(PAGE.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        for (path, bytes) in [
            ("in/a.txt", PAGE.as_bytes()),
            ("in/crlf", PAGE.replace('\n', "\r\n").as_bytes()),
            ("in/sub#1/.hidden", &broken),
            ("in/sub#1/utf16.txt", &utf16),
            ("in/picture.png", b"\x89PNG\r\n\x1A\n\0\0"),
            ("in/plain.txt", b"Nothing but an article, which is short."),
            (
                "in/sub#1/r.jsonl",
                format!("{{\"id\":\"x#1\", \"text\":\"{escaped}\"}}\r\n\n{{bad\n{{\"text\":\"{escaped}\"}}").as_bytes(),
            ),
        ] {
            fs::write(at(path), bytes).unwrap();
        }
        let originals = files_in(&at("in"));
        let console = Console::new(true, false);

        clean(&at("in"), Some(&at("clean")), &at("audit"));
        assert_eq!(files_in(&at("in")), originals);
        let tally = restore(&at("clean"), &at("audit"), &at("back"), &console).unwrap();
        assert_eq!((tally.restored, tally.copied, tally.failed), (5, 2, 0));
        assert_eq!(files_in(&at("back")), originals);

        clean(&at("in"), None, &at("audit2"));
        assert_eq!(files_in(&at("in")), files_in(&at("clean")));
        assert_eq!(fs::read(at("audit")).unwrap(), fs::read(at("audit2")).unwrap());

        // One file was edited, another one is gone: these fail, and nothing else.
        fs::write(at("clean/a.txt"), "edited").unwrap();
        fs::remove_file(at("clean/crlf")).unwrap();
        let tally = restore(&at("clean"), &at("audit"), &at("back2"), &console).unwrap();
        assert_eq!((tally.restored, tally.copied, tally.failed), (3, 2, 2));
        assert!(!at("back2/a.txt").exists());

        let one = restore(&at("clean/sub#1/utf16.txt"), &at("audit"), &at("one.txt"), &console).unwrap();
        assert_eq!(one.restored, 1);
        assert_eq!(fs::read(at("one.txt")).unwrap(), utf16);
    }
}
