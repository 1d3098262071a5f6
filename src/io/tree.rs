//! Files and folders to a mirrored tree, or in place: files on all threads, everything told in the order of the
//! walk, memory bounded by one batch of paths and one file per thread.

use std::fs::{File, Metadata};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::atomic::{self, Draft, Ready};
use super::batches::in_order;
use super::conflicts::resolved;
use super::document::{Name, Worker};
use super::format::Format;
use super::jsonl::{self, Halt};
use super::plan::Root;
use super::walk::{Found, walk};
use super::{Ledger, Stop, io_error, names, sniff};
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
    pub(crate) inputs: Vec<PathBuf>,
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
            [root] => root.is_folder || self.format_of(&root.path) == Format::Jsonl,
            _ => true,
        }
    }

    /// Cleans all files of the roots, on the threads of the current pool.
    pub(crate) fn run(&self, roots: &[Root], ledger: &mut Ledger) -> Result<(), Stop> {
        if !self.needs_threads(roots) {
            let done = steps(roots).map(|step| self.work(step)).collect();
            return enter(ledger, done);
        }
        let mut folders = Vec::new();
        let mut steps = steps(roots).inspect(|step| sweep_for(step, &mut folders)).peekable();
        let most = if self.worker.audit { BATCH_WAITING } else { BATCH_FILES };
        while steps.peek().is_some() {
            in_order(
                || {
                    let texts = std::iter::from_fn(|| steps.next_if(|step| !self.is_jsonl(step)));
                    let batch: Vec<Step> = texts.take(most).collect();
                    Ok((!batch.is_empty()).then_some(batch))
                },
                |step| self.work(step),
                |done| enter(ledger, done),
            )?;
            // A file of records keeps all threads busy on its own.
            if let Some(Step::File(item)) = steps.next_if(|step| self.is_jsonl(step)) {
                self.clean_records(&item, ledger)?;
            }
        }
        Ok(())
    }

    fn format_of(&self, path: &Path) -> Format {
        self.format.unwrap_or_else(|| Format::of(path))
    }

    fn is_jsonl(&self, step: &Step) -> bool {
        matches!(step, Step::File(item) if self.format_of(&item.input) == Format::Jsonl)
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
        (&file).take(sniff::HEAD as u64).read_to_end(&mut source).map_err(unreadable)?;
        if !self.is_text(&source) {
            let draft = self.draft(item, &metadata, false).map_err(unwritable)?;
            let pending = draft.map(|mut draft| {
                draft.write_all(&source)?;
                draft.copy(&mut file)?;
                self.settle(item, draft)
            });
            let pending = pending.transpose().map_err(unwritable)?.flatten();
            return Ok((Outcome::of(Fate::NotText, item.shown(), 0), pending));
        }
        file.read_to_end(&mut source).map_err(unreadable)?;
        let outcome = self.worker.clean_file(Name { doc: &item.doc, shown: &item.shown(), record: None }, &source);
        let draft = self.draft(item, &metadata, !outcome.cuts.is_empty()).map_err(unwritable)?;
        let pending = draft.map(|mut draft| {
            draft.write_all(&outcome.kept(&source))?;
            self.settle(item, draft)
        });
        Ok((outcome, pending.transpose().map_err(unwritable)?.flatten()))
    }

    /// Puts an output in its place, or keeps it back where the audit has to be safe before.
    fn settle(&self, item: &Item, draft: Draft) -> io::Result<Option<Pending>> {
        let ready = draft.ready()?;
        if self.worker.audit {
            return Ok(Some(Pending { ready, shown: item.output_shown() }));
        }
        ready.commit()?;
        Ok(None)
    }

    /// Cleans a file of records.
    fn clean_records(&self, item: &Item, ledger: &mut Ledger) -> Result<(), Stop> {
        let shown = item.shown();
        let result = self.stream(item, &shown, ledger);
        let error = match result {
            Ok(pending) => {
                let pending = pending.filter(|_| !self.in_place || ledger.input_has_removals());
                ledger.end_input(&item.doc, &shown)?;
                return commit(ledger, pending.into_iter().collect());
            }
            Err(Halt::Stop(stop)) => return Err(stop),
            Err(Halt::Read(error)) => io_error(&shown, &error),
            Err(Halt::Write(error)) => io_error(item.output_shown(), &error),
        };
        ledger.enter(&Outcome::failed(error))?;
        ledger.end_input(&item.doc, &shown)
    }

    fn stream(&self, item: &Item, shown: &str, ledger: &mut Ledger) -> Result<Option<Pending>, Halt> {
        let file = File::open(&item.input).map_err(Halt::Read)?;
        let metadata = file.metadata().map_err(Halt::Read)?;
        let input = BufReader::with_capacity(1 << 18, file);
        let names = (item.doc.as_str(), shown);
        match self.draft(item, &metadata, true).map_err(Halt::Write)? {
            None => jsonl::clean(self.worker, names, input, &mut io::sink(), ledger).map(|()| None),
            Some(mut draft) => {
                jsonl::clean(self.worker, names, input, &mut draft, ledger)?;
                Ok(Some(Pending { ready: draft.ready().map_err(Halt::Write)?, shown: item.output_shown() }))
            }
        }
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
fn enter(ledger: &mut Ledger, done: Vec<Done>) -> Result<(), Stop> {
    let mut pending = Vec::new();
    for Done { doc, shown, outcome, pending: one } in done {
        ledger.enter(&outcome)?;
        ledger.end_input(&doc, &shown)?;
        pending.extend(one);
    }
    commit(ledger, pending)
}

fn commit(ledger: &mut Ledger, pending: Vec<Pending>) -> Result<(), Stop> {
    ledger.secure_audit()?;
    for Pending { ready, shown } in pending {
        if let Err(error) = ready.commit() {
            ledger.mishap(&io_error(shown, &error));
        }
    }
    Ok(())
}
