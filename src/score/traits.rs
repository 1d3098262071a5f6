//! What the scorer needs to know of a line, whatever its neighbours: counted once, however many passes follow.

use std::ops::Range;

use super::lexicon::Lexicon;
use crate::text::{Line, Shape, Word, pair_hash, read};

/// The traits of every line of a document.
#[derive(Debug, Default)]
pub(crate) struct Traits {
    lines: Vec<Trait>,
    words: Vec<Word>,
}

#[derive(Debug)]
struct Trait {
    shape: Shape,
    words: Range<usize>,
    lexical: i32,
    top: i32,
    whole: u32,
}

impl Traits {
    /// Linear in the size of the text.
    pub fn of(lexicon: &Lexicon, text: &str, lines: &[Line]) -> Traits {
        let mut traits = Traits::default();
        for line in lines {
            let first = traits.words.len();
            let words = &mut traits.words;
            let (mut lexical, mut top) = (0, 0);
            let mut last = None;
            let (_, shape) = read(&text[line.content.clone()], |word| {
                let pair = last.replace(word.hash).map(|last| pair_hash(last, word.hash));
                for hash in [Some(word.hash), pair].into_iter().flatten() {
                    let weight = lexicon.weight(hash);
                    lexical += weight;
                    top = top.max(weight);
                }
                words.push(word);
            });
            let whole = words[first..].iter().fold(0, |hash, word| pair_hash(hash, word.hash));
            traits.lines.push(Trait { shape, words: first..words.len(), lexical, top, whole });
        }
        traits
    }

    pub fn shape(&self, line: usize) -> &Shape {
        &self.lines[line].shape
    }

    pub fn words(&self, line: usize) -> &[Word] {
        &self.words[self.lines[line].words.clone()]
    }

    /// The sum of the weights of the line's words and of its pairs of neighbouring words.
    pub fn lexical(&self, line: usize) -> i32 {
        self.lines[line].lexical
    }

    /// A hash of all words of the line.
    pub fn whole(&self, line: usize) -> u32 {
        self.lines[line].whole
    }

    /// The largest weight of one of them.
    pub fn lexical_top(&self, line: usize) -> i32 {
        self.lines[line].top
    }

    /// Their mean.
    pub fn lexical_mean(&self, line: usize) -> i32 {
        let line = &self.lines[line];
        line.lexical / line.words.len().max(1) as i32
    }
}
