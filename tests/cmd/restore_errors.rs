//! `dechrome restore`: what does not fit is told and not written; all else comes back.

use crate::restore::cleaned;
use crate::support::{ARTICLE, Folder, PAGE};

const MISMATCH: &str =
    "does not make the original again: it was changed after cleaning, or the audit is of another run; not written";

/// One cleaned file, `clean/a.txt`.
fn one_cleaned() -> Folder {
    let folder = Folder::with(&[("in/a.txt", PAGE)]);
    folder.run("in -o clean -q --removed removed").exits(0);
    folder
}

#[test]
fn a_file_that_was_edited_is_not_written() {
    let folder = cleaned();
    folder.write("clean/a.txt", ARTICLE.replace("sixty", "eighty"));
    folder
        .run("restore clean --removed removed -o back")
        .exits(2)
        .says(&[&format!("clean/a.txt: {MISMATCH}"), "5 restored, 2 copied as they are, 1 failed"]);
    std::fs::remove_file(folder.path("in/a.txt")).unwrap();
    assert!(folder.contents("back") == folder.contents("in"));
}

#[test]
fn a_record_that_was_edited_is_named_and_its_file_not_written() {
    let folder = cleaned();
    let records = folder.text("clean/sub#1/records.jsonl");
    let (before, last) = records.rsplit_once("sixty").unwrap();
    folder.write("clean/sub#1/records.jsonl", format!("{before}eighty{last}"));
    folder
        .run("restore clean --removed removed -o back -q")
        .exits(2)
        .says(&[&format!("clean/sub#1/records.jsonl:5: {MISMATCH}")]);
    std::fs::remove_file(folder.path("in/sub#1/records.jsonl")).unwrap();
    assert!(folder.contents("back") == folder.contents("in"));
}

#[test]
fn records_that_are_missing_are_noticed() {
    let folder = cleaned();
    let records = folder.text("clean/sub#1/records.jsonl");
    let (before, _) = records.rsplit_once('\n').unwrap();
    folder.write("clean/sub#1/records.jsonl", format!("{before}\n"));
    folder.run("restore clean --removed removed -o back -q").exits(2).says(&[
        "clean/sub#1/records.jsonl: removed has removals of record 5 left over: records are missing here, or are \
         not in order",
    ]);
    assert!(!folder.path("back/sub#1/records.jsonl").exists());
}

#[test]
fn an_edited_file_does_not_replace_what_was_there() {
    let folder = one_cleaned();
    folder.write("clean/a.txt", "edited");
    folder.write("back/a.txt", "old");
    folder.run("restore clean --removed removed -o back -q").exits(2);
    folder.holds("back/a.txt", "old");
    assert_eq!(folder.files("back"), ["a.txt"]);
}

#[test]
fn a_file_of_the_audit_that_is_gone_is_told() {
    let folder = cleaned();
    std::fs::remove_file(folder.path("clean/a.txt")).unwrap();
    folder
        .run("restore clean --removed removed -o back")
        .exits(2)
        .says(&["removed: has records of a.txt, which is not in clean", "5 restored, 2 copied as they are, 1 failed"]);
}

#[test]
fn an_audit_of_another_run_is_noticed() {
    let folder = one_cleaned();
    folder.write("other/a.txt", PAGE.replace("sixty", "eighty"));
    folder.run("other -o clean2 -q --removed removed2").exits(0);
    folder.run("restore clean --removed removed2 -o back -q").exits(2).says(&[&format!("clean/a.txt: {MISMATCH}")]);
    assert!(folder.files("back").is_empty());
}

#[test]
fn an_audit_that_lost_a_line_is_noticed() {
    let folder = one_cleaned();
    let (first, _) = folder.text("removed").split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    folder.write("removed", first);
    folder.run("restore clean --removed removed -o back -q").exits(2).says(&[&format!("clean/a.txt: {MISMATCH}")]);
}

#[test]
fn a_line_that_is_no_audit_record_is_told() {
    let folder = one_cleaned();
    folder.write("removed", format!("nonsense\n{}\n[]\n", folder.text("removed")));
    let run = folder.run("restore clean --removed removed -o back").exits(2);
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert!(lines[0].starts_with("dechrome: removed:1: not an audit record: "), "{}", run.stderr);
    assert!(lines[1].starts_with("dechrome: removed:5: not an audit record: "), "{}", run.stderr);
    assert_eq!(lines[2], "dechrome: 1 restored, 0 copied as they are, 2 failed");
    folder.holds("back/a.txt", PAGE);
}

#[test]
fn spans_that_make_no_sense_are_noticed() {
    let folder = one_cleaned();
    for (from, to) in [
        ("\"start\":128", "\"start\":900"),
        ("\"end\":143", "\"end\":3"),
        ("\"start\":243", "\"start\":18446744073709551615"),
    ] {
        folder.write("wrong", folder.text("removed").replace(from, to));
        folder.run("restore clean --removed wrong -o back -q").exits(2).says(&[&format!("clean/a.txt: {MISMATCH}")]);
    }
}

#[test]
fn hexadecimal_that_is_none_is_told() {
    let folder = one_cleaned();
    folder.write("wrong", folder.text("removed").replace(",\"digest\"", ",\"bytes\":\"xyz\",\"digest\""));
    folder
        .run("restore clean --removed wrong -o back -q")
        .exits(2)
        .says(&["clean/a.txt: \"bytes\" of an audit record is not hexadecimal"]);
}

#[test]
fn one_file_of_an_audit_of_many_comes_back_but_the_rest_is_missed() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.txt", PAGE)]);
    folder.run("in -o clean -q --removed removed").exits(0);
    folder.run("restore clean/a.txt --removed removed -o back.txt").exits(2).says(&[
        "removed: has records of b.txt, which is not in clean/a.txt",
        "1 restored, 0 copied as they are, 1 failed",
    ]);
    folder.holds("back.txt", PAGE);
}

#[test]
fn a_file_that_the_audit_does_not_know_is_refused() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.txt", PAGE)]);
    folder.run("in -o clean -q --removed removed").exits(0);
    folder.write("renamed.txt", ARTICLE);
    folder
        .run("restore renamed.txt --removed removed -o back.txt")
        .exits(2)
        .says(&["removed: has records of many documents, but none of renamed.txt; name the cleaned folder instead"]);
    assert!(!folder.path("back.txt").exists());
}

#[test]
fn the_cleaned_tree_is_not_written_over() {
    let folder = one_cleaned();
    let is_input = "is an input itself; choose another -o (only --in-place rewrites inputs)";
    let before = folder.contents("");
    folder.run("restore clean --removed removed -o clean").exits(2).says(&[&format!("clean: {is_input}")]);
    folder
        .run("restore clean --removed removed -o clean/back")
        .exits(2)
        .says(&["clean/back: lies inside the input clean; choose an -o outside of it"]);
    folder
        .run("restore clean/a.txt --removed removed -o clean/a.txt")
        .exits(2)
        .says(&[&format!("clean/a.txt: {is_input}")]);
    assert!(folder.contents("") == before);
}

#[test]
fn the_audit_is_not_written_over() {
    let folder = one_cleaned();
    let audit = folder.text("removed");
    folder
        .run("restore clean/a.txt --removed removed -o removed -q")
        .exits(2)
        .says(&["removed: would be written over by a restored file; choose another -o"]);
    folder.holds("removed", &audit);
    folder
        .run("restore clean --removed removed -o removed")
        .exits(2)
        .says(&["removed: is a file, but an input folder needs a folder to write to; name another -o"]);
    folder.write("back/a.txt", &audit);
    folder
        .run("restore clean --removed back/a.txt -o back -q")
        .exits(2)
        .says(&["back/a.txt: would be written over by a restored file; choose another -o"]);
    folder.holds("back/a.txt", audit);
}

#[test]
fn missing_paths_are_told() {
    let folder = one_cleaned();
    folder.run("restore missing --removed removed -o back").exits(2).says(&["missing: no such file or folder"]);
    folder.run("restore clean --removed missing -o back").exits(2).says(&["missing: no such file or folder"]);
    folder.run("restore clean --removed in -o back").exits(2).says(&["in: is a folder, not a file"]);
    assert!(!folder.path("back").exists());
}
