//! How documents are named: in audit records (nothing may be lost) and in messages (one line each).

pub(crate) use crate::error::shown;
use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

/// The name of a document in audit records: the parts of `path` joined by `/`.
///
/// A backslash is doubled and a byte that is not UTF-8 becomes `\xHH`, so that two paths never share a name.
pub(crate) fn doc_name(path: &Path) -> String {
    let mut name = String::new();
    for part in path.components() {
        if let Component::Normal(part) = part {
            if !name.is_empty() {
                name.push('/');
            }
            push_escaped(&mut name, part);
        }
    }
    name
}

fn push_escaped(name: &mut String, part: &OsStr) {
    for chunk in part.as_encoded_bytes().utf8_chunks() {
        name.push_str(&chunk.valid().replace('\\', "\\\\"));
        for byte in chunk.invalid() {
            let _ = write!(name, "\\x{byte:02X}");
        }
    }
}

/// The path that a [`doc_name`] was made of; `None` if this system has no such path.
pub(crate) fn path_of(name: &str) -> Option<PathBuf> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix('\\') {
            bytes.push(b'\\');
            rest = behind;
        } else {
            bytes.push(u8::from_str_radix(rest.strip_prefix('x')?.get(..2)?, 16).ok()?);
            rest = &rest[3..];
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    path_from(bytes)
}

/// The path of these bytes; `None` if this system has no such path.
#[cfg(unix)]
pub(super) fn path_from(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
pub(super) fn path_from(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

/// The name of a record in audit records: `file`, and `#id` where the record has an id.
///
/// A `#` of the file's name becomes `\#`, so that [`file_of_record`] finds the file again.
pub(crate) fn record_name(file: &str, id: Option<&str>) -> String {
    let file = file.replace('#', "\\#");
    match id {
        Some(id) => format!("{file}#{id}"),
        None => file,
    }
}

/// The [`doc_name`] of the file that a [`record_name`] belongs to.
pub(crate) fn file_of_record(name: &str) -> String {
    let mut file = String::with_capacity(name.len());
    let mut chars = name.chars();
    while let Some(char) = chars.next() {
        match char {
            '#' => break,
            '\\' => match chars.next() {
                Some('#') => file.push('#'),
                Some(other) => file.extend(['\\', other]),
                None => file.push('\\'),
            },
            other => file.push(other),
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_records_lead_back_to_the_file() {
        for file in ["a.jsonl", "a#b.jsonl", "a\\\\b#.jsonl", "\\xFF#"] {
            for id in [None, Some("x#y"), Some("\\#"), Some("")] {
                assert_eq!(file_of_record(&record_name(file, id)), file, "{id:?}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf8_stay_apart() {
        use std::os::unix::ffi::OsStrExt;
        let name = |bytes: &[u8]| doc_name(Path::new(OsStr::from_bytes(bytes)));
        assert_eq!(name(b"a/\xFFb"), "a/\\xFFb");
        assert_eq!(name(b"a/\\xFFb"), "a/\\\\xFFb");
        for path in [&b"a/\xFFb"[..], b"a/\\xFFb", b"\\\\x", "a/\u{e9}\\".as_bytes()] {
            assert_eq!(path_of(&name(path)).unwrap().as_os_str().as_bytes(), path);
        }
        assert_eq!(path_of("a\\y"), None);
        assert_eq!(shown(Path::new("a\nb")), "a\\nb");
    }
}
