//! The form in which lines and phrases are compared: case, quotes, dashes, blanks and decoration do not matter.

use super::chars::{Char, PLAIN, SPACE, is_word_char};
use super::eight::Eight;

/// Bytes of a long line that are folded when only its beginning can match. The longest phrase is far shorter.
const FOLD_PREFIX: usize = 400;

/// A folded line, or the folded beginning of a long one. Reused from line to line.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    buffer: String,
    start: usize,
    end: usize,
    /// The beginning of a longer line: its end is not the line's end.
    pub partial: bool,
}

impl Folded {
    /// Folds `line`; of a line longer than [`FOLD_PREFIX`] only the beginning, unless `whole`.
    pub fn set(&mut self, line: &str, whole: bool) {
        self.partial = !whole && line.len() > FOLD_PREFIX;
        let line = if self.partial { prefix(line, FOLD_PREFIX) } else { line };
        self.buffer.clear();
        fold_into(line, &mut self.buffer);
        let trimmed = self.buffer.trim_start_matches(is_decoration);
        self.start = self.buffer.len() - trimmed.len();
        self.end = self.start + trimmed.trim_end_matches(is_decoration).len();
    }

    /// The folded text without the decoration at both ends.
    pub fn text(&self) -> &str {
        &self.buffer[self.start..self.end]
    }
}

/// The longest beginning of `text` that has at most so many bytes.
pub(crate) fn prefix(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// Folds a phrase of a pattern file the way lines are folded.
pub(crate) fn fold_phrase(phrase: &str) -> String {
    let mut folded = Folded::default();
    folded.set(phrase, true);
    folded.text().to_owned()
}

/// Folds a literal that may stand anywhere in a folded line, decoration included.
pub(crate) fn fold_literal(literal: &str) -> String {
    let mut folded = String::new();
    fold_into(literal, &mut folded);
    folded
}

/// Bullets, emoji, brackets, stops and the like, at the ends of a line.
fn is_decoration(c: char) -> bool {
    !(is_word_char(c) || matches!(c, '©' | '#' | '$' | '%' | '€' | '£'))
}

/// Characters that print nothing: zero-width ones, soft hyphens, direction marks, variation selectors.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{640}' | '\u{307}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{64b}'..='\u{652}' | '\u{654}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Appends the folded `line` to `out`, which is empty: runs of what folds to itself but for case as they are.
fn fold_into(line: &str, out: &mut String) {
    out.reserve(line.len());
    // A blank stays in its run if it is the first behind something printed.
    let (mut at, mut run, mut after_blank) = (0, 0, true);
    loop {
        let plain = Eight::at(line.as_bytes(), at).plain(after_blank);
        at += plain.length;
        after_blank = plain.after_blank;
        if plain.length == 8 {
            continue;
        }
        let Some(c) = line[at..].chars().next() else { break };
        let known = Char::of(c);
        at += c.len_utf8();
        if known.is(PLAIN) {
            after_blank = false;
            let others = line[at..].chars().take_while(|c| !c.is_ascii() && Char::of(*c).is(PLAIN));
            at += others.map(char::len_utf8).sum::<usize>();
            continue;
        }
        out.push_str(&line[run..at - c.len_utf8()]);
        run = at;
        if known.is(SPACE) {
            if !after_blank {
                out.push(' ');
            }
            after_blank = true;
        } else {
            let before = out.len();
            known.folded(c, |folded| out.push(folded));
            after_blank &= before == out.len();
        }
    }
    out.push_str(&line[run..]);
    out.truncate(out.trim_end_matches(' ').len());
    out.make_ascii_lowercase();
}

/// One printed character that is no white space and not invisible.
pub(super) fn fold_char(c: char, mut push: impl FnMut(char)) {
    match c {
        '`' | '‘' | '’' | '‚' | '‛' | 'ʼ' | '′' | '´' => push('\''),
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => push('"'),
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => push('-'),
        '…' => (0..3).for_each(|_| push('.')),
        'ё' | 'Ё' => push('е'),
        'ς' => push('σ'),
        'İ' | 'ı' => push('i'),
        'ș' | 'Ș' => push('ş'),
        'ț' | 'Ț' => push('ţ'),
        'ی' | 'ى' => push('ي'),
        'ک' => push('ك'),
        'أ' | 'إ' | 'آ' | 'ٱ' => push('ا'),
        'ۀ' => push('ه'),
        '\u{370}'..='\u{3ff}' => c.to_lowercase().map(without_tonos).for_each(push),
        '\u{ff01}'..='\u{ff5e}' => push(char::from_u32(c as u32 - 0xfee0).unwrap_or(c).to_ascii_lowercase()),
        _ => c.to_lowercase().for_each(push),
    }
}

/// Bytes at the beginning of `text` that fold to `phrase`, if it begins with it. Walks no further than that.
pub(crate) fn folded_prefix(text: &str, phrase: &str) -> Option<usize> {
    // Most phrases end, or fit no longer, among the letters of ASCII that the text begins with.
    let bytes = text.bytes().zip(phrase.bytes());
    let fits =
        |(printed, wanted): &(u8, u8)| printed.is_ascii_alphanumeric() && printed.to_ascii_lowercase() == *wanted;
    let letters = bytes.take_while(fits).count();
    let (text, behind) = text.split_at(letters);
    let mut rest = &phrase[letters..];
    let mut space = false;
    for (at, c) in behind.char_indices() {
        if rest.is_empty() {
            return Some(text.len() + at);
        }
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        if std::mem::take(&mut space) {
            rest = rest.strip_prefix(' ')?;
        }
        if c.is_ascii_graphic() && c != '`' {
            if rest.as_bytes()[0] != c.to_ascii_lowercase() as u8 {
                return None;
            }
            rest = &rest[1..];
            continue;
        }
        let mut fits = true;
        fold_char(c, |folded| match rest.strip_prefix(folded) {
            Some(behind) => rest = behind,
            None => fits = false,
        });
        if !fits {
            return None;
        }
    }
    rest.is_empty().then_some(text.len() + behind.len())
}

/// Greek capitals are printed without the accent that small letters have.
fn without_tonos(c: char) -> char {
    match c {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        other => other,
    }
}

/// Other letters that fold to this one, as sites print them.
pub(crate) fn unfolded(c: char) -> &'static str {
    match c {
        'i' => "İ",
        'ş' => "ș",
        'ţ' => "ț",
        'е' => "ё",
        'ي' => "یى",
        'ك' => "ک",
        'ا' => "أإآ",
        'α' => "ά",
        'ε' => "έ",
        'η' => "ή",
        'ι' => "ί",
        'ο' => "ό",
        'υ' => "ύ",
        'ω' => "ώ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_of_case_quotes_blanks_and_decoration_does_not_matter() {
        for (printed, phrase) in [
            ("» RELATED\u{a0} \u{200b}POSTS…", "related posts"),
            ("★ Don’t miss:", "don't miss"),
            ("ÜBER UNS", "über uns"),
            ("ЧИТАЙТЕ ЕЩЁ →", "читайте еще"),
            ("İLGİLİ YAZILAR", "ilgili yazılar"),
            ("ＰＲ：", "pr"),
            ("[Advertisement]", "advertisement"),
            ("ΔΙΑΒΆΣΤΕ ΕΠΊΣΗΣ", "διαβαστε επισης"),
            ("Citește și", "citeşte şi"),
            ("كتاب", "کتاب"),
            ("न्यूज़", "न्यूज़"),
            ("Ready for more?", "ready for more"),
        ] {
            assert_eq!(fold_phrase(printed), fold_phrase(phrase), "{printed}");
        }
    }

    #[test]
    fn a_phrase_is_found_at_the_beginning_of_a_line_as_printed() {
        for (printed, phrase, found) in [
            ("READ\u{a0} More: x", "read more", Some("READ\u{a0} More")),
            ("ЧИТАЙТЕ ЕЩЁ", "читайте еще", Some("ЧИТАЙТЕ ЕЩЁ")),
            ("Don’t miss", "don't miss", Some("Don’t miss")),
            ("Read", "read more", None),
            ("Readmore", "read more", None),
            ("Read more", "readmore", None),
        ] {
            assert_eq!(folded_prefix(printed, phrase).map(|end| &printed[..end]), found, "{printed}");
        }
    }

    #[test]
    fn letters_unfold_to_what_folds_to_them() {
        for c in "iştţеيكاαεηιουω".chars() {
            for printed in unfolded(c).chars() {
                assert_eq!(fold_phrase(&printed.to_string()), c.to_string(), "{printed}");
            }
        }
    }

    #[test]
    fn long_lines_are_folded_in_part() {
        let mut folded = Folded::default();
        folded.set(&"ü ".repeat(10_000), false);
        assert!(folded.partial && folded.text().len() < 2 * FOLD_PREFIX);
    }
}
