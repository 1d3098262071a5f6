//! What a removal says about itself.

use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use crate::Label;

/// One part of the document that leaves: whole lines, with the blank lines that only separated them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    pub(crate) span: Range<usize>,
    pub(crate) lines: RangeInclusive<usize>,
    pub(crate) label: Label,
    pub(crate) rule: Arc<str>,
    pub(crate) reason: Reason,
}

impl Removal {
    /// Half-open byte range in the original text.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// First and last line that the span touches, counted from 1.
    pub fn lines(&self) -> RangeInclusive<usize> {
        self.lines.clone()
    }

    /// The kind of chrome.
    pub fn label(&self) -> Label {
        self.label
    }

    /// The id of the rule that decided.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Why the rule applied; its `Display` is one short clause.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }
}

/// Why lines were removed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The line is, begins with or holds this phrase.
    Phrase(Arc<str>),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Phrase(phrase) => write!(f, "phrase \"{phrase}\""),
        }
    }
}
