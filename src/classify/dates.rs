//! Dates and times, told by their words and numbers.

use crate::scan::Scanner;
use crate::text::{is_unspaced, is_word_char};

/// The longest line that can be nothing but a date: "Published Monday, December 25, 2023 at 10:15 am Eastern Standard Time".
pub(super) const MAX_WORDS: u32 = 12;

/// Whether a folded line with a number in it is nothing but numbers and words of dates, at least one word.
pub(super) fn is_date(text: &str, words: &Scanner) -> bool {
    fits(text, words) && tokens(text).any(|token| !is_number(token, words) || token.contains(is_unspaced))
}

/// Whether what stands behind a word such as "updated" is a date, a time or nothing.
pub(super) fn fits(text: &str, words: &Scanner) -> bool {
    tokens(text).all(|token| is_number(token, words) || words.is_date_word(token))
}

/// Words and numbers. Scripts without spaces write the unit right behind the number: those units are tokens, too.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !is_word_char(c)).filter(|token| !token.is_empty());
    words.flat_map(|word| word.split_inclusive(is_unspaced))
}

/// "17", "1st", "2023г", "3pm", "13h36", "9月": it begins with a digit and has at most two letters; those of scripts without
/// spaces are a word of dates.
fn is_number(token: &str, words: &Scanner) -> bool {
    let unit = token.trim_start_matches(char::is_numeric);
    unit.len() < token.len()
        && if unit.contains(is_unspaced) {
            words.is_date_word(unit)
        } else {
            unit.chars().filter(|c| !c.is_numeric()).count() <= 2
        }
}
