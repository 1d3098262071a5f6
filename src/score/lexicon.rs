//! Weights of words and of pairs of words.

use crate::index::{is_set, set};
use crate::patterns::Weights;

/// The weight of each word and pair of words, by its hash, in hundredths of log-odds: positive ones speak for chrome.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    weights: Weights,
    /// A bit for each of them, in the first cache: of the pairs of words in a text hardly any has a weight.
    known: Vec<u8>,
}

/// Bits of that filter: with 6,000 weights one in eleven is set.
const KNOWN: usize = 1 << 16;

fn place(hash: u32) -> usize {
    (hash ^ hash >> 16) as usize % KNOWN
}

impl Lexicon {
    pub fn new(weights: &Weights) -> Lexicon {
        let mut known = vec![0; KNOWN / 8];
        weights.hashes().for_each(|hash| set(&mut known, place(hash)));
        Lexicon { weights: weights.clone(), known }
    }

    pub fn weight(&self, hash: u32) -> i32 {
        if is_set(&self.known, place(hash)) { self.weights.get(hash) } else { 0 }
    }
}
