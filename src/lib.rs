//! Strips site chrome from scraped text and keeps the article.
//!
//! A scraper or an extractor leaves text full of what the *site* printed around and inside the article: "Previous
//! post", "Leave a Reply", author boxes, "Related Posts", share bars, newsletter forms, cookie notices, reading times,
//! breadcrumbs, headlines printed twice. This crate cuts that out: whole lines, and spans within a line. What stays is
//! the original, byte for byte and in order; a text without chrome comes back borrowed.
//!
//! # Clean a text
//!
//! ```
//! let cleaner = dechrome::Cleaner::new()?;
//! let text = "\
//! Ferry returns to the harbour
//!
//! 4 mins
//!
//! The ferry came back to the harbour on Monday after three weeks in the yard at Norrvik.
//!
//! Related Posts
//! Tickets to cost more from June
//! ";
//! let cleaned = cleaner.clean(text);
//! assert_eq!(cleaned.text(), "\
//! Ferry returns to the harbour
//!
//! The ferry came back to the harbour on Monday after three weeks in the yard at Norrvik.
//! ");
//! # Ok::<(), dechrome::Error>(())
//! ```
//!
//! # See what was removed, and why
//!
//! Every [`Removal`] has its byte span in the original, its lines, the kind of chrome, the rule that decided, and a
//! reason in words. What stays and what was removed together make the original.
//!
//! ```
//! # let cleaner = dechrome::Cleaner::new()?;
//! let text = "The ferry came back to the harbour on Monday after three weeks in the yard.\nLeave a Reply\nName\n";
//! let cleaned = cleaner.clean(text);
//! let removal = &cleaned.removals()[0];
//! assert_eq!(&text[removal.span()], "Leave a Reply\nName\n");
//! assert_eq!(removal.lines(), 2..=3);
//! assert_eq!(removal.label(), dechrome::Label::Comments);
//! assert_eq!(removal.rule(), "comment-form");
//! assert_eq!(removal.reason().to_string(), "opener \"leave a reply\" with the line under it");
//! # Ok::<(), dechrome::Error>(())
//! ```
//!
//! # Choose what goes
//!
//! [`CleanerBuilder`] takes the labels that may be removed and the removal budget of a document.
//!
//! ```
//! use dechrome::{Cleaner, Label, LabelSet};
//!
//! let no_comments = Cleaner::builder().labels(LabelSet::from_iter([Label::Comments])).build()?;
//! let text = "Share this article\nThe ferry came back to the harbour on Monday after three weeks in the yard.\n";
//! assert_eq!(no_comments.clean(text).text(), text);
//! # Ok::<(), dechrome::Error>(())
//! ```
//!
//! # Add patterns
//!
//! What sites print is data: see [`PatternSet`]. A file can add phrases, rules and languages, replace a rule or
//! disable it.
//!
//! ```
//! use dechrome::{Cleaner, PatternSet};
//!
//! let mut patterns = PatternSet::builtin()?;
//! patterns.add("mine.toml", "[ad-label]\nphrases = [\"a word from the harbour bakery\"]\n")?;
//! let cleaner = Cleaner::builder().patterns(patterns).build()?;
//! let text = "The ferry came back to the harbour on Monday after three weeks in the yard.\n\
//!             A word from the harbour bakery:\n\
//!             Nobody on the quay had expected it so soon, least of all the woman who sells the tickets.\n";
//! assert_eq!(cleaner.clean(text).removals()[0].rule(), "ad-label");
//! # Ok::<(), dechrome::Error>(())
//! ```
//!
//! # Promises
//!
//! Only whole lines, and whole spans within a line, leave; the seams are clean; cleaning twice changes nothing more; LF and CRLF, and any number of
//! threads, give the same answer; time and memory are linear in the size of the text, whatever its shape; a document
//! that would lose more than the removal budget is left as it is and says so ([`Verdict::OverBudget`]).
//!
//! # Features
//!
//! `cli` (on by default) builds the `dechrome` program. Without it the crate is the library alone.

// `fuzzing::promises` is a module of the tests outside as well, and names the crate as they do.
#[cfg(any(test, fuzzing))]
extern crate self as dechrome;

mod classify;
mod cleaner;
mod cut;
mod error;
mod examples;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod index;
mod inline;
mod mode;
mod once;
mod patterns;
mod render;
mod scan;
mod score;
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
pub use mode::Mode;
pub use patterns::{Label, LabelSet, PatternSet, RuleInfo};
pub use render::{Cleaned, Verdict};
pub use score::{Clue, Evidence, Look};
