//! A stream of records, put together again.

use super::index::head;
use super::rebuild;
use crate::io::records::Units;
use crate::io::{at, io_error};
use crate::report::audit::{Entry, LEFT_OUT, REJECTED};
use crate::{Error, ErrorKind};

/// Hands the stream to `write` with every record as it was. `entries` are the audit's lines on it, in order; `audit` and
/// `shown` name the audit and the stream in messages.
pub(crate) fn restore(
    mut units: impl Units,
    entries: impl Iterator<Item = Result<Vec<u8>, Error>>,
    (audit, shown): (&str, &str),
    mut write: impl FnMut(Vec<u8>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut entries = Entries {
        entries: entries.map(|line| line.map(Told::new)).filter(is_put_back).peekable(),
        missing: 0,
        last: 0,
    };
    while let Some(unit) = units.next().map_err(|e| io_error(shown, &e))? {
        while let Some(rejected) = entries.rejected_before(unit.number)? {
            write(rejected)?;
        }
        let number = unit.number + entries.missing;
        let own = entries.of(number)?;
        if own.is_empty() {
            write(unit.bytes)?;
        } else {
            write(rebuild::record(&unit, &own).map_err(|e| at(format_args!("{shown}:{}", unit.number), &e))?)?;
        }
    }
    while let Some(rejected) = entries.rejected_before(u64::MAX / 2)? {
        write(rejected)?;
    }
    match entries.entries.next() {
        None => Ok(()),
        Some(entry) => {
            let record = entry?.record;
            let message = format!(
                "{audit} has removals of record {record} left over: records are missing here, or are not in order"
            );
            Err(Error::new(ErrorKind::Data, shown, message))
        }
    }
}

fn is_put_back(told: &Result<Told, Error>) -> bool {
    told.as_ref().map_or(true, |told| !told.is_left_out)
}

/// A line of the audit.
struct Told {
    record: u64,
    is_rejected: bool,
    is_left_out: bool,
    line: Vec<u8>,
}

impl Told {
    fn new(line: Vec<u8>) -> Self {
        let (record, is_rejected, is_left_out) = head(&line)
            .map(|head| (head.record.unwrap_or(0), head.label == REJECTED, head.label == LEFT_OUT))
            .unwrap_or_default();
        Told { record, is_rejected, is_left_out, line }
    }
}

/// The audit's lines on one stream.
struct Entries<I: Iterator> {
    entries: std::iter::Peekable<I>,
    /// How many records were left out so far.
    missing: u64,
    /// The last of them.
    last: u64,
}

impl<I: Iterator<Item = Result<Told, Error>>> Entries<I> {
    /// A record that was left out before the record of this number in the cleaned stream.
    fn rejected_before(&mut self, number: u64) -> Result<Option<Vec<u8>>, Error> {
        let (missing, last) = (self.missing, self.last);
        let is_next = |told: &Told| told.is_rejected && (told.record <= number + missing || told.record == last);
        let Some(told) = self.entries.next_if(|told| told.as_ref().map_or(true, is_next)).transpose()? else {
            return Ok(None);
        };
        // A record that was too large is told in pieces.
        self.missing += u64::from(told.record != self.last);
        self.last = told.record;
        let broken = |e: String| Error::new(ErrorKind::Data, "", format!("its audit record is broken: {e}"));
        let entry: Entry<'_> = serde_json::from_slice(&told.line).map_err(|e| broken(e.to_string()))?;
        let bytes = entry.removed().ok_or_else(|| broken("\"bytes\" is not hexadecimal".to_owned()))?;
        Ok(Some(bytes.into_owned()))
    }

    /// The removals of the record of this number in the original stream.
    fn of(&mut self, number: u64) -> Result<Vec<Vec<u8>>, Error> {
        let mut own = Vec::new();
        let is_own = |told: &Told| told.record == number && !told.is_rejected;
        while let Some(told) = self.entries.next_if(|told| told.as_ref().map_or(true, is_own)) {
            own.push(told?.line);
        }
        Ok(own)
    }
}
