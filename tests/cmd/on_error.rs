//! `--on-error` and `--rejects`: what becomes of records that cannot be cleaned.

use crate::support::{ARTICLE, Folder, PAGE, json, pipe};

fn record(text: &str) -> Vec<u8> {
    format!("{{\"text\":\"{}\"}}\n", json(text)).into_bytes()
}

const BROKEN: &[u8] = b"{\"text\":\"Leave a Reply\n";
const NOT_UTF8: &[u8] = b"{\"text\":\"caf\xE9\"}\r\n";

/// Two bad records among good ones.
fn mixed(text: &str) -> Vec<u8> {
    [&record(text)[..], BROKEN, &record(text), NOT_UTF8, &record(text)].concat()
}

#[test]
fn pass_is_the_default() {
    pipe("-f jsonl", mixed(PAGE)).exits(2).prints(mixed(ARTICLE));
    pipe("-f jsonl --on-error pass", mixed(PAGE)).exits(2).prints(mixed(ARTICLE));
}

#[test]
fn skipped_records_are_collected_byte_for_byte() {
    let folder = Folder::new();
    let run = folder.pipe("-f jsonl --rejects bad", mixed(PAGE)).exits(2).prints(record(ARTICLE).repeat(3));
    assert_eq!(run.stderr.lines().count(), 2);
    folder.holds("bad", [BROKEN, NOT_UTF8].concat());
    pipe("-f jsonl --on-error skip", mixed(PAGE)).exits(2).prints(record(ARTICLE).repeat(3));
}

#[test]
fn the_summary_and_the_report_count_what_was_left_out() {
    let folder = Folder::new();
    folder.write("a.jsonl", mixed(PAGE));
    let run = folder.run("a.jsonl -o out --rejects bad --report report").exits(2);
    let last = run.stderr.lines().last().unwrap();
    assert!(last.ends_with("3 cleaned (6 removals, 231 of 966 bytes), 2 failed (2 left out)"), "{last}");
    assert!(folder.text("report").contains("\"rejected\": 2"));
}

#[test]
fn fail_ends_the_run_and_leaves_no_file() {
    let folder = Folder::new();
    folder.write("in/a.jsonl", record(PAGE));
    folder.write("in/b.jsonl", mixed(PAGE));
    folder.write("in/c.jsonl", record(PAGE));
    let run = folder.run("in -o out --on-error fail").exits(2);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("in/b.jsonl:2 (byte "), "{}", run.stderr);
    assert_eq!(folder.files("out"), ["a.jsonl"]);
}

#[test]
fn a_text_that_cannot_be_decoded_is_left_out_too() {
    let folder = Folder::with(&[("in/a.txt", PAGE)]);
    folder.write("in/b.txt", b"\x81");
    folder.run("in -o out -q --encoding shift_jis --on-error skip").exits(2);
    assert_eq!(folder.files("out"), ["a.txt"]);
    folder.run("in -o out1 -q --encoding shift_jis --rejects bad --report report").exits(2);
    folder.holds("bad", b"\x81");
    assert!(folder.text("report").contains("\"rejected\": 1"));
    folder.run("in -o out2 -q --encoding shift_jis --on-error fail").exits(2);
    folder.run("in -o out3 -q --encoding shift_jis").exits(2);
    assert_eq!(folder.files("out3"), ["a.txt", "b.txt"]);
}

#[test]
fn restore_puts_back_what_was_left_out() {
    let folder = Folder::new();
    // Also the first and the last, and two in a row.
    let original = [BROKEN, BROKEN, &mixed(PAGE), b"\n", NOT_UTF8].concat();
    folder.write("a.jsonl", &original);
    folder.run("a.jsonl -o out.jsonl -q --rejects bad --removed removed").exits(2);
    folder.holds("out.jsonl", [&record(ARTICLE).repeat(3)[..], b"\n"].concat());
    folder.run("restore out.jsonl --removed removed -o back.jsonl -q").exits(0);
    folder.holds("back.jsonl", original);
}

#[test]
fn records_do_not_leave_for_good() {
    let folder = Folder::new();
    folder.write("a.jsonl", mixed(PAGE));
    folder.run("-i a.jsonl --on-error skip").exits(2).says(&[
        "--on-error skip: with --in-place would lose records for good; say with --rejects FILE where to put them",
    ]);
    folder.holds("a.jsonl", mixed(PAGE));
    folder
        .run("a.jsonl -o out --on-error pass --rejects bad")
        .exits(2)
        .says(&["--rejects: nothing is left out unless --on-error is skip"]);
    folder
        .run("a.jsonl -o out --rejects a.jsonl")
        .exits(2)
        .says(&["--rejects a.jsonl: is an input itself; choose another file"]);
    folder.run("-i a.jsonl -q --rejects bad").exits(2);
    folder.holds("a.jsonl", record(ARTICLE).repeat(3));
    folder.holds("bad", [BROKEN, NOT_UTF8].concat());
}
