//! Spans within a line that leave while the line stays: what a line is, looked at alone, before any other stage sees
//! it. The other stages see what the spans leave of it.

mod bounds;
mod finder;
mod runs;
mod seams;
mod spans;

use std::ops::Range;

use crate::classify::Classifier;
use crate::patterns::PatternSet;
use crate::text::{Line, Measure};
use crate::{LabelSet, Removal};

use finder::{Finder, Found};

/// A span that leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub bytes: Range<usize>,
    /// Index into the pattern set's phrases.
    pub phrase: usize,
}

/// What leaves a line that stays.
#[derive(Debug)]
pub(crate) struct Trimmed {
    /// Index of the line.
    pub line: usize,
    /// In bytes of the text, in order; they do not overlap.
    pub spans: Vec<Span>,
    /// Words that leave with them.
    pub words: u32,
}

/// Looks for spans with one pattern set.
#[derive(Debug)]
pub(crate) struct Inliner {
    finder: Finder,
}

/// What leaves brings together what stood apart, so the line is looked at again. One round does for nearly all; a line
/// in which each round finds more stays whole.
const MAX_ROUNDS: usize = 4;

impl Inliner {
    pub fn new(set: &PatternSet) -> Inliner {
        Inliner { finder: Finder::new(set) }
    }

    /// The lines that lose spans. Linear in the size of the text; allocates nothing for lines without a phrase.
    pub fn trim(
        &self,
        set: &PatternSet,
        classifier: &Classifier,
        text: &str,
        lines: &[Line],
        labels: LabelSet,
    ) -> Vec<Trimmed> {
        let mut trimmed = Vec::new();
        let stays = |content: &str| classifier.protects(set, content);
        for found in self.finder.find(set, labels, text, lines).chunk_by(|(above, _), (below, _)| above == below) {
            let index = found[0].0;
            let line = &lines[index];
            let content = &text[line.content.clone()];
            let mut spans = Vec::new();
            let mut left: Option<String> = None;
            for round in 0.. {
                let current = left.as_deref().unwrap_or(content);
                let again = left.as_deref().map(|left| self.finder.find_in_line(set, labels, left));
                let found: Vec<Found> = again.as_deref().unwrap_or(found).iter().map(|(_, found)| *found).collect();
                let more = if found.is_empty() { Vec::new() } else { spans_of(set, current, &found) };
                if more.is_empty() || is_all(current, &more) || stays(current) {
                    break;
                }
                if round == MAX_ROUNDS {
                    spans.clear();
                    break;
                }
                let next = without(current, &more);
                merge(&mut spans, more);
                left = Some(next);
            }
            if !spans.is_empty() {
                let words = |content: &str| Measure::of(content).words;
                let words = words(content).saturating_sub(left.as_deref().map_or(0, words));
                for span in &mut spans {
                    span.bytes.start += line.content.start;
                    span.bytes.end += line.content.start;
                }
                trimmed.push(Trimmed { line: index, spans, words });
            }
        }
        trimmed
    }
}

/// What leaves the line in one round, with clean seams.
fn spans_of(set: &PatternSet, line: &str, found: &[Found]) -> Vec<Span> {
    let mut spans = spans::spans(set, line, found);
    seams::widen(line, &mut spans);
    spans
}

/// Whether nothing to read would stay: then the line is no line with a span in it, and the other stages judge it.
fn is_all(line: &str, spans: &[Span]) -> bool {
    let mut from = 0;
    let mut has_word = false;
    for span in spans {
        has_word |= line[from..span.bytes.start].contains(char::is_alphanumeric);
        from = span.bytes.end;
    }
    !(has_word || line[from..].contains(char::is_alphanumeric))
}

fn without(line: &str, spans: &[Span]) -> String {
    let mut left = String::with_capacity(line.len());
    let mut from = 0;
    for span in spans {
        left.push_str(&line[from..span.bytes.start]);
        from = span.bytes.end;
    }
    left + &line[from..]
}

/// Adds to `spans` those that were found in what they leave.
fn merge(spans: &mut Vec<Span>, more: Vec<Span>) {
    // Where each span stood in what is left, and how much had left up to and with it.
    let mut removed = 0;
    let seams: Vec<(usize, usize)> = spans
        .iter()
        .map(|span| {
            let at = span.bytes.start - removed;
            removed += span.bytes.len();
            (at, removed)
        })
        .collect();
    let shift = |seams_before: usize| seams_before.checked_sub(1).map_or(0, |last| seams[last].1);
    for Span { bytes: Range { start, end }, phrase } in more {
        let start = start + shift(seams.partition_point(|(at, _)| *at <= start));
        let end = end + shift(seams.partition_point(|(at, _)| *at < end));
        spans.push(Span { bytes: start..end, phrase });
    }
    spans.sort_by_key(|span| (span.bytes.start, std::cmp::Reverse(span.bytes.end)));
    // A span of the new round may reach over older ones.
    let mut end = 0;
    spans.retain(|span| {
        let outside = span.bytes.end > end;
        end = end.max(span.bytes.end);
        outside
    });
}

/// The text without the spans.
pub(crate) fn left_of(text: &str, trimmed: &[Trimmed]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut from = 0;
    for span in trimmed.iter().flat_map(|line| &line.spans) {
        left.push_str(&text[from..span.bytes.start]);
        from = span.bytes.end;
    }
    left + &text[from..]
}

/// Adds to the removals of whole lines the spans of the lines that stay.
pub(crate) fn with_spans(
    set: &PatternSet,
    lines: &[Line],
    trimmed: &[Trimmed],
    stays: impl Fn(usize) -> bool,
    mut removals: Vec<Removal>,
) -> Vec<Removal> {
    for Trimmed { line, spans, .. } in trimmed.iter().filter(|trimmed| stays(trimmed.line)) {
        let number = lines[*line].number;
        removals.extend(spans.iter().map(|span| {
            let phrase = set.phrase(span.phrase);
            Removal {
                span: span.bytes.clone(),
                lines: number..=number,
                label: set.rule(phrase.rule).label,
                rule: set.rule(phrase.rule).id.clone(),
                reason: crate::Reason::Inside(phrase.text.into()),
            }
        }));
    }
    removals.sort_by_key(|removal| removal.span.start);
    removals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_later_rounds_are_those_of_the_original() {
        let span = |bytes: Range<usize>| Span { bytes, phrase: 0 };
        let line = "0123456789";
        let mut spans = vec![span(2..4), span(6..7)];
        assert_eq!(without(line, &spans), "0145789");
        // "1" with what had left behind it stays apart; "45" are apart from both; "57" reaches over the second.
        for (found, all) in [
            (1..2, &[1..2, 2..4, 6..7][..]),
            (2..4, &[2..4, 4..6, 6..7]),
            (3..5, &[2..4, 5..8]),
            (0..7, std::slice::from_ref(&(0..10))),
        ] {
            let mut merged = std::mem::take(&mut spans);
            spans = merged.clone();
            merge(&mut merged, vec![span(found)]);
            assert_eq!(merged.into_iter().map(|span| span.bytes).collect::<Vec<_>>(), all);
        }
    }
}
