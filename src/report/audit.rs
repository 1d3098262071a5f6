//! The audit: one JSON object per removal and line, with all that is needed to put it back.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use siphasher::sip128::SipHasher13;

use crate::{Error, ErrorKind};

/// The label of a record that was left out because it could not be cleaned.
pub(crate) const REJECTED: &str = "rejected";

/// The same where the output has another format, so that it cannot be put back there.
pub(crate) const LEFT_OUT: &str = "left-out";

/// One removal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry<'a> {
    /// The document: its path in the cleaned tree, `-` for standard input; `#` and the record's id may follow.
    #[serde(borrow)]
    pub(crate) doc: Cow<'a, str>,
    /// The number of the record in the file, counted from 1.
    pub(crate) record: Option<u64>,
    /// The format of the file that the record is in.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<Cow<'a, str>>,
    /// First byte: of the file, or of the record's text in UTF-8.
    pub(crate) start: usize,
    /// Behind the last byte.
    pub(crate) end: usize,
    /// First and last line of the text.
    pub(crate) lines: [usize; 2],
    /// The kind of chrome.
    #[serde(borrow)]
    pub(crate) label: Cow<'a, str>,
    /// The id of the rule.
    #[serde(borrow)]
    pub(crate) rule: Cow<'a, str>,
    /// Why the rule applied.
    #[serde(borrow)]
    pub(crate) reason: Cow<'a, str>,
    /// What was removed; lossy where `bytes` is there.
    #[serde(borrow)]
    pub(crate) text: Cow<'a, str>,
    /// The removed bytes in hexadecimal, where `text` in UTF-8 is not the same bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<String>,
    /// The removed part of the JSON string as it was escaped, where a plain writer would escape `text` otherwise.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) raw: Option<Cow<'a, str>>,
    /// The field or column that held the text of a record.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<Cow<'a, str>>,
    /// What stood before the text of a WET record, which names its length: in the first removal of the record.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) head: Option<Cow<'a, str>>,
    /// [`digest`] of the original: the file, the record's whole line, the WET record, the value of a Parquet column.
    #[serde(borrow)]
    pub(crate) digest: Cow<'a, str>,
}

impl Entry<'_> {
    /// Appends the entry as one line.
    pub(crate) fn write(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        serde_json::to_writer(&mut *out, self).map_err(|e| Error::new(ErrorKind::Data, "audit record", e))?;
        out.push(b'\n');
        Ok(())
    }

    /// The removed bytes of a file.
    pub(crate) fn removed(&self) -> Option<Cow<'_, [u8]>> {
        match &self.bytes {
            Some(hex) => from_hex(hex).map(Cow::Owned),
            None => Some(Cow::Borrowed(self.text.as_bytes())),
        }
    }
}

/// Tells whether a document is the very one that was cleaned: SipHash-1-3 with 128 bits and the zero key, as
/// hexadecimal digits.
///
/// It has to notice mistakes (another file, an edited one, a mixed-up audit), not attacks: whoever can forge the
/// text can forge the digest beside it. For that a small crate without dependencies does, and it takes a fraction
/// of the time of a cryptographic hash, which every changed document would pay.
pub(crate) fn digest(original: &[u8]) -> String {
    let hash = SipHasher13::new().hash(original);
    format!("{:016x}{:016x}", hash.h1, hash.h2)
}

/// The bytes as hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(str::from_utf8(pair).ok().filter(|p| p.len() == 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_never_changes() {
        // Audit files are kept for years.
        assert_eq!(digest(b""), "2134935d61d9b40db91c5ed031fb3303");
        assert_eq!(digest(b"Also read:\n"), "4a9c1ee4f50359a5071cdae8f00bea3a");
    }

    #[test]
    fn hexadecimal_there_and_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(from_hex(&to_hex(&bytes)), Some(bytes));
        assert_eq!(from_hex("abc"), None);
        assert_eq!(from_hex("zz"), None);
    }
}
