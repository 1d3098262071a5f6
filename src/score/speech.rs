//! The words that make sentences: articles, pronouns, conjunctions. Prose is full of them in every language, menus are
//! not.

use std::ops::Range;

use super::features::share;
use super::{NONE, Traits};
use crate::patterns::{FunctionWords, LANGUAGES};
use crate::structure::Page;
use crate::text::Line;

/// A page speaks a language if one in so many of its words is a function word of it.
const SPOKEN: u32 = 25;

/// The function words of each line of a document, by the languages that have them.
#[derive(Debug, Default)]
pub(super) struct Speech {
    masks: Vec<u64>,
    /// For each line the masks of its words.
    lines: Vec<Range<usize>>,
}

impl Speech {
    /// Linear in the size of the text.
    pub fn of(function_words: &FunctionWords, text: &str, lines: &[Line], traits: &Traits) -> Speech {
        let mut speech = Speech::default();
        let masks: Vec<u64> = traits.distinct().iter().map(|hash| function_words.words.get(*hash)).collect();
        for (number, line) in lines.iter().enumerate() {
            let first = speech.masks.len();
            let words = traits.words(number).iter().map(|word| masks[word.number()]);
            speech.masks.extend(words.filter(|mask| *mask > 0));
            let content = &text[line.content.clone()];
            if !content.is_ascii() && !function_words.characters.is_empty() {
                let known = content.chars().map(|c| function_words.characters.get(c as u32));
                speech.masks.extend(known.filter(|mask| *mask > 0));
            }
            speech.lines.push(first..speech.masks.len());
        }
        speech
    }

    /// The shares of function words in the rows of a page, and in the whole page, in percent, in the language that has
    /// most of them; [`NONE`] if it speaks none that is known. Only what is still there counts: a page that was cleaned
    /// is the same page as one that never had more.
    pub fn shares(&self, page: &Page<'_>, traits: &Traits) -> (Vec<i32>, i32) {
        let mut totals = [0_u32; LANGUAGES];
        let mut all = 0;
        for row in page.rows {
            all += traits.words(row.line).len() as u32;
            for mask in &self.masks[self.lines[row.line].clone()] {
                let mut left = *mask;
                while left != 0 {
                    totals[left.trailing_zeros() as usize] += 1;
                    left &= left - 1;
                }
            }
        }
        let most = totals.iter().copied().max().unwrap_or_default();
        let language = totals.iter().position(|total| *total == most).unwrap_or_default();
        if most == 0 || most * SPOKEN < all {
            return (vec![NONE; page.rows.len()], NONE);
        }
        let share_of = |line: usize| {
            let hits = self.masks[self.lines[line].clone()].iter().filter(|mask| **mask >> language & 1 == 1);
            share(hits.count() as u32, traits.words(line).len() as u32)
        };
        (page.rows.iter().map(|row| share_of(row.line)).collect(), share(most, all))
    }
}
