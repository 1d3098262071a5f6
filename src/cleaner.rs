//! The one file that orders the stages: text, inline, scan and classify, structure and cut, render.

use crate::classify::{Classifier, Fact};
use crate::cut::{Settled, evidence, removals, settle};
use crate::inline::{Inliner, Trimmed, left_of, with_spans};
use crate::score::{Evidence, Scorer, Traits};
use crate::text::{Line, lines};
use crate::{Cleaned, Error, LabelSet, PatternSet, Verdict};

/// Cleans documents. Built once, then shared: it is `Send + Sync`, holds no global state, and cleans a document on
/// the calling thread.
#[derive(Debug)]
pub struct Cleaner {
    patterns: PatternSet,
    inliner: Inliner,
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
        let whole = lines(text);
        let trimmed = self.inliner.trim(&self.patterns, &self.classifier, text, &whole, self.labels);
        if trimmed.is_empty() {
            return self.clean_lines(text, text, &whole, &whole, &trimmed);
        }
        let left = left_of(text, &trimmed);
        self.clean_lines(text, &left, &whole, &lines(&left), &trimmed)
    }

    /// Judges the lines as the spans leave them (`left`, `lines`), and cuts lines and spans out of the text as it is.
    fn clean_lines<'t>(
        &self,
        text: &'t str,
        left: &str,
        whole: &[Line],
        lines: &[Line],
        trimmed: &[Trimmed],
    ) -> Cleaned<'t> {
        let facts = self.classifier.classify(&self.patterns, left, lines);
        let traits = self.scorer.as_ref().map(|scorer| (scorer, Traits::of(scorer, left, lines)));
        let scorer = traits.as_ref().map(|(scorer, traits)| (*scorer, traits));
        let Settled::Lines(cuts) = settle(&self.patterns, scorer, left, lines, &facts, self.labels) else {
            return Cleaned::untouched(text, Verdict::Unsettled);
        };
        let words = |fact: &Fact| u64::from(fact.measure.words);
        let in_spans: u64 = trimmed.iter().map(|line| u64::from(line.words)).sum();
        let all: u64 = in_spans + facts.lines.iter().map(words).sum::<u64>();
        let in_lines: u64 =
            facts.lines.iter().zip(&cuts).filter(|(_, cut)| cut.is_some()).map(|(fact, _)| words(fact)).sum();
        if (in_spans + in_lines) as f64 * 100.0 > all as f64 * self.max_removed {
            return Cleaned::untouched(text, Verdict::OverBudget);
        }
        let removals = removals(&self.patterns, text, whole, &cuts);
        let stays = |line: usize| cuts[line].is_none();
        Cleaned::without(text, with_spans(&self.patterns, whole, trimmed, stays, removals))
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
        let inliner = Inliner::new(&patterns)?;
        let classifier = Classifier::new(&patterns)?;
        let scorer = Scorer::new(&patterns)?;
        Ok(Cleaner { patterns, inliner, classifier, scorer, labels: self.labels, max_removed: self.max_removed })
    }
}
