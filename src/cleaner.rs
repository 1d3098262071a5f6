//! The one file that orders the stages: text, scan and classify, structure and cut, render.

use crate::classify::{Classifier, Fact};
use crate::cut::{Settled, evidence, removals, settle};
use crate::score::{Evidence, Scorer, Traits};
use crate::text::lines;
use crate::{Cleaned, Error, LabelSet, PatternSet, Verdict};

/// Cleans documents. Built once, then shared: it is `Send + Sync`, holds no global state, and cleans a document on
/// the calling thread.
#[derive(Debug)]
pub struct Cleaner {
    patterns: PatternSet,
    classifier: Classifier,
    scorer: Option<Scorer>,
    labels: LabelSet,
    max_removed: f64,
}

/// Settings of a [`Cleaner`].
#[derive(Debug, Clone)]
pub struct CleanerBuilder {
    patterns: Option<PatternSet>,
    labels: LabelSet,
    max_removed: f64,
}

/// The removal budget in percent of the words.
const MAX_REMOVED: f64 = 80.0;

impl Cleaner {
    /// A cleaner with the built-in patterns and default settings. Costs milliseconds: build it once.
    ///
    /// # Errors
    /// None in a released version; see [`PatternSet::builtin`].
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Settings to start from.
    pub fn builder() -> CleanerBuilder {
        CleanerBuilder { patterns: None, labels: LabelSet::ALL, max_removed: MAX_REMOVED }
    }

    /// Cleans one document: time and memory linear in its size.
    pub fn clean<'t>(&self, text: &'t str) -> Cleaned<'t> {
        let lines = lines(text);
        let facts = self.classifier.classify(&self.patterns, text, &lines);
        let traits = self.scorer.as_ref().map(|scorer| (scorer, Traits::of(scorer, text, &lines)));
        let scorer = traits.as_ref().map(|(scorer, traits)| (*scorer, traits));
        let Settled::Lines(cuts) = settle(&self.patterns, scorer, text, &lines, &facts, self.labels) else {
            return Cleaned::untouched(text, Verdict::Unsettled);
        };
        let words = |fact: &Fact| u64::from(fact.measure.words);
        let all: u64 = facts.lines.iter().map(words).sum();
        let gone: u64 =
            facts.lines.iter().zip(&cuts).filter(|(_, cut)| cut.is_some()).map(|(fact, _)| words(fact)).sum();
        if gone as f64 * 100.0 > all as f64 * self.max_removed {
            return Cleaned::untouched(text, Verdict::OverBudget);
        }
        Cleaned::without(text, removals(&self.patterns, text, &lines, &cuts))
    }

    /// What the scorer knows of each line that no rule takes and no keep-list protects: to fit it to other pages.
    /// Takes time and memory linear in the size of the text.
    pub fn evidence(&self, text: &str) -> Vec<Evidence> {
        let lines = lines(text);
        let facts = self.classifier.classify(&self.patterns, text, &lines);
        let none = Scorer::default();
        let traits = Traits::of(self.scorer.as_ref().unwrap_or(&none), text, &lines);
        evidence(&self.patterns, text, &lines, &facts, &traits)
    }
}

impl CleanerBuilder {
    /// The patterns to use in place of the built-in ones.
    #[must_use]
    pub fn patterns(mut self, set: PatternSet) -> Self {
        self.patterns = Some(set);
        self
    }

    /// The labels that may be removed; by default all.
    #[must_use]
    pub fn labels(mut self, labels: LabelSet) -> Self {
        self.labels = labels;
        self
    }

    /// The removal budget, in percent of the document's words (0 to 100): a document that would lose more is left
    /// untouched and flagged with [`Verdict::OverBudget`]. By default 80.
    #[must_use]
    pub fn max_removed(mut self, percent: f64) -> Self {
        self.max_removed = percent;
        self
    }

    /// Builds the cleaner.
    ///
    /// # Errors
    /// [`ErrorKind::Pattern`](crate::ErrorKind::Pattern) if the patterns are too many for an automaton.
    pub fn build(self) -> Result<Cleaner, Error> {
        let patterns = self.patterns.map_or_else(PatternSet::builtin, Ok)?;
        let classifier = Classifier::new(&patterns)?;
        let scorer = Scorer::new(&patterns)?;
        Ok(Cleaner { patterns, classifier, scorer, labels: self.labels, max_removed: self.max_removed })
    }
}
