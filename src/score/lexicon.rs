//! Weights of words and of pairs of words.

use crate::patterns::Weights;

/// The weight of each word and pair of words, by its hash, in hundredths of log-odds: positive ones speak for chrome.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    weights: Weights,
    /// A bit for each of them, in the first cache: of the pairs of words in a text hardly any has a weight.
    known: Vec<u64>,
}

/// Bits of that filter: with 6,000 weights one in eleven is set.
const KNOWN: u32 = 1 << 16;

fn place(hash: u32) -> (usize, u64) {
    let bit = (hash ^ hash >> 16) % KNOWN;
    (bit as usize / 64, 1 << (bit % 64))
}

impl Lexicon {
    pub fn new(weights: &Weights) -> Lexicon {
        let mut known = vec![0; KNOWN as usize / 64];
        for hash in weights.hashes() {
            let (word, bit) = place(hash);
            known[word] |= bit;
        }
        Lexicon { weights: weights.clone(), known }
    }

    pub fn weight(&self, hash: u32) -> i32 {
        let (word, bit) = place(hash);
        if self.known.get(word).is_some_and(|known| known & bit != 0) { self.weights.get(hash) } else { 0 }
    }
}
