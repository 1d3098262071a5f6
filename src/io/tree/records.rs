//! A file of records in a tree.

use std::fs::{File, Metadata};
use std::io::{self, Seek};

use super::{Item, Pending, Tree, commit};
use crate::io::atomic::Draft;
use crate::io::compression::{self, Compression};
use crate::io::format::Format;
use crate::io::output::Output;
use crate::io::records::{Halt, OnError, Stream, not_annotated, parquet};
use crate::io::{Ledger, Stop, io_error};
use crate::report::Outcome;

impl Tree<'_> {
    /// Cleans a file of records.
    pub(super) fn clean_records(&self, item: &Item, ledger: &mut Ledger) -> Result<(), Stop> {
        let shown = item.shown();
        let failed = match self.stream(item, &shown, ledger) {
            Ok(pending) => {
                if pending.is_some() || self.in_place || item.output.is_none() {
                    ledger.end_input(&item.doc, &shown)?;
                } else {
                    ledger.end_without_output(&item.doc, &shown)?;
                }
                return commit(ledger, pending.into_iter().collect());
            }
            Err(Halt::Stop(stop)) => return Err(stop),
            Err(Halt::Read(error) | Halt::Damaged(error)) => error,
            Err(Halt::Write(error)) => io_error(item.output_shown(), &error),
        };
        ledger.enter(&Outcome::failed(failed))?;
        if self.worker.on_error == OnError::Fail {
            return Err(Stop::Told);
        }
        ledger.end_without_output(&item.doc, &shown)
    }

    fn stream(&self, item: &Item, shown: &str, ledger: &mut Ledger) -> Result<Option<Pending>, Halt> {
        let unreadable = |e: io::Error| Halt::Read(io_error(shown, &e));
        let file = File::open(&item.input).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        let format = self.format_of(&item.input);
        let names = (item.doc.as_str(), shown);
        let stream = Stream::new(self.worker, names, format, item.output.as_deref());
        if self.worker.annotate.is_some() && !stream.has_fields() {
            return Err(Halt::Read(not_annotated(shown.to_owned())));
        }
        if format == Format::Parquet {
            return self.parquet(item, shown, parquet::seekable(file).map_err(unreadable)?, &metadata, ledger);
        }
        let draft = self.draft(item, &metadata, true).map_err(Halt::Write)?;
        let output = draft.map_or(Output::Nothing, Output::File);
        let (input_is, input) = compression::reader(&file).map_err(unreadable)?;
        let output_is = item.compression(input_is);
        let stream = stream.compressed(output_is);
        let mut output = stream.writer(output).map_err(Halt::Write)?;
        match stream.clean(input, &mut output, ledger) {
            // What could be decompressed is all there is, but the rest of the original may be mended one day.
            Err(Halt::Damaged(error)) if !stream.must_be_whole() && !self.in_place => {
                ledger.enter(&Outcome::failed(error))?;
            }
            result => result?,
        }
        let output = output.finish().map_err(Halt::Write)?;
        let is_same = !ledger.input_has_changes() && !stream.converts() && output_is == input_is;
        match output {
            // Another compressor would write other bytes. Of a pipe there is only what was written.
            Output::File(draft)
                if is_same && (self.in_place || input_is != Compression::None && metadata.is_file()) =>
            {
                self.unchanged(item, file, Some(draft))
            }
            output => self.pending(item, output),
        }
    }

    fn parquet(
        &self,
        item: &Item,
        shown: &str,
        file: File,
        metadata: &Metadata,
        ledger: &mut Ledger,
    ) -> Result<Option<Pending>, Halt> {
        let mut draft = self.draft(item, metadata, true).map_err(Halt::Write)?;
        let input = file.try_clone().map_err(|e| Halt::Read(io_error(shown, &e)))?;
        match parquet::clean(self.worker, (&item.doc, shown), input, draft.as_mut(), ledger) {
            Err(Halt::Read(error)) if self.worker.on_error == OnError::Pass => {
                ledger.enter(&Outcome::failed(error))?;
                self.unchanged(item, file, draft)
            }
            Err(Halt::Read(error)) if self.worker.on_error == OnError::Skip && !self.in_place => {
                ledger.enter(&Outcome::failed(error))?;
                let bytes = parquet::bytes_of(&file).map_err(|e| Halt::Read(io_error(shown, &e)))?;
                ledger.reject(&bytes, &[], true)?;
                Ok(None)
            }
            Err(halt) => Err(halt),
            Ok(()) if ledger.input_has_changes() => self.pending(item, draft.map_or(Output::Nothing, Output::File)),
            Ok(()) => self.unchanged(item, file, draft),
        }
    }

    fn pending(&self, item: &Item, output: Output) -> Result<Option<Pending>, Halt> {
        let ready = output.ready().map_err(Halt::Write)?;
        Ok(ready.map(|ready| Pending { ready, shown: item.output_shown() }))
    }

    /// The output of a file of records in which nothing changes: the very bytes of the input.
    fn unchanged(&self, item: &Item, mut input: File, draft: Option<Draft>) -> Result<Option<Pending>, Halt> {
        let Some(mut draft) = draft.filter(|_| !self.in_place) else {
            return Ok(None);
        };
        input.rewind().map_err(|e| Halt::Read(io_error(item.shown(), &e)))?;
        draft.replace(&mut input).map_err(Halt::Write)?;
        self.pending(item, Output::File(draft))
    }
}
