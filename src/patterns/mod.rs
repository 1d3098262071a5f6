//! Pattern files → a checked, compiled [`PatternSet`]. What sites print is data in `patterns/`; this module
//! knows only how such files are written.

mod compile;
mod file;
mod set;
mod source;

pub(crate) use set::{Examples, TablesOf};
pub use set::{PatternSet, RuleInfo};
pub(crate) use source::{
    Anchor, BadTree, Detector, Example, Extent, FunctionWords, Inside, LANGUAGES, LEAF, MAX_REGEX_WORDS, Node,
    PhraseGuards, Placed, Reach, Rest, Rule, Source, Spelled, Strength, Tables, Tree, Trees, Trigger, Weights, Zone,
};
pub use source::{Label, LabelSet};
