//! One document through the cleaner. Every front end goes through [`Worker::clean`], so a file, a record and
//! standard input are cleaned, guarded, recorded and explained alike.

use std::fmt;
use std::ops::Range;

use encoding_rs::Encoding;

use super::encoding::Decoded;
use super::format::Format;
use super::guard::guarded;
use super::records::OnError;
use super::records::json::Field;
use super::{at, names};
use crate::report::audit::{Entry, digest, to_hex};
use crate::report::{Cut, Fate, Outcome, Paint, audit, diff};
use crate::{Cleaner, Error, ErrorKind, Mode, Verdict};

/// The most lines of a document, blank ones not counted. Each takes some 650 bytes of memory while it is looked at, however
/// short it is, and one document must not take all there is. A record of 256 MB may have lines of 51 bytes on average.
const MAX_LINES: usize = 5_000_000;

/// What is the same for every document of a run.
#[derive(Debug)]
pub(crate) struct Worker {
    /// Does the work.
    pub(crate) cleaner: Cleaner,
    /// The encoding of files without a byte order mark, where it is not UTF-8.
    pub(crate) encoding: Option<&'static Encoding>,
    /// Where the text of a record stands.
    pub(crate) field: Field,
    /// The field that tells the removals of a record, which then leave nothing.
    pub(crate) annotate: Option<String>,
    /// Whether WET records become JSON Lines, whatever the output is called.
    pub(crate) to_jsonl: bool,
    /// What becomes of a document that cannot be cleaned.
    pub(crate) on_error: OnError,
    /// Whether audit records are wanted.
    pub(crate) audit: bool,
    /// Whether a diff is wanted, and how it is to look.
    pub(crate) diff: Option<Paint>,
}

/// How a document is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name<'n> {
    /// Its file in audit records.
    pub(crate) doc: &'n str,
    /// Its file in messages.
    pub(crate) shown: &'n str,
    /// Its place in the file, if it is a record.
    pub(crate) record: Option<RecordName<'n>>,
}

/// Where a record stands, and how it is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecordName<'n> {
    /// The format of the file.
    pub(crate) format: Format,
    /// Counted from 1.
    pub(crate) number: u64,
    /// Its own id.
    pub(crate) id: Option<&'n str>,
    /// The field or column that holds its text; WET records have none.
    pub(crate) field: &'n str,
}

impl<'n> Name<'n> {
    /// The number of the record; 0 if it is none.
    pub(crate) fn number(&self) -> u64 {
        self.record.map_or(0, |record| record.number)
    }

    /// The same record, with its id.
    pub(crate) fn with_id<'i>(self, id: Option<&'i str>) -> Name<'i>
    where
        'n: 'i,
    {
        Name { record: self.record.map(|record| RecordName { id, ..record }), ..self }
    }

    /// The place for messages.
    pub(crate) fn place(&self) -> String {
        match self.record {
            Some(record) => format!("{}:{}", self.shown, record.number),
            None => self.shown.to_owned(),
        }
    }

    fn audit_name(&self) -> String {
        match self.record {
            Some(record) => names::record_name(self.doc, record.id),
            None => self.doc.to_owned(),
        }
    }
}

impl Worker {
    /// Nothing but the cleaner: texts in UTF-8, records with the field `text`, no audit and no diff.
    pub(crate) fn new(cleaner: Cleaner) -> Self {
        Worker {
            cleaner,
            encoding: None,
            field: Field::new("text"),
            annotate: None,
            to_jsonl: false,
            on_error: OnError::Pass,
            audit: false,
            diff: None,
        }
    }

    /// Cleans the file `source`, and tells everything about it.
    pub(crate) fn clean_file(&self, name: Name<'_>, source: &[u8]) -> Outcome {
        contained(name, || self.describe(name, &Decoded::new(source, self.encoding)?))
    }

    /// Cleans a document, and tells everything about it.
    pub(crate) fn clean(&self, name: Name<'_>, decoded: &Decoded<'_>) -> Outcome {
        contained(name, || self.describe(name, decoded))
    }

    fn describe(&self, name: Name<'_>, decoded: &Decoded<'_>) -> Result<Outcome, Error> {
        let (fate, mode, cuts) = self.cuts(decoded)?;
        let size = decoded.source.len() as u64;
        if matches!(fate, Fate::Unchanged) {
            return Ok(Outcome { mode, ..Outcome::of(fate, "", size) });
        }
        let mut outcome = Outcome { mode, cuts, ..Outcome::of(fate, name.place(), size) };
        if self.audit {
            outcome.audit = audit_lines(name, decoded, &outcome.cuts)?;
        }
        if let Some(paint) = self.diff.filter(|_| !outcome.cuts.is_empty()) {
            let (text, spans) = for_reading(decoded, &outcome.cuts);
            diff::write(&mut outcome.diff, outcome.place.trim_start_matches('/'), text, &spans, paint);
        }
        Ok(outcome)
    }

    /// What becomes of a document, what it was taken for, and what leaves it.
    pub(crate) fn cuts(&self, decoded: &Decoded<'_>) -> Result<(Fate, Mode, Vec<Cut>), Error> {
        let text = decoded.text.as_bytes();
        let is_blank = |end: &usize| matches!(text.get(end + 1), None | Some(b'\n' | b'\r'));
        let ends = || memchr::memchr_iter(b'\n', text);
        // All are counted first: counting is ten times as fast as looking at each.
        if ends().count() > MAX_LINES && ends().filter(|end| !is_blank(end)).nth(MAX_LINES).is_some() {
            let message = format!("more than {MAX_LINES} lines; cut it into several documents; left as it is");
            return Err(Error::new(ErrorKind::Data, "", message));
        }
        let cleaned = guarded(|| self.cleaner.clean(&decoded.text)).map_err(internal)?;
        let fate = match cleaned.verdict() {
            Verdict::Cleaned => Fate::Cleaned,
            Verdict::OverBudget => Fate::OverBudget,
            Verdict::NoContent => Fate::NoContent,
            Verdict::Unsettled => Fate::Unsettled,
            Verdict::Unchanged => Fate::Unchanged,
        };
        if !matches!(fate, Fate::Cleaned) {
            return Ok((fate, cleaned.mode(), Vec::new()));
        }
        let ends: Vec<usize> = cleaned.removals().iter().flat_map(|r| [r.span().start, r.span().end]).collect();
        let places = decoded.locate(&ends)?;
        let spans = places.chunks_exact(2).map(|ends| ends[0]..ends[1]);
        let (mode, (text, removals)) = (cleaned.mode(), cleaned.into_parts());
        let cuts = removals.into_iter().zip(spans).map(|(removal, span)| Cut { span, removal });
        let outcome = Outcome { cuts: cuts.collect(), ..Outcome::of(fate, "", 0) };
        if decoded.can_shift() {
            decoded.check(&outcome.kept(decoded.source), &text)?;
        }
        Ok((outcome.fate, mode, outcome.cuts))
    }
}

/// The outcome of `work`. A defect that a document uncovers is an error of this document, not the end of the run.
fn contained(name: Name<'_>, work: impl FnOnce() -> Result<Outcome, Error>) -> Outcome {
    let result = guarded(work).unwrap_or_else(|message| Err(internal(message)));
    result.unwrap_or_else(|error| Outcome::failed(at(name.place(), &error)))
}

/// The error for a panic.
pub(crate) fn internal(message: String) -> Error {
    let message = format!("internal error, please report it: {message}; left as it is");
    Error::new(ErrorKind::Data, "", message)
}

/// The audit records of a document.
pub(crate) fn audit_lines(name: Name<'_>, decoded: &Decoded<'_>, cuts: &[Cut]) -> Result<Vec<u8>, Error> {
    let mut lines = Vec::new();
    let doc = name.audit_name();
    let digest = digest(decoded.source);
    let format = name.record.map(|record| record.format);
    for (number, cut) in cuts.iter().enumerate() {
        let removed = &decoded.source[cut.span.clone()];
        let text = match decoded.is_utf8() {
            true => String::from_utf8_lossy(removed),
            false => decoded.text[cut.removal.span()].into(),
        };
        let span = if format.is_some() { cut.removal.span() } else { cut.span.clone() };
        let head = decoded.head().filter(|head| number == 0 && !head.is_empty());
        let as_written = if decoded.is_json() { String::from_utf8_lossy(removed) } else { "".into() };
        let entry = Entry {
            doc: doc.as_str().into(),
            record: name.record.map(|record| record.number),
            format: format.map(|format| format.as_str().into()),
            start: span.start,
            end: span.end,
            lines: [*cut.removal.lines().start(), *cut.removal.lines().end()],
            label: cut.removal.label().as_str().into(),
            rule: cut.removal.rule().into(),
            reason: cut.removal.reason().to_string().into(),
            bytes: (!decoded.is_json() && text.as_bytes() != removed).then(|| to_hex(removed)),
            raw: (decoded.is_json() && super::records::json::canonical(&text) != as_written).then_some(as_written),
            field: name.record.filter(|record| record.format != Format::Wet).map(|record| record.field.into()),
            head: head.map(String::from_utf8_lossy),
            digest: digest.as_str().into(),
            text,
        };
        audit::Entry::write(&entry, &mut lines)?;
    }
    Ok(lines)
}

/// The audit record of a record that is left out because of an `error`; empty if none is wanted.
pub(crate) fn rejected_line(
    worker: &Worker,
    name: Name<'_>,
    bytes: &[u8],
    label: &'static str,
    error: &dyn fmt::Display,
) -> Vec<u8> {
    let mut line = Vec::new();
    if !worker.audit || worker.on_error != OnError::Skip {
        return line;
    }
    let text = String::from_utf8_lossy(bytes);
    let entry = Entry {
        doc: name.audit_name().into(),
        record: name.record.map(|record| record.number),
        format: name.record.map(|record| record.format.as_str().into()),
        start: 0,
        end: bytes.len(),
        lines: [1, 1],
        label: label.into(),
        rule: "on-error".into(),
        reason: error.to_string().into(),
        bytes: (text.as_bytes() != bytes).then(|| to_hex(bytes)),
        raw: None,
        field: None,
        head: None,
        digest: digest(bytes).into(),
        text,
    };
    // Into memory, where nothing can fail.
    let _ = entry.write(&mut line);
    line
}

/// A document and its cuts as people read it: the bytes themselves if they are UTF-8, or nearly; else the text.
pub(crate) fn for_reading<'d>(decoded: &'d Decoded<'_>, cuts: &[Cut]) -> (&'d [u8], Vec<Range<usize>>) {
    if decoded.is_utf8() {
        (decoded.source, cuts.iter().map(|cut| cut.span.clone()).collect())
    } else {
        (decoded.text.as_bytes(), cuts.iter().map(|cut| cut.removal.span()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_the_failure_of_its_document_and_of_no_other() {
        crate::io::guard::install_hook();
        let record = RecordName { format: Format::Jsonl, number: 7, id: None, field: "text" };
        let [file, record] = [None, Some(record)].map(|record| Name { doc: "a.txt", shown: "in/a.txt", record });
        for (name, place) in [(file, "in/a.txt: "), (record, "in/a.txt:7: ")] {
            let outcome = contained(name, || panic!("out of\n  {}", "luck"));
            let Fate::Failed(error) = &outcome.fate else { panic!("{outcome:?}") };
            let message = error.to_string();
            let expected = format!("{place}internal error, please report it: out of; luck at src/io/document.rs:");
            assert!(message.starts_with(&expected) && message.ends_with("; left as it is"), "{message}");
            assert_eq!(message.lines().count(), 1);
            assert_eq!(outcome.kept(b"the original"), b"the original".as_slice());
        }
        let outcome = contained(file, || Ok(Outcome::of(Fate::Unchanged, "", 3)));
        assert!(matches!(outcome.fate, Fate::Unchanged));
    }
}
