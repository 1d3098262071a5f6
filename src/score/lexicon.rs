//! Weights of words and of pairs of words.

use super::words::WordMap;
use crate::patterns::{PatternSet, Placed};
use crate::text::{pair_hash, word_hash};
use crate::{Error, ErrorKind};

/// The weight of each word and pair of words, by its hash, in hundredths of log-odds: positive ones speak for chrome.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    weights: WordMap<i16>,
}

impl Lexicon {
    /// Reads "word weight" and "word word weight".
    pub fn new(set: &PatternSet, lines: &[Placed]) -> Result<Lexicon, Error> {
        let mut lexicon = Lexicon::default();
        for (line, place) in lines {
            let weight = line.rsplit_once(' ').and_then(|(word, weight)| Some((word, weight.parse().ok()?)));
            let bad = || format!("not a word and its weight: \"{line}\"");
            let (word, weight) = weight.ok_or_else(|| Error::new(ErrorKind::Pattern, set.place(*place), bad()))?;
            let hash = word
                .split_once(' ')
                .map_or_else(|| word_hash(word), |(first, second)| pair_hash(word_hash(first), word_hash(second)));
            lexicon.weights.insert(hash, weight);
        }
        Ok(lexicon)
    }

    pub fn weight(&self, hash: u32) -> i32 {
        self.weights.get(&hash).copied().map_or(0, i32::from)
    }
}
