//! A line as printed → the phrases of inside rules in it.
//!
//! A table finds where the first word of a phrase begins, in the spellings that a label can have: capitalised or in
//! capitals, behind a bracket also in lower case. Prose hardly ever has one. The rest of the phrase is compared with what
//! is printed there, folded on the way, so that offsets are those of the line.

use std::cmp::Reverse;

use crate::LabelSet;
use crate::index::{Beginnings, Hit};
use crate::patterns::{PatternSet, Spelled, TablesOf};
use crate::text::{Line, folded_prefix};

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

    /// Every phrase in the lines of a text with the index of its line, by line and start, the longest of those with the same
    /// start first.
    pub fn find(&self, set: &PatternSet, labels: LabelSet, text: &str, lines: &[Line]) -> Vec<(usize, Found)> {
        let mut found = Vec::new();
        for table in self.tables.iter() {
            let mut at = 0;
            table.find(text, |hit| {
                at += lines[at..].iter().take_while(|line| line.content.end <= hit.start).count();
                let Some(line) = lines.get(at).filter(|line| line.content.contains(&hit.start)) else { return };
                let (start, end) = (hit.start - line.content.start, hit.end - line.content.start);
                let phrase = phrase_at(set, labels, &text[line.content.clone()], Hit { start, end, ..hit });
                found.extend(phrase.map(|phrase| (at, phrase)));
            });
        }
        found.sort_by_key(|(line, found)| (*line, found.start, Reverse(found.end)));
        found
    }

    /// The same in one line.
    pub fn find_in_line(&self, set: &PatternSet, labels: LabelSet, line: &str) -> Vec<(usize, Found)> {
        let mut found = Vec::new();
        for table in self.tables.iter() {
            table.find(line, |hit| found.extend(phrase_at(set, labels, line, hit).map(|phrase| (0, phrase))));
        }
        found.sort_by_key(|(_, found)| (found.start, Reverse(found.end)));
        found
    }
}

/// The phrase whose key was found, if all of it stands there.
fn phrase_at(set: &PatternSet, labels: LabelSet, line: &str, key: Hit) -> Option<Found> {
    let start = key.start;
    let bracket = usize::from(line[start..].starts_with(['(', '[']));
    let Spelled { phrase: index, word } = Spelled::of(key.value);
    // Sparing the phrases that begin with "a" or "e-" every word that begins so.
    let goes_on = |next: &u8| next.is_ascii_lowercase() || next.is_ascii_digit();
    if word && line.as_bytes().get(key.end).is_some_and(goes_on) {
        return None;
    }
    let phrase = set.phrase(index);
    let end = start + bracket + folded_prefix(&line[start + bracket..], phrase.text)?;
    // A capital may follow without a blank: that is how labels are glued to the next sentence.
    let word_ends = |c: char| c.is_uppercase() || !c.is_alphanumeric();
    let stands = labels.contains(set.rule(phrase.rule).label) && line[end..].chars().next().is_none_or(word_ends);
    stands.then_some(Found { start, end, phrase: index })
}
