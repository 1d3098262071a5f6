//! What the scorer takes of the rows that no rule takes, and where it steps back.

use super::kind::kind;
use super::{Cause, Cut};
use crate::classify::is_code;
use crate::patterns::Detector;
use crate::score::{Clues, Features, Scorer, Traits, could_be_headline};
use crate::structure::{Page, Zones};

/// Words of a row that is never judged by its company: a whole page in one line, or an article in one paragraph. The
/// longest chrome paragraphs of the development pages, legal notices and biographies, are shorter but for a few.
const MAX_ROW_WORDS: u32 = 200;

/// Where one in so many of the words between the first and the last prose stands in rows that are chrome more likely than
/// not, the page is of a kind of its own, such as a list of events that all read like promotions.
const BODY_SHARE: u64 = 5;

/// Words of a row that is too short to tell by itself: as many as prose has at least.
const SHORT_WORDS: u32 = 12;

/// Rows up and down whose findings speak for a short row.
const NEAR: usize = 2;

/// Rows of code that make a tutorial, whose text speaks of comments, tags and accounts.
const CODE_ROWS: usize = 4;

/// Cells of a row of a table.
const MIN_CELLS: usize = 3;

/// Cuts what the scorer takes. Linear in the number of rows and words.
pub(super) fn by_score(page: &Page<'_>, zones: &Zones, scorer: &Scorer, traits: &Traits, cuts: &mut [Option<Cut>]) {
    let Some(rule) = page.set.detector(Detector::Scorer) else { return };
    let gone: Vec<bool> = cuts.iter().map(Option::is_some).collect();
    let features = Features::new(page, zones, traits, &gone);
    let is_tutorial = (0..gone.len()).filter(|row| is_code(page.content(*row))).count() >= CODE_ROWS;
    let signs = gone.contains(&true) && !is_tutorial;
    let mut values = Vec::new();
    let headline = (0..gone.len()).filter(|row| !gone[*row]).find(|row| could_be_headline(page, *row));
    let mut scores = vec![0; gone.len()];
    let mut clues: Vec<Option<Clues>> = vec![None; gone.len()];
    for row in (0..gone.len()).filter(|row| !gone[*row] && headline != Some(*row) && may_go(page, *row)) {
        scores[row] = scorer.score(&features, row, &mut values);
        let t = scorer.threshold(signs && has_evidence(page, &gone, row));
        let is_own =
            is_inner_label(page, zones, &gone, row) || is_signature(page, &gone, row) || is_fact(page, &gone, row);
        if scores[row] > t && !is_own {
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

/// Whether a short row has no finding.
fn is_bare(page: &Page<'_>, gone: &[bool], row: usize) -> bool {
    !gone[row] && page.findings(row).is_empty() && page.measure(row).words < SHORT_WORDS
}

/// Whether the row is long enough to speak for itself, or it or a row near it goes or has a finding.
fn has_evidence(page: &Page<'_>, gone: &[bool], row: usize) -> bool {
    let near = row.saturating_sub(NEAR)..(row + NEAR + 1).min(gone.len());
    !is_bare(page, gone, row) || near.into_iter().any(|at| gone[at] || !page.findings(at).is_empty())
}

/// Whether the row may be the signature: one of two bare rows right below prose.
fn is_signature(page: &Page<'_>, gone: &[bool], row: usize) -> bool {
    let below_prose = |at: usize| at > 0 && !gone[at - 1] && page.is_prose(at - 1);
    is_bare(page, gone, row) && (below_prose(row) || (row > 0 && is_bare(page, gone, row - 1) && below_prose(row - 1)))
}

/// Whether the row is a short line inside the article that the scorer must leave alone: one that nothing speaks against,
/// such as an ingredient or a speaker's name, or one right above prose, as a heading is.
fn is_inner_label(page: &Page<'_>, zones: &Zones, gone: &[bool], row: usize) -> bool {
    if zones.at_edge(row) || page.measure(row).words >= SHORT_WORDS {
        return false;
    }
    let heads_prose = row + 1 < gone.len() && !gone[row + 1] && page.measure(row + 1).is_prose();
    page.findings(row).is_empty() || heads_prose
}

/// Whether the row is one of several bare ones that name a thing and its value, as in a fact box or the head of minutes.
fn is_fact(page: &Page<'_>, gone: &[bool], row: usize) -> bool {
    let names = |at: usize| at < gone.len() && is_bare(page, gone, at) && page.content(at).contains(": ");
    names(row) && (names(row + 1) || (row > 0 && names(row - 1)))
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
