//! The kinds of chrome.

use std::fmt;
use std::str::FromStr;

use crate::{Error, ErrorKind};

macro_rules! labels {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The kind of chrome that a removal was.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Label {
            $($(#[$doc])* $variant,)*
        }

        impl Label {
            /// Every label, in the order of the documentation.
            pub const ALL: &'static [Label] = &[$(Label::$variant,)*];

            /// The label's name as pattern files, options and audit records write it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Label::$variant => $name,)*
                }
            }
        }
    };
}

labels! {
    /// Menus, breadcrumbs, paging, links to neighbouring posts.
    Navigation = "navigation",
    /// Links to other articles: "also read", related and popular lists.
    Related = "related",
    /// Readers' comments and the form for them.
    Comments = "comments",
    /// Bylines, author boxes and biographies.
    Author = "author",
    /// Share bars and invitations to follow.
    Share = "share",
    /// Newsletter forms and pitches.
    Subscribe = "subscribe",
    /// Login, registration and paywalls.
    Account = "account",
    /// Cookie, copyright, legal and form notices.
    Notice = "notice",
    /// Advertisements and their labels.
    Advertising = "advertising",
    /// Dates, reading times, tags, counters, reader's tools.
    Meta = "meta",
    /// Labels and messages of players, galleries and credits.
    Media = "media",
    /// Headlines that were printed again.
    Headline = "headline",
    /// The site's own name, software and banners.
    Site = "site",
    /// Chrome by its context, of no kind that could be named.
    Other = "other",
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Label {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Label::ALL.iter().copied().find(|l| l.as_str() == name).ok_or_else(|| {
            let known: Vec<_> = Label::ALL.iter().map(|l| l.as_str()).collect();
            let message = format!("no label \"{name}\"; labels are {}", known.join(", "));
            Error::new(ErrorKind::Setting, "", message)
        })
    }
}

/// A set of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelSet(u32);

impl LabelSet {
    /// The set of no label.
    pub const NONE: LabelSet = LabelSet(0);
    /// The set of every label.
    pub const ALL: LabelSet = LabelSet(u32::MAX);

    /// Whether `label` is in the set.
    pub fn contains(self, label: Label) -> bool {
        self.0 & (1 << label as u32) != 0
    }

    /// The labels that are not in the set.
    #[must_use]
    pub fn complement(self) -> LabelSet {
        LabelSet(!self.0)
    }
}

impl FromIterator<Label> for LabelSet {
    fn from_iter<I: IntoIterator<Item = Label>>(labels: I) -> Self {
        LabelSet(labels.into_iter().fold(0, |set, label| set | 1 << label as u32))
    }
}
