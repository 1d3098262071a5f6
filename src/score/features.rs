//! What the scorer knows of a row: named whole numbers, from the row itself, its neighbours and the whole page.
//!
//! Every feature is an integer, so that scores are the same on every machine. Shares are in percent; means are rounded
//! down; [`NONE`] stands for what is not there.

use super::Traits;
use super::lexicon::Lexicon;
use super::model::Values;
use super::shared::{Shared, shared};
use super::windows::{Names, Windows, around};
use crate::patterns::Strength;
use crate::structure::{Page, Zones};
use crate::{Label, LabelSet};

/// The value of a feature that a row does not have: a mean over no rows, a distance to nothing.
pub(super) const NONE: i32 = -1;

/// Distances and counts end here: what is farther is far.
const FAR: i32 = 60;

/// Words of a row that count in means; longer paragraphs are paragraphs like any other.
const MAX_WORDS: i32 = 60;

/// What neighbours tell: one value a row, averaged over windows.
const CONTEXT: usize = 11;
const AROUND: [Names; CONTEXT] =
    around!("words" "stop" "prose" "found" "cut" "lexical" "cohesion" "capitals" "date" "name" "title");

/// Labels whose nearest finding above and below is a feature.
const NEAR: [Label; 7] =
    [Label::Comments, Label::Related, Label::Author, Label::Share, Label::Subscribe, Label::Notice, Label::Navigation];

/// The values of every row of one page.
pub(crate) struct Features<'a> {
    page: &'a Page<'a>,
    zones: &'a Zones,
    traits: &'a Traits,
    cuts: &'a [bool],
    /// The means of [`AROUND`].
    windows: Windows<CONTEXT>,
    /// Prose words above each row.
    prose: Vec<u32>,
    /// For each row what its words share with others.
    shared: Vec<Shared>,
    /// How many rows have the same words, by the number of the whole line.
    copies: Vec<u16>,
    /// The first row that stays and could be a headline.
    first_title: Option<usize>,
    /// For each row the strength of its surest finding, 0 for none, up to 3, and the labels of its findings.
    found: Vec<(u8, LabelSet)>,
    /// For each row the distances to what is near: above, below.
    near: Vec<[Near; 2]>,
    block: Vec<(u32, u32)>,
    whole: Whole,
}

/// Distances in rows, to a finding of each label of [`NEAR`], to a row that goes, and to prose that stays.
type Near = [u8; NEAR.len() + 2];
const NEAR_CUT: usize = NEAR.len();
const NEAR_PROSE: usize = NEAR.len() + 1;

/// What is the same for every row of a page.
#[derive(Debug, Clone, Copy, Default)]
struct Whole {
    words: u32,
    prose_rows: i32,
    found: i32,
    stops: i32,
    gaps: i32,
    comments: i32,
    dates: i32,
    unspaced: i32,
    short: i32,
}

/// A share in percent; [`NONE`] of nothing.
pub(super) fn share(part: u32, whole: u32) -> i32 {
    if whole == 0 { NONE } else { (u64::from(part) * 100 / u64::from(whole)) as i32 }
}

fn capped(count: u32) -> i32 {
    count.min(FAR as u32) as i32
}

/// The names of all features, of the only row of a page.
pub(super) fn names(page: &Page<'_>, zones: &Zones) -> Vec<&'static str> {
    let traits = Traits::of(&Lexicon::default(), page.text, page.facts);
    let mut names = Vec::new();
    Features::new(page, zones, &traits, &[false]).of(0, &mut |name, _| names.push(name));
    names
}

/// Words of a headline at least: what is shorter is as often a label or a name.
const HEADLINE_WORDS: u32 = 4;

/// Whether the row could be the page's headline: no finding speaks of it, and it is as long as one.
pub(crate) fn could_be_headline(page: &Page<'_>, row: usize) -> bool {
    page.findings(row).is_empty() && page.measure(row).words >= HEADLINE_WORDS && !page.is_prose(row)
}

/// The strength of the row's surest finding and the labels of its findings.
fn found(page: &Page<'_>, row: usize) -> (u8, LabelSet) {
    let labels = page.findings(row).iter().map(|finding| page.set.rule(finding.rule).label);
    (strength(page, row, |_| true) as u8, labels.collect())
}

/// The strength of the surest of the row's findings that have such a label: 0 for none, up to 3.
fn strength(page: &Page<'_>, row: usize, wanted: impl Fn(Label) -> bool) -> i32 {
    let of = |strength: Strength| match strength {
        Strength::Weak => 1,
        Strength::Likely => 2,
        Strength::Sure => 3,
    };
    let findings = page.findings(row).iter().filter(|finding| wanted(page.set.rule(finding.rule).label));
    findings.map(|finding| of(page.strength(finding))).max().unwrap_or(0)
}

impl Values for Features<'_> {
    fn of(&self, row: usize, put: &mut impl FnMut(&'static str, i32)) {
        self.own(row, put);
        self.place(row, put);
        self.windows.around(row, &AROUND, put);
        let whole = &self.whole;
        put("page-rows", (self.page.rows.len() as i32).min(500));
        put("page-words", (whole.words / 10).min(500) as i32);
        put("page-prose-rows", whole.prose_rows);
        put("page-prose-words", share(self.prose[self.page.rows.len()], whole.words));
        put("page-found", whole.found);
        put("page-stops", whole.stops);
        put("page-gaps", whole.gaps);
        put("page-comments", whole.comments);
        put("page-dates", whole.dates);
        put("page-caseless", whole.unspaced);
        put("page-short", whole.short);
    }
}

impl<'a> Features<'a> {
    /// Prepares what the rows share. Linear in the words of the page.
    pub fn new(page: &'a Page<'a>, zones: &'a Zones, traits: &'a Traits, cuts: &'a [bool]) -> Features<'a> {
        let rows = page.rows.len();
        let stays = |row: &usize| !cuts[*row];
        let mut copies = vec![0_u16; traits.wholes()];
        for row in page.rows {
            let count = &mut copies[traits.whole(row.line)];
            *count = count.saturating_add(1);
        }
        let mut features = Features {
            page,
            zones,
            traits,
            cuts,
            windows: Windows::new(std::iter::empty()),
            prose: Vec::with_capacity(rows + 1),
            shared: shared(page, traits, cuts),
            copies,
            first_title: (0..rows).filter(stays).find(|row| could_be_headline(page, *row)),
            found: (0..rows).map(|row| found(page, row)).collect(),
            near: vec![[[FAR as u8; NEAR.len() + 2]; 2]; rows],
            block: vec![(0, 0); rows],
            whole: Whole::default(),
        };
        features.windows = Windows::new((0..rows).map(|row| features.context_of(row)));
        let mut prose = 0;
        for row in 0..rows {
            features.prose.push(prose);
            if page.is_prose(row) {
                prose += page.measure(row).words;
            }
        }
        features.prose.push(prose);
        features.distances();
        features.blocks();
        features.whole = features.whole();
        features
    }

    /// How many rows have the same words as this one, itself counted.
    pub fn copies(&self, row: usize) -> u16 {
        self.copies[self.traits.whole(self.page.rows[row].line)]
    }

    fn context_of(&self, row: usize) -> [i32; CONTEXT] {
        let (measure, line) = (self.page.measure(row), self.page.rows[row].line);
        let shape = self.traits.shape(line);
        let flag = |set: bool| if set { 100 } else { 0 };
        let name =
            (2..=4).contains(&measure.words) && measure.numbers == 0 && !measure.stop && shape.capitals == shape.cased;
        [
            (measure.words as i32).min(MAX_WORDS),
            flag(measure.stop),
            flag(self.page.is_prose(row)),
            i32::from(self.found[row].0) * 100,
            flag(self.cuts[row]),
            self.traits.lexical_mean(line),
            self.shared[row].rows.max(0),
            share(shape.capitals, shape.cased).max(0),
            flag(self.page.is_date(row)),
            flag(name),
            flag(measure.is_title()),
        ]
    }

    fn distances(&mut self) {
        let rows = self.page.rows.len();
        for below in [0, 1] {
            let mut near = [FAR as u8; NEAR.len() + 2];
            for step in 0..rows {
                let row = if below == 1 { rows - 1 - step } else { step };
                near = near.map(|distance| (distance + 1).min(FAR as u8));
                self.near[row][below] = near;
                let labels = self.found[row].1;
                if labels != LabelSet::NONE {
                    for (distance, label) in near.iter_mut().zip(NEAR) {
                        if labels.contains(label) {
                            *distance = 0;
                        }
                    }
                }
                if self.cuts[row] {
                    near[NEAR_CUT] = 0;
                } else if self.page.is_prose(row) {
                    near[NEAR_PROSE] = 0;
                }
            }
        }
    }

    /// For each row the size of its block in rows, and its place in it.
    fn blocks(&mut self) {
        let rows = self.page.rows.len();
        let mut start = 0;
        while start < rows {
            let end = (start + 1..rows).find(|row| self.page.rows[*row].gap > 0).unwrap_or(rows);
            for row in start..end {
                self.block[row] = ((end - start) as u32, (row - start) as u32);
            }
            start = end;
        }
    }

    fn whole(&self) -> Whole {
        let rows = self.page.rows.len() as u32;
        let count = |test: &dyn Fn(usize) -> bool| (0..rows as usize).filter(|row| test(*row)).count() as u32;
        let measure = |row: usize| self.page.measure(row);
        let words = (0..rows as usize).map(|row| measure(row).words).sum();
        Whole {
            words,
            prose_rows: share(count(&|row| self.page.is_prose(row)), rows),
            found: share(count(&|row| self.found[row].0 > 0), rows),
            stops: share(count(&|row| measure(row).stop), rows),
            gaps: share(count(&|row| self.page.rows[row].gap > 0), rows),
            comments: capped(count(&|row| self.found[row].1.contains(Label::Comments))),
            dates: capped(count(&|row| self.page.is_date(row))),
            unspaced: share(count(&|row| self.traits.shape(self.page.rows[row].line).cased == 0), rows),
            short: share(count(&|row| measure(row).words <= 4), rows),
        }
    }

    /// Hands the values of every row to `visit`.
    pub fn visit(&self, mut visit: impl FnMut(usize, &[i32])) {
        for row in 0..self.page.rows.len() {
            visit(row, &self.values(row));
        }
    }

    fn own(&self, row: usize, put: &mut impl FnMut(&'static str, i32)) {
        let (measure, line) = (self.page.measure(row), self.page.rows[row].line);
        let shape = self.traits.shape(line);
        let words = measure.words.max(1);
        put("words", measure.words.min(200) as i32);
        put("word-length", (shape.chars * 10 / words) as i32);
        put("stop", if measure.asks { 2 } else { i32::from(measure.stop) });
        put("cut-short", i32::from(measure.cut_short));
        put("colon-end", i32::from(shape.colon_end));
        put("sentences", capped(shape.sentences));
        put("sentence-words", (measure.words / shape.sentences.max(1)).min(100) as i32);
        put("capitals", share(shape.capitals, shape.cased));
        put("shouted", share(shape.shouted, words));
        put("short-words", share(shape.short, words));
        put("numbers", share(measure.numbers, words));
        put("digits", capped(shape.digits));
        put("commas", share(shape.commas, words));
        put("quotes", capped(shape.quotes));
        put("separators", capped(shape.separators));
        put("brackets", capped(shape.brackets));
        put("addresses", capped(shape.addresses));
        put("small-start", i32::from(shape.small_start));
        put("decorated", i32::from(shape.decorated));
        put("quote-start", i32::from(shape.quote_start));
        put("lexical", self.traits.lexical(line).clamp(-999, 999));
        put("lexical-mean", self.traits.lexical_mean(line));
        put("lexical-norm", self.traits.lexical(line) / (measure.words.isqrt().max(1) as i32));
        put("lexical-top", self.traits.lexical_top(line));
        let shared = &self.shared[row];
        put("cohesion", shared.rows);
        put("cohesion-above", shared.lead);
        put("common-words", shared.common);
        put("cohesion-prose", shared.prose);
        put("copies", capped(u32::from(self.copies(row))));
        put("first-title", i32::from(self.first_title == Some(row)));
        let (surest, labels) = self.found[row];
        put("found", i32::from(surest));
        for (name, label) in FOUND {
            put(name, if labels.contains(label) { strength(self.page, row, |of| of == label) } else { 0 });
        }
        put("cut", i32::from(self.cuts[row]));
    }

    fn place(&self, row: usize, put: &mut impl FnMut(&'static str, i32)) {
        let rows = self.page.rows.len();
        put("row", capped(row as u32));
        put("row-from-end", capped((rows - 1 - row) as u32));
        put("place", share(row as u32, rows as u32));
        put("prose-above", (self.prose[row] / 4).min(500) as i32);
        let prose_below = self.prose[rows] - self.prose[row + 1];
        put("prose-below", (prose_below / 4).min(500) as i32);
        put("prose-below-share", share(prose_below, self.prose[rows]));
        put("zone", if self.zones.in_head(row) { 0 } else { 1 + i32::from(self.zones.in_tail(row)) });
        let [above, below] = &self.near[row];
        put("prose-up", above[NEAR_PROSE].into());
        put("prose-down", below[NEAR_PROSE].into());
        put("gap", capped(self.page.rows[row].gap as u32));
        put("gap-below", self.page.rows.get(row + 1).map_or(NONE, |below| capped(below.gap as u32)));
        put("block-rows", capped(self.block[row].0));
        put("block-place", capped(self.block[row].1));
        put("cut-up", above[NEAR_CUT].into());
        put("cut-down", below[NEAR_CUT].into());
        for (names, label) in NEAR_NAMES.iter().zip(0..) {
            put(names[0], above[label].into());
            put(names[1], below[label].into());
        }
    }
}

macro_rules! labels {
    ($($label:ident $name:literal,)*) => {
        const FOUND: [(&str, Label); 12] = [$((concat!("found-", $name), Label::$label),)*];
    };
}

labels! {
    Navigation "navigation", Related "related", Comments "comments", Author "author", Share "share",
    Subscribe "subscribe", Account "account", Notice "notice", Advertising "advertising", Meta "meta",
    Media "media", Site "site",
}

macro_rules! near {
    ($($name:literal)*) => {
        const NEAR_NAMES: [[&str; 2]; NEAR.len()] = [$([concat!($name, "-up"), concat!($name, "-down")],)*];
    };
}

near! { "comments" "related" "author" "share" "subscribe" "notice" "navigation" }
