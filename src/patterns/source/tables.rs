//! Where phrases are looked for: which table holds which phrase.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use super::content::{Content, Counts};
use super::rule::{Anchor, Rest, Rule};
use super::spellings::{KEY, spellings};
use crate::index::{Beginnings, Packer, Unpacker, Whole};

/// A regex never runs on a longer line, whatever its rule says: it would walk prose.
pub(crate) const MAX_REGEX_WORDS: u32 = 40;

/// What a literal belongs to; the index points into the list of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Phrase(usize),
    Regex(usize),
    Keep(usize),
}

impl Source {
    fn value(self) -> usize {
        match self {
            Source::Phrase(index) => 4 * index,
            Source::Regex(index) => 4 * index + 1,
            Source::Keep(index) => 4 * index + 2,
        }
    }

    /// The source that a table has a literal for.
    pub fn of(value: usize) -> Source {
        match value % 4 {
            0 => Source::Phrase(value / 4),
            1 => Source::Regex(value / 4),
            _ => Source::Keep(value / 4),
        }
    }
}

/// Every literal of the rules that are not disabled, where it is looked for.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// Phrases that are a whole line, by their index.
    pub lines: Whole,
    /// What stands at the beginning of a line, by its source.
    pub starts: Beginnings,
    /// What may stand anywhere in it, by its source.
    pub inner: Beginnings,
    pub date_words: Whole,
    /// The longest line, in words, that a literal of `inner` can match.
    pub max_words: u32,
}

impl Tables {
    /// The tables of what stands behind the first so many of each list. Linear in its length but for sorting.
    pub fn new(content: &Content, first: Counts) -> Tables {
        let mut lines: Vec<(&str, usize)> = Vec::new();
        let (mut starts, mut inner) = (Vec::new(), Vec::new());
        let mut max_words = 0;
        let rule = |index: usize| Some(&content.rules[index]).filter(|rule| !rule.disabled);
        for index in first.phrases..content.phrases.len() {
            let (text, [of, _]) = content.phrases.get(index);
            let Some(guards) = rule(of).and_then(Rule::guards) else { continue };
            if guards.anchor == Anchor::Line && guards.rest <= Rest::Number {
                lines.push((text, index));
                continue;
            }
            let literals = if guards.anchor == Anchor::Anywhere || guards.pair {
                max_words = max_words.max(guards.max_words);
                &mut inner
            } else {
                &mut starts
            };
            literals.push((Cow::Borrowed(text), Source::Phrase(index).value()));
        }
        for (near, [regex, _]) in content.nears.iter_from(first.nears) {
            let Some(guards) = rule(content.regexes.numbers(regex)[0]).and_then(Rule::guards) else { continue };
            max_words = max_words.max(guards.max_words.min(MAX_REGEX_WORDS));
            inner.push((Cow::Borrowed(near), Source::Regex(regex).value()));
        }
        for index in first.keeps..content.keeps.len() {
            let anywhere = content.keep_anchor(index) == Anchor::Anywhere;
            let literals = if anywhere { &mut inner } else { &mut starts };
            literals.push((Cow::Borrowed(content.keeps.get(index).0), Source::Keep(index).value()));
        }
        // A file may say the same word any number of times.
        let words = content.date_words.iter_from(first.date_words);
        let distinct: BTreeMap<&str, usize> = words.map(|(word, [language, _])| (word, language)).collect();
        Tables {
            lines: Whole::new(lines.into_iter()),
            starts: Beginnings::new(starts),
            inner: Beginnings::new(inner),
            date_words: Whole::new(distinct.into_iter()),
            max_words,
        }
    }

    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    pub fn pack(&self, packer: &mut Packer) {
        self.lines.pack(packer);
        [&self.starts, &self.inner].into_iter().for_each(|table| table.pack(packer));
        self.date_words.pack(packer);
        packer.number(self.max_words);
    }

    pub fn unpack(from: &mut Unpacker<'static>) -> Tables {
        Tables {
            lines: Whole::unpack(from),
            starts: Beginnings::unpack(from),
            inner: Beginnings::unpack(from),
            date_words: Whole::unpack(from),
            max_words: from.number(),
        }
    }
}

/// What the first letters of a phrase for spans stand for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spelled {
    pub phrase: usize,
    /// They are all letters of the phrase's first word.
    pub word: bool,
}

impl Spelled {
    /// What a table has the letters for.
    pub fn of(value: usize) -> Spelled {
        Spelled { phrase: value / 2, word: value % 2 == 1 }
    }
}

/// The first letters of the phrases for spans within a line that stand behind the first so many, as they may be printed,
/// by [`Spelled`].
pub(crate) fn spans(content: &Content, first: Counts) -> Beginnings {
    // The same phrase of the same rule in other languages takes the same spans.
    let mut known = HashSet::new();
    let mut spans = Vec::new();
    for index in first.phrases..content.phrases.len() {
        let (text, [of, _]) = content.phrases.get(index);
        if let Some(inside) = Some(&content.rules[of]).filter(|rule| !rule.disabled).and_then(Rule::inside)
            && known.insert((text, of))
        {
            spans.push((text, inside.reach, index));
        }
    }
    // The longest phrase that begins with the same letters comes first.
    spans.sort_by_key(|(text, ..)| std::cmp::Reverse(text.len()));
    let spelled = |(text, reach, index)| {
        let keys = spellings(text, reach).into_iter().filter(|key| !key.is_empty());
        let word = text.chars().take(KEY).take_while(|c| c.is_alphanumeric()).count() < KEY;
        keys.map(move |key| (Cow::Owned(key), 2 * index + usize::from(word)))
    };
    Beginnings::new(spans.into_iter().flat_map(spelled).collect())
}
