//! Files and folders into a mirrored tree.

use crate::support::{ARTICLE, Folder, PAGE, PLAIN};

#[test]
fn a_folder_is_mirrored() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/sub/deep/b.md", PAGE), ("in/sub/c", PLAIN)]);
    folder
        .run("in -o out")
        .exits(0)
        .prints("")
        .says(&["3 documents: 2 cleaned (4 removals, 144 of 702 bytes), 1 unchanged"]);
    assert_eq!(folder.files("out"), ["a.txt", "sub/c", "sub/deep/b.md"]);
    folder.holds("out/a.txt", ARTICLE);
    folder.holds("out/sub/deep/b.md", ARTICLE);
    folder.holds("out/sub/c", PLAIN);
    folder.holds("in/a.txt", PAGE);
}

#[test]
fn several_inputs_come_each_under_its_name() {
    let folder = Folder::with(&[("x/in/a.txt", PAGE), ("y/b.txt", PAGE)]);
    folder.run("x/in y/b.txt -o out -q").exits(0).says(&[]);
    assert_eq!(folder.files("out"), ["b.txt", "in/a.txt"]);
    folder.holds("out/in/a.txt", ARTICLE);
    folder.holds("out/b.txt", ARTICLE);
}

#[test]
fn the_name_of_the_current_folder_is_found_out() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("b.txt", PLAIN)]);
    let mut command = folder.program(". ../b.txt -o ../out -q");
    command.current_dir(folder.path("in"));
    crate::support::finish(command.spawn().unwrap()).exits(0).says(&[]);
    assert_eq!(folder.files("out"), ["b.txt", "in/a.txt"]);
}

#[test]
fn one_file_becomes_a_file() {
    let folder = Folder::with(&[("page.txt", PAGE)]);
    folder
        .run("page.txt -o new/clean.txt")
        .exits(0)
        .prints("")
        .says(&["1 document: 1 cleaned (2 removals, 72 of 300 bytes)"]);
    assert_eq!(folder.files("new"), ["clean.txt"]);
    folder.holds("new/clean.txt", ARTICLE);
}

#[test]
fn a_dash_is_standard_output() {
    let folder = Folder::with(&[("page.txt", PAGE)]);
    folder.run("page.txt -o -").exits(0).prints(ARTICLE);
    folder.run(". -o -").exits(2).prints("");
    assert_eq!(folder.files("."), ["page.txt"]);
}

#[test]
fn one_file_goes_into_a_folder_that_is_there_or_ends_in_a_slash() {
    let folder = Folder::with(&[("page.txt", PAGE), ("there/other.txt", PLAIN)]);
    folder.run("page.txt -o there").exits(0);
    folder.run("page.txt -o new/").exits(0);
    folder.holds("there/page.txt", ARTICLE);
    folder.holds("there/other.txt", PLAIN);
    folder.holds("new/page.txt", ARTICLE);
}

#[test]
fn a_second_run_replaces_the_first() {
    let folder = Folder::with(&[("in/a.txt", PAGE), ("out/a.txt", "what the last run left"), ("out/b.txt", PLAIN)]);
    folder.run("in -o out -q").exits(0).says(&[]);
    folder.holds("out/a.txt", ARTICLE);
    folder.holds("out/b.txt", PLAIN);
    assert_eq!(folder.files("out"), ["a.txt", "b.txt"]);
}

#[test]
fn an_empty_folder_is_no_error() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("in")).unwrap();
    folder.run("in -o out").exits(0).says(&["0 documents: 0 cleaned"]);
}

#[test]
fn hidden_and_ignored_files_are_cleaned() {
    let files = [".hidden", ".git/notes", "ignored.txt", ".config/.deep"];
    let folder = Folder::with(&[("in/.gitignore", "ignored.txt\n"), ("in/.ignore", "*.txt\n")]);
    files.iter().for_each(|file| folder.write(&format!("in/{file}"), PAGE));
    folder.run("in -o out -q").exits(0);
    assert_eq!(folder.files("out"), folder.files("in"));
    files.iter().for_each(|file| folder.holds(&format!("out/{file}"), ARTICLE));
}

#[test]
fn files_that_are_not_text_are_copied() {
    let folder = Folder::with(&[("in/a.txt", PAGE)]);
    let picture = [b"\x89PNG\r\n\x1A\n".as_slice(), PAGE.as_bytes()].concat();
    let program = [PAGE.as_bytes(), b"\0", PAGE.as_bytes()].concat();
    folder.write("in/picture.txt", &picture);
    folder.write("in/program", &program);
    folder.run("in -o out -v").exits(0).says(&[
        "cleaned in/a.txt: 2 removals, 72 of 300 bytes",
        "in/picture.txt: not text; left as it is",
        "in/program: not text; left as it is",
        "3 documents: 1 cleaned (2 removals, 72 of 300 bytes), 2 not text",
    ]);
    folder.holds("out/picture.txt", &picture);
    folder.holds("out/program", &program);
}

#[test]
fn a_big_binary_file_is_copied_whole() {
    let folder = Folder::new();
    let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    folder.write("in/big.bin", &bytes);
    folder.run("in -o out -q").exits(0);
    folder.holds("out/big.bin", &bytes);
}

#[test]
fn utf16_is_text() {
    let folder = Folder::new();
    let utf16 = |text: &str| -> Vec<u8> {
        ['\u{FEFF}']
            .into_iter()
            .chain(text.chars())
            .collect::<String>()
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect()
    };
    folder.write("in/a.txt", utf16(PAGE));
    folder.run("in -o out -q").exits(0);
    folder.holds("out/a.txt", utf16(ARTICLE));
}

#[test]
fn an_empty_file_stays_an_empty_file() {
    let folder = Folder::with(&[("in/empty.txt", ""), ("in/empty.jsonl", "")]);
    folder.run("in -o out").exits(0).says(&["1 document: 0 cleaned, 1 unchanged"]);
    folder.holds("out/empty.txt", "");
    folder.holds("out/empty.jsonl", "");
}

#[test]
fn json_lines_are_known_by_their_name() {
    let record = format!("{{\"text\":\"{}\"}}\n", crate::support::json(PAGE));
    let cleaned = format!("{{\"text\":\"{}\"}}\n", crate::support::json(ARTICLE));
    let folder = Folder::with(&[("in/a.jsonl", &record), ("in/b.NDJSON", &record), ("in/c.json", &record)]);
    folder.run("in -o out -q").exits(0);
    folder.holds("out/a.jsonl", &cleaned);
    folder.holds("out/b.NDJSON", &cleaned);
    folder.holds("out/c.json", &record);
    folder.run("in -o out2 -q --format jsonl").exits(0);
    folder.holds("out2/c.json", &cleaned);
    folder.run("in -o out3 -q --format text").exits(0);
    folder.holds("out3/a.jsonl", &record);
}

#[test]
fn files_left_behind_by_an_interrupted_run_are_skipped() {
    let folder = Folder::with(&[("in/.dechrome-Ab12.tmp", PAGE), ("in/a.txt", PLAIN)]);
    folder.run("in -o out").exits(0).says(&["1 document: 0 cleaned, 1 unchanged; 1 skipped"]);
    assert_eq!(folder.files("out"), ["a.txt"]);
}

#[cfg(unix)]
#[test]
fn symlinks_and_pipes_in_a_folder_are_passed_over() {
    use std::os::unix::fs::symlink;
    let folder = Folder::with(&[("in/a.txt", PAGE), ("other/b.txt", PAGE)]);
    symlink("a.txt", folder.path("in/link")).unwrap();
    symlink("../other", folder.path("in/linked folder")).unwrap();
    symlink("nowhere", folder.path("in/dangling")).unwrap();
    symlink(".", folder.path("in/round")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(folder.path("in/pipe")).status().unwrap().success());
    folder.run("in -o out -v").exits(0).says(&[
        "cleaned in/a.txt: 2 removals, 72 of 300 bytes",
        "in/dangling: symlink; skipped",
        "in/link: symlink; skipped",
        "in/linked folder: symlink; skipped",
        "in/pipe: special file; skipped",
        "in/round: symlink; skipped",
        "1 document: 1 cleaned (2 removals, 72 of 300 bytes); 5 skipped",
    ]);
    assert_eq!(folder.files("out"), ["a.txt"]);
}

#[cfg(unix)]
#[test]
fn symlinks_that_are_named_are_followed() {
    let folder = Folder::with(&[("real/a.txt", PAGE), ("page.txt", PAGE)]);
    std::os::unix::fs::symlink("real", folder.path("in")).unwrap();
    std::os::unix::fs::symlink("page.txt", folder.path("link.txt")).unwrap();
    folder.run("in link.txt -o out -q").exits(0);
    assert_eq!(folder.files("out"), ["in/a.txt", "link.txt"]);
    folder.holds("out/link.txt", ARTICLE);
}

#[cfg(unix)]
#[test]
fn permissions_stay() {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let folder =
        Folder::with(&[("in/cleaned", PAGE), ("in/copied", "a\0b"), ("in/records.jsonl", "{\"text\":\"\"}\n")]);
    let modes = [("cleaned", 0o750), ("copied", 0o604), ("records.jsonl", 0o440)];
    for (file, mode) in modes {
        set_permissions(folder.path("in").join(file), Permissions::from_mode(mode)).unwrap();
    }
    folder.run("in -o out -q").exits(0);
    folder.run("-i in -q").exits(0);
    for (file, mode) in modes {
        for tree in ["out", "in"] {
            let found = metadata(folder.path(tree).join(file)).unwrap().permissions().mode();
            assert_eq!(found & 0o7777, mode, "{tree}/{file}");
        }
    }
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf8_are_mirrored() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::with(&[("in/a.txt", PLAIN)]);
    let name = OsStr::from_bytes(b"caf\xE9\n.txt");
    if std::fs::write(folder.path("in").join(name), PAGE).is_err() {
        return; // This file system has no such names.
    }
    folder.run("in -o out -v").exits(0).says(&[
        "cleaned in/caf\u{FFFD}\\n.txt: 2 removals, 72 of 300 bytes",
        "2 documents: 1 cleaned (2 removals, 72 of 402 bytes), 1 unchanged",
    ]);
    assert_eq!(std::fs::read_to_string(folder.path("out").join(name)).unwrap(), ARTICLE);
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let folder = Folder::with(&[("in/bad.jsonl", "{\"text\":\"\"}\nnot JSON\n"), ("in/bin", "a\0b")]);
    for number in 0..60 {
        let page = PAGE.replace("sixty", &format!("{number} long"));
        folder.write(&format!("in/{}/{number}.txt", number % 7), &page);
        let records = format!("{{\"id\":{number},\"text\":\"{}\"}}\n", crate::support::json(&page)).repeat(number % 5);
        folder.write(&format!("in/{}/{number}.jsonl", number % 7), records);
    }
    let run = |threads: &str| {
        let run = folder
            .run(&format!("in -o out{threads} -j {threads} -v --removed removed{threads} --report report{threads}"));
        let stderr = run.exits(2).stderr;
        let [removed, report] = ["removed", "report"].map(|name| folder.text(&format!("{name}{threads}")));
        (folder.contents(&format!("out{threads}")), removed, report, stderr)
    };
    let one = run("1");
    assert_eq!(one.0.len(), 122);
    assert_eq!(one, run("4"));
}
