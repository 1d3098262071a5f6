//! What a second look sees that a first one cannot: where the main stretch of the page is, and what a row shares with it.
//!
//! The first look gives every row a score; the main stretch is where the scores add up to the most.

use super::Traits;
use super::features::{NONE, share};
use crate::structure::Page;

/// Scores count up to this certainty, in thousandths of log-odds.
const CERTAIN: i32 = 4000;

/// What a row that may be either adds to a stretch, in thousandths of log-odds: a stretch goes on over a few such rows.
const BENEFIT: i32 = 700;

/// Words of a row that add to its gain; longer paragraphs are paragraphs like any other.
const MAX_WORDS: u32 = 60;

/// Distances and counts end here.
const FAR: i32 = 60;

/// Rows of the windows above and below.
const WINDOWS: [usize; 3] = [4, 10, 30];

/// Rows of the stretch that its lead is.
const LEAD_ROWS: usize = 3;

/// The values of every row of one page.
pub(super) struct Stretch<'a> {
    page: &'a Page<'a>,
    traits: &'a Traits,
    /// How much each row speaks for the article, in hundredths of log-odds, and the sums above each row.
    scores: Vec<i32>,
    sums: Vec<i64>,
    /// The gains above each row.
    gains: Vec<i64>,
    /// The best sum of gains that ends right above a row, and that begins right at it.
    above: Vec<i64>,
    below: Vec<i64>,
    /// The positive gains above each row.
    positive: Vec<i64>,
    best_above: Vec<i32>,
    best_below: Vec<i32>,
    /// The rows of the main stretch.
    main: (usize, usize),
    /// By the numbers of words and of whole lines.
    uses: Vec<Use>,
    wholes: Vec<bool>,
    likely: i32,
}

/// In how many rows that are likely article a word stands.
#[derive(Debug, Clone, Copy, Default)]
struct Use {
    rows: u16,
    last: u32,
    lead: bool,
}

impl<'a> Stretch<'a> {
    /// `scores` are log-odds of chrome in thousandths, one a row. Linear in the words of the page.
    pub fn new(page: &'a Page<'a>, traits: &'a Traits, scores: &[i32]) -> Stretch<'a> {
        let rows = scores.len();
        let article: Vec<i32> = scores.iter().map(|score| -score.clamp(&-CERTAIN, &CERTAIN)).collect();
        let gain = |row: usize| {
            let root = (page.measure(row).words.min(MAX_WORDS) * 100).isqrt();
            i64::from(article[row] + BENEFIT) * i64::from(root) / 10
        };
        let (mut sums, mut gains, mut positive) = (vec![0], vec![0], vec![0]);
        let mut above = vec![0];
        let mut best_above = Vec::with_capacity(rows);
        let mut best = -CERTAIN / 10;
        for row in 0..rows {
            sums.push(sums[row] + i64::from(article[row] / 10));
            gains.push(gains[row] + gain(row));
            positive.push(positive[row] + gain(row).max(0));
            above.push((above[row] + gain(row)).max(0));
            best_above.push(best);
            best = best.max(article[row] / 10);
        }
        let mut below = vec![0; rows + 1];
        let mut best_below = vec![0; rows];
        best = -CERTAIN / 10;
        for row in (0..rows).rev() {
            below[row] = (below[row + 1] + gain(row)).max(0);
            best_below[row] = best;
            best = best.max(article[row] / 10);
        }
        let likely: Vec<bool> = article.iter().map(|score| *score > 0).collect();
        let main = main_stretch(&gains);
        let mut uses = vec![Use::default(); traits.distinct().len()];
        let mut wholes = vec![false; traits.wholes()];
        let mut lead = 0;
        for row in (0..rows).filter(|row| likely[*row]) {
            let line = page.rows[row].line;
            wholes[traits.whole(line)] = true;
            let in_lead = (main.0..main.1).contains(&row) && page.is_prose(row) && lead < LEAD_ROWS;
            lead += usize::from(in_lead);
            for word in traits.words(line) {
                let of = &mut uses[word.number()];
                of.rows = of.rows.saturating_add(u16::from(of.last != row as u32 + 1));
                of.last = row as u32 + 1;
                of.lead |= in_lead;
            }
        }
        Stretch {
            page,
            traits,
            scores: article.iter().map(|score| score / 10).collect(),
            likely: share(likely.iter().filter(|likely| **likely).count() as u32, rows as u32),
            sums,
            gains,
            above,
            below,
            positive,
            best_above,
            best_below,
            main,
            uses,
            wholes,
        }
    }

    fn mean(&self, from: usize, to: usize) -> i32 {
        if from >= to { NONE } else { ((self.sums[to] - self.sums[from]) / (to - from) as i64) as i32 }
    }

    /// Hands every feature of a row with its name to `put`, always in the same order.
    pub fn of(&self, row: usize, put: &mut impl FnMut(&'static str, i32)) {
        let rows = self.scores.len();
        put("score", self.scores[row]);
        let at = |row: Option<usize>| row.and_then(|row| self.scores.get(row)).copied().unwrap_or(-CERTAIN / 10 - 1);
        put("score-up", at(row.checked_sub(1)));
        put("score-down", at(Some(row + 1)));
        put("score-up-2", at(row.checked_sub(2)));
        put("score-down-2", at(Some(row + 2)));
        for (size, names) in WINDOWS.into_iter().zip(MEANS) {
            put(names[0], self.mean(row.saturating_sub(size), row));
            put(names[1], self.mean(row + 1, rows.min(row + 1 + size)));
        }
        put("score-mean", self.mean(0, rows));
        put("score-likely", self.likely);
        put("score-best-up", self.best_above[row]);
        put("score-best-down", self.best_below[row]);
        let (from, to) = (self.main.0 as i32, self.main.1 as i32);
        let place = row as i32;
        put("stretch", i32::from((from..to).contains(&place)));
        put("stretch-begin", (place - from).clamp(-FAR, FAR));
        put("stretch-end", (to - 1 - place).clamp(-FAR, FAR));
        put("stretch-rows", (to - from).min(FAR * 4));
        let small = |gain: i64| (gain / 100).clamp(-9999, 9999) as i32;
        let total = self.gains[self.main.1] - self.gains[self.main.0];
        let gain = self.gains[row + 1] - self.gains[row];
        let through = self.above[row] + gain + self.below[row + 1];
        put("stretch-gain", small(total));
        put("gain-up", small(self.above[row]));
        put("gain-down", small(self.below[row + 1]));
        put("gain", small(through));
        put("gain-share", (through * 100 / total.max(1)).clamp(-999, 100) as i32);
        let bridge = if row < self.main.0 {
            self.gains[self.main.0] - self.gains[row + 1]
        } else if row >= self.main.1 {
            self.gains[row] - self.gains[self.main.1]
        } else {
            0
        };
        put("bridge", small(bridge));
        put("gain-place", (self.positive[row] * 100 / self.positive[rows].max(1)) as i32);
        self.kin(row, put);
    }

    /// What the words of a row share with the other rows that are likely article.
    fn kin(&self, row: usize, put: &mut impl FnMut(&'static str, i32)) {
        let line = self.page.rows[row].line;
        let own = u16::from(self.scores[row] > 0);
        let (mut long, mut kin, mut lead, mut sum) = (0, 0, 0, 0);
        for word in self.traits.words(line).iter().filter(|word| word.is_long()) {
            let of = self.uses[word.number()];
            let others = of.rows.saturating_sub(own);
            long += 1;
            kin += u32::from(others > 0);
            lead += u32::from(of.lead);
            sum += u32::from(others).min(FAR as u32);
        }
        put("kin", share(kin, long));
        put("kin-words", kin.min(FAR as u32) as i32);
        put("kin-mean", (sum * 10).checked_div(long).map_or(NONE, |mean| mean as i32));
        put("kin-lead", share(lead, long));
        put("kin-lead-words", lead.min(FAR as u32) as i32);
        put("kin-copy", i32::from(own == 0 && self.wholes[self.traits.whole(line)]));
    }
}

const MEANS: [[&str; 2]; WINDOWS.len()] =
    [["score-up-4", "score-down-4"], ["score-up-10", "score-down-10"], ["score-up-30", "score-down-30"]];

/// The rows between which the gains add up to the most.
fn main_stretch(gains: &[i64]) -> (usize, usize) {
    let (mut from, mut best, mut bounds) = (0, 0, (0, 0));
    for to in 1..gains.len() {
        if gains[to - 1] < gains[from] {
            from = to - 1;
        }
        if gains[to] - gains[from] > best {
            (best, bounds) = (gains[to] - gains[from], (from, to));
        }
    }
    bounds
}
