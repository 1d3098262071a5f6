//! Streams of records: cleaned on all threads, written in order, in bounded memory.
//!
//! A reader ([`jsonl::Lines`], …) takes the stream apart into units whose bytes, one after the other, are the stream.
//! This file cleans the units and puts them together again. Only what leaves the text of a record is missing from the
//! output; what becomes of bad records is for `--on-error` to say.

pub(crate) mod json;
pub(crate) mod jsonl;

use std::io::{self, BufRead, Write};

use super::batches::in_order;
use super::document::{Name, RecordName, Worker, rejected_line};
use super::format::Format;
use super::{Ledger, Stop, at, compression};
use crate::report::{Fate, Outcome};
use crate::{Error, ErrorKind};

/// A batch has at least one unit and ends with the unit that makes it this big. With 4 MB two threads were no faster,
/// and took 16 MB more.
const BATCH_BYTES: usize = 256 << 10;
/// The largest record that is cleaned. A larger one passes through in pieces and is told.
pub(crate) const MAX_RECORD: usize = 256 << 20;
/// The size of those pieces.
pub(crate) const PIECE: usize = 1 << 20;

/// What becomes of a record that cannot be cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnError {
    /// It ends the run.
    Fail,
    /// It stays as it is.
    Pass,
    /// It is left out.
    Skip,
}

/// A part of a stream.
#[derive(Debug)]
pub(crate) struct Unit {
    /// The number of the record, counted from 1.
    pub(crate) number: u64,
    /// Where it begins in the stream (the decompressed one), in bytes.
    pub(crate) offset: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) kind: Kind,
}

/// What a unit is.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A line that should hold a JSON object.
    Json,
    /// A record that cannot be cleaned, and why.
    Bad(Error),
    /// More of the bad record before.
    More,
}

/// Takes a stream apart.
pub(crate) trait Units {
    /// The next unit. After an error there are no more.
    fn next(&mut self) -> io::Result<Option<Unit>>;
}

/// Why a stream ends before its end.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The input cannot be read any further; what came before is written.
    Read(Error),
    /// The compressed bytes of the input are damaged or cut off; what came before is written.
    Damaged(Error),
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

/// A unit, ready to be written.
struct Done {
    bytes: Vec<u8>,
    outcome: Option<Outcome>,
    /// For a unit that cannot be cleaned: its audit record, in case it is left out.
    bad: Option<Vec<u8>>,
}

/// Cleans every record of a stream into `output`. `doc` and `shown` name the input in audit records and messages.
pub(crate) fn clean(
    worker: &Worker,
    names: (&str, &str),
    format: Format,
    input: impl BufRead + Send,
    output: &mut (impl Write + Send),
    ledger: &mut Ledger,
) -> Result<(), Halt> {
    match format {
        _ => clean_units(worker, names, jsonl::Lines::new(input), output, ledger),
    }
}

fn clean_units(
    worker: &Worker,
    (doc, shown): (&str, &str),
    units: impl Units + Send,
    output: &mut (impl Write + Send),
    ledger: &mut Ledger,
) -> Result<(), Halt> {
    let mut batches = Batches { units, shown, last: (0, 0), ended: None };
    let mut joined = Vec::new();
    in_order(
        || batches.next(),
        |unit| clean_unit(worker, (doc, shown), unit),
        |results: Vec<Done>| {
            joined.clear();
            for done in &results {
                if let Some(outcome) = &done.outcome {
                    ledger.enter(outcome)?;
                }
                match (worker.on_error, &done.bad) {
                    (OnError::Fail, Some(_)) => return Err(Halt::Stop(Stop::Told)),
                    (OnError::Skip, Some(audit)) => ledger.reject(&done.bytes, audit)?,
                    _ => joined.extend_from_slice(&done.bytes),
                }
            }
            output.write_all(&joined).map_err(Halt::Write)
        },
    )?;
    output.flush().map_err(Halt::Write)
}

/// Gathers units until they are worth a round of all threads.
struct Batches<'s, U> {
    units: U,
    shown: &'s str,
    /// The number of the last unit, and where it ends.
    last: (u64, u64),
    ended: Option<Halt>,
}

impl<U: Units> Batches<'_, U> {
    fn next(&mut self) -> Result<Option<Vec<Unit>>, Halt> {
        let mut batch = Vec::new();
        let mut size = 0;
        while size < BATCH_BYTES && self.ended.is_none() {
            match self.units.next() {
                Ok(None) => break,
                Ok(Some(unit)) => {
                    // A unit takes memory beside its bytes: a batch of blank lines took 160 MB.
                    size += size_of::<Unit>() + unit.bytes.len();
                    self.last = (unit.number, unit.offset + unit.bytes.len() as u64);
                    batch.push(unit);
                }
                Err(error) => self.ended = Some(self.halt(&error)),
            }
        }
        match self.ended.take_if(|_| batch.is_empty()) {
            Some(halt) => Err(halt),
            None => Ok((!batch.is_empty()).then_some(batch)),
        }
    }

    fn halt(&self, error: &io::Error) -> Halt {
        let (record, byte) = self.last;
        let place = format_args!("{}:{record} (byte {byte})", self.shown);
        if compression::is_damage(error) {
            let message = format!("the compressed data is damaged or cut off behind this: {error}");
            return Halt::Damaged(Error::new(ErrorKind::Data, place, message));
        }
        Halt::Read(super::io_error(place, error))
    }
}

fn clean_unit(worker: &Worker, (doc, shown): (&str, &str), unit: Unit) -> Done {
    let Unit { number, offset, bytes, kind } = unit;
    let name = Name { doc, shown, record: Some(RecordName { format: Format::Jsonl, number, id: None }) };
    let cleaned = match kind {
        Kind::Json => jsonl::clean(worker, name, &bytes),
        Kind::Bad(error) => Err(error),
        Kind::More => {
            let bad = rejected_line(worker, name, &bytes, "more of the record before");
            return Done { bytes, outcome: None, bad: Some(bad) };
        }
    };
    match cleaned {
        Ok(None) => Done { bytes, outcome: None, bad: None },
        Ok(Some((outcome, changed))) => match &outcome.fate {
            Fate::Failed(error) => {
                let bad = rejected_line(worker, name, &bytes, error);
                Done { bytes, outcome: Some(outcome), bad: Some(bad) }
            }
            _ => Done { bytes: changed.unwrap_or(bytes), outcome: Some(outcome), bad: None },
        },
        Err(error) => {
            let bad = rejected_line(worker, name, &bytes, &error);
            let error = at(format_args!("{shown}:{number} (byte {offset})"), &error);
            Done { bytes, outcome: Some(Outcome::failed(error)), bad: Some(bad) }
        }
    }
}
