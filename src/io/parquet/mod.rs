//! Parquet: a document in every row, in one of the columns. That column is read, cleaned and written anew, page by
//! page; every other column is copied as the bytes it is, so that nothing about it can change.
//!
//! - [`source`]: the file, its footer, and the values of the text column; [`column`]: which column that is
//! - [`rewrite`]: the new file; [`footer`]: its footer, which is the old one but for what had to change
//!
//! Here: what becomes of the values, on the way there and on the way back.

mod column;
mod footer;
mod rewrite;
mod source;

use std::fs::File;
use std::io::{self, Write};
use std::iter::Peekable;

use ::parquet::data_type::ByteArray;

use super::batches::in_order;
use super::document::{Name, RecordName, Worker};
use super::encoding::Decoded;
use super::format::Format;
use super::jsonl::Halt;
use super::{Ledger, Stop, at, io_error, rebuild};
use crate::report::Outcome;
use crate::{Error, ErrorKind};
use rewrite::{Cell, rewrite};
use source::{Row, Source};

/// Cleans the text column of a Parquet file. `doc` and `shown` name the file in audit records and messages. Without
/// an `output`, only the text column is read.
pub(crate) fn clean<W: Write + Send>(
    worker: &Worker,
    (doc, shown): (&str, &str),
    input: File,
    output: Option<&mut W>,
    ledger: &mut Ledger,
) -> Result<(), Halt> {
    let source = Source::open(input, &worker.field, output.is_some()).map_err(Halt::Read)?;
    let work = |row| clean_row(worker, (doc, shown), row);
    let mut enter = |results: &[(Cell, Option<Outcome>)]| {
        results.iter().filter_map(|(_, outcome)| outcome.as_ref()).try_for_each(|outcome| ledger.enter(outcome))
    };
    let Some(output) = output else {
        return (0..source.row_groups()).try_for_each(|group| {
            let mut rows = source.rows(group).map_err(Halt::Read)?;
            in_order(
                || rows.next_batch().map_err(Halt::Read),
                work,
                |results: Vec<_>| enter(&results).map_err(Halt::Stop),
            )
        });
    };
    rewrite(&source, output, |mut rows, writer| {
        in_order(
            || rows.next_batch().map_err(Halt::Read),
            work,
            |results: Vec<_>| {
                enter(&results)?;
                writer.write(results.into_iter().map(|(cell, _)| cell)).map_err(Halt::Write)
            },
        )
    })
}

/// The row as it is to be written, and what became of its text, if it has one.
fn clean_row(worker: &Worker, (doc, shown): (&str, &str), row: Row) -> (Cell, Option<Outcome>) {
    let Row { number, level, value } = row;
    let Some(value) = value else {
        return (Cell { level, value: None }, None);
    };
    let source = value.data();
    let outcome = match Decoded::part(source, 0..source.len()) {
        Ok(decoded) => {
            let record = RecordName { format: Format::Parquet, number, id: None };
            worker.clean(Name { doc, shown, record: Some(record) }, &decoded)
        }
        Err(error) => Outcome::failed(at(format_args!("{shown}:{number}"), &error)),
    };
    // A copy, since the value as it was read keeps the whole page in memory for as long as it lives, and the writer
    // keeps some values: those of the dictionary, the least and the greatest one.
    let kept = outcome.kept(source).into_owned();
    (Cell { level, value: Some(ByteArray::from(kept)) }, Some(outcome))
}

/// Puts back what [`clean`] took out of the column `field`. `entries` are the audit records of the file with the rows
/// they belong to, in order; `shown` and `output_shown` name the files in errors.
pub(crate) fn restore<W: Write + Send>(
    (shown, output_shown): (&str, &str),
    clean: File,
    field: &str,
    entries: impl Iterator<Item = Result<(u64, Vec<u8>), Error>>,
    output: &mut W,
) -> Result<(), Error> {
    let mut entries = entries.peekable();
    let restored = Source::open(clean, field, true).map_err(Halt::Read).and_then(|source| {
        rewrite(&source, output, |mut rows, writer| {
            while let Some(batch) = rows.next_batch().map_err(Halt::Read)? {
                let cells = batch.into_iter().map(|row| restore_row(shown, row, &mut entries));
                let cells: Vec<Cell> = cells.collect::<Result<_, _>>().map_err(Stop::Failed)?;
                writer.write(cells).map_err(Halt::Write)?;
            }
            Ok(())
        })?;
        match entries.next() {
            None => Ok(()),
            Some(entry) => {
                let (row, _) = entry.map_err(Stop::Failed)?;
                let message = format!(
                    "the audit has removals of row {row} left over: rows are missing here, or its records are not in order"
                );
                Err(Stop::Failed(Error::new(ErrorKind::Data, shown, message)).into())
            }
        }
    });
    restored.map_err(|halt| match halt {
        Halt::Read(error) => io_error(shown, &error),
        Halt::Write(error) => io_error(output_shown, &error),
        Halt::Stop(Stop::Failed(error)) => error,
        Halt::Stop(Stop::ClosedPipe) => io_error(output_shown, &io::ErrorKind::BrokenPipe.into()),
    })
}

/// The row as it was before it was cleaned.
fn restore_row<I>(shown: &str, row: Row, entries: &mut Peekable<I>) -> Result<Cell, Error>
where
    I: Iterator<Item = Result<(u64, Vec<u8>), Error>>,
{
    let Row { number, level, value } = row;
    let mut own = Vec::new();
    while let Some(entry) = entries.next_if(|entry| !entry.as_ref().is_ok_and(|(row, _)| *row != number)) {
        own.push(entry?.1);
    }
    let value = match value {
        Some(value) if own.is_empty() => Some(value.data().to_vec()),
        Some(value) => {
            let original = rebuild::text(value.data(), &own);
            Some(original.map_err(|error| at(format_args!("{shown}:{number}"), &error))?)
        }
        None if own.is_empty() => None,
        None => {
            let message = "holds no text, but the audit has removals of it: the audit is of another run; not written";
            return Err(Error::new(ErrorKind::Data, format_args!("{shown}:{number}"), message));
        }
    };
    Ok(Cell { level, value: value.map(ByteArray::from) })
}
