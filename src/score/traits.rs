//! What the scorer needs to know of a line, whatever its neighbours: counted once, however many passes follow.

use std::ops::Range;

use super::lexicon::Lexicon;
use super::words::WordMap;
use crate::classify::Facts;
use crate::text::{LONG_WORD, Shape, pair_hash};

/// The traits of every line of a document. Words and whole lines that are the same have the same number, so that what is
/// counted of them in each pass needs no map.
#[derive(Debug, Default)]
pub(crate) struct Traits {
    lines: Vec<Trait>,
    words: Vec<Token>,
    /// The hash of each distinct word.
    distinct: Vec<u32>,
    /// How many distinct lines there are.
    wholes: u32,
}

/// A word of a line, in few bytes: a text may be nothing but short words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token(u32);

impl Token {
    /// The largest record has 2^28 bytes, and so no more words than fit into 31 bits.
    fn new(number: u32, is_long: bool) -> Token {
        Token(number << 1 | u32::from(is_long))
    }

    /// Its number among the distinct words of the document.
    pub fn number(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// It is long enough to tell what a text is about.
    pub fn is_long(self) -> bool {
        self.0 & 1 == 1
    }
}

#[derive(Debug)]
struct Trait {
    shape: Shape,
    words: Range<usize>,
    lexical: i32,
    top: i32,
    /// The number of all its words together.
    whole: u32,
}

/// Bytes of text for each distinct word that room is made for: the development pages have 12 to 30.
const BYTES_A_WORD: usize = 16;

impl Traits {
    /// Linear in the size of the text.
    pub fn of(lexicon: &Lexicon, text: &str, facts: &Facts) -> Traits {
        let mut traits = Traits {
            lines: Vec::with_capacity(facts.lines.len()),
            words: Vec::with_capacity(facts.words.len()),
            ..Traits::default()
        };
        let mut numbers: WordMap<u32> = WordMap::default();
        numbers.reserve(text.len() / BYTES_A_WORD);
        // Of each distinct word.
        let mut weights: Vec<i32> = Vec::new();
        let mut wholes: WordMap<u32> = WordMap::default();
        wholes.reserve(facts.lines.len());
        for fact in &facts.lines {
            let first = traits.words.len();
            let (words, distinct) = (&mut traits.words, &mut traits.distinct);
            let (mut lexical, mut top) = (0, 0);
            let mut last = None;
            let mut whole = 0;
            for word in &facts.words[fact.words.clone()] {
                let pair = last.replace(word.hash).map_or(0, |last| lexicon.weight(pair_hash(last, word.hash)));
                whole = pair_hash(whole, word.hash);
                let number = *numbers.entry(word.hash).or_insert_with(|| {
                    distinct.push(word.hash);
                    weights.push(lexicon.weight(word.hash));
                    distinct.len() as u32 - 1
                });
                let weight = weights[number as usize];
                lexical += weight + pair;
                top = top.max(weight).max(pair);
                words.push(Token::new(number, word.letters >= LONG_WORD));
            }
            let known = wholes.len() as u32;
            let whole = *wholes.entry(whole).or_insert(known);
            traits.lines.push(Trait { shape: fact.shape, words: first..traits.words.len(), lexical, top, whole });
        }
        traits.wholes = wholes.len() as u32;
        traits
    }

    /// The hashes of the distinct words, by their numbers.
    pub fn distinct(&self) -> &[u32] {
        &self.distinct
    }

    /// How many lines differ in their words.
    pub fn wholes(&self) -> usize {
        self.wholes as usize
    }

    pub fn shape(&self, line: usize) -> &Shape {
        &self.lines[line].shape
    }

    pub fn words(&self, line: usize) -> &[Token] {
        &self.words[self.lines[line].words.clone()]
    }

    /// The sum of the weights of the line's words and of its pairs of neighbouring words.
    pub fn lexical(&self, line: usize) -> i32 {
        self.lines[line].lexical
    }

    /// The number of the line among those that differ in their words.
    pub fn whole(&self, line: usize) -> usize {
        self.lines[line].whole as usize
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
