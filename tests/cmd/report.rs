//! `--report` and the summary: totals.

use serde_json::{Value, json};

use crate::support::{Folder, PAGE, PLAIN, json as quoted};

fn report(folder: &Folder) -> Value {
    serde_json::from_str(&folder.text("report")).unwrap()
}

/// The counters of one object, without those that are zero.
fn counts(object: &Value) -> Value {
    object.as_object().unwrap().iter().filter(|(_, v)| **v != json!(0)).map(|(k, v)| (k.clone(), v.clone())).collect()
}

/// What is said of [`PAGE`], beside the numbers.
fn shares() -> [Value; 2] {
    [
        json!({"advertising": {"removals": 1, "bytes": 15}, "comments": {"removals": 1, "bytes": 57}}),
        json!({"ad-label": {"removals": 1, "bytes": 15}, "comment-form": {"removals": 1, "bytes": 57}}),
    ]
}

#[test]
fn a_report_counts_inputs_labels_and_rules() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.txt", PLAIN), ("in/c.bin", "\0")]);
    folder.write("in/d.jsonl", format!("{{\"text\":\"{}\"}}\nbad\n", quoted("Leave a Reply\n")));
    folder.run("in -o out -q --report report").exits(2);
    let report = report(&folder);
    let inputs: Value = report["inputs"].as_array().unwrap().iter().map(counts).collect();
    let [labels, rules] = shares();
    let expected = json!([
        {"doc": "a.txt", "documents": 1, "cleaned": 1, "removals": 2, "bytes_in": 300, "bytes_out": 228,
            "by_label": labels, "by_rule": rules},
        {"doc": "b.txt", "documents": 1, "unchanged": 1, "bytes_in": 102, "bytes_out": 102},
        {"doc": "c.bin", "documents": 1, "not_text": 1},
        {"doc": "d.jsonl", "documents": 2, "over_budget": 1, "failed": 1, "bytes_in": 27, "bytes_out": 27},
    ]);
    assert_eq!(inputs, expected);
    let expected = json!({
        "documents": 5, "cleaned": 1, "unchanged": 1, "over_budget": 1, "not_text": 1, "failed": 1,
        "removals": 2, "bytes_in": 429, "bytes_out": 357,
        "by_label": labels, "by_rule": rules,
    });
    assert_eq!(counts(&report["totals"]), expected);
}

#[test]
fn every_counter_is_there_even_if_it_is_zero() {
    let folder = Folder::new();
    folder.pipe("--report report", PLAIN).exits(0).prints(PLAIN);
    let expected = json!({
        "inputs": [{
            "doc": "-", "documents": 1, "cleaned": 0, "unchanged": 1, "over_budget": 0, "no_content": 0, "unsettled": 0,
            "not_text": 0, "failed": 0, "rejected": 0, "skipped": 0, "pages": 0, "removals": 0, "bytes_in": 102, "bytes_out": 102,
        }],
        "totals": {
            "documents": 1, "cleaned": 0, "unchanged": 1, "over_budget": 0, "no_content": 0, "unsettled": 0,
            "not_text": 0, "failed": 0, "rejected": 0, "skipped": 0, "pages": 0, "removals": 0, "bytes_in": 102, "bytes_out": 102,
            "by_label": {}, "by_rule": {},
        },
    });
    assert_eq!(report(&folder), expected);
}

#[test]
fn a_missing_input_is_counted_on_its_own() {
    let folder = Folder::with(&[("a.txt", PAGE)]);
    folder.run("missing.txt a.txt -o out -q --report report").exits(2);
    let inputs: Value = report(&folder)["inputs"].as_array().unwrap().iter().map(counts).collect();
    let [labels, rules] = shares();
    let expected = json!([
        {"doc": "missing.txt", "documents": 1, "failed": 1, "written": false},
        {"doc": "a.txt", "documents": 1, "cleaned": 1, "removals": 2, "bytes_in": 300, "bytes_out": 228,
            "by_label": labels, "by_rule": rules},
    ]);
    assert_eq!(inputs, expected);
}

#[test]
fn a_report_of_nothing_is_a_report() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("in")).unwrap();
    folder.run("in -o out -q --report report").exits(0);
    assert_eq!(report(&folder)["inputs"], json!([]));
    assert_eq!(report(&folder)["totals"]["documents"], 0);
}

#[test]
fn a_report_of_a_dry_run_says_what_would_be() {
    let folder = Folder::with(&[("a.txt", PAGE)]);
    folder.run("--check a.txt -q --report report").exits(1);
    assert_eq!(report(&folder)["totals"]["cleaned"], 1);
}

#[test]
fn symlinks_are_counted_but_are_no_documents() {
    let folder = Folder::with(&[("in/a.txt", PLAIN), ("in/.dechrome-1.tmp", PAGE)]);
    folder.run("in -o out --report report").exits(0).says(&["1 document: 0 cleaned, 1 unchanged; 1 skipped"]);
    let report = report(&folder);
    assert_eq!(counts(&report["inputs"][0]), json!({"doc": ".dechrome-1.tmp", "skipped": 1}));
    assert_eq!((&report["totals"]["documents"], &report["totals"]["skipped"]), (&json!(1), &json!(1)));
}

#[test]
fn the_summary_names_what_there_is() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.txt", PLAIN), ("in/c.bin", "\0"), ("in/d.jsonl", "bad")]);
    folder.write("in/e.txt", "Leave a Reply\nName\n");
    folder.run("in -o out").exits(2).says(&[
        "in/d.jsonl:1 (byte 0): not a JSON object: expected value in column 1",
        "5 documents: 1 cleaned (2 removals, 72 of 421 bytes), 1 unchanged, 1 over the removal budget, 1 not text, 1 failed",
    ]);
}

#[test]
fn quiet_says_nothing_but_errors() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.jsonl", "bad\n")]);
    folder.run("in/a.txt -o out/ --quiet").exits(0).prints("").says(&[]);
    folder
        .run("in -o out -q")
        .exits(2)
        .prints("")
        .says(&["in/b.jsonl:1 (byte 0): not a JSON object: expected value in column 1"]);
}

#[test]
fn quiet_and_verbose_do_not_go_together() {
    let folder = Folder::with(&[("a.txt", PAGE)]);
    let run = folder.run("a.txt -q -v").exits(2);
    assert!(run.stderr.contains("'--quiet' cannot be used with '--verbose'"), "{}", run.stderr);
}

#[test]
fn a_progress_bar_does_not_disturb_the_messages() {
    let folder = Folder::with(&[("in/a.txt", PAGE)]);
    for when in ["always", "never", "auto"] {
        let run = folder.run(&format!("in -o out --progress {when}")).exits(0);
        assert!(
            run.stderr.ends_with("dechrome: 1 document: 1 cleaned (2 removals, 72 of 300 bytes)\n"),
            "{}",
            run.stderr
        );
    }
}
