//! A list of texts, each with two numbers.

use std::borrow::Cow;
use std::ops::Range;

use super::{Bytes, Packer, Unpacker, number};

/// Texts that lie one behind the other. A list that lies in the program is copied when something is added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Texts {
    /// Three numbers a text: where it ends, and those that it has.
    entries: Bytes,
    texts: Cow<'static, str>,
}

/// Bytes of an entry.
const ENTRY: usize = 12;

impl Texts {
    pub fn len(&self) -> usize {
        self.entries.len() / ENTRY
    }

    pub fn push(&mut self, text: &str, numbers: [usize; 2]) {
        self.texts.to_mut().push_str(text);
        let end = self.texts.len();
        let entry = [end, numbers[0], numbers[1]].map(|n| (n as u32).to_le_bytes());
        self.entries.to_mut().extend(entry.as_flattened());
    }

    /// A text with its numbers; nothing and zeros behind the end of the list.
    #[inline]
    pub fn get(&self, index: usize) -> (&str, [usize; 2]) {
        let bytes = self.range(index);
        (self.texts.get(bytes).unwrap_or_default(), self.numbers(index))
    }

    /// The bytes of a text.
    #[inline]
    pub fn bytes(&self, index: usize) -> &[u8] {
        self.texts.as_bytes().get(self.range(index)).unwrap_or_default()
    }

    #[inline]
    fn range(&self, index: usize) -> Range<usize> {
        let start = if index == 0 { 0 } else { number(&self.entries, 3 * index - 3) };
        start as usize..number(&self.entries, 3 * index) as usize
    }

    /// The numbers of a text.
    #[inline]
    pub fn numbers(&self, index: usize) -> [usize; 2] {
        [number(&self.entries, 3 * index + 1) as usize, number(&self.entries, 3 * index + 2) as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, [usize; 2])> {
        self.iter_from(0)
    }

    /// The texts behind the first so many.
    pub fn iter_from(&self, first: usize) -> impl Iterator<Item = (&str, [usize; 2])> {
        (first..self.len()).map(|index| self.get(index))
    }

    /// Gives each text other numbers, or forgets it.
    pub fn retain(&mut self, numbers: impl Fn([usize; 2]) -> Option<[usize; 2]>) {
        let mut left = Texts::default();
        for (text, before) in self.iter() {
            if let Some(now) = numbers(before) {
                left.push(text, now);
            }
        }
        *self = left;
    }

    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    pub fn pack(&self, packer: &mut Packer) {
        packer.block(&self.entries);
        packer.text(&self.texts);
    }

    pub fn unpack(from: &mut Unpacker<'static>) -> Texts {
        Texts { entries: Cow::Borrowed(from.block()), texts: Cow::Borrowed(from.text()) }
    }
}
