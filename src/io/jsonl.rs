//! JSON Lines: one record a line, cleaned on all threads, written in order, in bounded memory. Only the bytes of
//! the text field that leave are missing from the output; a bad record passes through as it is.

use std::io::{self, BufRead, Write};

use super::batches::in_order;
use super::document::{Name, RecordName, Worker};
use super::encoding::Decoded;
use super::format::Format;
use super::json::{Record, find_record};
use super::{Ledger, Stop, at};
use crate::Error;
use crate::report::Outcome;

/// A batch has at least one line and ends with the line that makes it this big.
const BATCH_BYTES: usize = 256 << 10;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Why a stream ends before its end.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The input cannot be read any further; what came before is written.
    Read(io::Error),
    /// The output cannot be written.
    Write(io::Error),
    /// The run ends.
    Stop(Stop),
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Halt::Stop(stop)
    }
}

/// A line with its number, counted from 1. The number is that of the record, too: blank lines count.
struct Line {
    number: u64,
    bytes: Vec<u8>,
}

/// Cleans every record of `input` into `output`. `doc` and `shown` name the input in audit records and messages.
pub(crate) fn clean(
    worker: &Worker,
    (doc, shown): (&str, &str),
    mut input: impl BufRead + Send,
    output: &mut (impl Write + Send),
    ledger: &mut Ledger,
) -> Result<(), Halt> {
    let mut number = 0;
    let mut joined = Vec::new();
    in_order(
        || next_batch(&mut input, &mut number),
        |line| clean_line(worker, (doc, shown), line),
        |results: Vec<(Vec<u8>, Option<Outcome>)>| {
            joined.clear();
            for (line, outcome) in &results {
                if let Some(outcome) = outcome {
                    ledger.enter(outcome)?;
                }
                joined.extend_from_slice(line);
            }
            output.write_all(&joined).map_err(Halt::Write)
        },
    )?;
    output.flush().map_err(Halt::Write)
}

fn next_batch(input: &mut impl BufRead, number: &mut u64) -> Result<Option<Vec<Line>>, Halt> {
    let mut batch = Vec::new();
    let mut size = 0;
    while size < BATCH_BYTES {
        let mut bytes = Vec::new();
        match input.read_until(b'\n', &mut bytes) {
            Ok(0) => break,
            Ok(read) => size += read,
            Err(error) if batch.is_empty() => return Err(Halt::Read(error)),
            // The error will come again, or the input goes on; first of all, nothing that was read is lost.
            Err(_) => break,
        }
        *number += 1;
        batch.push(Line { number: *number, bytes });
    }
    Ok((!batch.is_empty()).then_some(batch))
}

/// The record in a line; `None` in a blank one. A byte order mark before the first record is no part of it.
pub(crate) fn record_in<'l>(line: &'l [u8], number: u64, field: &str) -> Result<Option<Record<'l>>, Error> {
    let mark = if number == 1 && line.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    // With its line end, a string that is cut off would be said to hold a line break.
    let record = line[mark..].trim_ascii_end();
    if record.trim_ascii_start().is_empty() {
        return Ok(None);
    }
    let Record { text, id } = find_record(record, field)?;
    Ok(Some(Record { text: text.start + mark..text.end + mark, id }))
}

/// The line as it is to be written, and what became of its record, if it is one.
fn clean_line(worker: &Worker, (doc, shown): (&str, &str), line: Line) -> (Vec<u8>, Option<Outcome>) {
    let Line { number, bytes } = line;
    let outcome = record_in(&bytes, number, &worker.field).and_then(|record| {
        let Some(record) = record else {
            return Ok(None);
        };
        let decoded = Decoded::json(&bytes, record.text)?;
        let record = RecordName { format: Format::Jsonl, number, id: record.id.as_deref() };
        Ok(Some(worker.clean(Name { doc, shown, record: Some(record) }, &decoded)))
    });
    let outcome = outcome.unwrap_or_else(|error| Some(Outcome::failed(at(format_args!("{shown}:{number}"), &error))));
    let kept = outcome.as_ref().filter(|o| !o.cuts.is_empty()).map(|o| o.kept(&bytes).into_owned());
    (kept.unwrap_or(bytes), outcome)
}
