//! Regexes of pattern files → the regex crate's.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex::{Regex, RegexBuilder};

use super::source::{Flaw, REGEX_BYTES, lean};
use crate::once::get_or_make;

/// The memory of a regex's automaton per thread, in bytes. Hundreds of regexes are awake after some 10,000 documents; with
/// the crate's 2 MB for each, two threads took 121 MB for the development texts, and 80 MB with this, in the same time.
const AUTOMATON_BYTES: usize = 32 << 10;

/// Compiles a regex of a pattern file that was checked.
fn compile(source: &str) -> Option<Regex> {
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

/// A regex that is compiled once running its program has taken longer than that would: most never are.
#[derive(Debug, Default)]
pub(super) struct Woken {
    /// Steps of the program until now.
    steps: AtomicUsize,
    compiled: OnceLock<Option<Regex>>,
}

/// Steps that take as long as compiling: 0.3 ms.
const PATIENCE: usize = 100_000;

impl Woken {
    /// Whether the folded line matches the regex, which `run` says with the steps that it took, if it can.
    pub fn is_match(&self, source: &str, line: &str, run: impl FnOnce() -> Option<(bool, usize)>) -> bool {
        if self.compiled.get().is_none()
            && self.steps.load(Ordering::Relaxed) < PATIENCE
            && let Some((matches, steps)) = run()
        {
            self.steps.fetch_add(steps, Ordering::Relaxed);
            return matches;
        }
        get_or_make(&self.compiled, || compile(source)).as_ref().is_some_and(|regex| regex.is_match(line))
    }
}

impl Clone for Woken {
    fn clone(&self) -> Woken {
        Woken::default()
    }
}
