//! What a removal says about itself.

use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use crate::Label;
use crate::score::Clue;

/// One part of the document that leaves: whole lines, with the blank lines that only separated them, or a span within
/// a line that stays, with the blanks that only separated it.
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

    /// First and last line that goes, counted from 1; blank lines that go with them are not counted. For a span within
    /// a line, twice the number of that line.
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
    /// The line is, begins with or holds this folded phrase.
    Phrase(Arc<str>),
    /// This folded phrase stands inside the line, set off from the sentences beside it.
    Inside(Arc<str>),
    /// The line matches this regular expression.
    Regex(Arc<str>),
    /// This folded phrase opens a section.
    Section {
        /// The phrase of the opener.
        phrase: Arc<str>,
        /// How many lines under the opener go with it, blank ones not counted.
        lines: usize,
    },
    /// Nothing but a date or a time, beside other chrome.
    Date,
    /// Nothing but numbers, beside other chrome.
    Number,
    /// The headline again.
    RepeatedHeadline {
        /// The line, counted from 1, of the headline that stays.
        line: usize,
    },
    /// The headline again, with the name of the site.
    HeadlineWithSite {
        /// The line, counted from 1, of the headline that stays.
        line: usize,
    },
    /// A short line above a headline that is known because it is repeated.
    AboveHeadline {
        /// The line, counted from 1, of the headline.
        line: usize,
    },
    /// The scorer weighed everything that is known of the line and its neighbours; these spoke for chrome most, the
    /// strongest first, at most three. None if the cleaner was not asked for [clues](crate::CleanerBuilder::clues).
    Scored(Vec<Clue>),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Phrase(phrase) => write!(f, "phrase \"{phrase}\""),
            Reason::Inside(phrase) => write!(f, "phrase \"{phrase}\" inside the line"),
            Reason::Regex(regex) => write!(f, "pattern {regex}"),
            Reason::Section { phrase, lines: 1 } => write!(f, "opener \"{phrase}\" with the line under it"),
            Reason::Section { phrase, lines } => write!(f, "opener \"{phrase}\" with the {lines} lines under it"),
            Reason::Date => write!(f, "nothing but a date, beside other chrome"),
            Reason::Number => write!(f, "nothing but numbers, beside other chrome"),
            Reason::RepeatedHeadline { line } => write!(f, "repeats the headline in line {line}"),
            Reason::HeadlineWithSite { line } => {
                write!(f, "repeats the headline in line {line} with the name of the site")
            }
            Reason::Scored(clues) => {
                write!(f, "the scorer")?;
                for (index, clue) in clues.iter().enumerate() {
                    write!(f, "{} {} {}", if index > 0 { "," } else { ", by" }, clue.feature, clue.value)?;
                }
                Ok(())
            }
            Reason::AboveHeadline { line } => write!(f, "short line above the repeated headline in line {line}"),
        }
    }
}
