//! Parquet: a document in every row, in one of the columns. That column is read, cleaned and written anew, page by
//! page; every other column is copied as the bytes it is, so that nothing about it can change.
//!
//! - [`source`]: the file, its footer, and its rows; [`values`]: those of one column; [`column`]: which one has the text
//! - [`rewrite`]: the new file; [`footer`]: its footer, which is the old one but for what had to change
//!
//! Here: what becomes of the values, on the way there and on the way back.

mod column;
mod footer;
mod rewrite;
mod source;
mod values;

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::iter::Peekable;
use std::sync::mpsc::Receiver;

use ::parquet::data_type::ByteArray;

use super::OnError;
use super::json::Field;
use crate::io::batches::in_order;
use crate::io::document::{Name, RecordName, Worker};
use crate::io::encoding::Decoded;
use crate::io::format::Format;
use crate::io::restore::rebuild;
use crate::io::{Ledger, Stop, at, io_error};
use crate::report::{Fate, Outcome};
use crate::{Error, ErrorKind};
use rewrite::{Cell, rewrite};
use source::{Row, Source};

/// The file, or one without a name that holds what comes out of it if it is a pipe: Parquet is read from both ends.
pub(crate) fn seekable(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() { Ok(file) } else { spooled(file) }
}

/// What can be read, as a file without a name.
pub(crate) fn spooled(mut input: impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut input, &mut file)?;
    Ok(file)
}

/// The whole file, which was opened by [`seekable`] or [`spooled`].
pub(crate) fn bytes_of(mut file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why the rewriting ends before its end.
#[derive(Debug)]
enum Halt {
    Read(io::Error),
    Write(io::Error),
    Stop(Stop),
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Halt::Stop(stop)
    }
}

/// Cleans the text column of a Parquet file. `doc` and `shown` name the file in audit records and messages. Without
/// an `output`, only the text column is read.
pub(crate) fn clean<W: Write + Send>(
    worker: &Worker,
    names: (&str, &str),
    input: File,
    output: Option<&mut W>,
    ledger: &mut Ledger,
) -> Result<(), super::Halt> {
    clean_rows(worker, names, input, output, ledger).map_err(|halt| match halt {
        Halt::Read(error) => super::Halt::Read(io_error(names.1, &error)),
        Halt::Write(error) => super::Halt::Write(error),
        Halt::Stop(stop) => super::Halt::Stop(stop),
    })
}

fn clean_rows<W: Write + Send>(
    worker: &Worker,
    (doc, shown): (&str, &str),
    input: File,
    output: Option<&mut W>,
    ledger: &mut Ledger,
) -> Result<(), Halt> {
    let source = Source::open(input, &worker.field, output.is_some()).map_err(Halt::Read)?;
    if output.is_some() {
        // Damage is found before anything is told of rows whose file will not be written. Cleaning takes 20 times as long.
        for group in 0..source.row_groups() {
            let mut rows = source.rows(group).map_err(Halt::Read)?;
            while rows.next_batch().map_err(Halt::Read)?.is_some() {}
        }
    }
    let source = if worker.audit { source.with_ids() } else { source };
    let work = |row| clean_row(worker, (doc, shown), row);
    let mut enter = |results: &[(Cell, Option<Outcome>)]| {
        results.iter().filter_map(|(_, outcome)| outcome.as_ref()).try_for_each(|outcome| {
            ledger.enter(outcome)?;
            // A row cannot be left out, so with `skip` it passes, too.
            match outcome.fate {
                Fate::Failed(_) if worker.on_error == OnError::Fail => Err(Halt::Stop(Stop::Told)),
                _ => Ok(()),
            }
        })
    };
    let Some(output) = output else {
        return (0..source.row_groups()).try_for_each(|group| {
            let rows = source.rows(group).map_err(Halt::Read)?;
            rows.read_ahead(|batches| in_order(move || next(&batches), work, |results: Vec<_>| enter(&results)))
        });
    };
    rewrite(&source, output, |rows, writer| {
        rows.read_ahead(|batches| {
            in_order(
                move || next(&batches),
                work,
                |results: Vec<_>| {
                    enter(&results)?;
                    writer.write(results.into_iter().map(|(cell, _)| cell)).map_err(Halt::Write)
                },
            )
        })
    })
}

/// The next batch; the thread that reads sends something until the end.
fn next(batches: &Receiver<io::Result<Option<Vec<Row>>>>) -> Result<Option<Vec<Row>>, Halt> {
    let ended = || Err(io::Error::other("the reading ended before its end"));
    batches.recv().unwrap_or_else(|_| ended()).map_err(Halt::Read)
}

/// The row as it is to be written, and what became of its text, if it has one.
fn clean_row(worker: &Worker, (doc, shown): (&str, &str), row: Row) -> (Cell, Option<Outcome>) {
    let Row { number, level, value, id } = row;
    let Some(value) = value else {
        return (Cell { level, value: None }, None);
    };
    let outcome = match Decoded::part(&value, 0..value.len()) {
        Ok(decoded) => {
            let field = worker.field.as_str();
            let record = RecordName { format: Format::Parquet, number, id: id.as_deref(), field };
            worker.clean(Name { doc, shown, record: Some(record) }, &decoded)
        }
        Err(error) => Outcome::failed(at(format_args!("{shown}:{number}"), &error)),
    };
    let value = if outcome.cuts.is_empty() { value } else { outcome.kept(&value).into_owned() };
    (Cell { level, value: Some(ByteArray::from(value)) }, Some(outcome))
}

/// Puts back what [`clean`] took out of the column `field`. `entries` are the audit records of the file with the rows
/// they belong to, in order; `shown` and `output_shown` name the files in errors.
pub(crate) fn restore<W: Write + Send>(
    (shown, output_shown): (&str, &str),
    clean: File,
    field: &Field,
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
        Halt::Stop(Stop::ClosedPipe | Stop::Told) => io_error(output_shown, &io::ErrorKind::BrokenPipe.into()),
    })
}

/// The row as it was before it was cleaned.
fn restore_row<I>(shown: &str, row: Row, entries: &mut Peekable<I>) -> Result<Cell, Error>
where
    I: Iterator<Item = Result<(u64, Vec<u8>), Error>>,
{
    let Row { number, level, value, id: _ } = row;
    let mut own = Vec::new();
    while let Some(entry) = entries.next_if(|entry| !entry.as_ref().is_ok_and(|(row, _)| *row != number)) {
        own.push(entry?.1);
    }
    let value = match value {
        Some(value) if own.is_empty() => Some(value),
        Some(value) => {
            let original = rebuild::text(&value, &own);
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ::parquet::basic::Compression;
    use ::parquet::data_type::{ByteArrayType, Int64Type};
    use ::parquet::file::properties::WriterProperties;
    use ::parquet::file::writer::SerializedFileWriter;
    use ::parquet::schema::parser::parse_message_type;

    use super::*;
    use crate::Cleaner;
    use crate::io::ledger::Books;
    use crate::report::Console;

    const TEXT: &str = "The ferry\n\nThe council of the town voted on Monday to build a bridge.\n\nAdvertisement\n";

    fn file(compression: Compression, dictionary: bool) -> Vec<u8> {
        let schema = parse_message_type("message m { required int64 id; optional binary text (UTF8); }").unwrap();
        let properties = WriterProperties::builder().set_compression(compression).set_dictionary_enabled(dictionary);
        let properties = properties.set_bloom_filter_enabled(true).set_data_page_row_count_limit(3).build();
        let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties)).unwrap();
        for _ in 0..2 {
            let mut group = file.next_row_group().unwrap();
            let mut ids = group.next_column().unwrap().unwrap();
            ids.typed::<Int64Type>().write_batch(&[1, 2, 3, 4, 5], None, None).unwrap();
            ids.close().unwrap();
            let mut texts = group.next_column().unwrap().unwrap();
            let values: Vec<ByteArray> = (0..4).map(|n| format!("{TEXT}{n}").as_str().into()).collect();
            texts.typed::<ByteArrayType>().write_batch(&values, Some(&[1, 0, 1, 1, 1]), None).unwrap();
            texts.close().unwrap();
            group.close().unwrap();
        }
        file.into_inner().unwrap()
    }

    /// Whatever bytes are flipped, there is an error or an output that can be read, and never a panic.
    #[test]
    fn damaged_files_are_errors() {
        let cleaner = Cleaner::new().unwrap();
        let worker = Worker { audit: true, ..Worker::new(cleaner) };
        let path = tempfile::tempdir().unwrap();
        let path = path.path().join("a.parquet");
        let mut ledger = Ledger::new(Console::new(true, false), Books::default());
        // The numbers of Numerical Recipes for a sequence that looks random and is always the same.
        let mut random = 1_u32;
        let mut next = |below: usize| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 8) as usize % below
        };
        let mut failures = 0;
        for round in 0..150 {
            let codec = [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::LZ4_RAW][round % 3];
            let mut bytes = file(codec, round % 2 == 0);
            for _ in 0..1 + next(3) {
                // The footer as often as all the rest.
                let from = if next(2) == 0 { 0 } else { bytes.len() - bytes.len() / 4 };
                let at = from + next(bytes.len() - from);
                bytes[at] = next(256) as u8;
            }
            std::fs::write(&path, &bytes).unwrap();
            let mut output = Vec::new();
            let input = File::open(&path).unwrap();
            let done = clean(&worker, ("a", "a"), input, Some(&mut output), &mut ledger);
            if done.is_err() {
                failures += 1;
                continue;
            }
            std::fs::write(&path, &output).unwrap();
            let again = clean(&worker, ("a", "a"), File::open(&path).unwrap(), None::<&mut Vec<u8>>, &mut ledger);
            assert!(again.is_ok(), "round {round}: {again:?}");
        }
        assert!((10..150).contains(&failures), "{failures}");
    }
}
