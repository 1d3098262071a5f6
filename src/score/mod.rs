//! Evidence of many kinds → one number a row: how much more likely it is chrome than article.
//!
//! For lines that no phrase can tell apart: reader comments, teasers, biographies, pitches. The parameters are data
//! (`patterns/scorer.toml`) that a script fits to labelled pages; nothing in here knows a word.

mod features;
mod known;
mod layout;
mod lexicon;
mod model;
mod outline;
mod page;
mod shared;
mod speech;
mod stretch;
mod traits;
mod windows;
mod words;

use std::sync::OnceLock;

pub(crate) use features::{Features, could_be_headline};
pub(crate) use known::{Known, Scorers};
pub(crate) use page::{PageLook, PageScorer, PageTraits};
pub(crate) use traits::Traits;

use crate::classify::{Fact, Facts};
use crate::once::get_or_make;
use crate::patterns::{PatternSet, Placed, Trees};
use crate::structure::{Page, Row, Zones};
use crate::text::lines;
use crate::{Error, ErrorKind, LabelSet};
use features::NONE;
use lexicon::Lexicon;
use model::{Model, Values};

/// The compiled parameters for extracted text.
#[derive(Debug, Default)]
pub(crate) struct Scorer {
    model: Model,
    lexicon: Lexicon,
    /// Thousandths of log-odds above which a row goes: on a page of which rules take something, and on one of which they
    /// take nothing, which is clean more often than not.
    threshold: i32,
    threshold_clean: i32,
}

/// What a scorer looks at: its features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Look {
    /// A line of extracted text.
    Article,
    /// A line of a whole page.
    Page,
    /// A line of a whole page, with the scores that the first look gave.
    PageAgain,
    /// A whole document: is it extracted text or a whole page?
    Document,
}

type Names = OnceLock<Vec<&'static str>>;

impl Look {
    /// The names of its features, in the order of [`Evidence::values`]; docs/scorer.md explains each. Those of
    /// [`Look::Page`] are the first of [`Look::PageAgain`].
    pub fn names(self) -> &'static [&'static str] {
        static ARTICLE: Names = Names::new();
        static PAGE: Names = Names::new();
        static DOCUMENT: Names = Names::new();
        let made: &Vec<_> = match self {
            Look::Article => get_or_make(&ARTICLE, || names(features::names)),
            Look::Page | Look::PageAgain => get_or_make(&PAGE, || names(page::names)),
            Look::Document => get_or_make(&DOCUMENT, || names(|page, _| outline::names(page))),
        };
        let first_look = || made.iter().position(|name| *name == page::SCORE);
        let count = if self == Look::Page { first_look() } else { None };
        &made[..count.unwrap_or(made.len())]
    }
}

/// The names that `of` gives for the only row of a page.
fn names(of: impl Fn(&Page<'_>, &Zones) -> Vec<&'static str>) -> Vec<&'static str> {
    let (set, text) = (PatternSet::empty(), "x");
    let lines = lines(text);
    let mut facts = Facts::default();
    facts.lines.push(Fact::of(text, &mut facts.words));
    let rows = [Row { line: 0, gap: 0 }];
    let page = Page { set: &set, text, lines: &lines, facts: &facts, rows: &rows, labels: LabelSet::ALL };
    of(&page, &Zones::of(&page, &[]))
}

/// What a scorer knows of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The line, counted from 1; 0 for a whole document.
    pub line: usize,
    /// The values of its features, in the order of [`Look::names`].
    pub values: Vec<i32>,
}

/// What spoke for a removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clue {
    /// The name of the feature; docs/scorer.md explains each.
    pub feature: &'static str,
    /// Its value for the line.
    pub value: i32,
}

/// The strongest clues of a removal, the strongest first.
pub(crate) type Clues = [Option<Clue>; 3];

impl Scorer {
    /// The scorer of a pattern set, if it has one.
    ///
    /// # Errors
    /// [`ErrorKind::Pattern`] for a feature that does not exist, and for a tree or a word that cannot be read.
    pub fn new(set: &PatternSet) -> Result<Option<Scorer>, Error> {
        let Some(source) = &set.fitted().scorer else { return Ok(None) };
        let names = Look::Article.names();
        Ok(Some(Scorer {
            model: read_model(set, &source.features, &source.trees, names, names.len())?,
            lexicon: Lexicon::new(&source.words),
            threshold: source.threshold,
            threshold_clean: source.threshold_clean,
        }))
    }

    /// Linear in the size of the text.
    pub fn traits(&self, text: &str, facts: &Facts) -> Traits {
        Traits::of(&self.lexicon, text, facts)
    }

    /// Hands the log-odds of chrome of each of `rows`, in thousandths, to `each`.
    pub fn score(&self, features: &Features<'_>, rows: impl Iterator<Item = usize>, each: impl FnMut(usize, i32)) {
        self.model.score_rows(Look::Article.names().len(), features, rows, each);
    }

    /// What a score must be above, in thousandths of log-odds.
    pub fn threshold(&self, careful: bool) -> i32 {
        if careful { self.threshold_clean } else { self.threshold }
    }

    /// The strongest clues of a row.
    pub fn clues(&self, features: &Features<'_>, row: usize) -> Clues {
        let values = features.values(row);
        let mut weights = vec![0; values.len()];
        self.model.reasons(&values, &mut weights);
        clues(&weights, &values, Look::Article)
    }
}

/// The values of [`Look::Document`].
pub(crate) fn outline(page: &Page<'_>, gone: &[bool]) -> Vec<i32> {
    let mut values = Vec::new();
    outline::outline(page, gone, |_, value| values.push(value));
    values
}

/// The strongest of what spoke for chrome, by how much each feature did; of equals the first.
fn clues(weights: &[i32], values: &[i32], look: Look) -> Clues {
    let mut strongest: [Option<usize>; 3] = [None; 3];
    for (feature, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0) {
        let weaker = |other: &Option<usize>| other.is_none_or(|other| weights[other] < *weight);
        if let Some(place) = strongest.iter().position(weaker) {
            strongest[place..].rotate_right(1);
            strongest[place] = Some(feature);
        }
    }
    strongest.map(|feature| feature.map(|feature| Clue { feature: look.names()[feature], value: values[feature] }))
}

/// Reads trees that speak of features by their number in `features`. `known` are the names of all features, of which a row
/// has values for the first `given`.
fn read_model(
    set: &PatternSet,
    features: &[Placed],
    trees: &Trees,
    known: &[&str],
    given: usize,
) -> Result<Model, Error> {
    let fail = |place, message: String| Error::new(ErrorKind::Pattern, set.place(place), message);
    let mut indices = Vec::with_capacity(features.len());
    for (name, place) in features {
        let index = known.iter().position(|known| known == name);
        indices.push(index.ok_or_else(|| fail(*place, format!("no feature \"{name}\" of the scorer")))?);
    }
    let mut model = Model::with_capacity(trees.nodes());
    for (tree, place) in trees.iter() {
        model.push(&tree, &indices, given).map_err(|bad| fail(place, bad.to_string()))?;
    }
    Ok(model)
}
