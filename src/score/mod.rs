//! Evidence of many kinds → one number a row: how much more likely it is chrome than article.
//!
//! For lines that no phrase can tell apart: reader comments, teasers, biographies, pitches. The parameters are data
//! (`patterns/scorer.toml`) that a script fits to labelled pages; nothing in here knows a word.

mod features;
mod model;
mod shared;
mod traits;
mod words;

use std::sync::LazyLock;

pub(crate) use features::{Features, could_be_headline};
pub(crate) use traits::Traits;

use crate::patterns::PatternSet;
use crate::text::{pair_hash, word_hash};
use crate::{Error, ErrorKind};
use model::{Contribution, Model};
use words::WordMap;

/// The compiled parameters.
#[derive(Debug, Default)]
pub(crate) struct Scorer {
    model: Model,
    /// The weight of each word and pair of words, by its hash, in hundredths of log-odds: positive ones speak for chrome.
    words: WordMap<i16>,
    /// Thousandths of log-odds above which a row goes: on a page of which rules take something, and on one of which they
    /// take nothing, which is clean more often than not.
    threshold: i32,
    threshold_clean: i32,
}

/// Names of all features, in the order in which [`Features`] gives their values.
static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(features::names);

/// What the scorer knows of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The line, counted from 1.
    pub line: usize,
    /// The values of its features, in the order of [`Evidence::names`].
    pub values: Vec<i32>,
}

impl Evidence {
    /// The names of all features; docs/scorer.md explains each.
    pub fn names() -> &'static [&'static str] {
        &NAMES
    }
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
        let Some(source) = &set.scorer else { return Ok(None) };
        let fail = |place, message: String| Error::new(ErrorKind::Pattern, set.place(place), message);
        let (threshold, threshold_clean) = (source.threshold, source.threshold_clean);
        let mut scorer = Scorer { model: Model::default(), words: WordMap::default(), threshold, threshold_clean };
        let mut features = Vec::with_capacity(source.features.len());
        for (name, place) in &source.features {
            let known = NAMES.iter().position(|known| known == name);
            features.push(known.ok_or_else(|| fail(*place, format!("no feature \"{name}\" of the scorer")))?);
        }
        for (tree, place) in &source.trees {
            scorer.model.push(tree, &features).map_err(|bad| fail(*place, format!("not a tree: {bad}")))?;
        }
        for (line, place) in &source.words {
            let weight = line.rsplit_once(' ').and_then(|(word, weight)| Some((word, weight.parse().ok()?)));
            let (word, weight) =
                weight.ok_or_else(|| fail(*place, format!("not a word and its weight: \"{line}\"")))?;
            let hash = word
                .split_once(' ')
                .map_or_else(|| word_hash(word), |(first, second)| pair_hash(word_hash(first), word_hash(second)));
            scorer.words.insert(hash, weight);
        }
        Ok(Some(scorer))
    }

    /// The log-odds of chrome for a row, in thousandths; its features are left in `values`.
    pub fn score(&self, features: &Features<'_>, row: usize, values: &mut Vec<i32>) -> i32 {
        values.clear();
        features.of(row, |_, value| values.push(value));
        self.model.score(values)
    }

    /// What a score must be above, in thousandths of log-odds.
    pub fn threshold(&self, careful: bool) -> i32 {
        if careful { self.threshold_clean } else { self.threshold }
    }

    /// The strongest clues of a row with these features.
    pub fn clues(&self, values: &[i32]) -> Clues {
        let mut reasons = self.model.reasons(values).into_iter();
        let clue = |reason: Contribution| Clue { feature: NAMES[reason.feature], value: values[reason.feature] };
        std::array::from_fn(|_| reasons.next().map(clue))
    }

    fn weight(&self, hash: u32) -> i32 {
        self.words.get(&hash).copied().map_or(0, i32::from)
    }
}
