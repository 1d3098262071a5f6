//! What a character is, looked up instead of worked out. Lines are made of few different characters, and a search in
//! the tables of Unicode costs more than all else that is done with one.

use std::sync::OnceLock;

use super::fold::{fold_char, is_invisible};
use crate::once::get_or_make;

/// A set of properties of a character, and the number of its kind in the upper bits.
pub(super) type Class = u16;

/// Part of a word: a letter, a digit, or one of the signs inside the words of Indic scripts.
pub(super) const WORD: Class = 1;
/// Of a script that is written without blanks between words.
pub(super) const UNSPACED: Class = 1 << 1;
pub(super) const SPACE: Class = 1 << 2;
pub(super) const NUMERIC: Class = 1 << 3;
pub(super) const UPPER: Class = 1 << 4;
pub(super) const LOWER: Class = 1 << 5;
pub(super) const ALPHABETIC: Class = 1 << 6;
/// Ends a sentence.
pub(super) const STOP: Class = 1 << 7;
/// Does not end a word if it stands behind one.
pub(super) const APOSTROPHE: Class = 1 << 8;
/// Folds to itself, but for the case of ASCII letters.
pub(super) const PLAIN: Class = 1 << 9;
/// May stand behind the stop of a sentence: quotation marks and brackets that close, white space.
pub(super) const CLOSING: Class = 1 << 10;

/// Kinds of signs that are counted, each on its own; what is of none of them is of kind 0.
pub(super) const COMMA: usize = 1;
pub(super) const QUOTE: usize = 2;
pub(super) const SEPARATOR: usize = 3;
pub(super) const BRACKET: usize = 4;
pub(super) const ADDRESS: usize = 5;
pub(super) const KINDS: usize = 8;
const KIND_BITS: u32 = 13;

/// The kind of a character of the class.
pub(super) const fn kind(class: Class) -> usize {
    (class >> KIND_BITS) as usize
}

/// Whether words of the character's script are written without spaces between them.
pub(crate) const fn is_unspaced(c: char) -> bool {
    c >= '\u{e00}'
        && matches!(c,
            '\u{e00}'..='\u{eff}' // Thai, Lao
            | '\u{1000}'..='\u{109f}' // Burmese
            | '\u{1780}'..='\u{17ff}' // Khmer
            | '\u{3005}'..='\u{3007}'
            | '\u{3041}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' // kana without the middle dot
            | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' // Han
            | '\u{20000}'..='\u{3134f}')
}

/// Whether the character is part of a word: a letter, a digit, or one of the signs inside the words of Indic scripts that
/// Unicode does not count among the letters (virama and nukta, at the same place of each script's block).
pub(crate) fn is_word_char(c: char) -> bool {
    Char::of(c).class & WORD != 0
}

/// The stops of sentences, in the scripts of the world.
pub(crate) const fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '؟' | '۔' | '।' | '॥' | '։' | '။' | '።') || is_wide_stop(c)
}

/// Stops that need no blank behind them.
pub(super) const fn is_wide_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？')
}

/// What no table of Unicode knows of a character.
const fn sign(c: char) -> Class {
    let kind = match c {
        ',' | '،' | '、' | '，' => COMMA,
        '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' => QUOTE,
        '|' | '•' | '·' | '›' | '→' | '/' | '>' => SEPARATOR,
        '(' | '[' | '（' => BRACKET,
        '@' | '#' => ADDRESS,
        _ => 0,
    };
    let stop = if is_stop(c) { STOP } else { 0 };
    let apostrophe = if matches!(c, '\'' | '’') { APOSTROPHE } else { 0 };
    let closes = matches!(c, '"' | '\'' | '”' | '’' | '»' | '«' | '“' | ')' | ']' | '」' | '』' | '）' | '*');
    let closing = if closes || c.is_whitespace() { CLOSING } else { 0 };
    (kind as Class) << KIND_BITS | stop | apostrophe | closing
}

/// What is known of one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Char {
    pub class: Class,
    lower: u16,
    folded: u16,
}

/// In place of the lower or the folded form: not one character of 16 bits.
const OTHER: u16 = u16::MAX;
/// In place of the folded form: nothing.
const NOTHING: u16 = 0;

/// Characters that are looked up in the tables of Unicode at once when a text has one of them: about the size of an
/// alphabet.
const BLOCK: usize = 64;

static ASCII: [Char; 128] = {
    let mut table = [Char { class: 0, lower: 0, folded: 0 }; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte as usize] = Char::of_ascii(byte);
        byte += 1;
    }
    table
};

static BLOCKS: [OnceLock<Box<[Char; BLOCK]>>; 0x10000 / BLOCK] = [const { OnceLock::new() }; 0x10000 / BLOCK];

impl Char {
    #[inline]
    pub fn of(c: char) -> Char {
        let code = c as usize;
        match c {
            '\0'..='\x7f' => ASCII[code],
            // Two alphabets too large for blocks, whose letters are all alike.
            '\u{4e00}'..='\u{9fff}' => Char::alike(WORD | UNSPACED, code),
            '\u{ac00}'..='\u{d7a3}' => Char::alike(WORD, code),
            '\u{80}'..='\u{ffff}' => Char::in_block(code),
            _ => Char::compute(c),
        }
    }

    fn in_block(code: usize) -> Char {
        let first = code - code % BLOCK;
        let compute = |at: usize| char::from_u32((first + at) as u32).map_or(ASCII[0], Char::compute);
        get_or_make(&BLOCKS[code / BLOCK], || Box::new(std::array::from_fn(compute)))[code % BLOCK]
    }

    /// A letter without case that folds to itself.
    const fn alike(class: Class, code: usize) -> Char {
        Char { class: class | ALPHABETIC | PLAIN, lower: code as u16, folded: code as u16 }
    }

    /// By the tables of Unicode.
    fn compute(c: char) -> Char {
        let code = |c: char| u16::try_from(c as u32).unwrap_or(OTHER);
        let single = |old: u16, c| if old == NOTHING { code(c) } else { OTHER };
        let mut folded = NOTHING;
        if !is_invisible(c) {
            fold_char(c, |c| folded = single(folded, c));
        }
        let indic = ('\u{900}'..='\u{dff}').contains(&c) && matches!(c as u32 & 0x7f, 0x3c | 0x4d);
        let has = [
            (WORD, c.is_alphanumeric() || indic),
            (UNSPACED, is_unspaced(c)),
            (SPACE, c.is_whitespace()),
            (NUMERIC, c.is_numeric()),
            (UPPER, c.is_uppercase()),
            (LOWER, c.is_lowercase()),
            (ALPHABETIC, c.is_alphabetic()),
            (PLAIN, !c.is_whitespace() && folded != OTHER && (folded == code(c) || c.is_ascii_uppercase())),
        ];
        let class = has.into_iter().filter(|(_, has)| *has).fold(sign(c), |class, (bit, _)| class | bit);
        Char { class, lower: c.to_lowercase().fold(NOTHING, single), folded }
    }

    /// The same, known to the compiler.
    const fn of_ascii(byte: u8) -> Char {
        let (c, small) = (byte as char, byte.to_ascii_lowercase());
        let mut class = sign(c);
        class |= if byte.is_ascii_alphanumeric() { WORD } else { 0 };
        class |= if c.is_whitespace() { SPACE } else { 0 };
        class |= if byte.is_ascii_digit() { NUMERIC } else { 0 };
        class |= if byte.is_ascii_uppercase() { UPPER } else { 0 };
        class |= if byte.is_ascii_lowercase() { LOWER } else { 0 };
        class |= if byte.is_ascii_alphabetic() { ALPHABETIC } else { 0 };
        class |= if c.is_whitespace() || byte == b'`' { 0 } else { PLAIN };
        Char { class, lower: small as u16, folded: if byte == b'`' { b'\'' } else { small } as u16 }
    }

    pub fn is(self, class: Class) -> bool {
        self.class & class != 0
    }

    /// Hands the lower case of `c`, which this is of, to `each`.
    #[inline]
    pub fn lower(self, c: char, mut each: impl FnMut(u32)) {
        if self.lower == OTHER {
            c.to_lowercase().for_each(|c| each(c as u32));
        } else {
            each(u32::from(self.lower));
        }
    }

    /// Hands what `c`, which this is of, folds to, to `each`. White space folds to itself here.
    #[inline]
    pub fn folded(self, c: char, mut each: impl FnMut(char)) {
        match char::from_u32(u32::from(self.folded)) {
            Some(_) if self.folded == NOTHING && c != '\0' => {}
            Some(folded) if self.folded != OTHER => each(folded),
            _ => fold_char(c, each),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_up_is_what_unicode_says() {
        for c in '\0'..='\u{1ffff}' {
            assert_eq!(Char::of(c), Char::compute(c), "{c:?}");
            let mut lower = Vec::new();
            Char::of(c).lower(c, |code| lower.push(code));
            assert!(lower.into_iter().eq(c.to_lowercase().map(u32::from)), "{c:?}");
        }
    }
}
