//! Records on their way out: with another text, as a line of JSON, compressed.

use std::io::Write;
use std::ops::Range;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use super::digest::renewed;
use super::head::Head;
use crate::{Error, ErrorKind};

/// The record with the text `kept` in place of the one in the range `text`.
///
/// The length is put right, and the digests if they were right before. A digest that was not, or is of a kind not
/// known here, leaves with its header, since it would condemn the record. Nothing else changes.
pub(crate) fn rewritten(record: &[u8], text: &Range<usize>, kept: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(record.len());
    let mut copied = 0;
    // Headers that cannot be read do not come here: there would be no text.
    for field in Head::parse(&record[..text.start]).map(|head| head.fields).unwrap_or_default() {
        let (replaced, value) = if field.is("Content-Length") {
            (field.value, Some(kept.len().to_string()))
        } else if field.is("WARC-Block-Digest") || field.is("WARC-Payload-Digest") {
            let value = String::from_utf8_lossy(&record[field.value.clone()]);
            match renewed(&value, &record[text.clone()], kept) {
                Some(value) => (field.value, Some(value)),
                None => (field.line, None),
            }
        } else {
            continue;
        };
        out.extend_from_slice(&record[copied..replaced.start]);
        out.extend_from_slice(value.unwrap_or_default().as_bytes());
        copied = replaced.end;
    }
    out.extend_from_slice(&record[copied..text.start]);
    out.extend_from_slice(kept);
    out.extend_from_slice(&record[text.end..]);
    out
}

/// What the record is called, if its headers say so; they are all that stands before the text.
pub(crate) fn id(head: &[u8]) -> Option<String> {
    Some(Head::parse(head).ok()?.get("WARC-Record-ID")?.into_owned())
}

/// A record as JSON.
#[derive(Serialize)]
struct Line<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'r str>,
    text: &'r str,
}

/// The record whose text stands in the range as one line of JSON with its id, address, date and text.
pub(crate) fn json_line(record: &[u8], text: &Range<usize>) -> Result<Vec<u8>, Error> {
    let bad = |why: String| Error::new(ErrorKind::Data, "", why);
    let head = Head::parse(&record[..text.start]).map_err(bad)?;
    let text = str::from_utf8(&record[text.clone()])
        .map_err(|e| bad(format!("the text is not UTF-8 from its byte {} on", e.valid_up_to())))?;
    let (id, url, date) = (head.get("WARC-Record-ID"), head.get("WARC-Target-URI"), head.get("WARC-Date"));
    // WARC 1.0 has the address in angle brackets in one place and without them in another.
    let url = url.as_deref().map(|url| url.strip_prefix('<').and_then(|url| url.strip_suffix('>')).unwrap_or(url));
    let line = Line { id: id.as_deref(), url, date: date.as_deref(), text };
    let mut line = serde_json::to_vec(&line).map_err(|e| bad(e.to_string()))?;
    line.push(b'\n');
    Ok(line)
}

/// The bytes as one member of a gzip file. In `.warc.gz` files each record is one, so that it can be read alone.
pub(crate) fn member(bytes: &[u8]) -> Vec<u8> {
    // Level 6, the default, is what gzip and the usual WARC writers take.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.expect("memory can be written to")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::super::{Kind, Reader, Units};
    use super::*;

    fn read(record: &str) -> (Vec<u8>, Range<usize>) {
        let unit = Reader::new(record.as_bytes()).next().unwrap().unwrap();
        let Kind::Text(text) = unit.kind else { panic!("{:?}", unit.kind) };
        (unit.bytes, text)
    }

    fn rewrite(record: &str, kept: &str) -> String {
        let (bytes, text) = read(record);
        String::from_utf8(rewritten(&bytes, &text, kept.as_bytes())).unwrap()
    }

    #[test]
    fn the_length_and_right_digests_change_and_nothing_else() {
        let record = "WARC/1.0\r\nwarc-type:conversion\r\nWARC-Block-Digest: sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5\r\n\
                      X-Note: a \r\n b\r\nCONTENT-length :  003 \r\nNo colon\r\n\r\nabc\r\n\r\n";
        let wanted = record
            .replace("003", "2")
            .replace("abc", "ab")
            .replace("VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", "3IRWCTQCI2NA27D32G62WXE4I5FRSBG4");
        assert_eq!(rewrite(record, "ab"), wanted);
    }

    #[test]
    fn a_digest_that_would_be_wrong_leaves() {
        for value in ["sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "md5:\r\n 900150983cd24fb0d6963f7d28e17f72"] {
            let record = format!(
                "WARC/1.1\nWARC-Payload-Digest: {value}\nWARC-Type: conversion\nContent-Length: 3\n\
                 WARC-Block-Digest:{value}\n\nabc\n\n"
            );
            let wanted = "WARC/1.1\nWARC-Type: conversion\nContent-Length: 0\n\n\n\n";
            assert_eq!(rewrite(&record, ""), wanted);
        }
    }

    #[test]
    fn json_has_what_the_headers_have() {
        let (bytes, text) = read(
            "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: <https://example.org/\"a\">\r\n\
             WARC-Date: 2024-05-18T01:58:10Z\r\nWARC-Record-ID: <urn:uuid:1>\r\nContent-Length: 6\r\n\r\né\n\"\\/\r\n\r\n",
        );
        let line = json_line(&bytes, &text).unwrap();
        let wanted = r#"{"id":"<urn:uuid:1>","url":"https://example.org/\"a\"","date":"2024-05-18T01:58:10Z","text":"é\n\"\\/"}"#;
        assert_eq!(String::from_utf8(line).unwrap(), format!("{wanted}\n"));
        let (bytes, text) = read("WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 1\r\n\r\na\r\n\r\n");
        assert_eq!(json_line(&bytes, &text).unwrap(), b"{\"text\":\"a\"}\n");
        let error = json_line(b"WARC/1.0\r\n\r\na\xFF", &(12..14)).unwrap_err();
        assert_eq!(error.to_string(), "the text is not UTF-8 from its byte 1 on");
    }

    #[test]
    fn members_stand_alone_and_one_after_the_other() {
        let file = [member(b"one"), member(b""), member(b"two")].concat();
        let mut text = String::new();
        flate2::read::MultiGzDecoder::new(&file[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, "onetwo");
        let mut first = String::new();
        flate2::read::GzDecoder::new(&file[..]).read_to_string(&mut first).unwrap();
        assert_eq!(first, "one");
    }
}
