//! Whole documents: those written for this project, and the five pages it exists for.

mod common;

use std::path::Path;

#[test]
fn every_sample_comes_out_as_the_text_beside_it() {
    let pairs = common::pairs(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-samples"));
    assert!(pairs.len() >= 40, "only {} samples found", pairs.len());
    let failures = common::failures(&pairs);
    assert!(failures.is_empty(), "{} of {} samples differ:\n{}", failures.len(), pairs.len(), failures.join("\n"));
}

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
