//! What became of one document: the form in which the front ends hand it to the reports.

use std::borrow::Cow;
use std::ops::Range;

use crate::{Error, Mode, Removal};

/// What became of a document.
#[derive(Debug)]
pub(crate) enum Fate {
    /// Nothing to remove.
    Unchanged,
    /// Something was removed.
    Cleaned,
    /// It would have lost more than the removal budget allows.
    OverBudget,
    /// A whole page without content.
    NoContent,
    /// The removals did not come to rest.
    Unsettled,
    /// A file of a tree that is not text.
    NotText,
    /// A symlink or special file in a tree, for the given reason.
    Skipped(&'static str),
    /// It could not be cleaned, read or written.
    Failed(Error),
}

/// A removal, and where it stands in the bytes of the document.
#[derive(Debug)]
pub(crate) struct Cut {
    /// Bytes of the file or line, as it was.
    pub(crate) span: Range<usize>,
    /// The removal, in terms of the text.
    pub(crate) removal: Removal,
}

/// Everything that is told about one document.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// What became of it.
    pub(crate) fate: Fate,
    /// What it was taken for; [`Mode::Auto`] if nobody looked.
    pub(crate) mode: Mode,
    /// The document as messages name it; empty where nothing is to be said.
    pub(crate) place: String,
    /// The size of the document in bytes.
    pub(crate) size: u64,
    /// What leaves, in order; spans do not overlap.
    pub(crate) cuts: Vec<Cut>,
    /// Its audit records, ready to be written.
    pub(crate) audit: Vec<u8>,
    /// Its diff, ready to be written.
    pub(crate) diff: Vec<u8>,
}

impl Outcome {
    /// An outcome that removes nothing.
    pub(crate) fn of(fate: Fate, place: impl Into<String>, size: u64) -> Self {
        Outcome {
            fate,
            mode: Mode::Auto,
            place: place.into(),
            size,
            cuts: Vec::new(),
            audit: Vec::new(),
            diff: Vec::new(),
        }
    }

    /// The document failed. The error names the place.
    pub(crate) fn failed(error: Error) -> Self {
        Outcome::of(Fate::Failed(error), "", 0)
    }

    /// How many bytes leave.
    pub(crate) fn removed_bytes(&self) -> u64 {
        self.cuts.iter().map(|cut| cut.span.len() as u64).sum()
    }

    /// What stays of the document's bytes.
    pub(crate) fn kept<'s>(&self, source: &'s [u8]) -> Cow<'s, [u8]> {
        if self.cuts.is_empty() {
            return Cow::Borrowed(source);
        }
        let mut kept = Vec::with_capacity(source.len());
        let mut at = 0;
        for cut in &self.cuts {
            kept.extend_from_slice(&source[at..cut.span.start]);
            at = cut.span.end;
        }
        kept.extend_from_slice(&source[at..]);
        Cow::Owned(kept)
    }
}
