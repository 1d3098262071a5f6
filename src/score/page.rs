//! Rows of a whole page → how much more likely each is chrome than content.
//!
//! Two looks: the first scores each row by itself and its neighbours; the second sees those scores, and with them where
//! the main stretch of the page is and what it is about.

use super::features::Features;
use super::layout::Layout;
use super::lexicon::Lexicon;
use super::model::Model;
use super::speech::Speech;
use super::stretch::Stretch;
use super::{Clues, Look, Traits, clues, read_model};
use crate::Error;
use crate::patterns::{FunctionWords, PatternSet};
use crate::structure::{Page, Zones};
use crate::text::{LONG_WORD, Line};

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
    /// Hashes of the words of a row that tell what it is about.
    pub fn long_words<'a>(&'a self, page: &Page<'_>, row: usize) -> impl Iterator<Item = u32> + use<'a> {
        let words = self.traits.words(page.rows[row].line).iter();
        words.filter(|word| word.letters >= LONG_WORD).map(|word| word.hash)
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
    pub fn traits(&self, text: &str, lines: &[Line]) -> PageTraits {
        let traits = Traits::of(&self.lexicon, text, lines);
        let speech = Speech::of(&self.function_words, text, lines, &traits);
        PageTraits { traits, speech }
    }

    /// Hands the features of every row that no rule takes to `visit`, with its row; `gone` says which rules take.
    pub fn visit(
        &self,
        page: &Page<'_>,
        zones: &Zones,
        traits: &PageTraits,
        gone: &[bool],
        look: PageLook,
        mut visit: impl FnMut(usize, &[i32]),
    ) {
        let features = Features::new(page, zones, &traits.traits, gone);
        let layout = Layout::new(page, &traits.traits, &traits.speech, features.copies());
        let mut values = Vec::new();
        let mut each = |stretch: Option<&Stretch<'_>>, visit: &mut dyn FnMut(usize, &[i32])| {
            for row in (0..gone.len()).filter(|row| !gone[*row]) {
                values.clear();
                let mut put = |_, value| values.push(value);
                features.of(row, &mut put);
                layout.of(row, &mut put);
                if let Some(stretch) = stretch {
                    stretch.of(row, &mut put);
                }
                visit(row, &values);
            }
        };
        if look == PageLook::First {
            return each(None, &mut visit);
        }
        let mut first = vec![TAKEN; gone.len()];
        each(None, &mut |row, values| first[row] = self.first.score(values));
        let stretch = Stretch::new(page, &traits.traits, &first);
        each(Some(&stretch), &mut visit);
    }

    /// The log-odds of chrome of every row in thousandths, and the strongest clues of those above the threshold.
    pub fn score(
        &self,
        page: &Page<'_>,
        zones: &Zones,
        traits: &PageTraits,
        gone: &[bool],
    ) -> (Vec<i32>, Vec<Option<Clues>>) {
        let mut scores = vec![TAKEN; gone.len()];
        let mut found = vec![None; gone.len()];
        self.visit(page, zones, traits, gone, PageLook::Again, |row, values| {
            scores[row] = self.again.score(values);
            if scores[row] > self.threshold.min(self.threshold_careful) {
                found[row] = Some(self.clues(values));
            }
        });
        (scores, found)
    }

    /// What the second look says of the first one's scores tells nobody anything: the first look's own reasons do.
    fn clues(&self, values: &[i32]) -> Clues {
        let names = Look::PageAgain.names();
        let mut reasons = self.again.reasons(values);
        for (reason, first) in reasons.iter_mut().zip(self.first.reasons(values)) {
            reason.weight = if names[reason.feature].starts_with(SCORE) { 0 } else { reason.weight + first.weight };
        }
        clues(reasons, values, Look::PageAgain)
    }
}

/// The first feature of the second look, the row's score; those of its neighbours have names that begin with it.
pub(super) const SCORE: &str = "score";

/// The names of the features of the second look; those of the first come first.
pub(super) fn names(page: &Page<'_>, zones: &Zones) -> Vec<&'static str> {
    let scorer = PageScorer::default();
    let traits = scorer.traits(page.text, page.lines);
    let features = Features::new(page, zones, &traits.traits, &[false]);
    let layout = Layout::new(page, &traits.traits, &traits.speech, features.copies());
    let mut names = Vec::new();
    let mut put = |name, _| names.push(name);
    features.of(0, &mut put);
    layout.of(0, &mut put);
    Stretch::new(page, &traits.traits, &[0]).of(0, &mut put);
    names
}
