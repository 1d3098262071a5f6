//! `--diff`: a unified diff, made from the cuts themselves. They say exactly what leaves, so no comparison of the
//! two texts is needed: the diff is never wrong about which of two equal lines left, and takes linear time.

use std::ops::Range;

use anstyle::{AnsiColor, Style};

use super::Paint;

const CONTEXT: usize = 3;

/// A line of the diff.
#[derive(Debug, PartialEq)]
enum Line {
    Kept(Range<usize>),
    Removed(Range<usize>),
    /// What is left of lines that were cut in the middle.
    Joined(Vec<u8>),
}

/// Appends the diff of a document that loses `cuts`, ascending ranges of its `text`.
pub(crate) fn write(out: &mut Vec<u8>, name: &str, text: &[u8], cuts: &[Range<usize>], paint: Paint) {
    let lines = lines(text, cuts);
    let bold = paint.style(Style::new().bold());
    out.extend_from_slice(format!("{bold}--- a/{name}{bold:#}\n{bold}+++ b/{name}{bold:#}\n").as_bytes());
    let (mut at, mut old, mut new) = (0, 1, 1);
    while let Some(hunk) = next_hunk(&lines, at) {
        // Lines between two hunks are all kept.
        old += hunk.start - at;
        new += hunk.start - at;
        at = hunk.end;
        let hunk = &lines[hunk];
        let old_count = hunk.iter().filter(|line| !matches!(line, Line::Joined(_))).count();
        let new_count = hunk.iter().filter(|line| !matches!(line, Line::Removed(_))).count();
        let cyan = paint.style(AnsiColor::Cyan.on_default());
        let header = format!("{cyan}@@ -{} +{} @@{cyan:#}\n", extent(old, old_count), extent(new, new_count));
        out.extend_from_slice(header.as_bytes());
        for line in hunk {
            write_line(out, text, line, paint);
        }
        old += old_count;
        new += new_count;
    }
}

/// The lines from `at` on that the next hunk shows.
fn next_hunk(lines: &[Line], at: usize) -> Option<Range<usize>> {
    let changed = |line: &Line| !matches!(line, Line::Kept(_));
    let first = at + lines[at..].iter().position(changed)?;
    let mut end = first + 1;
    for (number, line) in lines.iter().enumerate().skip(end) {
        if changed(line) {
            end = number + 1;
        } else if number >= end + 2 * CONTEXT {
            break;
        }
    }
    Some(first.saturating_sub(CONTEXT).max(at)..(end + CONTEXT).min(lines.len()))
}

/// A line number and a count, as GNU diff writes them.
fn extent(first: usize, count: usize) -> String {
    match count {
        0 => format!("{},0", first - 1),
        1 => first.to_string(),
        _ => format!("{first},{count}"),
    }
}

fn write_line(out: &mut Vec<u8>, text: &[u8], line: &Line, paint: Paint) {
    let (sign, bytes, style) = match line {
        Line::Kept(range) => (' ', &text[range.clone()], Style::new()),
        Line::Removed(range) => ('-', &text[range.clone()], paint.style(AnsiColor::Red.on_default())),
        Line::Joined(bytes) => ('+', &bytes[..], paint.style(AnsiColor::Green.on_default())),
    };
    let inside = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    out.extend_from_slice(format!("{style}{sign}").as_bytes());
    out.extend_from_slice(inside);
    out.extend_from_slice(format!("{style:#}\n").as_bytes());
    if inside.len() == bytes.len() {
        out.extend_from_slice(b"\\ No newline at end of file\n");
    }
}

fn lines(text: &[u8], cuts: &[Range<usize>]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut cuts = cuts.iter().peekable();
    let mut joined: Vec<u8> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let end = start + line.len();
        let (mut at, mut kept) = (start, Vec::new());
        while let Some(cut) = cuts.peek().filter(|cut| cut.start < end) {
            kept.extend_from_slice(&text[at..cut.start.max(at)]);
            at = cut.end.min(end).max(at);
            if cut.end > end {
                break;
            }
            cuts.next();
        }
        kept.extend_from_slice(&text[at..end]);
        if kept.len() == line.len() && joined.is_empty() {
            lines.push(Line::Kept(start..end));
        } else {
            lines.push(Line::Removed(start..end));
            joined.append(&mut kept);
            if joined.ends_with(b"\n") {
                lines.push(Line::Joined(std::mem::take(&mut joined)));
            }
        }
        start = end;
    }
    if !joined.is_empty() {
        lines.push(Line::Joined(joined));
    }
    lines
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "a document may well have one cut")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn diff(text: &str, cuts: &[Range<usize>]) -> String {
        let mut out = Vec::new();
        write(&mut out, "x", text.as_bytes(), cuts, Paint(false));
        String::from_utf8(out).unwrap().split_once("+++ b/x\n").unwrap().1.to_owned()
    }

    #[test]
    fn lines_that_leave() {
        assert_eq!(diff("a\nb\nc\n", &[2..4]), "@@ -1,3 +1,2 @@\n a\n-b\n c\n");
        assert_eq!(diff("b\n", &[0..2]), "@@ -1 +0,0 @@\n-b\n");
    }

    #[test]
    fn a_cut_line_end() {
        let expected = "@@ -1,2 +1 @@\n-a\n-b\n\\ No newline at end of file\n+a\n\\ No newline at end of file\n";
        assert_eq!(diff("a\nb", &[1..3]), expected);
    }

    #[test]
    fn hunks_join_when_they_touch() {
        let text = "x\n1\n2\n3\n4\n5\n6\nx\n1\n2\n3\n4\n5\n6\n7\nx\n";
        let hunks = diff(text, &[0..2, 14..16, 30..32]);
        assert_eq!(
            hunks.lines().filter(|l| l.starts_with("@@")).collect::<Vec<_>>(),
            ["@@ -1,11 +1,9 @@", "@@ -13,4 +11,3 @@"]
        );
    }

    /// What `patch` makes of it.
    fn apply(text: &str, diff: &str) -> String {
        let old: Vec<&str> = text.split_inclusive('\n').collect();
        let (mut new, mut at) = (String::new(), 0);
        let lines: Vec<&str> = diff.split_inclusive('\n').collect();
        for (number, line) in lines.iter().enumerate() {
            let bare = lines.get(number + 1).is_some_and(|next| next.starts_with('\\'));
            let inside = if bare { line[1..].trim_end_matches('\n') } else { &line[1..] };
            match line.as_bytes()[0] {
                b'@' => {
                    let range = line.split([' ', '-']).nth(2).unwrap();
                    let (first, count) = range.split_once(',').unwrap_or((range, "1"));
                    let first = first.parse::<usize>().unwrap() - usize::from(count != "0");
                    new.extend(old[at..first].iter().copied());
                    at = first;
                }
                b'+' => new.push_str(inside),
                b'\\' => {}
                sign => {
                    assert_eq!(old[at], inside);
                    at += 1;
                    if sign == b' ' {
                        new.push_str(inside);
                    }
                }
            }
        }
        new.extend(old[at..].iter().copied());
        new
    }

    proptest! {
        #[test]
        fn says_what_the_cuts_do(text in "[ab\n]{0,60}", mut ends in proptest::collection::vec(0usize..=60, 0..8)) {
            ends.iter_mut().for_each(|end| *end = (*end).min(text.len()));
            ends.sort_unstable();
            let cuts: Vec<_> = ends.chunks_exact(2).map(|c| c[0]..c[1]).filter(|c| !c.is_empty()).collect();
            let mut cut = text.clone();
            for range in cuts.iter().rev() {
                cut.replace_range(range.clone(), "");
            }
            prop_assert_eq!(apply(&text, &diff(&text, &cuts)), cut);
        }
    }
}
