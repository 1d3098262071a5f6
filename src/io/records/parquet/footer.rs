//! The footer of the new file. The Parquet library writes one, but not all that the old one may say survives in it:
//! types and statistics it does not know, key-value pairs of columns, the order by which statistics were made. So
//! everything comes from the old footer as the bytes it was, except for the places and sizes that are new.
//!
//! A footer is a Thrift structure in the compact protocol.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use super::source::invalid;

/// Deeper than any footer goes.
const MAX_DEPTH: usize = 32;

// The types of the compact protocol.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const I8: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;
const UUID: u8 = 13;

// Fields of `FileMetaData`.
const ROW_GROUPS: i16 = 4;
const ENCRYPTION_ALGORITHM: i16 = 8;
const FOOTER_SIGNATURE: i16 = 9;
/// Of `RowGroup`: `columns`, and what the new file has of its own: `total_byte_size`, `sorting_columns`,
/// `file_offset`, `total_compressed_size`.
const COLUMNS: i16 = 1;
const NEW_IN_ROW_GROUP: &[i16] = &[2, 4, 5, 6];
/// Of `ColumnChunk`: `meta_data`, and what is new: `file_offset` and the places of the page indexes.
const META_DATA: i16 = 3;
const NEW_IN_CHUNK: &[i16] = &[2, 4, 5, 6, 7];
/// Of `ColumnMetaData`: the places of the pages and of the bloom filter, and its size.
const NEW_IN_META_DATA: &[i16] = &[9, 10, 11, 14, 15];

/// Whether the footer of a file, itself readable, says that columns are not.
pub(super) fn is_encrypted(footer: &[u8]) -> io::Result<bool> {
    let fields = fields(footer)?;
    Ok(fields.contains_key(&ENCRYPTION_ALGORITHM) || fields.contains_key(&FOOTER_SIGNATURE))
}

/// The `old` footer with the row groups of the `new` one, in which the column `text` is new, and of the others only
/// their places are.
pub(super) fn merge(old: &[u8], new: &[u8], text: usize) -> io::Result<Vec<u8>> {
    merge_struct(old, new, &[], ROW_GROUPS, |old, new| {
        merge_list(old, new, |_, old, new| {
            merge_struct(old, new, NEW_IN_ROW_GROUP, COLUMNS, |old, new| {
                merge_list(old, new, |column, old, new| {
                    if column == text {
                        return Ok(new.to_vec());
                    }
                    merge_struct(old, new, NEW_IN_CHUNK, META_DATA, |old, new| {
                        // The field inside is none: nothing in it is merged any deeper.
                        merge_struct(old, new, NEW_IN_META_DATA, 0, |_, new| Ok(new.to_vec()))
                    })
                })
            })
        })
    })
}

/// Merges two structures: fields come from the `old` one, those in `from_new` from the `new` one, and the field
/// `inside` is what `merge` makes of both.
fn merge_struct(
    old: &[u8],
    new: &[u8],
    from_new: &[i16],
    inside: i16,
    merge: impl FnOnce(&[u8], &[u8]) -> io::Result<Vec<u8>>,
) -> io::Result<Vec<u8>> {
    let (old_fields, new_fields) = (fields(old)?, fields(new)?);
    let mut merged: BTreeMap<i16, (u8, Vec<u8>)> = BTreeMap::new();
    for (id, (kind, range)) in &old_fields {
        if *id != inside && !from_new.contains(id) {
            merged.insert(*id, (*kind, old[range.clone()].to_vec()));
        }
    }
    for (id, (kind, range)) in &new_fields {
        if from_new.contains(id) {
            merged.insert(*id, (*kind, new[range.clone()].to_vec()));
        }
    }
    if let (Some((kind, old_range)), Some((_, new_range))) = (old_fields.get(&inside), new_fields.get(&inside)) {
        merged.insert(inside, (*kind, merge(&old[old_range.clone()], &new[new_range.clone()])?));
    }
    let mut out = Vec::with_capacity(old.len());
    let mut last = 0;
    for (id, (kind, value)) in merged {
        match u8::try_from(i32::from(id) - i32::from(last)) {
            Ok(step @ 1..=15) => out.push(step << 4 | kind),
            _ => {
                out.push(kind);
                // Zigzag: the sign is the last bit.
                write_varint(&mut out, ((i32::from(id) << 1) ^ (i32::from(id) >> 31)) as u32 as u64);
            }
        }
        out.extend_from_slice(&value);
        last = id;
    }
    out.push(0);
    Ok(out)
}

/// Merges two lists of structures of the same length.
fn merge_list(
    old: &[u8],
    new: &[u8],
    merge: impl Fn(usize, &[u8], &[u8]) -> io::Result<Vec<u8>>,
) -> io::Result<Vec<u8>> {
    let (old_items, new_items) = (items(old)?, items(new)?);
    if old_items.len() != new_items.len() {
        return Err(malformed());
    }
    let mut out = list_head(old_items.len());
    for (number, (old_item, new_item)) in old_items.into_iter().zip(new_items).enumerate() {
        out.extend(merge(number, &old[old_item], &new[new_item])?);
    }
    Ok(out)
}

fn list_head(length: usize) -> Vec<u8> {
    match u8::try_from(length) {
        Ok(short @ 0..=14) => vec![short << 4 | STRUCT],
        _ => {
            let mut head = vec![15 << 4 | STRUCT];
            write_varint(&mut head, length as u64);
            head
        }
    }
}

/// The fields of the structure that `bytes` begin with: type and place of each value.
fn fields(bytes: &[u8]) -> io::Result<BTreeMap<i16, (u8, Range<usize>)>> {
    let mut reader = Reader { bytes, at: 0 };
    let mut fields = BTreeMap::new();
    let mut last = 0;
    while let Some((id, kind)) = reader.field(last)? {
        let start = reader.at;
        reader.skip(kind, 0)?;
        fields.insert(id, (kind, start..reader.at));
        last = id;
    }
    Ok(fields)
}

/// The places of the structures in the list that `bytes` begin with.
fn items(bytes: &[u8]) -> io::Result<Vec<Range<usize>>> {
    let mut reader = Reader { bytes, at: 0 };
    let (kind, length) = reader.list()?;
    let mut items = Vec::new();
    if kind != STRUCT && length > 0 {
        return Err(malformed());
    }
    for _ in 0..length {
        let start = reader.at;
        reader.skip(STRUCT, 0)?;
        items.push(start..reader.at);
    }
    Ok(items)
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> io::Result<u8> {
        let byte = *self.bytes.get(self.at).ok_or_else(malformed)?;
        self.at += 1;
        Ok(byte)
    }

    fn varint(&mut self) -> io::Result<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(malformed())
    }

    fn advance(&mut self, length: u64) -> io::Result<()> {
        let end = usize::try_from(length).ok().and_then(|length| self.at.checked_add(length));
        self.at = end.filter(|end| *end <= self.bytes.len()).ok_or_else(malformed)?;
        Ok(())
    }

    /// The id and type of the next field; `None` at the end of the structure.
    fn field(&mut self, last: i16) -> io::Result<Option<(i16, u8)>> {
        let head = self.byte()?;
        let kind = head & 0x0F;
        if kind == 0 {
            return Ok(None);
        }
        let id = match head >> 4 {
            0 => {
                let zigzag = self.varint()?;
                i16::try_from((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64)).ok()
            }
            step => last.checked_add(i16::from(step)),
        };
        Ok(Some((id.ok_or_else(malformed)?, kind)))
    }

    /// The type and number of the items of a list.
    fn list(&mut self) -> io::Result<(u8, u64)> {
        let head = self.byte()?;
        let length = match head >> 4 {
            15 => self.varint()?,
            short => u64::from(short),
        };
        Ok((head & 0x0F, length))
    }

    /// Passes over the value of a field.
    fn skip(&mut self, kind: u8, depth: usize) -> io::Result<()> {
        if depth > MAX_DEPTH {
            return Err(malformed());
        }
        match kind {
            // The type says it all.
            TRUE | FALSE => Ok(()),
            I8 => self.advance(1),
            I16 | I32 | I64 => self.varint().map(drop),
            DOUBLE => self.advance(8),
            UUID => self.advance(16),
            BINARY => {
                let length = self.varint()?;
                self.advance(length)
            }
            LIST | SET => {
                let (kind, length) = self.list()?;
                (0..length).try_for_each(|_| self.skip_item(kind, depth + 1))
            }
            MAP => {
                let length = self.varint()?;
                let kinds = if length > 0 { self.byte()? } else { 0 };
                (0..length).try_for_each(|_| {
                    self.skip_item(kinds >> 4, depth + 1)?;
                    self.skip_item(kinds & 0x0F, depth + 1)
                })
            }
            STRUCT => {
                let mut last = 0;
                while let Some((id, kind)) = self.field(last)? {
                    self.skip(kind, depth + 1)?;
                    last = id;
                }
                Ok(())
            }
            _ => Err(malformed()),
        }
    }

    /// Passes over an item of a list or map, where a boolean takes a byte.
    fn skip_item(&mut self, kind: u8, depth: usize) -> io::Result<()> {
        match kind {
            TRUE | FALSE => self.advance(1),
            kind => self.skip(kind, depth),
        }
    }
}

fn write_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn malformed() -> io::Error {
    invalid("the footer is damaged".to_owned())
}
