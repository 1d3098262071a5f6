//! Totals: counted document by document, told in one line and, on request, in a JSON file.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Fate, Outcome};

/// What is counted for every input and for the whole run.
#[derive(Debug, Default, Clone, Serialize)]
pub(crate) struct Counts {
    /// Files, or records of files that hold many; the next six add up to it.
    pub(crate) documents: u64,
    pub(crate) cleaned: u64,
    pub(crate) unchanged: u64,
    pub(crate) over_budget: u64,
    pub(crate) unsettled: u64,
    pub(crate) not_text: u64,
    pub(crate) failed: u64,
    /// Symlinks and special files, which are no documents.
    pub(crate) skipped: u64,
    pub(crate) removals: u64,
    /// Bytes of all documents that could be read and are text.
    pub(crate) bytes_in: u64,
    /// What is left of them.
    pub(crate) bytes_out: u64,
}

impl Counts {
    /// Counts one document.
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        let counter = match outcome.fate {
            Fate::Skipped(_) => {
                self.skipped += 1;
                return;
            }
            Fate::Cleaned => &mut self.cleaned,
            Fate::Unchanged => &mut self.unchanged,
            Fate::OverBudget => &mut self.over_budget,
            Fate::Unsettled => &mut self.unsettled,
            Fate::NotText => &mut self.not_text,
            Fate::Failed(_) => &mut self.failed,
        };
        *counter += 1;
        self.documents += 1;
        self.removals += outcome.cuts.len() as u64;
        self.bytes_in += outcome.size;
        self.bytes_out += outcome.size - outcome.removed_bytes();
    }
}

/// Removals and the bytes they took.
#[derive(Debug, Default, Clone, Copy, Serialize)]
struct Share {
    removals: u64,
    bytes: u64,
}

impl Share {
    fn add(&mut self, bytes: usize) {
        self.removals += 1;
        self.bytes += bytes as u64;
    }
}

/// The totals of a run.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Totals {
    #[serde(flatten)]
    pub(crate) counts: Counts,
    by_label: BTreeMap<&'static str, Share>,
    by_rule: BTreeMap<String, Share>,
}

impl Totals {
    /// Counts one document.
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        self.counts.add(outcome);
        for cut in &outcome.cuts {
            let bytes = cut.span.len();
            self.by_label.entry(cut.removal.label().as_str()).or_default().add(bytes);
            let rule = cut.removal.rule();
            // The rule's name is copied the first time only.
            if let Some(share) = self.by_rule.get_mut(rule) {
                share.add(bytes);
            } else {
                self.by_rule.entry(rule.to_owned()).or_default().add(bytes);
            }
        }
    }
}

impl Counts {
    /// The summary in one line; in a dry run nothing was cleaned yet.
    pub(crate) fn summary(&self, dry_run: bool) -> String {
        let removed = self.bytes_in - self.bytes_out;
        let (documents, removals) = (count(self.documents, "document"), count(self.removals, "removal"));
        let verb = if dry_run { "to clean" } else { "cleaned" };
        let mut line = format!("{documents}: {} {verb}", self.cleaned);
        if self.cleaned > 0 {
            line += &format!(" ({removals}, {removed} of {} bytes)", self.bytes_in);
        }
        for (number, what) in [
            (self.unchanged, "unchanged"),
            (self.over_budget, "over the removal budget"),
            (self.unsettled, "unsettled"),
            (self.not_text, "not text"),
            (self.failed, "failed"),
        ] {
            if number > 0 {
                line += &format!(", {number} {what}");
            }
        }
        if self.skipped > 0 {
            line += &format!("; {} skipped", self.skipped);
        }
        line
    }
}

/// "1 removal", "2 removals".
pub(crate) fn count(number: u64, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// Writes the report: an object with `inputs`, one object each, and `totals`. The inputs are written as they come,
/// so that a run over millions of files needs no memory for them; the totals can only follow.
#[derive(Debug)]
pub(crate) struct Report<W> {
    out: W,
    inputs: u64,
}

#[derive(Serialize)]
struct Input<'a> {
    doc: &'a str,
    #[serde(flatten)]
    counts: &'a Counts,
}

impl<W: Write> Report<W> {
    /// Begins a report.
    pub(crate) fn new(out: W) -> Self {
        Report { out, inputs: 0 }
    }

    /// Adds an input: a file, or standard input.
    pub(crate) fn input(&mut self, doc: &str, counts: &Counts) -> io::Result<()> {
        self.out.write_all(if self.inputs == 0 { b"{\"inputs\": [\n" } else { b",\n" })?;
        self.inputs += 1;
        serde_json::to_writer(&mut self.out, &Input { doc, counts }).map_err(io::Error::from)
    }

    /// Ends the report.
    pub(crate) fn finish(mut self, totals: &Totals) -> io::Result<W> {
        self.out.write_all(if self.inputs == 0 { b"{\"inputs\": [],\n\"totals\": " } else { b"\n],\n\"totals\": " })?;
        let mut serializer = serde_json::Serializer::pretty(&mut self.out);
        totals.serialize(&mut serializer).map_err(io::Error::from)?;
        self.out.write_all(b"}\n")?;
        Ok(self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_json_with_and_without_inputs() {
        for inputs in 0..3 {
            let mut report = Report::new(Vec::new());
            for _ in 0..inputs {
                report.input("a\"b", &Counts::default()).unwrap();
            }
            let json: serde_json::Value = serde_json::from_slice(&report.finish(&Totals::default()).unwrap()).unwrap();
            assert_eq!(json["inputs"].as_array().unwrap().len(), inputs);
            assert_eq!(json["totals"]["documents"], 0);
        }
    }

    #[test]
    fn the_summary_speaks_of_what_there_is() {
        let counts =
            Counts { documents: 2, cleaned: 1, removals: 1, failed: 1, bytes_in: 9, bytes_out: 5, ..Counts::default() };
        assert_eq!(counts.summary(false), "2 documents: 1 cleaned (1 removal, 4 of 9 bytes), 1 failed");
    }
}
