//! Passes until nothing more goes.
//!
//! What goes changes what its neighbours are: a second pass over the result may find more. `clean` must give the same
//! when it is applied to its own result, so passes are repeated until one finds nothing. The facts of a line do not
//! depend on its neighbours and are never made twice.

use super::decide::decide;
use super::{Cut, LabelSet};
use crate::classify::Facts;
use crate::patterns::PatternSet;
use crate::structure::{Page, Row};
use crate::text::Line;

/// How the passes ended.
#[derive(Debug)]
pub(crate) enum Settled {
    /// For each line that is not blank, whether and why it goes.
    Lines(Vec<Option<Cut>>),
    /// Still finding more after [`MAX_PASSES`]: the document must stay as it is.
    Unsettled,
}

/// None of 16,095 development texts needs more than three.
const MAX_PASSES: usize = 12;

/// Repeats passes until one removes nothing.
pub(crate) fn settle(set: &PatternSet, text: &str, lines: &[Line], facts: &Facts, labels: LabelSet) -> Settled {
    let mut cuts: Vec<Option<Cut>> = vec![None; lines.len()];
    for _ in 0..MAX_PASSES {
        let rows = rows(lines, &cuts);
        let page = Page { set, text, lines, facts, rows: &rows, labels };
        let mut more = false;
        for (row, cut) in rows.iter().zip(decide(&page)) {
            more |= cut.is_some();
            cuts[row.line] = cut;
        }
        if !more {
            return Settled::Lines(cuts);
        }
    }
    Settled::Unsettled
}

/// The lines that are still there, with the gaps that the result will have.
fn rows(lines: &[Line], cuts: &[Option<Cut>]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::with_capacity(lines.len());
    for (line, _) in cuts.iter().enumerate().filter(|(_, cut)| cut.is_none()) {
        let gap = match rows.last() {
            Some(above) => super::seams::gap(lines, above.line, line),
            None if line == 0 => lines[0].gap,
            None => 0,
        };
        rows.push(Row { line, gap });
    }
    rows
}
