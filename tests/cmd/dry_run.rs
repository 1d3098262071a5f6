//! `--check` and `--diff`: nothing is written.

use crate::support::{Folder, PAGE, PLAIN, json, pipe};

const DIFF: &str = "\
@@ -2,9 +2,4 @@
 
 The old crane had served the harbour for sixty years before it was taken down on Monday morning.
 
-Advertisement
-
 The new one lifts twice as much and needs only one person at the controls, the harbour master said.
-
-Leave a Reply
-Your email address will not be published.
";

#[test]
fn check_lists_what_would_change_and_exits_with_1() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.txt", PLAIN), ("c.txt", PAGE)]);
    let before = folder.contents("");
    folder.run("--check in c.txt").exits(1).prints("").says(&[
        "would clean in/a.txt: 2 removals, 72 of 300 bytes",
        "would clean c.txt: 2 removals, 72 of 300 bytes",
        "3 documents: 2 to clean (4 removals, 144 of 702 bytes), 1 unchanged",
    ]);
    assert!(folder.contents("") == before);
}

#[test]
fn check_exits_with_0_if_nothing_would_change() {
    let folder = Folder::with(&[("in/a.txt", PLAIN), ("in/b.bin", "\0")]);
    folder.run("--check in").exits(0).says(&["2 documents: 0 to clean, 1 unchanged, 1 not text"]);
}

#[test]
fn check_exits_with_2_if_an_input_fails() {
    let folder = Folder::with(&[("a.txt", PAGE)]);
    folder.run("--check missing.txt a.txt").exits(2).says(&[
        "missing.txt: no such file or folder",
        "would clean a.txt: 2 removals, 72 of 300 bytes",
        "2 documents: 1 to clean (2 removals, 72 of 300 bytes), 1 failed",
    ]);
}

#[test]
fn check_of_records_counts_them() {
    let folder = Folder::new();
    folder.write("a.jsonl", format!("{{\"text\":\"{}\"}}\n{{\"text\":\"{}\"}}\n", json(PAGE), json(PLAIN)));
    folder.run("--check a.jsonl").exits(1).says(&[
        "would clean a.jsonl: 1 of 2 records, 2 removals, 77 of 437 bytes",
        "2 documents: 1 to clean (2 removals, 77 of 437 bytes), 1 unchanged",
    ]);
}

#[test]
fn check_of_standard_input_prints_nothing() {
    pipe("--check", PAGE).exits(1).prints("").says(&["would clean standard input: 2 removals, 72 of 300 bytes"]);
    pipe("--check", PLAIN).exits(0).prints("").says(&[]);
}

#[test]
fn check_in_place_does_not_rewrite() {
    let folder = Folder::with(&[("a.txt", PAGE)]);
    folder.run("--check --in-place -q a.txt").exits(1).prints("").says(&[]);
    folder.run("--diff --in-place -q a.txt").exits(0).says(&[]);
    folder.holds("a.txt", PAGE);
}

#[test]
fn check_writes_no_output() {
    let folder = Folder::with(&[("a.txt", PAGE)]);
    folder.run("--check -q a.txt -o out").exits(1);
    assert_eq!(folder.files(""), ["a.txt"]);
}

#[test]
fn quiet_check_speaks_by_its_status_alone() {
    let folder = Folder::with(&[("a.txt", PAGE)]);
    folder.run("--check --quiet a.txt").exits(1).prints("").says(&[]);
}

#[test]
fn a_document_over_the_budget_is_nothing_to_clean() {
    pipe("--check --max-removed 5", PAGE).exits(0).says(&[]);
}

#[test]
fn diff_shows_each_removal() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.txt", PLAIN)]);
    folder
        .run("--diff in")
        .exits(0)
        .prints(format!("--- a/in/a.txt\n+++ b/in/a.txt\n{DIFF}"))
        .says(&["2 documents: 1 to clean (2 removals, 72 of 402 bytes), 1 unchanged"]);
    folder.holds("in/a.txt", PAGE);
}

#[test]
fn diff_of_standard_input() {
    let expected = format!("--- a/standard input\n+++ b/standard input\n{DIFF}");
    pipe("--diff", PAGE).exits(0).prints(expected).says(&[]);
    pipe("--diff", PLAIN).exits(0).prints("").says(&[]);
}

#[test]
fn diff_of_a_record_names_its_line() {
    let folder = Folder::new();
    folder.write("a.jsonl", format!("{{\"text\":\"\"}}\n{{\"text\":\"{}\"}}\n", json(PAGE)));
    folder.run("--diff -q a.jsonl").exits(0).prints(format!("--- a/a.jsonl:2\n+++ b/a.jsonl:2\n{DIFF}"));
}

#[test]
fn diff_keeps_the_line_ends_and_says_where_the_last_one_is_missing() {
    let page = PAGE.trim_end().replace('\n', "\r\n");
    let expected = format!("--- a/standard input\n+++ b/standard input\n{DIFF}").replace('\n', "\r\n");
    let (head, body) = expected.split_at(expected.find("@@").unwrap());
    let body = body.replacen("@@\r\n", "@@\n", 1);
    let body = format!("{}\n\\ No newline at end of file\n", body.trim_end());
    pipe("--diff", page).exits(0).prints(format!("{}{body}", head.replace('\r', "")));
}

#[test]
fn diff_with_check_has_the_status_of_check() {
    pipe("--diff --check", PLAIN).exits(0).prints("");
    let expected = format!("--- a/standard input\n+++ b/standard input\n{DIFF}");
    pipe("--diff --check -q", PAGE).exits(1).prints(expected).says(&[]);
}

#[test]
fn diff_is_coloured_on_demand() {
    let plain = pipe("--diff", PAGE).exits(0).text().to_owned();
    let run = pipe("--diff --color always", PAGE).exits(0);
    let coloured = run.text();
    assert!(coloured.contains("\u{1b}[31m-Advertisement\u{1b}[0m\n"), "{coloured}");
    assert!(coloured.contains("\u{1b}[36m@@ -2,9 +2,4 @@\u{1b}[0m\n"), "{coloured}");
    let bare: String = coloured
        .split('\u{1b}')
        .enumerate()
        .map(|(n, part)| if n == 0 { part } else { part.split_once('m').unwrap().1 })
        .collect();
    assert_eq!(bare, plain);
    pipe("--diff --color never", PAGE).exits(0).prints(plain);
}

#[test]
fn an_audit_of_a_dry_run_says_what_would_go() {
    let folder = Folder::with(&[("in/a.txt", PAGE)]);
    folder.run("--check -q in --removed would").exits(1);
    folder.run("in -q -o out --removed did").exits(0);
    assert_eq!(folder.text("would"), folder.text("did"));
}
