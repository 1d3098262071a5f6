//! `--resume`: an interrupted batch goes on, and in the end all is as if nothing had happened.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use crate::support::{ARTICLE, Folder, PAGE, PLAIN, json};

const ARGUMENTS: &str = "in -o out -q --removed removed --report report --rejects bad";

fn record(text: &str) -> String {
    format!("{{\"text\":\"{}\"}}\n", json(text))
}

fn batch() -> Folder {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b#/c.txt", PAGE), ("in/d.txt", PLAIN), ("in/e.txt", PAGE)]);
    folder.write("in/b#/r.jsonl", format!("{}bad\n{}", record(PAGE), record(PAGE)));
    folder.write("in/f.bin", b"\0");
    // Outputs are newer than inputs from some other day.
    for file in folder.files("in") {
        let day_before = SystemTime::now() - Duration::from_secs(86_400);
        File::options().write(true).open(folder.path("in").join(file)).unwrap().set_modified(day_before).unwrap();
    }
    folder
}

fn state(folder: &Folder) -> (Vec<(String, Vec<u8>)>, [String; 3]) {
    (folder.contents("out"), ["removed", "report", "bad"].map(|name| folder.text(name)))
}

fn undisturbed() -> (Vec<(String, Vec<u8>)>, [String; 3]) {
    let folder = batch();
    folder.run(ARGUMENTS).exits(2);
    assert!(!folder.path("report.partial").exists());
    state(&folder)
}

#[test]
fn what_is_done_is_not_done_again() {
    let folder = batch();
    folder.run(ARGUMENTS).exits(2);
    let time = |path: &str| fs::metadata(folder.path(path)).unwrap().modified().unwrap();
    let (before, done) = (state(&folder), time("out/a.txt"));
    // The exit status is that of the whole batch: a record of it is bad.
    folder.run(&format!("{ARGUMENTS} --resume")).exits(2).says(&[]);
    assert_eq!((state(&folder), time("out/a.txt")), (before, done));
    let run = folder.run("in -o out --resume").exits(0);
    assert_eq!(run.stderr, "dechrome: 0 documents: 0 cleaned; 6 files done before\n");
}

#[test]
fn what_was_told_of_outputs_that_are_not_there_is_told_once() {
    let whole = undisturbed();
    // As a run that is killed between the audit and the renaming leaves it.
    for missing in [&["out/e.txt", "out/f.bin"][..], &["out/b#/r.jsonl", "out/d.txt", "out/e.txt", "out/f.bin"]] {
        let folder = batch();
        folder.run(ARGUMENTS).exits(2);
        missing.iter().for_each(|path| fs::remove_file(folder.path(path)).unwrap());
        // The report was not ended, and the last line of the audit is torn.
        let report = folder.text("report");
        let (inputs, _) = report.split_once("\n]").unwrap();
        folder.write("report.partial", inputs);
        fs::remove_file(folder.path("report")).unwrap();
        let removed = folder.text("removed");
        folder.write("removed", &removed[..removed.len() - 10]);
        folder.run(&format!("{ARGUMENTS} --resume")).exits(2);
        assert_eq!(state(&folder), whole);
        assert!(!folder.path("report.partial").exists());
    }
}

#[test]
fn an_input_that_is_newer_than_its_output_is_done_again() {
    let folder = batch();
    folder.run(ARGUMENTS).exits(2);
    let tomorrow = SystemTime::now() + Duration::from_secs(86_400);
    File::options().write(true).open(folder.path("in/a.txt")).unwrap().set_modified(tomorrow).unwrap();
    folder.write("out/a.txt", "old");
    folder.write("out/e.txt", "newer than its input, so nobody looks at it");
    folder.run(&format!("{ARGUMENTS} --resume")).exits(2);
    folder.holds("out/a.txt", ARTICLE);
    folder.holds("out/e.txt", "newer than its input, so nobody looks at it");
    assert_eq!(folder.text("removed").matches("\"doc\":\"a.txt\"").count(), 2);
}

#[test]
fn what_the_audit_does_not_know_is_done_again() {
    let whole = undisturbed();
    let folder = batch();
    // The first run had no audit and no report.
    folder.run("in -o out -q --on-error skip").exits(2);
    folder.run(&format!("{ARGUMENTS} --resume")).exits(2);
    assert_eq!(state(&folder), whole);
}

#[test]
fn an_undisturbed_run_may_resume_too() {
    let folder = batch();
    folder.run(&format!("{ARGUMENTS} --resume")).exits(2);
    assert_eq!(state(&folder), undisturbed());
}

#[test]
fn a_restored_batch_is_the_original_one() {
    let folder = batch();
    folder.run(ARGUMENTS).exits(2);
    fs::remove_file(folder.path("out/b#/r.jsonl")).unwrap();
    folder.run(&format!("{ARGUMENTS} --resume")).exits(2);
    folder.run("restore out --removed removed -o back -q").exits(0);
    assert_eq!(folder.contents("back"), folder.contents("in"));
}

#[test]
fn only_a_run_that_writes_files_can_be_continued() {
    let folder = batch();
    folder
        .pipe("--resume -o out", PAGE)
        .exits(2)
        .says(&["--resume: continues a run that writes files below -o; name inputs and -o"]);
    folder.run("in -o out --check --resume").exits(2);
    folder
        .run("in -o out --rejects bad --resume")
        .exits(2)
        .says(&["--resume: with --rejects needs --removed, which tells whose the rejects are"]);
    assert!(!folder.path("out").exists());
}

#[test]
fn an_input_that_is_missing_costs_nothing_that_was_told() {
    let folder = batch();
    folder.run(ARGUMENTS).exits(2);
    let before = state(&folder);
    fs::rename(folder.path("in"), folder.path("away")).unwrap();
    folder
        .run(&format!("{ARGUMENTS} --resume"))
        .exits(2)
        .says(&["in: no such file or folder; --resume needs all inputs of the run that it continues"]);
    assert_eq!(state(&folder), before);
    // One that is gone has its output still, and so has the audit its lines.
    fs::rename(folder.path("away"), folder.path("in")).unwrap();
    fs::remove_file(folder.path("in/a.txt")).unwrap();
    folder.run(&format!("{ARGUMENTS} --resume")).exits(2);
    assert_eq!(state(&folder), before);
}

#[test]
fn outputs_of_a_run_before_the_audit_are_done_again() {
    let folder = batch();
    folder.run("in -o out -q").exits(2);
    // A run with an audit that was killed before it had done anything.
    folder.write("removed", "");
    folder.write("removed.partial", "");
    folder.run("in -o out -q --removed removed --resume").exits(2);
    assert_eq!(folder.text("removed").matches("\"doc\":\"a.txt\"").count(), 2);
    assert!(!folder.path("removed.partial").exists());
    folder.run("restore out --removed removed -o back -q").exits(0);
    assert_eq!(folder.contents("back"), folder.contents("in"));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_has_nothing_to_continue() {
    let folder = batch();
    folder
        .run("in -o out --removed /dev/null --resume")
        .exits(2)
        .says(&["/dev/null: is no file, so it cannot have what an earlier run has told; name the file of that run"]);
}

#[test]
fn an_output_that_could_not_be_written_is_not_done() {
    let folder = batch();
    folder.run("in -o out -q").exits(2);
    // A folder is in the way, so that the old output stays where it is.
    fs::rename(folder.path("out/a.txt"), folder.path("old")).unwrap();
    fs::create_dir(folder.path("out/a.txt")).unwrap();
    folder.run(ARGUMENTS).exits(2);
    fs::remove_dir(folder.path("out/a.txt")).unwrap();
    fs::write(folder.path("out/a.txt"), "old").unwrap();
    folder.run(&format!("{ARGUMENTS} --resume")).exits(2);
    folder.holds("out/a.txt", ARTICLE);
    folder.run("restore out --removed removed -o back -q").exits(0);
    assert_eq!(folder.contents("back"), folder.contents("in"));
}

#[test]
fn what_is_called_as_the_progress_is_not_taken_for_it() {
    let folder = batch();
    folder.write("removed.partial", "notes");
    let message = "removed: removed.partial is there, and not of an earlier run; move it away";
    folder.run("in -o out --removed removed --resume").exits(2).says(&[message]);
    folder.holds("removed.partial", "notes");
}
