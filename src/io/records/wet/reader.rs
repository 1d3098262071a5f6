//! A WARC stream, cut into units. A record whose length is right, or nearly, is one unit; whatever else stands there
//! passes through, up to where the next record begins.
//!
//! Each byte is looked at a fixed number of times, however many records lie: the bytes that a false length has
//! brought in stay for the records behind.

use std::io::{self, BufRead};

use super::ahead::Ahead;
use super::head::{self, Head, MAX_HEAD, MAX_START, line_end, next_start, version_line};
use super::{Kind, Unit, Units};
use crate::io::records::{MAX_RECORD, PIECE};
use crate::{Error, ErrorKind};

/// What a record ends with.
const SEPARATOR: &[u8] = b"\r\n\r\n";
/// What is looked at behind a block: the separator, more line ends than anyone writes, the first line of a record.
const BEHIND: usize = 64;

/// Reads a decompressed WARC stream.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    ahead: Ahead<R>,
    offset: u64,
    number: u64,
    /// Whether the last unit was broken and goes on.
    broken: bool,
    max_record: u64,
    piece: usize,
}

impl<R: BufRead> Units for Reader<R> {
    fn next(&mut self) -> io::Result<Option<Unit>> {
        self.ahead.read(1);
        let bytes = self.ahead.bytes();
        if bytes.is_empty() {
            return self.ahead.error().map_or(Ok(None), Err);
        }
        if self.broken {
            return Ok(Some(self.broken_piece(0, Kind::More)));
        }
        self.ahead.read(MAX_HEAD);
        let bytes = self.ahead.bytes();
        let mut blank = 0;
        while let Some(length) = line_end(&bytes[blank..]) {
            blank += length;
        }
        if blank > 0 {
            return Ok(Some(self.unit(blank, Kind::Other)));
        }
        self.number += 1;
        Ok(Some(self.record()))
    }
}

impl<R: BufRead> Reader<R> {
    /// A reader of the whole of `input`.
    pub(crate) fn new(input: R) -> Self {
        Reader {
            ahead: Ahead::new(input),
            offset: 0,
            number: 0,
            broken: false,
            max_record: MAX_RECORD as u64,
            piece: PIECE,
        }
    }

    /// With a smaller [`MAX_RECORD`] and [`PIECE`], so that little data reaches them.
    #[cfg(any(test, fuzzing))]
    pub(super) fn with_limits(input: R, max_record: u64, piece: usize) -> Self {
        Reader { max_record, piece, ..Reader::new(input) }
    }

    /// The record that begins here.
    fn record(&mut self) -> Unit {
        self.ahead.read(MAX_HEAD);
        let bytes = self.ahead.bytes();
        let Some(version) = version_line(bytes) else {
            return self.bad(0, "no WARC record begins here; expected a line such as WARC/1.0".to_owned());
        };
        let Some(start) = head::length(bytes) else {
            let limit = MAX_HEAD >> 10;
            return self.bad(version, format!("its headers do not end with a blank line within {limit} KB"));
        };
        let said = Head::parse(&bytes[..start]).and_then(|head| Ok((head.content_length()?, head.is_text())));
        let (length, is_text) = match said {
            Ok(said) => said,
            Err(why) => return self.bad(version, why),
        };
        let max = self.max_record;
        let Some(end) = usize::try_from(length).ok().filter(|_| length <= max).map(|length| start + length) else {
            return self.bad(start, format!("Content-Length says {length} bytes; more than {max} are not read"));
        };
        self.ahead.read(end + BEHIND);
        let bytes = self.ahead.bytes();
        let there = bytes.len().saturating_sub(start);
        if bytes.len() < end && next_start(bytes, start).is_none() {
            return self.bad(start, format!("the record is cut off: {length} bytes announced, {there} there"));
        }
        match self.end_of_record(start, end) {
            Some(length) => self.unit(length, if is_text { Kind::Text(start..end) } else { Kind::Other }),
            None => self.bad(start, format!("Content-Length says {length} bytes, but the record does not end there")),
        }
    }

    /// Where the record whose block would stand between `start` and `end` ends with its separator; `None` if the
    /// bytes there do not bear out that length.
    ///
    /// Two line ends should follow the block. Fewer will do if a record or the end of the file is next: there the
    /// length is as good as proven.
    fn end_of_record(&self, start: usize, end: usize) -> Option<usize> {
        let (bytes, ended) = (self.ahead.bytes(), self.ahead.ended());
        let behind = bytes.get(end..)?;
        if behind.starts_with(SEPARATOR) {
            let mut rest = &behind[SEPARATOR.len()..behind.len().min(BEHIND)];
            while let Some(length) = line_end(rest) {
                rest = &rest[length..];
            }
            let end = end + SEPARATOR.len();
            // Something else follows: is the next record broken, or does this one reach into another?
            let sure = rest.is_empty() || version_line(rest).is_some();
            return (sure || next_start(&bytes[..end], start).is_none()).then_some(end);
        }
        if bytes[end - 1] == b'\r' && behind.starts_with(b"\n") {
            return None; // No block ends within a line end.
        }
        let first = line_end(behind).unwrap_or(0);
        let length = first + line_end(&behind[first..]).unwrap_or(0);
        let rest = &behind[length..];
        // A file may be cut off within the separator.
        if ended && matches!(rest, [] | [b'\r']) {
            return Some(bytes.len());
        }
        version_line(rest).map(|_| end + length)
    }

    /// A broken record, or none, up to where the next one begins; it does not before `from`.
    fn bad(&mut self, from: usize, why: String) -> Unit {
        self.broken_piece(from, Kind::Bad(Error::new(ErrorKind::Data, "", why)))
    }

    /// What passes through up to the next record, or a piece of it.
    fn broken_piece(&mut self, from: usize, kind: Kind) -> Unit {
        let window = from + self.piece + MAX_START;
        self.ahead.read(window);
        let held = self.ahead.bytes();
        let bytes = &held[..held.len().min(window)];
        let (length, goes_on) = match next_start(bytes, from) {
            Some(start) => (start, false),
            None if self.ahead.ended() && bytes.len() == held.len() => (bytes.len(), false),
            // In the last bytes, a record may begin; the one before them may be the line end that tells so.
            None => (bytes.len() - MAX_START, true),
        };
        self.broken = goes_on;
        self.unit(length, kind)
    }

    fn unit(&mut self, length: usize, kind: Kind) -> Unit {
        let unit = Unit { number: self.number, offset: self.offset, bytes: self.ahead.take(length), kind };
        self.offset += length as u64;
        unit
    }
}
