//! WARC files and Common Crawl's WET files: records in, records out. What is cleaned is the text of conversion
//! records; every other byte of the file passes through.
//!
//! - [`reader`]: the file as units, each at most one record; with [`ahead`], the bytes it has read ahead
//! - [`head`]: the headers of a record
//! - [`convert`]: records as JSON Lines
//! - [`write`]: a record with another text, as JSON, compressed; with [`digest`], the digests that headers hold
//!
//! Compression is not dealt with here: units are those of the decompressed stream.

mod ahead;
mod convert;
mod digest;
mod head;
#[cfg(test)]
mod properties;
mod reader;
#[cfg(test)]
mod tests;
mod write;

use std::ops::Range;
use std::sync::LazyLock;

pub(crate) use convert::Converted;
pub(crate) use reader::Reader;
pub(crate) use write::member;
use write::{id, json_line, rewritten};

use super::json::Field;
use super::{Cleaned, Kind, Unit, Units};
use crate::Error;
use crate::io::document::{Name, Worker};
use crate::io::encoding::Decoded;

/// The field that holds the text when records become JSON.
pub(super) static TEXT: LazyLock<Field> = LazyLock::new(|| Field::new("text"));

/// What becomes of the record whose text stands in this range, and the new record if there is one.
pub(super) fn clean(worker: &Worker, name: Name<'_>, record: &[u8], text: Range<usize>) -> Result<Cleaned, Error> {
    let decoded = Decoded::part(record, text.clone())?;
    // Only the audit names records.
    let id = if worker.audit { id(&record[..text.start]) } else { None };
    let outcome = worker.clean(name.with_id(id.as_deref()), &decoded);
    let changed = (!outcome.cuts.is_empty()).then(|| {
        let kept = outcome.kept(record);
        rewritten(record, &text, &kept[text.start..kept.len() - (record.len() - text.end)])
    });
    Ok((outcome, changed))
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
