//! What of a whole page is not its content.

use std::collections::HashSet;

use super::kind::kind;
use super::{Cause, Cut};
use crate::Label;
use crate::patterns::Detector;
use crate::score::{PageScorer, PageTraits, could_be_headline};
use crate::structure::{Page, Zones};

/// Words of its longer rows that a page must keep: with less it has no content that could be told from its chrome.
const MIN_CONTENT_WORDS: u32 = 30;

/// Rows of fewer words are labels more often than not.
const MIN_ROW_WORDS: u32 = 6;

/// Rows above the first row of the content among which the headline is looked for.
const HEADLINE_ROWS: usize = 40;

/// The scorer can be no surer than this that a headline is chrome, in thousandths of log-odds.
const HEADLINE_DOUBT: i32 = 2500;

/// What each long word that a row shares with the content speaks for a headline, in thousandths of log-odds, and how many
/// of them count.
const SHARED_WORD: i32 = 400;
const MAX_SHARED: usize = 6;

/// Cuts what the scorer takes of the rows that no rule takes. Linear in the number of rows and words.
///
/// Returns whether there is content; without, nothing is cut.
pub(super) fn by_page(
    page: &Page<'_>,
    zones: &Zones,
    scorer: &PageScorer,
    traits: &PageTraits,
    careful: bool,
    cuts: &mut [Option<Cut>],
) -> bool {
    let Some(rule) = page.set.detector(Detector::PageScorer) else { return true };
    let gone: Vec<bool> = cuts.iter().map(Option::is_some).collect();
    let threshold = if careful { scorer.threshold_careful } else { scorer.threshold };
    let (scores, mut clues) = scorer.score(page, zones, traits, &gone, threshold);
    for row in (0..gone.len()).filter(|row| page.kept(*row)) {
        clues[row] = None;
    }
    let is_content = |row: usize| !gone[row] && clues[row].is_none() && page.measure(row).words >= MIN_ROW_WORDS;
    let content: Vec<usize> = (0..gone.len()).filter(|row| is_content(*row)).collect();
    if content.iter().map(|row| page.measure(*row).words).sum::<u32>() < MIN_CONTENT_WORDS {
        cuts.fill(None);
        return false;
    }
    if let Some(headline) = headline(page, traits, &gone, &scores, &content) {
        clues[headline] = None;
    }
    for (row, clues) in clues.into_iter().enumerate() {
        let Some(clues) = clues else { continue };
        let label = match kind(page, row) {
            // What stands around the content and nothing speaks of is a link of a menu.
            Label::Other if zones.at_edge(row) && page.measure(row).is_title() => Label::Navigation,
            label => label,
        };
        if page.labels.contains(label) {
            cuts[row] = Some(Cut { rule, label, cause: Cause::Score(clues), group: page.rows[row].line });
        }
    }
    true
}

/// The row above the first prose of the content that is most likely its headline: by its score, and by the words that it
/// shares with the content.
fn headline(
    page: &Page<'_>,
    traits: &PageTraits,
    gone: &[bool],
    scores: &[i32],
    content: &[usize],
) -> Option<usize> {
    let prose = content.iter().copied().find(|row| page.is_prose(*row)).or_else(|| content.first().copied())?;
    let words: HashSet<u32> = content.iter().filter(|row| **row >= prose).flat_map(|row| traits.long_words(page, *row)).collect();
    let likeness = |row: usize| {
        let shared: HashSet<u32> = traits.long_words(page, row).filter(|word| words.contains(word)).collect();
        shared.len().min(MAX_SHARED) as i32 * SHARED_WORD - scores[row]
    };
    let above = prose.saturating_sub(HEADLINE_ROWS)..prose;
    let could_be = |row: &usize| !gone[*row] && scores[*row] < HEADLINE_DOUBT && could_be_headline(page, *row);
    // Of several that are as likely the one nearest to the prose.
    above.filter(could_be).max_by_key(|row| likeness(*row))
}
