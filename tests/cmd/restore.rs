//! `dechrome restore`: the originals, byte for byte.

use crate::support::{ARTICLE, Folder, PAGE, PLAIN, json};

/// A tree `in` with a bit of everything, cleaned into `clean` with the audit `removed`.
pub fn cleaned() -> Folder {
    let folder = Folder::with(&[
        ("in/a.txt", PAGE),
        ("in/crlf.txt", &PAGE.replace('\n', "\r\n")),
        ("in/sub#1/.hidden", PAGE.trim_end()),
        ("in/plain.txt", PLAIN),
        ("in/binary", "a\0b"),
    ]);
    let utf16: Vec<u8> = format!("\u{FEFF}{PAGE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    folder.write("in/utf16.txt", utf16);
    folder.write("in/broken.txt", [PAGE.as_bytes(), b"Name \xE9\xFF"].concat());
    let text = json(PAGE).replace("Reply", "R\\u0065ply").replace("harbour", "h\\u00e2r\\/bour");
    let records = format!(
        "{{\"id\":\"x#1\", \"text\":\"{text}\"}}\r\n\nbad\n{{\"text\":\"\",\"n\":1.0e2}}\n{{\"text\":\"{text}\"}}"
    );
    folder.write("in/sub#1/records.jsonl", records);
    folder.run("in -o clean -q --removed removed").exits(2);
    folder
}

#[test]
fn a_tree_comes_back_byte_for_byte() {
    let folder = cleaned();
    folder
        .run("restore clean --removed removed -o back")
        .exits(0)
        .prints("")
        .says(&["6 restored, 2 copied as they are"]);
    assert!(folder.contents("back") == folder.contents("in"));
}

#[cfg(unix)]
#[test]
fn files_with_odd_names_come_back() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    std::fs::create_dir(folder.path("in")).unwrap();
    let names: [&[u8]; 8] = [b"a b", b"a\\b", b"\\xE9", b"caf\xE9", b"new\nline", b"#", b"a#1.jsonl", b"-"];
    let path = |tree: &str, name| folder.path(tree).join(OsStr::from_bytes(name));
    let content = |name: &[u8]| {
        if name.ends_with(b"jsonl") { format!("{{\"text\":\"{}\"}}", json(PAGE)) } else { PAGE.to_owned() }
    };
    // Not every file system has all of these names.
    let names: Vec<&[u8]> =
        names.into_iter().filter(|name| std::fs::write(path("in", name), content(name)).is_ok()).collect();
    folder.run("in -o clean -q --removed removed").exits(0);
    folder
        .run("restore clean --removed removed -o back")
        .exits(0)
        .says(&[&format!("{} restored, 0 copied as they are", names.len())]);
    for name in names {
        assert_ne!(std::fs::read_to_string(path("clean", name)).unwrap(), content(name));
        assert_eq!(std::fs::read_to_string(path("back", name)).unwrap(), content(name));
    }
}

#[test]
fn quiet_says_nothing() {
    cleaned().run("restore clean --removed removed -o back -q").exits(0).prints("").says(&[]);
}

#[test]
fn files_in_place_come_back() {
    let folder = cleaned();
    let originals = folder.contents("in");
    folder.run("-i in -q --removed again").exits(2);
    assert!(folder.contents("in") == folder.contents("clean"));
    folder.run("restore in --removed again -o back -q").exits(0);
    assert!(folder.contents("back") == originals);
}

#[test]
fn files_in_place_of_several_folders_come_back_from_the_one_that_holds_them() {
    let folder = Folder::with(&[("x/a/1.txt", PAGE), ("x/b/2.txt", PAGE), ("x/b/3.txt", PLAIN), ("x/c.txt", PAGE)]);
    let originals = folder.contents("x");
    folder.run("-i x/a x/b/2.txt x/c.txt -q --removed removed").exits(0);
    folder.run("restore x --removed removed -o back").exits(0).says(&["3 restored, 1 copied as they are"]);
    assert!(folder.contents("back") == originals);
}

#[test]
fn a_tree_of_several_inputs_comes_back() {
    let folder = Folder::with(&[("x/in/1.txt", PAGE), ("y/2.txt", PAGE)]);
    folder.run("x/in y/2.txt -o clean -q --removed removed").exits(0);
    folder.run("restore clean --removed removed -o back -q").exits(0);
    folder.holds("back/in/1.txt", PAGE);
    folder.holds("back/2.txt", PAGE);
}

#[test]
fn a_single_file_comes_back() {
    let folder = Folder::with(&[("page.txt", PAGE)]);
    folder.run("page.txt -o clean.txt -q --removed removed").exits(0);
    folder.run("restore clean.txt --removed removed -o back.txt").exits(0).says(&["1 restored, 0 copied as they are"]);
    folder.holds("back.txt", PAGE);
}

#[test]
fn the_output_of_a_filter_comes_back() {
    let folder = Folder::new();
    let run = folder.pipe("--removed removed", PAGE).exits(0).prints(ARTICLE);
    folder.write("saved.txt", run.stdout);
    folder.run("restore saved.txt --removed removed -o back.txt -q").exits(0);
    folder.holds("back.txt", PAGE);
}

#[test]
fn records_from_a_filter_come_back() {
    let folder = Folder::new();
    let input = format!("{{\"text\":\"{}\"}}\n", json(PAGE).replace("Leave", "\\u004ceave")).repeat(3);
    let run = folder.pipe("-f jsonl --removed removed", &input).exits(0);
    folder.write("saved.jsonl", run.stdout);
    folder.run("restore saved.jsonl --removed removed -o back.jsonl -q").exits(0);
    folder.holds("back.jsonl", input);
}

#[test]
fn records_with_another_field_come_back() {
    let folder = Folder::new();
    let input = format!("{{\"text\":0,\"body\":\"{}\",\"id\":5}}\n", json(PAGE));
    folder.write("in.jsonl", &input);
    folder.run("in.jsonl -o clean.jsonl -q --text-field body --removed removed").exits(0);
    folder.run("restore clean.jsonl --removed removed -o back.jsonl -q").exits(0);
    folder.holds("back.jsonl", input);
}

#[test]
fn files_that_were_not_replaced_any_more_are_copied() {
    // As after an interrupted run: the audit is ahead of the files.
    let folder = Folder::with(&[("in/a.txt", PAGE), ("in/b.txt", PAGE)]);
    folder.run("-i in -q --removed removed").exits(0);
    folder.write("in/b.txt", PAGE);
    folder.run("restore in --removed removed -o back").exits(0);
    folder.holds("back/a.txt", PAGE);
    folder.holds("back/b.txt", PAGE);
}

#[test]
fn what_stood_at_the_output_is_replaced() {
    let folder = cleaned();
    folder.write("back/a.txt", "old");
    folder.write("back/other.txt", "old");
    folder.run("restore clean --removed removed -o back -q").exits(0);
    folder.holds("back/a.txt", PAGE);
    folder.holds("back/other.txt", "old");
}

#[test]
fn the_audit_may_lie_in_the_cleaned_tree() {
    let folder = Folder::with(&[("in/a.txt", PAGE)]);
    folder.run("in -o clean -q --removed clean.audit").exits(0);
    std::fs::rename(folder.path("clean.audit"), folder.path("clean/audit")).unwrap();
    folder.run("restore clean --removed clean/audit -o back").exits(0).says(&["1 restored, 0 copied as they are"]);
    assert!(folder.contents("back") == folder.contents("in"));
}

#[test]
fn fields_that_a_later_version_writes_are_accepted() {
    let folder = Folder::with(&[("in/a.txt", PAGE)]);
    folder.run("in -o clean -q --removed removed").exits(0);
    folder.write("newer", folder.text("removed").replace("{\"doc\"", "{\"mood\":[1,{}],\"doc\""));
    folder.run("restore clean --removed newer -o back -q").exits(0);
    folder.holds("back/a.txt", PAGE);
}

#[cfg(unix)]
#[test]
fn permissions_come_back() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with(&[("in/a.txt", PAGE)]);
    std::fs::set_permissions(folder.path("in/a.txt"), std::fs::Permissions::from_mode(0o640)).unwrap();
    folder.run("in -o clean -q --removed removed").exits(0);
    folder.run("restore clean --removed removed -o back -q").exits(0);
    assert_eq!(std::fs::metadata(folder.path("back/a.txt")).unwrap().permissions().mode() & 0o777, 0o640);
}
