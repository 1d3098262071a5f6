//! What of a whole page is not its content.

use super::kind::kind;
use super::{Cause, Cut};
use crate::Label;
use crate::patterns::Detector;
use crate::score::{Clues, PageScorer, PageTraits, could_be_headline};
use crate::structure::{Page, Zones};

/// Words of prose that a page must keep: with less it has no article that could be told from its chrome.
const MIN_CONTENT_WORDS: u32 = 30;

/// Rows above the first prose among which the headline is looked for.
const HEADLINE_ROWS: usize = 40;

/// A headline is given back if the scorer is no surer than this that it is chrome, in thousandths of log-odds.
const HEADLINE_DOUBT: i32 = 1500;

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
    let stays = |clues: &[Option<Clues>], row: usize| !gone[row] && clues[row].is_none();
    let is_content = |row: usize| stays(&clues, row) && page.measure(row).is_prose();
    let content: u32 = (0..gone.len()).filter(|row| is_content(*row)).map(|row| page.measure(row).words).sum();
    if content < MIN_CONTENT_WORDS {
        cuts.fill(None);
        return false;
    }
    let first = (0..gone.len()).find(|row| is_content(*row)).unwrap_or_default();
    let above = first.saturating_sub(HEADLINE_ROWS)..first;
    if !above.clone().any(|row| stays(&clues, row) && could_be_headline(page, row)) {
        let candidates = above.filter(|row| !gone[*row] && scores[*row] < HEADLINE_DOUBT && could_be_headline(page, *row));
        if let Some(headline) = candidates.min_by_key(|row| scores[*row]) {
            clues[headline] = None;
        }
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
