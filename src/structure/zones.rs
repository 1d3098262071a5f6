//! Head, body, tail.

use super::Page;
use super::sections::Section;
use crate::patterns::Zone;

/// Where the body prose begins and ends, in rows. Without body prose there are no zones: nothing is head or tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Zones {
    body: Option<(usize, usize)>,
}

impl Zones {
    /// The zones of a page; prose that stands in a tail section is not body.
    pub fn of(page: &Page<'_>, sections: &[Section]) -> Zones {
        let mut covered = vec![false; page.rows.len()];
        for section in sections.iter().filter(|s| s.in_tail) {
            covered[section.rows.clone()].fill(true);
        }
        let is_body = |row: &usize| !covered[*row] && page.is_prose(*row);
        let first = (0..page.rows.len()).find(is_body);
        let last = (0..page.rows.len()).rev().find(is_body);
        Zones { body: first.zip(last) }
    }

    pub fn in_head(&self, row: usize) -> bool {
        self.body.is_some_and(|(first, _)| row < first)
    }

    pub fn in_tail(&self, row: usize) -> bool {
        self.body.is_some_and(|(_, last)| row > last)
    }

    pub fn at_edge(&self, row: usize) -> bool {
        self.in_head(row) || self.in_tail(row)
    }

    /// Whether a rule's zone holds the row.
    pub fn holds(&self, zone: Zone, row: usize) -> bool {
        match zone {
            Zone::Any => true,
            Zone::Head => self.in_head(row),
            Zone::Tail => self.in_tail(row),
            Zone::Edge => self.at_edge(row),
        }
    }

    /// The row of the first body prose.
    pub fn first_prose(&self) -> Option<usize> {
        self.body.map(|(first, _)| first)
    }
}
