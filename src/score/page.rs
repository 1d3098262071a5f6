//! Rows of a whole page → how much more likely each is chrome than content.
//!
//! Two looks: the first scores each row by itself and its neighbours; the second sees those scores, and with them where
//! the main stretch of the page is and what it is about.

use super::features::Features;
use super::layout::Layout;
use super::lexicon::Lexicon;
use super::model::{Model, Values};
use super::speech::Speech;
use super::stretch::Stretch;
use super::{Clues, Look, Traits, clues, read_model};
use crate::Error;
use crate::classify::Facts;
use crate::patterns::{FunctionWords, PatternSet};
use crate::structure::{Page, Zones};
use crate::text::Line;

/// The score of a row that a rule takes, in thousandths of log-odds.
const TAKEN: i32 = 4000;

/// The compiled parameters.
#[derive(Debug, Default)]
pub(crate) struct PageScorer {
    first: Model,
    again: Model,
    lexicon: Lexicon,
    function_words: FunctionWords,
    /// Thousandths of log-odds above which a row goes.
    pub threshold: i32,
    pub threshold_careful: i32,
}

/// What is known of a document's lines whatever their neighbours.
pub(crate) struct PageTraits {
    traits: Traits,
    speech: Speech,
}

impl PageTraits {
    /// How many words differ.
    pub fn distinct(&self) -> usize {
        self.traits.distinct().len()
    }

    /// The words of a row that tell what it is about, by number.
    pub fn long_words<'a>(&'a self, page: &Page<'_>, row: usize) -> impl Iterator<Item = usize> + use<'a> {
        let words = self.traits.words(page.rows[row].line).iter();
        words.filter(|word| word.is_long()).map(|word| word.number())
    }
}

/// Which of the two looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageLook {
    First,
    Again,
}

impl PageScorer {
    /// The page scorer of a pattern set, if it has one.
    ///
    /// # Errors
    /// [`ErrorKind::Pattern`](crate::ErrorKind::Pattern) for a feature that does not exist, and for a tree or a word
    /// that cannot be read.
    pub fn new(set: &PatternSet) -> Result<Option<PageScorer>, Error> {
        let Some(source) = &set.fitted().page_scorer else { return Ok(None) };
        let names = Look::PageAgain.names();
        Ok(Some(PageScorer {
            first: read_model(set, &source.features, &source.trees, names, Look::Page.names().len())?,
            again: read_model(set, &source.features, &source.again, names, names.len())?,
            lexicon: Lexicon::new(&source.words),
            function_words: set.fitted().function_words.clone(),
            threshold: source.threshold,
            threshold_careful: source.threshold_careful,
        }))
    }

    /// Linear in the size of the text.
    pub fn traits(&self, text: &str, lines: &[Line], facts: &Facts) -> PageTraits {
        let traits = Traits::of(&self.lexicon, text, facts);
        let speech = Speech::of(&self.function_words, text, lines, &traits);
        PageTraits { traits, speech }
    }

    /// What is known of the rows of a page. `gone` says which of them rules take.
    pub fn view<'a>(
        &'a self,
        page: &'a Page<'a>,
        zones: &'a Zones,
        traits: &'a PageTraits,
        gone: &'a [bool],
    ) -> PageView<'a> {
        let features = Features::new(page, zones, &traits.traits, gone);
        let layout = Layout::new(page, &traits.traits, &traits.speech, &features);
        let mut view = PageView { scorer: self, gone, features, layout, stretch: None };
        let mut first = vec![TAKEN; gone.len()];
        let width = Look::Page.names().len();
        self.first.score_rows(width, &view, view.rows(), |row, score| first[row] = score);
        view.stretch = Some(Stretch::new(page, &traits.traits, &first));
        view
    }
}

/// A page as the scorer sees it.
pub(crate) struct PageView<'a> {
    scorer: &'a PageScorer,
    gone: &'a [bool],
    features: Features<'a>,
    layout: Layout,
    stretch: Option<Stretch<'a>>,
}

impl Values for PageView<'_> {
    fn of(&self, row: usize, put: &mut impl FnMut(&'static str, i32)) {
        self.features.of(row, put);
        self.layout.of(row, put);
        if let Some(stretch) = &self.stretch {
            stretch.of(row, put);
        }
    }
}

impl PageView<'_> {
    /// The rows that no rule takes.
    fn rows(&self) -> impl Iterator<Item = usize> + use<'_> {
        (0..self.gone.len()).filter(|row| !self.gone[*row])
    }

    /// Hands the features of every row that no rule takes to `visit`, with its row.
    pub fn visit(&self, look: PageLook, mut visit: impl FnMut(usize, &[i32])) {
        for row in self.rows() {
            let mut values = self.values(row);
            if look == PageLook::First {
                values.truncate(Look::Page.names().len());
            }
            visit(row, &values);
        }
    }

    /// The log-odds of chrome of every row, in thousandths.
    pub fn scores(&self) -> Vec<i32> {
        let mut scores = vec![TAKEN; self.gone.len()];
        let width = Look::PageAgain.names().len();
        let again = &self.scorer.again;
        again.score_rows(width, self, self.rows(), |row, score| scores[row] = score);
        scores
    }

    /// The strongest clues of a row. What the second look says of the first one's scores tells nobody anything: the first
    /// look's own reasons do.
    pub fn clues(&self, row: usize) -> Clues {
        let values = self.values(row);
        let mut weights = vec![0; values.len()];
        self.scorer.again.reasons(&values, &mut weights);
        for (weight, name) in weights.iter_mut().zip(Look::PageAgain.names()) {
            if name.starts_with(SCORE) {
                *weight = 0;
            }
        }
        self.scorer.first.reasons(&values, &mut weights);
        clues(&weights, &values, Look::PageAgain)
    }
}

/// The first feature of the second look, the row's score; those of its neighbours have names that begin with it.
pub(super) const SCORE: &str = "score";

/// The names of the features of the second look; those of the first come first.
pub(super) fn names(page: &Page<'_>, zones: &Zones) -> Vec<&'static str> {
    let scorer = PageScorer::default();
    let traits = scorer.traits(page.text, page.lines, page.facts);
    let features = Features::new(page, zones, &traits.traits, &[false]);
    let layout = Layout::new(page, &traits.traits, &traits.speech, &features);
    let mut names = Vec::new();
    let mut put = |name, _| names.push(name);
    features.of(0, &mut put);
    layout.of(0, &mut put);
    Stretch::new(page, &traits.traits, &[0]).of(0, &mut put);
    names
}
