//! A line as printed → the phrases of inside rules in it.
//!
//! A table finds where the first word of a phrase begins, in the spellings that a label can have: capitalised or in
//! capitals, behind a bracket also in lower case. Prose hardly ever has one. The rest of the phrase is compared with what
//! is printed there, folded on the way, so that offsets are those of the line.

use crate::LabelSet;
use crate::index::{Beginnings, Hit};
use crate::patterns::{PatternSet, Spelled, TablesOf};
use crate::text::folded_prefix;

/// A phrase in a line, in bytes of the line. Of a phrase in brackets, `start` is that of the bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub phrase: usize,
}

#[derive(Debug)]
pub(super) struct Finder {
    tables: TablesOf<Beginnings>,
}

impl Finder {
    pub fn new(set: &PatternSet) -> Finder {
        Finder { tables: set.span_tables() }
    }

    /// Where phrases may begin in a text, by place.
    pub fn places(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        self.tables.iter().for_each(|table| table.find(text, &mut hits));
        hits.sort_by_key(|hit| hit.start);
        hits
    }

    /// Every phrase in the line, by its start, the longest of those with the same start first. `hits` are places of a text
    /// in which the line begins at `offset`.
    pub fn find(
        &self,
        set: &PatternSet,
        labels: LabelSet,
        line: &str,
        (hits, offset): (&[Hit], usize),
        found: &mut Vec<Found>,
    ) {
        found.clear();
        for hit in hits {
            let (start, key_end) = (hit.start - offset, hit.end - offset);
            let bracket = usize::from(line[start..].starts_with(['(', '[']));
            let Spelled { phrase: index, word } = Spelled::of(hit.value);
            // Sparing the phrases that begin with "a" or "e-" every word that begins so.
            let goes_on = |next: &u8| next.is_ascii_lowercase() || next.is_ascii_digit();
            if word && line.as_bytes().get(key_end).is_some_and(goes_on) {
                continue;
            }
            let phrase = set.phrase(index);
            let Some(length) = folded_prefix(&line[start + bracket..], phrase.text) else { continue };
            let end = start + bracket + length;
            // A capital may follow without a blank: that is how labels are glued to the next sentence.
            let word_ends = |c: char| c.is_uppercase() || !c.is_alphanumeric();
            if labels.contains(set.rule(phrase.rule).label) && line[end..].chars().next().is_none_or(word_ends) {
                found.push(Found { start, end, phrase: index });
            }
        }
        found.sort_by_key(|found| (found.start, std::cmp::Reverse(found.end)));
    }
}
