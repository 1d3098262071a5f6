//! Streams of records: cleaned on all threads, written in order, in bounded memory.
//!
//! A reader ([`jsonl::Lines`], …) takes the stream apart into units whose bytes, one after the other, are the stream.
//! This file cleans the units and puts them together again; Parquet, which is no stream, has [a way of its own](parquet). Only what leaves the text of a record is missing from the
//! output; what becomes of bad records is for `--on-error` to say.

pub(crate) mod json;
pub(crate) mod jsonl;
pub(crate) mod parquet;
pub(crate) mod wet;

use std::fmt::Display;
use std::io::{self, BufRead, BufWriter, Write};
use std::ops::Range;
use std::path::Path;

use super::batches::in_order;
use super::compression::{self, Compression, Writer};
use super::document::{Name, RecordName, Worker, internal, rejected_line};
use super::format::Format;
use super::guard::guarded;
use super::{Ledger, Stop, at};
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
    /// The number of the record, counted from 1. What is no record has the number of the one before.
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
    /// A record of another format whose text stands in this range of the bytes.
    Text(Range<usize>),
    /// Something without a text: passes through.
    Other,
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

/// What became of a record, and its new bytes if there are any.
type Cleaned = (Outcome, Option<Vec<u8>>);

/// A unit, ready to be written.
struct Done {
    bytes: Vec<u8>,
    outcome: Option<Outcome>,
    /// For a unit that cannot be cleaned: its audit record, in case it is left out.
    bad: Option<Vec<u8>>,
}

/// A stream of records to be cleaned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stream<'s> {
    worker: &'s Worker,
    /// The input in audit records.
    doc: &'s str,
    /// The input in messages.
    shown: &'s str,
    format: Format,
    /// Whether records of another format become JSON Lines.
    converts: bool,
    output_is: Compression,
}

impl<'s> Stream<'s> {
    /// A stream whose result has this name, or none, and is to be compressed like this.
    pub(crate) fn new(
        worker: &'s Worker,
        (doc, shown): (&'s str, &'s str),
        format: Format,
        output: Option<&Path>,
        output_is: Compression,
    ) -> Self {
        let is_jsonl = worker.to_jsonl || output.is_some_and(|path| Format::of(path) == Format::Jsonl);
        Stream { worker, doc, shown, format, converts: format == Format::Wet && is_jsonl, output_is }
    }

    /// The output for [`clean`](Self::clean), which compresses it.
    pub(crate) fn writer<W: Write>(&self, output: W) -> io::Result<Writer<W>> {
        Writer::new(output, if self.has_members() { Compression::None } else { self.output_is })
    }

    /// Whether the result has another format than the input.
    pub(crate) fn converts(&self) -> bool {
        self.converts
    }

    /// Whether half a result is none.
    pub(crate) fn must_be_whole(&self) -> bool {
        self.worker.on_error == OnError::Fail
    }

    /// Whether every record is compressed on its own.
    fn has_members(&self) -> bool {
        self.format == Format::Wet && !self.converts && self.output_is == Compression::Gzip
    }

    /// Cleans every record of the decompressed `input`.
    pub(crate) fn clean(
        &self,
        input: impl BufRead + Send,
        output: &mut (impl Write + Send),
        ledger: &mut Ledger,
    ) -> Result<(), Halt> {
        match (self.format, self.converts) {
            (Format::Wet, true) => self.clean_units(wet::Converted::new(wet::Reader::new(input)), output, ledger),
            (Format::Wet, false) => self.clean_units(wet::Reader::new(input), output, ledger),
            _ => self.clean_units(jsonl::Lines::new(input), output, ledger),
        }
    }

    fn clean_units(
        &self,
        units: impl Units + Send,
        output: &mut (impl Write + Send),
        ledger: &mut Ledger,
    ) -> Result<(), Halt> {
        // What is no JSON cannot pass into JSON Lines.
        let on_error = match self.worker.on_error {
            OnError::Pass if self.converts => OnError::Skip,
            on_error => on_error,
        };
        let mut batches = Batches { units, shown: self.shown, last: (0, 0), ended: None };
        let mut output = BufWriter::with_capacity(BATCH_BYTES, output);
        in_order(
            || batches.next(),
            |unit| {
                let mut done = self.clean_unit(unit);
                if self.has_members() && (done.bad.is_none() || on_error == OnError::Pass) {
                    done.bytes = wet::member(&done.bytes);
                }
                done
            },
            |results: Vec<Done>| {
                for done in results {
                    if let Some(outcome) = &done.outcome {
                        ledger.enter(outcome)?;
                    }
                    match (on_error, &done.bad) {
                        (OnError::Fail, Some(_)) => return Err(Halt::Stop(Stop::Told)),
                        (OnError::Skip, Some(audit)) => ledger.reject(&done.bytes, audit)?,
                        _ => output.write_all(&done.bytes).map_err(Halt::Write)?,
                    }
                }
                output.flush().map_err(Halt::Write)
            },
        )
    }

    fn clean_unit(&self, unit: Unit) -> Done {
        let Unit { number, offset, bytes, kind } = unit;
        let format = if self.converts { Format::Jsonl } else { self.format };
        let field = if self.converts { &wet::TEXT } else { &self.worker.field };
        let record = RecordName { format, number, id: None, field: field.as_str() };
        let name = Name { doc: self.doc, shown: self.shown, record: Some(record) };
        let rejected = |bytes: &[u8], why: &dyn Display| {
            // Restoring makes the lines of JSON whole, and what is left out here is no such line.
            if self.converts { Vec::new() } else { rejected_line(self.worker, name, bytes, why) }
        };
        if matches!(kind, Kind::More) {
            let bad = rejected(&bytes, &"more of the record before");
            return Done { bytes, outcome: None, bad: Some(bad) };
        }
        let cleaned = guarded(|| match kind {
            Kind::Json => jsonl::clean(self.worker, name, field, &bytes),
            Kind::Text(text) => wet::clean(self.worker, name, &bytes, text).map(Some),
            Kind::Bad(error) => Err(error),
            Kind::Other | Kind::More => Ok(None),
        });
        let cleaned = cleaned.unwrap_or_else(|message| Err(internal(message)));
        match cleaned {
            Ok(None) => Done { bytes, outcome: None, bad: None },
            Ok(Some((outcome, changed))) => match &outcome.fate {
                Fate::Failed(error) => {
                    let bad = rejected(&bytes, error);
                    Done { bytes, outcome: Some(outcome), bad: Some(bad) }
                }
                _ => Done { bytes: changed.unwrap_or(bytes), outcome: Some(outcome), bad: None },
            },
            Err(error) => {
                let bad = rejected(&bytes, &error);
                let error = at(format_args!("{}:{number} (byte {offset})", self.shown), &error);
                Done { bytes, outcome: Some(Outcome::failed(error)), bad: Some(bad) }
            }
        }
    }
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
