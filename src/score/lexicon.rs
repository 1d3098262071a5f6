//! Weights of words and of pairs of words.

use crate::patterns::Weights;

/// The weight of each word and pair of words, by its hash, in hundredths of log-odds: positive ones speak for chrome.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    weights: Weights,
}

impl Lexicon {
    pub fn new(weights: &Weights) -> Lexicon {
        Lexicon { weights: weights.clone() }
    }

    pub fn weight(&self, hash: u32) -> i32 {
        self.weights.get(hash)
    }
}
