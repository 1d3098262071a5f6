//! A folded line → the phrases that stand in it. The matching engine (aho-corasick) is hidden in here.
//!
//! Most phrases are a whole line: those are looked up in a hash table, with and without the numbers beside them. For the
//! others there are two automata: one that is asked only at the beginning of a line, whatever its length, and one for
//! the few phrases that may stand anywhere, which walks only lines short enough to match (see [`Scanner::walks`]).

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::automaton::{Automaton, OverlappingState};
use aho_corasick::nfa::contiguous;
use aho_corasick::{Anchored, Input, MatchKind};

use crate::patterns::{Anchor, PatternSet, Rest};
use crate::text::{Folded, is_unspaced, is_word_char, prefix};
use crate::{Error, ErrorKind};

/// What a literal belongs to; the index points into the [`PatternSet`]'s list of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Phrase(usize),
    Regex(usize),
    Keep(usize),
}

/// A literal found in a folded line, at byte offsets of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match {
    pub source: Source,
    pub start: usize,
    pub end: usize,
}

/// Finds every literal of a pattern set.
#[derive(Debug)]
pub(crate) struct Scanner {
    lines: HashMap<Arc<str>, Vec<usize>>,
    /// Bytes of the longest phrase in `lines`.
    longest: usize,
    starts: Engine,
    inner: Engine,
    /// The longest line, in words, that a literal of `inner` can match.
    max_words: u32,
}

/// An automaton over the beginnings of literals; what follows is compared. Building an automaton costs far more than
/// comparing does: the whole program starts in 69 million instructions with these, in 119 with whole literals (12,500
/// phrases, counted with callgrind).
#[derive(Debug)]
struct Engine {
    automaton: contiguous::NFA,
    /// For each pattern of the automaton, the literals that begin with it, as a range of `literals`.
    buckets: Vec<Range<usize>>,
    literals: Vec<(Box<str>, Source)>,
}

/// Bytes of a literal that the automaton knows.
const KEY: usize = 6;

impl Scanner {
    /// Builds the automata. Linear in the summed length of the literals.
    ///
    /// # Errors
    /// [`ErrorKind::Pattern`] if the patterns are too many for an automaton.
    pub fn new(set: &PatternSet) -> Result<Scanner, Error> {
        let mut lines: HashMap<Arc<str>, Vec<usize>> = HashMap::with_capacity(set.phrases.len());
        let (mut starts, mut inner) = (Vec::new(), Vec::new());
        let (mut max_words, mut longest) = (0, 0);
        for (index, phrase) in set.phrases.iter().enumerate() {
            let rule = &set.rules[phrase.rule];
            let Some(guards) = rule.guards().filter(|_| !rule.disabled) else { continue };
            if guards.anchor == Anchor::Line && guards.rest <= Rest::Number {
                longest = longest.max(phrase.text.len());
                lines.entry(phrase.text.clone()).or_default().push(index);
                continue;
            }
            let literals = if guards.anchor == Anchor::Anywhere || guards.pair {
                max_words = max_words.max(guards.max_words);
                &mut inner
            } else {
                &mut starts
            };
            literals.push((phrase.text.as_ref(), Source::Phrase(index)));
        }
        for (index, regex) in set.regexes.iter().enumerate() {
            let rule = &set.rules[regex.rule];
            let Some(guards) = rule.guards().filter(|_| !rule.disabled) else { continue };
            max_words = max_words.max(guards.max_words.min(MAX_REGEX_WORDS));
            inner.extend(regex.near.iter().map(|near| (near.as_str(), Source::Regex(index))));
        }
        for (index, keep) in set.keeps.iter().enumerate() {
            let literals = if keep.anchor == Anchor::Anywhere { &mut inner } else { &mut starts };
            literals.push((keep.text.as_ref(), Source::Keep(index)));
        }
        Ok(Scanner { lines, longest, starts: Engine::new(starts)?, inner: Engine::new(inner)?, max_words })
    }

    /// Whether a line of so many words must be folded and walked as a whole.
    pub fn walks(&self, words: u32) -> bool {
        words <= self.max_words
    }

    /// The phrases that are exactly `text`.
    pub fn equal(&self, text: &str) -> &[usize] {
        if text.len() > self.longest { &[] } else { self.lines.get(text).map_or(&[], Vec::as_slice) }
    }

    fn whole_line(&self, core: &str, start: usize, found: &mut Vec<Match>) {
        let at = |phrase: &usize| Match { source: Source::Phrase(*phrase), start, end: start + core.len() };
        found.extend(self.equal(core).iter().map(at));
    }

    /// Appends to `found` every literal in `line` that stands at word bounds: those of line starts at the
    /// beginning and behind a leading number, the others anywhere unless the line is folded only in part.
    pub fn scan(&self, line: &Folded, found: &mut Vec<Match>) {
        let text = line.text();
        if !line.partial {
            self.whole_line(text, 0, found);
            let (core, start) = without_numbers(text);
            if core.len() < text.len() {
                self.whole_line(core, start, found);
            }
        }
        self.starts.find(text, 0, Anchored::Yes, found);
        let number = leading_number(text);
        if number > 0 {
            self.starts.find(text, number, Anchored::Yes, found);
        }
        if !line.partial {
            self.inner.find(text, 0, Anchored::No, found);
        }
    }
}

/// A regex never runs on a longer line, whatever its rule says: it would walk prose.
pub(crate) const MAX_REGEX_WORDS: u32 = 40;
/// The same in bytes: one word may be long, too.
pub(crate) const MAX_REGEX_BYTES: usize = 1000;

impl Engine {
    fn new(mut literals: Vec<(&str, Source)>) -> Result<Engine, Error> {
        let key = |text: &str| prefix(text, KEY).to_owned();
        literals.sort_by(|a, b| a.0.cmp(b.0));
        let mut keys: Vec<String> = Vec::new();
        let mut buckets: Vec<Range<usize>> = Vec::new();
        for (index, (text, _)) in literals.iter().enumerate() {
            match buckets.last_mut().filter(|_| keys.last().is_some_and(|last| *last == key(text))) {
                Some(bucket) => bucket.end = index + 1,
                None => {
                    keys.push(key(text));
                    buckets.push(index..index + 1);
                }
            }
        }
        let automaton = contiguous::Builder::new()
            .match_kind(MatchKind::Standard)
            .prefilter(false)
            .build(keys)
            .map_err(|error| Error::new(ErrorKind::Pattern, "", format!("too many phrases: {error}")))?;
        let literals = literals.into_iter().map(|(text, source)| (text.into(), source)).collect();
        Ok(Engine { automaton, buckets, literals })
    }

    fn find(&self, text: &str, from: usize, anchored: Anchored, found: &mut Vec<Match>) {
        let input = Input::new(text).range(from..).anchored(anchored);
        let mut state = OverlappingState::start();
        // The only error is a start kind that the automaton was not built for; an NFA has both.
        while self.automaton.try_find_overlapping(&input, &mut state).is_ok() {
            let Some(hit) = state.get_match() else { break };
            let start = hit.start();
            for (literal, source) in &self.literals[self.buckets[hit.pattern().as_usize()].clone()] {
                let end = start + literal.len();
                // What wakes a regex may be a stem.
                let fits = |source| matches!(source, &Source::Regex(_)) || at_word_bounds(text, start, end);
                if text[start..].starts_with(&**literal) && fits(source) {
                    found.push(Match { source: *source, start, end });
                }
            }
        }
    }
}

/// What is left of `text` without the numbers and signs at both ends ("12 comments", "views: 1.2k"), and where it begins.
fn without_numbers(text: &str) -> (&str, usize) {
    let noise = |c: char| !c.is_alphabetic();
    // A counter in short: its unit goes with its digits.
    let without_unit = |t: &str| {
        t.strip_suffix(['k', 'm']).filter(|t| t.ends_with(|c: char| c.is_ascii_digit())).map_or(t.len(), str::len)
    };
    let end = &text[..without_unit(text)];
    let core = end.trim_end_matches(noise);
    let first = core.split(' ').next().unwrap_or_default();
    let unit = if without_unit(first) < first.len() { first.len() } else { 0 };
    let begun = core[unit..].trim_start_matches(noise);
    (begun, core.len() - begun.len())
}

/// Bytes of a number and the blank behind it at the beginning of `text`: "12 " or "1,204 ".
fn leading_number(text: &str) -> usize {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b' ' | b'+' | b'-')).count()
}

/// No word goes on across either end; scripts without spaces have no such bounds.
fn at_word_bounds(text: &str, start: usize, end: usize) -> bool {
    let bound = |inside: Option<char>, outside: Option<char>| match (inside, outside) {
        (Some(inside), Some(outside)) => {
            !is_word_char(inside) || !is_word_char(outside) || is_unspaced(inside) || is_unspaced(outside)
        }
        _ => true,
    };
    let found = &text[start..end];
    bound(found.chars().next(), text[..start].chars().next_back())
        && bound(found.chars().next_back(), text[end..].chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beside_a_phrase_are_set_aside() {
        for (line, core) in [
            ("12 comments", "comments"),
            ("comments (12", "comments"),
            ("1.2k views", "views"),
            ("views: 3m", "views"),
            ("comments", "comments"),
            ("2023", ""),
            ("page 1 of 2", "page 1 of"),
            ("5k", ""),
            ("", ""),
        ] {
            let (found, start) = without_numbers(line);
            assert_eq!(found, core, "{line}");
            assert_eq!(&line[start..start + found.len()], core);
        }
    }
}
