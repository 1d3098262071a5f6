//! How a line is written, counted without knowing any word: what the scorer weighs beside phrases.

use super::chars::{ALPHABETIC, Char, LOWER};
use super::eight::Eight;

/// Counts of one line. All of them are of characters or words, never of bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Characters that are not white space.
    pub chars: u32,
    /// Words that begin with a letter that has a case, and of these the ones with a capital.
    pub cased: u32,
    pub capitals: u32,
    /// Words of two letters or more in capitals throughout.
    pub shouted: u32,
    /// Words of at most three letters.
    pub short: u32,
    pub digits: u32,
    pub commas: u32,
    /// Quotation marks of any kind, apostrophes not counted.
    pub quotes: u32,
    /// Bars, bullets, arrows and slashes: what stands between entries of a menu.
    pub separators: u32,
    pub brackets: u32,
    /// Sentences: stops that a blank or the end of the line follows.
    pub sentences: u32,
    /// "@", "#", "://" and "www.": handles, tags and addresses.
    pub addresses: u32,
    pub colon_end: bool,
    /// The first letter is a small one.
    pub small_start: bool,
    /// The line begins with neither a letter nor a digit nor a quotation mark: a bullet, an arrow, an emoji.
    pub decorated: bool,
    pub quote_start: bool,
}

impl Shape {
    /// What the ends of a trimmed line tell.
    pub(super) fn of_ends(line: &str) -> Shape {
        let first = line.chars().next();
        let quote_start = first.is_some_and(|c| matches!(c, '"' | '“' | '”' | '„' | '«' | '\'' | '‘' | '「'));
        Shape {
            colon_end: line.ends_with([':', '：']),
            small_start: line.chars().map(Char::of).find(|c| c.is(ALPHABETIC)).is_some_and(|c| c.is(LOWER)),
            decorated: first.is_some_and(|c| !c.is_alphanumeric()) && !quote_start,
            quote_start,
            ..Shape::default()
        }
    }
}

/// A word of a line, for comparing lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    pub hash: u32,
    pub letters: u32,
}

/// Letters from which on a word tells what a text is about; shorter ones are mostly function words.
pub(crate) const LONG_WORD: u32 = 5;

/// The hash of a word in the making: of its characters in lower case, eight bytes at a time.
#[derive(Debug, Default)]
pub(super) struct WordHash {
    state: u64,
    pending: u64,
    /// Bits of `pending` that are taken.
    bits: u32,
}

impl WordHash {
    /// Adds up to eight bytes of ASCII in lower case, behind which are zeros. All but the last must be full.
    #[inline]
    pub fn push_ascii(&mut self, eight: u64) {
        // Half of what is multiplied comes from pi; the product's halves together keep all of what either had.
        let product = u128::from(self.state ^ eight ^ 0x243f_6a88_85a3_08d3) * 0x9e37_79b9_7f4a_7c15;
        self.state = product as u64 ^ (product >> 64) as u64;
    }

    /// Adds a character in lower case: those beyond ASCII as three bytes that are none of ASCII.
    #[inline]
    pub fn push(&mut self, code: u32) {
        if code < 0x80 {
            self.push_byte(code);
        } else {
            (0..3).for_each(|byte| self.push_byte(0x80 | (code >> (7 * byte) & 0x7f)));
        }
    }

    fn push_byte(&mut self, byte: u32) {
        self.pending |= u64::from(byte) << self.bits;
        self.bits += 8;
        if self.bits == u64::BITS {
            self.push_ascii(self.pending);
            (self.pending, self.bits) = (0, 0);
        }
    }

    #[inline]
    pub fn finish(mut self) -> u32 {
        if self.bits > 0 {
            self.push_ascii(self.pending);
        }
        (self.state >> 32) as u32
    }
}

/// The hash of a word as [`read`](super::read) makes it, or of a whole line.
pub(crate) fn word_hash(word: &str) -> u32 {
    let mut hash = WordHash::default();
    let (mut at, bytes) = (0, word.as_bytes());
    while at < bytes.len() {
        let eight = Eight::at(bytes, at);
        if !eight.is_ascii() {
            break;
        }
        hash.push_ascii(eight.lower());
        at += 8;
    }
    for c in word.get(at..).unwrap_or_default().chars() {
        Char::of(c).lower(c, |code| hash.push(code));
    }
    hash.finish()
}

/// The hash of two neighbouring characters of a script without spaces, which stand for a word.
pub(crate) fn unspaced_hash(first: char, second: char) -> u32 {
    let mut hash = WordHash::default();
    hash.push(first as u32);
    hash.push(second as u32);
    hash.finish()
}

/// The hash of two neighbouring words.
pub(crate) fn pair_hash(first: u32, second: u32) -> u32 {
    (first.rotate_left(5) ^ second).wrapping_mul(0x9e37_79b1)
}
