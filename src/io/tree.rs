//! Files and folders to a mirrored tree, or in place: files on all threads, everything told in the order of the
//! walk, memory bounded by one batch of paths and one file per thread.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::atomic::{self, Draft, Ready};
use super::batches::in_order;
use super::compression::{self, Compression, Writer};
use super::conflicts::resolved;
use super::document::{Name, Worker};
use super::format::{self, Format};
use super::output::Output;
use super::plan::Root;
use super::records::{Halt, OnError, Stream, parquet};
use super::resume::Resume;
use super::walk::{Found, walk};
use super::{Ledger, Stop, io_error, names, sniff};
use crate::report::{Fate, Outcome};
use crate::{Error, ErrorKind};

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
    pub(crate) inputs: Vec<PathBuf>,
    /// Whether outputs wait for the audit, the rejects and the report.
    pub(crate) holds_back: bool,
    /// What need not be done.
    pub(crate) resume: Option<Resume>,
}

/// A file of the plan.
#[derive(Debug)]
pub(crate) struct Item {
    /// The file to read.
    pub(crate) input: PathBuf,
    /// The file to write, if any.
    pub(crate) output: Option<PathBuf>,
    /// Its name in audit records.
    pub(crate) doc: String,
}

impl Item {
    /// How the output is compressed, for an input that is compressed like this.
    pub(crate) fn compression(&self, input_is: Compression) -> Compression {
        self.output.as_ref().map_or(input_is, |output| Compression::of_output(output, &self.input, input_is))
    }

    /// The same with the output under the name that says what it holds.
    fn into_jsonl(self) -> Item {
        let rename = |path: PathBuf| format::as_jsonl(&path);
        Item { output: self.output.map(rename), doc: as_jsonl_doc(&self.doc), input: self.input }
    }

    fn shown(&self) -> String {
        names::shown(&self.input)
    }

    fn output_shown(&self) -> String {
        names::shown(self.output.as_deref().unwrap_or(&self.input))
    }
}

/// The next thing of the walk: a file, or what there is to tell instead.
pub(crate) enum Step {
    File(Item),
    Told(String, Outcome),
}

/// The files of the roots, in order.
pub(crate) fn steps(roots: &[Root]) -> impl Iterator<Item = Step> + Send + use<'_> {
    roots.iter().flat_map(|root| -> Box<dyn Iterator<Item = Step> + Send + '_> {
        if !root.is_folder {
            let doc = names::doc_name(&root.doc);
            let item = Item { input: root.path.clone(), output: root.output.clone(), doc };
            return Box::new(std::iter::once(Step::File(item)));
        }
        Box::new(walk(&root.path).map(|found| match found {
            Found::File(input) => {
                let inside = input.strip_prefix(&root.path).unwrap_or(&input);
                let output = root.output.as_ref().map(|output| output.join(inside));
                let doc = names::doc_name(&root.doc.join(inside));
                Step::File(Item { output, doc, input })
            }
            Found::Skipped(path, what) => {
                let inside = path.strip_prefix(&root.path).unwrap_or(&path);
                let doc = names::doc_name(&root.doc.join(inside));
                Step::Told(doc, Outcome::of(Fate::Skipped(what), names::shown(&path), 0))
            }
            Found::Failed(error) => Step::Told(names::doc_name(&root.doc), Outcome::failed(error)),
        }))
    })
}

/// Clears what killed runs left in the folder that the output of this step goes to; `folders`: those on the way to it
/// that were cleared already. Since the walk enters each folder once, so does this.
fn sweep_for(step: &Step, folders: &mut Vec<PathBuf>) {
    let Step::File(Item { output: Some(output), .. }) = step else {
        return;
    };
    let folder = match output.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    while folders.last().is_some_and(|last| !folder.starts_with(last)) {
        folders.pop();
    }
    if folders.last().is_none_or(|last| last != folder) {
        atomic::sweep(folder);
        folders.push(folder.to_owned());
    }
}

/// A file that is cleaned, or at least told about.
struct Done {
    doc: String,
    shown: String,
    outcome: Outcome,
    pending: Option<Pending>,
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
        let named = steps(roots).map(|step| match step {
            Step::File(item) if self.worker.to_jsonl => Step::File(item.into_jsonl()),
            step => step,
        });
        let mut folders = Vec::new();
        let named = named.inspect(move |step| sweep_for(step, &mut folders));
        named.filter(move |step| {
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
            Step::Told(doc, outcome) => Done { doc, shown: outcome.place.clone(), outcome, pending: None },
            Step::File(item) => {
                let cleaned = self.clean_text(&item);
                let (outcome, pending) = cleaned.unwrap_or_else(|error| (Outcome::failed(error), None));
                Done { shown: item.shown(), outcome, pending, doc: item.doc }
            }
        }
    }

    /// Cleans a file that holds one text, or copies it if it holds something else.
    fn clean_text(&self, item: &Item) -> Result<(Outcome, Option<Pending>), Error> {
        let unreadable = |e: io::Error| io_error(item.shown(), &e);
        let unwritable = |e: io::Error| io_error(item.output_shown(), &e);
        let mut file = File::open(&item.input).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        let mut source = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0).min(64 << 20));
        let (input_is, mut input) = compression::reader(&file).map_err(unreadable)?;
        let head = input.by_ref().take(sniff::HEAD as u64).read_to_end(&mut source);
        let is_text = head.is_ok() && self.is_text(&source);
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
        drop(input);
        if self.leaves_out(&outcome) {
            return Ok((outcome, None));
        }
        let changed = !outcome.cuts.is_empty();
        let Some(mut draft) = self.draft(item, &metadata, changed).map_err(unwritable)? else {
            return Ok((outcome, None));
        };
        let pending = if changed {
            write_compressed(draft, item, input_is, &outcome.kept(&source))
        } else {
            file.rewind().map_err(unreadable)?;
            draft.copy(&mut file).map(|()| draft)
        };
        let pending = pending.and_then(|draft| self.settle(item, draft)).map_err(unwritable)?;
        Ok((outcome, pending))
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

    /// Cleans a file of records.
    fn clean_records(&self, item: &Item, ledger: &mut Ledger) -> Result<(), Stop> {
        let shown = item.shown();
        let failed = match self.stream(item, &shown, ledger) {
            Ok(pending) => {
                ledger.end_input(&item.doc, &shown)?;
                return commit(ledger, pending.into_iter().collect());
            }
            Err(Halt::Stop(stop)) => return Err(stop),
            Err(Halt::Read(error) | Halt::Damaged(error)) => error,
            Err(Halt::Write(error)) => io_error(item.output_shown(), &error),
        };
        ledger.enter(&Outcome::failed(failed))?;
        if self.worker.on_error == OnError::Fail {
            return Err(Stop::Told);
        }
        ledger.end_input(&item.doc, &shown)
    }

    fn stream(&self, item: &Item, shown: &str, ledger: &mut Ledger) -> Result<Option<Pending>, Halt> {
        let unreadable = |e: io::Error| Halt::Read(io_error(shown, &e));
        let file = File::open(&item.input).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        let mut draft = self.draft(item, &metadata, true).map_err(Halt::Write)?;
        let names = (item.doc.as_str(), shown);
        if self.format_of(&item.input) == Format::Parquet {
            if self.worker.annotate.is_some() {
                return Err(Halt::Read(not_annotated(shown.to_owned())));
            }
            let input = file.try_clone().map_err(unreadable)?;
            match parquet::clean(self.worker, names, input, draft.as_mut(), ledger) {
                Err(Halt::Read(error)) if self.worker.on_error == OnError::Pass => {
                    ledger.enter(&Outcome::failed(error))?;
                    return self.unchanged(item, file, draft);
                }
                result => result?,
            }
            if !ledger.input_has_changes() {
                return self.unchanged(item, file, draft);
            }
            let ready = draft.map(Draft::ready).transpose().map_err(Halt::Write)?;
            return Ok(ready.map(|ready| Pending { ready, shown: item.output_shown() }));
        }
        let output = draft.map_or(Output::Nothing, Output::File);
        let (input_is, input) = compression::reader(&file).map_err(unreadable)?;
        let output_is = item.compression(input_is);
        let format = self.format_of(&item.input);
        let stream = Stream::new(self.worker, names, format, item.output.as_deref(), output_is);
        let mut output = stream.writer(output).map_err(Halt::Write)?;
        match stream.clean(input, &mut output, ledger) {
            // What could be decompressed is all there is, but the rest of the original may be mended one day.
            Err(Halt::Damaged(error)) if !stream.must_be_whole() && !self.in_place => {
                ledger.enter(&Outcome::failed(error))?;
            }
            result => result?,
        }
        let output = output.finish().map_err(Halt::Write)?;
        let is_same = !ledger.input_has_changes() && !stream.converts() && output_is == input_is;
        match output {
            // Another compressor would write other bytes.
            Output::File(draft) if is_same && (self.in_place || input_is != Compression::None) => {
                self.unchanged(item, file, Some(draft))
            }
            output => {
                let ready = output.ready().map_err(Halt::Write)?;
                Ok(ready.map(|ready| Pending { ready, shown: item.output_shown() }))
            }
        }
    }

    /// The output of a file of records in which nothing changes: the very bytes of the input.
    fn unchanged(&self, item: &Item, mut input: File, draft: Option<Draft>) -> Result<Option<Pending>, Halt> {
        let Some(mut draft) = draft.filter(|_| !self.in_place) else {
            return Ok(None);
        };
        input.rewind().map_err(|e| Halt::Read(io_error(item.shown(), &e)))?;
        draft.replace(&mut input).map_err(Halt::Write)?;
        let ready = draft.ready().map_err(Halt::Write)?;
        Ok(Some(Pending { ready, shown: item.output_shown() }))
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
        // A symlink among the outputs of an earlier run, or to a folder of them.
        let real = resolved(path);
        if self.inputs.iter().any(|input| real.starts_with(input)) {
            return Err(io::Error::other("leads to an input through a link; remove the link, or choose another -o"));
        }
        Draft::new(path, Some(input)).map(Some)
    }
}

/// Tells what was done, then lets the outputs take their places. In this order, a run in place that is killed may
/// have told of a removal that did not happen, but never removed what it has not told.
fn enter(ledger: &mut Ledger, on_error: OnError, done: Vec<Done>) -> Result<(), Stop> {
    let mut pending = Vec::new();
    for Done { doc, shown, outcome, pending: one } in done {
        ledger.enter(&outcome)?;
        if on_error == OnError::Fail && matches!(outcome.fate, Fate::Failed(_)) {
            commit(ledger, pending)?;
            return Err(Stop::Told);
        }
        ledger.end_input(&doc, &shown)?;
        pending.extend(one);
    }
    commit(ledger, pending)
}

fn as_jsonl_doc(doc: &str) -> String {
    // Nothing that is escaped in the name of a document stands in an extension that counts.
    format::as_jsonl(Path::new(doc)).to_str().unwrap_or(doc).to_owned()
}

fn write_compressed(draft: Draft, item: &Item, input_is: Compression, bytes: &[u8]) -> io::Result<Draft> {
    let mut writer = Writer::new(draft, item.compression(input_is))?;
    writer.write_all(bytes)?;
    writer.finish()
}

fn not_annotated(place: String) -> Error {
    let message = "--annotate adds a field, which only JSON Lines have; name a .jsonl file, or use --format jsonl";
    Error::new(ErrorKind::Usage, place, message)
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
