//! `dechrome explain`: the whole document with a margin that says what leaves, and why.
//!
//! The first line says what the document was taken for. The margin is blank beside what stays. A removal opens with a line marked `#` that gives its rule and reason;
//! each line that leaves is marked with the label and `-`. A line that loses spans is marked `~`, below one `#` line
//! for each, and what leaves it stands between `[-` and `-]`.

use std::io::{self, Write};
use std::ops::Range;

use anstyle::{AnsiColor, Style};

use super::Paint;
use crate::{Label, Mode, Removal};

/// Writes `text` with the removals marked; each comes with its range of `text`.
pub(crate) fn write(
    out: &mut impl Write,
    text: &[u8],
    mode: Mode,
    removals: &[(Range<usize>, &Removal)],
    paint: Paint,
) -> io::Result<()> {
    let width = Label::ALL.iter().map(|label| label.as_str().len()).max().unwrap_or_default();
    let red = paint.style(AnsiColor::Red.on_default());
    let why = paint.style(AnsiColor::Yellow.on_default());
    let dim = paint.style(Style::new().dimmed());
    writeln!(out, "{dim}{:width$}{dim:#} {why}# {mode}{why:#}", "mode")?;
    let mut removals = removals.iter().peekable();
    let mut announced = false;
    // A byte order mark belongs to no line.
    let mut at = if text.starts_with("\u{feff}".as_bytes()) { "\u{feff}".len() } else { 0 };
    for line in text[at..].split_inclusive(|byte| *byte == b'\n') {
        while removals.next_if(|(span, _)| span.end <= at).is_some() {
            announced = false;
        }
        let inside = line.strip_suffix(b"\n").unwrap_or(line);
        let inside = inside.strip_suffix(b"\r").unwrap_or(inside);
        let spans = || {
            removals
                .clone()
                .map(|(span, removal)| (span.clone(), *removal))
                .take_while(|(span, _)| span.start < at + inside.len())
        };
        if spans().next().is_some_and(|(span, _)| span.start > at || span.end < at + inside.len()) {
            for (_, removal) in spans() {
                let (label, rule, reason) = (removal.label(), removal.rule(), removal.reason());
                writeln!(out, "{dim}{label:width$}{dim:#} {why}# {rule}: {reason}{why:#}")?;
            }
            let label = spans().next().map_or("", |(_, removal)| removal.label().as_str());
            write!(out, "{dim}{label:width$}{dim:#} ~ ")?;
            let mut from = at;
            for (span, _) in spans() {
                out.write_all(&text[from..span.start])?;
                write!(out, "{red}[-")?;
                out.write_all(&text[span.clone()])?;
                write!(out, "-]{red:#}")?;
                from = span.end;
            }
            out.write_all(&text[from..at + inside.len()])?;
            out.write_all(b"\n")?;
            at += line.len();
            continue;
        }
        // A removal that begins at the end of a line takes its line break, but none of its text.
        match removals.peek().filter(|(span, _)| span.contains(&at)) {
            Some((_, removal)) => {
                let label = removal.label();
                if !announced {
                    let (rule, reason) = (removal.rule(), removal.reason());
                    writeln!(out, "{dim}{label:width$}{dim:#} {why}# {rule}: {reason}{why:#}")?;
                    announced = true;
                }
                write!(out, "{dim}{label:width$}{dim:#} {red}-")?;
                if !inside.is_empty() {
                    out.write_all(b" ")?;
                }
                out.write_all(inside)?;
                writeln!(out, "{red:#}")?;
            }
            None => {
                if !inside.is_empty() {
                    write!(out, "{:width$}   ", "")?;
                }
                out.write_all(inside)?;
                out.write_all(b"\n")?;
            }
        }
        at += line.len();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reason;

    fn removal(span: Range<usize>) -> Removal {
        Removal {
            span,
            lines: 1..=1,
            label: Label::Related,
            rule: "also-read".into(),
            reason: Reason::Phrase("also read".into()),
        }
    }

    #[test]
    fn marks_spans_of_a_line() {
        let text = "One.\nTwo. Also read: x\nMore. [y] End.\n";
        let removals = [removal(9..22), removal(23..28), removal(28..32)];
        let marked: Vec<_> = removals.iter().map(|r| (r.span(), r)).collect();
        let mut out = Vec::new();
        write(&mut out, text.as_bytes(), Mode::Article, &marked, Paint(false)).unwrap();
        let why = "related     # also-read: phrase \"also read\"\n";
        let expected = format!(
            "mode        # article\n              One.\n{why}related     ~ Two.[- Also read: x-]\n{why}{why}\
             related     ~ [-More.-][- [y]-] End.\n"
        );
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn marks_what_leaves() {
        let text = "One.\r\n\nAlso read:\nTitle\n\nTwo.\nAlso read: x";
        let (first, second) = (removal(7..25), removal(29..42));
        let mut out = Vec::new();
        write(&mut out, text.as_bytes(), Mode::Page, &[(7..25, &first), (29..42, &second)], Paint(false)).unwrap();
        let expected = "mode        # page
              One.

related     # also-read: phrase \"also read\"
related     - Also read:
related     - Title
related     -
              Two.
related     # also-read: phrase \"also read\"
related     - Also read: x
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
