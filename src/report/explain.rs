//! `dechrome explain`: the whole document with a margin that says what leaves, and why.
//!
//! The margin is blank beside what stays. A removal opens with a line marked `#` that gives its rule and reason;
//! each line that leaves is marked with the label and `-`.

use std::io::{self, Write};
use std::ops::Range;

use anstyle::{AnsiColor, Style};

use super::Paint;
use crate::{Label, Removal};

/// Writes `text` with the removals marked; each comes with its range of `text`.
pub(crate) fn write(
    out: &mut impl Write,
    text: &[u8],
    removals: &[(Range<usize>, &Removal)],
    paint: Paint,
) -> io::Result<()> {
    let width = Label::ALL.iter().map(|label| label.as_str().len()).max().unwrap_or_default();
    let red = paint.style(AnsiColor::Red.on_default());
    let why = paint.style(AnsiColor::Yellow.on_default());
    let dim = paint.style(Style::new().dimmed());
    let mut removals = removals.iter().peekable();
    let mut announced = false;
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        while removals.next_if(|(span, _)| span.end <= at).is_some() {
            announced = false;
        }
        let inside = line.strip_suffix(b"\n").unwrap_or(line);
        let inside = inside.strip_suffix(b"\r").unwrap_or(inside);
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

    #[test]
    fn marks_what_leaves() {
        let removal = |span: Range<usize>| Removal {
            span,
            lines: 1..=1,
            label: Label::Related,
            rule: "also-read".into(),
            reason: Reason::Phrase("also read".into()),
        };
        let text = "One.\r\n\nAlso read:\nTitle\n\nTwo.\nAlso read: x";
        let (first, second) = (removal(7..25), removal(29..42));
        let mut out = Vec::new();
        write(&mut out, text.as_bytes(), &[(7..25, &first), (29..42, &second)], Paint(false)).unwrap();
        let expected = "              One.

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
