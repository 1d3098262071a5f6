//! What pattern files say.

use std::sync::Arc;

use super::fitted::Fitted;
use super::program::Programs;
use super::rule::{Anchor, Rule};
use crate::index::Texts;

/// What one pattern file or several say, in the order in which they say it. Lists name rules, languages and regexes by
/// their index.
#[derive(Debug, Clone, Default)]
pub(crate) struct Content {
    pub rules: Vec<Rule>,
    /// Folded phrases: rule and language.
    pub phrases: Texts,
    /// Sources of regexes over folded lines, which run only where one of their literals stands: rule and language.
    pub regexes: Texts,
    /// The same regexes for the machine that runs them first.
    pub programs: Programs,
    /// The folded literals that wake a regex: its index.
    pub nears: Texts,
    /// Folded texts that protect the line they stand in: the index of the anchor among its choices.
    pub keeps: Texts,
    /// Folded words that stand in lines of nothing but dates: the language.
    pub date_words: Texts,
    pub languages: Vec<Language>,
    pub examples: Vec<Example>,
    pub fitted: Fitted,
    /// A file replaced or disabled a rule of an earlier one.
    pub overruled: bool,
}

/// The code of phrases that belong to no language: they are always used.
pub(crate) const NO_LANGUAGE: &str = "und";

/// What a pattern file says of its language.
#[derive(Debug, Clone, Default)]
pub(crate) struct Language {
    pub code: Arc<str>,
    /// Paragraphs that the examples are put between.
    pub prose: Vec<String>,
    /// Rules that sites in this language have nothing for; the file says why.
    pub without: Vec<usize>,
}

/// A text that a rule must remove or keep.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    pub rule: usize,
    pub language: usize,
    pub text: String,
    pub remove: bool,
    pub place: Place,
}

/// Where in which pattern file something stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub file: usize,
    pub offset: usize,
}

/// How many there are of each list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub phrases: usize,
    pub nears: usize,
    pub keeps: usize,
    pub date_words: usize,
}

impl Content {
    pub fn counts(&self) -> Counts {
        Counts {
            phrases: self.phrases.len(),
            nears: self.nears.len(),
            keeps: self.keeps.len(),
            date_words: self.date_words.len(),
        }
    }

    /// Where a text of the keep-list must stand.
    pub fn keep_anchor(&self, keep: usize) -> Anchor {
        Anchor::CHOICES[self.keeps.numbers(keep)[0]].1
    }

    /// The index of the language, which is merged into one of the same code.
    pub fn add_language(&mut self, language: Language) -> usize {
        match self.languages.iter_mut().position(|l| l.code == language.code) {
            Some(index) => {
                if !language.prose.is_empty() {
                    self.languages[index].prose = language.prose;
                }
                index
            }
            None => {
                self.languages.push(language);
                self.languages.len() - 1
            }
        }
    }
}
