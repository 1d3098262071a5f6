//! What holds of any stream, any damage and any cut.

use std::io::BufReader;

use proptest::prelude::*;
use proptest::sample::Index;

use super::tests::{conversion, units};
use super::*;
use crate::io::document::{Name, RecordName, audit_lines};
use crate::io::encoding::Decoded;
use crate::io::format::Format;
use crate::io::restore::rebuild::part;
use crate::report::{Cut, Fate, Outcome};
use crate::{Label, Reason, Removal};

/// Cuts the part out of the record; gives what is left of it and the audit.
fn cut(record: &[u8], text: &Range<usize>, part: &Range<usize>) -> (Vec<u8>, Vec<Vec<u8>>) {
    let decoded = Decoded::part(record, text.clone()).unwrap();
    let middle = (part.start..part.end).find(|at| decoded.text.is_char_boundary(*at)).unwrap_or(part.end);
    let cut = |span: Range<usize>| Cut {
        span: text.start + span.start..text.start + span.end,
        removal: Removal {
            span,
            lines: 1..=1,
            label: Label::Related,
            rule: "rule".into(),
            reason: Reason::Phrase("phrase".into()),
        },
    };
    let cuts = vec![cut(part.start..middle), cut(middle..part.end)];
    let name = RecordName { format: Format::Wet, number: 1, id: None, field: "text" };
    let name = Name { doc: "a", shown: "a", record: Some(name) };
    let outcome = Outcome { cuts, ..Outcome::of(Fate::Cleaned, "", 0) };
    let lines = audit_lines(name, &decoded, &outcome.cuts).unwrap();
    let kept = [&record[text.start..text.start + part.start], &record[text.start + part.end..text.end]].concat();
    (rewritten(record, text, &kept), lines.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect())
}

fn text() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "The ferry left.\n",
        "é😀",
        "\r\n",
        "WARC/1.0\n",
        "\n",
        "Content-Length: 3\r\n",
        "x",
    ]);
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Texts that do not hold what separates records: else a false length may well be a right one.
fn plain_texts() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("([a-zé]{1,9}[ \n]){0,20}", 1..6)
}

#[derive(Debug, Clone)]
enum Damage {
    Cut(Index, Index),
    Flip(Index, u8),
    Lie(u64),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<(Index, Index)>().prop_map(|(a, b)| Damage::Cut(a, b)),
        (any::<Index>(), 1..=255_u8).prop_map(|(at, bits)| Damage::Flip(at, bits)),
        prop_oneof![0..2000_u64, any::<u64>()].prop_map(Damage::Lie),
    ]
}

proptest! {
    #[test]
    fn any_bytes(data: Vec<u8>) {
        check(&data);
    }

    #[test]
    fn nearly_a_file(texts in proptest::collection::vec(text(), 0..4), damage in proptest::collection::vec(damage(), 0..6)) {
        let mut file: Vec<u8> = texts.iter().flat_map(|text| conversion(text).into_bytes()).collect();
        for damage in damage {
            if !file.is_empty() {
                apply(&mut file, damage);
            }
            check(&file);
        }
    }

    #[test]
    fn it_does_not_matter_how_the_input_comes(texts in proptest::collection::vec(text(), 0..4), damage in damage(), size in 1..99_usize) {
        let mut file = texts.iter().map(|text| conversion(text)).collect::<String>().into_bytes();
        file.push(b'\n');
        apply(&mut file, damage);
        let mut reader = Reader::new(BufReader::with_capacity(size, &file[..]));
        for unit in units(&file) {
            prop_assert_eq!(format!("{:?}", unit), format!("{:?}", reader.next().unwrap().unwrap()));
        }
        prop_assert!(reader.next().unwrap().is_none());
    }

    #[test]
    fn a_cleaned_file_has_the_same_records(texts in proptest::collection::vec(text(), 1..5), damage in damage(), lines: u64) {
        let mut file = texts.iter().map(|text| conversion(text)).collect::<String>().into_bytes();
        apply(&mut file, damage);
        let units = units(&file);
        // A false length may become a right one by chance when what stands behind it gets shorter.
        let false_length = |unit: &Unit| matches!(&unit.kind, Kind::Bad(e) if !e.to_string().contains("its headers"));
        if units.iter().any(false_length) {
            return Ok(());
        }
        let mut clean = Vec::new();
        for unit in &units {
            let Kind::Text(range) = &unit.kind else {
                clean.extend_from_slice(&unit.bytes);
                continue;
            };
            let text = unit.bytes[range.clone()].split_inclusive(|b| *b == b'\n').enumerate();
            let kept: Vec<&[u8]> = text.filter(|(at, _)| lines >> (at % 64) & 1 == 0).map(|(_, line)| line).collect();
            clean.extend(rewritten(&unit.bytes, range, &kept.concat()));
        }
        let shape = |units: &[Unit]| units.iter().map(|unit| (unit.number, unit.kind.short())).collect::<Vec<_>>();
        prop_assert_eq!(shape(&super::tests::units(&clean)), shape(&units));
    }

    #[test]
    fn the_undamaged_are_found(texts in plain_texts(), at: Index, damage in damage()) {
        let at = at.index(texts.len());
        let records: Vec<String> = texts.iter().map(|text| conversion(text)).collect();
        let mut damaged = records[at].clone().into_bytes();
        apply(&mut damaged, damage);
        let file = [records[..at].concat().into_bytes(), damaged.clone(), records[at + 1..].concat().into_bytes()].concat();
        // A length that is false but ends where another record does is beyond what anybody can notice.
        let (before, behind) = (at, texts.len() - at - 1);
        let swallowed = |unit: &Unit| matches!(unit.kind, Kind::Text(_) | Kind::Other) && head::next_start(&unit.bytes, 1).is_some();
        prop_assume!(!units(&file).iter().any(swallowed));
        let found = super::tests::texts(&file);
        prop_assert!(found.len() >= before + behind, "{:?}", found);
        prop_assert_eq!(&found[..before], &texts[..before]);
        prop_assert_eq!(&found[found.len() - behind..], &texts[at + 1..]);
    }

    #[test]
    fn records_come_back(text in text(), a: Index, b: Index, spelling in 0..3) {
        let record = conversion(&text);
        let record = match spelling {
            0 => record,
            1 => record.replacen("Block-Digest: sha1:", "Block-Digest: sha1:X", 1),
            _ => record.replacen("Content-Length: ", "content-length:0", 1),
        };
        let unit = units(&record).remove(0);
        let Kind::Text(range) = unit.kind else { panic!("{:?}", unit.kind) };
        let bounds: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        let (a, b) = (*a.get(&bounds), *b.get(&bounds));
        let (clean, lines) = cut(&unit.bytes, &range, &(a.min(b)..a.max(b)));
        let unit = units(&clean).remove(0);
        let Kind::Text(range) = unit.kind else { panic!("{:?}", unit.kind) };
        prop_assert_eq!(part(&unit.bytes, &range, &lines).unwrap(), record.as_bytes());
    }
}

fn apply(bytes: &mut Vec<u8>, damage: Damage) {
    match damage {
        Damage::Cut(a, b) => {
            let (a, b) = (a.index(bytes.len()), b.index(bytes.len()));
            bytes.drain(a.min(b)..a.max(b));
        }
        Damage::Flip(at, bits) => {
            let at = at.index(bytes.len());
            bytes[at] ^= bits;
        }
        Damage::Lie(length) => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            if let Some((before, behind)) = text.split_once("Content-Length: ") {
                let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit());
                *bytes = format!("{before}Content-Length: {length}{behind}").into_bytes();
            }
        }
    }
}

#[test]
fn an_edited_record_is_refused() {
    let record = conversion("one\ntwo\nthree\n");
    let unit = units(&record).remove(0);
    let Kind::Text(range) = unit.kind else { panic!("{:?}", unit.kind) };
    let (clean, lines) = cut(&unit.bytes, &range, &(4..8));
    let restore = |record: &str| {
        let unit = units(record).remove(0);
        let Kind::Text(range) = unit.kind else { panic!("{:?}", unit.kind) };
        part(&unit.bytes, &range, &lines)
    };
    let clean = String::from_utf8(clean).unwrap();
    assert_eq!(clean, conversion("one\nthree\n"));
    assert_eq!(restore(&clean).unwrap(), record.as_bytes());
    // Told of, but never replaced: the run was killed in between.
    assert_eq!(restore(&record).unwrap(), record.as_bytes());
    for edited in [conversion("one\nThree\n"), conversion("")] {
        assert!(restore(&edited).is_err());
    }
    assert!(part(clean.as_bytes(), &(0..10_000), &lines).is_err(), "a range that is not there");
}
