//! How a rule behaves: the fields of `rules.toml`, checked.

use std::sync::Arc;

use super::Label;
use super::inside::Inside;

/// One rule: behaviour without language.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub id: Arc<str>,
    pub label: Label,
    pub doc: String,
    /// What makes the rule match.
    pub trigger: Trigger,
    pub zone: Zone,
    pub extent: Extent,
    pub strength: Strength,
    /// A likely line goes only if its page holds another sign of chrome.
    pub company: bool,
    /// A line goes only without numbers, and not between other short lines.
    pub apart: bool,
    /// A disabled rule keeps its place, so that files that speak of it stay valid.
    pub disabled: bool,
}

/// What makes a rule match a line.
#[derive(Debug, Clone)]
pub(crate) enum Trigger {
    /// A phrase of the rule.
    Phrase(PhraseGuards),
    /// A phrase of the rule within a line that stays: a span of the line leaves.
    Inside(Inside),
    /// Something that no phrase can say.
    Detector(Detector),
}

/// Where a phrase must stand and what may stand beside it.
#[derive(Debug, Clone)]
pub(crate) struct PhraseGuards {
    pub anchor: Anchor,
    pub rest: Rest,
    /// The longest line, in words, that the rule takes.
    pub max_words: u32,
    /// A colon, dash, bar or arrow must follow the phrase, or nothing at all.
    pub colon: bool,
    /// A separator of breadcrumbs must follow the phrase.
    pub trail: bool,
    /// Another phrase of the rule must stand further right in the line.
    pub pair: bool,
    /// The line must not end with a full stop: the rule takes labels, and a sentence may begin with the same words.
    pub label_only: bool,
    /// A number must stand beside the phrase.
    pub number: bool,
}

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub(crate) enum $name { $($(#[$vdoc])* $variant,)* }

            impl $name {
                /// The names that pattern files use, in order.
                pub const CHOICES: &'static [(&'static str, $name)] = &[$(($text, $name::$variant),)*];
            }
        )*
    };
}

choices! {
    /// Where in the line a phrase must stand.
    Anchor {
        /// It is the whole line, but for decoration and what [`Rest`] allows.
        Line = "line",
        /// The line begins with it.
        Start = "start",
        /// It stands at word bounds anywhere in the line.
        Anywhere = "anywhere",
    }

    /// What may stand in the line beside the phrase.
    Rest {
        /// Nothing but decoration.
        Nothing = "nothing",
        /// Numbers.
        Number = "number",
        /// Numbers and words of dates.
        Date = "date",
        /// Up to five capitalised words.
        Name = "name",
        /// Anything.
        Any = "any",
    }

    /// Which part of the document a rule holds in.
    Zone {
        /// Everywhere.
        Any = "any",
        /// Above the first body prose.
        Head = "head",
        /// Below the last body prose.
        Tail = "tail",
        /// Head or tail.
        Edge = "edge",
    }

    /// How far a match reaches.
    Extent {
        /// Its own line.
        Line = "line",
        /// The one title under it, too.
        Title = "title",
        /// The list of titles, teasers and dates under it, too.
        Titles = "titles",
        /// The block under it, too.
        Block = "block",
        /// Everything below, if no body prose follows.
        Tail = "tail",
    }

    /// How far a match inside a line reaches.
    Reach {
        /// The words of the phrase.
        Phrase = "phrase",
        /// Three or more phrases of the rule in a row.
        Run = "run",
        /// The brackets that the phrase begins.
        Brackets = "brackets",
        /// The sentence that the phrase begins.
        Sentence = "sentence",
    }

    /// How sure a match is, looked at alone.
    Strength {
        /// Goes only in head or tail and beside other chrome.
        Weak = "weak",
        /// Goes in head and tail; elsewhere only beside other chrome.
        Likely = "likely",
        /// Goes wherever the zone allows.
        Sure = "sure",
    }

    /// What is found without a phrase.
    Detector {
        /// A line of nothing but a date or a time.
        DateLine = "date-line",
        /// A line of nothing but numbers and signs.
        NumberLine = "number-line",
        /// A headline that stood above already.
        RepeatedHeadline = "repeated-headline",
        /// A headline with the name of the site beside it.
        HeadlineWithSite = "headline-with-site",
        /// A short line above a known headline.
        AboveHeadline = "above-headline",
        /// What the scorer of extracted text takes for chrome.
        Scorer = "scorer",
        /// What the scorer of whole pages takes for chrome.
        PageScorer = "page-scorer",
    }
}

impl Rule {
    /// The guards of a rule that phrases trigger.
    pub fn guards(&self) -> Option<&PhraseGuards> {
        match &self.trigger {
            Trigger::Phrase(guards) => Some(guards),
            Trigger::Inside(_) | Trigger::Detector(_) => None,
        }
    }

    /// What leaves with a phrase inside a line, if that is how the rule works.
    pub fn inside(&self) -> Option<&Inside> {
        match &self.trigger {
            Trigger::Inside(inside) => Some(inside),
            Trigger::Phrase(_) | Trigger::Detector(_) => None,
        }
    }
}
