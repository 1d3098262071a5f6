//! Texts and numbers in blocks of bytes: lists, and tables that find things in them. `build.rs` makes those of the built-in
//! patterns, the program reads them where they lie; those of a user's patterns are made when they are read.

mod beginnings;
mod numbers;
mod pack;
mod texts;
mod whole;

pub(crate) use beginnings::{Beginnings, Hit};
pub(crate) use numbers::Numbers;
pub(crate) use pack::{Packer, Unpacker};
pub(crate) use texts::Texts;
pub(crate) use whole::Whole;

use std::borrow::Cow;

/// A block that lies in the program, or was made.
pub(crate) type Bytes = Cow<'static, [u8]>;

/// The number at an index of a block of numbers of four bytes, 0 behind its end.
#[inline]
pub(crate) fn number(block: &[u8], index: usize) -> u32 {
    block.get(4 * index..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// 2^64 divided by the golden ratio: to multiply by it moves what differs to the upper bits.
pub(crate) const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A hash of bytes for tables that pattern files fill, never texts; equal ones are compared.
#[inline]
fn hash(bytes: &[u8]) -> u32 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let mix = |hash: u64, word: &[u8; 8]| {
        let mixed = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(SPREAD);
        mixed ^ (mixed >> 32)
    };
    let hash = words.iter().fold(bytes.len() as u64, mix);
    (mix(hash, &last).wrapping_mul(SPREAD) >> 32) as u32
}

/// Sets a bit of a bitmap.
pub(crate) fn set(bits: &mut [u8], place: usize) {
    bits[place / 8] |= 1 << (place % 8);
}

/// Whether a bit of a bitmap is set; not behind its end.
#[inline]
pub(crate) fn is_set(bits: &[u8], place: usize) -> bool {
    bits.get(place / 8).is_some_and(|byte| byte >> (place % 8) & 1 == 1)
}
