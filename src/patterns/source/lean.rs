//! Regexes as pattern files write them → smaller ones that match the same lines.

/// The same regex in less memory, for asking whether it matches: groups do not capture, and `\w` and `\p{L}` take every
/// character beyond ASCII, since the exact classes have hundreds of ranges, which make a regex that repeats them a
/// hundred times larger and slower to compile.
pub(crate) fn lean(source: &str) -> String {
    let mut small = String::with_capacity(source.len());
    let (mut rest, mut in_class) = (source, false);
    while let Some(c) = rest.chars().next() {
        let class = [("\\w", "0-9A-Za-z_"), ("\\p{L}", "A-Za-z")].into_iter().find(|(name, _)| rest.starts_with(name));
        if let Some((name, ascii)) = class {
            let (open, close) = if in_class { ("", "") } else { ("[", "]") };
            small.extend([open, ascii, r"\x{80}-\x{10FFFF}", close]);
            rest = &rest[name.len()..];
            continue;
        }
        if c == '(' && !in_class && !rest.starts_with("(?") {
            small.push_str("(?:");
            rest = &rest[1..];
            continue;
        }
        in_class = if in_class { c != ']' } else { c == '[' };
        let escaped = if c == '\\' { rest[1..].chars().next().map_or(0, char::len_utf8) } else { 0 };
        let (taken, left) = rest.split_at(c.len_utf8() + escaped);
        small.push_str(taken);
        rest = left;
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_classes_become_small_and_nothing_else_changes() {
        assert_eq!(
            lean(r"^\w+[\w.-]\\w\bé[a\]\p{L}]$"),
            concat!(
                r"^[0-9A-Za-z_\x{80}-\x{10FFFF}]+[0-9A-Za-z_\x{80}-\x{10FFFF}.-]\\w",
                r"\bé[a\]A-Za-z\x{80}-\x{10FFFF}]$"
            )
        );
    }
}
