//! gzip and Zstandard: in by their first bytes, out by the name.

use std::io::{Read, Write};

use flate2::write::GzEncoder;

use crate::support::{ARTICLE, Folder, PAGE, PLAIN, json, pipe};

fn gzip(bytes: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

fn zstd(bytes: &str) -> Vec<u8> {
    zstd::encode_all(bytes.as_bytes(), 19).unwrap()
}

fn unzstd(bytes: &[u8]) -> String {
    String::from_utf8(zstd::decode_all(bytes).unwrap()).unwrap()
}

fn record(text: &str) -> String {
    format!("{{\"text\":\"{}\"}}\n", json(text))
}

/// A file as bytes.
fn bytes(folder: &Folder, path: &str) -> Vec<u8> {
    std::fs::read(folder.path(path)).unwrap()
}

#[test]
fn standard_input_may_be_compressed() {
    for compress in [gzip, zstd] {
        pipe("", compress(PAGE)).exits(0).prints(ARTICLE).says(&[]);
        // Members and frames follow each other.
        let twice = [compress(&record(PAGE)), compress(&record(PAGE))].concat();
        pipe("-f jsonl", twice).exits(0).prints(record(ARTICLE).repeat(2)).says(&[]);
    }
}

#[test]
fn the_name_of_the_output_says_how_it_is_compressed() {
    let folder = Folder::new();
    folder.write("a.jsonl.gz", gzip(&record(PAGE)));
    folder.write("b", zstd(&record(PAGE)));
    folder.run("a.jsonl.gz -o a.jsonl.zst -q").exits(0);
    assert_eq!(unzstd(&bytes(&folder, "a.jsonl.zst")), record(ARTICLE));
    folder.run("a.jsonl.gz -o a.jsonl -q").exits(0);
    folder.holds("a.jsonl", record(ARTICLE));
    folder.run("b -f jsonl -o b.gz -q").exits(0);
    assert_eq!(gunzip(&bytes(&folder, "b.gz")), record(ARTICLE));
    folder.run("a.jsonl.gz").exits(0).prints(record(ARTICLE));
    folder.pipe("-o page.gz", PAGE).exits(0);
    assert_eq!(gunzip(&bytes(&folder, "page.gz")), ARTICLE);
}

#[test]
fn a_tree_keeps_the_compression_of_its_files() {
    let folder = Folder::new();
    folder.write("in/shard.jsonl.gz", gzip(&record(PAGE)));
    folder.write("in/shard.ndjson.zst", zstd(&record(PAGE)));
    folder.write("in/page.txt.gz", gzip(PAGE));
    folder.write("in/no-name-for-it", zstd(PAGE));
    folder.write("in/not-text.gz", gzip("\0\x01"));
    folder.write("in/clean.jsonl.gz", gzip(&record(PLAIN)));
    folder.write("in/clean.txt.zst", zstd(PLAIN));
    for destination in ["-o out", "--in-place"] {
        folder.run(&format!("in {destination} -q --removed removed{}", destination.len())).exits(0);
        let out = if destination == "-o out" { "out" } else { "in" };
        let file = |name: &str| bytes(&folder, &format!("{out}/{name}"));
        assert_eq!(gunzip(&file("shard.jsonl.gz")), record(ARTICLE));
        assert_eq!(unzstd(&file("shard.ndjson.zst")), record(ARTICLE));
        assert_eq!(gunzip(&file("page.txt.gz")), ARTICLE);
        assert_eq!(unzstd(&file("no-name-for-it")), ARTICLE);
        // What does not change is the same file, not only the same text.
        assert_eq!(file("not-text.gz"), gzip("\0\x01"));
        assert_eq!(file("clean.jsonl.gz"), gzip(&record(PLAIN)));
        assert_eq!(file("clean.txt.zst"), zstd(PLAIN));
    }
    folder.run("restore in --removed removed10 -o back -q").exits(0);
    assert_eq!(gunzip(&bytes(&folder, "back/shard.jsonl.gz")), record(PAGE));
    assert_eq!(unzstd(&bytes(&folder, "back/shard.ndjson.zst")), record(PAGE));
    assert_eq!(gunzip(&bytes(&folder, "back/page.txt.gz")), PAGE);
    folder.holds("back/clean.jsonl.gz", gzip(&record(PLAIN)));
}

/// Records that do not compress, so that half the bytes are about half the records.
fn records() -> Vec<String> {
    let noise = |seed: u32| -> String {
        (0..400_u32)
            .map(|n| char::from(b'a' + (seed.wrapping_add(n).wrapping_mul(2_654_435_761) >> 24) as u8 % 26))
            .collect()
    };
    (0..500).map(|n| format!("{{\"n\":\"{}\",\"text\":\"{}\"}}\n", noise(n * 1000), json(PAGE))).collect()
}

#[test]
fn what_can_be_read_of_a_cut_off_file_is_cleaned_and_the_rest_is_told() {
    let all = records().concat();
    for (name, whole) in [("a.jsonl.gz", gzip(&all)), ("a.jsonl.zst", zstd(&all))] {
        let folder = Folder::new();
        let half = &whole[..whole.len() / 2];
        folder.write(name, half);
        let run = folder.run(&format!("{name} -o out.jsonl -q")).exits(2);
        let out = folder.text("out.jsonl");
        let (lines, rest) = out.rsplit_once('\n').unwrap();
        let cleaned = records().concat().replace(&json(PAGE), &json(ARTICLE));
        assert!(lines.len() > 10_000 && cleaned.starts_with(lines));
        // The record that was cut passes through.
        assert!(rest.is_empty() || all.contains(rest));
        let last = run.stderr.lines().last().unwrap();
        assert!(last.starts_with(&format!("dechrome: {name}:")), "{last}");
        assert!(last.contains("the compressed data is damaged or cut off behind this"), "{last}");
        // In place the bytes behind the cut would be lost, and no run that has to be whole ends with half a file.
        folder.run(&format!("-i {name} -q")).exits(2);
        folder.holds(name, half);
        folder.run(&format!("{name} -o whole.jsonl -q --on-error fail")).exits(2);
        assert!(!folder.path("whole.jsonl").exists());
        assert_eq!(folder.files(""), [name, "out.jsonl"]);
    }
}

#[test]
fn damage_in_the_middle_is_told_and_never_a_panic() {
    let whole = gzip(&records().concat());
    for at in (20..whole.len()).step_by(whole.len() / 13) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        let run = pipe("-f jsonl", &damaged);
        assert!(matches!(run.status.code(), Some(0 | 2)), "{:?}: {}", run.status, run.stderr);
        assert!(!run.stderr.contains("panic"), "{}", run.stderr);
    }
}

#[test]
fn a_damaged_text_is_copied_and_told() {
    let folder = Folder::new();
    let whole = gzip(&records().concat());
    folder.write("in/a.txt.gz", &whole[..whole.len() / 2]);
    folder.write("in/b.txt", PAGE);
    folder.run("in -o out -q").exits(2);
    folder.holds("out/a.txt.gz", &whole[..whole.len() / 2]);
    folder.holds("out/b.txt", ARTICLE);
}

#[test]
fn what_does_not_change_is_compressed_as_the_output_is_called() {
    let folder = Folder::new();
    folder.write("a.txt", PLAIN);
    folder.write("b.txt.zst", zstd(PLAIN));
    folder.write("c.bin", b"\0\x01");
    folder.run("a.txt -o a.txt.gz -q").exits(0);
    folder.run("b.txt.zst -o b.txt.gz -q").exits(0);
    folder.run("c.bin -o c.gz -q").exits(0);
    assert_eq!(gunzip(&bytes(&folder, "a.txt.gz")), PLAIN);
    assert_eq!(gunzip(&bytes(&folder, "b.txt.gz")), PLAIN);
    assert_eq!(gunzip(&bytes(&folder, "c.gz")), "\0\x01");
}

/// A pipe with a name, as `<(command)` makes them, cannot be read twice.
#[cfg(unix)]
#[test]
fn pipes_are_files_too() {
    let big = [b"\0\x01", &[7; 300_000][..]].concat();
    for (name, content, expected) in [
        ("a.txt", PLAIN.as_bytes().to_vec(), PLAIN.as_bytes().to_vec()),
        ("a.txt", PAGE.as_bytes().to_vec(), ARTICLE.as_bytes().to_vec()),
        ("a.bin", big.clone(), big),
        ("a.jsonl", record(PLAIN).into_bytes(), record(PLAIN).into_bytes()),
        ("a.jsonl.gz", gzip(&record(PLAIN)), record(PLAIN).into_bytes()),
        ("a.txt.gz", gzip(PLAIN), PLAIN.as_bytes().to_vec()),
        ("a.parquet", b"no Parquet".to_vec(), b"no Parquet".to_vec()),
    ] {
        let folder = Folder::new();
        crate::support::make_pipe(&folder, name);
        let path = folder.path(name);
        let writer = std::thread::spawn(move || std::fs::write(path, content).unwrap());
        folder.run(&format!("{name} -o out/{name} -q")).exits(if name == "a.parquet" { 2 } else { 0 });
        writer.join().unwrap();
        let found = bytes(&folder, &format!("out/{name}"));
        let found = if name.ends_with(".gz") { gunzip(&found).into_bytes() } else { found };
        assert!(found == expected, "{name}");
    }
}
