//! Files and folders to a mirrored tree, or in place: files on all threads, everything told in the order of the
//! walk, memory bounded by one batch of paths and one file per thread.
//!
//! - [`steps`]: the walk; [`records`]: a file of records. Here: the run, and files that hold one text

mod records;
mod steps;

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Cursor, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use encoding_rs::{UTF_16BE, UTF_16LE};
use steps::sweep_for;
pub(crate) use steps::{Item, Step, steps};

use super::atomic::{Draft, Ready};
use super::batches::in_order;
use super::compression::{self, Compression, Writer};
use super::conflicts::resolved;
use super::document::{Name, Worker};
use super::format::Format;
use super::plan::Root;
use super::records::{OnError, not_annotated};
use super::resume::Resume;
use super::{Ledger, Stop, io_error, sniff};
use crate::Error;
use crate::report::{Fate, Outcome};

/// How many files are handed to the threads at once.
const BATCH_FILES: usize = 1024;
/// The same where outputs wait for the audit. They stay open, two batches of them; some systems allow no more than 256
/// open files.
const BATCH_WAITING: usize = 96;

/// A run over files and folders.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    /// Cleans a document.
    pub(crate) worker: &'a Worker,
    /// What all files hold; `None`: what their names say.
    pub(crate) format: Option<Format>,
    /// Whether the outputs are the inputs: what does not change is not written then, and the audit comes first.
    pub(crate) in_place: bool,
    /// The real paths of the inputs, which only a run in place may write to.
    pub(crate) inputs: HashSet<PathBuf>,
    /// Whether outputs wait for the audit, the rejects and the report.
    pub(crate) holds_back: bool,
    /// What need not be done.
    pub(crate) resume: Option<Resume>,
    /// The folder of the last output, and its real path: finding that out takes a system call for each part of it.
    pub(crate) real_folder: Mutex<(PathBuf, PathBuf)>,
}

/// A file that is cleaned, or at least told about.
struct Done {
    doc: String,
    shown: String,
    outcome: Outcome,
    pending: Option<Pending>,
    /// The bytes of a text that is left out.
    rejected: Option<Vec<u8>>,
    /// Whether an output should be there and is not.
    is_missing: bool,
}

impl Done {
    fn told(doc: String, shown: String, outcome: Outcome) -> Self {
        Done { doc, shown, outcome, pending: None, rejected: None, is_missing: false }
    }
}

/// An output that is written, but not yet in its place.
struct Pending {
    ready: Ready,
    shown: String,
}

impl Tree<'_> {
    /// Whether there is more to do than one text; starting threads takes longer than that.
    pub(crate) fn needs_threads(&self, roots: &[Root]) -> bool {
        match roots {
            [] => false,
            [root] => root.is_folder || self.format_of(&root.path).has_records(),
            _ => true,
        }
    }

    /// Cleans all files of the roots, on the threads of the current pool.
    pub(crate) fn run(&self, roots: &[Root], ledger: &mut Ledger) -> Result<(), Stop> {
        if !self.needs_threads(roots) {
            let steps = self.steps(roots, ledger);
            let done = steps.map(|step| self.work(step)).collect();
            return enter(ledger, self.worker.on_error, done);
        }
        let mut steps = self.steps(roots, ledger).peekable();
        let most = if self.holds_back { BATCH_WAITING } else { BATCH_FILES };
        while steps.peek().is_some() {
            in_order(
                || {
                    let texts = std::iter::from_fn(|| steps.next_if(|step| !self.has_records(step)));
                    let batch: Vec<Step> = texts.take(most).collect();
                    Ok((!batch.is_empty()).then_some(batch))
                },
                |step| self.work(step),
                |done| enter(ledger, self.worker.on_error, done),
            )?;
            // A file of records keeps all threads busy on its own.
            if let Some(Step::File(item)) = steps.next_if(|step| self.has_records(step)) {
                self.clean_records(&item, ledger)?;
            }
        }
        Ok(())
    }

    /// The steps that are still to be done.
    fn steps<'r>(&'r self, roots: &'r [Root], ledger: &Ledger) -> impl Iterator<Item = Step> + Send + use<'r> {
        let done_before = ledger.done_before();
        let mut folders = Vec::new();
        let steps = steps(roots, self.worker.to_jsonl).inspect(move |step| sweep_for(step, &mut folders));
        steps.filter(move |step| {
            let is_done = matches!((step, &self.resume), (Step::File(item), Some(resume)) if resume.is_done(item));
            done_before.fetch_add(u64::from(is_done), Ordering::Relaxed);
            !is_done
        })
    }

    fn format_of(&self, path: &Path) -> Format {
        self.format.unwrap_or_else(|| Format::of(path))
    }

    fn has_records(&self, step: &Step) -> bool {
        matches!(step, Step::File(item) if self.format_of(&item.input).has_records())
    }

    fn work(&self, step: Step) -> Done {
        match step {
            Step::Told(doc, outcome) => Done::told(doc, outcome.place.clone(), outcome),
            Step::File(item) => {
                let cleaned = self.clean_text(&item);
                cleaned.unwrap_or_else(|error| Done {
                    is_missing: item.output.is_some(),
                    ..Done::told(item.doc.clone(), item.shown(), Outcome::failed(error))
                })
            }
        }
    }

    /// Cleans a file that holds one text, or copies it if it holds something else.
    fn clean_text(&self, item: &Item) -> Result<Done, Error> {
        let unreadable = |e: io::Error| io_error(item.shown(), &e);
        let unwritable = |e: io::Error| io_error(item.output_shown(), &e);
        let mut file = File::open(&item.input).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        // One byte more than there is: then a read that finds the end needs no second one.
        let size = usize::try_from(metadata.len()).unwrap_or(0).min(64 << 20);
        let mut head = Vec::with_capacity(size + 1);
        (&file).take(sniff::HEAD as u64).read_to_end(&mut head).map_err(unreadable)?;
        let input_is = Compression::of_head(&head);
        let mut is_readable = true;
        let (mut source, mut input): (Vec<u8>, Box<dyn Read + '_>) = match input_is {
            // Less than was asked for: there is no more.
            Compression::None if head.len() < sniff::HEAD => (head, Box::new(io::empty())),
            Compression::None => (head, Box::new(&file)),
            _ => {
                let (_, mut input) = compression::reader(Cursor::new(head).chain(&file)).map_err(unreadable)?;
                let mut head = Vec::new();
                is_readable = input.by_ref().take(sniff::HEAD as u64).read_to_end(&mut head).is_ok();
                (head, input)
            }
        };
        let is_text = is_readable && self.is_text(&source);
        let outcome = if is_text {
            if self.worker.annotate.is_some() {
                return Err(not_annotated(item.shown()));
            }
            let name = Name { doc: &item.doc, shown: &item.shown(), record: None };
            match input.read_to_end(&mut source) {
                Ok(_) => self.worker.clean_file(name, &source),
                Err(error) => Outcome::failed(unreadable(error)),
            }
        } else {
            Outcome::of(Fate::NotText, item.shown(), 0)
        };
        let mut done = Done::told(item.doc.clone(), item.shown(), outcome);
        let outcome = &done.outcome;
        if self.leaves_out(outcome) {
            done.is_missing = !self.in_place;
            done.rejected = Some(source).filter(|_| !self.in_place);
            return Ok(done);
        }
        let changed = !outcome.cuts.is_empty();
        let Some(mut draft) = self.draft(item, &metadata, changed).map_err(unwritable)? else {
            return Ok(done);
        };
        let output_is = item.compression(input_is);
        // What is not in memory as it was: another compressor would write other bytes, and the rest was not read.
        let as_it_is = (!is_text || input_is != Compression::None) && !changed && output_is == input_is;
        let written = if as_it_is && metadata.is_file() {
            drop(input);
            file.rewind().map_err(unreadable)?;
            draft.copy(&mut file).map(|()| draft)
        } else {
            Writer::new(draft, output_is).and_then(|mut writer| {
                writer.write_all(&outcome.kept(&source))?;
                io::copy(&mut input, &mut writer)?;
                writer.finish()
            })
        };
        done.pending = written.and_then(|draft| self.settle(item, draft)).map_err(unwritable)?;
        Ok(done)
    }

    /// Whether a document is not to be written because it failed.
    fn leaves_out(&self, outcome: &Outcome) -> bool {
        matches!(outcome.fate, Fate::Failed(_)) && self.worker.on_error != OnError::Pass
    }

    /// Puts an output in its place, or keeps it back where the audit has to be safe before.
    fn settle(&self, item: &Item, draft: Draft) -> io::Result<Option<Pending>> {
        let ready = draft.ready()?;
        if self.holds_back {
            return Ok(Some(Pending { ready, shown: item.output_shown() }));
        }
        ready.commit()?;
        Ok(None)
    }

    fn is_text(&self, head: &[u8]) -> bool {
        // UTF-16 without a mark looks like anything but text; whoever asks for it knows.
        let utf16 = [UTF_16LE, UTF_16BE].map(Some).contains(&self.worker.encoding);
        utf16 || sniff::is_text(head)
    }

    /// The output, if there is one to write.
    fn draft(&self, item: &Item, input: &Metadata, changed: bool) -> io::Result<Option<Draft>> {
        let Some(path) = item.output.as_ref().filter(|_| changed || !self.in_place) else {
            return Ok(None);
        };
        if self.in_place {
            return Ok(Some(Draft::new(path, Some(input))?.replacing(input)));
        }
        if self.leads_to_input(path) {
            return Err(io::Error::other("leads to an input through a link; remove the link, or choose another -o"));
        }
        Draft::new(path, Some(input)).map(Some)
    }

    /// Whether an output is an input, by way of a symlink among the outputs of an earlier run or to a folder of them.
    fn leads_to_input(&self, output: &Path) -> bool {
        let is_input = |real: &Path| real.ancestors().any(|path| self.inputs.contains(path));
        let (Some(folder), Some(name)) = (output.parent(), output.file_name()) else {
            return is_input(&resolved(output));
        };
        if fs::symlink_metadata(output).is_ok_and(|found| found.is_symlink()) {
            return is_input(&resolved(output));
        }
        let mut known = self.real_folder.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != folder {
            *known = (folder.to_owned(), resolved(folder));
        }
        is_input(&known.1.join(name))
    }
}

/// Tells what was done, then lets the outputs take their places. In this order, a run in place that is killed may
/// have told of a removal that did not happen, but never removed what it has not told.
fn enter(ledger: &mut Ledger, on_error: OnError, done: Vec<Done>) -> Result<(), Stop> {
    let mut pending = Vec::new();
    for Done { doc, shown, outcome, pending: one, rejected, is_missing } in done {
        ledger.enter(&outcome)?;
        if on_error == OnError::Fail && matches!(outcome.fate, Fate::Failed(_)) {
            commit(ledger, pending)?;
            return Err(Stop::Told);
        }
        if let Some(bytes) = rejected {
            ledger.reject(&bytes, &[], true)?;
        }
        if is_missing {
            ledger.end_without_output(&doc, &shown)?;
        } else {
            ledger.end_input(&doc, &shown)?;
        }
        pending.extend(one);
    }
    commit(ledger, pending)
}

fn commit(ledger: &mut Ledger, pending: Vec<Pending>) -> Result<(), Stop> {
    ledger.secure()?;
    for Pending { ready, shown } in pending {
        if let Err(error) = ready.commit() {
            ledger.mishap(&io_error(shown, &error));
        }
    }
    Ok(())
}
