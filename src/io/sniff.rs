//! Which files of a tree are text. The test is short, so that it can be told in a sentence: a file is *not* text
//! when it begins with the signature of a known binary format, or has a NUL byte among its first 8 KB without
//! beginning with the byte order mark of UTF-16.

/// How many bytes of a file [`is_text`] wants to see.
pub(crate) const HEAD: usize = 8 * 1024;

/// Binary formats that can do without NUL bytes for 8 KB.
const SIGNATURES: &[&[u8]] = &[
    b"%PDF-",
    b"PK\x03\x04",
    b"\x1F\x8B",
    b"\x28\xB5\x2F\xFD",
    b"BZh",
    b"\xFD7zXZ\0",
    b"7z\xBC\xAF\x27\x1C",
    b"\x89PNG\r\n",
    b"\xFF\xD8\xFF",
    b"GIF87a",
    b"GIF89a",
    b"\x7FELF",
    b"OggS",
    b"ID3",
    b"wOFF",
    b"wOF2",
    b"PAR1",
];

/// Whether a file that begins with `head` is text.
pub(crate) fn is_text(head: &[u8]) -> bool {
    let head = &head[..head.len().min(HEAD)];
    if SIGNATURES.iter().any(|signature| head.starts_with(signature)) {
        return false;
    }
    // FF FE 00 00 is the mark of UTF-32, which nobody should be using.
    let utf16 = head.starts_with(b"\xFE\xFF") || head.starts_with(b"\xFF\xFE") && !head.starts_with(b"\xFF\xFE\0\0");
    utf16 || memchr::memchr(0, head).is_none()
}

#[cfg(test)]
mod tests {
    use super::is_text;

    #[test]
    fn tells_text_from_the_rest() {
        assert!(is_text(b"") && is_text(b"caf\xE9") && is_text(b"\xFF\xFEa\0") && is_text(b"\xEF\xBB\xBFa"));
        assert!(!is_text(b"a\0b") && !is_text(b"%PDF-1.7\n") && !is_text(b"\xFF\xFE\0\0a\0\0\0"));
    }
}
