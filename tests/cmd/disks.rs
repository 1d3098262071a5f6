//! Disks that are full or cannot be written to. They are mounted for the one program and are gone with it; where the
//! system does not let the tests mount anything, they say so and pass.

#![cfg(target_os = "linux")]

use std::fs;
use std::process::{Command, Stdio};

use crate::support::{Folder, PAGE, PATTERNS, Run, feed, json, note, temporary_files};

const FULL: &str = "No space left on device (os error 28)";
const READ_ONLY: &str = "Read-only file system (os error 30)";

/// Runs a shell script in the folder that may mount disks. `$D` is the program with small patterns.
fn with_mounts(folder: &Folder, script: &str) -> Option<Run> {
    let unshare = |options: &str, script: &str| {
        let mut command = Command::new("unshare");
        command.args([options, "sh", "-c", script]).current_dir(folder.path(""));
        let program = folder.program("").get_program().to_str().unwrap().to_owned();
        command.env("D", format!("{program} -q --no-default-patterns -p small.toml"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    fs::create_dir_all(folder.path("disk")).unwrap();
    // As root, or else as the root of a world of its own.
    let works = |options: &&str| {
        let probe = unshare(options, "mount -t tmpfs none disk").output();
        probe.is_ok_and(|output| output.status.success())
    };
    let Some(options) = ["-m", "-rm"].into_iter().find(works) else {
        note("not tested: nothing can be mounted here");
        return None;
    };
    folder.write("small.toml", PATTERNS);
    Some(feed(unshare(options, &format!("set -u; {script}")), b""))
}

/// Two records in the audit, and a bit less than 8 KB: two blocks of a disk in memory.
fn page(number: usize) -> String {
    let prose = "The ferry to the islands will sail twice a day from May on, the port authority said on Monday.\n\n";
    format!("Page {number}\n\nAdvertisement\n\n{}Advertisement\n", prose.repeat(75))
}

fn cleaned(page: &str) -> String {
    page.replace("\nAdvertisement\n\n", "\n").replace("\n\nAdvertisement\n", "\n")
}

/// Folder `in` with pages and, at the end, a file of records.
fn pages(number: usize) -> Folder {
    let folder = Folder::new();
    (0..number).for_each(|number| folder.write(&format!("in/{number:03}.txt"), page(number)));
    folder.write("in/r.jsonl", format!("{{\"text\":\"{}\"}}\n", json(&page(1))));
    folder
}

#[test]
fn a_full_disk_takes_whole_files_or_none() {
    let folder = pages(30);
    let originals = folder.contents("in");
    let script = "mount -t tmpfs -o size=64k none disk; $D in -o disk/out; status=$?; cp -r disk kept; exit $status";
    let Some(run) = with_mounts(&folder, script) else { return };
    let run = run.exits(2);
    let kept = folder.files("kept/out");
    let missing = folder.files("in").into_iter().filter(|file| !kept.contains(file));
    let expected: Vec<String> = missing.map(|file| format!("disk/out/{file}: {FULL}")).collect();
    run.says(&expected.iter().map(String::as_str).collect::<Vec<_>>());
    assert!((3..9).contains(&kept.len()), "{kept:?}");
    for file in kept.iter().filter(|file| file.ends_with(".txt")) {
        folder.holds(&format!("kept/out/{file}"), cleaned(&folder.text(&format!("in/{file}"))));
    }
    assert!(folder.contents("in") == originals);
}

#[test]
fn originals_on_a_full_disk_stay() {
    let folder = pages(3);
    let originals = folder.contents("in");
    let script = "mount -t tmpfs -o size=64k none disk; cp -r in disk; head -c 99999 /dev/zero >disk/fill 2>/dev/null; \
        $D -i disk/in --removed removed; status=$?; cp -r disk kept; exit $status";
    let Some(run) = with_mounts(&folder, script) else { return };
    let lines: Vec<String> = folder.files("in").iter().map(|file| format!("disk/in/{file}: {FULL}")).collect();
    run.exits(2).says(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(folder.contents("kept/in") == originals);
}

#[test]
fn an_audit_on_a_full_disk_ends_the_run_and_the_way_back_is_complete() {
    let folder = pages(400);
    let originals = folder.contents("in");
    let script = "mount -t tmpfs -o size=160k none disk; $D -i in --removed disk/audit; status=$?; cp disk/audit .; exit $status";
    let Some(run) = with_mounts(&folder, script) else { return };
    run.exits(2).says(&[&format!("disk/audit: {FULL}; stopped here")]);
    let found = folder.contents("in");
    assert_eq!(found.len(), originals.len());
    let changed = originals.iter().zip(&found).filter(|(original, found)| original != found).count();
    assert!((1..400).contains(&changed), "{changed}");
    // Its last record may be cut off; that of a file which was not replaced.
    let restored = folder.run("restore in --removed audit -o back -q");
    assert!(restored.stderr.lines().count() <= 1, "{}", restored.stderr);
    assert!(folder.contents("back") == originals);
}

#[test]
fn a_tree_has_no_output_whose_removals_are_not_in_the_audit() {
    let folder = pages(400);
    let script = "mount -t tmpfs -o size=160k none disk; $D in -o out --removed disk/audit; status=$?; cp disk/audit .; \
        exit $status";
    let Some(run) = with_mounts(&folder, script) else { return };
    run.exits(2).says(&[&format!("disk/audit: {FULL}; stopped here")]);
    let (audit, outputs) = (folder.text("audit"), folder.files("out"));
    assert!((1..400).contains(&outputs.len()), "{}", outputs.len());
    for file in outputs {
        assert_eq!(audit.matches(&format!("{{\"doc\":\"{file}\"")).count(), 2, "{file}");
    }
    assert_eq!(temporary_files(&folder, ""), [""; 0]);
}

#[test]
fn a_report_on_a_full_disk_is_an_error_and_leaves_nothing() {
    let folder = pages(3);
    let script = "mount -t tmpfs -o size=64k none disk; head -c 99999 /dev/zero >disk/fill 2>/dev/null; \
        $D in -o out --report disk/report; status=$?; cp -r disk kept; exit $status";
    let Some(run) = with_mounts(&folder, script) else { return };
    run.exits(2).says(&[&format!("disk/report: {FULL}; stopped here")]);
    assert_eq!(folder.files("kept"), ["fill", "report.partial"]);
    // Nothing takes its place before the report has it.
    assert_eq!(folder.files("out"), [""; 0]);
}

#[test]
fn restoring_to_a_full_disk_gives_whole_files_or_none() {
    let folder = pages(20);
    let script = "$D in -o clean --removed audit && mount -t tmpfs -o size=64k none disk; \
        ${D%% *} restore clean --removed audit -o disk/back -q; status=$?; cp -r disk kept; exit $status";
    let Some(run) = with_mounts(&folder, script) else { return };
    let run = run.exits(2);
    assert!(run.stderr.lines().all(|line| line.starts_with("dechrome: disk/back/") && line.ends_with(FULL)));
    let kept = folder.files("kept/back");
    assert_eq!(kept.len() + run.stderr.lines().count(), 21);
    kept.iter().for_each(|file| folder.holds(&format!("kept/back/{file}"), folder.text(&format!("in/{file}"))));
}

#[test]
fn a_disk_that_cannot_be_written_to() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.txt", PAGE)]);
    let script = "mount -t tmpfs -o ro none disk; $D in -o disk/out";
    let Some(run) = with_mounts(&folder, script) else { return };
    run.exits(2).says(&[&format!("disk/out/a.txt: {READ_ONLY}"), &format!("disk/out/b.txt: {READ_ONLY}")]);
    for option in ["removed", "report"] {
        let script = format!("mount -t tmpfs -o ro none disk; $D in -o out --{option} disk/file");
        with_mounts(&folder, &script).unwrap().exits(2).says(&[&format!("disk/file: {READ_ONLY}")]);
        assert!(!folder.path("out").exists());
    }
    let script = "mount --bind in in && mount -o remount,ro,bind in && $D -i in --removed removed";
    let run = with_mounts(&folder, script).unwrap().exits(2);
    run.says(&[&format!("in/a.txt: {READ_ONLY}"), &format!("in/b.txt: {READ_ONLY}")]);
    folder.holds("in/a.txt", PAGE);
}
