//! What a document is: its lines with their byte spans, what each line measures, and the form in which
//! lines and phrases are compared. Nothing in here knows a phrase or a rule.

mod chars;
mod eight;
mod fold;
mod lines;
mod measure;
mod read;
mod shape;

pub(crate) use chars::{is_stop, is_unspaced, is_word_char};
pub(crate) use fold::{Folded, fold_literal, fold_phrase, folded_prefix, prefix, unfolded};
pub(crate) use lines::{Line, lines, mark_len};
pub(crate) use measure::Measure;
pub(crate) use read::read;
pub(crate) use shape::{LONG_WORD, Shape, Word, pair_hash, unspaced_hash, word_hash};
