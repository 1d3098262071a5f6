//! What kind of chrome a line is that only the scorer takes: that of the evidence nearest to it.

use crate::Label;
use crate::patterns::Strength;
use crate::structure::Page;

/// Rows up and down among which evidence of a kind is looked for: a section of comments or teasers with its dates.
const REACH: usize = 12;

/// The row's own findings say it, if they are not weak: a date may stand in any section. Else the nearest row above that
/// says of what kind a section is, as a heading does; else the nearest below; else the nearest that has any finding.
pub(super) fn kind(page: &Page<'_>, row: usize) -> Label {
    let label = |row: usize| page.surest(row, |_| true).map(|finding| page.set.rule(finding.rule).label);
    let own = page.surest(row, |finding| page.strength(finding) > Strength::Weak);
    let section = |row: usize| label(row).filter(|label| SECTIONS.contains(label));
    let above = || (row.saturating_sub(REACH)..row).rev();
    let below = || row + 1..page.rows.len().min(row + 1 + REACH);
    own.map(|finding| page.set.rule(finding.rule).label)
        .or_else(|| above().find_map(section))
        .or_else(|| below().find_map(section))
        .or_else(|| label(row))
        .or_else(|| above().find_map(label))
        .or_else(|| below().find_map(label))
        .unwrap_or(Label::Other)
}

/// Labels of sections, whose lines are of one kind; dates, buttons and links stand in all of them.
const SECTIONS: [Label; 6] =
    [Label::Comments, Label::Related, Label::Author, Label::Subscribe, Label::Account, Label::Notice];
