//! What goes wrong in a batch beside full disks and kills: files that vanish, grow or may not be touched, links that
//! lead astray, names that are no text, too many files. Each is really caused.

#![cfg(unix)]

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::{Command, Stdio};

use crate::support::{
    ARTICLE, Folder, PAGE, PATTERNS, PLAIN, Run, feed, finish, json, make_pipe, note, temporary_files,
};

fn record(text: &str) -> String {
    format!("{{\"text\":\"{}\"}}\n", json(text))
}

fn allow(folder: &Folder, path: &str, mode: u32) {
    fs::set_permissions(folder.path(path), Permissions::from_mode(mode)).unwrap();
}

/// Runs the program as a user whom permissions bind, which root is not.
fn as_nobody(folder: &Folder, arguments: &str) -> Option<Run> {
    if fs::metadata(folder.path("")).unwrap().uid() != 0 {
        return Some(folder.run(arguments));
    }
    allow(folder, "", 0o755);
    let program = |arguments: &str| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(folder.program("").get_program()).args(arguments.split_whitespace());
        command.current_dir(folder.path("")).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    if !program("--version").output().is_ok_and(|output| output.status.success()) {
        note("not tested: the program cannot be run as another user");
        return None;
    }
    Some(feed(program(arguments), b""))
}

#[test]
fn files_and_folders_that_may_not_be_read() {
    let folder =
        Folder::with(&[("in/a.txt", PAGE), ("in/cellar/b.txt", PAGE), ("in/shut.jsonl", ""), ("in/shut", PAGE)]);
    fs::create_dir(folder.path("out")).unwrap();
    allow(&folder, "out", 0o777);
    let closed = ["in/cellar", "in/shut", "in/shut.jsonl"];
    closed.iter().for_each(|path| allow(&folder, path, 0));
    let expected = closed.map(|path| format!("{path}: permission denied"));
    let expected = expected.each_ref().map(String::as_str);
    if let Some(run) = as_nobody(&folder, "in -q -o out") {
        run.exits(2).says(&expected);
        assert_eq!(folder.files("out"), ["a.txt"]);
        folder.holds("out/a.txt", ARTICLE);
        as_nobody(&folder, "in/shut").unwrap().exits(2).prints("").says(&expected[1..2]);
        as_nobody(&folder, "--check in").unwrap().exits(2);
    }
    allow(&folder, "in/cellar", 0o700);
}

#[test]
fn folders_that_may_not_be_written_to() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.jsonl", &record(PAGE)), ("in/open/c.txt", PAGE)]);
    fs::create_dir(folder.path("out")).unwrap();
    [("in", 0o555), ("in/open", 0o777), ("out", 0o555)].iter().for_each(|(path, mode)| allow(&folder, path, *mode));
    let denied = |path: &str| format!("{path}: permission denied");
    let [a, b, c] = ["out/a.txt", "out/b.jsonl", "out/open/c.txt"].map(denied);
    if let Some(run) = as_nobody(&folder, "in -q -o out") {
        run.exits(2).says(&[&a, &b, &c]);
        assert_eq!(folder.files("out"), [""; 0]);
        let run = as_nobody(&folder, "in -q -i").unwrap();
        run.exits(2).says(&[&denied("in/a.txt"), &denied("in/b.jsonl")]);
        folder.holds("in/a.txt", PAGE);
        folder.holds("in/b.jsonl", record(PAGE));
        folder.holds("in/open/c.txt", ARTICLE);
        let run = as_nobody(&folder, "in -q -o elsewhere --removed out/removed").unwrap();
        run.exits(2).says(&[&denied("out/removed")]);
    }
    assert_eq!(temporary_files(&folder, ""), [""; 0]);
    allow(&folder, "in", 0o755);
}

/// After the walk has found them and before they are read, which the pipe holds up.
#[test]
fn files_that_vanish_grow_or_change_before_their_turn() {
    let folder = Folder::with(&[("in/gone.jsonl", ""), ("in/r.jsonl", &record(PLAIN))]);
    for name in ["folder", "gone.txt", "grows.txt", "shrinks.txt", "stays.txt"] {
        folder.write(&format!("in/{name}"), PAGE);
    }
    fs::create_dir(folder.path("in/sub")).unwrap();
    folder.write("in/sub/gone.txt", PAGE);
    make_pipe(&folder, "pipe");
    let child = folder.program("pipe in -o out -q -j 1").spawn().unwrap();
    // It opens when the program opens the other end.
    let mut pipe = File::options().write(true).open(folder.path("pipe")).unwrap();
    for name in ["folder", "gone.txt", "gone.jsonl"] {
        fs::remove_file(folder.path("in").join(name)).unwrap();
    }
    fs::remove_dir_all(folder.path("in/sub")).unwrap();
    fs::create_dir(folder.path("in/folder")).unwrap();
    folder.write("in/grows.txt", [PAGE, "Leave a Reply\n"].concat());
    folder.write("in/shrinks.txt", "");
    pipe.write_all(PAGE.as_bytes()).unwrap();
    drop(pipe);
    let run = finish(child).exits(2);
    let lines: Vec<&str> = run.stderr.lines().collect();
    let (sub, files) = lines.split_last().unwrap();
    assert_eq!(
        files,
        [
            "dechrome: in/folder: is a folder, not a file",
            "dechrome: in/gone.jsonl: no such file or folder",
            "dechrome: in/gone.txt: no such file or folder",
        ]
    );
    // The folder or the file in it, depending on how far the walk had come.
    assert!(sub.starts_with("dechrome: in/sub") && sub.ends_with(": no such file or folder"), "{sub}");
    assert_eq!(folder.files("out"), ["in/grows.txt", "in/r.jsonl", "in/shrinks.txt", "in/stays.txt", "pipe"]);
    for (name, text) in [("grows.txt", ARTICLE), ("shrinks.txt", ""), ("stays.txt", ARTICLE)] {
        folder.holds(&format!("out/in/{name}"), text);
    }
}

/// The results wait for the audit, and that for the pipe: meanwhile other programs write the files that are cleaned.
#[test]
fn what_other_programs_write_meanwhile_is_not_replaced() {
    let folder = Folder::new();
    for name in ["a.txt", "gone.txt", "grows.txt", "replaced.txt"] {
        folder.write(&format!("in/{name}"), PAGE);
    }
    make_pipe(&folder, "wait");
    let child = folder.program("in wait -i -q -j 1 --removed removed").spawn().unwrap();
    // It opens when the one thread has done all that comes before.
    let mut pipe = File::options().write(true).open(folder.path("wait")).unwrap();
    File::options().append(true).open(folder.path("in/grows.txt")).unwrap().write_all(b"One more line.\n").unwrap();
    folder.write("new", PAGE);
    fs::rename(folder.path("new"), folder.path("in/replaced.txt")).unwrap();
    fs::remove_file(folder.path("in/gone.txt")).unwrap();
    pipe.write_all(PLAIN.as_bytes()).unwrap();
    drop(pipe);
    let other = "was changed by another program meanwhile; left as that left it, run again";
    let lines = ["gone", "grows", "replaced"].map(|name| format!("in/{name}.txt: {other}"));
    finish(child).exits(2).says(&lines.each_ref().map(String::as_str));
    assert_eq!(folder.files("in"), ["a.txt", "grows.txt", "replaced.txt"]);
    folder.holds("in/a.txt", ARTICLE);
    folder.holds("in/grows.txt", [PAGE, "One more line.\n"].concat());
    folder.holds("in/replaced.txt", PAGE);
}

/// Nobody reads the output, so the program waits in the middle of the file.
#[test]
fn a_file_of_records_that_grows_while_it_is_read() {
    let folder = Folder::new();
    // Far more than a pipe and the batches in memory take.
    let many = record(PLAIN).repeat(20_000);
    folder.write("r.jsonl", &many);
    folder.write("small.toml", PATTERNS);
    let mut child = folder.program("r.jsonl --no-default-patterns -p small.toml").spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut read = vec![0];
    stdout.read_exact(&mut read).unwrap();
    File::options().append(true).open(folder.path("r.jsonl")).unwrap().write_all(record(PAGE).as_bytes()).unwrap();
    stdout.read_to_end(&mut read).unwrap();
    assert!(read == [many, record(&PAGE.replace("Advertisement\n\n", ""))].concat().as_bytes());
    finish(child).exits(0).says(&[]);
}

#[test]
fn another_run_into_the_same_folder_is_not_disturbed() {
    let folder = Folder::with(&[("a.txt", PAGE), ("b.txt", PAGE), ("c.txt", PAGE)]);
    make_pipe(&folder, "wait");
    let child = folder.program("a.txt wait -o out/ -q -j 1 --removed removed").spawn().unwrap();
    let mut pipe = File::options().write(true).open(folder.path("wait")).unwrap();
    assert_eq!(temporary_files(&folder, "out").len(), 1);
    folder.write("out/.dechrome-killed.tmp", "half a page");
    folder.run("b.txt c.txt -o out/ -q").exits(0).says(&[]);
    // What a killed run left is gone, what the other run is writing is not.
    assert_eq!(folder.files("out").len(), 3);
    assert_eq!(temporary_files(&folder, "out").len(), 1);
    pipe.write_all(PAGE.as_bytes()).unwrap();
    drop(pipe);
    finish(child).exits(0).says(&[]);
    assert_eq!(folder.files("out"), ["a.txt", "b.txt", "c.txt", "wait"]);
}

#[test]
fn links_in_a_tree_lead_nowhere() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/sub/b.txt", PAGE), ("outside/c.txt", PAGE), ("d.txt", PAGE)]);
    for (target, link) in [
        ("..", "in/sub/up"),
        (".", "in/round"),
        ("../outside", "in/out of the tree"),
        ("../d.txt", "in/file.txt"),
        ("a.txt", "in/same folder.txt"),
        ("self", "in/self"),
        ("nowhere", "in/dangling"),
    ] {
        symlink(target, folder.path(link)).unwrap();
    }
    folder.run("in -o out").exits(0).says(&["2 documents: 2 cleaned (4 removals, 144 of 600 bytes); 7 skipped"]);
    assert_eq!(folder.files("out"), ["a.txt", "sub/b.txt"]);
    folder.run("in --check -q").exits(1);
    folder.run("in -i").exits(0).says(&["2 documents: 2 cleaned (4 removals, 144 of 600 bytes); 7 skipped"]);
    folder.holds("outside/c.txt", PAGE);
    folder.holds("d.txt", PAGE);
    assert!(folder.path("in/same folder.txt").is_symlink());
}

#[test]
fn no_output_goes_into_an_input_through_a_linked_folder() {
    let folder = Folder::with(&[("in/sub/new.txt", PAGE), ("in/a.txt", PAGE), ("out/b.txt", PLAIN)]);
    symlink("../in", folder.path("out/sub")).unwrap();
    let message = "out/sub/new.txt: leads to an input through a link; remove the link, or choose another -o";
    folder.run("in -o out -q").exits(2).says(&[message]);
    assert_eq!(folder.files("in"), ["a.txt", "sub/new.txt"]);
    folder.holds("out/a.txt", ARTICLE);
}

#[test]
fn a_link_that_is_named_is_followed_and_stays() {
    let folder = Folder::with(&[("real/a.txt", PAGE), ("real/r.jsonl", &record(PAGE)), ("b.txt", PAGE)]);
    for (target, link) in [("real", "tree"), ("link.txt", "link to link.txt"), ("b.txt", "link.txt")] {
        symlink(target, folder.path(link)).unwrap();
    }
    let mut program = folder.program("-i tree -q");
    program.arg("link to link.txt");
    finish(program.spawn().unwrap()).exits(0).says(&[]);
    assert!(["tree", "link to link.txt", "link.txt"].iter().all(|link| folder.path(link).is_symlink()));
    for file in ["real/a.txt", "b.txt"] {
        folder.holds(file, ARTICLE);
    }
    folder.holds("real/r.jsonl", record(ARTICLE));
}

#[test]
fn names_that_are_no_text_go_all_the_way_and_back() {
    let folder = Folder::with(&[("in/plain.txt", PLAIN)]);
    let name = |bytes: &'static [u8]| OsStr::from_bytes(bytes);
    let sub = folder.path("in").join(name(b"caf\xE9"));
    if fs::create_dir(&sub).is_err() {
        note("not tested: this file system has no such names");
        return;
    }
    fs::write(sub.join(name(b"\xFF\xFE.txt")), PAGE).unwrap();
    fs::write(sub.join(name(b"\xFE#\\xFF.jsonl")), record(PAGE)).unwrap();
    fs::write(sub.join("tab\there, and\na line"), PAGE).unwrap();
    let copy = |from: &str, to: &str| {
        assert!(Command::new("cp").arg("-r").args([folder.path(from), folder.path(to)]).status().unwrap().success());
    };
    let is_same = |one: &str, other: &str| {
        let paths = [folder.path(one), folder.path(other)];
        Command::new("diff").arg("-r").args(paths).stdout(Stdio::null()).status().unwrap().success()
    };
    copy("in", "in place");
    folder.run("in -o clean -q --removed removed").exits(0).says(&[]);
    let mut program = folder.program("-i -q --removed removed2");
    program.arg("in place");
    finish(program.spawn().unwrap()).exits(0).says(&[]);
    assert!(is_same("clean", "in place") && !is_same("clean", "in"));
    assert_eq!(folder.text("removed"), folder.text("removed2"));
    folder.run("restore clean -q --removed removed -o back").exits(0).says(&[]);
    assert!(is_same("in", "back"));
    assert_eq!(
        fs::read(folder.path("clean").join(name(b"caf\xE9")).join(name(b"\xFF\xFE.txt"))).unwrap(),
        ARTICLE.as_bytes()
    );
}

/// Results that wait for their audit are open files.
#[test]
fn few_files_may_be_open_at_once() {
    let folder = Folder::with(&[("small.toml", PATTERNS)]);
    let page = "A page about the ferry and its crew, who have been on strike since Monday morning.\n\nAdvertisement\n";
    (0..700).for_each(|number| folder.write(&format!("in/{number}.txt"), page));
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n 256; exec \"$0\" -i in -q --removed removed --no-default-patterns -p small.toml"]);
    shell.arg(folder.program("").get_program()).current_dir(folder.path(""));
    feed(shell, b"").exits(0).says(&[]);
    let cleaned = page.replace("\n\nAdvertisement\n", "\n");
    assert!(folder.contents("in").iter().all(|(_, bytes)| bytes == cleaned.as_bytes()));
}
