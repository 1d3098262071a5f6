//! What the scorer takes of the rows that no rule takes, and where it steps back.

use super::kind::kind;
use super::{Cause, Cut};
use crate::patterns::Detector;
use crate::score::{Clues, Features, Scorer, Traits, could_be_headline};
use crate::structure::{Page, Zones};

/// Words of a row that is never judged by its company: a whole page in one line, or an article in one paragraph. The
/// longest chrome paragraphs of the development pages, legal notices and biographies, are shorter but for a few.
const MAX_ROW_WORDS: u32 = 200;

/// Where one in so many of the words between the first and the last prose stands in rows that are chrome more likely than
/// not, the page is of a kind of its own, such as a list of events that all read like promotions.
const BODY_SHARE: u64 = 5;

/// Cells of a row of a table.
const MIN_CELLS: usize = 3;

/// Cuts what the scorer takes. Linear in the number of rows and words.
pub(super) fn by_score(page: &Page<'_>, zones: &Zones, scorer: &Scorer, traits: &Traits, cuts: &mut [Option<Cut>]) {
    let Some(rule) = page.set.detector(Detector::Scorer) else { return };
    let gone: Vec<bool> = cuts.iter().map(Option::is_some).collect();
    let features = Features::new(page, zones, traits, &gone);
    let threshold = scorer.threshold(gone.contains(&true));
    let mut values = Vec::new();
    let headline = (0..gone.len()).filter(|row| !gone[*row]).find(|row| could_be_headline(page, *row));
    let mut scores = vec![0; gone.len()];
    let mut clues: Vec<Option<Clues>> = vec![None; gone.len()];
    for row in (0..gone.len()).filter(|row| !gone[*row] && headline != Some(*row) && may_go(page, *row)) {
        scores[row] = scorer.score(&features, row, &mut values);
        if scores[row] > threshold {
            clues[row] = Some(scorer.clues(&values));
        }
    }
    step_back(page, &gone, &scores, &mut clues);
    for (row, clues) in clues.into_iter().enumerate() {
        let Some(clues) = clues else { continue };
        let label = kind(page, row);
        if page.labels.contains(label) {
            cuts[row] = Some(Cut { rule, label, cause: Cause::Score(clues), group: page.rows[row].line });
        }
    }
}

/// Rows of tables and very long rows stay, and what the keep-list protects.
fn may_go(page: &Page<'_>, row: usize) -> bool {
    let content = page.content(row);
    let is_table = content.starts_with('|') && content.matches('|').count() > MIN_CELLS;
    !page.kept(row) && !is_table && page.measure(row).words <= MAX_ROW_WORDS
}

/// Gives up what was taken inside the article if too much of it looks like chrome, and everything if no prose stays.
fn step_back(page: &Page<'_>, gone: &[bool], scores: &[i32], clues: &mut [Option<Clues>]) {
    let is_body = |row: &usize| !gone[*row] && clues[*row].is_none() && page.is_prose(*row);
    let Some(first) = (0..gone.len()).find(is_body) else { return clues.fill(None) };
    let last = (0..gone.len()).rev().find(is_body).unwrap_or(first);
    let words = |wanted: &dyn Fn(usize) -> bool| -> u64 {
        (first..=last).filter(|row| wanted(*row)).map(|row| u64::from(page.measure(row).words)).sum()
    };
    if words(&|row| scores[row] > 0) * BODY_SHARE > words(&|_| true) {
        clues[first..=last].fill(None);
    }
}
