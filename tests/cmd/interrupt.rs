//! Ctrl-C: every output file is whole or absent, no temporary file stays, and the exit status is 130. A named pipe among
//! the inputs keeps the program waiting, so that it cannot be done before the signal comes.

#![cfg(unix)]

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::thread;

use crate::support::{ARTICLE, Folder, PAGE, finish, is_temporary, json, make_pipe, signal, temporary_files, wait_for};

/// What Ctrl-C does.
#[track_caller]
fn interrupt(folder: &Folder, child: Child) {
    signal(&child, "INT");
    finish(child).exits(130).says(&[]);
    assert_eq!(temporary_files(folder, ""), [""; 0]);
}

/// A folder `in` of many pages.
fn pages() -> Folder {
    let folder = Folder::new();
    (0..200).for_each(|number| folder.write(&format!("in/{}/{number}.txt", number % 10), PAGE));
    folder
}

#[test]
fn outputs_are_whole_or_absent() {
    let folder = pages();
    make_pipe(&folder, "wait");
    let child = folder.program("in wait -o out -j 2").spawn().unwrap();
    wait_for(|| folder.files("out").iter().any(|file| !is_temporary(file)));
    interrupt(&folder, child);
    for file in folder.files("out") {
        folder.holds(&format!("out/{file}"), ARTICLE);
    }
    assert!(!folder.path("out/wait").exists());
    // The next run does the rest.
    folder.run("in -o out/in -q").exits(0);
    assert_eq!(folder.files("out/in"), folder.files("in"));
}

#[test]
fn originals_are_whole_or_cleaned_and_the_audit_has_what_left() {
    let folder = pages();
    make_pipe(&folder, "wait");
    let originals = folder.contents("in");
    let child = folder.program("--in-place in wait -j 2 --removed removed").spawn().unwrap();
    wait_for(|| !temporary_files(&folder, "in").is_empty());
    interrupt(&folder, child);
    let audit = folder.text("removed");
    for (file, original) in originals {
        let found = fs::read(folder.path("in").join(&file)).unwrap();
        let is_told = audit.contains(&format!("{file}\""));
        assert!(found == original || is_told && found == ARTICLE.as_bytes(), "{file}");
    }
}

#[test]
fn a_file_of_records_is_whole_or_absent() {
    let folder = Folder::new();
    let record = |text: &str| format!("{{\"text\":\"{}\"}}\n", json(text));
    folder.write("a.jsonl", record(PAGE));
    make_pipe(&folder, "wait.jsonl");
    let child = folder.program("a.jsonl wait.jsonl -o out").spawn().unwrap();
    let path = folder.path("wait.jsonl");
    // More than one batch of 4 MB, and no end.
    let writer = thread::spawn(move || {
        let line = format!("{{\"filler\":\"{}\",\"text\":\"\"}}\n", "x".repeat(1 << 20));
        let mut pipe = File::options().write(true).open(path).unwrap();
        while pipe.write_all(line.as_bytes()).is_ok() {}
    });
    let has_begun = |file: &String| {
        is_temporary(file) && fs::metadata(folder.path("out").join(file)).is_ok_and(|found| found.len() > 0)
    };
    wait_for(|| folder.path("out/a.jsonl").exists() && folder.files("out").iter().any(has_begun));
    interrupt(&folder, child);
    writer.join().unwrap();
    folder.holds("out/a.jsonl", record(ARTICLE));
    assert!(!folder.path("out/wait.jsonl").exists());
}

#[test]
fn being_told_to_end_and_losing_the_terminal_are_the_same() {
    for name in ["TERM", "HUP"] {
        let folder = Folder::with(&[("a.txt", PAGE)]);
        make_pipe(&folder, "wait");
        let child = folder.program("-i a.txt wait --removed removed --report report -j 1").spawn().unwrap();
        wait_for(|| !temporary_files(&folder, "").is_empty());
        signal(&child, name);
        finish(child).exits(130).says(&[]);
        assert_eq!(folder.files(""), ["a.txt", "removed", "wait"]);
        folder.holds("a.txt", PAGE);
    }
}

/// There is nothing to clear away, so nothing stands between the signal and the end.
#[test]
fn a_filter_dies_of_the_signal_itself() {
    let folder = Folder::new();
    let mut child = folder.program("").stdin(std::process::Stdio::piped()).spawn().unwrap();
    let stdin = child.stdin.take();
    signal(&child, "INT");
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(2), "{status:?}");
    drop(stdin);
}

/// `nohup` means that the run goes on.
#[test]
fn a_signal_that_is_ignored_stays_ignored() {
    let folder = Folder::with(&[("a.txt", PAGE)]);
    make_pipe(&folder, "wait");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$0\" a.txt wait -q -o out -j 1"]).arg(folder.program("").get_program());
    let child = shell.current_dir(folder.path("")).spawn().unwrap();
    wait_for(|| !temporary_files(&folder, "out").is_empty() || folder.path("out/a.txt").exists());
    signal(&child, "HUP");
    fs::write(folder.path("wait"), PAGE).unwrap();
    finish(child).exits(0);
    folder.holds("out/wait", ARTICLE);
}
