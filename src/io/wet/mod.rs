//! WARC files and Common Crawl's WET files: records in, records out. What is cleaned is the text of conversion
//! records; every other byte of the file passes through.
//!
//! - [`reader`]: the file as units, each at most one record; with [`ahead`], the bytes it has read ahead
//! - [`head`]: the headers of a record
//! - [`write`]: a record with another text, as JSON, compressed; with [`digest`], the digests that headers hold
//!
//! Compression is not dealt with here: units are those of the decompressed stream.

mod ahead;
mod digest;
mod head;
#[cfg(test)]
mod properties;
mod reader;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use reader::Reader;
pub(crate) use write::{json_line, member, rewritten};

use std::ops::Range;

use super::rebuild;
use crate::Error;

/// A part of the stream. The bytes of all units, one after the other, are the stream.
#[derive(Debug)]
pub(crate) struct Unit {
    /// The number of the record, counted from 1 over all types; bytes that stand where a record should count as
    /// one. Line ends between records, and [`Kind::More`], have the number of the record before (0: none).
    pub(crate) number: u64,
    /// Where in the decompressed stream it begins.
    pub(crate) offset: u64,
    /// The bytes, with the line ends that close the record.
    pub(crate) bytes: Vec<u8>,
    /// What they are.
    pub(crate) kind: Kind,
}

/// What the bytes of a unit are.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A conversion record: its text stands in this range of the bytes.
    Text(Range<usize>),
    /// Another type of record, or line ends between records: passes through.
    Other,
    /// Broken: passes through. The place of the error is the byte offset; the file and the number are to be put
    /// before it.
    Bad(Error),
    /// The rest of a [`Kind::Bad`] unit that is too large to be held.
    More,
}

/// The original of a cleaned record, from the audit lines that speak of it.
pub(crate) fn restored(record: &[u8], text: &Range<usize>, lines: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    rebuild::part(record, text, lines)
}

/// What has to be true of any input; panics if it is not.
#[cfg(any(test, fuzzing))]
pub(crate) fn check(data: &[u8]) {
    for reader in [Reader::new(data), Reader::with_limits(data, 64, 32)] {
        check_reader(data, reader);
    }
}

#[cfg(any(test, fuzzing))]
fn check_reader(data: &[u8], mut reader: Reader<&[u8]>) {
    let mut at = 0;
    let mut number = 0;
    while let Some(unit) = reader.next().expect("a slice can be read") {
        assert_eq!(unit.offset, at as u64);
        assert!(!unit.bytes.is_empty() && data[at..].starts_with(&unit.bytes), "not the input at {at}");
        at += unit.bytes.len();
        assert!(unit.number == number || unit.number == number + 1);
        number = unit.number;
        let Kind::Text(text) = unit.kind else { continue };
        let mut kept = &unit.bytes[text.start..text.start + text.len() / 2];
        // A line end that is cut in two would become whole with a separator of LF alone. The cleaner cuts none.
        while let [front @ .., b'\r'] = kept {
            kept = front;
        }
        let clean = rewritten(&unit.bytes, &text, kept);
        let again = Reader::new(&clean[..]).next().expect("a slice can be read").expect("a record");
        assert_eq!(again.bytes, clean);
        let Kind::Text(text) = again.kind else { panic!("not a text any more: {:?}", again.kind) };
        assert_eq!(&clean[text], kept);
    }
    assert_eq!(at, data.len());
}
