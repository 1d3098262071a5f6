//! `--annotate`: records keep their text and are told what would be removed.

use serde_json::{Value, json};

use crate::support::{ARTICLE, Folder, PAGE, PLAIN, json as quoted, pipe};

#[test]
fn the_removals_are_a_field_and_the_text_stays() {
    let page = PAGE.replace("crane", "gr\u{fa}a \u{1f3d7}");
    let line = format!("{{ \"text\" : \"{}\", \"n\": 1.50 }}\r\n", quoted(&page));
    let run = pipe("-f jsonl --annotate chrome", &line).exits(0).says(&[]);
    // Nothing but the field is new.
    let (before, _) = line.split_at(line.len() - 3);
    assert!(run.text().starts_with(before) && run.text().ends_with("]}\r\n"));
    let record: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!((record["text"].as_str().unwrap(), record["n"].as_f64().unwrap()), (&page[..], 1.5));
    let removals = record["chrome"].as_array().unwrap();
    let fields = |removal: &Value| [removal["label"].clone(), removal["rule"].clone()];
    assert_eq!(
        removals.iter().map(fields).collect::<Vec<_>>(),
        [[json!("advertising"), json!("ad-label")], [json!("comments"), json!("comment-form")],]
    );
    // Both spans cut the text to what cleaning makes of it.
    let span =
        |removal: &Value, name: &str| [0, 1].map(|end| usize::try_from(removal[name][end].as_u64().unwrap()).unwrap());
    let (mut by_bytes, mut by_chars) = (page.clone().into_bytes(), page.chars().collect::<Vec<char>>());
    for removal in removals.iter().rev() {
        let [start, end] = span(removal, "span");
        by_bytes.drain(start..end);
        let [start, end] = span(removal, "chars");
        by_chars.drain(start..end);
    }
    let article = ARTICLE.replace("crane", "gr\u{fa}a \u{1f3d7}");
    assert_eq!(String::from_utf8(by_bytes).unwrap(), article);
    assert_eq!(by_chars.into_iter().collect::<String>(), article);
}

#[test]
fn every_record_has_the_field() {
    let lines = format!("{{\"text\":\"{}\"}}\n\n{{\"text\":\"\"}}", quoted(PLAIN));
    let expected = format!("{{\"text\":\"{}\",\"a\\\"b\":[]}}\n\n{{\"text\":\"\",\"a\\\"b\":[]}}", quoted(PLAIN));
    pipe("-f jsonl --annotate a\"b", lines).exits(0).prints(expected);
}

#[test]
fn a_field_that_is_there_is_not_written_over() {
    let line = "{\"text\":\"\",\"ch\\u0072ome\":[]}\n";
    pipe("-f jsonl --annotate chrome", line)
        .exits(2)
        .prints(line)
        .says(&["standard input:1 (byte 0): has a field \"chrome\" already (--annotate needs a name that is free)"]);
}

#[test]
fn only_records_have_fields() {
    let folder = Folder::with(&[("in/a.txt", PAGE)]);
    folder.write("in/b.jsonl", "{\"text\":\"\"}\n");
    folder.run("in -o out --annotate chrome -q").exits(2).says(&[
        "in/a.txt: --annotate adds a field, which only JSON Lines have; name a .jsonl file, or use --format jsonl",
    ]);
    folder.holds("out/b.jsonl", "{\"text\":\"\",\"chrome\":[]}\n");
    pipe("--annotate chrome", PAGE)
        .exits(2)
        .prints("")
        .says(&["--annotate: only JSON Lines have fields to add to; use --format jsonl"]);
}

#[test]
fn nothing_else_is_written_where_there_is_no_field() {
    let folder = Folder::with(&[("a.txt", PAGE)]);
    let text = format!("WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: {}\r\n\r\n{PAGE}\r\n\r\n", PAGE.len());
    folder.write("a.wet", &text);
    folder.write("a.parquet", "no Parquet");
    let why = "--annotate adds a field, which only JSON Lines have; name a .jsonl file, or use --format jsonl";
    for name in ["a.txt", "a.wet", "a.parquet"] {
        folder.run(&format!("{name} --annotate chrome")).exits(2).prints("").says(&[&format!("{name}: {why}")]);
        folder.run(&format!("{name} --annotate chrome -o out -q")).exits(2).says(&[&format!("{name}: {why}")]);
        assert!(!folder.path("out").exists());
    }
    folder.pipe("-f wet --annotate chrome", text).exits(2).prints("");
}
