//! A folded line → the phrases that stand in it. The matching engine (aho-corasick) is hidden in here.
//!
//! Chrome phrases mostly begin their line, so there are two automata: one that is asked only at the beginning of
//! a line, whatever its length, and one for the few phrases that may stand anywhere, which walks only lines
//! short enough to match (see [`Scanner::walks`]).

use aho_corasick::automaton::{Automaton, OverlappingState};
use aho_corasick::nfa::contiguous;
use aho_corasick::{Anchored, Input, MatchKind};

use crate::patterns::{Anchor, PatternSet};
use crate::text::{Folded, is_unspaced};
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
    starts: Engine,
    inner: Engine,
    /// The longest line, in words, that a literal of `inner` can match.
    max_words: u32,
}

#[derive(Debug)]
struct Engine {
    automaton: contiguous::NFA,
    sources: Vec<Source>,
}

impl Scanner {
    /// Builds the automata. Linear in the summed length of the literals.
    ///
    /// # Errors
    /// [`ErrorKind::Pattern`] if the patterns are too many for an automaton.
    pub fn new(set: &PatternSet) -> Result<Scanner, Error> {
        let (mut starts, mut inner) = (Vec::new(), Vec::new());
        let mut max_words = 0;
        for (index, phrase) in set.phrases.iter().enumerate() {
            let rule = &set.rules[phrase.rule];
            let Some(guards) = rule.guards().filter(|_| !rule.disabled) else { continue };
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
            inner.push((regex.near.as_ref(), Source::Regex(index)));
        }
        for (index, keep) in set.keeps.iter().enumerate() {
            let literals = if keep.anchor == Anchor::Anywhere { &mut inner } else { &mut starts };
            literals.push((keep.text.as_ref(), Source::Keep(index)));
        }
        Ok(Scanner { starts: Engine::new(&starts)?, inner: Engine::new(&inner)?, max_words })
    }

    /// Whether a line of so many words must be folded and walked as a whole.
    pub fn walks(&self, words: u32) -> bool {
        words <= self.max_words
    }

    /// Appends to `found` every literal in `line` that stands at word bounds: those of line starts at the
    /// beginning and behind a leading number, the others anywhere unless the line is folded only in part.
    pub fn scan(&self, line: &Folded, found: &mut Vec<Match>) {
        let text = line.text();
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
const MAX_REGEX_WORDS: u32 = 40;

impl Engine {
    fn new(literals: &[(&str, Source)]) -> Result<Engine, Error> {
        let automaton = contiguous::Builder::new()
            .match_kind(MatchKind::Standard)
            .prefilter(false)
            .build(literals.iter().map(|(text, _)| text))
            .map_err(|error| Error::new(ErrorKind::Pattern, "", format!("too many phrases: {error}")))?;
        Ok(Engine { automaton, sources: literals.iter().map(|(_, source)| *source).collect() })
    }

    fn find(&self, text: &str, from: usize, anchored: Anchored, found: &mut Vec<Match>) {
        let input = Input::new(text).range(from..).anchored(anchored);
        let mut state = OverlappingState::start();
        // The only error is a start kind that the automaton was not built for; an NFA has both.
        while self.automaton.try_find_overlapping(&input, &mut state).is_ok() {
            let Some(hit) = state.get_match() else { break };
            let source = self.sources[hit.pattern().as_usize()];
            // What wakes a regex may be a stem.
            if matches!(source, Source::Regex(_)) || at_word_bounds(text, hit.start(), hit.end()) {
                found.push(Match { source, start: hit.start(), end: hit.end() });
            }
        }
    }
}

/// Bytes of a number and the blank behind it at the beginning of `text`: "12 " or "1,204 ".
fn leading_number(text: &str) -> usize {
    let digits = text.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')).count();
    if digits == 0 || !text.as_bytes()[0].is_ascii_digit() {
        return 0;
    }
    let rest = &text[digits..];
    digits + rest.len() - rest.trim_start_matches([' ', '+', '-']).len()
}

/// No word goes on across either end; scripts without spaces have no such bounds.
fn at_word_bounds(text: &str, start: usize, end: usize) -> bool {
    let bound = |inside: Option<char>, outside: Option<char>| match (inside, outside) {
        (Some(inside), Some(outside)) => {
            !inside.is_alphanumeric() || !outside.is_alphanumeric() || is_unspaced(inside) || is_unspaced(outside)
        }
        _ => true,
    };
    let found = &text[start..end];
    bound(found.chars().next(), text[..start].chars().next_back())
        && bound(found.chars().next_back(), text[end..].chars().next())
}
