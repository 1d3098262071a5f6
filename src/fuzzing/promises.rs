//! What holds for every text that was cleaned: one function per promise. `tests/promises.rs` has this file as a module
//! of its own, so it knows only what every user of the crate does.

use std::borrow::Cow;

use dechrome::{Cleaned, Cleaner, Label, Reason, Removal, Verdict};

/// The text of every line without its terminator.
fn lines(text: &str) -> Vec<&str> {
    text.strip_prefix('\u{feff}').unwrap_or(text).lines().collect()
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// Whether a span leaves a line that stays.
fn is_inside(removal: &Removal) -> bool {
    matches!(removal.reason(), Reason::Inside(_))
}

/// First and last line and the rule of every removal.
pub(crate) fn removed_lines(cleaned: &Cleaned<'_>) -> Vec<(usize, usize, String)> {
    cleaned.removals().iter().map(|r| (*r.lines().start(), *r.lines().end(), r.rule().to_owned())).collect()
}

/// Lengths of the runs of blank lines: at the beginning, between the other lines, at the end.
fn gaps(text: &str) -> Vec<usize> {
    let mut gaps = vec![0];
    for line in lines(text) {
        if is_blank(line) { *gaps.last_mut().expect("never empty") += 1 } else { gaps.push(0) }
    }
    gaps
}

pub(crate) fn what_stays_and_what_goes_make_the_original(text: &str, cleaned: &Cleaned<'_>) {
    let (mut left, mut from) = (String::new(), 0);
    for removal in cleaned.removals() {
        let span = removal.span();
        assert!(from <= span.start && span.start < span.end);
        left.push_str(&text[from..span.start]);
        from = span.end;
    }
    left.push_str(&text[from..]);
    assert_eq!(left, cleaned.text());
}

pub(crate) fn only_whole_lines_leave_or_spans_of_a_line_that_stays(text: &str, cleaned: &Cleaned<'_>) {
    for removal in cleaned.removals() {
        let span = removal.span();
        let starts = span.start == 0 || text[..span.start].ends_with(['\n', '\u{feff}']);
        let ends = span.end == text.len() || text[..span.end].ends_with('\n');
        assert!(is_inside(removal) || (starts && ends), "{:?}", &text[span]);
    }
}

/// For a cleaner without a budget, or where something left.
pub(crate) fn lines_that_lose_spans_stay_and_read_on(text: &str, cleaned: &Cleaned<'_>) {
    // Counted on from one removal to the next, so that long documents are read once.
    let (mut counted, mut line_number) = (0, 1);
    for removal in cleaned.removals().iter().filter(|removal| is_inside(removal)) {
        let number = *removal.lines().start();
        assert_eq!(number, *removal.lines().end());
        assert!(!text[removal.span()].contains('\n'));
        line_number += text[counted..removal.span().start].matches('\n').count();
        counted = removal.span().start;
        assert_eq!(line_number, number);
    }
    let mut inside = cleaned.removals().iter().filter(|removal| is_inside(removal)).peekable();
    let mut at = 0;
    for line in text.split('\n') {
        let end = at + line.len();
        let mut left = String::new();
        let mut from = at;
        while let Some(removal) = inside.next_if(|removal| removal.span().start < end) {
            left.push_str(&text[from..removal.span().start]);
            from = removal.span().end;
        }
        if from > at {
            left.push_str(&text[from..end]);
            assert!(left.contains(char::is_alphanumeric), "{line:?}");
            assert!(cleaned.text().contains(&left));
            let blanks = |text: &str| text.len() - text.trim_start().len();
            let mark = |text: &str| text.trim_start_matches('\u{feff}').to_owned();
            assert_eq!(blanks(&mark(line)), blanks(&mark(&left)));
            assert_eq!(line.len() - line.trim_end().len(), left.len() - left.trim_end().len());
            let longest =
                |text: &str| text.split(|c: char| !c.is_whitespace()).map(|run| run.chars().count()).max().unwrap_or(0);
            assert!(longest(&left) <= longest(line), "{line:?} leaves {left:?}");
        }
        at = end + 1;
    }
}

pub(crate) fn nothing_to_remove_means_nothing_changed(text: &str, cleaned: Cleaned<'_>) {
    let changed = !cleaned.removals().is_empty();
    assert_eq!(changed, cleaned.verdict() == Verdict::Cleaned);
    if !changed {
        assert_eq!(cleaned.text(), text);
        assert!(matches!(cleaned.into_text(), Cow::Borrowed(_)));
    }
}

pub(crate) fn seams_are_clean(text: &str, cleaned: &Cleaned<'_>) {
    let (before, after) = (gaps(text), gaps(cleaned.text()));
    let longest = before.iter().max().copied().unwrap_or(0);
    assert!(after.iter().all(|gap| *gap <= longest));
    let goes_first = |r: &Removal| text[..r.span().start].trim_start_matches('\u{feff}').trim().is_empty();
    let whole = |removal: &&Removal| !is_inside(removal);
    if cleaned.removals().iter().find(whole).is_some_and(goes_first) {
        assert_eq!(after[0], 0);
    }
    if cleaned.removals().iter().rfind(whole).is_some_and(|r| text[r.span().end..].trim().is_empty()) {
        assert_eq!(after[after.len() - 1], 0);
    }
    assert_eq!(text.starts_with('\u{feff}'), cleaned.text().starts_with('\u{feff}'));
}

pub(crate) fn every_removal_is_explained(text: &str, cleaned: &Cleaned<'_>) {
    let all = lines(text);
    for removal in cleaned.removals() {
        assert!(!removal.rule().is_empty() && !removal.reason().to_string().is_empty());
        assert!(Label::ALL.contains(&removal.label()));
        if is_inside(removal) {
            continue;
        }
        let (first, last) = (*removal.lines().start(), *removal.lines().end());
        // Neither blank lines around it nor a byte order mark tell anything.
        let words = |lines: &[&str]| -> Vec<String> {
            let lines = lines.iter().map(|line| line.trim_start_matches('\u{feff}').trim());
            lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
        };
        let gone: Vec<_> = text[removal.span()].lines().collect();
        assert_eq!(words(&all[first - 1..last]), words(&gone));
    }
}

pub(crate) fn cleaning_twice_changes_nothing_more(cleaner: &Cleaner, once: &Cleaned<'_>) {
    assert_eq!(cleaner.clean(once.text()).text(), once.text());
}

pub(crate) fn line_ends_do_not_matter(cleaner: &Cleaner, text: &str) {
    let text = text.replace('\r', "");
    let crlf = text.replace('\n', "\r\n");
    let (unix, dos) = (cleaner.clean(&text), cleaner.clean(&crlf));
    assert_eq!(removed_lines(&unix), removed_lines(&dos));
    assert_eq!(unix.text().replace('\n', "\r\n"), dos.text());
}
