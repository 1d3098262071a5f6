//! The blanks beside a span: which of them leave with it, so that what stays reads on.

use super::Span;

/// Widens each span by blanks beside it: none is left at the beginning and the end of the line, one between two words
/// where there was one.
pub(super) fn widen(line: &str, spans: &mut [Span]) {
    let mut rest = spans;
    while !rest.is_empty() {
        // Spans with nothing but blanks between them leave as one, each with the blanks behind it.
        let apart = |pair: &[Span]| !line[pair[0].bytes.end..pair[1].bytes.start].trim().is_empty();
        let count = rest.windows(2).position(apart).map_or(rest.len(), |last| last + 1);
        let (group, others) = rest.split_at_mut(count);
        let (start, end) = cut(line, group[0].bytes.start, group[count - 1].bytes.end);
        for index in 1..count {
            group[index - 1].bytes.end = group[index].bytes.start;
        }
        group[0].bytes.start = start;
        group[count - 1].bytes.end = end;
        rest = others;
    }
}

/// The bytes that leave with `start..end`.
fn cut(line: &str, start: usize, end: usize) -> (usize, usize) {
    let (above, below) = (line[..start].trim_end(), line[end..].trim_start());
    let (blank_start, blank_end) = (above.len(), line.len() - below.len());
    let first_blank = |from: usize| line[from..].chars().next().map_or(from, |c| from + c.len_utf8());
    if above.is_empty() {
        (0, blank_end)
    } else if below.is_empty() {
        (blank_start, line.len())
    } else if blank_start < start {
        // The blank stays, unless the sentence's stop comes now.
        let stop = blank_end == end && below.starts_with(['.', ',', ';', ':', '!', '?', ')', ']', '…', '”']);
        (if stop { blank_start } else { first_blank(blank_start) }, blank_end)
    } else {
        (start, end + line[end..blank_end].char_indices().next_back().map_or(0, |(last, _)| last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_reads_on() {
        for (line, left) in [
            ("One. [x] Two.", "One. Two."),
            ("One.  [x]  Two.", "One. Two."),
            ("One.[x] Two.", "One. Two."),
            ("One. [x]Two.", "One. Two."),
            ("One.[x]Two.", "One.Two."),
            ("[x] Two.", "Two."),
            ("One. [x]", "One."),
            ("One [x]. Two.", "One. Two."),
            ("One. [x] [y] Two.", "One. Two."),
            ("One. [x] [y]", "One."),
            ("[x] [y]Two.", "Two."),
        ] {
            let open = line.match_indices('[').map(|(at, _)| at);
            let mut spans: Vec<_> = open.map(|at| Span { bytes: at..at + 3, phrase: 0 }).collect();
            widen(line, &mut spans);
            assert_eq!(super::super::without(line, &spans), left, "{line}");
        }
    }
}
