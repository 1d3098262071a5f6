//! One JSON object in one line: where its fields stand, and where each character of a string does.
//!
//! Nothing is parsed into values: what the tool does not change must stay as it was written.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Error, ErrorKind};

/// The part of a record that the front ends care about.
#[derive(Debug, PartialEq)]
pub(crate) struct Record<'l> {
    /// The inside of the text field's string, without the quotes; a part of the line.
    pub(crate) text: &'l str,
    /// The `id` of the record, where it is a string or a number.
    pub(crate) id: Option<Cow<'l, str>>,
}

/// Where in a record the text stands: the name of a field, or a JSON pointer (RFC 6901) such as `/content/body`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    given: String,
    path: Vec<String>,
}

impl Field {
    /// A pointer if it begins with a slash, else a name.
    pub(crate) fn new(given: &str) -> Self {
        let path = match given.strip_prefix('/') {
            Some(pointer) => pointer.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect(),
            None => vec![given.to_owned()],
        };
        Field { given: given.to_owned(), path }
    }

    /// As it was given.
    pub(crate) fn as_str(&self) -> &str {
        &self.given
    }

    /// The names on the way to the text; at least one.
    pub(crate) fn path(&self) -> &[String] {
        &self.path
    }
}

/// Finds the text of the JSON object in `line`, and its `id`. A field named `reserved` must not be there.
///
/// Of fields with the same name the last one counts, as in most JSON parsers.
pub(crate) fn find_record<'l>(line: &'l [u8], field: &Field, reserved: Option<&str>) -> Result<Record<'l>, Error> {
    let bad = |message: String| Error::new(ErrorKind::Data, "", message);
    let mut reader = serde_json::Deserializer::from_slice(line);
    let visitor = FieldVisitor { field: &field.path[0], reserved };
    let fields = reader.deserialize_map(visitor).and_then(|fields| reader.end().map(|()| fields));
    let fields = fields.map_err(|e| {
        // serde_json says "… at line 1 column 8"; the line is known better here.
        let message = e.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let column = if e.column() > 0 { format!(" in column {}", e.column()) } else { String::new() };
        bad(format!("not a JSON object: {message}{column}"))
    })?;
    if let Some(name) = reserved.filter(|_| fields.is_reserved_taken) {
        return Err(bad(format!("has a field \"{name}\" already (--annotate needs a name that is free)")));
    }
    let given = &field.given;
    let raw = fields.text.and_then(|raw| inside(raw, &field.path[1..]));
    let raw = raw.ok_or_else(|| bad(format!("no field \"{given}\" (--text-field names another one)")))?;
    if !raw.get().starts_with('"') {
        let kind = match raw.get().as_bytes().first() {
            Some(b'n') => "null",
            Some(b't' | b'f') => "a boolean",
            Some(b'{') => "an object",
            Some(b'[') => "an array",
            _ => "a number",
        };
        return Err(bad(format!("field \"{given}\" is {kind}, not a string")));
    }
    let text = raw.get().get(1..raw.get().len() - 1).unwrap_or_default();
    Ok(Record { text, id: fields.id.and_then(|id| plain(id.get())) })
}

/// The value at the end of a path through objects and arrays.
fn inside<'l>(mut raw: &'l RawValue, path: &[String]) -> Option<&'l RawValue> {
    for part in path {
        let mut reader = serde_json::Deserializer::from_str(raw.get());
        raw = match raw.get().as_bytes().first() {
            Some(b'{') => reader.deserialize_map(FieldVisitor { field: part, reserved: None }).ok()?.text?,
            Some(b'[') => {
                let is_index = part == "0" || !part.starts_with(['0', '+']);
                let items: Vec<&'l RawValue> = Vec::deserialize(&mut reader).ok()?;
                items.get(part.parse::<usize>().ok().filter(|_| is_index)?).copied()?
            }
            _ => return None,
        };
    }
    Some(raw)
}

/// A string or number as plain text.
fn plain(raw: &str) -> Option<Cow<'_, str>> {
    match raw.as_bytes().first()? {
        b'"' => Some(unescape(&raw[1..raw.len() - 1])),
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(raw)),
        _ => None,
    }
}

struct Fields<'l> {
    text: Option<&'l RawValue>,
    id: Option<&'l RawValue>,
    is_reserved_taken: bool,
}

struct FieldVisitor<'f> {
    field: &'f str,
    reserved: Option<&'f str>,
}

impl<'l> Visitor<'l> for FieldVisitor<'_> {
    type Value = Fields<'l>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'l>>(self, mut map: M) -> Result<Fields<'l>, M::Error> {
        let mut fields = Fields { text: None, id: None, is_reserved_taken: false };
        while let Some(Key(key)) = map.next_key::<Key<'l>>()? {
            let is_text = key == self.field;
            fields.is_reserved_taken |= self.reserved.is_some_and(|name| key == name);
            if is_text || key == "id" {
                let value = Some(map.next_value::<&RawValue>()?);
                if is_text {
                    fields.text = value;
                }
                if key == "id" {
                    fields.id = value;
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(fields)
    }
}

/// The name of a field, also one that no Rust string can hold (unpaired surrogates).
struct Key<'l>(Cow<'l, str>);

impl<'l> Deserialize<'l> for Key<'l> {
    fn deserialize<D: Deserializer<'l>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        Ok(Key(unescape(raw.get(1..raw.len() - 1).unwrap_or_default())))
    }
}

/// What stands at one place of an escaped string.
struct Piece {
    /// Bytes of the escaped string.
    escaped: usize,
    /// The character that an escape stands for; `None`: as many bytes, as they are.
    char: Option<char>,
}

/// Splits the inside of a well-formed JSON string into runs without escapes, and escapes.
fn pieces(inside: &str) -> impl Iterator<Item = Piece> {
    let bytes = inside.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let piece = match memchr(b'\\', rest) {
            Some(0) => escape(rest),
            run => Piece { escaped: run.unwrap_or(rest.len()), char: None },
        };
        at += piece.escaped;
        Some(piece)
    })
}

fn escape(bytes: &[u8]) -> Piece {
    let char = match bytes.get(1).copied().unwrap_or(b'\\') {
        b'u' => return unicode_escape(bytes),
        b'b' => '\u{8}',
        b'f' => '\u{C}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        other => char::from(other),
    };
    Piece { escaped: bytes.len().min(2), char: Some(char) }
}

/// `\uXXXX`, with the second half of a surrogate pair; half a pair alone counts as U+FFFD.
fn unicode_escape(bytes: &[u8]) -> Piece {
    let unit = |at: usize| -> Option<u16> {
        let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
    };
    let first = unit(0).unwrap_or(0xFFFD);
    let second = if (0xD800..0xDC00).contains(&first) { unit(6) } else { None };
    let mut chars = char::decode_utf16([first].into_iter().chain(second));
    let char = chars.next().and_then(Result::ok);
    let escaped = if char.is_some_and(|c| c.len_utf16() == 2) { 12 } else { 6 };
    Piece { escaped: escaped.min(bytes.len()), char: Some(char.unwrap_or(char::REPLACEMENT_CHARACTER)) }
}

/// The text that the inside of a well-formed JSON string stands for.
pub(crate) fn unescape(inside: &str) -> Cow<'_, str> {
    if memchr(b'\\', inside.as_bytes()).is_none() {
        return Cow::Borrowed(inside);
    }
    let mut text = String::with_capacity(inside.len());
    let mut at = 0;
    for piece in pieces(inside) {
        match piece.char {
            Some(char) => text.push(char),
            None => text.push_str(&inside[at..at + piece.escaped]),
        }
        at += piece.escaped;
    }
    Cow::Owned(text)
}

/// Places in the inside of a JSON string for ascending places in its text.
pub(crate) fn locate<'a>(inside: &'a str, offsets: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
    let mut pieces = pieces(inside);
    // The piece in hand: where it begins in the string and in the text, and what it is.
    let (mut escaped, mut text, mut piece) = (0, 0, pieces.next());
    offsets.iter().map(move |&offset| {
        while let Some(Piece { escaped: length, char }) = piece {
            let said = char.map_or(length, char::len_utf8);
            if offset < text + said {
                break;
            }
            escaped += length;
            text += said;
            piece = pieces.next();
        }
        escaped + (offset - text)
    })
}

/// The inside of the JSON string that a plain writer makes of `text`.
pub(crate) fn canonical(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text<'l>(line: &'l str, field: &str) -> Result<&'l str, String> {
        find_record(line.as_bytes(), &Field::new(field), None).map(|r| r.text).map_err(|e| e.to_string())
    }

    #[test]
    fn the_last_field_of_the_name_at_the_top_counts() {
        let line = r#" {"a":{"text":"inner"},"text": "one" , "te\u0078t" :"t\u0077o","id":7} "#;
        assert_eq!(text(line, "text").unwrap(), "t\\u0077o");
        assert_eq!(find_record(line.as_bytes(), &Field::new("text"), None).unwrap().id.unwrap(), "7");
        assert_eq!(text(r#"{"id":"x"}"#, "id").unwrap(), "x");
        assert_eq!(text(r#"{"\ud800":1,"text":"a"}"#, "text").unwrap(), "a");
    }

    #[test]
    fn pointers() {
        let line = r#"{"/a":"name","a":{"b":1,"b":{"~/":"deep"}},"list":[{"x":"first"},[0,"second"]]}"#;
        for (pointer, found) in
            [("/a/b/~0~1", "deep"), ("/list/0/x", "first"), ("/list/1/1", "second"), ("/~1a", "name")]
        {
            assert_eq!(text(line, pointer).unwrap(), found);
        }
        for pointer in ["/a/c", "/list/01/1", "/list/2", "/list/-", "/a/b/~0~1/x", "/", "a/b", "/list/+0/x"] {
            let error = text(line, pointer).unwrap_err();
            assert_eq!(error, format!("no field \"{pointer}\" (--text-field names another one)"));
        }
        assert_eq!(text(line, "/a/b").unwrap_err(), "field \"/a/b\" is an object, not a string");
    }

    #[test]
    fn bad_records_say_why() {
        for (line, why) in [
            ("[1]", "not a JSON object: invalid type: sequence, expected an object"),
            ("{\"a\":1", "not a JSON object: EOF while parsing an object in column 6"),
            ("{\"text\":\"a\"} x", "not a JSON object: trailing characters in column 14"),
            (
                "{\"text\":\"a\tb\"}",
                "not a JSON object: control character (\\u0000-\\u001F) found while parsing a string in column 10",
            ),
            ("{\"a\":1}", "no field \"text\" (--text-field names another one)"),
            ("{\"text\":null}", "field \"text\" is null, not a string"),
            ("{\"text\":[\"a\"]}", "field \"text\" is an array, not a string"),
        ] {
            assert_eq!(text(line, "text").unwrap_err(), why);
        }
    }

    #[test]
    fn surrogates() {
        assert_eq!(
            unescape(r"\ud83d\ude00|\ud83dx|\ude00\ud83d|\ud83d\u0041"),
            "\u{1F600}|\u{FFFD}x|\u{FFFD}\u{FFFD}|\u{FFFD}A"
        );
        assert_eq!(unescape(r#"\"\\\/\b\f\n\r\té"#), "\"\\/\u{8}\u{C}\n\r\té");
    }

    /// A string's inside, written with all kinds of escapes.
    fn inside() -> impl Strategy<Value = String> {
        const ESCAPES: [&str; 9] =
            ["\\n", "\\/", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\\ude00", "\\u0041"];
        let piece = prop_oneof![proptest::sample::select(&ESCAPES[..]).prop_map(str::to_owned), "[a-zéß😀 ]{0,4}"];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn cutting_the_string_cuts_the_text(inside in inside(), a: proptest::sample::Index, b: proptest::sample::Index) {
            let text = unescape(&inside).into_owned();
            let bounds: Vec<usize> = (0..=text.len()).filter(|i| text.is_char_boundary(*i)).collect();
            let (a, b) = (*a.get(&bounds), *b.get(&bounds));
            let (start, end) = (a.min(b), a.max(b));
            let places: Vec<usize> = locate(&inside, &[start, end]).collect();
            prop_assert_eq!(unescape(&inside[places[0]..places[1]]), &text[start..end]);
            prop_assert_eq!(unescape(&inside[..places[0]]), &text[..start]);
            prop_assert_eq!(unescape(&inside[places[1]..]), &text[end..]);
        }

        #[test]
        fn reads_strings_as_serde_does(text: String) {
            let inside = canonical(&text);
            prop_assert_eq!(unescape(&inside), text);
        }
    }
}
