//! Text → lines with their spans.

use std::ops::Range;

/// A line that is not blank. Offsets are bytes in the original text.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// The whole line with its terminator.
    pub span: Range<usize>,
    /// The line without its terminator and the white space around it.
    pub content: Range<usize>,
    /// Counted from 1, blank lines included.
    pub number: usize,
    /// How many blank lines stand right above.
    pub gap: usize,
}

/// Bytes of the byte order mark that `text` begins with, if it does.
pub(crate) fn mark_len(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// The lines of `text` that are not blank, in order.
///
/// A line ends with LF; a CR before it belongs to the terminator. A byte order mark at the start belongs
/// to no line. Linear in the size of the text.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut start = mark_len(text);
    let mut gap = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1).chain([text.len()]);
    for (index, end) in ends.enumerate() {
        if start >= end {
            continue;
        }
        let raw = &text[start..end];
        let trimmed = raw.trim_start();
        if trimmed.is_empty() {
            gap += 1;
        } else {
            let content_start = end - trimmed.len();
            let content = content_start..content_start + trimmed.trim_end().len();
            found.push(Line { span: start..end, content, number: index + 1, gap });
            gap = 0;
        }
        start = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminators_blanks_and_marks_belong_where_documented() {
        let text = "\u{feff}One \r\n\r\n \t\n  two\nthree";
        let found = lines(text);
        let contents: Vec<_> = found.iter().map(|l| &text[l.content.clone()]).collect();
        assert_eq!(contents, ["One", "two", "three"]);
        let numbers: Vec<_> = found.iter().map(|l| (l.number, l.gap)).collect();
        assert_eq!(numbers, [(1, 0), (4, 2), (5, 0)]);
        assert_eq!(found[0].span, 3..9);
        assert_eq!(found[2].span.end, text.len());
    }
}
