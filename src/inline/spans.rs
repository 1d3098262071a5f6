//! Phrases in a line → the spans that leave: each rule's reach, and the guards against harm. A phrase must be set off
//! from the sentences beside it in a way that no running sentence is.

use super::bounds::{
    After, Before, Quotes, after, before, brackets_end, ends_sentence, is_name, is_shouted, sentence_end,
};
use super::finder::Found;
use super::{Span, runs};
use crate::patterns::{Inside, PatternSet, Reach};
use crate::text::Measure;

/// The spans that leave, in order, without the blanks beside them.
pub(super) fn spans(set: &PatternSet, line: &str, found: &[Found]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut quotes = Quotes::default();
    let mut runs = runs::runs(set, line, found).into_iter().peekable();
    let mut gone = 0;
    for match_ in found {
        if match_.start < gone || quotes.open_at(line, match_.start) {
            continue;
        }
        // Runs come first: they have the most to go by.
        while let Some(run) = runs.next_if(|run| run.bytes.start <= match_.start) {
            if run.bytes.start >= gone {
                gone = run.bytes.end;
                spans.push(run);
            }
        }
        let inside = set.rule(set.phrase(match_.phrase).rule).inside();
        let Some(inside) = inside.filter(|_| match_.start >= gone) else { continue };
        let end = match inside.reach {
            Reach::Phrase => phrase_end(line, match_, gone),
            Reach::Brackets => bracketed_end(line, match_, inside),
            Reach::Sentence => titled_end(line, match_, inside, gone),
            Reach::Run => None,
        };
        if let Some(end) = end.filter(|end| runs.peek().is_none_or(|run| *end <= run.bytes.start)) {
            gone = end;
            spans.push(Span { bytes: match_.start..end, phrase: match_.phrase });
        }
    }
    spans
}

/// Words that no sentence begins with by chance.
const PLAIN_WORDS: usize = 3;
/// Letters of a word in capitals that is no abbreviation.
const MIN_SHOUTED: usize = 6;

/// The phrase alone: glued to the next sentence or the one before, in capitals between two, or behind the last.
fn phrase_end(line: &str, found: &Found, gone: usize) -> Option<usize> {
    let words = found.start..found.end;
    let printed = &line[words.clone()];
    let shouted = is_shouted(printed) && printed.chars().filter(|c| c.is_alphabetic()).count() >= MIN_SHOUTED;
    let is_plain = printed.split_whitespace().count() >= PLAIN_WORDS;
    let fits = match (before(line, found.start, gone), after(line, &words)) {
        (Before::Words, _) | (_, After::Words) | (Before::Start, After::End) => false,
        (Before::Sentence { glued }, After::End) => !glued || !is_name(line, &words),
        (Before::Sentence { glued: true }, After::Glued) => !is_name(line, &words) && ends_sentence(line, found.start),
        (_, After::Glued) => !is_name(line, &words),
        (Before::Sentence { glued: true }, After::Sentence { .. }) if !is_name(line, &words) => true,
        (_, After::Sentence { shouted: next }) => is_plain || (shouted && !next),
    };
    let to_end = is_tail_of(line, found.end);
    fits.then_some(if to_end { line.len() } else { found.end })
}

fn is_tail_of(line: &str, end: usize) -> bool {
    after(line, &(end..end)) == After::End
}

/// Brackets that begin with the phrase, and hold nothing else unless a colon follows it.
fn bracketed_end(line: &str, found: &Found, inside: &Inside) -> Option<usize> {
    let end = brackets_end(line, found.start, inside.max_words)?;
    let rest = line[found.end..end - 1].trim();
    let holds = if inside.colon { rest.starts_with(':') } else { !rest.contains(char::is_alphanumeric) };
    // "[Read more: x](https://…)", and words that would run together.
    let is_link = line[end..].starts_with(['(', '[']) && line[found.start..].starts_with('[');
    let joins = line[..found.start].ends_with(char::is_alphanumeric)
        && line[end..].starts_with(|c: char| c.is_alphanumeric() && !c.is_uppercase());
    (holds && !is_link && !joins).then_some(end)
}

/// The label of a link and the title behind its colon, to the end of the sentence.
fn titled_end(line: &str, found: &Found, inside: &Inside, gone: usize) -> Option<usize> {
    let rest = line[found.end..].trim_start();
    let title = line.len() - rest.strip_prefix(':')?.len();
    let place = before(line, found.start, gone);
    if place == Before::Words {
        return None;
    }
    let end = sentence_end(line, title, inside.max_words)?;
    // A line that begins with such a label is the label's line, unless an article goes on in it.
    (place != Before::Start || Measure::of(line[end..].trim()).is_prose()).then_some(end)
}
