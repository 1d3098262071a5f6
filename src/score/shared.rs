//! What the words of a row share with the other rows of its page.

use super::Traits;
use super::features::{NONE, share};
use crate::structure::Page;

/// Rows that a word is counted in at most.
const COMMON: u32 = 50;

/// Rows at the beginning whose words make the lead.
const LEAD_ROWS: usize = 4;

/// What the words of a row share with the rest of the page: shares of its long words, and a mean over all of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shared {
    /// The share that other rows hold, too.
    pub rows: i32,
    /// The share that the first rows hold: headline and lead.
    pub lead: i32,
    /// The share that rows hold that read like prose and stay.
    pub prose: i32,
    /// The mean number of rows that hold a word.
    pub common: i32,
}

/// Where a word stands.
#[derive(Debug, Clone, Copy, Default)]
struct Use {
    /// The last row that was counted, from 1.
    last: u32,
    rows: u16,
    lead: bool,
    prose: bool,
}

/// What the words of each row share with others. Linear in the words of the page.
pub(super) fn shared(page: &Page<'_>, traits: &Traits, cuts: &[bool]) -> Vec<Shared> {
    let rows = page.rows.len();
    let words = |row: usize| traits.words(page.rows[row].line);
    let mut uses = vec![Use::default(); traits.distinct().len()];
    for (row, cut) in cuts.iter().enumerate() {
        let prose = !cut && page.is_prose(row);
        for word in words(row) {
            let of = &mut uses[word.number()];
            of.rows = of.rows.saturating_add(u16::from(of.last != row as u32 + 1));
            of.last = row as u32 + 1;
            of.lead |= row < LEAD_ROWS;
            of.prose |= prose;
        }
    }
    let of_row = |row: usize| {
        let (mut long, mut others, mut lead, mut prose, mut sum) = (0, 0, 0, 0, 0);
        for word in words(row) {
            let of = uses[word.number()];
            let is_long = u32::from(word.is_long());
            sum += u32::from(of.rows).min(COMMON);
            long += is_long;
            others += is_long & u32::from(of.rows > 1);
            lead += is_long & u32::from(of.lead);
            prose += is_long & u32::from(of.prose);
        }
        let common = sum.checked_div(words(row).len() as u32).map_or(NONE, |mean| mean as i32);
        Shared { rows: share(others, long), lead: share(lead, long), prose: share(prose, long), common }
    };
    (0..rows).map(of_row).collect()
}
