//! The headers of a WARC record: where they end, what they say and where it stands.
//!
//! Read as WARC 1.0 and 1.1 have it, and a little more: lines may end with LF alone, and versions before 1.0 will do.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memmem};

/// Headers of more bytes than this are taken for something else. Real ones have 500; addresses may be long.
pub(super) const MAX_HEAD: usize = 64 << 10;
/// The longest first line of a record: `WARC/1.10` with its line end.
pub(super) const MAX_VERSION_LINE: usize = 11;
/// With this, nearly every record goes on behind its first line.
const FIRST_NAME: &[u8] = b"WARC-";
/// A record begins, or does not, within this many bytes and the one before them.
pub(super) const MAX_START: usize = MAX_VERSION_LINE + FIRST_NAME.len();

/// The length of the line `WARC/1.0`, or another version, with which a record begins.
pub(super) fn version_line(bytes: &[u8]) -> Option<usize> {
    let [b'0' | b'1', b'.', minor @ ..] = bytes.strip_prefix(b"WARC/")? else { return None };
    let digits = minor.iter().take_while(|b| b.is_ascii_digit()).count();
    let end = line_end(&minor[digits..])?;
    (1..=2).contains(&digits).then_some(b"WARC/1.".len() + digits + end)
}

/// The length of the line end that comes next.
pub(super) fn line_end(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        _ => None,
    }
}

/// Where, from `from` on, the next record seems to begin, in bytes that are no well-formed record: with a version
/// at the beginning of a line, or (where files that break off were joined) one that headers follow.
///
/// Such a place that begins less than [`MAX_START`] before the end may be missed.
pub(super) fn next_start(bytes: &[u8], from: usize) -> Option<usize> {
    let places = memmem::find_iter(&bytes[from..], b"WARC/").map(|at| from + at);
    places.filter(|at| *at > 0).find(|&at| {
        let version = version_line(&bytes[at..]);
        version.is_some_and(|length| bytes[at - 1] == b'\n' || bytes[at + length..].starts_with(FIRST_NAME))
    })
}

/// The length of a record's headers with its first line and the blank line that ends them.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    let bytes = &bytes[..bytes.len().min(MAX_HEAD)];
    let mut at = version_line(bytes)?;
    loop {
        let line = &bytes[at..];
        if let Some(length) = line_end(line) {
            return Some(at + length);
        }
        let next = at + memchr(b'\n', line)? + 1;
        // The next record: this one is cut off.
        if next_start(&bytes[..bytes.len().min(next + FIRST_NAME.len())], at).is_some() {
            return None;
        }
        at = next;
    }
}

/// One header.
#[derive(Debug)]
pub(super) struct Field<'h> {
    /// As it is spelled.
    pub(super) name: &'h str,
    /// Where the value stands, without blanks around it.
    pub(super) value: Range<usize>,
    /// Where the header stands, with its line end.
    pub(super) line: Range<usize>,
}

impl Field<'_> {
    /// Whether this is the header of that name, however it is spelled.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The headers of a record.
#[derive(Debug)]
pub(super) struct Head<'h> {
    source: &'h str,
    /// In the order in which they stand.
    pub(super) fields: Vec<Field<'h>>,
}

impl<'h> Head<'h> {
    /// Reads the headers; `bytes` is all that stands before the block.
    pub(super) fn parse(bytes: &'h [u8]) -> Result<Self, String> {
        let source = str::from_utf8(bytes)
            .map_err(|e| format!("its headers are not UTF-8 from their byte {} on", e.valid_up_to()))?;
        let mut fields: Vec<Field<'h>> = Vec::new();
        let mut at = 0;
        for line in source.split_inclusive('\n') {
            let range = at..at + line.len();
            at = range.end;
            let folded = line.starts_with([' ', '\t']) && !line.trim().is_empty();
            if let Some(last) = fields.last_mut().filter(|last| folded && last.line.end == range.start) {
                last.line.end = range.end;
                last.value = trimmed(source, last.value.start..range.end);
            } else if let Some((name, value)) = line.split_once(':') {
                let value = trimmed(source, range.end - value.len()..range.end);
                fields.push(Field { name: name.trim(), value, line: range });
            }
        }
        Ok(Head { source, fields })
    }

    /// The value of the first header of that name, in one line.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'h, str>> {
        let value = &self.source[self.fields.iter().find(|field| field.is(name))?.value.clone()];
        if value.contains('\n') {
            return Some(value.lines().map(str::trim).collect::<Vec<_>>().join(" ").into());
        }
        Some(value.into())
    }

    /// How many bytes the block has.
    pub(super) fn content_length(&self) -> Result<u64, String> {
        let mut lengths = self.fields.iter().filter(|field| field.is("Content-Length"));
        let Some(field) = lengths.next() else { return Err("it has no Content-Length".to_owned()) };
        if lengths.next().is_some() {
            return Err("it has more than one Content-Length".to_owned());
        }
        let value = &self.source[field.value.clone()];
        // `parse` would let a plus sign pass.
        let number = value.parse().ok().filter(|_| value.bytes().all(|b| b.is_ascii_digit()));
        number.ok_or_else(|| {
            let shown: String = value.chars().take(30).collect(); // More digits than any length has.
            format!("Content-Length is {shown:?}, not a number of bytes")
        })
    }

    /// Whether the block is a text to clean: that of a conversion record, plain, and whole.
    pub(super) fn is_text(&self) -> bool {
        let is = |name, wanted: &str| self.get(name).map(|value| value.trim().eq_ignore_ascii_case(wanted));
        let media_type = self.get("Content-Type");
        let media_type = media_type.as_deref().and_then(|value| value.split(';').next());
        is("WARC-Type", "conversion") == Some(true)
            && media_type.is_none_or(|value| value.trim().eq_ignore_ascii_case("text/plain"))
            // The length of all segments stands in the last one.
            && self.get("WARC-Segment-Number").is_none()
    }
}

/// The range without white space at its ends.
fn trimmed(source: &str, range: Range<usize>) -> Range<usize> {
    let value = source[range.clone()].trim_ascii_start();
    let start = range.end - value.len();
    start..start + value.trim_ascii_end().len()
}
