//! What the scorer takes of the rows that no rule takes, and where it steps back.

use super::kind::kind;
use super::{Cause, Cut, Wanted};
use crate::classify::{is_code, is_table_row, names_a_value};
use crate::patterns::Detector;
use crate::score::{Clues, Features, Scorer, Traits, could_be_headline};
use crate::structure::{Page, Zones};

/// Words of a row that is never judged by its company: a whole page in one line, or an article in one paragraph. The
/// longest chrome paragraphs of the development pages, legal notices and biographies, are shorter but for a few.
const MAX_ROW_WORDS: u32 = 200;

/// Where one in so many of the words between the first and the last prose stands in rows that are chrome more likely than
/// not, the page is of a kind of its own, such as a list of events that all read like promotions.
const BODY_SHARE: u64 = 5;

/// Words of prose that make an article: what stands beside less has nothing to differ from.
const MIN_ARTICLE_WORDS: u64 = 120;

/// Words of a row that is too short to tell by itself: as many as prose has at least.
const SHORT_WORDS: u32 = 12;

/// Rows of code that make a tutorial, whose text speaks of comments, tags and accounts.
const CODE_ROWS: usize = 4;

/// Rows above the prose that may be the headline: the other is what stands under it. Two halve what is lost of the
/// headlines of whole-page dumps, from 8.5 % to 4.5 %.
const HEADLINES: usize = 2;

/// Rows of a signature: name, role, place.
const SIGNATURE: usize = 3;

/// Headings in Markdown that make a manual, and parts numbered from 1 that make a legal text or a guide.
const MIN_HEADINGS: usize = 2;
const MIN_PARTS: u32 = 3;

/// Cuts what the scorer takes. Linear in the number of rows and words.
pub(super) fn by_score(
    page: &Page<'_>,
    zones: &Zones,
    scorer: &Scorer,
    traits: &Traits,
    wanted: Wanted,
    cuts: &mut [Option<Cut>],
) {
    let Some(rule) = page.set.detector(Detector::Scorer) else { return };
    let gone: Vec<bool> = cuts.iter().map(Option::is_some).collect();
    let features = Features::new(page, zones, traits, &gone);
    let guard = Guard { page, zones, gone: &gone };
    let delicate: Vec<bool> = (0..gone.len()).map(|row| !gone[row] && guard.is_delicate(row)).collect();
    let care = guard.care(&delicate);
    let mut scores = vec![0; gone.len()];
    let mut taken = vec![false; gone.len()];
    let judged = (0..gone.len()).filter(|row| !gone[*row] && care[*row] != Care::Never);
    scorer.score(&features, judged, |row, score| {
        scores[row] = score;
        taken[row] = score > scorer.threshold(wanted.careful || care[row] == Care::More);
    });
    guard.step_back(&delicate, &scores, &mut taken);
    for row in (0..gone.len()).filter(|row| taken[*row]) {
        let label = kind(page, row);
        if page.labels.contains(label) {
            let clues = if wanted.clues { scorer.clues(&features, row) } else { Clues::default() };
            cuts[row] = Some(Cut { rule, label, cause: Cause::Score(clues), group: page.rows[row].line });
        }
    }
}

/// How sure the scorer must be of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    Plain,
    /// The row must be above the careful threshold.
    More,
    /// The row stays.
    Never,
}

/// What the scorer must leave alone, whatever it weighs.
struct Guard<'a> {
    page: &'a Page<'a>,
    zones: &'a Zones,
    /// Rows that rules take.
    gone: &'a [bool],
}

impl Guard<'_> {
    /// Whether a short row has no finding stronger than weak: dates and ordinary words may be anything.
    fn is_bare(&self, row: usize) -> bool {
        !self.gone[row] && !self.page.suspect(row) && self.page.measure(row).words < SHORT_WORDS
    }

    fn is_prose(&self, row: usize) -> bool {
        !self.gone[row] && self.page.is_prose(row)
    }

    /// For each row how sure the scorer must be of it.
    fn care(&self, delicate: &[bool]) -> Vec<Care> {
        let rows = self.gone.len();
        let own_kind = self.is_of_its_own_kind();
        // A page without a sign of chrome is a clean one more often than not.
        let careful = own_kind || !self.gone.contains(&true);
        let care_of = |row: usize| match (delicate[row], careful) {
            _ if self.is_never_judged(row) || (own_kind && !self.zones.at_edge(row)) => Care::Never,
            (true, true) => Care::Never,
            (false, false) => Care::Plain,
            _ => Care::More,
        };
        let mut care: Vec<Care> = (0..rows).map(care_of).collect();
        let mut protect = |row: Option<usize>| {
            if let Some(row) = row {
                care[row] = Care::Never;
            }
        };
        // The headline: the first row that is as long as one, or the first that is left, or the last above the prose, or
        // one of the last two above it that are as long as one.
        let first_prose = (0..rows).find(|row| self.is_prose(*row));
        let left = || (0..rows).filter(|row| !self.gone[*row]);
        protect(left().find(|row| could_be_headline(self.page, *row)));
        protect(left().next().filter(|row| self.is_bare(*row)));
        protect(first_prose.and_then(|prose| prose.checked_sub(1)).filter(|row| self.is_bare(*row)));
        let above = (0..first_prose.unwrap_or(0)).rev().filter(|row| !self.gone[*row]);
        above.filter(|row| could_be_headline(self.page, *row)).take(HEADLINES).for_each(|row| protect(Some(row)));
        // The article may end in short sentences and a signature.
        let last_prose = (0..rows).rev().find(|row| self.is_prose(*row));
        let end = last_prose.map_or(rows, |prose| prose + 1);
        let is_plain = |row: &usize| self.is_bare(*row) && self.page.findings(*row).is_empty();
        let sentences = (end..rows).take_while(is_plain).take_while(|row| self.page.measure(*row).stop).count();
        let signature = (end + sentences..rows).take(SIGNATURE).take_while(is_plain).count();
        care[end..end + sentences + signature].fill(Care::Never);
        care
    }

    /// Rows of tables, very long ones, and what the keep-list protects.
    fn is_never_judged(&self, row: usize) -> bool {
        self.page.kept(row) || is_table_row(self.page.content(row)) || self.page.measure(row).words > MAX_ROW_WORDS
    }

    /// Single words, short rows inside the article that nothing speaks against but their neighbours (an ingredient, a
    /// speaker's name), and several rows that name things and their values.
    fn is_delicate(&self, row: usize) -> bool {
        let names = |at: usize| {
            at < self.gone.len()
                && !self.gone[at]
                && self.page.measure(at).words < SHORT_WORDS
                && names_a_value(self.page.content(at))
        };
        let is_fact = names(row) && (names(row + 1) || (row > 0 && names(row - 1)));
        let is_inner = !self.zones.at_edge(row) && self.is_bare(row);
        is_fact || is_inner || self.page.measure(row).words < 2
    }

    /// Whether the page is a tutorial, a manual or a legal text: it has code, headings in Markdown, or numbered parts.
    fn is_of_its_own_kind(&self) -> bool {
        let (mut code, mut headings, mut number) = (0, 0, 0);
        for row in 0..self.gone.len() {
            let content = self.page.content(row);
            code += usize::from(is_code(content));
            headings += usize::from(content.starts_with("# ") || content.starts_with("## "));
            let next = content.strip_prefix("§ ").unwrap_or(content);
            let digits = next.len() - next.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let follows = next[..digits].parse() == Ok(number + 1) && next[digits..].starts_with([' ', '.', ')']);
            number += u32::from(follows);
        }
        code >= CODE_ROWS || headings >= MIN_HEADINGS || number >= MIN_PARTS
    }

    /// Gives up what was taken inside the article if too much of it looks like chrome, and everything if hardly any
    /// prose stays.
    fn step_back(&self, delicate: &[bool], scores: &[i32], taken: &mut [bool]) {
        let rows = self.gone.len();
        // Of lines of one kind, such as ingredients or times, all go or none.
        let mut start = 0;
        for run in delicate.chunk_by(|above, below| above == below) {
            let end = start + run.len();
            if run[0] && taken[start..end].contains(&false) {
                taken[start..end].fill(false);
            }
            start = end;
        }
        // A heading stays with its paragraph.
        for row in 0..rows.saturating_sub(1) {
            let next_stays = !self.gone[row + 1] && !taken[row + 1];
            let is_short = self.page.measure(row).words < SHORT_WORDS;
            if is_short && next_stays && self.page.measure(row + 1).is_prose() {
                taken[row] = false;
            }
        }
        let words = |from: usize, to: usize, wanted: &dyn Fn(usize) -> bool| -> u64 {
            (from..to).filter(|row| wanted(*row)).map(|row| u64::from(self.page.measure(row).words)).sum()
        };
        let stays: Vec<bool> = (0..rows).map(|row| !taken[row] && self.is_prose(row)).collect();
        let prose = words(0, rows, &|row| stays[row]);
        let (Some(first), Some(last)) = (stays.iter().position(|s| *s), stays.iter().rposition(|s| *s)) else {
            return taken.fill(false);
        };
        let end = last + 1;
        if prose < MIN_ARTICLE_WORDS {
            taken.fill(false);
        } else if words(first, end, &|row| scores[row] > 0) * BODY_SHARE > words(first, end, &|_| true) {
            taken[first..end].fill(false);
        }
    }
}
