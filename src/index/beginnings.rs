//! A text → the literals that begin at one place of it, or anywhere.
//!
//! The literals are sorted, so that all that begin a text are found from the last one that is not behind it: each
//! knows the longest other one that it begins with. Before that is asked, a bitmap tells nearly every place where none
//! begins by the next eight bytes. That is several times faster than an automaton, costs no time to build at the
//! program's start, and does not depend on how many literals begin alike.

use std::borrow::Cow;

use super::{Bytes, Packer, SPREAD, Texts, Unpacker, number};

/// The literals, and what is asked first.
#[derive(Debug, Default)]
pub(crate) struct Beginnings {
    /// Sorted. The numbers: what a literal stands for, and from 1 the longest other one that it begins with.
    literals: Texts,
    /// For each byte, how many literals are empty or begin with a lesser one.
    firsts: Bytes,
    /// One bit for each hash of the first eight bytes of a literal, or four of a shorter one.
    filter: Bytes,
    /// One bit for the first two bytes of each literal that is shorter than four.
    short: Bytes,
}

/// A literal that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub start: usize,
    pub end: usize,
    /// What the literal stands for.
    pub value: usize,
}

/// Bits of the filter for each literal: with 16 and two looks, one place in nine passes for nothing.
const BITS: usize = 16;
/// Bits of the smallest filter: it still fits into the first cache.
const LEAST_BITS: usize = 1 << 16;

impl Beginnings {
    /// Linear in the length of the literals but for sorting. An empty one begins everything.
    pub fn new(mut given: Vec<(Cow<'_, str>, usize)>) -> Beginnings {
        given.sort_by(|a, b| a.0.cmp(&b.0));
        let mut made = Beginnings::default();
        let mut firsts = [0_u32; 257];
        let size = (given.len() * BITS).next_power_of_two().max(LEAST_BITS) / 8;
        let mut filter = vec![0_u8; size];
        let mut short = vec![0_u8; if given.is_empty() { 0 } else { (1 << 16) / 8 }];
        let mut open: Vec<usize> = Vec::new();
        for (index, (text, value)) in given.iter().enumerate() {
            while open.last().is_some_and(|last| !text.starts_with(&*given[*last].0)) {
                open.pop();
            }
            made.literals.push(text, [*value, open.last().map_or(0, |parent| parent + 1)]);
            open.push(index);
            let bytes = text.as_bytes();
            firsts[bytes.first().map_or(0, |first| usize::from(*first) + 1)] += 1;
            match (bytes.first_chunk::<8>(), bytes.first_chunk::<4>()) {
                (Some(eight), _) => set(&mut filter, place(u64::from_le_bytes(*eight), size)),
                (None, Some(four)) => set(&mut filter, place(u32::from_le_bytes(*four).into(), size)),
                _ => match *bytes {
                    [] => short.fill(u8::MAX),
                    [one] => (0..=255).for_each(|next| set(&mut short, u16::from_le_bytes([one, next]).into())),
                    [one, two, ..] => set(&mut short, u16::from_le_bytes([one, two]).into()),
                },
            }
        }
        let sums = firsts.iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        made.firsts = sums.flat_map(u32::to_le_bytes).collect::<Vec<u8>>().into();
        (made.filter, made.short) = (filter.into(), short.into());
        made
    }

    /// Appends the literals that begin at the byte `start`, the shorter ones first.
    pub fn at(&self, text: &str, start: usize, hits: &mut Vec<Hit>) {
        let rest = &text.as_bytes()[start..];
        let mut eight = [0; 8];
        let known = rest.len().min(8);
        eight[..known].copy_from_slice(&rest[..known]);
        if self.literals.len() > 0 && self.may_begin(eight) {
            self.search(text.as_bytes(), start, hits);
        }
    }

    /// Appends every literal in the text, by its start, and of those with the same start the shorter ones first.
    pub fn find(&self, text: &str, hits: &mut Vec<Hit>) {
        if self.literals.len() == 0 {
            return;
        }
        for (start, eight) in text.as_bytes().windows(8).enumerate() {
            if eight.first_chunk().is_some_and(|eight| self.may_begin(*eight)) {
                self.search(text.as_bytes(), start, hits);
            }
        }
        for start in text.len().saturating_sub(7)..=text.len() {
            self.at(text, start, hits);
        }
    }

    /// Whether a literal may begin with these bytes.
    #[inline]
    fn may_begin(&self, bytes: [u8; 8]) -> bool {
        let eight = u64::from_le_bytes(bytes);
        let four = eight & u64::from(u32::MAX);
        let two = (eight & u64::from(u16::MAX)) as usize;
        is_set(&self.filter, place(eight, self.filter.len()))
            || is_set(&self.filter, place(four, self.filter.len()))
            || is_set(&self.short, two)
    }

    /// Appends the literals that begin at `start`.
    #[cold]
    fn search(&self, text: &[u8], start: usize, hits: &mut Vec<Hit>) {
        let rest = &text[start..];
        let first = rest.first().map_or(0, |first| usize::from(*first) + 1);
        let mut from = number(&self.firsts, first.saturating_sub(1)) as usize;
        let mut to = number(&self.firsts, first) as usize;
        while from < to {
            let middle = from.midpoint(to);
            if self.literals.bytes(middle) <= rest { from = middle + 1 } else { to = middle }
        }
        // All that begin the text are among the last one before it, that one's longest beginning, and so on.
        let before = hits.len();
        let mut next = from;
        while next > 0 {
            let literal = self.literals.bytes(next - 1);
            let [value, parent] = self.literals.numbers(next - 1);
            if rest.starts_with(literal) {
                hits.push(Hit { start, end: start + literal.len(), value });
            }
            next = parent;
        }
        hits[before..].reverse();
    }

    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    pub fn pack(&self, packer: &mut Packer) {
        self.literals.pack(packer);
        [&self.firsts, &self.filter, &self.short].into_iter().for_each(|block| packer.block(block));
    }

    pub fn unpack(from: &mut Unpacker<'static>) -> Beginnings {
        let literals = Texts::unpack(from);
        let [firsts, filter, short] = [(); 3].map(|()| Cow::Borrowed(from.block()));
        Beginnings { literals, firsts, filter, short }
    }
}

/// Where in a filter of so many bytes the bit of these bytes is.
#[inline]
fn place(bytes: u64, filter: usize) -> usize {
    // The upper half of a product depends on all of the bytes.
    (bytes.wrapping_mul(SPREAD) >> 32) as usize & (8 * filter).wrapping_sub(1)
}

fn set(bits: &mut [u8], place: usize) {
    bits[place / 8] |= 1 << (place % 8);
}

#[inline]
fn is_set(bits: &[u8], place: usize) -> bool {
    bits.get(place / 8).is_some_and(|byte| byte >> (place % 8) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_comparing_at_every_place_finds(
            literals in proptest::collection::vec("[abé]{0,10}", 0..40),
            text in "[abé ]{0,60}",
        ) {
            let mut sorted: Vec<_> = literals.iter().enumerate().collect();
            sorted.sort_by_key(|(index, literal)| (literal.len(), *index));
            let all: Vec<Hit> = (0..=text.len())
                .flat_map(|start| {
                    let begins = |l: &str| text.as_bytes()[start..].starts_with(l.as_bytes());
                    let found: Vec<_> = sorted.iter().filter(|(_, literal)| begins(literal)).collect();
                    found.into_iter().map(move |(value, l)| Hit { start, end: start + l.len(), value: *value })
                })
                .collect();
            let table = Beginnings::new(literals.iter().enumerate().map(|(i, l)| (l.into(), i)).collect());
            let mut hits = Vec::new();
            table.find(&text, &mut hits);
            prop_assert_eq!(&hits, &all);
            hits.clear();
            table.at(&text, 0, &mut hits);
            let first: Vec<_> = all.iter().copied().filter(|hit| hit.start == 0).collect();
            prop_assert_eq!(hits, first);
        }
    }
}
