//! A text → the literals that begin at one place of it, or anywhere.
//!
//! Bitmaps tell nearly every place where none begins by the next bytes. Where one may, an automaton over the first
//! letters of the literals is asked, at that place alone, and what follows is compared: the literals are sorted, so that
//! all that begin a text are found from the last one that is not behind it; each knows the longest other one that it
//! begins with. How many literals begin alike makes no difference.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::{Builder, NFA};
use aho_corasick::{Anchored, MatchKind};

use super::{Bytes, Packer, SPREAD, Texts, Unpacker, is_set, set};
use crate::once::get_or_make;

/// The literals, and what is asked first.
#[derive(Debug, Default)]
pub(crate) struct Beginnings {
    /// Sorted. The numbers: what a literal stands for, and from 1 the longest other one that it begins with.
    literals: Texts,
    /// For each byte whether a literal begins with it: of labels in capitals, few places need more.
    firsts: Bytes,
    /// Asked next: one bit for each hash of the first four bytes of a literal.
    fours: Bytes,
    /// The same for literals that are shorter than four: one bit for the first two bytes.
    twos: Bytes,
    /// Asked next: one bit for each hash of the first eight bytes of a literal, or of as many as it has of four, three
    /// and two.
    heads: Bytes,
    /// Made once it has been asked for often: a filter for one page never needs it.
    keys: OnceLock<Keys>,
    /// How often it would have been asked until then.
    asked: AtomicUsize,
}

/// The first bytes of the literals.
#[derive(Debug)]
struct Keys {
    automaton: Option<NFA>,
    /// For each of them the literals that begin with it.
    literals: Vec<Range<u32>>,
}

/// Bytes of a literal that the automaton knows. To build it for the built-in literals takes 27 million instructions, with 2
/// half as many; looking for literals takes a fifth less with 3 than with 2.
const KEY: usize = 3;

/// Places after which the automaton is made: a page of 4 KB has fewer than a thousand.
const PATIENCE: usize = 4000;

/// A literal that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub start: usize,
    pub end: usize,
    /// What the literal stands for.
    pub value: usize,
}

/// Bits of a bitmap for each literal: one place in 16 passes for nothing.
const BITS: usize = 16;
/// Bits of the smallest bitmap: two of them fit into the first cache, and one place in 60 passes for nothing.
const LEAST_BITS: usize = 1 << 16;

/// Lengths that heads are cut to, and what keeps the hashes of one apart from those of the others.
const HEADS: [(usize, u64); 4] = [(8, 1), (4, 2), (3, 3), (2, 4)];

impl Beginnings {
    /// Linear in the length of the literals but for sorting. An empty one begins everything.
    pub fn new(mut given: Vec<(Cow<'_, str>, usize)>) -> Beginnings {
        if given.is_empty() {
            return Beginnings::default();
        }
        given.sort_by(|a, b| a.0.cmp(&b.0));
        let mut literals = Texts::default();
        let size = (given.len() * BITS).next_power_of_two().max(LEAST_BITS) / 8;
        let (mut fours, mut twos, mut heads) = (vec![0_u8; size], vec![0_u8; (1 << 16) / 8], vec![0_u8; size]);
        let mut firsts = vec![0; 256];
        let mut open: Vec<usize> = Vec::new();
        for (index, (text, value)) in given.iter().enumerate() {
            while open.last().is_some_and(|last| !text.starts_with(&*given[*last].0)) {
                open.pop();
            }
            literals.push(text, [*value, open.last().map_or(0, |parent| parent + 1)]);
            open.push(index);
            let bytes = text.as_bytes();
            match bytes {
                [] => firsts.fill(1),
                [first, ..] => firsts[usize::from(*first)] = 1,
            }
            let known = window(bytes);
            let mut set_head = |head, salt| set(&mut heads, place(head, salt, size));
            match bytes {
                [] => heads.fill(u8::MAX),
                // Whatever follows.
                [_] => (0..=u64::from(u8::MAX)).for_each(|next| set_head(known | next << 8, HEADS[3].1)),
                _ => {
                    let head = HEADS.into_iter().find(|(length, _)| *length <= bytes.len());
                    head.into_iter().for_each(|(length, salt)| set_head(cut(known, length), salt));
                }
            }
            let mut set_two = |one, two| set(&mut twos, u16::from_le_bytes([one, two]).into());
            match *bytes {
                [] => twos.fill(u8::MAX),
                [one] => (0..=u8::MAX).for_each(|next| set_two(one, next)),
                [one, two] | [one, two, _] => set_two(one, two),
                _ => set(&mut fours, place(cut(known, 4), 0, size)),
            }
        }
        let [firsts, fours, twos, heads] = [firsts, fours, twos, heads].map(Cow::Owned);
        Beginnings { literals, firsts, fours, twos, heads, ..Beginnings::default() }
    }

    /// Appends the literals that begin at the byte `start`, the shorter ones first.
    pub fn at(&self, text: &str, start: usize, hits: &mut Vec<Hit>) {
        let known = window(&text.as_bytes()[start..]);
        if may_begin(known, &self.fours, &self.twos) {
            self.search(known, text.as_bytes(), start, hits);
        }
    }

    /// Hands every literal in the text to `visit`, by its start, and of those with the same start the shorter ones first.
    pub fn find(&self, text: &str, mut visit: impl FnMut(Hit)) {
        // Of one place: all of a text may be more than there is memory for.
        let mut hits = Vec::new();
        let (fours, twos): (&[u8], &[u8]) = (&self.fours, &self.twos);
        let Some(firsts) = self.firsts.first_chunk::<256>() else { return };
        let bytes = text.as_bytes();
        let last = bytes.len().saturating_sub(8);
        for (start, eight) in bytes.windows(8).enumerate().take(last) {
            if firsts[usize::from(eight[0])] == 0 {
                continue;
            }
            let known = window(eight);
            if may_begin(known, fours, twos) {
                self.search(known, bytes, start, &mut hits);
                hits.drain(..).for_each(&mut visit);
            }
        }
        let mut known = window(&bytes[last..]);
        for start in last..=bytes.len() {
            if may_begin(known, fours, twos) {
                self.search(known, bytes, start, &mut hits);
                hits.drain(..).for_each(&mut visit);
            }
            known >>= 8;
        }
    }

    /// Appends the literals that begin at `start`, where the bytes `known` are.
    #[inline(never)]
    fn search(&self, known: u64, text: &[u8], start: usize, hits: &mut Vec<Hit>) {
        let heads: &[u8] = &self.heads;
        if !HEADS.into_iter().any(|(length, salt)| is_set(heads, place(cut(known, length), salt, heads.len()))) {
            return;
        }
        let rest = &text[start..];
        let Some(Range { start: mut from, end: mut to }) = self.range(rest) else { return };
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
            // What begins with it begins with its beginnings, too.
            if hits.len() > before || rest.starts_with(literal) {
                hits.push(Hit { start, end: start + literal.len(), value });
            }
            next = parent;
        }
        hits[before..].reverse();
    }

    /// The literals among which those that begin the text are, or right behind.
    fn range(&self, text: &[u8]) -> Option<Range<usize>> {
        if self.keys.get().is_none() && self.asked.fetch_add(1, Ordering::Relaxed) < PATIENCE {
            return Some(0..self.literals.len());
        }
        get_or_make(&self.keys, || Keys::of(&self.literals)).longest(text)
    }

    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    pub fn pack(&self, packer: &mut Packer) {
        self.literals.pack(packer);
        [&self.firsts, &self.fours, &self.twos, &self.heads].into_iter().for_each(|block| packer.block(block));
    }

    pub fn unpack(from: &mut Unpacker<'static>) -> Beginnings {
        let literals = Texts::unpack(from);
        let [firsts, fours, twos, heads] = [(); 4].map(|()| Cow::Borrowed(from.block()));
        Beginnings { literals, firsts, fours, twos, heads, ..Beginnings::default() }
    }
}

impl Keys {
    fn of(sorted: &Texts) -> Keys {
        let mut keys: Vec<&[u8]> = Vec::new();
        let mut literals: Vec<Range<u32>> = Vec::new();
        for index in 0..sorted.len() {
            let literal = sorted.bytes(index);
            let key = &literal[..literal.len().min(KEY)];
            match literals.last_mut().filter(|_| keys.last() == Some(&key)) {
                Some(range) => range.end = index as u32 + 1,
                None => {
                    keys.push(key);
                    literals.push(index as u32..index as u32 + 1);
                }
            }
        }
        // So few short keys are never too many for an automaton.
        let automaton = Builder::new().match_kind(MatchKind::Standard).prefilter(false).build(keys).ok();
        Keys { automaton, literals }
    }

    /// The literals that begin with the longest key that the text begins with. Shorter ones are among what those begin
    /// with, or right before them.
    #[inline]
    fn longest(&self, text: &[u8]) -> Option<Range<usize>> {
        let automaton = self.automaton.as_ref()?;
        let mut state = automaton.start_state(Anchored::Yes).ok()?;
        let mut longest = automaton.is_match(state).then(|| automaton.match_pattern(state, 0));
        for (at, byte) in text.iter().enumerate() {
            state = automaton.next_state(Anchored::Yes, state, *byte);
            if automaton.is_dead(state) {
                break;
            }
            if automaton.is_match(state) {
                let key = automaton.match_pattern(state, 0);
                // Else it is one that ends here and begins later.
                if automaton.pattern_len(key) == at + 1 {
                    longest = Some(key);
                }
            }
        }
        longest.map(|key| self.literals[key.as_usize()].start as usize..self.literals[key.as_usize()].end as usize)
    }
}

/// The next eight bytes as a number, zeros behind the end.
#[inline]
fn window(rest: &[u8]) -> u64 {
    rest.first_chunk().map_or_else(
        || rest.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)),
        |eight| u64::from_le_bytes(*eight),
    )
}

/// The first bytes of a window.
#[inline]
fn cut(window: u64, bytes: usize) -> u64 {
    window & (u64::MAX >> (64 - 8 * bytes))
}

/// Where in a bitmap of so many bytes the bit of a head is.
#[inline]
fn place(head: u64, salt: u64, size: usize) -> usize {
    // The upper half of a product depends on all of the bytes.
    ((head ^ salt << 61).wrapping_mul(SPREAD) >> 32) as usize & (8 * size).wrapping_sub(1)
}

/// Whether a literal may begin with these bytes.
#[inline]
fn may_begin(known: u64, fours: &[u8], twos: &[u8]) -> bool {
    is_set(fours, place(cut(known, 4), 0, fours.len())) || is_set(twos, cut(known, 2) as usize)
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
            let first: Vec<_> = all.iter().copied().filter(|hit| hit.start == 0).collect();
            for with_keys in [false, true] {
                if with_keys {
                    get_or_make(&table.keys, || Keys::of(&table.literals));
                }
                let mut hits = Vec::new();
                table.find(&text, |hit| hits.push(hit));
                prop_assert_eq!(&hits, &all);
                hits.clear();
                table.at(&text, 0, &mut hits);
                prop_assert_eq!(&hits, &first);
            }
        }
    }
}
