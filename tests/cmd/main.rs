//! The command line as a user meets it: what is written, what is said, and the exit status.
//!
//! Sessions that are nothing but commands and answers are data, in `data/*.trycmd`; after a change that is meant,
//! `TRYCMD=overwrite cargo test --test cmd sessions` writes them anew.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "in a test, that is the message")]

mod annotate;
mod audit;
mod broken_input;
mod compressed;
mod disks;
mod dry_run;
mod encodings;
mod explain;
mod faults;
mod filter;
mod in_place;
mod inside;
mod interrupt;
mod jsonl;
mod jsonl_bytes;
mod kill;
mod manual;
mod many;
mod on_error;
mod options;
mod page;
mod parquet;
mod patterns;
mod refusals;
mod report;
mod restore;
mod restore_errors;
mod resume;
mod support;
mod tree;
mod wet;

/// Help, wrong settings and wrong pattern files, word for word.
#[test]
fn sessions() {
    let cases = trycmd::TestCases::new();
    for name in support::ENVIRONMENT {
        cases.env(*name, "");
    }
    cases.case("tests/cmd/data/*.trycmd");
}
