//! What do these bytes say? Bytes become the text that the cleaner sees, and spans of the text become spans of the
//! bytes again, so that kept parts stay byte for byte what they were.
//!
//! A byte order mark is never part of the text and always stays. It wins over `--encoding`, as on the web.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{EncoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::records::json;
use crate::{Error, ErrorKind};

/// Stands in the text for one byte that is not UTF-8: one byte long, so that offsets are the same, and no
/// character that a phrase or a word would hold. It is U+001A, which ASCII calls SUBSTITUTE.
const SUBSTITUTE: u8 = 0x1A;

/// A document: its bytes and the text they say.
#[derive(Debug)]
pub(crate) struct Decoded<'s> {
    /// The bytes as they came: the file, the line of a record, the WET record, the value of a column; whole.
    pub(crate) source: &'s [u8],
    /// What they say, without a byte order mark; of a record, its text alone.
    pub(crate) text: Cow<'s, str>,
    map: Map<'s>,
}

/// Where the text stands in the source.
#[derive(Debug)]
enum Map<'s> {
    /// UTF-8: the text begins at this byte and is as long as the bytes.
    Shift(usize),
    /// UTF-16: the text begins at this byte; every code unit takes two.
    Utf16(usize),
    /// Any other encoding: what it would write for the text tells the length.
    Legacy(&'static Encoding),
    /// A JSON string: the text stands, escaped, from this byte on.
    Json(usize, &'s str),
    /// A part of a record: the text begins at this byte and is as long as the bytes.
    Part(usize),
}

impl<'s> Decoded<'s> {
    /// Decodes a file: as its byte order mark says, else in `encoding`, else as UTF-8. UTF-8 may be broken, UTF-16
    /// may hold unpaired surrogates; in other encodings, bytes that mean nothing are an error.
    pub(crate) fn new(source: &'s [u8], encoding: Option<&'static Encoding>) -> Result<Self, Error> {
        let (encoding, start) = Encoding::for_bom(source).unwrap_or((encoding.unwrap_or(UTF_8), 0));
        let bytes = &source[start..];
        if encoding == UTF_8 {
            return Ok(Decoded { source, text: utf8(bytes), map: Map::Shift(start) });
        }
        if encoding == UTF_16LE || encoding == UTF_16BE {
            let whole_units = &bytes[..bytes.len() / 2 * 2];
            let text = encoding.decode_without_bom_handling(whole_units).0.into_owned();
            return Ok(Decoded { source, text: Cow::Owned(text), map: Map::Utf16(start) });
        }
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
        let text = text.ok_or_else(|| not_valid(encoding))?;
        Ok(Decoded { source, text, map: Map::Legacy(encoding) })
    }

    /// A record: the line and the part of it that is the inside of the string, which has to be well-formed.
    pub(crate) fn json(source: &'s [u8], inside: &'s str) -> Self {
        let start = inside.as_ptr().addr() - source.as_ptr().addr();
        Decoded { source, text: json::unescape(inside), map: Map::Json(start, inside) }
    }

    /// A record whose text stands in this range as it is: a WET record, the value of a column.
    pub(crate) fn part(source: &'s [u8], range: Range<usize>) -> Result<Self, Error> {
        let start = range.start;
        let text = str::from_utf8(&source[range]).map_err(|e| {
            Error::new(ErrorKind::Data, "", format!("the text is not UTF-8 from its byte {} on", e.valid_up_to()))
        })?;
        Ok(Decoded { source, text: Cow::Borrowed(text), map: Map::Part(start) })
    }

    /// Whether source and text are the same bytes, but for a byte order mark and broken UTF-8.
    pub(crate) fn is_utf8(&self) -> bool {
        matches!(self.map, Map::Shift(_))
    }

    /// What stands before a text that is a part of its record.
    pub(crate) fn head(&self) -> Option<&'s [u8]> {
        match self.map {
            Map::Part(start) => Some(&self.source[..start]),
            _ => None,
        }
    }

    /// Whether the text is a field of a JSON record.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self.map, Map::Json(..))
    }

    /// Places in the source for ascending places in the text. Linear in the size of the document, all together.
    pub(crate) fn locate(&self, offsets: &[usize]) -> Result<Vec<usize>, Error> {
        debug_assert!(offsets.is_sorted());
        match &self.map {
            Map::Shift(start) | Map::Part(start) => Ok(offsets.iter().map(|offset| start + offset).collect()),
            Map::Utf16(start) => Ok(self.pieces(offsets).scan(*start, utf16_end).collect()),
            Map::Legacy(encoding) => self.locate_legacy(encoding, offsets),
            Map::Json(start, inside) => Ok(json::locate(inside, offsets).map(|offset| start + offset).collect()),
        }
    }

    /// Whether a cut could change what the bytes behind it mean (encodings with shift states), so that the result is to
    /// be [checked](Self::check).
    pub(crate) fn can_shift(&self) -> bool {
        matches!(self.map, Map::Legacy(_))
    }

    /// Checks that the `kept` part of the source says `text`.
    pub(crate) fn check(&self, kept: &[u8], text: &str) -> Result<(), Error> {
        let Map::Legacy(encoding) = self.map else { return Ok(()) };
        let said = encoding.decode_without_bom_handling_and_without_replacement(kept);
        if said.is_some_and(|said| said == text) { Ok(()) } else { Err(not_canonical(encoding)) }
    }

    /// The text between one offset and the next.
    fn pieces(&self, offsets: &[usize]) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(offsets.iter().copied());
        starts.zip(offsets).map(|(start, end)| &self.text[start..*end])
    }

    /// Writes the text again, piece by piece, and compares: where that gives the very same bytes, it also tells
    /// where each piece ends.
    fn locate_legacy(&self, encoding: &'static Encoding, offsets: &[usize]) -> Result<Vec<usize>, Error> {
        let mut encoder = encoding.new_encoder();
        let mut buffer = Vec::new();
        let mut at = 0;
        let mut ends = Vec::with_capacity(offsets.len() + 1);
        let all: Vec<usize> = offsets.iter().copied().chain([self.text.len()]).collect();
        for (number, mut piece) in self.pieces(&all).enumerate() {
            loop {
                let room = encoder.max_buffer_length_from_utf8_without_replacement(piece.len());
                buffer.clear();
                buffer.reserve(room.unwrap_or(piece.len() * 4));
                let last = number == offsets.len();
                let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(piece, &mut buffer, last);
                if !self.source[at..].starts_with(&buffer) || matches!(result, EncoderResult::Unmappable(_)) {
                    return Err(not_canonical(encoding));
                }
                at += buffer.len();
                piece = &piece[read..];
                if result == EncoderResult::InputEmpty {
                    break;
                }
            }
            ends.push(at);
        }
        if at != self.source.len() {
            return Err(not_canonical(encoding));
        }
        ends.pop();
        Ok(ends)
    }
}

fn utf16_end(at: &mut usize, piece: &str) -> Option<usize> {
    *at += 2 * piece.chars().map(char::len_utf16).sum::<usize>();
    Some(*at)
}

fn not_valid(encoding: &'static Encoding) -> Error {
    let message = format!("not valid {}; left as it is (try another --encoding)", encoding.name());
    Error::new(ErrorKind::Data, "", message)
}

/// The error for bytes that say a text in a way that no encoder would write it, so that no span can be placed.
fn not_canonical(encoding: &'static Encoding) -> Error {
    let message =
        format!("not valid {0}: no {0} writer says this text with these bytes; left as it is", encoding.name());
    Error::new(ErrorKind::Data, "", message)
}

fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::from(SUBSTITUTE)));
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every char boundary of the text, and what lies between two of them in the source.
    fn check(source: &[u8], encoding: Option<&'static Encoding>) {
        let decoded = Decoded::new(source, encoding).unwrap();
        let offsets: Vec<usize> = (0..=decoded.text.len()).filter(|i| decoded.text.is_char_boundary(*i)).collect();
        let places = decoded.locate(&offsets).unwrap();
        for (text, bytes) in offsets.windows(2).zip(places.windows(2)) {
            let said = Decoded::new(
                &source[bytes[0]..bytes[1]],
                match decoded.map {
                    Map::Utf16(_) => Encoding::for_bom(source).map(|(e, _)| e).or(encoding),
                    _ => encoding,
                },
            );
            let said = said.unwrap().text.into_owned();
            // A byte order mark within the text is taken for one when it stands alone.
            if !said.is_empty() {
                assert_eq!(said, &decoded.text[text[0]..text[1]]);
            }
        }
    }

    #[test]
    fn utf8_keeps_its_mark_and_its_broken_bytes() {
        let decoded = Decoded::new(b"\xEF\xBB\xBFa\xFFb\xE2\x82", None).unwrap();
        assert_eq!(decoded.text, "a\u{1A}b\u{1A}\u{1A}");
        assert_eq!(decoded.locate(&[0, 1, 5]).unwrap(), [3, 4, 8]);
    }

    #[test]
    fn utf16_with_an_unpaired_surrogate_and_an_odd_byte() {
        let source = b"\xFF\xFEa\0\x3D\xD8\0\xDE\x3D\xD8b\0!";
        let decoded = Decoded::new(source, None).unwrap();
        assert_eq!(decoded.text, "a\u{1F600}\u{FFFD}b");
        assert_eq!(decoded.locate(&[0, 1, 5, 8, 9]).unwrap(), [2, 4, 8, 10, 12]);
    }

    #[test]
    fn legacy_encodings() {
        let label = |l: &str| Encoding::for_label(l.as_bytes());
        check(b"caf\xE9 \x80", label("latin1"));
        check(b"\x93\xFA\x96{\x8C\xEA abc \xB1", label("shift_jis"));
        check("中文😀".as_bytes(), label("utf-8"));
        check(&label("gb18030").unwrap().encode("中文😀\u{1E3F}").0, label("gb18030"));
        assert_eq!(Decoded::new(b"\x81", label("shift_jis")).unwrap_err().kind(), ErrorKind::Data);
        // Valid, but not what an encoder writes: NEC's copy of an IBM character.
        let twice = Decoded::new(b"\xED\x40", label("shift_jis")).unwrap();
        assert!(twice.locate(&[0]).unwrap_err().to_string().contains("Shift_JIS"));
    }

    #[test]
    fn a_cut_that_would_break_the_shift_state_is_seen() {
        let jp = Encoding::for_label(b"iso-2022-jp").unwrap();
        let source = jp.encode("日本").0.into_owned();
        let decoded = Decoded::new(&source, Some(jp)).unwrap();
        let middle = decoded.locate(&[3]).unwrap()[0];
        assert!(decoded.check(&source[middle..], "本").is_err());
        assert!(decoded.check(&source, "日本").is_ok());
    }

    proptest! {
        #[test]
        fn any_bytes_are_utf8_enough(source: Vec<u8>) {
            check(&source, Some(UTF_8));
        }

        #[test]
        fn any_bytes_are_utf16_enough(source: Vec<u8>) {
            let units = if Encoding::for_bom(&source).is_some() { &[] } else { &source[..] };
            let expected: String = char::decode_utf16(units.chunks_exact(2).map(|u| u16::from_le_bytes([u[0], u[1]])))
                .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
            prop_assert_eq!(&Decoded::new(units, Some(UTF_16LE)).unwrap().text, &expected);
            check(units, Some(UTF_16LE));
        }
    }
}
