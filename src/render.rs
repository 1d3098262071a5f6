//! The text that is left.

use std::borrow::Cow;

use crate::Removal;

/// The result for one document.
#[derive(Debug, Clone)]
pub struct Cleaned<'t> {
    text: Cow<'t, str>,
    removals: Vec<Removal>,
    verdict: Verdict,
}

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Nothing to remove.
    Unchanged,
    /// Something was removed.
    Cleaned,
    /// The removals were more than the removal budget allows: left untouched.
    OverBudget,
    /// The removals did not come to rest within the number of passes: left untouched.
    Unsettled,
}

impl<'t> Cleaned<'t> {
    pub(crate) fn unchanged(text: &'t str) -> Self {
        Cleaned { text: Cow::Borrowed(text), removals: Vec::new(), verdict: Verdict::Unchanged }
    }
    /// The text that is left.
    pub fn text(&self) -> &str { &self.text }
    /// The text that is left, borrowed from the original while nothing was removed.
    pub fn into_text(self) -> Cow<'t, str> { self.text }
    /// What was removed, in order; spans do not overlap.
    pub fn removals(&self) -> &[Removal] { &self.removals }
    /// What became of the document.
    pub fn verdict(&self) -> Verdict { self.verdict }
}
