//! What kind of chrome a line is that only the scorer takes: that of the evidence nearest to it.

use crate::Label;
use crate::structure::Page;

/// Rows up and down among which evidence of a kind is looked for: a section of comments or teasers with its dates.
const REACH: usize = 12;

/// The row's own findings say it; else the nearest row above that has any, as a heading has; else the nearest below.
pub(super) fn kind(page: &Page<'_>, row: usize) -> Label {
    let label = |row: usize| page.surest(row, |_| true).map(|finding| page.set.rules[finding.rule].label);
    let above = || (row.saturating_sub(REACH)..row).rev().find_map(label);
    let below = || (row + 1..page.rows.len().min(row + 1 + REACH)).find_map(label);
    label(row).or_else(above).or_else(below).unwrap_or(Label::Other)
}
