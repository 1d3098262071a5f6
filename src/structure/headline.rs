//! Headlines that are known because the page prints them more than once.

use std::collections::HashMap;

use super::{Page, Zones};
use crate::patterns::Detector;
use crate::text::{Folded, Measure};

/// Words of a line that can be told to be the headline when it comes again; shorter ones are labels and names.
const MIN_WORDS: u32 = 4;
const MAX_WORDS: u32 = 40;

/// How often a headline comes again at most; what comes more often is the refrain of a song.
const MAX_ECHOES: usize = 2;

/// Words of a site's name or a breadcrumb above a headline, and how many such lines may stand there.
const MAX_SITE_WORDS: u32 = 6;
const MAX_SITE_ROWS: usize = 4;

/// Words of a site's name that holds a number, such as that of a channel.
const MAX_COUNTING_WORDS: u32 = 3;

/// Letters of a site's name; shorter ones stand inside other words.
const MIN_NAME: usize = 3;

/// Rows at the top of a page among which the title that a browser shows can stand; each may be compared with every line.
const MAX_BROWSER_ROWS: usize = 10;

/// A row that a known headline explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Echo {
    pub row: usize,
    /// The row of the headline that stays.
    pub headline: usize,
    pub detector: Detector,
}

/// Repetitions of headlines in head and tail, and the short lines above the first headline that is repeated.
pub(crate) fn headlines(page: &Page<'_>, zones: &Zones) -> Vec<Echo> {
    let mut echoes = Vec::new();
    let Some(first_prose) = zones.first_prose() else { return echoes };
    let mut folded = Folded::default();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for row in 0..page.rows.len() {
        let words = page.measure(row).words;
        if !zones.at_edge(row) || page.kept(row) || !(MIN_WORDS..=MAX_WORDS).contains(&words) {
            continue;
        }
        folded.set(page.content(row), true);
        let key = folded.text();
        let repeated = seen.get(key).copied().map(|headline| (headline, Detector::RepeatedHeadline));
        let found = repeated.or_else(|| {
            let headline = with_site(key).find_map(|(bare, _)| seen.get(bare))?;
            Some((*headline, Detector::HeadlineWithSite))
        });
        match found {
            Some((headline, detector)) => echoes.push(Echo { row, headline, detector }),
            None if row < first_prose => {
                seen.insert(key.to_owned(), row);
            }
            None => {}
        }
    }
    // The browser's title, which names the site, may stand first: then the bare one below is the headline.
    for row in 0..first_prose.min(MAX_BROWSER_ROWS) {
        let words = page.measure(row).words;
        if page.kept(row) || !(MIN_WORDS + 1..=MAX_WORDS).contains(&words) || echoes.iter().any(|e| e.row == row) {
            continue;
        }
        folded.set(page.content(row), true);
        let below = |bare: &str| seen.get(bare).copied().filter(|headline| *headline > row);
        let found = with_site(folded.text()).find_map(|(bare, name)| below(bare).map(|headline| (headline, name)));
        if let Some((headline, _)) = found.filter(|(_, name)| names_the_site(page, name, row)) {
            echoes.push(Echo { row, headline, detector: Detector::HeadlineWithSite });
        }
    }
    let mut times: HashMap<usize, usize> = HashMap::new();
    for echo in &echoes {
        *times.entry(echo.headline).or_default() += 1;
    }
    echoes.retain(|echo| times[&echo.headline] <= MAX_ECHOES);
    if let Some(headline) = echoes.iter().map(|echo| echo.headline).min() {
        let above = (headline.saturating_sub(MAX_SITE_ROWS)..headline).rev();
        let short = |row: &usize| is_site_line(page.measure(*row)) && !page.kept(*row);
        if headline <= MAX_SITE_ROWS {
            echoes.extend(above.take_while(short).map(|row| Echo { row, headline, detector: Detector::AboveHeadline }));
        }
    }
    echoes
}

/// A folded headline and the name of the site at either end of it: "title | site", "site - title".
fn with_site(key: &str) -> impl Iterator<Item = (&str, &str)> {
    const SEPARATORS: [&str; 7] = [" | ", " - ", " · ", " » ", " :: ", " / ", ": "];
    let is_name = |name: &str| name.split(' ').count() <= MAX_SITE_WORDS as usize;
    // To ask whether one is there at all is far cheaper than to split, and few lines have one.
    SEPARATORS.into_iter().filter(|separator| key.contains(separator)).flat_map(move |separator| {
        let behind = key.rsplit_once(separator).filter(|(_, name)| is_name(name));
        let before = key.split_once(separator).filter(|(name, _)| is_name(name)).map(|(name, title)| (title, name));
        [behind, before].into_iter().flatten()
    })
}

/// Whether what stands beside the headline in `row` is the site's name: another line of the page names it, too.
fn names_the_site(page: &Page<'_>, name: &str, row: usize) -> bool {
    if name.chars().count() < MIN_NAME {
        return false;
    }
    let mut folded = Folded::default();
    (0..page.rows.len()).filter(|other| *other != row && !page.is_prose(*other)).any(|other| {
        folded.set(page.content(other), false);
        folded.text().contains(name)
    })
}

/// A line short enough for a site's name, and not a sentence. "9 myths about the sea" is a headline.
fn is_site_line(measure: Measure) -> bool {
    let counts = measure.numbers > 0 && measure.words > MAX_COUNTING_WORDS;
    measure.words <= MAX_SITE_WORDS && !measure.stop && !counts
}
