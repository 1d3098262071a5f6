//! Maps from the hashes of words.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::index::SPREAD;

/// A map from hashes that `crate::text` made of words: they are not hashed again, only spread over 64 bits.
pub(crate) type WordMap<V> = HashMap<u32, V, BuildHasherDefault<Spread>>;

/// Multiplies by [`SPREAD`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn write_u32(&mut self, hash: u32) {
        self.0 = u64::from(hash).wrapping_mul(SPREAD);
    }

    /// Only for keys that are no word hashes: none so far.
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(SPREAD);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
