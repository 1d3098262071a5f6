//! What stands on both sides of a phrase: whether it is set off from the sentences beside it.

use std::ops::Range;

use crate::text::{is_stop, prefix};

/// What stands before a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing: it begins the line.
    Start,
    /// The end of a sentence, or a span that leaves.
    Sentence {
        /// Without a blank between.
        glued: bool,
    },
    /// Something else.
    Words,
}

/// What stands behind a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// Nothing but signs: it ends the line.
    End,
    /// A capital without a blank between.
    Glued,
    /// A blank and a capital.
    Sentence {
        /// The word is in capitals.
        shouted: bool,
    },
    /// Something else.
    Words,
}

/// Bytes from a one-letter word on that tell whether it is shouted.
const SHOUT: usize = 12;

const OPENING: [char; 5] = ['“', '„', '«', '‘', '"'];
const CLOSING: [char; 7] = ['"', '”', '’', '»', '“', ')', ']'];

/// What stands before `start`; `gone` is where the span before ends.
pub(super) fn before(line: &str, start: usize, gone: usize) -> Before {
    let above = line[..start].trim_end();
    let glued = above.len() == start;
    if above.is_empty() {
        Before::Start
    } else if above.len() <= gone {
        Before::Sentence { glued: false }
    } else if above.trim_end_matches(CLOSING).ends_with(|c: char| is_stop(c) || c == '…') {
        Before::Sentence { glued }
    } else {
        Before::Words
    }
}

/// What stands behind the words `words` of the line.
pub(super) fn after(line: &str, words: &Range<usize>) -> After {
    let below = &line[words.end..];
    if is_tail(below) {
        return After::End;
    }
    let open = |text: &str| text.trim_start_matches(OPENING).starts_with(char::is_uppercase);
    let rest = below.trim_start();
    if rest.len() < below.len() {
        let word = rest.trim_start_matches(OPENING).split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let is_one_letter = word.chars().nth(1).is_none();
        let shouted = is_shouted(if is_one_letter { prefix(rest, SHOUT) } else { word });
        return if open(rest) { After::Sentence { shouted } } else { After::Words };
    }
    // "AdvertisementThe", "ADVERTISEMENTThe", but not "ADVERTISEMENTS".
    let case_changes = line[words.clone()].ends_with(char::is_lowercase)
        || below.chars().nth(1).is_some_and(char::is_lowercase)
        || !below.starts_with(char::is_alphanumeric);
    if open(below) && case_changes { After::Glued } else { After::Words }
}

/// Whether nothing stands there but blanks and the signs of links and labels.
fn is_tail(text: &str) -> bool {
    let text = text.trim_start();
    let text = text.strip_prefix("...").unwrap_or(text);
    prefix(text, 8) == text && text.chars().all(|c| c.is_whitespace() || "»›→…:▶►*|".contains(c))
}

/// Whether no letter is a small one.
pub(super) fn is_shouted(text: &str) -> bool {
    text.contains(char::is_uppercase) && !text.contains(char::is_lowercase)
}

/// Bytes beside a glued phrase that are looked at.
const TOKEN: usize = 60;

/// Whether the run of signs around a glued phrase could be a name in code, an address or a path.
pub(super) fn is_name(line: &str, words: &Range<usize>) -> bool {
    let (above, below) = (suffix(&line[..words.start], TOKEN), prefix(&line[words.end..], TOKEN));
    let above = above.rsplit(char::is_whitespace).next().unwrap_or_default();
    let below = below.split(char::is_whitespace).next().unwrap_or_default();
    let sign = |c: char| "/\\_@=(){}<>#&;$`".contains(c);
    let dotted = above.trim_end_matches(|c: char| !c.is_alphanumeric()).contains('.');
    above.contains(sign) || below.contains(sign) || dotted || above.len() + below.len() >= TOKEN
}

/// Words of a sentence whose stop is no dot in a name such as "page.Title".
const MIN_SENTENCE: usize = 5;
/// Bytes before a phrase that are looked at for them.
const SENTENCE: usize = 200;

/// Whether a sentence of several words ends at the place.
pub(super) fn ends_sentence(line: &str, place: usize) -> bool {
    let above = suffix(&line[..place], SENTENCE).trim_end_matches(|c: char| !c.is_alphanumeric());
    let sentence = above.rsplit(is_stop).next().unwrap_or_default();
    sentence.split_whitespace().count() >= MIN_SENTENCE
}

/// The longest end of `text` that has at most so many bytes.
fn suffix(text: &str, bytes: usize) -> &str {
    let start = (text.len().saturating_sub(bytes)..=text.len()).find(|start| text.is_char_boundary(*start));
    &text[start.unwrap_or(text.len())..]
}

/// Keeps count of quotation marks from the line's beginning on.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    at: usize,
    open: Option<char>,
}

impl Quotes {
    /// Whether a quotation is open at the place, which must not lie before that of the call before.
    pub fn open_at(&mut self, line: &str, place: usize) -> bool {
        for c in line[self.at.min(place)..place].chars() {
            self.open = match (c, self.open) {
                ('"', Some('"')) | ('”' | '»', _) | ('“', Some('„')) => None,
                ('"' | '“' | '„' | '«', _) => Some(c),
                (_, open) => open,
            };
        }
        self.at = self.at.max(place);
        self.open.is_some()
    }
}

/// Words of a sentence with a stop at its end that may be a title. A title has none, most of the time: the sentence
/// behind it would go with it.
const MAX_STOPPED: u32 = 12;

/// The end of the sentence that goes on at `from`: behind its stop, or the end of the line. None where it is not
/// plain: it is longer than `max_words`, or has an abbreviation, or two words stand in it without a blank between.
pub(super) fn sentence_end(line: &str, from: usize, max_words: u32) -> Option<usize> {
    let (mut words, mut word_start, mut last) = (0, None, ' ');
    for (offset, c) in line[from..].char_indices() {
        let at = from + offset;
        if c.is_alphanumeric() {
            if word_start.is_none() {
                words += 1;
                word_start = Some(at);
            }
            if words > max_words || (c.is_uppercase() && last.is_lowercase()) || at - from > MAX_BYTES {
                return None;
            }
        } else {
            let word = word_start.take().map_or("", |start| &line[start..at]);
            let behind = &line[at + c.len_utf8()..];
            if is_stop(c) && !behind.starts_with('.') && last != '.' {
                let closed = behind.trim_start_matches(CLOSING);
                let next = closed.trim_start();
                let ends = next.is_empty()
                    || (next.len() < closed.len() && next.starts_with(|c: char| !c.is_lowercase()))
                    || next.starts_with(char::is_uppercase);
                let abbreviated = c == '.' && word.chars().count() < 4 && !word.chars().all(char::is_lowercase);
                if ends {
                    return (!abbreviated && (2..=MAX_STOPPED).contains(&words)).then_some(line.len() - closed.len());
                }
            }
        }
        last = c;
    }
    (words >= 2).then_some(line.len())
}

/// Bytes of the longest brackets or sentence.
pub(super) const MAX_BYTES: usize = 400;

/// The end of the brackets that begin at `start`: behind the closing one. None if it is too far away.
pub(super) fn brackets_end(line: &str, start: usize, max_words: u32) -> Option<usize> {
    let text = prefix(&line[start..], MAX_BYTES);
    let (mut open, mut words, mut in_word) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            ')' | ']' if open.pop() != Some(c) => return None,
            _ => {}
        }
        if open.is_empty() {
            return Some(start + at + c.len_utf8());
        }
        words += u32::from(c.is_alphanumeric() && !in_word);
        in_word = c.is_alphanumeric();
        if words > max_words {
            return None;
        }
    }
    None
}
