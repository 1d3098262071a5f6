//! Regexes of pattern files → the regex crate's.

use regex::{Regex, RegexBuilder};

use super::source::{Flaw, REGEX_BYTES};

/// The memory of a regex's automaton per thread, in bytes. Hundreds of regexes are awake after some 10,000 documents; with
/// the crate's 2 MB for each, two threads took 121 MB for the development texts, and 80 MB with this, in the same time.
const AUTOMATON_BYTES: usize = 32 << 10;

/// Compiles a regex of a pattern file that was checked.
pub(super) fn compile(source: &str) -> Option<Regex> {
    compile_within(source, REGEX_BYTES).ok()
}

/// Whether a regex can be compiled in so much memory.
pub(super) fn check_regex(source: &str, bytes: usize) -> Result<(), Flaw> {
    compile_within(source, bytes).map(|_| ()).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => Flaw::TooLarge(error.to_string()),
        _ => Flaw::Other(error.to_string()),
    })
}

/// Compiles it if it needs no more memory than that: the time it takes grows with the memory.
fn compile_within(source: &str, bytes: usize) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&lean(source)).size_limit(bytes).dfa_size_limit(AUTOMATON_BYTES).build()
}

/// The same regex in less memory, for asking whether it matches: groups do not capture, and `\w` and `\p{L}` take every
/// character beyond ASCII, since the exact classes have hundreds of ranges, which make a regex that repeats them a
/// hundred times larger and slower to compile.
fn lean(source: &str) -> String {
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
