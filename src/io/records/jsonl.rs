//! JSON Lines: a record in every line, with its text in one field.

use std::io::{self, BufRead, Read};

use super::json::{Field, Record, canonical, find_record};
use super::{Cleaned, Kind, MAX_RECORD, PIECE, Unit, Units};
use crate::io::document::{Name, Worker};
use crate::io::encoding::Decoded;
use crate::report::Cut;
use crate::{Error, ErrorKind};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The lines of a stream, one unit each. Blank lines count as records, so that the number is that of the line.
pub(crate) struct Lines<R> {
    input: R,
    number: u64,
    offset: u64,
    /// Whether the line is too long, and goes on.
    goes_on: bool,
    error: Option<io::Error>,
}

impl<R: BufRead> Lines<R> {
    /// Reads from the start of `input`.
    pub(crate) fn new(input: R) -> Self {
        Lines { input, number: 0, offset: 0, goes_on: false, error: None }
    }
}

impl<R: BufRead> Units for Lines<R> {
    fn next(&mut self) -> io::Result<Option<Unit>> {
        let limit = if self.goes_on { PIECE } else { MAX_RECORD };
        let mut bytes = Vec::new();
        if self.error.is_none() {
            // What was read before an error is still part of the stream; the error comes after it.
            self.error = self.input.by_ref().take(limit as u64).read_until(b'\n', &mut bytes).err();
        }
        if bytes.is_empty() {
            return self.error.take().map_or(Ok(None), Err);
        }
        let is_more = std::mem::replace(&mut self.goes_on, bytes.len() == limit && !bytes.ends_with(b"\n"));
        let kind = match (is_more, self.goes_on) {
            (true, _) => Kind::More,
            (false, true) => {
                let message = format!("the line is longer than {} MB; cut it into several records", MAX_RECORD >> 20);
                Kind::Bad(Error::new(ErrorKind::Data, "", message))
            }
            (false, false) => Kind::Json,
        };
        let offset = self.offset;
        self.offset += bytes.len() as u64;
        self.number += u64::from(!is_more);
        Ok(Some(Unit { number: self.number, offset, bytes, kind }))
    }
}

/// The record in a line; `None` in a blank one. A byte order mark before the first record is no part of it.
pub(crate) fn record_in<'l>(
    line: &'l [u8],
    number: u64,
    field: &Field,
    reserved: Option<&str>,
) -> Result<Option<Record<'l>>, Error> {
    let mark = if number == 1 && line.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    // With its line end, a string that is cut off would be said to hold a line break.
    let record = line[mark..].trim_ascii_end();
    if record.trim_ascii_start().is_empty() {
        return Ok(None);
    }
    find_record(record, field, reserved).map(Some)
}

/// What becomes of the record in a line, and the new line if there is one. `None`: the line is blank.
pub(super) fn clean(worker: &Worker, name: Name<'_>, field: &Field, line: &[u8]) -> Result<Option<Cleaned>, Error> {
    let Some(record) = record_in(line, name.number(), field, worker.annotate.as_deref())? else {
        return Ok(None);
    };
    let decoded = Decoded::json(line, record.text);
    let outcome = worker.clean(name.with_id(record.id.as_deref()), &decoded);
    let changed = match &worker.annotate {
        Some(field) => Some(annotated(line, field, &decoded.text, &outcome.cuts)),
        None => (!outcome.cuts.is_empty()).then(|| outcome.kept(line).into_owned()),
    };
    Ok(Some((outcome, changed)))
}

/// The line with one more field, the last one: the removals as an array of objects.
fn annotated(line: &[u8], field: &str, text: &str, cuts: &[Cut]) -> Vec<u8> {
    let end = line.trim_ascii_end().len() - 1;
    let mut out = line[..end].to_vec();
    out.extend_from_slice(format!(",\"{}\":[", canonical(field)).as_bytes());
    // Characters are counted on from one removal to the next, so that a long text is counted once.
    let (mut byte, mut chars) = (0, 0);
    for (number, cut) in cuts.iter().enumerate() {
        let removal = &cut.removal;
        let span = removal.span();
        chars += text[byte..span.start].chars().count();
        let length = text[span.clone()].chars().count();
        let separator = if number > 0 { "," } else { "" };
        let (label, rule) = (removal.label().as_str(), canonical(removal.rule()));
        let reason = canonical(&removal.reason().to_string());
        out.extend_from_slice(
            format!(
                "{separator}{{\"span\":[{},{}],\"chars\":[{chars},{}],\"label\":\"{label}\",\"rule\":\"{rule}\",\
                 \"reason\":\"{reason}\"}}",
                span.start,
                span.end,
                chars + length
            )
            .as_bytes(),
        );
        chars += length;
        byte = span.end;
    }
    out.push(b']');
    out.extend_from_slice(&line[end..]);
    out
}
