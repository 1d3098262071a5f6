//! Whole documents: those written for this project, and the five pages it exists for.

mod common;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use dechrome::{Cleaner, Mode, Verdict};

#[test]
fn every_sample_comes_out_as_the_text_beside_it() {
    let pairs = samples(|name| !name.starts_with("page-"));
    assert!(pairs.len() >= 40, "only {} samples found", pairs.len());
    let failures = common::failures(&pairs);
    assert!(failures.is_empty(), "{} of {} samples differ:\n{}", failures.len(), pairs.len(), failures.join("\n"));
}

/// The samples whose file names `test` lets through.
fn samples(test: impl Fn(&str) -> bool) -> Vec<(PathBuf, PathBuf)> {
    let mut pairs = common::pairs(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-samples"));
    pairs.retain(|(path, _)| path.file_name().and_then(|name| name.to_str()).is_some_and(&test));
    pairs
}

/// How many words of `text` stand in lines that `other` does not have.
fn words_missing(text: &str, other: &str) -> usize {
    let mut there: HashMap<&str, usize> = HashMap::new();
    for line in other.lines() {
        *there.entry(line.trim()).or_default() += 1;
    }
    let mut missing = 0;
    for line in text.lines().map(str::trim) {
        match there.get_mut(line) {
            Some(count) if *count > 0 => *count -= 1,
            _ => missing += line.split_whitespace().map(|word| word.chars().count().div_ceil(8)).sum::<usize>(),
        }
    }
    missing
}

/// Whole pages cannot be told line by line without an error: what a reader would keep and lose is measured. A page without
/// content, whose clean text is empty, must be left alone and say so.
#[test]
fn whole_pages_keep_their_content_and_lose_their_chrome() {
    let pairs = samples(|name| name.starts_with("page-"));
    assert!(pairs.len() >= 28, "only {} whole pages found", pairs.len());
    let cleaner = Cleaner::new().expect("built-in patterns");
    let (mut content, mut lost, mut chrome, mut left) = (0, 0, 0, 0);
    let mut table = String::new();
    for (path, clean) in pairs {
        let read = |path: &Path| std::fs::read_to_string(path).expect("a readable sample");
        let (text, clean) = (read(&path), read(&clean));
        let cleaned = cleaner.clean(&text);
        assert_eq!(cleaned.mode(), Mode::Page, "{}", path.display());
        if clean.is_empty() {
            assert_eq!(cleaned.verdict(), Verdict::NoContent, "{}", path.display());
            continue;
        }
        let counts = [
            words_missing(&clean, ""),
            words_missing(&clean, cleaned.text()),
            words_missing(&text, &clean),
            words_missing(cleaned.text(), &clean),
        ];
        table += &format!("{:5} {:5} {:5} {:5}  {}\n", counts[0], counts[1], counts[2], counts[3], path.display());
        content += counts[0];
        lost += counts[1];
        chrome += counts[2];
        left += counts[3];
    }
    let told = format!("content, lost, chrome, left:\n{table}{content:5} {lost:5} {chrome:5} {left:5}");
    assert!(lost * 100 <= content * MAX_LOST, "{told}");
    assert!(left * 100 <= chrome * MAX_LEFT, "{told}");
}

/// The most of the words of all whole pages that may be lost and left, in percent: a little more than today.
const MAX_LOST: usize = 9;
const MAX_LEFT: usize = 13;

/// The pages stay outside the repository: without the folder this test says so and checks nothing.
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn the_five_pages_come_out_exactly() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not here", folder.display());
        return;
    }
    let pairs = common::pairs(&folder);
    assert_eq!(pairs.len(), 5, "{}", folder.display());
    let failures = common::failures(&pairs);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
