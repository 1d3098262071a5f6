//! A line as printed → the phrases of inside rules in it.
//!
//! An automaton over the printed line finds where the first word of a phrase begins, in the spellings that a label can
//! have: capitalised or in capitals, behind a bracket also in lower case. Prose hardly ever has one. The rest of the
//! phrase is compared with what is printed there, folded on the way, so that offsets are those of the line.

use std::collections::HashMap;

use aho_corasick::automaton::{Automaton, OverlappingState};
use aho_corasick::nfa::contiguous;
use aho_corasick::{Input, MatchKind};

use crate::patterns::{PatternSet, Reach};
use crate::text::{folded_prefix, unfolded};
use crate::{Error, ErrorKind, LabelSet};

/// A phrase in a line, in bytes of the line. Of a phrase in brackets, `start` is that of the bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub phrase: usize,
}

#[derive(Debug)]
pub(super) struct Finder {
    automaton: contiguous::NFA,
    /// For each pattern of the automaton, the phrases that begin so, longest first.
    buckets: Vec<Vec<usize>>,
}

/// Letters of a first word that the automaton knows: no more, or it would have to know of "LinkedIn" and "WhatsApp".
const KEY: usize = 4;

impl Finder {
    pub fn new(set: &PatternSet) -> Result<Finder, Error> {
        let mut known: HashMap<String, usize> = HashMap::new();
        let (mut keys, mut buckets): (Vec<String>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
        for (index, phrase) in set.phrases.iter().enumerate() {
            let rule = &set.rules[phrase.rule];
            let Some(inside) = rule.inside().filter(|_| !rule.disabled) else { continue };
            for key in spellings(&phrase.text, inside.reach).into_iter().filter(|key| !key.is_empty()) {
                let bucket = *known.entry(key).or_insert_with_key(|key| {
                    keys.push(key.clone());
                    buckets.push(Vec::new());
                    buckets.len() - 1
                });
                if buckets[bucket].last() != Some(&index) {
                    buckets[bucket].push(index);
                }
            }
        }
        for bucket in &mut buckets {
            bucket.sort_by_key(|phrase| std::cmp::Reverse(set.phrases[*phrase].text.len()));
        }
        let automaton = contiguous::Builder::new()
            .match_kind(MatchKind::Standard)
            .prefilter(false)
            .build(&keys)
            .map_err(|error| Error::new(ErrorKind::Pattern, "", format!("too many phrases: {error}")))?;
        Ok(Finder { automaton, buckets })
    }

    /// Every phrase in the line, by its start, the longest of those with the same start first.
    pub fn find(&self, set: &PatternSet, labels: LabelSet, line: &str, found: &mut Vec<Found>) {
        found.clear();
        let input = Input::new(line);
        let mut state = OverlappingState::start();
        // The only error is a start kind that the automaton was not built for; an NFA has both.
        while self.automaton.try_find_overlapping(&input, &mut state).is_ok() {
            let Some(hit) = state.get_match() else { break };
            let start = hit.start();
            let bracket = usize::from(line[start..].starts_with(['(', '[']));
            for phrase in &self.buckets[hit.pattern().as_usize()] {
                let Some(length) = folded_prefix(&line[start + bracket..], &set.phrases[*phrase].text) else {
                    continue;
                };
                let end = start + bracket + length;
                let rule = &set.rules[set.phrases[*phrase].rule];
                // A capital may follow without a blank: that is how labels are glued to the next sentence.
                let word_ends = |c: char| c.is_uppercase() || !c.is_alphanumeric();
                if labels.contains(rule.label) && line[end..].chars().next().is_none_or(word_ends) {
                    found.push(Found { start, end, phrase: *phrase });
                }
            }
        }
        found.sort_by_key(|found| (found.start, std::cmp::Reverse(found.end)));
    }
}

/// The beginnings by which a phrase is found as it may be printed.
fn spellings(phrase: &str, reach: Reach) -> Vec<String> {
    // What folds to a quotation mark or a blank has many spellings.
    let key: String = phrase.chars().take(KEY).take_while(|c| c.is_alphanumeric()).collect();
    let mut spellings = Vec::new();
    for key in printed(&key) {
        let mut letters = key.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        let capital: String = first.chain(letters).collect();
        let capitals = key.to_uppercase();
        spellings.extend(match reach {
            Reach::Brackets => {
                [capital, capitals, key].iter().flat_map(|key| ["(", "["].map(|mark| format!("{mark}{key}"))).collect()
            }
            _ => vec![capital, capitals],
        });
    }
    spellings.sort_unstable();
    spellings.dedup();
    spellings
}

/// Every way to print the letters of a folded key: folding unites letters that sites print in more than one way.
fn printed(key: &str) -> Vec<String> {
    key.chars().fold(vec![String::new()], |beginnings, c| {
        let with = |letter: char| beginnings.iter().map(move |beginning| format!("{beginning}{letter}"));
        std::iter::once(c).chain(unfolded(c).chars()).flat_map(with).collect()
    })
}
