//! `--removed`: the audit.

use serde_json::{Value, json};

use crate::support::{ARTICLE, Folder, PAGE, PLAIN, json as quoted, same};

/// The records of an audit file; each is one line.
fn records(folder: &Folder, path: &str) -> Vec<Value> {
    folder.text(path).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Where a record says that its removal stood.
fn span(record: &Value) -> std::ops::Range<usize> {
    let number = |field: &str| usize::try_from(record[field].as_u64().unwrap()).unwrap();
    number("start")..number("end")
}

/// Checks that the removed bytes stand in the original where the records say, and that the rest is what was kept.
fn check(records: &[Value], original: &[u8], kept: &[u8]) {
    let mut rest = original.to_owned();
    for record in records.iter().rev() {
        let removed = &original[span(record)];
        match &record["bytes"] {
            Value::String(hex) => {
                let found: String = removed.iter().map(|byte| format!("{byte:02x}")).collect();
                assert_eq!(&found, hex);
            }
            _ => same(record["text"].as_str().unwrap().as_bytes(), removed),
        }
        rest.drain(span(record));
    }
    same(&rest, kept);
}

#[test]
fn a_record_says_what_left_and_why() {
    let folder = Folder::with(&[("in/sub/a.txt", PAGE), ("in/b.txt", PLAIN)]);
    folder.run("in -o out -q --removed removed").exits(0).says(&[]);
    let expected = json!([
        {
            "doc": "sub/a.txt", "record": null, "start": 128, "end": 143, "lines": [5, 5], "label": "advertising",
            "rule": "ad-label", "reason": "phrase \"advertisement\"", "text": "Advertisement\n\n",
            "digest": "DIGEST",
        },
        {
            "doc": "sub/a.txt", "record": null, "start": 243, "end": 300, "lines": [9, 10], "label": "comments",
            "rule": "comment-form", "reason": "opener \"leave a reply\" with the line under it",
            "text": "\nLeave a Reply\nYour email address will not be published.\n", "digest": "DIGEST",
        },
    ]);
    let mut found = records(&folder, "removed");
    check(&found, PAGE.as_bytes(), ARTICLE.as_bytes());
    let digests: Vec<Value> =
        found.iter_mut().map(|record| std::mem::replace(&mut record["digest"], "DIGEST".into())).collect();
    assert_eq!(Value::from(found), expected);
    let digest = digests[0].as_str().unwrap();
    assert!(digest.len() == 32 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{digest}");
    assert_eq!(digests[0], digests[1]);
}

#[test]
fn the_fields_have_a_fixed_order() {
    let folder = Folder::new();
    folder.pipe("--removed removed", PAGE).exits(0);
    let start = "{\"doc\":\"-\",\"record\":null,\"start\":128,\"end\":143,\"lines\":[5,5],\"label\":\"advertising\",\
                 \"rule\":\"ad-label\",\"reason\":\"phrase \\\"advertisement\\\"\",\"text\":\"Advertisement\\n\\n\",\"digest\":\"";
    assert!(folder.text("removed").starts_with(start), "{}", folder.text("removed"));
}

#[test]
fn a_run_without_removals_leaves_an_empty_audit() {
    let folder = Folder::with(&[("removed", "of the last run")]);
    folder.pipe("--removed removed", PLAIN).exits(0).prints(PLAIN);
    folder.holds("removed", "");
}

#[test]
fn documents_come_in_the_order_of_the_names() {
    let folder = Folder::with(&[("in/b.txt", PAGE), ("in/a/z.txt", PAGE), ("in/c.txt", PAGE), ("in/B.txt", PAGE)]);
    folder.run("in -o out -q --removed removed").exits(0);
    let docs: Vec<Value> = records(&folder, "removed").into_iter().map(|r| r["doc"].clone()).collect();
    assert_eq!(docs, ["B.txt", "B.txt", "a/z.txt", "a/z.txt", "b.txt", "b.txt", "c.txt", "c.txt"]);
}

#[test]
fn a_document_is_named_by_its_path_in_the_cleaned_tree() {
    let folder = Folder::with(&[("x/in/a.txt", PAGE), ("y/b#1.txt", PAGE)]);
    for (arguments, names) in [
        ("x/in -o out1", &["a.txt"][..]),
        ("x/in y/b#1.txt -o out2", &["in/a.txt", "b#1.txt"]),
        ("y/b#1.txt -o out3/c.txt", &["c.txt"]),
        ("y/b#1.txt", &["b#1.txt"]),
        ("--check x/in y/b#1.txt", &["x/in/a.txt", "y/b#1.txt"]),
        ("-i x/in", &["a.txt"]),
        ("-i y/b#1.txt", &["b#1.txt"]),
    ] {
        _ = folder.run(&format!("{arguments} --removed removed"));
        let mut docs: Vec<String> =
            records(&folder, "removed").iter().map(|r| r["doc"].as_str().unwrap().to_owned()).collect();
        docs.dedup();
        assert_eq!(docs, names, "{arguments}");
        std::fs::remove_file(folder.path("removed")).unwrap();
    }
}

#[test]
fn spans_are_those_of_the_bytes_whatever_the_encoding() {
    let page = PAGE.replace("crane", "crâne\u{1F3D7}");
    let article = ARTICLE.replace("crane", "crâne\u{1F3D7}");
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
    let broken = |text: &str| [text.replace("twice", "twice\u{1}").as_bytes(), b"\xFF\xFE"].concat();
    let broken = |text: &str| -> Vec<u8> { broken(text).iter().map(|b| if *b == 1 { 0xC3 } else { *b }).collect() };
    let marked = |text: &str| format!("\u{FEFF}{text}");
    for (original, kept, has_bytes) in [
        (page.clone().into_bytes(), article.clone().into_bytes(), false),
        (marked(&page).into_bytes(), marked(&article).into_bytes(), false),
        (page.replace('\n', "\r\n").into_bytes(), article.replace('\n', "\r\n").into_bytes(), false),
        (utf16(&marked(&page)), utf16(&marked(&article)), true),
        (broken(&page.replace("Leave a Reply\nYour email address will not be published.\n", "")), Vec::new(), false),
    ] {
        let folder = Folder::new();
        let run = folder.pipe("--removed removed", &original).exits(0);
        let found = records(&folder, "removed");
        assert!(!found.is_empty());
        check(&found, &original, if kept.is_empty() { &run.stdout } else { &kept });
        same(&run.stdout, if kept.is_empty() { &run.stdout } else { &kept });
        assert!(found.iter().all(|record| record.get("bytes").is_some() == has_bytes), "{found:?}");
        assert_eq!(found[0]["text"].as_str().unwrap().trim(), "Advertisement");
    }
}

#[test]
fn removed_bytes_that_are_not_utf8_are_given_in_hexadecimal() {
    let folder = Folder::new();
    let page = [PAGE.as_bytes(), b"Name \xE9\xFF\n"].concat();
    folder.pipe("--removed removed", &page).exits(0).prints(ARTICLE);
    let found = records(&folder, "removed");
    check(&found, &page, ARTICLE.as_bytes());
    assert!(found[0].get("bytes").is_none());
    assert!(found[1]["bytes"].as_str().unwrap().ends_with("4e616d6520e9ff0a"));
    assert!(found[1]["text"].as_str().unwrap().ends_with("\nName \u{FFFD}\u{FFFD}\n"));
}

#[test]
fn a_record_of_json_lines_has_its_line_its_id_and_spans_of_the_text() {
    let folder = Folder::new();
    let line = |id: &str| format!("{{{id}\"body\":\"{}\"}}\n", quoted(&PAGE.replace("crane", "crâne")));
    let input =
        [line("\"id\":\"x\\u0031\","), "\n".to_owned(), line(""), line("\"id\":7,"), line("\"id\":null,")].concat();
    folder.write("in.jsonl", input);
    folder.run("in.jsonl -o out.jsonl -q --text-field body --removed removed").exits(0);
    let found = records(&folder, "removed");
    let names: Vec<Value> = found.iter().step_by(2).map(|r| json!([r["doc"], r["record"], r["field"]])).collect();
    let expected = json!([
        ["out.jsonl#x1", 1, "body"],
        ["out.jsonl", 3, "body"],
        ["out.jsonl#7", 4, "body"],
        ["out.jsonl", 5, "body"],
    ]);
    assert_eq!(Value::from(names), expected);
    for pair in found.chunks(2) {
        check(pair, PAGE.replace("crane", "crâne").as_bytes(), ARTICLE.replace("crane", "crâne").as_bytes());
    }
}

#[test]
fn the_audit_goes_to_a_pipe_or_device_too() {
    let folder = Folder::with(&[("page.txt", PAGE)]);
    if cfg!(unix) {
        let run = folder.run("page.txt -o out -q --removed /dev/stdout").exits(0);
        assert_eq!(run.text().lines().count(), 2);
    }
}
