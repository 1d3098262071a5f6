//! The book of a run: every outcome is entered here, in the order of the inputs, and goes from here into the audit,
//! the report, the diff, the messages and the exit status.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::atomic::Draft;
use super::{Stop, io_error};
use crate::report::summary::{Report, Totals, count};
use crate::report::{Console, Fate, Outcome};
use crate::{Error, ErrorKind};

/// Where a ledger writes; what is `None` is not wanted.
#[derive(Default)]
pub(crate) struct Books {
    /// The audit and its name.
    pub(crate) audit: Option<(String, BufWriter<File>)>,
    /// Where rejected records go, and its name.
    pub(crate) rejects: Option<(String, BufWriter<File>)>,
    /// The report and its name.
    pub(crate) report: Option<(String, Report<BufWriter<Draft>>)>,
    /// Whether the report is only the progress of the run, and goes with its end.
    pub(crate) drops_report: bool,
    /// Where diffs go.
    pub(crate) diff: Option<Box<dyn Write + Send>>,
    /// The totals of an earlier run that this one continues.
    pub(crate) done_before: Totals,
    /// Whether records get a field with their removals.
    pub(crate) annotates: bool,
    /// Whether no document is written.
    pub(crate) dry_run: bool,
    /// Whether the inputs that would change are listed.
    pub(crate) list: bool,
}

/// The book of a run.
pub(crate) struct Ledger {
    console: Console,
    books: Books,
    totals: Totals,
    input: Totals,
    /// Files that an earlier run has done.
    done_before: Arc<AtomicU64>,
    /// Failures that are not a document's: an audit that cannot be read, say.
    mishaps: u64,
}

impl Ledger {
    /// A new book.
    pub(crate) fn new(console: Console, mut books: Books) -> Self {
        let totals = std::mem::take(&mut books.done_before);
        Ledger { console, books, totals, input: Totals::default(), done_before: Arc::default(), mishaps: 0 }
    }

    /// The count of files that an earlier run has done.
    pub(crate) fn done_before(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.done_before)
    }

    /// Messages to the user.
    pub(crate) fn console(&self) -> &Console {
        &self.console
    }

    /// The same, to change how they are shown.
    pub(crate) fn console_mut(&mut self) -> &mut Console {
        &mut self.console
    }

    /// Enters a document.
    pub(crate) fn enter(&mut self, outcome: &Outcome) -> Result<(), Stop> {
        self.totals.add(outcome);
        self.input.add(outcome);
        if let Some((name, audit)) = &mut self.books.audit {
            audit.write_all(&outcome.audit).map_err(|e| unwritable(name, &e))?;
        }
        if let Some(diff) = &mut self.books.diff {
            diff.write_all(&outcome.diff).map_err(|e| Stop::stdout(&e))?;
        }
        self.tell(outcome);
        self.console.progress();
        Ok(())
    }

    /// Takes a record that is left out of the output, or more of it, and its audit record.
    pub(crate) fn reject(&mut self, bytes: &[u8], audit_record: &[u8], is_new: bool) -> Result<(), Stop> {
        self.input.counts.rejected += u64::from(is_new);
        self.totals.counts.rejected += u64::from(is_new);
        if let Some((name, rejects)) = &mut self.books.rejects {
            rejects.write_all(bytes).map_err(|e| unwritable(name, &e))?;
        }
        if let Some((name, audit)) = &mut self.books.audit {
            audit.write_all(audit_record).map_err(|e| unwritable(name, &e))?;
        }
        Ok(())
    }

    fn tell(&self, outcome: &Outcome) {
        let place = &outcome.place;
        match &outcome.fate {
            Fate::Unchanged => {}
            Fate::Failed(error) => self.console.error(error),
            Fate::Cleaned if self.console.is_verbose() => {
                let verb = if self.books.dry_run { "would clean" } else { "cleaned" };
                let (removals, bytes) = (count(outcome.cuts.len() as u64, "removal"), outcome.removed_bytes());
                self.console.detail(format_args!("{verb} {place}: {removals}, {bytes} of {} bytes", outcome.size));
            }
            Fate::Cleaned => {}
            Fate::OverBudget => self.console.detail(format_args!("{place}: over the removal budget; left as it is")),
            Fate::NoContent => {
                self.console.detail(format_args!("{place}: a whole page without content; left as it is"));
            }
            Fate::Unsettled => self.console.detail(format_args!("{place}: removals do not settle; left as it is")),
            Fate::NotText => self.console.detail(format_args!("{place}: not text; left as it is")),
            Fate::Skipped(what) => self.console.detail(format_args!("{place}: {what}; skipped")),
        }
    }

    /// Ends an input: `doc` is its name in the report, `shown` its name in messages.
    pub(crate) fn end_input(&mut self, doc: &str, shown: &str) -> Result<(), Stop> {
        self.end(doc, shown, true)
    }

    /// The same for one whose output should be there and is not.
    pub(crate) fn end_without_output(&mut self, doc: &str, shown: &str) -> Result<(), Stop> {
        self.end(doc, shown, false)
    }

    fn end(&mut self, doc: &str, shown: &str, written: bool) -> Result<(), Stop> {
        let totals = std::mem::take(&mut self.input);
        let counts = &totals.counts;
        if self.books.list && counts.cleaned > 0 && !self.console.is_verbose() {
            let removed = counts.bytes_in - counts.bytes_out;
            let removals = count(counts.removals, "removal");
            let records = match counts.documents {
                1 => String::new(),
                all => format!("{} of {all} records, ", counts.cleaned),
            };
            self.console
                .say(format_args!("would clean {shown}: {records}{removals}, {removed} of {} bytes", counts.bytes_in));
        }
        if let Some((name, report)) = &mut self.books.report {
            report.input(doc, written, &totals).map_err(|e| unwritable(name, &e))?;
        }
        Ok(())
    }

    /// Whether the result of the input that was not ended yet is another one than the input.
    pub(crate) fn input_has_changes(&self) -> bool {
        let counts = &self.input.counts;
        counts.removals > 0 || counts.rejected > 0 || self.books.annotates
    }

    /// Tells an error that is not a document's outcome; the run goes on, the exit status will be 2.
    pub(crate) fn mishap(&mut self, error: &Error) {
        self.mishaps += 1;
        self.console.error(error);
    }

    /// Whether an output has to wait until something else is written.
    pub(crate) fn comes_first(&self) -> bool {
        self.books.audit.is_some() || self.books.rejects.is_some() || self.books.report.is_some()
    }

    /// Brings the audit, the rejects and the report so far to where they survive the end of this process: to be called
    /// before an output takes its name.
    pub(crate) fn secure(&mut self) -> Result<(), Stop> {
        for (name, file) in self.books.audit.iter_mut().chain(&mut self.books.rejects) {
            file.flush().map_err(|e| unwritable(name, &e))?;
        }
        if let Some((name, report)) = &mut self.books.report {
            report.flush().map_err(|e| unwritable(name, &e))?;
        }
        Ok(())
    }

    /// Writes what is still to be written; the summary too, if wanted.
    pub(crate) fn close(&mut self, summary: bool) -> Result<(), Stop> {
        self.console.end_progress();
        self.secure()?;
        if let Some(diff) = &mut self.books.diff {
            diff.flush().map_err(|e| Stop::stdout(&e))?;
        }
        if let Some((name, report)) = self.books.report.take() {
            let drops = self.books.drops_report;
            let out = if drops { Ok(report.into_inner()) } else { report.finish(&self.totals) };
            let draft = out.and_then(|out| out.into_inner().map_err(|e| e.into_error()));
            let done = draft.and_then(|draft| if drops { draft.discard() } else { draft.ready()?.commit() });
            done.map_err(|e| unwritable(&name, &e))?;
        }
        if summary {
            let summary = self.totals.counts.summary(self.books.dry_run);
            match self.done_before.load(Ordering::Relaxed) {
                0 => self.console.say(format_args!("{summary}")),
                done => self.console.say(format_args!("{summary}; {} done before", count(done, "file"))),
            }
        }
        Ok(())
    }

    /// Whether an input failed.
    pub(crate) fn has_failures(&self) -> bool {
        self.mishaps > 0 || self.totals.counts.failed > 0
    }

    /// Whether something was removed or would be.
    pub(crate) fn has_removals(&self) -> bool {
        self.totals.counts.removals > 0
    }
}

/// The audit or report cannot be written: the end of the run, since what is removed from now on would be lost.
fn unwritable(name: &str, error: &std::io::Error) -> Stop {
    let error = io_error(name, error);
    Stop::Failed(Error::new(ErrorKind::Io, "", format!("{error}; stopped here")))
}
