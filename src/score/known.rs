//! All scorers, and what they know of one document whatever its rows: counted once, when it is first asked for.

use std::cell::OnceCell;
use std::sync::OnceLock;

use super::outline::Teller;
use super::{PageScorer, PageTraits, Scorer, Traits};
use crate::Error;
use crate::classify::Facts;
use crate::once::get_or_make;
use crate::patterns::PatternSet;
use crate::structure::Page;
use crate::text::Line;

/// The scorers of a pattern set.
#[derive(Debug, Default)]
pub(crate) struct Scorers {
    pub article: Option<Scorer>,
    /// Made for the first whole page: it takes twice as long as all else that a cleaner of the built-in patterns makes.
    page: OnceLock<Option<PageScorer>>,
    teller: Option<Teller>,
}

impl Scorers {
    /// # Errors
    /// [`ErrorKind::Pattern`](crate::ErrorKind::Pattern) for parameters that cannot be read.
    pub fn new(set: &PatternSet) -> Result<Scorers, Error> {
        // What users give may be bad, and they must be told at once.
        let given = set.fitted().page_scorer.as_ref().is_some_and(|source| !source.trees.are_built_in());
        let page = if given { PageScorer::new(set)?.into() } else { OnceLock::new() };
        Ok(Scorers { article: Scorer::new(set)?, page, teller: Teller::new(set)? })
    }

    /// The scorer of whole pages. `set` are the patterns that these scorers were made of.
    pub fn page(&self, set: &PatternSet) -> Option<&PageScorer> {
        get_or_make(&self.page, || PageScorer::new(set).ok().flatten()).as_ref()
    }
}

/// What the scorers know of a document.
pub(crate) struct Known<'a> {
    scorers: &'a Scorers,
    set: &'a PatternSet,
    text: &'a str,
    lines: &'a [Line],
    facts: &'a Facts,
    article: OnceCell<Traits>,
    page: OnceCell<PageTraits>,
}

impl<'a> Known<'a> {
    pub fn new(
        scorers: &'a Scorers,
        set: &'a PatternSet,
        text: &'a str,
        lines: &'a [Line],
        facts: &'a Facts,
    ) -> Known<'a> {
        Known { scorers, set, text, lines, facts, article: OnceCell::new(), page: OnceCell::new() }
    }

    /// The scorer of extracted text with the traits that it needs.
    pub fn article(&self) -> Option<(&Scorer, &Traits)> {
        let scorer = self.scorers.article.as_ref()?;
        Some((scorer, self.article.get_or_init(|| scorer.traits(self.text, self.facts))))
    }

    /// The scorer of whole pages, likewise.
    pub fn page(&self) -> Option<(&PageScorer, &PageTraits)> {
        let scorer = self.scorers.page(self.set)?;
        Some((scorer, self.page.get_or_init(|| scorer.traits(self.text, self.lines, self.facts))))
    }

    /// Whether the rows have the shape of a whole page. `gone` says which of them rules take.
    pub fn is_page(&self, page: &Page<'_>, gone: &[bool]) -> bool {
        self.scorers.teller.as_ref().is_some_and(|teller| teller.is_page(page, gone))
    }
}
