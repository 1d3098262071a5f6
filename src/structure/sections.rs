//! Openers and how far they reach.
//!
//! The page is read from its end: an opener with no body prose below what it takes stands in the tail, and may take
//! teasers and biographies that read like prose. An opener with body prose below stands inside the article: it takes
//! titles at most, and never prose. Only comments are told from an article by what stands between them.

use std::ops::Range;

use super::Page;
use crate::Label;
use crate::classify::Finding;
use crate::patterns::{Extent, Strength};

/// An opener and what it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// The opener and the rows under it.
    pub rows: Range<usize>,
    pub finding: Finding,
    /// No body prose stands below.
    pub in_tail: bool,
}

/// Rows under the heading of a list of articles: ten entries of a title, a teaser and a date.
const MAX_LIST_ROWS: usize = 30;

/// Titles under such a heading inside the article: the lists there are short, and what follows may be a subheading.
const MAX_INNER_TITLES: usize = 3;

/// Words of a headline at least: what is shorter is as often a name or a date.
const MIN_HEADLINE_WORDS: u32 = 4;

/// Words of prose above that make an article of it, so that what stands below a comment form is not the article.
const MIN_ARTICLE_WORDS: u64 = 80;

/// Rows of buttons and dates that make a comment thread, if they are a sixth of the rows: over the development pages
/// this takes no article line that is not itself a comment. Dates alone are a chronicle: two rows must be buttons.
const MIN_FURNITURE: usize = 3;
const MIN_BUTTONS: usize = 2;

/// Words of a teaser that reads like prose; words and rows of a biography.
const MAX_TEASER_WORDS: u32 = 45;
const MAX_BLOCK_WORDS: u32 = 160;
const MAX_BLOCK_ROWS: usize = 4;

/// The sections of a page, from its beginning to its end.
pub(crate) fn sections(page: &Page<'_>) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    // The lowest row of body prose that no tail section has taken.
    let mut last_prose: Option<usize> = None;
    // What stands below: rows that are chrome by themselves, buttons of comments, those and dates, words of prose.
    let (mut suspects, mut buttons, mut furniture, mut prose_below) = (0, 0, 0, 0);
    // Where what an opener of the tail takes ends: at the next such opener, which takes the rest.
    let mut end_of_page = page.rows.len();
    let prose_words = |row: usize| if page.is_prose(row) { u64::from(page.measure(row).words) } else { 0 };
    let first_prose = (0..page.rows.len()).find(|row| page.is_prose(*row));
    let all_prose: u64 = (0..page.rows.len()).map(prose_words).sum();
    for row in (0..page.rows.len()).rev() {
        if last_prose.is_none() && page.is_prose(row) {
            last_prose = Some(row);
        }
        if let Some(finding) = opener(page, row) {
            let extent = page.set.rule(finding.rule).extent;
            let sure = page.strength(&finding) == Strength::Sure;
            let below = end_of_page - row - 1;
            let mostly_chrome = below == 0 || (suspects >= MIN_FURNITURE && suspects * 3 >= below);
            let is_thread = buttons >= MIN_BUTTONS && furniture >= MIN_FURNITURE && furniture * 6 >= below;
            let ends_article = match last_prose {
                None => sure || mostly_chrome || is_thread || (buttons >= MIN_BUTTONS && furniture * 3 >= below),
                Some(_) => (is_thread || (sure && mostly_chrome)) && all_prose - prose_below >= MIN_ARTICLE_WORDS,
            };
            let reach = match extent {
                Extent::Tail if ends_article => end_of_page,
                Extent::Tail | Extent::Line => row + 1,
                Extent::Title => title_reach(page, row, &finding),
                Extent::Titles => list_reach(page, row),
                Extent::Block => block_reach(page, row),
            };
            let in_tail = last_prose.is_none_or(|last| last < reach);
            let end = if in_tail { reach } else { body_reach(page, row, &finding, extent, first_prose) };
            if in_tail {
                last_prose = None;
            }
            found.push(Section { rows: row..end, finding, in_tail });
            if extent == Extent::Tail && ends_article {
                end_of_page = row;
                (suspects, buttons, furniture) = (0, 0, 0);
                continue;
            }
        }
        let button = is_comment_button(page, row);
        suspects += usize::from(page.suspect(row));
        buttons += usize::from(button);
        furniture += usize::from(button || page.is_date(row));
        prose_below += prose_words(row);
    }
    found.reverse();
    found
}

/// A button, a counter or a form between comments.
fn is_comment_button(page: &Page<'_>, row: usize) -> bool {
    page.findings(row).iter().any(|finding| page.set.rule(finding.rule).label == Label::Comments)
}

/// The finding of the row that reaches beyond its line, the surest and farthest if there are several.
fn opener(page: &Page<'_>, row: usize) -> Option<Finding> {
    page.surest(row, |f| page.set.rule(f.rule).extent > Extent::Line && page.allows(f.rule))
}

/// The end of what an opener takes inside the article.
fn body_reach(page: &Page<'_>, row: usize, finding: &Finding, extent: Extent, first_prose: Option<usize>) -> usize {
    match extent {
        Extent::Title => title_reach(page, row, finding),
        Extent::Titles => match first_prose {
            Some(prose) if row < prose => head_list_reach(page, row, prose),
            _ => inner_list_reach(page, row),
        },
        Extent::Line | Extent::Block | Extent::Tail => row + 1,
    }
}

/// One title, if the opener does not have it in its own line.
fn title_reach(page: &Page<'_>, row: usize, finding: &Finding) -> usize {
    let next = row + 1;
    let has_title = finding.alone && next < page.rows.len() && is_title(page, next);
    if has_title { next + 1 } else { next }
}

/// Could the row be the title of another article?
fn is_title(page: &Page<'_>, row: usize) -> bool {
    page.measure(row).is_title() && !page.suspect(row) && !page.kept(row)
}

/// Titles, teasers and dates up to the next opener. Prose counts as a teaser only between titles, and only where
/// two such teasers stand: one alone may be the article's last paragraph.
fn list_reach(page: &Page<'_>, row: usize) -> usize {
    let limit = page.rows.len().min(row + 1 + MAX_LIST_ROWS);
    let is_teaser = |at: usize| {
        page.is_prose(at)
            && page.measure(at).words <= MAX_TEASER_WORDS
            && at > row + 1
            && !page.is_prose(at - 1)
            && (at + 1 >= page.rows.len() || !page.is_prose(at + 1))
    };
    let is_table = |at: usize| page.findings(at).is_empty() && page.measure(at).is_tabular();
    // An article of short paragraphs has no long ones to tell it by; a list does not have one statement after another.
    let states = |at: usize| at < page.rows.len() && page.measure(at).states() && !page.suspect(at);
    let is_text = |at: usize| (page.is_prose(at) && !is_teaser(at)) || (states(at) && states(at + 1));
    let stops = |at: &usize| page.kept(*at) || opener(page, *at).is_some() || is_text(*at) || is_table(*at);
    let end = (row + 1..limit).find(stops).unwrap_or(limit);
    let mut teasers = (row + 1..end).filter(|at| page.is_prose(*at));
    match (teasers.next(), teasers.next()) {
        (Some(only), None) => only,
        _ => end,
    }
}

/// Titles inside the article: those in one run with the first one, without the last if prose follows it, which
/// makes it as likely a subheading.
fn inner_list_reach(page: &Page<'_>, row: usize) -> usize {
    let first = row + 1;
    let limit = page.rows.len().min(first + MAX_INNER_TITLES);
    let gap = page.rows.get(first).map_or(0, |r| r.gap);
    let ends = |at: &usize| !is_title(page, *at) || page.rows[*at].gap > gap.max(1) || opener(page, *at).is_some();
    let end = (first..limit).find(ends).unwrap_or(limit);
    let before_prose = page.rows.get(end).is_some() && page.is_prose(end);
    if before_prose && end > first { end - 1 } else { end }
}

/// Titles above the article: the headline is one of those that stand above the first prose, and must stay.
fn head_list_reach(page: &Page<'_>, row: usize, prose: usize) -> usize {
    let end = inner_list_reach(page, row);
    let headline = (end..prose).any(|at| is_title(page, at) && page.measure(at).words >= MIN_HEADLINE_WORDS);
    if headline { end } else { row + 1 }
}

/// The paragraph under a heading such as "about the author".
fn block_reach(page: &Page<'_>, row: usize) -> usize {
    let first = row + 1;
    let limit = page.rows.len().min(first + MAX_BLOCK_ROWS);
    let mut words = 0;
    let mut end = first;
    while end < limit && !page.kept(end) && !page.suspect(end) {
        words += page.measure(end).words;
        let apart = end > first && page.rows[end].gap > 0;
        let second_prose = end > first && page.is_prose(end) && page.is_prose(end - 1);
        if words > MAX_BLOCK_WORDS || apart || second_prose {
            break;
        }
        end += 1;
    }
    end
}
