//! What is told about the cleaning: audit records, totals, diffs, explanations, messages. One file per format.
//!
//! Nothing here cleans, walks or decides; the front ends hand in an [`Outcome`] per document.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "in a test, that is the message"))]

pub(crate) mod audit;
pub(crate) mod console;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod outcome;
pub(crate) mod summary;

pub(crate) use console::{Console, Paint};
pub(crate) use outcome::{Cut, Fate, Outcome};
