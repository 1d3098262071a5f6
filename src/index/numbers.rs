//! Hashes of words → numbers.

use std::borrow::Cow;

use super::{Bytes, Packer, SPREAD, Unpacker};

/// A hash table from numbers of four bytes to numbers of `W` bytes that are not 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Numbers<const W: usize> {
    /// A key and its number in each slot; a number of 0 says that the slot is empty.
    slots: Bytes,
    filled: usize,
}

impl<const W: usize> Numbers<W> {
    const SLOT: usize = 4 + W;

    pub fn is_empty(&self) -> bool {
        self.filled == 0
    }

    /// The slot of the key, or the empty one where it would stand.
    #[inline]
    fn find(&self, key: u32) -> (usize, u64) {
        let count = self.slots.len() / Self::SLOT;
        let mut slot = (u64::from(key).wrapping_mul(SPREAD) >> 32) as usize & count.wrapping_sub(1);
        loop {
            let mut wide = [0; 8];
            let Some((known, value)) = self.slots.get(slot * Self::SLOT..).and_then(|s| s.split_first_chunk()) else {
                return (slot, 0);
            };
            wide[..W].copy_from_slice(&value[..W]);
            let value = u64::from_le_bytes(wide);
            if value == 0 || u32::from_le_bytes(*known) == key {
                return (slot, value);
            }
            slot = (slot + 1) & (count - 1);
        }
    }

    /// The number of a key, 0 if it has none.
    #[inline]
    pub fn get(&self, key: u32) -> u64 {
        self.find(key).1
    }

    /// The keys that have a number.
    pub fn keys(&self) -> impl Iterator<Item = u32> {
        let filled = self.slots.chunks_exact(Self::SLOT).filter(|slot| slot[4..].iter().any(|byte| *byte != 0));
        filled.filter_map(|slot| slot.first_chunk().map(|key| u32::from_le_bytes(*key)))
    }

    /// Gives a key its number, or another one; not 0.
    pub fn set(&mut self, key: u32, number: u64) {
        // At most half of the slots are filled: what is not there is looked for most often.
        if (self.filled + 1) * 2 > self.slots.len() / Self::SLOT {
            let mut larger =
                Numbers { slots: Cow::Owned(vec![0; (self.slots.len() * 2).max(16 * Self::SLOT)]), filled: 0 };
            for slot in self.slots.chunks_exact(Self::SLOT) {
                let (key, value) = slot.split_at(4);
                let mut wide = [0; 8];
                wide[..W].copy_from_slice(value);
                if let (Some(key), true) = (key.first_chunk(), u64::from_le_bytes(wide) > 0) {
                    larger.put(u32::from_le_bytes(*key), u64::from_le_bytes(wide));
                }
            }
            *self = larger;
        }
        self.put(key, number);
    }

    fn put(&mut self, key: u32, number: u64) {
        let (slot, before) = self.find(key);
        let bytes = &mut self.slots.to_mut()[slot * Self::SLOT..][..Self::SLOT];
        bytes[..4].copy_from_slice(&key.to_le_bytes());
        bytes[4..].copy_from_slice(&number.to_le_bytes()[..W]);
        self.filled += usize::from(before == 0);
    }

    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    pub fn pack(&self, packer: &mut Packer) {
        packer.block(&self.slots);
        packer.number(self.filled as u32);
    }

    pub fn unpack(from: &mut Unpacker<'static>) -> Numbers<W> {
        Numbers { slots: Cow::Borrowed(from.block()), filled: from.number() as usize }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_number_of_a_key_stands() {
        let mut numbers = Numbers::<2>::default();
        assert_eq!(numbers.get(7), 0);
        for key in 0..1000 {
            numbers.set(key, 1);
            numbers.set(key, u64::from(key) + 2);
        }
        assert!((0..1000).all(|key| numbers.get(key) == u64::from(key) + 2));
        assert_eq!(numbers.get(1000), 0);
    }
}
