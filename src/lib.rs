//! Strips site chrome from scraped text and keeps the article.
//!
//! (crate docs follow)

mod classify;
mod cleaner;
mod cut;
mod error;
mod examples;
mod patterns;
mod render;
mod scan;
mod structure;
mod text;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[cfg(feature = "cli")]
mod io;
#[cfg(feature = "cli")]
mod report;

pub use cleaner::{Cleaner, CleanerBuilder};
pub use cut::{Reason, Removal};
pub use error::{Error, ErrorKind};
pub use patterns::{Label, LabelSet, PatternSet, RuleInfo};
pub use render::{Cleaned, Verdict};
