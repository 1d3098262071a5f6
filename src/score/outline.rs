//! What a document looks like as a whole: by this, a whole page is told from extracted text.

use std::ops::Range;

use super::features::share;
use super::model::Model;
use super::words::WordMap;
use super::{Look, read_model};
use crate::Error;
use crate::patterns::PatternSet;
use crate::structure::Page;

/// Counts of rows end here.
const MANY: usize = 300;

/// Rows of so few words are labels more often than not.
const LABEL_WORDS: u32 = 4;

/// Tells whole pages from extracted text.
#[derive(Debug)]
pub(super) struct Teller {
    model: Model,
    /// Thousandths of log-odds above which a document is a whole page.
    threshold: i32,
}

impl Teller {
    /// The teller of a pattern set, if it has one.
    pub fn new(set: &PatternSet) -> Result<Option<Teller>, Error> {
        let Some(source) = &set.fitted().mode else { return Ok(None) };
        let names = Look::Document.names();
        let model = read_model(set, &source.features, &source.trees, names, names.len())?;
        Ok(Some(Teller { model, threshold: source.threshold }))
    }

    /// Whether the rows are those of a whole page. `gone` says which rows rules take.
    pub fn is_page(&self, page: &Page<'_>, gone: &[bool]) -> bool {
        self.model.score(&super::outline(page, gone)) > self.threshold
    }
}

/// The names of all features, of the only row of a page.
pub(super) fn names(page: &Page<'_>) -> Vec<&'static str> {
    let mut names = Vec::new();
    outline(page, &[false], |name, _| names.push(name));
    names
}

/// Hands every feature of the whole page with its name to `put`, always in the same order. `gone` says which rows rules
/// take. Linear in the number of rows.
pub(super) fn outline(page: &Page<'_>, gone: &[bool], mut put: impl FnMut(&'static str, i32)) {
    let rows = page.rows.len();
    let prose: Vec<usize> = (0..rows).filter(|row| page.is_prose(*row)).collect();
    let body = match (prose.first(), prose.last()) {
        (Some(first), Some(last)) => *first..*last + 1,
        _ => rows..rows,
    };
    let words = |range: Range<usize>| range.map(|row| page.measure(row).words).sum::<u32>();
    let all = words(0..rows);
    let counted = |count: usize| count.min(MANY) as i32;
    let of_rows = |test: &dyn Fn(usize) -> bool| share((0..rows).filter(|row| test(*row)).count() as u32, rows as u32);
    let is_label = |row: usize| page.measure(row).words <= LABEL_WORDS;
    put("rows", counted(rows));
    put("all-words", (all / 10).min(1000) as i32);
    put("prose-rows", share(prose.len() as u32, rows as u32));
    put("prose-words", share(prose.iter().map(|row| page.measure(*row).words).sum(), all));
    put("label-rows", of_rows(&is_label));
    put("found-rows", of_rows(&|row| !page.findings(row).is_empty()));
    put("cut-rows", of_rows(&|row| gone[row]));
    put("cuts", counted(gone.iter().filter(|gone| **gone).count()));
    put("gap-rows", of_rows(&|row| page.rows[row].gap > 0));
    put("stop-rows", of_rows(&|row| page.measure(row).stop));
    put("head-rows", counted(body.start));
    put("head-words", (words(0..body.start) / 2).min(500) as i32);
    put("tail-rows", counted(rows - body.end));
    put("tail-words", (words(body.end..rows) / 2).min(500) as i32);
    put("inner-label-rows", counted(body.clone().filter(|row| is_label(*row)).count()));
    let indented =
        |row: usize| page.lines[page.rows[row].line].content.start > page.lines[page.rows[row].line].span.start;
    put("indented-rows", of_rows(&indented));
    put("marked-rows", of_rows(&|row| page.content(row).starts_with(['*', '-', '+', '•', '·'])));
    let mut seen: WordMap<u16> = WordMap::default();
    let mut copied = 0;
    for row in 0..rows {
        let count = seen.entry(crate::text::word_hash(page.content(row))).or_default();
        copied += u32::from(*count == 1);
        *count = count.saturating_add(1);
    }
    put("copied-rows", share(copied, rows as u32));
    let (mut longest, mut run) = (0, 0);
    for row in 0..rows {
        run = if is_label(row) { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    put("label-run", counted(longest));
}
