//! `--in-place`: files rewritten, each atomically.

use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::support::{ARTICLE, Folder, PAGE, PLAIN, feed, json};

/// Gives a file a date of long ago, and returns it.
fn make_old(folder: &Folder, path: &str) -> SystemTime {
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    File::options().write(true).open(folder.path(path)).unwrap().set_modified(date).unwrap();
    date
}

fn date_of(folder: &Folder, path: &str) -> SystemTime {
    fs::metadata(folder.path(path)).unwrap().modified().unwrap()
}

#[test]
fn files_are_rewritten_where_they_are() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/sub/b.txt", PAGE), ("c.txt", PAGE), ("d.txt", PLAIN)]);
    folder
        .run("-i in c.txt d.txt")
        .exits(0)
        .prints("")
        .says(&["4 documents: 3 cleaned (6 removals, 216 of 1002 bytes), 1 unchanged"]);
    for file in ["in/a.txt", "in/sub/b.txt", "c.txt"] {
        folder.holds(file, ARTICLE);
    }
    assert_eq!(folder.files(""), ["c.txt", "d.txt", "in/a.txt", "in/sub/b.txt"]);
}

#[test]
fn no_temporary_file_stays_behind() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.bin", "\0"), ("in/c.txt", PLAIN)]);
    folder.write("in/d.jsonl", format!("{{\"text\":\"{}\"}}\nbad\n", json(PAGE)));
    let before = folder.files("");
    folder.run("-i in -q").exits(2);
    assert_eq!(folder.files(""), before);
    folder.run("-i in -q --removed /dev/null").exits(2);
    assert_eq!(folder.files(""), before);
}

#[test]
fn a_file_without_chrome_is_not_touched() {
    let folder = Folder::with(&[("in/plain.txt", PLAIN), ("in/binary", "a\0b"), ("in/page.txt", PAGE)]);
    let files = ["in/plain.txt", "in/binary", "in/page.txt"];
    let dates = files.map(|file| make_old(&folder, file));
    folder.run("-i in -q").exits(0);
    assert_eq!(date_of(&folder, files[0]), dates[0]);
    assert_eq!(date_of(&folder, files[1]), dates[1]);
    assert_ne!(date_of(&folder, files[2]), dates[2]);
}

#[test]
fn json_lines_without_chrome_are_not_touched() {
    let folder = Folder::new();
    folder.write("plain.jsonl", format!("{{\"text\":\"{}\"}}\n\nbad\n", json(PLAIN)));
    let date = make_old(&folder, "plain.jsonl");
    folder.run("-i plain.jsonl -q").exits(2);
    assert_eq!(date_of(&folder, "plain.jsonl"), date);
    assert_eq!(folder.files(""), ["plain.jsonl"]);
}

#[test]
fn a_document_over_the_budget_is_not_touched() {
    let folder = Folder::with(&[("page.txt", PAGE)]);
    let date = make_old(&folder, "page.txt");
    folder.run("-i page.txt --max-removed 5").exits(0).says(&["1 document: 0 cleaned, 1 over the removal budget"]);
    assert_eq!(date_of(&folder, "page.txt"), date);
}

#[test]
fn a_second_run_finds_nothing_more() {
    let folder = Folder::with(&[("page.txt", PAGE)]);
    folder.run("-i page.txt -q").exits(0);
    folder.run("-i page.txt").exits(0).says(&["1 document: 0 cleaned, 1 unchanged"]);
    folder.holds("page.txt", ARTICLE);
}

#[cfg(unix)]
#[test]
fn a_reader_of_the_old_file_keeps_it() {
    use std::io::Read;
    let folder = Folder::with(&[("page.txt", PAGE)]);
    let mut reader = File::open(folder.path("page.txt")).unwrap();
    fs::hard_link(folder.path("page.txt"), folder.path("copy.txt")).unwrap();
    folder.run("-i page.txt -q").exits(0);
    let mut read = String::new();
    reader.read_to_string(&mut read).unwrap();
    assert_eq!(read, PAGE, "the file was written over, not replaced");
    folder.holds("copy.txt", PAGE);
    folder.holds("page.txt", ARTICLE);
}

#[cfg(unix)]
#[test]
fn through_a_symlink_the_file_behind_it_is_replaced() {
    let folder = Folder::with(&[("real/page.txt", PAGE)]);
    std::os::unix::fs::symlink("real/page.txt", folder.path("link.txt")).unwrap();
    folder.run("-i link.txt -q").exits(0);
    assert!(folder.path("link.txt").is_symlink());
    folder.holds("real/page.txt", ARTICLE);
}

/// As on a full disk: no file can grow any more.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_written_stays_what_it_was() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.txt", PLAIN)]);
    folder.write("in/c.jsonl", format!("{{\"text\":\"{}\"}}\n", json(PAGE)));
    let before = folder.contents("in");
    let mut shell = Command::new("sh");
    // 25 is the signal that would end the program before it sees the error.
    shell
        .args(["-c", "trap '' 25; ulimit -f 0; exec \"$0\" --quiet --in-place in"])
        .arg(folder.program("").get_program());
    shell.current_dir(folder.path("")).stdout(Stdio::piped()).stderr(Stdio::piped());
    feed(shell, b"")
        .exits(2)
        .says(&["in/a.txt: File too large (os error 27)", "in/c.jsonl: File too large (os error 27)"]);
    assert!(folder.contents("in") == before);
}

#[test]
fn an_output_does_not_go_with_it() {
    let folder = Folder::with(&[("page.txt", PAGE)]);
    let run = folder.run("-i page.txt -o out").exits(2);
    assert!(run.stderr.contains("the argument '--in-place' cannot be used with '--output <PATH>'"), "{}", run.stderr);
    folder.holds("page.txt", PAGE);
}
