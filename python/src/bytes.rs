//! Values of Arrow arrays as UTF-8. Arrow promises that strings are, but nobody checks: where they are not, the cleaner sees
//! a stand-in for each byte that belongs to no character, as it does in text files, and what stays is cut out of the bytes.

use std::borrow::Cow;

use dechrome::{Cleaned, Cleaner};

/// What text files have for such a byte: U+001A, which ASCII calls SUBSTITUTE.
const SUBSTITUTE: char = '\u{1a}';

/// What the cleaner sees: as many bytes.
pub(crate) fn seen(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| SUBSTITUTE));
    }
    Cow::Owned(text)
}

/// What is left of the bytes once what was seen of them was cleaned; None if all of them are.
pub(crate) fn left(bytes: &[u8], cleaned: &Cleaned<'_>) -> Option<Vec<u8>> {
    if cleaned.removals().is_empty() {
        return None;
    }
    let mut left = Vec::with_capacity(cleaned.text().len());
    let mut from = 0;
    for removal in cleaned.removals() {
        left.extend_from_slice(&bytes[from..removal.span().start]);
        from = removal.span().end;
    }
    left.extend_from_slice(&bytes[from..]);
    Some(left)
}

/// The same, cleaned by `cleaner`.
pub(crate) fn clean(cleaner: &Cleaner, bytes: &[u8]) -> Option<Vec<u8>> {
    match seen(bytes) {
        Cow::Borrowed(text) => match cleaner.clean(text).into_text() {
            Cow::Borrowed(_) => None,
            Cow::Owned(left) => Some(left.into_bytes()),
        },
        Cow::Owned(text) => left(bytes, &cleaner.clean(&text)),
    }
}
