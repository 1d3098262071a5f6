//! Whole texts → the numbers that they stand for.

use std::borrow::Cow;

use super::{Bytes, Packer, Texts, Unpacker, hash, is_set, number, set};

/// A hash table of texts. A text may stand for several numbers.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    /// Two numbers a slot: the hash of a text and its index in the list, from 1. Half of the slots and more are empty.
    slots: Bytes,
    /// One bit for each hash: few lines are a phrase, and the slots do not fit into the caches near the core.
    known: Bytes,
    texts: Texts,
    /// Bytes of the longest text.
    longest: usize,
}

/// Bits of the filter for each slot: with four, at most one line in eight passes for nothing.
const KNOWN: usize = 4;

/// Where in a filter of so many bytes the bit of a hash is: by its upper bits, since slots go by the lower ones.
fn place(hash: u32, filter: usize) -> usize {
    (hash.rotate_right(16) as usize) & (8 * filter).wrapping_sub(1)
}

/// Bytes of a slot.
const SLOT: usize = 8;

impl Whole {
    /// Linear in the length of the texts if not many are the same.
    pub fn new<'t>(texts: impl Iterator<Item = (&'t str, usize)>) -> Whole {
        let mut whole = Whole::default();
        for (text, value) in texts {
            whole.longest = whole.longest.max(text.len());
            whole.texts.push(text, [value, 0]);
        }
        let count = (2 * whole.texts.len()).next_power_of_two();
        let mut slots = vec![0; SLOT * count];
        let mut known = vec![0; (count * KNOWN).max(8) / 8];
        for (index, (text, _)) in whole.texts.iter().enumerate() {
            let hash = hash(text.as_bytes());
            let bit = place(hash, known.len());
            set(&mut known, bit);
            let mut slot = hash as usize & (count - 1);
            while number(&slots, 2 * slot + 1) > 0 {
                slot = (slot + 1) & (count - 1);
            }
            let filled = [hash, index as u32 + 1].map(u32::to_le_bytes);
            slots[SLOT * slot..][..SLOT].copy_from_slice(filled.as_flattened());
        }
        (whole.slots, whole.known) = (Cow::Owned(slots), Cow::Owned(known));
        whole
    }

    /// The numbers of a text, in the order in which they were given.
    pub fn get<'w>(&'w self, text: &'w str) -> impl Iterator<Item = usize> + 'w {
        let fits = text.len() <= self.longest && self.texts.len() > 0;
        let hash = if fits { hash(text.as_bytes()) } else { 0 };
        let fits = fits && is_set(&self.known, place(hash, self.known.len()));
        let mask = (self.slots.len() / SLOT).wrapping_sub(1);
        let mut slot = hash as usize & mask;
        let next = move || {
            let found = [number(&self.slots, 2 * slot), number(&self.slots, 2 * slot + 1)];
            slot = (slot + 1) & mask;
            found
        };
        let entries = std::iter::repeat_with(next).take_while(move |[_, index]| fits && *index > 0);
        entries.filter(move |[of, _]| *of == hash).filter_map(move |[_, index]| {
            let index = index as usize - 1;
            (self.texts.bytes(index) == text.as_bytes()).then(|| self.texts.numbers(index)[0])
        })
    }

    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    pub fn pack(&self, packer: &mut Packer) {
        packer.block(&self.slots);
        packer.block(&self.known);
        self.texts.pack(packer);
        packer.number(self.longest as u32);
    }

    pub fn unpack(from: &mut Unpacker<'static>) -> Whole {
        let [slots, known] = [(); 2].map(|()| Cow::Borrowed(from.block()));
        Whole { slots, known, texts: Texts::unpack(from), longest: from.number() as usize }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_gives_all_its_numbers_in_order() {
        let texts = ["share", "tweet", "share", "", "a text that is longer than eight bytes"];
        let whole = Whole::new(texts.into_iter().enumerate().map(|(index, text)| (text, index)));
        let get = |text| whole.get(text).collect::<Vec<_>>();
        assert_eq!(get("share"), [0, 2]);
        assert_eq!(get("tweet"), [1]);
        assert_eq!(get(""), [3]);
        assert_eq!(get("a text that is longer than eight bytes"), [4]);
        assert!(get("a text that is longer than eight byteS").is_empty());
        assert_eq!(Whole::default().get("share").count(), 0);
    }
}
