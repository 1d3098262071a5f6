//! The words that make sentences: articles, pronouns, conjunctions. Prose is full of them in every language, menus are
//! not.

use super::features::share;
use super::words::WordMap;
use super::{NONE, Traits};
use crate::patterns::PatternSet;
use crate::text::{Line, is_unspaced, unspaced_hash, word_hash};

/// Languages that a page is compared with at most: one bit each.
const LANGUAGES: usize = 64;

/// A page speaks a language if one in so many of its words is a function word of it.
const SPOKEN: u32 = 25;

/// The function words of all languages.
#[derive(Debug, Default)]
pub(super) struct FunctionWords {
    /// For each word, by its hash, the languages that have it.
    words: WordMap<u64>,
    /// For each character of a script without spaces the same.
    characters: WordMap<u64>,
}

impl FunctionWords {
    pub fn new(set: &PatternSet) -> FunctionWords {
        let mut found = FunctionWords::default();
        for (bit, words) in set.fitted.function_words.iter().take(LANGUAGES).enumerate() {
            for word in words.split_whitespace() {
                let mut characters = word.chars();
                match (characters.next(), characters.next()) {
                    (Some(one), None) if is_unspaced(one) => {
                        *found.characters.entry(one as u32).or_default() |= 1 << bit;
                    }
                    (Some(one), Some(two)) if is_unspaced(one) => {
                        *found.words.entry(unspaced_hash(one, two)).or_default() |= 1 << bit;
                    }
                    _ => *found.words.entry(word_hash(word)).or_default() |= 1 << bit,
                }
            }
        }
        found
    }
}

/// How much of each line of a document is function words.
#[derive(Debug, Default)]
pub(super) struct Speech {
    shares: Vec<i32>,
    whole: i32,
}

impl Speech {
    /// Finds the language that most words of the text speak of, and counts its function words. Linear in the text.
    pub fn of(function_words: &FunctionWords, text: &str, lines: &[Line], traits: &Traits) -> Speech {
        let mut masks: Vec<u64> = Vec::new();
        let mut ends = Vec::with_capacity(lines.len());
        let mut totals = [0_u32; LANGUAGES];
        let mut all = 0;
        for (number, line) in lines.iter().enumerate() {
            let words = traits.words(number).iter().filter_map(|word| function_words.words.get(&word.hash));
            masks.extend(words);
            let content = &text[line.content.clone()];
            if !content.is_ascii() && !function_words.characters.is_empty() {
                masks.extend(content.chars().filter_map(|c| function_words.characters.get(&(c as u32))));
            }
            ends.push(masks.len());
            all += traits.words(number).len() as u32;
        }
        for mask in &masks {
            let mut left = *mask;
            while left != 0 {
                totals[left.trailing_zeros() as usize] += 1;
                left &= left - 1;
            }
        }
        let most = totals.iter().copied().max().unwrap_or_default();
        let language = totals.iter().position(|total| *total == most).unwrap_or_default();
        if most == 0 || most * SPOKEN < all {
            return Speech { shares: vec![NONE; lines.len()], whole: NONE };
        }
        let mut start = 0;
        let shares = ends.iter().enumerate().map(|(line, end)| {
            let hits = masks[std::mem::replace(&mut start, *end)..*end].iter();
            let count = hits.filter(|mask| **mask >> language & 1 == 1).count() as u32;
            share(count, traits.words(line).len() as u32)
        });
        Speech { shares: shares.collect(), whole: share(most, all) }
    }

    /// The share of function words in a line, in percent; [`NONE`] if the language is unknown.
    pub fn share(&self, line: usize) -> i32 {
        self.shares[line]
    }

    /// The same for the whole document.
    pub fn whole(&self) -> i32 {
        self.whole
    }
}
