//! `kill -9` at random moments: every file is the old one or the whole new one, and the next run ends as if nothing had
//! happened. What is random is the delay before the kill; a failure tells which one it was.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Folder, PATTERNS, json};

type Files = BTreeMap<String, Vec<u8>>;

/// Ends a program at random moments of its run.
struct Killer {
    random: u64,
    /// How long a run takes if nobody disturbs it.
    length: Duration,
    kills: u32,
    inside: u32,
}

impl Killer {
    /// Learns from `run` how long a run takes.
    fn new(mut run: impl FnMut()) -> Self {
        let mut measure = || {
            let start = Instant::now();
            run();
            start.elapsed()
        };
        // The shortest: the others were held up by what else the machine does.
        let length = (0..3).map(|_| measure()).min().unwrap();
        Killer { random: 0x9E37_79B9_7F4A_7C15, length, kills: 0, inside: 0 }
    }

    /// Starts the program and kills it; returns what to call this kill.
    fn kill(&mut self, folder: &Folder, arguments: &str) -> String {
        // Xorshift, which is random enough for this.
        for (left, bits) in [(true, 13), (false, 7), (true, 17)] {
            self.random ^= if left { self.random << bits } else { self.random >> bits };
        }
        let delay = self.length.mul_f64((self.random >> 11) as f64 / (1_u64 << 53) as f64);
        let mut child = folder.program(arguments).spawn().unwrap();
        thread::sleep(delay);
        child.kill().unwrap();
        let is_inside = child.wait().unwrap().signal() == Some(9);
        self.kills += 1;
        self.inside += u32::from(is_inside);
        if !is_inside {
            self.length = self.length.mul_f64(0.9);
        }
        format!("kill {} after {delay:?} of {:?}, inside: {is_inside}", self.kills, self.length)
    }

    #[track_caller]
    fn has_killed(&self, number: u32) {
        assert_eq!(self.kills, number);
        assert!(self.inside * 2 >= number, "{} of {number} kills came before the end of the run", self.inside);
    }
}

const OPTIONS: &str = "--no-default-patterns -p small.toml -q";

fn page(number: usize) -> String {
    let prose = "The ferry to the islands will sail twice a day from May on, the port authority said on Monday.\n\n";
    format!("Page {number}\n\n{}Advertisement\n\n{prose}Advertisement\n", prose.repeat(5 + number % 20))
}

fn records(number: usize) -> String {
    (0..number).map(|number| format!("{{\"id\":{number},\"text\":\"{}\"}}\n", json(&page(number)))).collect()
}

fn read(folder: &Folder, below: &str) -> Files {
    folder.contents(below).into_iter().collect()
}

/// Makes a folder hold these files and no others.
fn write(folder: &Folder, below: &str, files: &Files) {
    let _ = fs::remove_dir_all(folder.path(below));
    files.iter().for_each(|(name, bytes)| folder.write(&format!("{below}/{name}"), bytes));
}

fn without_temporary(files: Files) -> Files {
    files.into_iter().filter(|(name, _)| !crate::support::is_temporary(name)).collect()
}

/// Pages in several folders, files of records, and something that is no text.
fn tree() -> Folder {
    let folder = Folder::with(&[("small.toml", PATTERNS)]);
    (0..60).for_each(|number| folder.write(&format!("in/{}/{number}.txt", number % 5), page(number)));
    (0..5).for_each(|number| folder.write(&format!("in/{number}/r.jsonl"), records(10)));
    folder.write("in/2/picture.png", b"\x89PNG\r\n\x1A\n\0\0".repeat(5_000));
    folder
}

/// The files of `in`, and what they are after an undisturbed run in place.
fn before_and_after(folder: &Folder) -> (Files, Files) {
    let originals = read(folder, "in");
    folder.run(&format!("in -o after {OPTIONS}")).exits(0);
    let after = read(folder, "after");
    fs::remove_dir_all(folder.path("after")).unwrap();
    assert_ne!(originals, after);
    (originals, after)
}

#[test]
fn a_tree() {
    let folder = tree();
    let (originals, new) = before_and_after(&folder);
    // Half of the runs find an older output.
    let old: Files = new.keys().map(|name| (name.clone(), b"of an earlier run".to_vec())).collect();
    let run = format!("in -o out {OPTIONS} -j 2");
    let mut killer = Killer::new(|| _ = folder.run(&run).exits(0));
    for number in 0..40 {
        write(&folder, "out", if number % 2 == 0 { &old } else { const { &Files::new() } });
        let kill = killer.kill(&folder, &run);
        for (name, bytes) in without_temporary(read(&folder, "out")) {
            assert!(bytes == new[&name] || number % 2 == 0 && bytes == old[&name], "{kill}: {name}");
        }
        assert!(read(&folder, "in") == originals, "{kill}: an input has changed");
        folder.run(&run).exits(0).says(&[]);
        assert!(read(&folder, "out") == new, "{kill}: the next run ends otherwise: {:?}", folder.files("out"));
    }
    killer.has_killed(40);
}

/// Kills runs in place and lets them be completed and undone.
#[track_caller]
fn kill_in_place(folder: &Folder, kills: u32) {
    let (originals, cleaned) = before_and_after(folder);
    let run = |audit: &str| format!("-i in {OPTIONS} -j 2 --removed {audit}");
    let mut killer = Killer::new(|| {
        write(folder, "in", &originals);
        let _ = fs::remove_file(folder.path("first"));
        let _ = folder.run(&run("first")).exits(0);
    });
    for _ in 0..kills {
        for path in ["first", "second"] {
            let _ = fs::remove_file(folder.path(path));
        }
        for path in ["one-back", "all-back"] {
            let _ = fs::remove_dir_all(folder.path(path));
        }
        write(folder, "in", &originals);
        let kill = killer.kill(folder, &run("first"));

        let audit = fs::read_to_string(folder.path("first")).unwrap_or_default();
        let found = without_temporary(read(folder, "in"));
        assert_eq!(found.len(), originals.len(), "{kill}");
        for (name, bytes) in found {
            let is_told = audit.contains(&format!("\"doc\":\"{name}"));
            assert!(bytes == originals[&name] || is_told && bytes == cleaned[&name], "{kill}: {name}");
        }

        folder.run(&run("second")).exits(0).says(&[]);
        assert!(read(folder, "in") == cleaned, "{kill}: the next run ends otherwise: {:?}", folder.files("in"));
        folder.run("restore in --removed second -o one-back -q").exits(0).says(&[]);
        if !audit.is_empty() {
            let run = folder.run("restore one-back --removed first -o all-back -q");
            // The kill may have hit the writing of the audit: the record that is cut off is of a file that was not
            // replaced.
            let is_cut_off = !audit.ends_with('\n');
            let line = format!("dechrome: first:{}: ", audit.lines().count());
            assert!(run.stderr.is_empty() || is_cut_off && run.stderr.starts_with(&line), "{kill}: {}", run.stderr);
            assert_eq!(run.stderr.lines().count(), usize::from(is_cut_off), "{kill}: {}", run.stderr);
        }
        let back = if audit.is_empty() { "one-back" } else { "all-back" };
        assert!(read(folder, back) == originals, "{kill}: the originals do not come back");
    }
    killer.has_killed(kills);
}

#[test]
fn in_place() {
    kill_in_place(&tree(), 35);
}

#[test]
fn json_lines_in_place() {
    let folder = Folder::with(&[("small.toml", PATTERNS)]);
    folder.write("in/r.jsonl", records(250));
    kill_in_place(&folder, 17);
}

#[test]
fn json_lines() {
    let folder = Folder::with(&[("small.toml", PATTERNS)]);
    folder.write("in/r.jsonl", records(400));
    let (originals, new) = before_and_after(&folder);
    let new = &new["r.jsonl"];
    let run = format!("in/r.jsonl -o out/r.jsonl {OPTIONS} -j 2");
    let mut killer = Killer::new(|| _ = folder.run(&run).exits(0));
    for number in 0..18 {
        let _ = fs::remove_dir_all(folder.path("out"));
        if number % 2 == 0 {
            folder.write("out/r.jsonl", "old");
        }
        let kill = killer.kill(&folder, &run);
        match fs::read(folder.path("out/r.jsonl")) {
            Ok(bytes) => assert!(bytes == *new || number % 2 == 0 && bytes == b"old", "{kill}"),
            Err(_) => assert!(number % 2 == 1, "{kill}: the old file is gone"),
        }
        assert!(read(&folder, "in") == originals, "{kill}: the input has changed");
        folder.run(&run).exits(0).says(&[]);
        assert_eq!(folder.files("out"), ["r.jsonl"], "{kill}");
        assert!(fs::read(folder.path("out/r.jsonl")).unwrap() == *new, "{kill}: the next run ends otherwise");
    }
    killer.has_killed(18);
}

#[test]
fn runs_that_are_continued() {
    let folder = tree();
    (0..5).for_each(|number| folder.write(&format!("in/{number}/bad.jsonl"), records(5).replacen('{', "[", 2)));
    let run = format!("in -o out {OPTIONS} -j 2 --removed books/removed --report books/report --rejects books/rejects");
    let again = || {
        let _ = fs::remove_dir_all(folder.path("out"));
        let _ = fs::remove_dir_all(folder.path("books"));
        fs::create_dir(folder.path("books")).unwrap();
    };
    let mut killer = Killer::new(|| {
        again();
        let _ = folder.run(&run).exits(2);
    });
    let (out, books) = (read(&folder, "out"), read(&folder, "books"));
    assert_eq!(books.keys().collect::<Vec<_>>(), ["rejects", "removed", "report"]);
    let resume = format!("{run} --resume");
    for number in 0..30 {
        again();
        let mut kill = killer.kill(&folder, &run);
        // Some are killed again while they go on.
        for _ in 0..number % 3 {
            kill = kill + ", " + &killer.kill(&folder, &resume);
        }
        folder.run(&resume).exits(2);
        assert!(read(&folder, "out") == out, "{kill}: the run ends otherwise: {:?}", folder.files("out"));
        assert_eq!(folder.files("books"), ["rejects", "removed", "report"], "{kill}");
        for (name, bytes) in read(&folder, "books") {
            assert!(bytes == books[&name], "{kill}: {name} is another one");
        }
    }
    killer.has_killed(60);
}
