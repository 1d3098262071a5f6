//! What is refused before anything is written.

use crate::support::{Folder, PAGE, PLAIN, finish};

/// Two folders and two files; in both folders is an `a.txt`.
fn folder() -> Folder {
    Folder::with(&[("in/a.txt", PAGE), ("in/sub/b.txt", PAGE), ("other/a.txt", PAGE), ("page.txt", PAGE)])
}

/// Runs with these arguments: one message, status 2, nothing on standard output, and no file is written or changed.
#[track_caller]
fn refused(folder: &Folder, arguments: &str, message: &str) {
    let before = folder.contents("");
    // The patterns have no part in it, and take longer than all the rest.
    folder.run(&format!("{arguments} --no-default-patterns")).exits(2).prints("").says(&[message]);
    assert!(folder.contents("") == before, "files were written or changed");
}

#[test]
fn an_output_inside_an_input() {
    refused(&folder(), "in -o in/out", "in/out: lies inside the input in; choose an -o outside of it");
    refused(&folder(), "in -o in/new/out", "in/new/out: lies inside the input in; choose an -o outside of it");
    refused(&folder(), "other in -o in/sub", "in/sub/other: lies inside the input in; choose an -o outside of it");
}

#[test]
fn an_output_that_is_an_input() {
    for arguments in ["in -o in", "in -o ./in/", "in -o other/../in"] {
        let output = arguments.strip_prefix("in -o ").unwrap();
        let message = format!("{output}: is an input itself; choose another -o (only --in-place rewrites inputs)");
        refused(&folder(), arguments, &message);
    }
    let message = "page.txt: is an input itself; choose another -o (only --in-place rewrites inputs)";
    refused(&folder(), "page.txt -o page.txt", message);
    let message = "./page.txt: is an input itself; choose another -o (only --in-place rewrites inputs)";
    refused(&folder(), "page.txt -o .", message);
}

#[cfg(unix)]
#[test]
fn an_output_that_leads_to_an_input() {
    let folder = folder();
    std::os::unix::fs::symlink("in", folder.path("link")).unwrap();
    std::os::unix::fs::symlink("page.txt", folder.path("link.txt")).unwrap();
    let is_input = "is an input itself; choose another -o (only --in-place rewrites inputs)";
    refused(&folder, "in -o link", &format!("link: {is_input}"));
    refused(&folder, "in -o link/out", "link/out: lies inside the input in; choose an -o outside of it");
    refused(&folder, "page.txt -o link.txt", &format!("link.txt: {is_input}"));
}

#[test]
fn two_inputs_on_one_output() {
    let message = "out/a.txt: in/a.txt and other/a.txt would both be written here; clean them in two runs";
    refused(&folder(), "in/a.txt page.txt other/a.txt -o out", message);
    let message = "out/in: in and ./in would both be written here; clean them in two runs";
    refused(&folder(), "in ./in -o out", message);
}

#[test]
fn an_output_over_another_input() {
    let folder = Folder::with(&[("a/a/x.txt", PAGE)]);
    refused(&folder, "a -o .", "a: is an input, but files of a would be written over it; choose another -o");
}

#[test]
fn a_file_where_a_folder_is_needed() {
    let message = "page.txt: is a file, but an input folder needs a folder to write to; name another -o";
    refused(&folder(), "in -o page.txt", message);
    let message = "page.txt: is a file, but several inputs need a folder to write to; name another -o";
    refused(&folder(), "in/a.txt in/sub/b.txt -o page.txt", message);
}

#[test]
fn a_folder_without_an_output() {
    let message = "in: is a folder: say where to write with -o DIR, or use --in-place, --check or --diff";
    refused(&folder(), "in", message);
    refused(&folder(), "page.txt in", message);
}

#[test]
fn several_files_without_an_output() {
    let message = "several inputs: say where to write with -o DIR, or use --in-place, --check or --diff";
    refused(&folder(), "page.txt in/a.txt", message);
    refused(&folder(), "page.txt missing.txt", message);
}

#[test]
fn standard_input_among_other_paths() {
    let message = "-: standard input cannot be mixed with other paths; run dechrome twice";
    refused(&folder(), "- page.txt -o out", message);
}

#[test]
fn standard_input_in_place() {
    let message = "--in-place: standard input cannot be rewritten; name files or folders";
    refused(&folder(), "--in-place", message);
    refused(&folder(), "-i -", message);
}

#[test]
fn a_file_in_place_that_is_named_twice() {
    refused(&folder(), "-i page.txt in/../page.txt", "in/../page.txt: is named twice; name it once");
}

#[test]
fn a_file_in_place_inside_a_folder_that_is_named() {
    let folder = folder();
    let run = folder.run("-i in in/a.txt").exits(2);
    assert!(run.stderr.starts_with("dechrome: in/a.txt: lies inside "), "{}", run.stderr);
    assert!(run.stderr.ends_with("/in, which is named too; name one of them\n"), "{}", run.stderr);
    folder.holds("in/a.txt", PAGE);
}

#[test]
fn an_audit_or_report_that_is_an_input() {
    for option in ["--removed", "--report"] {
        let message = format!("{option} page.txt: is an input itself; choose another file");
        refused(&folder(), &format!("page.txt {option} page.txt"), &message);
        let message = format!("{option} in/new: lies inside the input in; choose a place outside of it");
        refused(&folder(), &format!("in -o out {option} in/new"), &message);
        refused(&folder(), &format!("-i in {option} in/new"), &message);
        refused(&folder(), &format!("--check in {option} in/new"), &message);
    }
}

#[cfg(unix)]
#[test]
fn an_audit_or_report_that_is_the_file_on_standard_input() {
    for option in ["--removed", "--report"] {
        let folder = folder();
        let mut command = folder.program(&format!("{option} page.txt"));
        command.stdin(std::fs::File::open(folder.path("page.txt")).unwrap());
        let message = format!("{option} page.txt: is the input itself; choose another file");
        finish(command.spawn().unwrap()).exits(2).prints("").says(&[&message]);
        folder.holds("page.txt", PAGE);
    }
}

#[test]
fn an_audit_or_report_that_is_an_output() {
    for option in ["--removed", "--report"] {
        let message = format!("{option} out/a.txt: in would be written here too; choose another file");
        refused(&folder(), &format!("in -o out {option} out/a.txt"), &message);
        let message = format!("{option} out: page.txt would be written here too; choose another file");
        refused(&folder(), &format!("page.txt -o out {option} ./out"), &message.replace(" out:", " ./out:"));
        let message = format!("{option} out: is the file of -o too; choose another file");
        refused(&folder(), &format!("-o out {option} out"), &message);
    }
}

#[test]
fn an_audit_that_is_the_report() {
    let message = "--report both: is the file of --removed too; choose another file";
    refused(&folder(), "page.txt --removed both --report both", message);
}

#[test]
fn an_audit_that_cannot_be_made() {
    refused(&folder(), "-i in --removed new/audit", "new/audit: no such file or folder");
    refused(&folder(), "-i in --removed other", "other: is a folder, not a file");
    refused(&folder(), "-i in --report other", "other: is a folder, not a file");
}

#[test]
fn an_audit_that_is_there_already_in_place() {
    let folder = folder();
    folder.write("audit", "the only way back\n");
    let message =
        "--removed audit: exists, and may be the only way back to the originals; name another file, or delete it";
    refused(&folder, "-i in --removed audit", message);
    refused(&folder, "page.txt --removed audit", message);
    // An empty one is none, and with -o the originals are still there.
    folder.write("empty", "");
    folder.run("in -o out --removed audit -q").exits(0);
    folder.run("-i in --removed empty -q").exits(0);
    assert_eq!(folder.text("audit").lines().count(), 4);
    assert_eq!(folder.text("empty").lines().count(), 4);
}

#[test]
fn records_in_another_encoding() {
    let message = "--encoding: records are always UTF-8; leave it out, or use --format text";
    for format in ["jsonl", "parquet", "wet"] {
        refused(&folder(), &format!("--format {format} --encoding latin1"), message);
    }
}

#[test]
fn nothing_is_read_or_written_when_a_setting_is_wrong() {
    let folder = folder();
    folder.write("wrong.toml", "[no-such-rule]\nphrases = [\"advertisement\"]\n");
    folder.write("out/old.txt", PLAIN);
    let before = folder.contents("");
    for arguments in ["--patterns wrong.toml", "--keep nonsense", "--encoding nonsense", "--max-removed 101"] {
        folder.run(&format!("in -o out --removed audit --report report {arguments}")).exits(2).prints("");
        folder.run(&format!("-i in --removed audit --report report {arguments}")).exits(2).prints("");
        assert!(folder.contents("") == before, "{arguments}");
    }
}

/// The program with standard output going to a file of the folder, at its end.
#[cfg(unix)]
fn onto(folder: &Folder, arguments: &str, output: &str) -> crate::support::Run {
    let output = std::fs::File::options().append(true).create(true).open(folder.path(output)).unwrap();
    let mut command = folder.program(arguments);
    command.stdout(output);
    crate::support::finish(command.spawn().unwrap())
}

#[cfg(unix)]
#[test]
fn files_by_another_name() {
    let folder = folder();
    folder.write("r.jsonl", "{\"text\":\"\"}\n");
    std::fs::hard_link(folder.path("r.jsonl"), folder.path("link")).unwrap();
    let line = "standard output: goes to r.jsonl, which is the input itself; choose another file";
    onto(&folder, "r.jsonl", "r.jsonl").exits(2).says(&[line]);
    onto(&folder, "r.jsonl", "link").exits(2).says(&[line]);
    let line = "--removed x: is where standard output goes; choose another file";
    onto(&folder, "r.jsonl --removed x", "x").exits(2).says(&[line]);
    refused(&folder, "r.jsonl -o out --removed link", "--removed link: is the input itself; choose another file");
    folder.holds("r.jsonl", "{\"text\":\"\"}\n");
    onto(&folder, "r.jsonl", "elsewhere").exits(0);
    folder.holds("elsewhere", "{\"text\":\"\"}\n");
}

#[test]
fn the_progress_of_a_run_is_a_file_too() {
    let folder = Folder::with(&[("a.txt", PAGE), ("report.partial", PLAIN)]);
    refused(
        &folder,
        "report.partial -o out --report report",
        "the progress in report.partial: is an input itself; choose another file",
    );
    folder
        .run("a.txt -o out --report report")
        .exits(2)
        .says(&["report: report.partial is there, and not of an earlier run; move it away"]);
    folder.holds("report.partial", PLAIN);
    assert!(!folder.path("out").exists());
}

#[test]
fn a_command_behind_the_options() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("a", "audit")]);
    let message = "restore: is a command: put it before all options (a file of that name: ./NAME)";
    refused(&folder, "-q restore in --removed a -o back", message);
}

#[cfg(unix)]
#[test]
fn side_files_by_another_name() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("one", "")]);
    std::fs::hard_link(folder.path("in/a.txt"), folder.path("link")).unwrap();
    let message = "--removed link: has another name (a hard link), which may be an input; choose another file";
    refused(&folder, "in -o out --removed link", message);
    std::fs::hard_link(folder.path("one"), folder.path("two")).unwrap();
    let message = "--rejects two: is another such file too; choose another one";
    refused(&folder, "in/a.txt -o out --removed one --rejects two", message);
    // What is there already stays before what is printed.
    onto(&folder, "in/a.txt -o /dev/stdout", "one").exits(0);
    onto(&folder, "in/a.txt -o /dev/stdout", "one").exits(0);
    folder.holds("one", crate::support::ARTICLE.repeat(2));
    onto(&folder, "--diff in/a.txt", "in/a.txt").exits(2);
    folder.holds("in/a.txt", PAGE);
    // A report goes where the link leads.
    std::os::unix::fs::symlink("two", folder.path("symlink")).unwrap();
    folder.run("in/a.txt -o out -q --report symlink").exits(0);
    assert!(folder.path("symlink").is_symlink() && folder.text("two").contains("totals"));
}
