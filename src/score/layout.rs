//! How rows are printed on a page: indents, bullets, runs and repetition. Whole pages have such order, which tells
//! their menus and lists from their text; extracted text has lost it.

use super::Traits;
use super::features::{Features, NONE, share};
use super::speech::Speech;
use super::windows::{Names, Windows, around};
use crate::structure::Page;

const CONTEXT: usize = 6;
const AROUND: [Names; CONTEXT] = around!("bullet" "copied" "function" "aligned" "gaps" "few-words");

/// Lengths of runs end here.
const LONG_RUN: i32 = 200;

/// Columns that indents end at.
const MAX_INDENT: usize = 40;

/// Rows above and below among which those of the same form are counted.
const ALIKE_ROWS: usize = 8;

/// What is special to one row.
#[derive(Debug, Clone, Copy, Default)]
struct Print {
    /// Columns of white space before it.
    indent: i32,
    bullet: bool,
    /// Another row has the same words.
    copied: bool,
    /// What it looks like from afar: indent, bullet, length, end.
    form: (i32, bool, u32, bool),
    /// Its run of rows with or without bullets, of rows that are prose or not: the first row and the one behind the last.
    bullets: (u32, u32),
    prose: (u32, u32),
}

/// The values of every row of one page.
pub(super) struct Layout {
    /// Shares of function words, of each row and of the page.
    spoken: (Vec<i32>, i32),
    prints: Vec<Print>,
    /// Words above each row.
    words: Vec<u32>,
    windows: Windows<CONTEXT>,
    /// The indent that most prose has.
    prose_indent: i32,
    bullets: i32,
    copied: i32,
}

impl Layout {
    /// Prepares what the rows share. Linear in the size of the page.
    pub fn new(page: &Page<'_>, traits: &Traits, speech: &Speech, features: &Features<'_>) -> Layout {
        let rows = page.rows.len();
        let mut prints: Vec<Print> = (0..rows).map(|row| print(page, row)).collect();
        runs(&mut prints, |p, row| p[row].bullet, |p, range| p.bullets = range);
        runs(&mut prints, |_, row| page.is_prose(row), |p, range| p.prose = range);
        let prose_indent = prose_indent(page, &prints);
        let is_copied = |row: usize| features.copies(row) > 1;
        prints.iter_mut().enumerate().for_each(|(row, print)| print.copied = is_copied(row));
        let flag = |set: bool| if set { 100 } else { 0 };
        let spoken = speech.shares(page, traits);
        let windows = Windows::new((0..rows).map(|row| {
            [
                flag(prints[row].bullet),
                flag(is_copied(row)),
                spoken.0[row].max(0),
                flag(prints[row].indent == prose_indent),
                flag(page.rows[row].gap > 0),
                flag(page.measure(row).words <= 4),
            ]
        }));
        let mut sum = 0;
        let mut words = vec![0];
        words.extend((0..rows).map(|row| {
            sum += page.measure(row).words;
            sum
        }));
        let count = |test: &dyn Fn(usize) -> bool| (0..rows).filter(|row| test(*row)).count() as u32;
        let (bullets, copied) =
            (share(count(&|row| prints[row].bullet), rows as u32), share(count(&is_copied), rows as u32));
        Layout { spoken, prints, words, windows, prose_indent, bullets, copied }
    }

    /// Hands every feature of a row with its name to `put`, always in the same order.
    pub fn of(&self, row: usize, put: &mut impl FnMut(&'static str, i32)) {
        let print = &self.prints[row];
        put("indent", print.indent);
        put("indent-off", if self.prose_indent == NONE { 0 } else { print.indent - self.prose_indent });
        put("bullet", i32::from(print.bullet));
        let length = |(from, to): (u32, u32)| ((to - from) as i32).min(LONG_RUN);
        put("bullet-run", length(print.bullets));
        put("run-rows", length(print.prose));
        let (from, to) = print.prose;
        put("run-words", ((self.words[to as usize] - self.words[from as usize]) / 4).min(500) as i32);
        put("run-place", (row as i32 - from as i32).min(LONG_RUN));
        put("run-left", (to as i32 - 1 - row as i32).min(LONG_RUN));
        let near = row.saturating_sub(ALIKE_ROWS)..self.prints.len().min(row + 1 + ALIKE_ROWS);
        put("alike", near.filter(|at| self.prints[*at].form == print.form).count() as i32 - 1);
        put("function", self.spoken.0[row]);
        let all = self.words[self.prints.len()];
        put("words-above", share(self.words[row], all));
        put("words-left", ((all - self.words[row]) / 8).min(500) as i32);
        put("copied", i32::from(print.copied));
        self.windows.around(row, &AROUND, put);
        put("page-bullets", self.bullets);
        put("page-copied", self.copied);
        put("page-function", self.spoken.1);
    }
}

fn print(page: &Page<'_>, row: usize) -> Print {
    let line = &page.lines[page.rows[row].line];
    let before = &page.text[line.span.start..line.content.start];
    let content = page.content(row);
    let indent = before.chars().take(MAX_INDENT).count() as i32;
    let marks = ['*', '-', '+', '•', '·', '▪', '–', '»', '›', '►', '○', '■', '◦'];
    let bullet =
        content.strip_prefix(marks).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
    let measure = page.measure(row);
    // Lengths by powers of two.
    let length = u32::BITS - measure.words.min(63).leading_zeros();
    Print { indent, bullet, form: (indent, bullet, length, measure.stop), ..Print::default() }
}

/// Hands to each row the bounds of its run of rows for which `test` says the same.
fn runs(prints: &mut [Print], test: impl Fn(&[Print], usize) -> bool, mut set: impl FnMut(&mut Print, (u32, u32))) {
    let mut start = 0;
    while start < prints.len() {
        let kind = test(prints, start);
        let end = (start + 1..prints.len()).find(|row| test(prints, *row) != kind).unwrap_or(prints.len());
        for print in &mut prints[start..end] {
            set(print, (start as u32, end as u32));
        }
        start = end;
    }
}

/// The indent that most words of prose have; [`NONE`] without prose.
fn prose_indent(page: &Page<'_>, prints: &[Print]) -> i32 {
    let mut words = [0_u64; MAX_INDENT + 1];
    for (row, print) in prints.iter().enumerate().filter(|(row, _)| page.is_prose(*row)) {
        words[print.indent as usize] += u64::from(page.measure(row).words);
    }
    let most = words.iter().enumerate().max_by_key(|(indent, words)| (**words, std::cmp::Reverse(*indent)));
    most.filter(|(_, words)| **words > 0).map_or(NONE, |(indent, _)| indent as i32)
}
