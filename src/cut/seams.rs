//! Lines that go → spans that go, with clean seams.
//!
//! Blank lines that only separated a removed part leave with it: between two kept lines stays the larger of the two
//! gaps at the ends of what was removed; at the new beginning and the new end stays none.

use std::ops::Range;

use super::{Cause, Cut, Reason, Removal};
use crate::classify::Hit;
use crate::patterns::{Detector, PatternSet};
use crate::text::{Line, mark_len};

/// Blank lines between two kept lines once everything between them is gone.
pub(super) fn gap(lines: &[Line], above: usize, below: usize) -> usize {
    if keeps_upper_gap(lines, above, below) { lines[above + 1].gap } else { lines[below].gap }
}

fn keeps_upper_gap(lines: &[Line], above: usize, below: usize) -> bool {
    lines[above + 1].gap >= lines[below].gap
}

/// The removals of a document, in order; spans in bytes of `text`.
pub(crate) fn removals(set: &PatternSet, text: &str, lines: &[Line], cuts: &[Option<Cut>]) -> Vec<Removal> {
    let mut removals = Vec::new();
    let mut line = 0;
    while line < lines.len() {
        if cuts[line].is_none() {
            line += 1;
            continue;
        }
        let end = (line..lines.len()).find(|at| cuts[*at].is_none()).unwrap_or(lines.len());
        run(set, text, lines, &cuts[..end], line, &mut removals);
        line = end;
    }
    removals
}

/// The removals of one run of lines that go: from `first` to the end of `cuts`.
fn run(set: &PatternSet, text: &str, lines: &[Line], cuts: &[Option<Cut>], first: usize, out: &mut Vec<Removal>) {
    let span = run_span(text, lines, first, cuts.len());
    let mut start = span.start;
    let mut from = first;
    for at in first..cuts.len() {
        let (Some(cut), next) = (cuts[at], cuts.get(at + 1).copied().flatten()) else { continue };
        if next.is_some_and(|next| next.group == cut.group) {
            continue;
        }
        // Blank lines between two removals belong to the upper one.
        let end = if next.is_some() { lines[at + 1].span.start } else { span.end };
        out.push(Removal {
            span: start..end,
            lines: lines[from].number..=lines[at].number,
            label: cut.label,
            rule: set.rule(cut.rule).id.clone(),
            reason: reason(set, lines, &cut, at - from),
        });
        (start, from) = (end, at + 1);
    }
}

/// The bytes that go with the lines `first..end`.
fn run_span(text: &str, lines: &[Line], first: usize, end: usize) -> Range<usize> {
    // A byte order mark stays.
    let beginning = mark_len(text);
    match (first.checked_sub(1), lines.get(end)) {
        (None, None) => beginning..text.len(),
        (None, Some(below)) => beginning..below.span.start,
        (Some(above), None) => lines[above].span.end..text.len(),
        (Some(above), Some(below)) if keeps_upper_gap(lines, above, end) => lines[first].span.start..below.span.start,
        (Some(above), Some(_)) => lines[above].span.end..lines[end - 1].span.end,
    }
}

fn reason(set: &PatternSet, lines: &[Line], cut: &Cut, below: usize) -> Reason {
    match cut.cause {
        Cause::Finding(finding) => match finding.trigger {
            Hit::Phrase(phrase) if below > 0 => {
                Reason::Section { phrase: set.phrase(phrase).text.into(), lines: below }
            }
            Hit::Phrase(phrase) => Reason::Phrase(set.phrase(phrase).text.into()),
            Hit::Regex(regex) => Reason::Regex(set.regex(regex).source.into()),
            Hit::Detector(Detector::NumberLine) => Reason::Number,
            Hit::Detector(_) => Reason::Date,
        },
        Cause::Score(clues) => Reason::Scored(clues.into_iter().flatten().collect()),
        Cause::Headline { line, detector } => {
            let line = lines[line].number;
            match detector {
                Detector::AboveHeadline => Reason::AboveHeadline { line },
                Detector::HeadlineWithSite => Reason::HeadlineWithSite { line },
                _ => Reason::RepeatedHeadline { line },
            }
        }
    }
}
