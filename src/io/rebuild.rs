//! What stayed and what left, put together again; the digest tells whether it is the original.

use super::encoding::Decoded;
use super::json::canonical;
use super::jsonl::record_in;
use crate::report::audit::{Entry, digest};
use crate::{Error, ErrorKind};

/// The original file, from what is left of it and the lines of the audit that speak of it.
pub(crate) fn text(clean: &[u8], lines: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    let entries = parse(lines)?;
    join(clean, &entries, |entry| {
        let removed = entry
            .removed()
            .ok_or_else(|| bad("\"bytes\" of an audit record is not hexadecimal".to_owned()))?;
        // Offsets are those of the removed bytes, so a wrong length means a wrong record.
        if removed.len() == entry.end.wrapping_sub(entry.start) {
            Ok(removed.into_owned())
        } else {
            Err(mismatch())
        }
    })
}

/// The original line of a record, likewise.
pub(crate) fn record(line: &[u8], number: u64, lines: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    let entries = parse(lines)?;
    let field = entries
        .first()
        .and_then(|entry| entry.field.as_deref())
        .unwrap_or("text");
    let record = record_in(line, number, field)?.ok_or_else(mismatch)?;
    let decoded = Decoded::json(line, record.text)?;
    // Where in the text that is left each removed part stood, and from there where in the line.
    let mut removed = 0;
    let mut offsets = Vec::with_capacity(entries.len());
    for entry in &entries {
        let offset = entry
            .start
            .checked_sub(removed)
            .filter(|offset| decoded.text.is_char_boundary(*offset));
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
        let part = entry
            .raw
            .as_deref()
            .map_or_else(|| canonical(&entry.text), str::to_owned);
        entry.start = place + shift;
        shift += part.len();
        entry.raw = Some(part.into());
    }
    join(line, &moved, |entry| {
        Ok(entry.raw.as_deref().unwrap_or_default().as_bytes().to_vec())
    })
}

fn parse(lines: &[Vec<u8>]) -> Result<Vec<Entry<'_>>, Error> {
    let entries: Result<Vec<Entry<'_>>, _> = lines
        .iter()
        .map(|line| serde_json::from_slice(line))
        .collect();
    let mut entries = entries.map_err(|e| bad(format!("its audit record is broken: {e}")))?;
    entries.sort_by_key(|entry| entry.start);
    Ok(entries)
}

/// Puts each removed part back at its `start`.
fn join(
    clean: &[u8],
    entries: &[Entry<'_>],
    removed: impl Fn(&Entry<'_>) -> Result<Vec<u8>, Error>,
) -> Result<Vec<u8>, Error> {
    let digests = || entries.iter().map(|entry| entry.digest.as_ref());
    if digests().all(|wanted| wanted == digest(clean)) {
        // The original already: the run that made the audit ended before it was replaced.
        return Ok(clean.to_vec());
    }
    let mut original = Vec::with_capacity(clean.len() * 2);
    let mut rest = clean;
    for entry in entries {
        let gap = entry
            .start
            .checked_sub(original.len())
            .filter(|gap| *gap <= rest.len())
            .ok_or_else(mismatch)?;
        let (kept, behind) = rest.split_at(gap);
        original.extend_from_slice(kept);
        original.extend_from_slice(&removed(entry)?);
        rest = behind;
    }
    original.extend_from_slice(rest);
    let is = digest(&original);
    if digests().all(|wanted| wanted == is) {
        Ok(original)
    } else {
        Err(mismatch())
    }
}

fn mismatch() -> Error {
    bad("does not make the original again: it was changed after cleaning, or the audit is of another run; not written".to_owned())
}

fn bad(message: String) -> Error {
    Error::new(ErrorKind::Data, "", message)
}
