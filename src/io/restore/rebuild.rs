//! What stayed and what left, put together again; the digest tells whether it is the original.

use std::ops::Range;

use crate::io::encoding::Decoded;
use crate::io::records::json::{Field, canonical};
use crate::io::records::jsonl::record_in;
use crate::io::records::{Kind, Unit};
use crate::report::audit::{Entry, digest};
use crate::{Error, ErrorKind};

/// The original file, from what is left of it and the lines of the audit that speak of it.
pub(crate) fn text(clean: &[u8], lines: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    let entries = parse(lines)?;
    join(clean, &entries, bytes_of)
}

/// The original of a record whose text stands in it as it is, in this range, and whose head was changed with it.
pub(crate) fn part(record: &[u8], text: &Range<usize>, lines: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    let entries = parse(lines)?;
    if is_original(record, &entries) {
        return Ok(record.to_vec());
    }
    let head = entries.iter().find_map(|entry| entry.head.as_deref()).ok_or_else(mismatch)?;
    let text_and_rest = record.get(text.clone()).zip(record.get(text.end..));
    let (text, rest) = text_and_rest.ok_or_else(mismatch)?;
    let original = [head.as_bytes(), &put_back(text, &entries, bytes_of)?, rest].concat();
    if is_original(&original, &entries) { Ok(original) } else { Err(mismatch()) }
}

/// The original record, likewise.
pub(crate) fn record(unit: &Unit, lines: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    match &unit.kind {
        Kind::Json => json(&unit.bytes, unit.number, lines),
        Kind::Text(text) => part(&unit.bytes, text, lines),
        Kind::Other | Kind::Bad(_) | Kind::More => Err(mismatch()),
    }
}

/// The original line of a record in JSON Lines.
fn json(line: &[u8], number: u64, lines: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    let entries = parse(lines)?;
    let field = entries.first().and_then(|entry| entry.field.as_deref()).unwrap_or("text");
    let record = record_in(line, number, &Field::new(field), None)?.ok_or_else(mismatch)?;
    let decoded = Decoded::json(line, record.text);
    // Where in the text that is left each removed part stood, and from there where in the line.
    let mut removed = 0;
    let mut offsets = Vec::with_capacity(entries.len());
    for entry in &entries {
        let offset = entry.start.checked_sub(removed).filter(|offset| decoded.text.is_char_boundary(*offset));
        offsets.push(offset.ok_or_else(mismatch)?);
        removed += entry.text.len();
    }
    if !offsets.is_sorted() {
        return Err(mismatch());
    }
    let places = decoded.locate(&offsets)?;
    let mut shift = 0;
    let mut moved = entries.clone();
    for (entry, place) in moved.iter_mut().zip(places) {
        let part = entry.raw.as_deref().map_or_else(|| canonical(&entry.text), str::to_owned);
        entry.start = place + shift;
        shift += part.len();
        entry.raw = Some(part.into());
    }
    join(line, &moved, |entry| Ok(entry.raw.as_deref().unwrap_or_default().as_bytes().to_vec()))
}

fn parse(lines: &[Vec<u8>]) -> Result<Vec<Entry<'_>>, Error> {
    let entries: Result<Vec<Entry<'_>>, _> = lines.iter().map(|line| serde_json::from_slice(line)).collect();
    let mut entries = entries.map_err(|e| bad(format!("its audit record is broken: {e}")))?;
    entries.sort_by_key(|entry| entry.start);
    Ok(entries)
}

/// The removed bytes, where they stood in the original as they were.
fn bytes_of(entry: &Entry<'_>) -> Result<Vec<u8>, Error> {
    let removed = entry.removed().ok_or_else(|| bad("\"bytes\" of an audit record is not hexadecimal".to_owned()))?;
    // Offsets are those of the removed bytes, so a wrong length means a wrong record.
    if removed.len() == entry.end.wrapping_sub(entry.start) { Ok(removed.into_owned()) } else { Err(mismatch()) }
}

/// The original, each removed part put back at its `start`.
fn join(
    clean: &[u8],
    entries: &[Entry<'_>],
    removed: impl Fn(&Entry<'_>) -> Result<Vec<u8>, Error>,
) -> Result<Vec<u8>, Error> {
    if is_original(clean, entries) {
        // The run that made the audit ended before it was replaced.
        return Ok(clean.to_vec());
    }
    let original = put_back(clean, entries, removed)?;
    if is_original(&original, entries) { Ok(original) } else { Err(mismatch()) }
}

fn is_original(bytes: &[u8], entries: &[Entry<'_>]) -> bool {
    let is = digest(bytes);
    entries.iter().all(|entry| entry.digest == is)
}

fn put_back(
    clean: &[u8],
    entries: &[Entry<'_>],
    removed: impl Fn(&Entry<'_>) -> Result<Vec<u8>, Error>,
) -> Result<Vec<u8>, Error> {
    let mut original = Vec::with_capacity(clean.len() * 2);
    let mut rest = clean;
    for entry in entries {
        let gap = entry.start.checked_sub(original.len()).filter(|gap| *gap <= rest.len()).ok_or_else(mismatch)?;
        let (kept, behind) = rest.split_at(gap);
        original.extend_from_slice(kept);
        original.extend_from_slice(&removed(entry)?);
        rest = behind;
    }
    original.extend_from_slice(rest);
    Ok(original)
}

fn mismatch() -> Error {
    bad("does not make the original again: it was changed after cleaning, or the audit is of another run; not written"
        .to_owned())
}

fn bad(message: String) -> Error {
    Error::new(ErrorKind::Data, "", message)
}

#[cfg(test)]
mod tests {
    use encoding_rs::Encoding;
    use proptest::prelude::*;

    use super::*;
    use crate::io::document::{Name, RecordName, audit_lines};
    use crate::io::format::Format;
    use crate::report::{Cut, Fate, Outcome};
    use crate::{Label, Reason, Removal};

    const FILE: Name<'static> = Name { doc: "a", shown: "a", record: None };
    const RECORD: Name<'static> =
        Name { record: Some(RecordName { format: Format::Jsonl, number: 1, id: None, field: "text" }), ..FILE };

    /// Places in the text, an even number of them.
    fn places(text: &str, ends: &[proptest::sample::Index]) -> Vec<usize> {
        let bounds: Vec<usize> = (0..=text.len()).filter(|i| text.is_char_boundary(*i)).collect();
        let mut ends: Vec<usize> = ends.iter().map(|end| *end.get(&bounds)).collect();
        ends.sort_unstable();
        ends.truncate(ends.len() / 2 * 2);
        ends
    }

    /// Cuts the pieces between the places out of a document; gives what is left, and the audit.
    fn cut(decoded: &Decoded<'_>, ends: &[usize]) -> (Vec<u8>, Vec<Vec<u8>>) {
        let places = decoded.locate(ends).unwrap();
        let cut = |(text, bytes): (&[usize], &[usize])| Cut {
            span: bytes[0]..bytes[1],
            removal: Removal {
                span: text[0]..text[1],
                lines: 1..=1,
                label: Label::Related,
                rule: "rule".into(),
                reason: Reason::Phrase("phrase".into()),
            },
        };
        let cuts = ends.chunks_exact(2).zip(places.chunks_exact(2)).map(cut).collect();
        let outcome = Outcome { cuts, ..Outcome::of(Fate::Cleaned, "", 0) };
        let name = if decoded.is_json() { RECORD } else { FILE };
        let lines = audit_lines(name, decoded, &outcome.cuts).unwrap();
        let lines = lines.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
        (outcome.kept(decoded.source).into_owned(), lines)
    }

    /// Bytes that are mostly text.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof!["[a-zé😀\n]{0,6}".prop_map(String::into_bytes), any::<[u8; 2]>().prop_map(Vec::from)];
        proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    fn ends() -> impl Strategy<Value = Vec<proptest::sample::Index>> {
        proptest::collection::vec(any::<proptest::sample::Index>(), 2..7)
    }

    proptest! {
        #[test]
        fn files_come_back(source in bytes(), label in proptest::sample::select(vec!["utf-8", "utf-16be", "windows-1251"]), ends in ends()) {
            let decoded = Decoded::new(&source, Encoding::for_label(label.as_bytes()));
            prop_assume!(decoded.is_ok());
            let decoded = decoded.unwrap();
            let (clean, lines) = cut(&decoded, &places(&decoded.text, &ends));
            prop_assert_eq!(text(&clean, &lines).unwrap(), source);
        }

        #[test]
        fn records_come_back(before in "[a-z]{0,3}", text in "([a-zé\n\"/]|\\\\u00e9|\\\\/|\\\\ud83d\\\\ude00|\\\\ude00|\\\\n){0,12}", ends in ends()) {
            let line = format!("{{\"a\":\"{before}\", \"text\" : \"{}\"}}\r\n", text.replace('\n', "\\n").replace('"', "\\\""));
            let text = record_in(line.as_bytes(), 1, &Field::new("text"), None).unwrap().unwrap().text;
            let decoded = Decoded::json(line.as_bytes(), text);
            let (clean, lines) = cut(&decoded, &places(&decoded.text, &ends));
            prop_assert_eq!(json(&clean, 1, &lines).unwrap(), line.as_bytes());
        }
    }

    #[test]
    fn an_edited_file_is_refused() {
        let original = b"one\ntwo\nthree\n";
        let (clean, lines) = cut(&Decoded::new(original, None).unwrap(), &[4, 8]);
        assert_eq!(clean, b"one\nthree\n");
        assert_eq!(text(&clean, &lines).unwrap(), original);
        // Told of, but never replaced: the run was killed in between.
        assert_eq!(text(original, &lines).unwrap(), original);
        for edited in [&b"one\nthree"[..], b"one\nThree\n", b"", b"on"] {
            assert_eq!(text(edited, &lines).unwrap_err().kind(), ErrorKind::Data);
        }
        assert!(text(&clean, &[b"{}".to_vec()]).is_err());
    }
}
