//! The one file that orders the stages.

use crate::{Cleaned, Error, LabelSet, PatternSet};

/// Cleans documents; built once, shared between threads.
#[derive(Debug)]
pub struct Cleaner {}

/// Settings of a [`Cleaner`].
#[derive(Debug, Clone)]
pub struct CleanerBuilder {
    patterns: Option<PatternSet>,
    labels: LabelSet,
    max_removed: f64,
}

impl Cleaner {
    /// A cleaner with the built-in patterns and default settings.
    pub fn new() -> Result<Self, Error> { Self::builder().build() }
    /// Settings to start from.
    pub fn builder() -> CleanerBuilder {
        CleanerBuilder { patterns: None, labels: LabelSet::ALL, max_removed: 80.0 }
    }
    /// Cleans one document.
    pub fn clean<'t>(&self, text: &'t str) -> Cleaned<'t> { Cleaned::unchanged(text) }
}

impl CleanerBuilder {
    /// The patterns to use in place of the built-in ones.
    #[must_use]
    pub fn patterns(mut self, set: PatternSet) -> Self { self.patterns = Some(set); self }
    /// The labels that may be removed; all by default.
    #[must_use]
    pub fn labels(mut self, labels: LabelSet) -> Self { self.labels = labels; self }
    /// The removal budget in percent of the document's words: a document that would lose more is left untouched.
    #[must_use]
    pub fn max_removed(mut self, percent: f64) -> Self { self.max_removed = percent; self }
    /// Builds the cleaner.
    pub fn build(self) -> Result<Cleaner, Error> { Ok(Cleaner {}) }
}
