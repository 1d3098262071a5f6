//! Any bytes as a stream of JSON Lines, cleaned, annotated, thinned out, and put together again.

use std::io::{BufWriter, Read, Seek};
use std::ops::Range;
use std::sync::OnceLock;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::assemble::{PROGRAM, Program};
use crate::io::Worker;
use crate::io::encoding::Decoded;
use crate::io::format::Format;
use crate::io::ledger::{Books, Ledger};
use crate::io::records::json::{Field, canonical};
use crate::io::records::jsonl::{Lines, record_in};
use crate::io::records::{OnError, Stream};
use crate::io::restore::{rebuild, records::restore};
use crate::report::Console;
use crate::{Cleaner, Error, Verdict};

/// The field that `--annotate` adds here.
const REMOVED: &str = "removed";

/// What stands before and behind the inside of a string: the text of a record in many places, or nearly one.
const RECORDS: &[(&str, &str)] = &[
    ("{\"text\":\"", "\"}"),
    ("{\"id\":7,\"text\":\"", "\"}"),
    (" { \"id\" : \"a#b/\\u00e9\",\t\"text\" : \"", "\" , \"z\":[1E+400,-0,{\"text\":\"\"}] } "),
    ("{\"text\":\"\",\"te\\u0078t\":\"", "\",\"a\":{\"text\":1}}"),
    ("{\"text\":\"", "\",\"text\":\"\"}"),
    ("{\"text\":\"", "\",\"removed\":[]}"),
    ("{\"\\ud800\":1,\"text\":\"", "\",\"id\":\"\\udfff\"}"),
    ("\u{feff}{\"text\":\"", "\"}"),
    ("{\"text\":[\"", "\"]}"),
    ("{\"body\":\"", "\"}"),
    ("{\"text\":\"", ""),
    ("", ""),
];

const LINE_ENDS: &[&str] = &["\n", "\r\n", "\n\n", " \n", "\r", ""];

/// Every stream is cleaned as promised, and comes back.
pub fn jsonl(data: &[u8]) {
    let (made, noise);
    let (stream, noise) = match data.split_first() {
        Some((&PROGRAM, program)) => {
            (made, noise) = assembled(program);
            (made.as_slice(), noise)
        }
        _ => (data, &data[..0]),
    };
    cleaned(stream, noise);
    annotated(stream);
    thinned_out(stream);
}

fn cleaned(stream: &[u8], noise: &[u8]) {
    let (clean, audit) = run(worker(Kind::Clean), stream);
    let (before, after) = (lines(stream), lines(&clean));
    assert_eq!(before.len(), after.len(), "lines were lost or added");
    for (number, (old, new)) in before.iter().zip(&after).enumerate() {
        match text_in(old, number, None) {
            None => assert_eq!(old, new, "a line that is no record was changed"),
            Some((range, text)) => {
                let (there, left) = text_in(new, number, None).expect("still a record");
                let cleaned = worker(Kind::Clean).cleaner.clean(&text);
                assert_eq!(left, cleaned.text());
                assert_eq!(old[..range.start], new[..there.start]);
                assert_eq!(old[range.end..], new[there.end..]);
                if cleaned.verdict() != Verdict::Cleaned {
                    assert_eq!(old, new, "a record that loses nothing was changed");
                }
            }
        }
    }
    assert_eq!(back(&clean, &audit).expect("restored").as_slice(), stream);
    damaged(&clean, &audit, noise);
}

/// A damaged audit or stream is refused, or does not matter; it never panics.
fn damaged(clean: &[u8], audit: &[u8], noise: &[u8]) {
    if noise.is_empty() {
        return;
    }
    let (mut clean, mut audit) = (clean.to_vec(), audit.to_vec());
    for change in noise.chunks_exact(4) {
        let damaged = if change[0] % 2 == 0 { &mut audit } else { &mut clean };
        if !damaged.is_empty() {
            let place = (usize::from(change[1]) * 256 + usize::from(change[2])) % damaged.len();
            damaged[place] = change[3];
        }
    }
    let _ = back(&clean, &audit);
    let lines: Vec<Vec<u8>> = audit.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let _ = rebuild::text(&clean, &lines);
}

/// A removal as `--annotate` tells it.
#[derive(Deserialize)]
struct Told {
    span: [usize; 2],
    chars: [usize; 2],
}

fn annotated(stream: &[u8]) {
    let (out, _) = run(worker(Kind::Annotate), stream);
    let (before, after) = (lines(stream), lines(&out));
    assert_eq!(before.len(), after.len(), "lines were lost or added");
    let begin = format!(",\"{REMOVED}\":");
    for (number, (old, new)) in before.iter().zip(&after).enumerate() {
        let Some((_, text)) = text_in(old, number, Some(REMOVED)) else {
            assert_eq!(old, new, "a line that is no record was changed");
            continue;
        };
        let (object, rest) = old.split_at(old.trim_ascii_end().len() - 1);
        let field = new.strip_prefix(object).and_then(|new| new.strip_suffix(rest)).expect("nothing else changed");
        let array = field.strip_prefix(begin.as_bytes()).expect("the last field");
        let told: Vec<Told> = serde_json::from_slice(array).expect("an array of removals");
        let record = new.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(new);
        assert!(serde_json::from_slice::<IgnoredAny>(record).is_ok(), "not JSON any more");
        let (mut left, mut from) = (String::new(), 0);
        for Told { span: [start, end], chars } in told {
            left += &text[from..start];
            from = end;
            assert_eq!(chars, [start, end].map(|place| text[..place].chars().count()));
        }
        left += &text[from..];
        assert_eq!(left, worker(Kind::Annotate).cleaner.clean(&text).text());
    }
}

/// What cannot be cleaned is left out, and comes back from the audit.
fn thinned_out(stream: &[u8]) {
    let (clean, audit) = run(worker(Kind::Skip), stream);
    let numbered = lines(stream).into_iter().enumerate();
    let kept = numbered.filter(|(number, line)| is_blank(line, *number) || text_in(line, *number, None).is_some());
    assert_eq!(lines(&clean).len(), kept.count(), "not what could be cleaned");
    let told = String::from_utf8(audit.clone()).expect("the audit is UTF-8");
    assert!(!told.contains("internal error"), "{told}");
    assert_eq!(back(&clean, &audit).expect("restored").as_slice(), stream);
}

#[derive(Clone, Copy)]
enum Kind {
    Clean,
    Annotate,
    Skip,
}

fn worker(kind: Kind) -> &'static Worker {
    static WORKERS: OnceLock<[Worker; 3]> = OnceLock::new();
    let build = |kind: Kind| Worker {
        annotate: matches!(kind, Kind::Annotate).then(|| REMOVED.to_owned()),
        on_error: if matches!(kind, Kind::Skip) { OnError::Skip } else { OnError::Pass },
        audit: !matches!(kind, Kind::Annotate),
        ..Worker::new(Cleaner::new().expect("built-in patterns"))
    };
    &WORKERS.get_or_init(|| [Kind::Clean, Kind::Annotate, Kind::Skip].map(build))[kind as usize]
}

/// The stream that comes out, and the audit.
fn run(worker: &Worker, stream: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut audit = tempfile::tempfile().expect("a place for temporary files");
    let file = BufWriter::new(audit.try_clone().expect("a second handle"));
    let books = Books { audit: Some(("audit".to_owned(), file)), ..Books::default() };
    let mut ledger = Ledger::new(Console::new(true, false), books);
    let mut clean = Vec::new();
    let records = Stream::new(worker, ("-", "stream"), Format::Jsonl, None);
    let ended = records.clean(stream, &mut clean, &mut ledger);
    assert!(ended.is_ok(), "{ended:?}");
    ledger.close(false).expect("the audit is written");
    let mut told = Vec::new();
    audit.rewind().and_then(|()| audit.read_to_end(&mut told)).expect("the audit can be read");
    (clean, told)
}

fn back(clean: &[u8], audit: &[u8]) -> Result<Vec<u8>, Error> {
    let entries = audit.split_inclusive(|byte| *byte == b'\n').map(|line| Ok(line.to_vec()));
    let mut out = Vec::new();
    restore(Lines::new(clean), entries, ("audit", "stream"), |unit| {
        out.extend_from_slice(&unit);
        Ok(())
    })?;
    Ok(out)
}

fn lines(stream: &[u8]) -> Vec<&[u8]> {
    stream.split_inclusive(|byte| *byte == b'\n').collect()
}

/// Where the text of the record in a line stands, and what it says; `None`: no record. Lines are counted from 0.
fn text_in(line: &[u8], number: usize, reserved: Option<&str>) -> Option<(Range<usize>, String)> {
    let record = record_in(line, number as u64 + 1, &Field::new("text"), reserved).ok()??;
    let text = Decoded::json(line, record.text).text.into_owned();
    let start = record.text.as_ptr().addr() - line.as_ptr().addr();
    Some((start..start + record.text.len(), text))
}

fn is_blank(line: &[u8], number: usize) -> bool {
    matches!(record_in(line, number as u64 + 1, &Field::new("text"), None), Ok(None))
}

/// A stream of records with assembled texts, and of other lines; and what to damage in its audit.
fn assembled(program: &[u8]) -> (Vec<u8>, &[u8]) {
    let (noise, program) = match program.split_first() {
        Some((length, rest)) if length % 4 == 0 => rest.split_at(usize::from(length % 64).min(rest.len())),
        _ => (&program[..0], program),
    };
    let mut program = Program::new(program);
    let mut stream = Vec::new();
    while let Some(kind) = program.byte() {
        match kind % 8 {
            0 => stream.extend_from_slice(program.raw()),
            _ => {
                let (before, behind) = RECORDS[program.byte().unwrap_or(0) % RECORDS.len()];
                stream.extend_from_slice(before.as_bytes());
                let text = program.document().unwrap_or_default();
                stream.extend_from_slice(escaped(&text, kind / 8).as_bytes());
                stream.extend_from_slice(behind.as_bytes());
            }
        }
        let end = LINE_ENDS[program.byte().unwrap_or(0) % LINE_ENDS.len()];
        stream.extend_from_slice(end.as_bytes());
    }
    (stream, noise)
}

/// The text as the inside of a JSON string, in one of the ways to write it.
fn escaped(text: &str, how: usize) -> String {
    let numbers = |c: char, out: &mut String| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            *out += &format!("\\u{unit:04x}");
        }
    };
    let mut out = String::with_capacity(text.len() * 2);
    for (place, c) in text.char_indices() {
        match how % 5 {
            1 => numbers(c, &mut out),
            2 if !c.is_alphanumeric() => numbers(c, &mut out),
            3 if c == '/' => out += "\\/",
            4 if place % 7 == 0 => {
                // Halves of surrogate pairs, alone.
                out += if place % 2 == 0 { "\\uD83D" } else { "\\ude00" };
                out += &canonical(c.encode_utf8(&mut [0; 4]));
            }
            _ => out += &canonical(c.encode_utf8(&mut [0; 4])),
        }
    }
    out
}
