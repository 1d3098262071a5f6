//! The one file that orders the stages: text, inline, scan and classify, structure and cut, render.

use crate::classify::{Classifier, Fact};
use crate::cut::{Settled, Wanted, evidence, removals, settle};
use crate::inline::{Inliner, Trimmed, left_of, with_spans};
use crate::score::{Evidence, Features, Known, Look, PageLook, PageScorer, Scorer, Scorers, outline};
use crate::text::{Line, lines};
use crate::{Cleaned, Error, LabelSet, Mode, PatternSet, Verdict};

/// Cleans documents. Built once, then shared: it is `Send + Sync`, holds no global state, and cleans a document on
/// the calling thread.
#[derive(Debug)]
pub struct Cleaner {
    patterns: PatternSet,
    inliner: Inliner,
    classifier: Classifier,
    scorers: Scorers,
    labels: LabelSet,
    wanted: Wanted,
    max_removed: Option<f64>,
}

/// Settings of a [`Cleaner`].
#[derive(Debug, Clone)]
pub struct CleanerBuilder {
    patterns: Option<PatternSet>,
    labels: LabelSet,
    wanted: Wanted,
    max_removed: Option<f64>,
}

/// The removal budget in percent of the words: of extracted text, and of whole pages, where one in a hundred of the
/// development pages is more than 95 % chrome.
const MAX_REMOVED: f64 = 80.0;
const MAX_REMOVED_OF_PAGE: f64 = 99.0;

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
        CleanerBuilder {
            patterns: None,
            labels: LabelSet::ALL,
            wanted: Wanted { mode: Mode::Auto, careful: false, clues: true },
            max_removed: None,
        }
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
        let known = Known::new(&self.scorers, &self.patterns, left, lines, &facts);
        let (cuts, mode) = match settle(&self.patterns, &known, self.wanted, left, lines, &facts, self.labels) {
            Settled::Lines(cuts, mode) => (cuts, mode),
            Settled::NoContent => return Cleaned::untouched(text, Verdict::NoContent, Mode::Page),
            Settled::Unsettled(mode) => return Cleaned::untouched(text, Verdict::Unsettled, mode),
        };
        let words = |fact: &Fact| u64::from(fact.measure.words);
        let in_spans: u64 = trimmed.iter().map(|line| u64::from(line.words)).sum();
        let all: u64 = in_spans + facts.lines.iter().map(words).sum::<u64>();
        let in_lines: u64 =
            facts.lines.iter().zip(&cuts).filter(|(_, cut)| cut.is_some()).map(|(fact, _)| words(fact)).sum();
        let by_default = if mode == Mode::Page { MAX_REMOVED_OF_PAGE } else { MAX_REMOVED };
        if (in_spans + in_lines) as f64 * 100.0 > all as f64 * self.max_removed.unwrap_or(by_default) {
            return Cleaned::untouched(text, Verdict::OverBudget, mode);
        }
        let removals = removals(&self.patterns, text, whole, &cuts);
        let stays = |line: usize| cuts[line].is_none();
        Cleaned::without(text, with_spans(&self.patterns, whole, trimmed, stays, removals), mode)
    }

    /// What a scorer knows of each line that no rule takes and no keep-list protects: to fit it to other pages.
    /// Takes time and memory linear in the size of the text.
    pub fn evidence(&self, text: &str, look: Look) -> Vec<Evidence> {
        let lines = lines(text);
        let facts = self.classifier.classify(&self.patterns, text, &lines);
        evidence(&self.patterns, text, &lines, &facts, |page, zones, gone, visit| {
            let page_look = match look {
                Look::Page => PageLook::First,
                Look::PageAgain => PageLook::Again,
                Look::Document => return visit(None, &outline(page, gone)),
                Look::Article => {
                    let none = Scorer::default();
                    let traits = self.scorers.article.as_ref().unwrap_or(&none).traits(text, &facts);
                    return Features::new(page, zones, &traits, gone).visit(|row, values| visit(Some(row), values));
                }
            };
            let none = PageScorer::default();
            let scorer = self.scorers.page(&self.patterns).unwrap_or(&none);
            let traits = scorer.traits(text, &lines, &facts);
            scorer.view(page, zones, &traits, gone).visit(page_look, |row, values| visit(Some(row), values));
        })
    }
}

impl CleanerBuilder {
    /// The patterns to use in place of the built-in ones.
    #[must_use]
    pub fn patterns(mut self, set: PatternSet) -> Self {
        self.patterns = Some(set);
        self
    }

    /// What kind of text the documents are; by default each is told by its shape.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.wanted.mode = mode;
        self
    }

    /// Whether the scorers must be surer than usual: more chrome stays, and less content is lost. By default not.
    #[must_use]
    pub fn careful(mut self, careful: bool) -> Self {
        self.wanted.careful = careful;
        self
    }

    /// Whether each removal by a scorer tells what spoke for it; by default yes. What is removed is the same either way.
    /// Of whole pages it takes about as long to tell as to clean them.
    #[must_use]
    pub fn clues(mut self, clues: bool) -> Self {
        self.wanted.clues = clues;
        self
    }

    /// The labels that may be removed; by default all.
    #[must_use]
    pub fn labels(mut self, labels: LabelSet) -> Self {
        self.labels = labels;
        self
    }

    /// The removal budget, in percent of the document's words (0 to 100): a document that would lose more is left
    /// untouched and flagged with [`Verdict::OverBudget`]. By default 80 for extracted text and 99 for whole pages.
    #[must_use]
    pub fn max_removed(mut self, percent: f64) -> Self {
        self.max_removed = Some(percent);
        self
    }

    /// Builds the cleaner.
    ///
    /// # Errors
    /// [`ErrorKind::Pattern`](crate::ErrorKind::Pattern) if the patterns are too many for an automaton.
    pub fn build(self) -> Result<Cleaner, Error> {
        let patterns = self.patterns.map_or_else(PatternSet::builtin, Ok)?;
        let inliner = Inliner::new(&patterns);
        let classifier = Classifier::new(&patterns);
        let scorers = Scorers::new(&patterns)?;
        let (labels, wanted, max_removed) = (self.labels, self.wanted, self.max_removed);
        Ok(Cleaner { patterns, inliner, classifier, scorers, labels, wanted, max_removed })
    }
}
