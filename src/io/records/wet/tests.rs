//! Streams, well-formed and broken, case by case.

use std::io::{self, BufRead, BufReader, Read};

use super::*;

/// A conversion record as Common Crawl writes it.
pub(super) fn conversion(text: &str) -> String {
    let digest = digest::renewed("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", b"", text.as_bytes()).unwrap();
    format!(
        "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://example.org/ferry\r\n\
         WARC-Date: 2024-05-18T01:58:10Z\r\nWARC-Record-ID: <urn:uuid:0d9b7a42-5f4e-4d0f-9f8e-2d6f3c1b7a10>\r\n\
         WARC-Refers-To: <urn:uuid:7c0e2f3a-1b7d-4a55-8c92-e1f0a4d3b6c8>\r\nWARC-Block-Digest: {digest}\r\n\
         WARC-Identified-Content-Language: eng\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{text}\r\n\r\n",
        text.len()
    )
}

fn info() -> String {
    let block = "Software-Info: dechrome test\r\nExtracted-Date: Sat, 18 May 2024\r\n";
    format!(
        "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Type: application/warc-fields\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    )
}

pub(super) fn units(data: impl AsRef<[u8]>) -> Vec<Unit> {
    let mut reader = Reader::new(data.as_ref());
    std::iter::from_fn(|| reader.next().unwrap()).collect()
}

pub(super) fn texts(data: impl AsRef<[u8]>) -> Vec<String> {
    let text = |unit: Unit| match unit.kind {
        Kind::Text(range) => Some(String::from_utf8_lossy(&unit.bytes[range]).into_owned()),
        _ => None,
    };
    units(data).into_iter().filter_map(text).collect()
}

/// Number, offset and message of what is broken.
fn errors(data: impl AsRef<[u8]>) -> Vec<(u64, u64, String)> {
    let error = |unit: Unit| match unit.kind {
        Kind::Bad(error) => Some((unit.number, unit.offset, error.to_string())),
        _ => None,
    };
    units(data).into_iter().filter_map(error).collect()
}

#[test]
fn a_file_as_it_should_be() {
    let file = info() + &conversion("The ferry\nleft at nine.\n") + &conversion("") + &conversion("Zwei\n");
    check(file.as_bytes());
    let units = units(&file);
    let kinds: Vec<_> = units.iter().map(|unit| (unit.number, matches!(unit.kind, Kind::Text(_)))).collect();
    assert_eq!(kinds, [(1, false), (2, true), (3, true), (4, true)]);
    assert_eq!(units[1].offset, info().len() as u64);
    assert_eq!(texts(&file), ["The ferry\nleft at nine.\n", "", "Zwei\n"]);
}

#[test]
fn what_is_no_plain_text_of_a_conversion_passes_through() {
    let plain = conversion("a\n");
    let as_type = |value: &str| plain.replace("text/plain", value);
    for (record, is_text) in [
        (as_type("Text/Plain; charset=utf-8"), true),
        (plain.replace("Content-Type: text/plain\r\n", ""), true),
        (plain.replace("WARC-Type: conversion", "warc-TYPE:\tConversion "), true),
        (plain.replace("WARC-Type: conversion", "WARC-Type:\r\n conversion"), true),
        (as_type("text/html"), false),
        (as_type("text/plainer"), false),
        (plain.replace("conversion", "resource"), false),
        (plain.replace("WARC-Type: conversion\r\n", ""), false),
        (plain.replace("WARC-Date:", "WARC-Segment-Number: 1\r\nWARC-Date:"), false),
    ] {
        assert_eq!(errors(&record), []);
        assert_eq!(texts(&record).len(), usize::from(is_text), "{record}");
    }
}

#[test]
fn other_versions_and_line_ends() {
    let file = info() + &conversion("one") + &conversion("two");
    for version in ["0.17", "0.18", "1.1"] {
        assert_eq!(texts(file.replace("WARC/1.0", &format!("WARC/{version}"))), ["one", "two"]);
    }
    assert_eq!(texts(conversion("one").replace("\r\n", "\n") + &conversion("two")), ["one", "two"]);
    // More or fewer line ends between records, and none or half of them at the end.
    let (one, two) = (conversion("one"), conversion("two"));
    let loose = format!("\r\n{one}\r\n\n{}{}\r\n{}", two.trim_end(), one.trim_end(), two.trim_end());
    assert_eq!(texts(&loose), ["one", "two", "one", "two"]);
    assert_eq!(texts(loose.clone() + "\r\n\r"), ["one", "two", "one", "two"]);
    assert_eq!(errors(loose), []);
}

#[test]
fn a_length_that_lies_costs_one_record() {
    let (good, next) = (conversion("The ferry left.\n"), conversion("next\n"));
    let at = info().len() as u64;
    for lie in [0, 1, 15, 17, 19, 25, 400, 1_000_000, 200_000_000] {
        let bad = good.replace("Content-Length: 16", &format!("Content-Length: {lie}"));
        let file = info() + &bad + &next + &next;
        let why = format!("Content-Length says {lie} bytes, but the record does not end there");
        assert_eq!(errors(&file), [(2, at, why)]);
        assert_eq!(texts(&file), ["next\n", "next\n"]);
        check(file.as_bytes());
    }
}

#[test]
fn broken_headers_cost_one_record() {
    let (good, next) = (conversion("The ferry left.\n"), conversion("next\n"));
    let length = "Content-Length: 16\r\n";
    let long = format!("X: {}\r\n{length}", "x".repeat(70_000));
    for (bad, why) in [
        (good.replace(length, ""), "it has no Content-Length"),
        (good.replace(length, &length.repeat(2)), "it has more than one Content-Length"),
        (good.replace(" 16\r", " +16\r"), "Content-Length is \"+16\", not a number of bytes"),
        (good.replace(" 16\r", "\r"), "Content-Length is \"\", not a number of bytes"),
        (
            good.replace(" 16\r", &format!(" {}\r", "9".repeat(40))),
            "Content-Length is \"999999999999999999999999999999\", not a number of bytes",
        ),
        (
            good.replace(" 16\r", " 300000000\r"),
            "Content-Length says 300000000 bytes; more than 268435456 are not read",
        ),
        (good.replace(length, &long), "its headers do not end with a blank line within 64 KB"),
        (good[..100].to_owned(), "its headers do not end with a blank line within 64 KB"),
        (good.replace("WARC/1.0", "WORC/1.0"), "no WARC record begins here; expected a line such as WARC/1.0"),
        ("scraps".to_owned(), "no WARC record begins here; expected a line such as WARC/1.0"),
    ] {
        let file = bad + &next;
        assert_eq!(errors(&file), [(1, 0, why.to_owned())]);
        assert_eq!(texts(&file), ["next\n"]);
        check(file.as_bytes());
    }
    let mut bytes = (good + &next).into_bytes();
    bytes[30] = 0xFF;
    assert_eq!(errors(&bytes), [(1, 0, "its headers are not UTF-8 from their byte 30 on".to_owned())]);
    assert_eq!(texts(&bytes), ["next\n"]);
}

#[test]
fn a_record_that_is_cut_off() {
    let (good, next) = (conversion("The ferry left.\n"), conversion("next\n"));
    let cut = &good[..good.len() - 10];
    let why = "the record is cut off: 16 bytes announced, 10 there".to_owned();
    assert_eq!(errors(cut), [(1, 0, why)]);
    // Where another file was put behind it, the next record begins in the middle of a line.
    let joined = format!("{cut}{next}{next}");
    assert_eq!(errors(&joined).len(), 1);
    assert_eq!(texts(&joined), ["next\n", "next\n"]);
}

#[test]
fn what_is_too_large_passes_in_pieces() {
    let huge = conversion("").replace("Length: 0", "Length: 400000000") + &"A line of text.\n".repeat(200_000);
    let units = units(huge + "\r\n\r\n" + &conversion("next\n"));
    assert!(units.iter().all(|unit| unit.bytes.len() < 2 << 20));
    let kinds: Vec<_> = units.iter().map(|unit| (unit.number, unit.kind.short())).collect();
    assert_eq!(kinds, [(1, "bad"), (1, "more"), (1, "more"), (1, "more"), (2, "text")]);
}

impl Kind {
    pub(super) fn short(&self) -> &'static str {
        match self {
            Kind::Text(_) => "text",
            Kind::Json | Kind::Other => "other",
            Kind::Bad(_) => "bad",
            Kind::More => "more",
        }
    }
}

#[test]
fn an_input_that_fails_gives_all_it_had_first() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
    let file = conversion("one") + &conversion("two")[..200];
    let mut reader = Reader::new(BufReader::new(file.as_bytes().chain(Failing)));
    let mut first = || reader.next().map(|unit| unit.map(|unit| (unit.bytes, unit.kind.short())));
    let one = conversion("one").into_bytes();
    assert_eq!(first().unwrap(), Some((one.clone(), "text")));
    assert_eq!(first().unwrap(), Some((file.as_bytes()[one.len()..].to_vec(), "bad")));
    assert_eq!(first().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    assert_eq!(first().unwrap(), None);
}

/// Counts the bytes that were fetched from it.
struct Counting<'d>(&'d [u8], usize);

impl Read for Counting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl BufRead for Counting<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(&self.0[..self.0.len().min(4096)])
    }

    fn consume(&mut self, amount: usize) {
        self.1 += amount;
        self.0 = &self.0[amount..];
    }
}

#[test]
fn a_record_is_handed_out_before_the_rest_is_read() {
    let file = conversion("A line of text.\n").repeat(10_000);
    let mut input = Counting(file.as_bytes(), 0);
    Reader::new(&mut input).next().unwrap();
    assert!(input.1 < 100_000, "{} bytes were read for the first record", input.1);
}
