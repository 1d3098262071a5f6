//! The text that is left.

use std::borrow::Cow;

use crate::{Mode, Removal};

/// The result for one document. All offsets are bytes in the original text.
#[derive(Debug, Clone)]
pub struct Cleaned<'t> {
    text: Cow<'t, str>,
    removals: Vec<Removal>,
    verdict: Verdict,
    mode: Mode,
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
    /// A whole page in which no content could be told from chrome: left untouched.
    NoContent,
    /// The removals did not come to rest within the number of passes: left untouched.
    Unsettled,
}

impl<'t> Cleaned<'t> {
    /// The document as it was.
    pub(crate) fn untouched(text: &'t str, verdict: Verdict, mode: Mode) -> Self {
        Cleaned { text: Cow::Borrowed(text), removals: Vec::new(), verdict, mode }
    }

    /// The document without `removals`, which are in order and do not overlap.
    pub(crate) fn without(text: &'t str, removals: Vec<Removal>, mode: Mode) -> Self {
        if removals.is_empty() {
            return Self::untouched(text, Verdict::Unchanged, mode);
        }
        let removed: usize = removals.iter().map(|r| r.span.len()).sum();
        let mut left = String::with_capacity(text.len() - removed);
        let mut from = 0;
        for removal in &removals {
            left.push_str(&text[from..removal.span.start]);
            from = removal.span.end;
        }
        left.push_str(&text[from..]);
        Cleaned { text: Cow::Owned(left), removals, verdict: Verdict::Cleaned, mode }
    }

    /// The text that is left.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that is left, borrowed from the original if nothing was removed.
    pub fn into_text(self) -> Cow<'t, str> {
        self.text
    }

    /// The text that is left, and what was removed.
    #[cfg(feature = "cli")]
    pub(crate) fn into_parts(self) -> (Cow<'t, str>, Vec<Removal>) {
        (self.text, self.removals)
    }

    /// What was removed, in order; spans do not overlap.
    pub fn removals(&self) -> &[Removal] {
        &self.removals
    }

    /// What the document was taken for: [`Mode::Article`] or [`Mode::Page`].
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// What became of the document.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }
}
