//! Findings and sections → removals: should it really go? Strength, zone, company and the removal budget decide;
//! then the lines that go become spans with clean seams.

mod by_page;
mod by_score;
mod decide;
mod kind;
mod removal;
mod seams;
mod settle;
mod spare;

pub(crate) use decide::Wanted;
pub use removal::{Reason, Removal};
pub(crate) use seams::removals;
pub(crate) use settle::{Settled, evidence, settle};

use crate::classify::Finding;
use crate::patterns::Detector;
use crate::score::Clues;
use crate::{Label, LabelSet};

/// Why a line goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub rule: usize,
    pub label: Label,
    pub cause: Cause,
    /// The line of the opener, or the line itself: neighbours of one group are one removal.
    pub group: usize,
}

/// What made a line go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Its own finding, or that of the opener above.
    Finding(Finding),
    /// A headline that is known: its line, and what found it.
    Headline { line: usize, detector: Detector },
    /// The scorer, and its strongest clues.
    Score(Clues),
}
