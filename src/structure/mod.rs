//! Findings → what each line is, given its neighbours: zones, sections that openers start, known headlines.
//!
//! A pass looks at the rows that are still there. Whether what it found should really go is for `cut` to say.

mod headline;
mod sections;
mod zones;

pub(crate) use headline::{Echo, headlines};
pub(crate) use sections::{Section, sections};
pub(crate) use zones::Zones;

use crate::LabelSet;
use crate::classify::{Fact, Facts, Finding};
use crate::patterns::{PatternSet, Strength};
use crate::text::{Line, Measure};

/// A line of the document that is still there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Index of the line among the document's lines that are not blank.
    pub line: usize,
    /// Blank lines above, as the text will be once removed lines are gone.
    pub gap: usize,
}

/// What a pass looks at.
#[derive(Clone, Copy)]
pub(crate) struct Page<'a> {
    pub set: &'a PatternSet,
    pub text: &'a str,
    pub lines: &'a [Line],
    pub facts: &'a Facts,
    pub rows: &'a [Row],
    /// The labels that may be removed.
    pub labels: LabelSet,
}

impl<'a> Page<'a> {
    fn fact(&self, row: usize) -> &'a Fact {
        &self.facts.lines[self.rows[row].line]
    }

    pub fn measure(&self, row: usize) -> Measure {
        self.fact(row).measure
    }

    /// The line's findings; none if the keep-list protects it.
    pub fn findings(&self, row: usize) -> &'a [Finding] {
        let fact = self.fact(row);
        if fact.kept { &[] } else { &self.facts.findings[fact.findings.clone()] }
    }

    /// Whether the rule may remove anything.
    pub fn allows(&self, rule: usize) -> bool {
        let rule = self.set.rule(rule);
        !rule.disabled && self.labels.contains(rule.label)
    }

    pub fn kept(&self, row: usize) -> bool {
        self.fact(row).kept
    }

    pub fn content(&self, row: usize) -> &'a str {
        &self.text[self.lines[self.rows[row].line].content.clone()]
    }

    pub fn strength(&self, finding: &Finding) -> Strength {
        self.set.rule(finding.rule).strength
    }

    /// Of the row's findings that `fits` lets through the surest, and of these the one that reaches farthest.
    pub fn surest(&self, row: usize, fits: impl Fn(&Finding) -> bool) -> Option<Finding> {
        let rank = |f: &&Finding| (self.strength(f), self.set.rule(f.rule).extent);
        self.findings(row).iter().filter(|f| fits(f)).max_by_key(rank).copied()
    }

    /// Whether the line has a finding that does not need other chrome beside it.
    pub fn suspect(&self, row: usize) -> bool {
        self.fact(row).suspect
    }

    /// Whether the line is nothing but a date or a time.
    pub fn is_date(&self, row: usize) -> bool {
        self.fact(row).date
    }

    /// Whether the line reads like the article's own prose.
    pub fn is_prose(&self, row: usize) -> bool {
        self.fact(row).prose
    }
}
