//! Rows that a scorer takes and that stay all the same, since what stands around them says that they are content.
//!
//! The scorer of whole pages was fitted to pages with one article. Recipes, tables, code and specifications need this.

use crate::classify::{is_code, is_table_row, names_a_value};
use crate::structure::Page;

/// Rows up and down among which a row must stay on both sides of a sentence. On hosts that the scorer was not fitted to this
/// saves an eighth of what it loses, at no loss of F1.
const BESIDE: usize = 3;

/// Gives back to the page what `taken` should not have. Linear in the number of rows.
pub(super) fn spare(page: &Page<'_>, gone: &[bool], taken: &mut [bool]) {
    let live: Vec<usize> = (0..gone.len()).filter(|row| !gone[*row]).collect();
    for row in &live {
        if is_table_row(page.content(*row)) {
            taken[*row] = false;
        }
    }
    let stays: Vec<bool> = live.iter().map(|row| !taken[*row]).collect();
    let any = |from: usize, to: usize| stays[from..to].contains(&true);
    for (at, row) in live.iter().enumerate() {
        let (above, below) = (at.saturating_sub(BESIDE), live.len().min(at + 1 + BESIDE));
        if page.measure(*row).stop && any(above, at) && any(at + 1, below) {
            taken[*row] = false;
        }
    }
    spare_runs(page, &live, taken);
}

/// Of lines of code, of values with their names, of numbered lines and rows of numbers all stay that stand in a row of
/// such beside a line that stays.
fn spare_runs(page: &Page<'_>, live: &[usize], taken: &mut [bool]) {
    let kinds: Vec<Option<Kind>> = live.iter().map(|row| kind(page, *row)).collect();
    let mut start = 0;
    for run in kinds.chunk_by(|above, below| above == below) {
        let (from, to) = (start, start + run.len());
        start = to;
        let beside = from.saturating_sub(1)..live.len().min(to + 1);
        if run[0].is_some() && run.len() > 1 && beside.into_iter().any(|at| !taken[live[at]]) {
            for row in &live[from..to] {
                taken[*row] = false;
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Fact,
    Numbered,
    Table,
}

fn kind(page: &Page<'_>, row: usize) -> Option<Kind> {
    let content = page.content(row);
    let measure = page.measure(row);
    if is_code(content) {
        Some(Kind::Code)
    } else if names_a_value(content) && !measure.is_prose() {
        Some(Kind::Fact)
    } else if content.starts_with(|c: char| c.is_ascii_digit()) && measure.words > 1 && !page.is_date(row) {
        Some(Kind::Numbered)
    } else {
        measure.is_tabular().then_some(Kind::Table)
    }
}
