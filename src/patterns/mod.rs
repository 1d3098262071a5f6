//! Pattern files → a checked, compiled [`PatternSet`]. What sites print is data in `patterns/`; this module
//! knows only how such files are written.

mod builtin;
mod file;
mod fitted;
mod inside;
mod label;
mod reader;
mod rule;
mod set;
mod tree;

pub(crate) use fitted::Placed;
pub(crate) use inside::Inside;
pub use label::{Label, LabelSet};
pub(crate) use rule::{Anchor, Detector, Extent, PhraseGuards, Reach, Rest, Rule, Strength, Trigger, Zone};
pub(crate) use set::Example;
pub use set::{PatternSet, RuleInfo};
pub(crate) use tree::{BadTree, LEAF, Node, Tree};

/// `; did you mean "x"?` for the known name that shares the longest beginning with `name`, if any is near.
fn did_you_mean<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> String {
    let shared = |other: &str| name.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    // Of several the shortest, which is the one with the least that was not typed.
    match known.max_by_key(|other| (shared(other), std::cmp::Reverse(other.len()))) {
        Some(best) if shared(best) >= 3 => format!("; did you mean \"{best}\"?"),
        _ => String::new(),
    }
}
