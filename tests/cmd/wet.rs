//! WARC with conversion records, as Common Crawl's WET files.

use std::io::{Read, Write};

use flate2::write::GzEncoder;
use serde_json::Value;

use crate::support::{ARTICLE, Folder, PAGE, PLAIN, pipe};

/// A record of this type, and what else stands in its head.
fn record(kind: &str, head: &str, block: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\n{head}Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    )
}

fn conversion(number: usize, text: &str) -> String {
    let head = format!(
        "WARC-Target-URI: https://example.org/{number}\r\nWARC-Date: 2026-11-0{number}T10:00:00Z\r\n\
         WARC-Record-ID: <urn:uuid:{number}>\r\n"
    );
    record("conversion", &head, text)
}

/// A file of four records.
fn wet(text: &str) -> String {
    let info = record("warcinfo", "", "robots: classic\nLeave a Reply\n");
    [info, conversion(1, text), conversion(2, PLAIN), conversion(3, text)].concat()
}

fn members(text: &str) -> Vec<u8> {
    let member = |record: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(b"WARC/1.0").unwrap();
        encoder.write_all(record.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    text.split("WARC/1.0").skip(1).flat_map(member).collect()
}

/// The members of a gzip file, each on its own.
fn gunzip(mut bytes: &[u8]) -> Vec<String> {
    let mut members = Vec::new();
    while !bytes.is_empty() {
        let mut member = flate2::bufread::GzDecoder::new(bytes);
        let mut text = String::new();
        member.read_to_string(&mut text).unwrap();
        members.push(text);
        bytes = member.into_inner();
    }
    members
}

fn bytes(folder: &Folder, path: &str) -> Vec<u8> {
    std::fs::read(folder.path(path)).unwrap()
}

#[test]
fn the_texts_are_cleaned_and_the_lengths_are_right() {
    pipe("-f wet", wet(PAGE)).exits(0).prints(wet(ARTICLE)).says(&[]);
    pipe("-f wet", wet(PLAIN)).exits(0).prints(wet(PLAIN));
    // The answers are those for the text alone.
    assert_eq!(pipe("", PAGE).exits(0).text(), ARTICLE);
}

#[test]
fn every_record_is_a_gzip_member_of_its_own() {
    let folder = Folder::new();
    folder.write("in/a.warc.wet.gz", members(&wet(PAGE)));
    folder.write("in/clean.warc.wet.gz", members(&wet(PLAIN)));
    folder.run("in -o out -q --removed removed").exits(0);
    let found = gunzip(&bytes(&folder, "out/a.warc.wet.gz"));
    assert_eq!((found.len(), found.concat()), (4, wet(ARTICLE)));
    folder.holds("out/clean.warc.wet.gz", members(&wet(PLAIN)));
    folder.run("restore out --removed removed -o back -q").exits(0);
    assert_eq!(gunzip(&bytes(&folder, "back/a.warc.wet.gz")).concat(), wet(PAGE));
    assert_eq!(gunzip(&bytes(&folder, "back/a.warc.wet.gz")).len(), 4);
}

#[test]
fn there_and_back() {
    let folder = Folder::new();
    let digest = "WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n";
    let file = [wet(PAGE), record("conversion", digest, PAGE), "junk\r\n".to_owned(), conversion(4, PAGE)].concat();
    for (name, passed) in [("a.wet", ""), ("b.wet", " --rejects bad")] {
        folder.write(name, &file);
        folder.run(&format!("{name} -o out-{name} -q --removed removed{passed}")).exits(2).says(&[&format!(
            "{name}:6 (byte {}): no WARC record begins here; expected a line such as WARC/1.0",
            file.find("junk").unwrap()
        )]);
        let out = folder.text(&format!("out-{name}"));
        assert!(!out.contains("Leave a Reply\r\n") && !out.contains("AAAA"));
        assert_eq!(out.contains("junk"), passed.is_empty());
        folder.run(&format!("restore out-{name} --removed removed -o back -q")).exits(0);
        folder.holds("back", &file);
    }
    folder.holds("bad", "junk\r\n");
    let audit: Value = serde_json::from_str(folder.text("removed").lines().next().unwrap()).unwrap();
    assert_eq!((audit["doc"].as_str(), audit["record"].as_u64()), (Some("out-b.wet#<urn:uuid:1>"), Some(2)));
}

#[test]
fn a_length_that_lies_costs_one_record() {
    let lying =
        |text: &str| wet(text).replacen(&format!("Content-Length: {}", PLAIN.len()), "Content-Length: 99999", 1);
    let run = pipe("-f wet", lying(PAGE)).exits(2).prints(lying(ARTICLE));
    let at = lying(PAGE).match_indices("WARC/1.0").nth(2).unwrap().0;
    run.says(&[&format!(
        "standard input:3 (byte {at}): Content-Length says 99999 bytes, but the record does not end there"
    )]);
}

#[test]
fn a_text_that_is_not_utf8_passes_through() {
    let file = |text: &str| {
        let mut bytes = wet(text).into_bytes();
        let at = wet(text).find("Nobody").unwrap();
        bytes[at] = 0xE9;
        bytes
    };
    let run = pipe("-f wet", file(PAGE)).exits(2).prints(file(ARTICLE));
    assert!(run.stderr.contains("the text is not UTF-8 from its byte 0 on"), "{}", run.stderr);
}

/// What the lines of a file say.
fn lines(text: &str) -> Vec<(String, String)> {
    let field = |line: &str, name: &str| {
        let record: Value = serde_json::from_str(line).unwrap();
        record[name].as_str().unwrap().to_owned()
    };
    text.lines().map(|line| (field(line, "url") + " " + &field(line, "date"), field(line, "text"))).collect()
}

#[test]
fn records_become_json_lines() {
    let folder = Folder::new();
    folder.write("in/a.warc.wet.gz", members(&wet(PAGE)));
    folder.write("in/b.txt", PAGE);
    let of = |n: usize, text: &str| (format!("https://example.org/{n} 2026-11-0{n}T10:00:00Z"), text.to_owned());
    let expected = [of(1, ARTICLE), of(2, PLAIN), of(3, ARTICLE)];
    folder.run("in/a.warc.wet.gz -o a.jsonl -q").exits(0);
    assert_eq!(lines(&folder.text("a.jsonl")), expected);
    assert_eq!(lines(pipe("-f wet --to jsonl", wet(PAGE)).exits(0).text()), expected);
    folder.run("in -o out -q --to jsonl --removed removed --report report").exits(0);
    assert_eq!(folder.files("out"), ["a.warc.wet.jsonl.gz", "b.txt"]);
    assert_eq!(lines(&gunzip(&bytes(&folder, "out/a.warc.wet.jsonl.gz")).concat()), expected);
    let audit = folder.text("removed");
    assert!(audit.starts_with("{\"doc\":\"a.warc.wet.jsonl.gz#<urn:uuid:1>\",\"record\":1,"), "{audit}");
    // Of the same run there is nothing more to do, and the audit stays.
    folder.run("in -o out -q --to jsonl --removed removed --report report --resume").exits(0);
    assert_eq!(folder.text("removed"), audit);
    // The way back leads to the lines of JSON with the texts as they were.
    folder.run("restore out --removed removed -o back -q").exits(0);
    let expected = [of(1, PAGE), of(2, PLAIN), of(3, PAGE)];
    assert_eq!(lines(&gunzip(&bytes(&folder, "back/a.warc.wet.jsonl.gz")).concat()), expected);
}

#[test]
fn what_is_no_json_is_left_out_of_json_lines_and_told() {
    let folder = Folder::new();
    folder.write("a.wet", [wet(PAGE), "junk\r\n".to_owned()].concat());
    let run = folder.run("a.wet -o a.jsonl -q --rejects bad").exits(2);
    assert_eq!(run.stderr.lines().count(), 1);
    assert_eq!(folder.text("a.jsonl").lines().count(), 3);
    folder.holds("bad", "junk\r\n");
    folder.run("a.wet -o b.jsonl -q").exits(2);
    folder.holds("b.jsonl", folder.text("a.jsonl"));
}

#[test]
fn records_can_be_annotated_as_json() {
    let run = pipe("-f wet --to jsonl --annotate chrome", wet(PAGE)).exits(0);
    let first: Value = serde_json::from_str(run.text().lines().next().unwrap()).unwrap();
    assert_eq!((first["text"].as_str(), first["chrome"].as_array().map(Vec::len)), (Some(PAGE), Some(2)));
}

#[test]
fn an_empty_file_is_no_error() {
    pipe("-f wet", "").exits(0).prints("").says(&[]);
}

#[test]
fn files_that_become_json_lines_do_not_meet() {
    let folder = Folder::new();
    folder.write("in/a.wet", wet(PAGE));
    folder.write("in/a.wet.jsonl", "{\"text\":\"\"}\n");
    folder
        .run("in -o out -q --to jsonl")
        .exits(2)
        .says(&["in/a.wet: would become in/a.wet.jsonl, which is there too; rename one of them"]);
    folder.holds("out/a.wet.jsonl", "{\"text\":\"\"}\n");
    // A name that was asked for is kept.
    folder.run("in/a.wet -o b.wet -q --to jsonl").exits(0);
    assert_eq!(folder.text("b.wet").lines().count(), 3);
    folder.write("c.wet", wet(PAGE));
    folder.run("in/a.wet c.wet -o two -q --to jsonl --removed removed").exits(0);
    assert_eq!(folder.files("two"), ["a.wet.jsonl", "c.wet.jsonl"]);
    let audit = folder.text("removed");
    folder.run("in/a.wet c.wet -o two -q --to jsonl --removed removed --resume").exits(0);
    assert_eq!((folder.text("removed"), audit.lines().count()), (audit, 8));
}

#[test]
fn rejects_of_a_conversion_are_not_lost_on_the_way() {
    let folder = Folder::new();
    folder.write("in/a.wet", [wet(PAGE), "junk\r\n".to_owned()].concat());
    let run = "in -o out -q --to jsonl --removed removed --rejects bad";
    folder.run(run).exits(2);
    folder.run(&format!("{run} --resume")).exits(0);
    folder.holds("bad", "junk\r\n");
    folder.run("restore out --removed removed -o back -q").exits(0);
    assert_eq!(folder.text("back/a.wet.jsonl").lines().count(), 3);
}

#[test]
fn line_ends_behind_a_record_leave_and_come_back_with_it() {
    let folder = Folder::new();
    let bad = conversion(2, "x").replace("\r\n\r\nx", "\r\n\r\n\u{0}");
    let mut file = [conversion(1, PAGE), bad, "\r\n\r\n".to_owned(), conversion(3, PAGE)].concat().into_bytes();
    let at = file.iter().position(|byte| *byte == 0).unwrap();
    file[at] = 0xFF;
    folder.write("a.wet", &file);
    folder.run("a.wet -o out.wet -q --removed removed --rejects bad").exits(2);
    folder.run("restore out.wet --removed removed -o back.wet -q").exits(0);
    folder.holds("back.wet", &file);
}

#[test]
fn an_empty_file_is_a_gzip_file_too() {
    let folder = Folder::with(&[("a.wet", "")]);
    folder.run("a.wet -o a.wet.gz -q").exits(0);
    assert_eq!(gunzip(&bytes(&folder, "a.wet.gz")), [""]);
}
