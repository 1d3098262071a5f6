//! One pass: which rows of a page go.

use std::collections::HashSet;

use super::by_page::by_page;
use super::by_score::by_score;
use super::{Cause, Cut};
use crate::classify::Finding;
use crate::patterns::Strength;
use crate::score::Known;
use crate::structure::{Echo, Page, Section, Zones, headlines, sections};
use crate::{LabelSet, Mode};

/// How documents are to be judged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub mode: Mode,
    /// Rather leave chrome than lose content.
    pub careful: bool,
    /// Tell what spoke for each row that a scorer takes.
    pub clues: bool,
}

/// What one pass decides.
pub(super) struct Decision {
    /// For each row whether and why it goes.
    pub cuts: Vec<Option<Cut>>,
    /// What the rows were taken for: extracted text or a whole page.
    pub mode: Mode,
    /// Whether there is content at all; without, nothing is cut.
    pub has_content: bool,
}

/// Which rows go, and why. Linear in the number of rows, words and findings.
pub(super) fn decide(page: &Page<'_>, known: &Known<'_>, wanted: Wanted) -> Decision {
    let (mut cuts, zones) = by_rules(page);
    // What a page is does not depend on what may be removed of it.
    let whole = Page { labels: LabelSet::ALL, ..*page };
    let asks = page.labels != LabelSet::ALL && wanted.mode != Mode::Article;
    let all = asks.then(|| by_rules(&whole));
    let (signs, whole_zones) = all.as_ref().map_or((&cuts, &zones), |(signs, zones)| (signs, zones));
    let gone: Vec<bool> = signs.iter().map(Option::is_some).collect();
    let mode = match wanted.mode {
        Mode::Auto if has_signs_of_a_site(signs) && known.is_page(&whole, &gone) => Mode::Page,
        Mode::Auto => Mode::Article,
        wanted => wanted,
    };
    let mut has_content = true;
    match mode {
        Mode::Page => {
            if let Some((scorer, traits)) = known.page() {
                match by_page(&whole, whole_zones, scorer, traits, wanted, &gone) {
                    Some(scored) => {
                        for (cut, scored) in cuts.iter_mut().zip(scored) {
                            *cut = cut.or(scored.filter(|scored| page.labels.contains(scored.label)));
                        }
                    }
                    None => {
                        has_content = false;
                        cuts.fill(None);
                    }
                }
            }
        }
        Mode::Article | Mode::Auto => {
            if let Some((scorer, traits)) = known.article() {
                by_score(page, &zones, scorer, traits, wanted, &mut cuts);
            }
        }
    }
    // A line that begins with a byte order mark must not come first: there the mark would be that of the text.
    if let Some(first @ 1..) = cuts.iter().position(Option::is_none)
        && page.content(first).starts_with('\u{feff}')
    {
        cuts[first - 1] = None;
    }
    Decision { cuts, mode, has_content }
}

/// What is taken for a whole page without being told has several different signs of a site, one in so many rows: a change
/// log or a listing has the shape of a page, too, but no menu, share bar or footer. Of 253 such texts from the documentation
/// of programs this keeps 92 % from being judged as pages, and one in 500 development pages.
const MIN_SIGNS: usize = 2;
const ROWS_A_SIGN: usize = 200;

fn has_signs_of_a_site(cuts: &[Option<Cut>]) -> bool {
    let triggers = cuts.iter().flatten().filter_map(|cut| match cut.cause {
        Cause::Finding(finding) => Some(finding.trigger),
        Cause::Headline { .. } | Cause::Score(_) => None,
    });
    let signs = triggers.collect::<HashSet<_>>().len();
    signs >= MIN_SIGNS && signs * ROWS_A_SIGN >= cuts.len()
}

/// Which rows go by phrases, detectors and sections, with the zones that decided.
pub(super) fn by_rules(page: &Page<'_>) -> (Vec<Option<Cut>>, Zones) {
    let sections = sections(page);
    let zones = Zones::of(page, &sections);
    let mut pass = Pass::new(page, &sections, zones);
    for echo in headlines(page, &zones) {
        pass.echo(&echo);
    }
    for row in 0..page.rows.len() {
        pass.take(row, false);
    }
    // What goes only beside other chrome: each row that goes asks its neighbours.
    while let Some(row) = pass.fresh.pop() {
        for neighbour in [row.checked_sub(1), Some(row + 1)].into_iter().flatten() {
            if neighbour < page.rows.len() {
                pass.take(neighbour, true);
                if let Some(opener) = pass.opener_above[neighbour] {
                    pass.take(opener, true);
                }
            }
        }
    }
    (pass.cuts, zones)
}

/// Rows with findings that make a lone word above or below the article chrome: the word and two others.
const MIN_SUSPECTS: usize = 3;

struct Pass<'a> {
    page: &'a Page<'a>,
    zones: Zones,
    /// The section that each row opens.
    section: Vec<Option<&'a Section>>,
    /// For the last row that a section takes: the section's opener, whose lower neighbour is the row below.
    opener_above: Vec<Option<usize>>,
    /// Rows above and below the article that have findings.
    suspects_in_head: usize,
    suspects_in_tail: usize,
    /// Rows of the page that have findings, or go.
    signs: usize,
    /// For each rule the rows that have findings of it and of no other.
    signs_of: Vec<usize>,
    cuts: Vec<Option<Cut>>,
    /// Rows that go and have not asked their neighbours yet.
    fresh: Vec<usize>,
}

impl<'a> Pass<'a> {
    fn new(page: &'a Page<'a>, sections: &'a [Section], zones: Zones) -> Pass<'a> {
        let rows = page.rows.len();
        let (mut section, mut opener_above) = (vec![None; rows], vec![None; rows]);
        for found in sections {
            section[found.rows.start] = Some(found);
            opener_above[found.rows.end - 1] = Some(found.rows.start);
        }
        let suspects = |inside: &dyn Fn(usize) -> bool| {
            (0..rows).filter(|row| inside(*row) && !page.findings(*row).is_empty()).count()
        };
        let mut signs_of = vec![0; page.set.rule_count()];
        for row in 0..rows {
            if let [first, rest @ ..] = page.findings(row)
                && rest.iter().all(|f| f.rule == first.rule)
            {
                signs_of[first.rule] += 1;
            }
        }
        Pass {
            page,
            zones,
            section,
            signs_of,
            opener_above,
            signs: suspects(&|_| true),
            suspects_in_head: suspects(&|row| zones.in_head(row)),
            suspects_in_tail: suspects(&|row| zones.in_tail(row)),
            cuts: vec![None; rows],
            fresh: Vec::new(),
        }
    }

    fn cut(&mut self, row: usize, rule: usize, cause: Cause, group: usize) {
        if self.cuts[row].is_none() {
            self.cuts[row] =
                Some(Cut { rule, label: self.page.set.rule(rule).label, cause, group: self.page.rows[group].line });
            self.fresh.push(row);
        }
    }

    fn echo(&mut self, echo: &Echo) {
        let Some(rule) = self.page.set.detector(echo.detector) else { return };
        if self.page.allows(rule) && self.zones.holds(self.page.set.rule(rule).zone, echo.row) {
            let line = self.page.rows[echo.headline].line;
            self.signs += usize::from(self.page.findings(echo.row).is_empty());
            self.cut(echo.row, rule, Cause::Headline { line, detector: echo.detector }, echo.row);
        }
    }

    /// Cuts the row, and the section that it opens, if its findings are strong enough here.
    fn take(&mut self, row: usize, beside_chrome: bool) {
        if self.cuts[row].is_some() {
            return;
        }
        let goes = |f: &Finding| self.page.allows(f.rule) && self.is_enough(f, row, beside_chrome);
        let Some(finding) = self.page.surest(row, goes) else { return };
        self.cut(row, finding.rule, Cause::Finding(finding), row);
        if let Some(section) = self.section[row].filter(|s| s.finding.rule == finding.rule) {
            for member in section.rows.clone().skip(1).filter(|member| !self.page.kept(*member)) {
                self.cut(member, finding.rule, Cause::Finding(finding), row);
            }
        }
    }

    /// Whether the page holds signs of chrome in other lines and by other rules, if the rule asks for them: a line that
    /// looks like chrome on an otherwise clean page may be the article's own. Not so the first line, where the headline
    /// should be.
    fn has_company(&self, rule: usize, row: usize) -> bool {
        if !self.page.set.rule(rule).company || row == 0 {
            return true;
        }
        let mixed = self.page.findings(row).iter().any(|f| f.rule != rule);
        self.signs > self.signs_of[rule] + usize::from(mixed)
    }

    /// Whether the line stands apart from what may be a list of facts, if the rule asks for it: it has no numbers, and
    /// right above and below stands prose or what has findings itself.
    fn is_apart(&self, rule: usize, row: usize) -> bool {
        let page = self.page;
        if !page.set.rule(rule).apart {
            return true;
        }
        let joins = |other: usize| !page.is_prose(other) && page.findings(other).is_empty();
        let above = row > 0 && page.rows[row].gap == 0 && joins(row - 1);
        let below = page.rows.get(row + 1).is_some_and(|next| next.gap == 0) && joins(row + 1);
        page.measure(row).numbers == 0 && !above && !below
    }

    /// A single word is too little to go by, unless other lines above or below the article have findings, too.
    fn is_no_lone_word(&self, row: usize) -> bool {
        let suspects = if self.zones.in_head(row) { self.suspects_in_head } else { self.suspects_in_tail };
        self.page.measure(row).words > 1 || suspects >= MIN_SUSPECTS
    }

    /// The table of strengths: where a finding suffices, alone or beside a row that goes.
    fn is_enough(&self, finding: &Finding, row: usize, beside_chrome: bool) -> bool {
        self.zones.holds(self.page.set.rule(finding.rule).zone, row)
            && self.is_apart(finding.rule, row)
            && match self.page.strength(finding) {
                Strength::Sure => true,
                Strength::Likely => {
                    beside_chrome
                        || (self.zones.at_edge(row) && self.is_no_lone_word(row) && self.has_company(finding.rule, row))
                }
                Strength::Weak => beside_chrome && self.zones.at_edge(row),
            }
    }
}
