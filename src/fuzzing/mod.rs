//! What fuzzing feeds with bytes: one function per target, which panics where a promise is broken.
//!
//! `fuzz/` calls these with bytes that libFuzzer makes up; the tests below call them with bytes from proptest, and with
//! every input that ever broke something (`tests/crashers/`). Bytes that begin with [`assemble::PROGRAM`] are put
//! together from phrases, examples and prose of the pattern files, so that much is removed; all others are taken as
//! they are.
//!
//! - [`promises`]: what holds for every cleaned text, shared with `tests/promises.rs`
//! - [`assemble`]: bytes → documents, records, pattern files
//! - [`patterns`], [`jsonl`]: the bodies of these targets

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "in a test, that is the message"))]

mod assemble;
#[cfg(feature = "cli")]
mod jsonl;
mod patterns;
mod promises;

#[cfg(feature = "cli")]
pub use jsonl::jsonl;
pub use patterns::patterns;

/// Any bytes as a WARC stream: the units are the stream, and a record with another text reads back with that.
#[cfg(feature = "cli")]
pub fn wet(data: &[u8]) {
    crate::io::records::wet::check(data);
}

use std::sync::OnceLock;

use crate::{Cleaner, Mode};

/// A cleaner as it comes, and one without a removal budget, which shows everything that the passes find.
fn cleaners() -> &'static [Cleaner; 3] {
    static CLEANERS: OnceLock<[Cleaner; 3]> = OnceLock::new();
    CLEANERS.get_or_init(|| {
        let build =
            |percent, mode| Cleaner::builder().max_removed(percent).mode(mode).build().expect("built-in patterns");
        [build(80.0, Mode::Auto), build(100.0, Mode::Auto), build(100.0, Mode::Page)]
    })
}

/// Any text keeps the promises of the crate.
pub fn cleaner(data: &[u8]) {
    let text = assemble::text(data);
    for cleaner in cleaners() {
        let cleaned = cleaner.clean(&text);
        promises::what_stays_and_what_goes_make_the_original(&text, &cleaned);
        promises::only_whole_lines_leave_or_spans_of_a_line_that_stays(&text, &cleaned);
        promises::lines_that_lose_spans_stay_and_read_on(&text, &cleaned);
        promises::seams_are_clean(&text, &cleaned);
        promises::every_removal_is_explained(&text, &cleaned);
        promises::cleaning_twice_changes_nothing_more(cleaner, &cleaned);
        promises::line_ends_do_not_matter(cleaner, &text);
        promises::nothing_to_remove_means_nothing_changed(&text, cleaned);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::*;

    /// Bytes taken as they are, or a program that puts real pieces together.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let any = proptest::collection::vec(any::<u8>(), 0..200);
        prop_oneof![
            1 => any.clone(),
            4 => any.prop_map(|bytes| [&[assemble::PROGRAM][..], &bytes].concat()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]

        #[test]
        fn any_text_keeps_the_promises(data in bytes()) {
            cleaner(&data);
        }

        #[test]
        fn any_pattern_file_is_taken_or_refused_in_one_line(data in bytes()) {
            patterns(&data);
        }

        #[cfg(feature = "cli")]
        #[test]
        fn any_stream_comes_back(data in bytes()) {
            jsonl(&data);
        }
    }

    #[cfg(feature = "cli")]
    proptest! {
        #[test]
        fn any_bytes_may_be_wet(data in proptest::collection::vec(any::<u8>(), 0..300)) {
            wet(&data);
            wet(&[b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 40\r\n\r\n", &data[..]].concat());
        }
    }

    /// Runs a target over every file of its folder in `tests/crashers`.
    fn replay(name: &str, target: fn(&[u8])) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crashers").join(name);
        let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "{} is empty", folder.display());
        for file in files {
            let data = fs::read(&file).unwrap();
            let outcome = std::panic::catch_unwind(|| target(&data));
            assert!(outcome.is_ok(), "{} fails again", file.display());
        }
    }

    #[test]
    fn crashers_of_the_cleaner() {
        replay("cleaner", cleaner);
    }

    #[test]
    fn crashers_of_pattern_files() {
        replay("patterns", patterns);
    }

    #[cfg(feature = "cli")]
    #[test]
    fn crashers_of_json_lines() {
        replay("jsonl", jsonl);
    }

    #[cfg(feature = "cli")]
    #[test]
    fn crashers_of_wet() {
        replay("wet", wet);
    }

    /// Programs that never make anything leave would prove little.
    #[test]
    fn programs_make_documents_that_lose_something() {
        let mut runner = TestRunner::deterministic();
        let programs = proptest::collection::vec(any::<u8>(), 60..200);
        let removed = (0..100).filter(|_| {
            let program = programs.new_tree(&mut runner).unwrap().current();
            let data = [&[assemble::PROGRAM][..], &program].concat();
            !cleaners()[1].clean(&assemble::text(&data)).removals().is_empty()
        });
        assert!(removed.count() >= 50);
    }
}
