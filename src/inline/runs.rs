//! Runs: several phrases of one rule in a row, as a bar of buttons or a form leaves them in a flattened page.

use super::Span;
use super::bounds::{After, Before, after, before};
use super::finder::Found;
use crate::patterns::{PatternSet, Reach};

/// Fewer may stand together by chance.
const MIN_MEMBERS: usize = 3;
/// Bytes of separators between two phrases.
const MAX_GAP: usize = 12;

/// The runs that leave, in order. Rules for runs share phrases, so each is looked for on its own.
pub(super) fn runs(set: &PatternSet, line: &str, found: &[Found]) -> Vec<Span> {
    let rule = |found: &Found| set.phrase(found.phrase).rule;
    let mut rules: Vec<usize> = Vec::new();
    for found in found {
        let is_run = || set.rule(rule(found)).inside().is_some_and(|inside| inside.reach == Reach::Run);
        if !rules.contains(&rule(found)) && is_run() {
            rules.push(rule(found));
        }
    }
    let mut runs = Vec::new();
    for of in rules {
        let mut chain: Vec<Found> = Vec::new();
        for next in found.iter().filter(|found| rule(found) == of) {
            match chain.last() {
                Some(last) if next.start < last.end => {}
                Some(last) if !joins(line, last, next) => {
                    runs.extend(part(line, &chain));
                    chain.clear();
                    chain.push(*next);
                }
                _ => chain.push(*next),
            }
        }
        runs.extend(part(line, &chain));
    }
    runs.sort_by_key(|run| (run.bytes.start, std::cmp::Reverse(run.bytes.end)));
    runs
}

/// Whether nothing but separators stands between two phrases.
fn joins(line: &str, above: &Found, below: &Found) -> bool {
    let between = &line[above.end..below.start];
    between.len() <= MAX_GAP && between.chars().all(|c| separates(c, above, line))
}

/// The part of a chain that is set off from what stands beside it.
fn part(line: &str, chain: &[Found]) -> Option<Span> {
    // A network's name may end the sentence before: "on Facebook Share this".
    let begins = |found: &Found| several(line, found) || before(line, found.start, 0) != Before::Words;
    let first = chain.iter().position(begins)?;
    let mut chain = &chain[first..];
    let (mut end, closed) = tail(line, chain.last()?);
    let set_off = match after(line, &(chain[0].start..end)) {
        After::End | After::Glued => true,
        After::Sentence { .. } => closed || several(line, chain.last()?),
        After::Words => closed,
    };
    if !set_off {
        // The last one may begin the next sentence: "Share Email Print media are …".
        chain = &chain[..chain.len() - 1];
        end = tail(line, chain.last()?).0;
    } else if after(line, &(end..end)) == After::End {
        end = line.len();
    }
    let start = chain[0].start;
    let balanced = line[start..end].matches('(').count() == line[start..end].matches(')').count();
    let holds = chain.len() >= MIN_MEMBERS && balanced && chain.iter().any(|found| several(line, found));
    holds.then_some(Span { bytes: start..end, phrase: chain[0].phrase })
}

/// Whether the phrase has several words.
fn several(line: &str, found: &Found) -> bool {
    line[found.start..found.end].contains(char::is_whitespace)
}

/// What may stand between two phrases of a run. A stop only behind several words: single ones may be sentences.
fn separates(c: char, above: &Found, line: &str) -> bool {
    c.is_whitespace() || c.is_ascii_digit() || "|•·*/:()[]-–—→»›+".contains(c) || (c == '.' && several(line, above))
}

/// Where a phrase ends with the signs that belong to it, and whether a sign follows that no sentence begins with.
fn tail(line: &str, found: &Found) -> (usize, bool) {
    let rest = &line[found.end..];
    let stop = rest.starts_with('.') && several(line, found);
    let near = if stop || rest.starts_with([')', ':']) { 1 } else { 0 };
    let sign = rest[near..].trim_start();
    let closed = sign.starts_with(['*', '|', '•', '·']);
    let far = if closed { rest.len() - sign.len() + sign.chars().next().map_or(0, char::len_utf8) } else { near };
    (found.end + far, closed || stop)
}
