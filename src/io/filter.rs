//! Standard input to standard output (or one file), and one file to standard output.
//!
//! Whatever goes wrong with the cleaning, the text passes through: a filter must never swallow its input.

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, Write};
use std::path::Path;

use super::atomic::Draft;
use super::batches::in_pool;
use super::compression::{self, Compression};
use super::document::{Name, Worker};
use super::format::Format;
use super::output::Output;
use super::records::{Halt, OnError, Stream, not_annotated, parquet};
use super::{Ledger, Stop, io_error, names};
use crate::Error;
use crate::report::{Fate, Outcome};

/// What a filter reads and writes.
#[derive(Debug)]
pub(crate) struct Filter<'a> {
    /// The input; `None`: standard input.
    pub(crate) input: Option<&'a Path>,
    /// The output; `None`: standard output, if anything is to be written at all.
    pub(crate) output: Option<&'a Path>,
    /// Whether nothing is to be written.
    pub(crate) discard: bool,
    /// What the input holds.
    pub(crate) format: Format,
    /// Threads for records; a text needs none.
    pub(crate) threads: usize,
}

/// The name of standard input in audit records.
pub(crate) const STDIN_DOC: &str = "-";
const STDIN_SHOWN: &str = "standard input";

impl Filter<'_> {
    /// Cleans the input.
    pub(crate) fn run(&self, worker: &Worker, ledger: &mut Ledger) -> Result<(), Stop> {
        let shown = self.input.map_or(STDIN_SHOWN.to_owned(), names::shown);
        let doc = self.input.and_then(Path::file_name);
        let doc = doc.map_or(STDIN_DOC.to_owned(), |name| names::doc_name(name.as_ref()));
        let names = (doc.as_str(), shown.as_str());
        let stream = Stream::new(worker, names, self.format, self.output);
        if worker.annotate.is_some() && !stream.has_fields() {
            return Err(Stop::Failed(not_annotated(shown)));
        }
        if self.format == Format::Parquet {
            return in_pool(self.threads, || self.clean_parquet(worker, names, ledger))?;
        }
        let opened = match self.input {
            None => compression::reader(io::stdin()),
            Some(path) => File::open(path).and_then(compression::reader),
        };
        let (input_is, input) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                ledger.enter(&Outcome::failed(io_error(&shown, &error)))?;
                return ledger.end_input(&doc, &shown);
            }
        };
        let output = self.open_output()?;
        let compression = match self.output {
            Some(path) => Compression::of_output(path, self.input.unwrap_or(Path::new("")), input_is),
            None => Compression::None,
        };
        let stream = stream.compressed(compression);
        let mut output = stream.writer(output).map_err(|e| self.unwritable(&e))?;
        let is_whole = if self.format == Format::Text {
            self.clean_text(worker, names, input, &mut output, ledger)?
        } else {
            in_pool(self.threads, || self.clean_records(stream, input, &mut output, ledger))??
        };
        ledger.end_input(&doc, &shown)?;
        // The audit first: once the text is gone from the output, only the audit has it.
        ledger.secure()?;
        if !is_whole && self.output.is_some() {
            // Half a file is no output; what standard output has got it keeps.
            return Ok(());
        }
        output.finish().and_then(Output::commit).map_err(|e| self.unwritable(&e))
    }

    /// Whether the output is whole.
    fn clean_text(
        &self,
        worker: &Worker,
        (doc, shown): (&str, &str),
        mut input: impl Read,
        output: &mut impl Write,
        ledger: &mut Ledger,
    ) -> Result<bool, Stop> {
        let mut source = Vec::new();
        let read = input.read_to_end(&mut source);
        let outcome = match &read {
            Ok(_) => worker.clean_file(Name { doc, shown, record: None }, &source),
            Err(error) => Outcome::failed(io_error(shown, error)),
        };
        ledger.enter(&outcome)?;
        ledger.secure()?;
        match (&outcome.fate, worker.on_error) {
            (Fate::Failed(_), OnError::Fail) => return Err(Stop::Told),
            (Fate::Failed(_), OnError::Skip) => ledger.reject(&source, &[], true)?,
            _ => output.write_all(&outcome.kept(&source)).map_err(|e| self.unwritable(&e))?,
        }
        Ok(read.is_ok())
    }

    /// Whether the output is whole.
    fn clean_records(
        &self,
        stream: Stream<'_>,
        input: impl BufRead + Send,
        output: &mut (impl Write + Send),
        ledger: &mut Ledger,
    ) -> Result<bool, Stop> {
        let failed = |error: Error, ledger: &mut Ledger| ledger.enter(&Outcome::failed(error));
        match stream.clean(input, output, ledger) {
            Ok(()) => Ok(true),
            Err(Halt::Read(error)) => failed(error, ledger).map(|()| false),
            // What could be decompressed is all there is.
            Err(Halt::Damaged(error)) => failed(error, ledger).map(|()| !stream.must_be_whole()),
            Err(Halt::Write(error)) => Err(self.unwritable(&error)),
            Err(Halt::Stop(stop)) => Err(stop),
        }
    }

    /// Parquet is read from both ends, so what is no file becomes one first. What cannot be cleaned passes through.
    fn clean_parquet(&self, worker: &Worker, names: (&str, &str), ledger: &mut Ledger) -> Result<(), Stop> {
        let opened = match self.input {
            None => parquet::spooled(io::stdin()),
            Some(path) => File::open(path).and_then(parquet::seekable),
        };
        let input = match opened {
            Ok(input) => input,
            Err(error) => {
                ledger.enter(&Outcome::failed(io_error(names.1, &error)))?;
                return ledger.end_input(names.0, names.1);
            }
        };
        let output = self.open_output()?;
        let unread = |e: io::Error| Halt::Read(io_error(names.1, &e));
        // Standard output has to wait for the end, too: nobody could take half a file back.
        let mut result = tempfile::tempfile().map_err(|e| self.unwritable(&e))?;
        let writer = Some(&mut result).filter(|_| !self.discard);
        let cleaned = input.try_clone().map_err(unread);
        match cleaned.and_then(|input| parquet::clean(worker, names, input, writer, ledger)) {
            Ok(()) if ledger.input_has_changes() => {}
            // The very bytes of the input.
            Ok(()) => result = input,
            Err(Halt::Write(error)) => return Err(self.unwritable(&error)),
            Err(Halt::Stop(stop)) => return Err(stop),
            Err(Halt::Read(error) | Halt::Damaged(error)) => {
                ledger.enter(&Outcome::failed(error))?;
                match worker.on_error {
                    OnError::Fail => return Err(Stop::Told),
                    OnError::Skip => {
                        let source = parquet::bytes_of(&input).map_err(|e| io_error(names.1, &e))?;
                        ledger.reject(&source, &[], true)?;
                        return ledger.end_input(names.0, names.1);
                    }
                    OnError::Pass => result = input,
                }
            }
        }
        ledger.end_input(names.0, names.1)?;
        ledger.secure()?;
        self.finish(result, output).map_err(|e| self.unwritable(&e))
    }

    fn finish(&self, mut result: File, mut output: Output) -> io::Result<()> {
        if !self.discard {
            result.rewind()?;
            io::copy(&mut result, &mut output)?;
        }
        output.commit()
    }

    fn open_output(&self) -> Result<Output, Stop> {
        Ok(match self.output {
            _ if self.discard => Output::Nothing,
            None => Output::Stdout(io::stdout()),
            Some(path) => Output::File(Draft::new(path, None).map_err(|e| self.unwritable(&e))?),
        })
    }

    fn unwritable(&self, error: &io::Error) -> Stop {
        match self.output {
            Some(path) if error.kind() != io::ErrorKind::BrokenPipe => {
                Stop::Failed(io_error(names::shown(path), error))
            }
            _ => Stop::stdout(error),
        }
    }
}
