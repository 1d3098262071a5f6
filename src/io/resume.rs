//! `--resume`: what an earlier run has done is not done again, and what it has told stays told.
//!
//! An output takes its name only when the audit and the report have everything about it ([`Ledger::secure`]). So an
//! output that is there, and newer than its input, is done. What the audit and the report say of others was written
//! too early: these are done again, and what was said of them is taken out before.
//!
//! What a run has done so far is its *progress*: the report as it grows, under the name [`atomic::partial`]. A run with an
//! audit and no report has one under the name of the audit, which is deleted at the end.
//!
//! [`Ledger::secure`]: super::Ledger::secure

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use super::atomic::{self, Draft};
use super::format::before_jsonl;
use super::plan::Root;
use super::restore::index::head;
use super::tree::Item;
use super::{io_error, names};
use crate::report::audit::{Entry, LEFT_OUT, REJECTED};
use crate::report::summary::{Report, Reported, Totals};
use crate::{Error, ErrorKind};

/// What is done.
#[derive(Debug)]
pub(crate) struct Resume {
    /// Whether the earlier run had an audit, if there is to be one.
    has_audit: bool,
    /// The inputs that the earlier run has entered in its progress, if it has one: hashes of their names,
    /// since there may be millions. Other outputs may be there, but of a run before that.
    entered: Option<HashSet<u64>>,
    roots: Vec<Root>,
    to_jsonl: bool,
}

impl Resume {
    /// What an earlier run with the same arguments has done of the roots. Takes what it has told of the rest out of the
    /// `audit` and the `report`, and makes the `rejects` anew from the audit; the totals are those of what is left.
    pub(crate) fn new(
        roots: &[Root],
        audit: Option<&Path>,
        report: Option<&Path>,
        rejects: Option<&Path>,
        to_jsonl: bool,
    ) -> Result<(Self, Totals), Error> {
        let has_audit = audit.is_none_or(Path::exists);
        let mut resume = Resume { has_audit, entered: None, roots: roots.to_vec(), to_jsonl };
        let mut totals = Totals::default();
        for path in [audit, report, rejects].into_iter().flatten() {
            if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
                let message = "is no file, so it cannot have what an earlier run has told; name the file of that run";
                return Err(Error::new(ErrorKind::Usage, names::shown(path), message));
            }
        }
        for folder in [audit, report].into_iter().flatten().filter_map(Path::parent) {
            // These are written anew below, and an earlier attempt may have been killed at it.
            atomic::sweep(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
        }
        let within = |path: &Path, error: &io::Error| io_error(names::shown(path), error);
        if let Some(path) = report.or(audit) {
            let mut entered = HashSet::new();
            let is_there = resume.keep_progress(path, report, &mut totals, &mut entered);
            let is_there = is_there.map_err(|e| within(path, &e))?;
            // The progress of a run without a report goes with its end; then all is done.
            resume.entered = Some(entered).filter(|_| is_there || report.is_some());
        }
        if let Some(path) = audit {
            resume.keep_audit(path, rejects).map_err(|e| within(path, &e))?;
        }
        Ok((resume, totals))
    }

    /// How many inputs the progress has already.
    pub(crate) fn entered(&self) -> u64 {
        self.entered.as_ref().map_or(0, |docs| docs.len() as u64)
    }

    /// Whether there is nothing left to do for a file.
    pub(crate) fn is_done(&self, item: &Item) -> bool {
        let is_entered = self.entered.as_ref().is_none_or(|docs| docs.contains(&hash(&item.doc)));
        self.has_audit && is_entered && item.output.as_ref().is_some_and(|output| is_newer(output, &item.input))
    }

    /// Whether what was told of a file, by its name in the audit, stays: it is done, or its output is there and nothing
    /// can be done about it, since there is no such input any more.
    fn stays(&self, doc: &str) -> bool {
        let Some(path) = names::path_of(doc) else { return true };
        self.roots.iter().any(|root| {
            let (Ok(inside), Some(output)) = (path.strip_prefix(&root.doc), &root.output) else { return false };
            let below = |folder: &Path| if root.is_folder { folder.join(inside) } else { folder.to_owned() };
            let (input, output) = (below(&root.path), below(output));
            let before = if self.to_jsonl { before_jsonl(&input) } else { input.clone() };
            let inputs = [before, input];
            let is_gone = output.exists() && inputs.iter().all(|input| !input.exists());
            is_gone
                || inputs
                    .into_iter()
                    .any(|input| self.is_done(&Item { input, output: Some(output.clone()), doc: doc.to_owned() }))
        })
    }

    /// Whether the earlier run has left its progress, or a report.
    fn keep_progress(
        &self,
        path: &Path,
        report: Option<&Path>,
        totals: &mut Totals,
        docs: &mut HashSet<u64>,
    ) -> io::Result<bool> {
        let partial = atomic::partial(path);
        if !atomic::is_begun(&partial)? {
            return Err(atomic::foreign(&partial));
        }
        let old = match (open(&partial)?, report) {
            (None, Some(report)) => open(report)?,
            (old, _) => old,
        };
        let Some(old) = old else {
            return Ok(false);
        };
        let mut kept = Report::new(BufWriter::new(Draft::new(&partial, None)?));
        each_line(old, |line| {
            if let Some(input) = Reported::in_line(line).filter(|input| input.written && self.stays(&input.doc)) {
                kept.input(&input.doc, true, &input.totals)?;
                totals.merge(&input.totals);
                docs.insert(hash(&input.doc));
            }
            Ok(())
        })?;
        kept.into_inner().into_inner().map_err(|e| e.into_error())?.ready()?.commit()?;
        Ok(true)
    }

    fn keep_audit(&self, path: &Path, rejects: Option<&Path>) -> io::Result<()> {
        let mut rejects = rejects.map(|path| File::create(path).map(BufWriter::new)).transpose()?;
        let Some(old) = open(path)? else {
            return Ok(());
        };
        let mut kept = BufWriter::new(Draft::new(path, Some(&fs::metadata(path)?))?);
        // Lines of one document follow each other.
        let mut last = (String::new(), false);
        each_line(old, |line| {
            let Some(head) = head(line).ok().filter(|_| line.ends_with(b"\n")) else {
                return Ok(());
            };
            if head.doc != last.0 {
                let doc = if head.record.is_some() { names::file_of_record(&head.doc) } else { head.doc.to_string() };
                last = (head.doc.to_string(), self.stays(&doc));
            }
            if !last.1 {
                return Ok(());
            }
            if let Some(rejects) = rejects.as_mut().filter(|_| [REJECTED, LEFT_OUT].contains(&&*head.label)) {
                let entry: Entry<'_> = serde_json::from_slice(line)?;
                rejects.write_all(&entry.removed().unwrap_or_default())?;
            }
            kept.write_all(line)
        })?;
        rejects.map_or(Ok(()), |mut rejects| rejects.flush())?;
        kept.into_inner().map_err(|e| e.into_error())?.ready()?.commit()
    }
}

/// Newer in the strict sense: of two files with the same time either may be the older one.
fn is_newer(output: &Path, input: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path).ok().filter(fs::Metadata::is_file).and_then(|m| m.modified().ok());
    matches!((time(output), time(input)), (Some(output), Some(input)) if output > input)
}

fn hash(doc: &str) -> u64 {
    siphasher::sip::SipHasher13::new().hash(doc.as_bytes())
}

fn open(path: &Path) -> io::Result<Option<BufReader<File>>> {
    match File::open(path) {
        Ok(file) => Ok(Some(BufReader::new(file))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn each_line(mut input: impl BufRead, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        take(&line)?;
        line.clear();
    }
    Ok(())
}
