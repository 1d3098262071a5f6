//! Standard input to standard output (or one file), and one file to standard output.
//!
//! Whatever goes wrong with the cleaning, the text passes through: a filter must never swallow its input.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use super::atomic::Draft;
use super::batches::in_pool;
use super::document::{Name, Worker};
use super::jsonl::{self, Halt};
use super::{Ledger, Stop, io_error, names};
use crate::report::Outcome;

/// What a filter reads and writes.
#[derive(Debug)]
pub(crate) struct Filter<'a> {
    /// The input; `None`: standard input.
    pub(crate) input: Option<&'a Path>,
    /// The output; `None`: standard output, if anything is to be written at all.
    pub(crate) output: Option<&'a Path>,
    /// Whether nothing is to be written.
    pub(crate) discard: bool,
    /// Whether the input is JSON Lines, not text.
    pub(crate) is_jsonl: bool,
    /// Threads for JSON Lines; a text needs none.
    pub(crate) threads: usize,
}

/// The name of standard input in audit records.
pub(crate) const STDIN_DOC: &str = "-";
const STDIN_SHOWN: &str = "standard input";

impl Filter<'_> {
    /// Cleans the input.
    pub(crate) fn run(&self, worker: &Worker, ledger: &mut Ledger) -> Result<(), Stop> {
        let input: Box<dyn Read + Send> = match self.input {
            None => Box::new(io::stdin()),
            Some(path) => match File::open(path) {
                Ok(file) => Box::new(file),
                Err(error) => {
                    let failed = Outcome::failed(io_error(names::shown(path), &error));
                    ledger.enter(&failed)?;
                    return ledger.end_input(&names::doc_name(path), &names::shown(path));
                }
            },
        };
        let mut output = match self.output {
            _ if self.discard => Output::Nothing,
            None => Output::Stdout(io::stdout()),
            Some(path) => Output::File(Draft::new(path, None).map_err(|e| io_error(names::shown(path), &e))?),
        };
        let shown = self.input.map_or(STDIN_SHOWN.to_owned(), names::shown);
        let doc = self.input.and_then(Path::file_name);
        let doc = doc.map_or(STDIN_DOC.to_owned(), |name| names::doc_name(name.as_ref()));
        let names = (doc.as_str(), shown.as_str());
        let read = if self.is_jsonl {
            in_pool(self.threads, || self.clean_records(worker, names, input, &mut output, ledger))??
        } else {
            self.clean_text(worker, names, input, &mut output, ledger)?
        };
        ledger.end_input(&doc, &shown)?;
        // The audit first: once the text is gone from the output, only the audit has it.
        ledger.secure_audit()?;
        match (read, output) {
            // Half a file is no output; what standard output has got it keeps.
            (false, Output::File(_)) => Ok(()),
            (_, output) => output.finish().map_err(|e| self.unwritable(&e)),
        }
    }

    /// Whether the input could be read to its end.
    fn clean_text(
        &self,
        worker: &Worker,
        (doc, shown): (&str, &str),
        mut input: impl Read,
        output: &mut Output,
        ledger: &mut Ledger,
    ) -> Result<bool, Stop> {
        let mut source = Vec::new();
        let read = input.read_to_end(&mut source);
        let outcome = match &read {
            Ok(_) => worker.clean_file(Name { doc, shown, record: None }, &source),
            Err(error) => Outcome::failed(io_error(shown, error)),
        };
        ledger.enter(&outcome)?;
        ledger.secure_audit()?;
        output.write_all(&outcome.kept(&source)).map_err(|e| self.unwritable(&e))?;
        Ok(read.is_ok())
    }

    /// Whether the input could be read to its end.
    fn clean_records(
        &self,
        worker: &Worker,
        names: (&str, &str),
        input: impl Read + Send,
        output: &mut Output,
        ledger: &mut Ledger,
    ) -> Result<bool, Stop> {
        let input = BufReader::with_capacity(1 << 18, input);
        match jsonl::clean(worker, names, input, output, ledger) {
            Ok(()) => Ok(true),
            Err(Halt::Read(error)) => {
                ledger.enter(&Outcome::failed(io_error(names.1, &error)))?;
                Ok(false)
            }
            Err(Halt::Write(error)) => Err(self.unwritable(&error)),
            Err(Halt::Stop(stop)) => Err(stop),
        }
    }

    fn unwritable(&self, error: &io::Error) -> Stop {
        match self.output {
            Some(path) => Stop::Failed(io_error(names::shown(path), error)),
            None => Stop::stdout(error),
        }
    }
}

/// Where a filter writes.
enum Output {
    Nothing,
    Stdout(io::Stdout),
    File(Draft),
}

impl Output {
    fn finish(self) -> io::Result<()> {
        match self {
            Output::Nothing => Ok(()),
            Output::Stdout(mut out) => out.flush(),
            Output::File(draft) => draft.ready()?.commit(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Nothing => Ok(bytes.len()),
            Output::Stdout(out) => out.write(bytes),
            Output::File(draft) => draft.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Nothing => Ok(()),
            Output::Stdout(out) => out.flush(),
            Output::File(draft) => draft.flush(),
        }
    }
}
