//! Inputs and outputs that fail: each gets a line, all others are cleaned, and the exit status is 2.

use std::fs;

use crate::support::{ARTICLE, Folder, PAGE, PLAIN, json, pipe};

#[test]
fn a_missing_path() {
    let folder = Folder::with(&[("a.txt", PAGE), ("b.txt", PAGE)]);
    folder.run("a.txt missing.txt b.txt -o out").exits(2).says(&[
        "missing.txt: no such file or folder",
        "3 documents: 2 cleaned (4 removals, 144 of 600 bytes), 1 failed",
    ]);
    folder.holds("out/a.txt", ARTICLE);
    folder.holds("out/b.txt", ARTICLE);
}

#[test]
fn a_missing_path_alone() {
    let folder = Folder::new();
    folder.run("missing.txt").exits(2).prints("").says(&["missing.txt: no such file or folder"]);
    folder.run("explain missing.txt").exits(2).prints("").says(&["missing.txt: no such file or folder"]);
    folder.run("missing -o out").exits(2).says(&["missing: no such file or folder", "1 document: 0 cleaned, 1 failed"]);
    assert_eq!(folder.files(""), [""; 0]);
}

#[test]
fn a_missing_path_in_place() {
    let folder = Folder::with(&[("a.txt", PAGE)]);
    folder.run("-i missing.txt a.txt").exits(2).says(&[
        "missing.txt: no such file or folder",
        "2 documents: 1 cleaned (2 removals, 72 of 300 bytes), 1 failed",
    ]);
    folder.holds("a.txt", ARTICLE);
}

#[test]
fn a_part_of_a_path_that_is_a_file() {
    let folder = Folder::with(&[("a.txt", PAGE)]);
    folder
        .run("a.txt/b.txt a.txt -q -o out")
        .exits(2)
        .says(&["a.txt/b.txt: a part of the path is a file, not a folder"]);
    folder.holds("out/a.txt", ARTICLE);
}

#[cfg(unix)]
#[test]
fn a_dangling_symlink_and_one_that_leads_in_circles() {
    let folder = Folder::with(&[("a.txt", PAGE)]);
    std::os::unix::fs::symlink("nowhere", folder.path("dangling")).unwrap();
    std::os::unix::fs::symlink("circle", folder.path("circle")).unwrap();
    let run = folder.run("dangling circle a.txt -q -o out").exits(2);
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{}", run.stderr);
    assert_eq!(lines[0], "dechrome: dangling: no such file or folder");
    assert!(lines[1].starts_with("dechrome: circle: "), "{}", lines[1]);
    folder.holds("out/a.txt", ARTICLE);
}

#[test]
fn a_folder_where_an_output_file_belongs() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.txt", PAGE), ("in/c.bin", "\0"), ("in/d.jsonl", "")]);
    for file in ["a.txt", "c.bin", "d.jsonl"] {
        fs::create_dir_all(folder.path("out").join(file)).unwrap();
    }
    folder.run("in -q -o out").exits(2).says(&[
        "out/a.txt: is a folder, not a file",
        "out/c.bin: is a folder, not a file",
        "out/d.jsonl: is a folder, not a file",
    ]);
    assert_eq!(folder.files("out"), ["b.txt"]);
    folder.holds("out/b.txt", ARTICLE);
}

#[test]
fn a_file_where_an_output_folder_belongs() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/sub/b.txt", PAGE), ("out/sub", PLAIN)]);
    folder.run("in -q -o out").exits(2).says(&["out/sub/b.txt: a part of the path is a file, not a folder"]);
    folder.holds("out/a.txt", ARTICLE);
    folder.holds("out/sub", PLAIN);
}

#[cfg(unix)]
#[test]
fn an_output_file_that_leads_to_an_input_is_not_written() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.txt", PAGE), ("out/old.txt", PLAIN)]);
    std::os::unix::fs::symlink("../in/a.txt", folder.path("out/a.txt")).unwrap();
    folder
        .run("in -q -o out")
        .exits(2)
        .says(&["out/a.txt: leads to an input through a link; remove the link, or choose another -o"]);
    folder.holds("in/a.txt", PAGE);
    folder.holds("out/b.txt", ARTICLE);
}

#[test]
fn a_file_that_cannot_be_decoded_is_copied() {
    let folder = Folder::with(&[("in/a.txt", PAGE)]);
    let broken = [PAGE.as_bytes(), b"\x81"].concat();
    folder.write("in/b.txt", &broken);
    folder
        .run("in -q -o out --encoding shift_jis")
        .exits(2)
        .says(&["in/b.txt: not valid Shift_JIS; left as it is (try another --encoding)"]);
    folder.holds("out/a.txt", ARTICLE);
    folder.holds("out/b.txt", &broken);
}

#[cfg(target_os = "linux")]
#[test]
fn an_audit_that_cannot_be_written_stops_the_run_before_an_original_is_replaced() {
    let page = format!("{{\"text\":\"{}\"}}\n", crate::support::json(PAGE));
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.jsonl", &page)]);
    folder
        .run("-i in --removed /dev/full")
        .exits(2)
        .says(&["/dev/full: No space left on device (os error 28); stopped here"]);
    folder.holds("in/a.txt", PAGE);
    folder.holds("in/b.jsonl", &page);
    assert_eq!(folder.files("in"), ["a.txt", "b.jsonl"]);
    folder
        .pipe("--removed /dev/full", PAGE)
        .exits(2)
        .prints("")
        .says(&["/dev/full: No space left on device (os error 28); stopped here"]);
}

#[cfg(target_os = "linux")]
#[test]
fn an_audit_that_cannot_be_written_stops_the_run_before_there_is_an_output() {
    let page = format!("{{\"text\":\"{}\"}}\n", crate::support::json(PAGE));
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.jsonl", &page)]);
    for input in ["in", "in/a.txt", "in/b.jsonl"] {
        folder
            .run(&format!("{input} -o out --removed /dev/full"))
            .exits(2)
            .says(&["/dev/full: No space left on device (os error 28); stopped here"]);
        assert_eq!(folder.files("out"), [""; 0]);
        assert!(!folder.path("out").is_file());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let folder = Folder::with(&[("a.txt", PAGE)]);
    folder
        .run("a.txt -o out --report /dev/full")
        .exits(2)
        .says(&["/dev/full: No space left on device (os error 28); stopped here"]);
    assert!(!folder.path("out").exists());
}

#[test]
fn a_document_of_too_many_lines_passes_through() {
    // Each line needs memory of its own, which must not be without bounds.
    let text = "a\n".repeat(5_000_002);
    let record = format!("{{\"text\":\"{}\"}}\n{{\"text\":\"{}\"}}\n", text.replace('\n', "\\n"), json(PAGE));
    let run = pipe("-f jsonl", &record)
        .exits(2)
        .says(&["standard input:1: more than 5000000 lines; cut it into several documents; left as it is"]);
    assert!(run.text().ends_with(&format!("{{\"text\":\"{}\"}}\n", json(ARTICLE))));
    assert_eq!(run.stdout.len(), record.len() - json(PAGE).len() + json(ARTICLE).len());
}
