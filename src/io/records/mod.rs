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

use json::Field;

use super::batches::in_order;
use super::compression::{self, Compression, Writer};
use super::document::{Name, RecordName, Worker, internal, rejected_line};
use super::format::Format;
use super::guard::guarded;
use super::{Ledger, Stop, at};
use crate::report::audit::{LEFT_OUT, REJECTED};
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

/// The error for `--annotate` on an input without fields.
pub(crate) fn not_annotated(place: String) -> Error {
    let message = "--annotate adds a field, which only JSON Lines have; name a .jsonl file, or use --format jsonl";
    Error::new(ErrorKind::Usage, place, message)
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

/// Why a unit that goes on with a bad record is bad.
const MORE: &str = "more of the record before";

/// A unit, ready to be written.
struct Done {
    number: u64,
    /// Whether it is no record.
    is_other: bool,
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
    /// A stream whose result has this name, or none.
    pub(crate) fn new(
        worker: &'s Worker,
        (doc, shown): (&'s str, &'s str),
        format: Format,
        output: Option<&Path>,
    ) -> Self {
        let is_jsonl = worker.to_jsonl || output.is_some_and(|path| Format::of(path) == Format::Jsonl);
        Stream { worker, doc, shown, format, converts: format == Format::Wet && is_jsonl, output_is: Compression::None }
    }

    /// The output for [`clean`](Self::clean), which compresses it.
    pub(crate) fn writer<W: Write>(&self, output: W) -> io::Result<Writer<W>> {
        Writer::new(output, if self.has_members() { Compression::None } else { self.output_is })
    }

    /// The same with a compressed result.
    pub(crate) fn compressed(self, output_is: Compression) -> Self {
        Stream { output_is, ..self }
    }

    /// Whether the records of the result have fields that one can be added to.
    pub(crate) fn has_fields(&self) -> bool {
        self.format == Format::Jsonl || self.converts
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
        let (mut rejected, mut is_empty) = (None, true);
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
                let mut kept = Vec::with_capacity(results.len());
                for done in results {
                    if let Some(outcome) = &done.outcome {
                        ledger.enter(outcome)?;
                    }
                    match (on_error, &done.bad) {
                        (OnError::Fail, Some(_)) => return Err(Halt::Stop(Stop::Told)),
                        // Line ends behind a record that is left out go with it.
                        (OnError::Skip, bad) if bad.is_some() || done.is_other && rejected == Some(done.number) => {
                            let audit = bad.clone().unwrap_or_else(|| self.rejected(&done, &MORE));
                            let is_new = rejected.replace(done.number) != Some(done.number);
                            ledger.reject(&done.bytes, &audit, is_new)?;
                        }
                        _ => kept.push(done.bytes),
                    }
                }
                // What left the text is told before the text goes where it cannot be taken back.
                ledger.secure()?;
                for bytes in kept {
                    is_empty = false;
                    output.write_all(&bytes).map_err(Halt::Write)?;
                }
                output.flush().map_err(Halt::Write)
            },
        )?;
        if is_empty && self.has_members() {
            // A file of no bytes is no gzip.
            output.write_all(&wet::member(&[])).and_then(|()| output.flush()).map_err(Halt::Write)?;
        }
        Ok(())
    }

    fn clean_unit(&self, unit: Unit) -> Done {
        let Unit { number, offset, bytes, kind } = unit;
        let mut done = Done { number, is_other: matches!(kind, Kind::Other), bytes, outcome: None, bad: None };
        if matches!(kind, Kind::More) {
            done.bad = Some(self.rejected(&done, &MORE));
            return done;
        }
        let (name, bytes) = (self.name(number), &done.bytes);
        let cleaned = guarded(|| match kind {
            Kind::Json => jsonl::clean(self.worker, name, self.field(), bytes),
            Kind::Text(text) => wet::clean(self.worker, name, bytes, text).map(Some),
            Kind::Bad(error) => Err(error),
            Kind::Other | Kind::More => Ok(None),
        });
        match cleaned.unwrap_or_else(|message| Err(internal(message))) {
            Ok(None) => {}
            Ok(Some((outcome, changed))) => {
                if let Fate::Failed(error) = &outcome.fate {
                    done.bad = Some(self.rejected(&done, error));
                } else if let Some(changed) = changed {
                    done.bytes = changed;
                }
                done.outcome = Some(outcome);
            }
            Err(error) => {
                done.bad = Some(self.rejected(&done, &error));
                let place = format_args!("{}:{number} (byte {offset})", self.shown);
                done.outcome = Some(Outcome::failed(at(place, &error)));
            }
        }
        done
    }

    fn field(&self) -> &Field {
        if self.converts { &wet::TEXT } else { &self.worker.field }
    }

    fn name(&self, number: u64) -> Name<'_> {
        let format = if self.converts { Format::Jsonl } else { self.format };
        let record = RecordName { format, number, id: None, field: self.field().as_str() };
        Name { doc: self.doc, shown: self.shown, record: Some(record) }
    }

    /// The audit record of a unit that may be left out.
    fn rejected(&self, done: &Done, why: &dyn Display) -> Vec<u8> {
        // Restoring makes the lines of JSON whole, and what is left out of WET is no such line.
        let label = if self.converts { LEFT_OUT } else { REJECTED };
        rejected_line(self.worker, self.name(done.number), &done.bytes, label, why)
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
