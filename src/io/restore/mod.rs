//! The way back: cleaned files and the audit make the originals again, byte for byte.
//!
//! - [`index`]: where the audit speaks of which file
//! - [`rebuild`]: one document or record, put together again and verified
//! - [`records`]: a stream of them

pub(crate) mod index;
pub(crate) mod rebuild;
pub(crate) mod records;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use index::{Index, Lines};

use super::atomic::Draft;
use super::compression::{self, Compression, Writer};
use super::conflicts::resolved;
use super::format::Format;
use super::plan::{Destination, plan};
use super::records::json::Field;
use super::records::{jsonl, parquet, wet};
use super::tree::{Item, Step, steps};
use super::{at, io_error, names};
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
    let (roots, missing) = plan(&[clean_path], &Destination::To(output.to_owned()), &[], false)?;
    if let Some((_, error)) = missing.into_iter().next() {
        return Err(error);
    }
    let clean_root = resolved(clean);
    let mut tally = Tally::default();
    let fail = |error: Error, tally: &mut Tally| {
        tally.failed += 1;
        console.error(&error);
    };
    let mut index = Index::read(audit, |error| fail(error, &mut tally))?;
    let single = roots.first().filter(|root| !root.is_folder);
    let single = single.map(|root| index.doc_of_file(&root.path)).transpose()?;
    for step in steps(&roots, false) {
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
        match restore_file(&mut index, &item, &clean_root) {
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

/// Rebuilds one file; `false`: the audit does not speak of it.
fn restore_file(index: &mut Index, item: &Item, clean_root: &Path) -> Result<bool, Error> {
    let shown = names::shown(&item.input);
    let output = item.output.as_deref().unwrap_or(&item.input);
    let lines = index.take(&item.doc);
    if same_file(output, &index.path) {
        let message = "would be written over by a restored file; choose another -o";
        return Err(Error::new(ErrorKind::Usage, &index.shown, message));
    }
    if item.output.is_some() && resolved(output).starts_with(clean_root) {
        let message = "leads to a cleaned file through a link; remove the link, or choose another -o";
        return Err(Error::new(ErrorKind::Usage, names::shown(output), message));
    }
    let unwritable = |e: io::Error| io_error(names::shown(output), &e);
    let mut clean = File::open(&item.input).map_err(|e| io_error(&shown, &e))?;
    let metadata = clean.metadata().map_err(|e| io_error(&shown, &e))?;
    let mut draft = Draft::new(output, Some(&metadata)).map_err(unwritable)?;
    match &lines {
        None => draft.copy(&mut clean).map_err(unwritable)?,
        Some(lines) => draft = rebuild_file(index, item, lines, clean, draft)?,
    }
    draft.ready().and_then(|ready| ready.commit()).map_err(unwritable)?;
    Ok(lines.is_some())
}

fn rebuild_file(index: &Index, item: &Item, lines: &Lines, clean: File, draft: Draft) -> Result<Draft, Error> {
    let shown = names::shown(&item.input);
    let unreadable = |e: io::Error| io_error(&shown, &e);
    let unwritable = |e: io::Error| io_error(names::shown(item.output.as_deref().unwrap_or(&item.input)), &e);
    let entries = index.lines(lines.spans.clone())?;
    if lines.format == Some(Format::Parquet) {
        let output_shown = names::shown(item.output.as_deref().unwrap_or(&item.input));
        let (mut draft, mut entries) = (draft, entries.peekable());
        let column = match entries.peek() {
            Some(Ok(line)) => index::field(line),
            _ => None,
        };
        let entries = entries.map(|line| line.map(|line| (index::record(&line), line)));
        let column = Field::new(column.as_deref().unwrap_or("text"));
        parquet::restore((&shown, &output_shown), clean, &column, entries, &mut draft)?;
        return Ok(draft);
    }
    let (input_is, mut clean) = compression::reader(clean).map_err(unreadable)?;
    let output_is = item.compression(input_is);
    let has_members = lines.format == Some(Format::Wet) && output_is == Compression::Gzip;
    let compression = if has_members { Compression::None } else { output_is };
    let mut out = Writer::new(draft, compression).map_err(unwritable)?;
    match lines.format {
        Some(Format::Jsonl) => {
            records::restore(jsonl::Lines::new(clean), entries, (&index.shown, &shown), |unit| {
                out.write_all(&unit).map_err(unwritable)
            })?;
        }
        Some(Format::Wet) => {
            records::restore(wet::Reader::new(clean), entries, (&index.shown, &shown), |unit| {
                let unit = if has_members { wet::member(&unit) } else { unit };
                out.write_all(&unit).map_err(unwritable)
            })?;
        }
        _ => {
            let entries: Vec<Vec<u8>> = entries.collect::<Result<_, _>>()?;
            let mut source = Vec::new();
            clean.read_to_end(&mut source).map_err(unreadable)?;
            let original = rebuild::text(&source, &entries).map_err(|e| at(&shown, &e))?;
            out.write_all(&original).map_err(unwritable)?;
        }
    }
    out.finish().map_err(unwritable)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::PathBuf;

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
        let (roots, _) = plan(&[input.to_owned()], &destination, &[], false).unwrap();
        let worker = Worker { audit: true, ..Worker::new(Cleaner::new().unwrap()) };
        let file = io::BufWriter::new(File::create(audit).unwrap());
        let books = Books { audit: Some(("audit".to_owned(), file)), ..Books::default() };
        let mut ledger = Ledger::new(Console::new(true, false), books);
        let tree = Tree {
            worker: &worker,
            format: None,
            in_place,
            inputs: HashSet::new(),
            holds_back: true,
            resume: None,
            real_folder: Default::default(),
        };
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
