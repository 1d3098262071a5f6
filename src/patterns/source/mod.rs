//! Pattern files → [`Content`]: how such files are written, and what they say. `build.rs` compiles this module, too, to read
//! the built-in files ahead.

mod builtin;
mod content;
mod file;
mod fitted;
mod inside;
mod label;
mod lean;
mod packed;
mod program;
mod reader;
mod rule;
mod spellings;
mod tables;
mod tree;

pub(crate) use builtin::FILES;
pub(crate) use content::{Content, Counts, Example, Language, NO_LANGUAGE, Place};
pub(crate) use file::{Flaw, REGEX_BYTES, Trust};
pub(crate) use fitted::{Fitted, FunctionWords, LANGUAGES, Placed, Weights};
pub(crate) use inside::Inside;
pub use label::{Label, LabelSet};
pub(crate) use lean::lean;
pub(crate) use program::Programs;
pub(crate) use reader::place;
pub(crate) use rule::{Anchor, Detector, Extent, PhraseGuards, Reach, Rest, Rule, Strength, Trigger, Zone};
pub(crate) use tables::{MAX_REGEX_WORDS, Source, Spelled, Tables, spans};
pub(crate) use tree::{BadTree, LEAF, Node, Tree, Trees};

/// `; did you mean "x"?` for the known name that shares the longest beginning with `name`, if any is near.
fn did_you_mean<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> String {
    let shared = |other: &str| name.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    // Of several the shortest, which is the one with the least that was not typed.
    match known.max_by_key(|other| (shared(other), std::cmp::Reverse(other.len()))) {
        Some(best) if shared(best) >= 3 => format!("; did you mean \"{best}\"?"),
        _ => String::new(),
    }
}
