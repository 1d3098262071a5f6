//! Totals: counted document by document, told in one line and, on request, in a JSON file.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use super::{Fate, Outcome};
use crate::Mode;

/// What is counted for every input and for the whole run.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Files, or records of files that hold many; the next seven add up to it.
    pub(crate) documents: u64,
    pub(crate) cleaned: u64,
    pub(crate) unchanged: u64,
    pub(crate) over_budget: u64,
    #[serde(default)]
    pub(crate) no_content: u64,
    pub(crate) unsettled: u64,
    pub(crate) not_text: u64,
    pub(crate) failed: u64,
    /// Those of the failed that were left out of the output.
    pub(crate) rejected: u64,
    /// Symlinks and special files, which are no documents.
    pub(crate) skipped: u64,
    /// Documents that were taken for whole pages.
    #[serde(default)]
    pub(crate) pages: u64,
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
            Fate::NoContent => &mut self.no_content,
            Fate::Unsettled => &mut self.unsettled,
            Fate::NotText => &mut self.not_text,
            Fate::Failed(_) => &mut self.failed,
        };
        *counter += 1;
        self.documents += 1;
        self.pages += u64::from(outcome.mode == Mode::Page);
        self.removals += outcome.cuts.len() as u64;
        self.bytes_in += outcome.size;
        self.bytes_out += outcome.size - outcome.removed_bytes();
    }
}

/// Removals and the bytes they took.
#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
struct Share {
    removals: u64,
    bytes: u64,
}

impl Share {
    fn add(&mut self, other: Share) {
        self.removals += other.removals;
        self.bytes += other.bytes;
    }
}

type Shares = BTreeMap<String, Share>;

fn add_to(shares: &mut Shares, name: &str, more: Share) {
    // The name is copied the first time only.
    if let Some(share) = shares.get_mut(name) {
        share.add(more);
    } else {
        shares.insert(name.to_owned(), more);
    }
}

fn add_to_few<'n>(shares: &mut Vec<(&'n str, Share)>, name: &'n str, more: Share) {
    match shares.iter_mut().find(|(known, _)| std::ptr::eq(*known, name)) {
        Some((_, share)) => share.add(more),
        None => shares.push((name, more)),
    }
}

/// The totals of a run, or of an input.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Totals {
    #[serde(flatten)]
    pub(crate) counts: Counts,
    #[serde(default)]
    by_label: Shares,
    #[serde(default)]
    by_rule: Shares,
}

impl Totals {
    /// Counts one document.
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        self.counts.add(outcome);
        // First by the place of the name in memory: a document has many removals of few kinds, and one thread counts for all.
        let (mut labels, mut rules) = (Vec::new(), Vec::new());
        for cut in &outcome.cuts {
            let share = Share { removals: 1, bytes: cut.span.len() as u64 };
            add_to_few(&mut labels, cut.removal.label().as_str(), share);
            add_to_few(&mut rules, cut.removal.rule(), share);
        }
        labels.into_iter().for_each(|(name, share)| add_to(&mut self.by_label, name, share));
        rules.into_iter().for_each(|(name, share)| add_to(&mut self.by_rule, name, share));
    }

    /// Adds the totals of an input that an earlier run has cleaned.
    pub(crate) fn merge(&mut self, other: &Totals) {
        let (counts, more) = (&mut self.counts, &other.counts);
        counts.documents += more.documents;
        counts.cleaned += more.cleaned;
        counts.unchanged += more.unchanged;
        counts.over_budget += more.over_budget;
        counts.no_content += more.no_content;
        counts.unsettled += more.unsettled;
        counts.not_text += more.not_text;
        counts.failed += more.failed;
        counts.rejected += more.rejected;
        counts.skipped += more.skipped;
        counts.pages += more.pages;
        counts.removals += more.removals;
        counts.bytes_in += more.bytes_in;
        counts.bytes_out += more.bytes_out;
        for (shares, more) in [(&mut self.by_label, &other.by_label), (&mut self.by_rule, &other.by_rule)] {
            more.iter().for_each(|(name, share)| add_to(shares, name, *share));
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
            (self.no_content, "without content"),
            (self.unsettled, "unsettled"),
            (self.not_text, "not text"),
            (self.failed, "failed"),
        ] {
            if number > 0 {
                line += &format!(", {number} {what}");
            }
        }
        if self.rejected > 0 {
            line += &format!(" ({} left out)", self.rejected);
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

/// What a report begins with, if it has inputs.
pub(crate) const BEGIN: &[u8] = b"{\"inputs\": [\n";

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
    /// Told only where it is false.
    #[serde(skip_serializing_if = "Clone::clone")]
    written: bool,
    #[serde(flatten)]
    counts: &'a Counts,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    by_label: &'a Shares,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    by_rule: &'a Shares,
}

/// An input in a report that is read again.
#[derive(Debug, Deserialize)]
pub(crate) struct Reported {
    pub(crate) doc: String,
    /// Whether there is an output, if there was to be one.
    #[serde(default = "is_written")]
    pub(crate) written: bool,
    #[serde(flatten)]
    pub(crate) totals: Totals,
}

fn is_written() -> bool {
    true
}

impl Reported {
    /// The input in a line of a report, if the line is whole and holds one.
    pub(crate) fn in_line(line: &[u8]) -> Option<Self> {
        let line = line.trim_ascii();
        serde_json::from_slice(line.strip_suffix(b",").unwrap_or(line)).ok()
    }
}

impl<W: Write> Report<W> {
    /// Begins a report.
    pub(crate) fn new(out: W) -> Self {
        Report { out, inputs: 0 }
    }

    /// Adds an input: a file, or standard input; `written` unless its output should be there and is not.
    pub(crate) fn input(&mut self, doc: &str, written: bool, totals: &Totals) -> io::Result<()> {
        self.out.write_all(if self.inputs == 0 { BEGIN } else { b",\n" })?;
        self.inputs += 1;
        let Totals { counts, by_label, by_rule } = totals;
        serde_json::to_writer(&mut self.out, &Input { doc, written, counts, by_label, by_rule })
            .map_err(io::Error::from)
    }

    /// A report that goes on behind these inputs, which its file has already.
    pub(crate) fn continued(out: W, inputs: u64) -> Self {
        Report { out, inputs }
    }

    /// The file of a report that has no end yet.
    pub(crate) fn into_inner(self) -> W {
        self.out
    }

    /// Hands what was added to the system.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
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
                report.input("a\"b", true, &Totals::default()).unwrap();
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
