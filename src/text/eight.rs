//! Eight bytes of text looked at together: most text is ASCII, most words fit into eight bytes, and a question about
//! all eight costs as much as one about a single byte.

/// Eight bytes of text, the first in the lowest place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Eight(u64);

/// The same byte eight times.
const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The upper bit of each byte: an answer to a question about the byte.
const TOP: u64 = all(0x80);

impl Eight {
    /// The bytes from `at` on; behind the end of `text` they are zero.
    #[inline]
    pub fn at(text: &[u8], at: usize) -> Eight {
        let load = |at: usize| text.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
        Eight(load(at).unwrap_or_else(|| match text.len().checked_sub(8) {
            Some(last) if at < text.len() => load(last).unwrap_or_default() >> (8 * (at - last)),
            Some(_) => 0,
            None => text.iter().skip(at).rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte)),
        }))
    }

    /// The bytes of ASCII that are `low` to `high`.
    #[inline]
    fn between(self, low: u8, high: u8) -> u64 {
        let bytes = self.0 & !TOP;
        (bytes + all(0x80 - low)) & !(bytes + all(0x7f - high)) & !self.0 & TOP
    }

    /// The run of ASCII letters and digits that the bytes begin with.
    #[inline]
    pub fn run(self) -> AsciiRun {
        let letters = Eight(self.0 | all(0x20)).between(b'a', b'z');
        let digits = self.between(b'0', b'9');
        let ends = !(letters | digits) & TOP;
        let first_end = ends & ends.wrapping_neg();
        let run = (first_end >> 7).wrapping_sub(1);
        AsciiRun {
            length: ends.trailing_zeros() / 8,
            small: letters & (self.0 << 2) & run,
            digits: digits & run,
            lower: (self.0 | letters >> 2) & run,
            goes_on: self.0 & first_end != 0,
        }
    }

    /// What the bytes begin with that folds to itself but for case: printed ASCII, and single blanks.
    #[inline]
    pub fn plain(self, after_blank: bool) -> Plain {
        let blanks = self.between(b' ', b' ');
        let before = blanks << 8 | if after_blank { 0x80 } else { 0 };
        let plain = self.between(b' ', b'~') & !self.between(b'`', b'`') & !(blanks & before);
        let length = (!plain & TOP).trailing_zeros() / 8;
        let last = if length == 8 { blanks >> 56 } else { before >> (8 * length) };
        Plain { length: length as usize, after_blank: last & 0x80 != 0 }
    }

    /// Whether all are ASCII.
    #[inline]
    pub fn is_ascii(self) -> bool {
        self.0 & TOP == 0
    }

    /// In lower case, as far as they are ASCII.
    #[inline]
    pub fn lower(self) -> u64 {
        self.0 | (self.between(b'A', b'Z') >> 2)
    }
}

/// A run of what folds to itself but for case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain {
    /// At most eight: then it may go on.
    pub length: usize,
    /// It ends with a blank.
    pub after_blank: bool,
}

/// What is known of a run of ASCII letters and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AsciiRun {
    /// At most eight: then it may go on.
    pub length: u32,
    /// The upper bit of each byte that is a small letter, a digit.
    pub small: u64,
    pub digits: u64,
    /// The run in lower case, behind it zeros.
    pub lower: u64,
    /// A character beyond ASCII ends it.
    pub goes_on: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn eight_bytes_are_what_each_is(text in "[ -~]{0,12}|[a-zA-Z0-9]{0,12}|\\PC{0,12}", at in 0_usize..12) {
            let bytes: Vec<u8> = text.bytes().skip(at).chain([0; 8]).take(8).collect();
            let eight = Eight::at(text.as_bytes(), at);
            let run: Vec<u8> = bytes.iter().copied().take_while(u8::is_ascii_alphanumeric).collect();
            let mask = |of: fn(&u8) -> bool| {
                run.iter().rev().fold(0, |mask, byte| mask << 8 | if of(byte) { 0x80 } else { 0 })
            };
            let lower = |bytes: &[u8]| {
                bytes.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(byte.to_ascii_lowercase()))
            };
            prop_assert_eq!(eight.run(), AsciiRun {
                length: run.len() as u32,
                small: mask(u8::is_ascii_lowercase),
                digits: mask(u8::is_ascii_digit),
                lower: lower(&run),
                goes_on: bytes.get(run.len()).is_some_and(|byte| !byte.is_ascii()),
            });
            prop_assert_eq!(eight.is_ascii(), bytes.is_ascii());
            prop_assert_eq!(eight.lower(), lower(&bytes));
        }
    }
}
