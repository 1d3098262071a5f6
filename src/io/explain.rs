//! `dechrome explain`: one document, read from a file or standard input, with its removals marked.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::ops::Range;
use std::path::Path;

use super::document::{Worker, for_reading};
use super::encoding::Decoded;
use super::format::Format;
use super::{Stop, at, compression, io_error, names};
use crate::report::{Console, Fate, Paint, explain};
use crate::{Error, ErrorKind, Removal};

/// Explains what happens to the document.
pub(crate) fn run(worker: &Worker, path: Option<&Path>, console: &Console, paint: Paint) -> Result<(), Stop> {
    let shown = path.map_or("standard input".to_owned(), names::shown);
    if path.is_some_and(|path| Format::of(path).has_records()) {
        let message = "holds records; explain takes one text: put the text of one record into it on standard input";
        return Err(Error::new(ErrorKind::Usage, shown, message).into());
    }
    let mut source = Vec::new();
    let read = match path {
        Some(path) => File::open(path).and_then(compression::reader),
        None => compression::reader(io::stdin()),
    };
    read.and_then(|(_, mut input)| input.read_to_end(&mut source)).map_err(|e| io_error(&shown, &e))?;
    let decoded = Decoded::new(&source, worker.encoding).map_err(|e| at(&shown, &e))?;
    let (fate, mode, cuts) = worker.cuts(&decoded).map_err(|e| at(&shown, &e))?;
    match fate {
        Fate::OverBudget => {
            console.say(format_args!("{shown}: over the removal budget; left as it is (--max-removed raises it)"))
        }
        Fate::NoContent => console.say(format_args!("{shown}: a whole page without content; left as it is")),
        Fate::Unsettled => console.say(format_args!("{shown}: removals do not settle; left as it is")),
        _ => {}
    }
    let (text, spans) = for_reading(&decoded, &cuts);
    let marked: Vec<(Range<usize>, &Removal)> = spans.into_iter().zip(cuts.iter().map(|cut| &cut.removal)).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    let written = explain::write(&mut out, text, mode, &marked, paint).and_then(|()| out.flush());
    written.map_err(|e| Stop::stdout(&e))
}
