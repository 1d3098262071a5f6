//! What of a whole page is not its content.

use super::kind::kind;
use super::spare::spare;
use super::{Cause, Cut, Wanted};
use crate::Label;
use crate::patterns::Detector;
use crate::score::{Clues, PageScorer, PageTraits, could_be_headline};
use crate::structure::{Page, Zones};

/// Words of its longer rows that a page must keep: with less it has no content that could be told from its chrome.
const MIN_CONTENT_WORDS: u32 = 30;

/// Rows of fewer words are labels more often than not.
const MIN_ROW_WORDS: u32 = 6;

/// Rows that are as long as prose.
const PROSE_WORDS: u32 = 12;

/// The scorer must be as sure as `--careful` makes it if the rows of prose length of which it is less sure have more than
/// so many percent of the words of those that it keeps: then the page is of a kind that it does not know well, such as a
/// thread, a gallery or a live blog. On hosts that it was not fitted to, 40 halves what such pages lose, and moves little else.
const MAX_DOUBT: u64 = 40;

/// Rows above the first row of the content among which the headline is looked for.
const HEADLINE_ROWS: usize = 40;

/// The scorer can be no surer than this that a headline is chrome, in thousandths of log-odds.
const HEADLINE_DOUBT: i32 = 2500;

/// What each long word that a row shares with the content speaks for a headline, in thousandths of log-odds, and how many
/// of them count.
const SHARED_WORD: i32 = 400;
const MAX_SHARED: usize = 6;

/// What the scorer takes of the rows that no rule takes (`gone` says which do). Linear in the number of rows and words.
///
/// None if the page has no content that could be told from its chrome.
pub(super) fn by_page(
    page: &Page<'_>,
    zones: &Zones,
    scorer: &PageScorer,
    traits: &PageTraits,
    wanted: Wanted,
    gone: &[bool],
) -> Option<Vec<Option<Cut>>> {
    let mut cuts = vec![None; gone.len()];
    let all: u32 = (0..gone.len()).map(|row| page.measure(row).words).sum();
    // There is not enough to tell one from the other.
    let Some(rule) = page.set.detector(Detector::PageScorer).filter(|_| all >= MIN_CONTENT_WORDS) else {
        return Some(cuts);
    };
    let view = scorer.view(page, zones, traits, gone);
    let scores = view.scores();
    let words = |of: &dyn Fn(i32) -> bool| -> u64 {
        let rows = (0..gone.len()).filter(|row| !gone[*row] && of(scores[*row]));
        rows.map(|row| page.measure(row).words).filter(|words| *words >= PROSE_WORDS).map(u64::from).sum()
    };
    let sure = words(&|score| score <= scorer.threshold);
    let doubtful = words(&|score| score > scorer.threshold && score <= scorer.threshold_careful);
    let unsure = doubtful * 100 > sure * MAX_DOUBT;
    let threshold = if wanted.careful || unsure { scorer.threshold_careful } else { scorer.threshold };
    let goes = |row: usize| !gone[row] && !page.kept(row) && scores[row] > threshold;
    let mut taken: Vec<bool> = (0..gone.len()).map(goes).collect();
    spare(page, gone, &mut taken);
    let content = |threshold: i32| -> Vec<usize> {
        let long = |row: &usize| page.measure(*row).words >= MIN_ROW_WORDS;
        (0..gone.len()).filter(|row| !gone[*row] && scores[*row] <= threshold).filter(long).collect()
    };
    if content(scorer.threshold).iter().map(|row| page.measure(*row).words).sum::<u32>() < MIN_CONTENT_WORDS {
        return None;
    }
    let content = content(threshold);
    if let Some(headline) = headline(page, traits, gone, &scores, &content) {
        taken[headline] = false;
    }
    for row in (0..gone.len()).filter(|row| taken[*row]) {
        let clues = if wanted.clues { view.clues(row) } else { Clues::default() };
        let label = label(page, zones, row);
        cuts[row] = Some(Cut { rule, label, cause: Cause::Score(clues), group: page.rows[row].line });
    }
    Some(cuts)
}

/// What kind of chrome the row is: above the content a label that nothing speaks of is a link of a menu, whatever stands
/// near it; and so is, on both sides of the content, what is near nothing at all.
fn label(page: &Page<'_>, zones: &Zones, row: usize) -> Label {
    let is_link = page.measure(row).is_title() || page.measure(row).words < 2;
    if zones.in_head(row) && is_link && !page.suspect(row) {
        return Label::Navigation;
    }
    match kind(page, row) {
        Label::Other if zones.at_edge(row) && is_link => Label::Navigation,
        label => label,
    }
}

/// The row above the first prose of the content that is most likely its headline: by its score, and by the words that it
/// shares with the content.
fn headline(page: &Page<'_>, traits: &PageTraits, gone: &[bool], scores: &[i32], content: &[usize]) -> Option<usize> {
    let prose = content.iter().copied().find(|row| page.is_prose(*row)).or_else(|| content.first().copied())?;
    let mut words = vec![false; traits.distinct()];
    for word in content.iter().filter(|row| **row >= prose).flat_map(|row| traits.long_words(page, *row)) {
        words[word] = true;
    }
    let likeness = |row: usize| {
        let mut shared: Vec<usize> = traits.long_words(page, row).filter(|word| words[*word]).collect();
        shared.sort_unstable();
        shared.dedup();
        shared.len().min(MAX_SHARED) as i32 * SHARED_WORD - scores[row]
    };
    let above = prose.saturating_sub(HEADLINE_ROWS)..prose;
    let could_be = |row: &usize| !gone[*row] && scores[*row] < HEADLINE_DOUBT && could_be_headline(page, *row);
    // Of several that are as likely the one nearest to the prose.
    above.filter(could_be).max_by_key(|row| likeness(*row))
}
