//! Ctrl-C: every output file is whole or absent. A named pipe among the inputs keeps the program waiting, so that
//! it cannot be done before the signal comes.

#![cfg(unix)]

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{ARTICLE, Folder, PAGE, finish, json};

fn make_pipe(folder: &Folder, path: &str) {
    assert!(Command::new("mkfifo").arg(folder.path(path)).status().unwrap().success());
}

/// Waits until there is something to see; it is there after a moment, or a defect keeps it from ever coming.
#[track_caller]
fn wait_for(what: impl Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < Duration::from_secs(60), "it never came");
        thread::sleep(Duration::from_millis(2));
    }
}

/// What Ctrl-C does.
#[track_caller]
fn interrupt(child: Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let run = finish(child);
    assert_eq!(run.status.signal(), Some(2), "{:?}: {}", run.status, run.stderr);
}

fn is_temporary(path: &str) -> bool {
    path.rsplit('/').next().unwrap().starts_with(".dechrome-")
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
    interrupt(child);
    for file in folder.files("out").iter().filter(|file| !is_temporary(file)) {
        folder.holds(&format!("out/{file}"), ARTICLE);
    }
    assert!(!folder.path("out/wait").exists());
    // The next run does the rest.
    folder.run("in -o out/in -q").exits(0);
    assert_eq!(folder.files("out/in").iter().filter(|file| !is_temporary(file)).count(), 200);
}

#[test]
fn originals_are_whole_or_cleaned_and_the_audit_has_what_left() {
    let folder = pages();
    make_pipe(&folder, "wait");
    let originals = folder.contents("in");
    let child = folder.program("--in-place in wait -j 2 --removed removed").spawn().unwrap();
    wait_for(|| folder.files("in").iter().any(|file| is_temporary(file)));
    interrupt(child);
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
    interrupt(child);
    writer.join().unwrap();
    folder.holds("out/a.jsonl", record(ARTICLE));
    assert!(!folder.path("out/wait.jsonl").exists());
}
