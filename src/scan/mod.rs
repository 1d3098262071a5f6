//! A folded line → the phrases that stand in it.
//!
//! Most phrases are a whole line: those are looked up in a hash table, with and without the numbers beside them. The
//! phrases that begin a line are asked for only there, whatever its length; the few that may stand anywhere only in lines
//! short enough to match (see [`Scanner::walks`]).

use crate::index::Hit;
use crate::patterns::{PatternSet, Tables, TablesOf};
use crate::text::{Folded, is_unspaced, is_word_char, prefix};

pub(crate) use crate::patterns::{MAX_REGEX_WORDS, Source};

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
    tables: TablesOf<Tables>,
    /// The longest line, in words, that a literal that may stand anywhere can match.
    max_words: u32,
}

/// [`MAX_REGEX_WORDS`] in bytes: one word may be long, too.
pub(crate) const MAX_REGEX_BYTES: usize = 1000;

impl Scanner {
    /// Builds the tables of what is not built in. Linear in the summed length of the literals but for sorting.
    pub fn new(set: &PatternSet) -> Scanner {
        let tables = set.tables();
        Scanner { max_words: tables.iter().map(|tables| tables.max_words).max().unwrap_or_default(), tables }
    }

    /// Whether a line of so many words must be folded and walked as a whole.
    pub fn walks(&self, words: u32) -> bool {
        words <= self.max_words
    }

    /// The phrases that are exactly `text`.
    pub fn equal<'s>(&'s self, text: &'s str) -> impl Iterator<Item = usize> + 's {
        self.tables.iter().flat_map(move |tables| tables.lines.get(text))
    }

    /// Whether `word` is one that stands in dates.
    pub fn is_date_word(&self, word: &str) -> bool {
        self.tables.iter().any(|tables| tables.date_words.get(word).next().is_some())
    }

    fn whole_line(&self, core: &str, start: usize, found: &mut Vec<Match>) {
        let at = |phrase| Match { source: Source::Phrase(phrase), start, end: start + core.len() };
        found.extend(self.equal(core).map(at));
    }

    /// Appends to `found` every literal in `line` that stands at word bounds: those of line starts at the
    /// beginning and behind a leading number, the others anywhere unless the line is folded only in part.
    pub fn scan(&self, line: &Folded, hits: &mut Vec<Hit>, found: &mut Vec<Match>) {
        hits.clear();
        let text = line.text();
        if !line.partial {
            self.whole_line(text, 0, found);
            let (core, start) = without_numbers(text);
            if core.len() < text.len() {
                self.whole_line(core, start, found);
            }
        }
        let number = leading_number(text);
        for start in [Some(0), Some(number).filter(|number| *number > 0)].into_iter().flatten() {
            self.tables.iter().for_each(|tables| tables.starts.at(text, start, hits));
            hits.retain(|hit| stands(text, hit));
            append(text, hits, found);
        }
        if !line.partial {
            let mut keep = |hit: Hit| {
                if stands(text, &hit) {
                    hits.push(hit);
                }
            };
            self.tables.iter().for_each(|tables| tables.inner.find(text, &mut keep));
            append(text, hits, found);
        }
    }
}

/// Bytes by whose end literals are ordered.
const KEY: usize = 6;

/// Whether a literal stands at word bounds, if it must: what wakes a regex may be a stem.
fn stands(text: &str, hit: &Hit) -> bool {
    matches!(Source::of(hit.value), Source::Regex(_)) || at_word_bounds(text, hit.start, hit.end)
}

/// Moves `hits` to `found`. The order decides between findings of the same rank: that of
/// the end of a literal's first bytes, then that of the beginnings.
fn append(text: &str, hits: &mut Vec<Hit>, found: &mut Vec<Match>) {
    let order = |hit: &Hit| {
        let key = hit.start + prefix(&text[hit.start..hit.end], KEY).len();
        (key, hit.start, hit.end, Source::of(hit.value))
    };
    if hits.len() > 1 {
        hits.sort_unstable_by_key(order);
    }
    let matches = hits.drain(..).map(|Hit { start, end, value }| Match { source: Source::of(value), start, end });
    found.extend(matches);
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
