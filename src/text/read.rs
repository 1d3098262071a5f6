//! One walk over a line that tells all that can be counted in it: what it measures, its shape, its words.

use super::chars::{
    ADDRESS, APOSTROPHE, BRACKET, COMMA, Char, KINDS, LOWER, NUMERIC, QUOTE, SEPARATOR, SPACE, STOP, UNSPACED, UPPER,
    WORD, is_wide_stop, kind,
};
use super::eight::Eight;
use super::measure::Measure;
use super::shape::{LONG_WORD, Shape, Word, WordHash, unspaced_hash};

/// Characters of an average word of Chinese running text, and of Japanese.
const CHARACTERS_A_WORD: u32 = 2;

/// Letters and marks of an average word of Thai running text; those of its neighbours are about as long.
const LETTERS_A_WORD: u32 = 4;

/// Whether a character of a script without spaces is a letter or a mark, of which several make a syllable.
fn is_letter_of_unspaced(c: char) -> bool {
    c < '\u{3000}'
}

/// Reads a trimmed line, and hands each of its words to `word`. Linear in its size.
///
/// A word is a run of letters and digits in lower case; where words are written without spaces between them, every
/// two neighbouring characters are one.
pub(crate) fn read(line: &str, mut word: impl FnMut(Word)) -> (Measure, Shape) {
    let mut measure = Measure::of_end(line);
    let mut shape = Shape::of_ends(line);
    let mut kinds = [0; KINDS];
    // Characters of scripts without spaces: signs, and letters.
    let (mut signs, mut letters) = (0, 0);
    let mut last_unspaced = None;
    // An apostrophe does not end a word where words are counted; in the shape it does.
    let (mut in_word, mut in_number) = (false, false);
    // A stop, and a blank behind it; and whether a stop came since the last letter or blank.
    let (mut after_stop, mut after_blank, mut stopped) = (false, false, false);
    let (mut has_scheme, mut has_host) = (false, false);
    let mut at = 0;
    while let Some(first) = line[at..].chars().next() {
        let known = Char::of(first);
        if known.class & (WORD | UNSPACED) == WORD {
            let run = Run::at(line, at);
            at += run.bytes;
            if !in_word {
                measure.words += 1;
                in_number = false;
                measure.inner_stop |= after_stop && after_blank;
                after_stop = false;
            }
            if run.has_number {
                measure.numbers += u32::from(!in_number);
                in_number = true;
                shape.digits += run.digits;
            }
            (in_word, stopped, last_unspaced) = (true, false, None);
            shape.chars += run.letters;
            shape.cased += u32::from(known.is(UPPER | LOWER));
            shape.capitals += u32::from(known.is(UPPER));
            shape.shouted += u32::from(run.shouted && run.letters > 1);
            shape.short += u32::from(run.letters <= 3);
            word(Word { hash: run.hash, letters: run.letters });
            continue;
        }
        let behind = at + first.len_utf8();
        if known.is(UNSPACED) {
            *(if is_letter_of_unspaced(first) { &mut letters } else { &mut signs }) += 1;
            measure.inner_stop |= after_stop;
            (in_word, after_stop) = (false, false);
            shape.chars += 1;
            if let Some(before) = last_unspaced.replace(first) {
                word(Word { hash: unspaced_hash(before, first), letters: LONG_WORD });
            }
        } else if known.is(SPACE) {
            (in_word, after_blank, last_unspaced) = (false, after_stop, None);
            shape.sentences += u32::from(std::mem::take(&mut stopped));
        } else {
            (in_word, last_unspaced) = (in_word && known.is(APOSTROPHE), None);
            shape.chars += 1;
            kinds[kind(known.class)] += 1;
            if known.is(STOP) {
                (after_stop, after_blank, stopped) = (true, is_wide_stop(first), true);
                has_host |= line.as_bytes()[..behind].ends_with(b"www.");
            }
            has_scheme |= first == ':' && line.as_bytes()[behind..].starts_with(b"//");
        }
        at = behind;
    }
    measure.words += u32::div_ceil(signs, CHARACTERS_A_WORD) + u32::div_ceil(letters, LETTERS_A_WORD);
    shape.sentences += u32::from(stopped);
    shape.addresses = kinds[ADDRESS] + u32::from(has_scheme) + u32::from(has_host);
    (shape.commas, shape.quotes) = (kinds[COMMA], kinds[QUOTE]);
    (shape.separators, shape.brackets) = (kinds[SEPARATOR], kinds[BRACKET]);
    (measure, shape)
}

/// A run of letters and digits.
struct Run {
    bytes: usize,
    letters: u32,
    /// All are capitals.
    shouted: bool,
    digits: u32,
    has_number: bool,
    hash: u32,
}

impl Run {
    /// The run that begins at `at`.
    #[inline(always)]
    fn at(line: &str, at: usize) -> Run {
        let mut part = Eight::at(line.as_bytes(), at).run();
        if part.goes_on {
            return Run::of_any(line, at);
        }
        let mut hash = WordHash::default();
        hash.push_ascii(part.lower);
        let (mut bytes, mut digits, mut other) = (part.length as usize, count(part.digits), part.small | part.digits);
        while part.length == 8 {
            part = Eight::at(line.as_bytes(), at + bytes).run();
            if part.goes_on {
                return Run::of_any(line, at);
            }
            if part.length > 0 {
                hash.push_ascii(part.lower);
            }
            bytes += part.length as usize;
            digits += count(part.digits);
            other |= part.small | part.digits;
        }
        let (letters, shouted) = (bytes as u32, other == 0);
        Run { bytes, letters, shouted, digits, has_number: digits > 0, hash: hash.finish() }
    }

    /// The same for any letters.
    #[inline(never)]
    fn of_any(line: &str, at: usize) -> Run {
        let text = &line[at..];
        let is_part = |known: Char| known.class & (WORD | UNSPACED) == WORD;
        let (mut letters, mut capitals, mut digits, mut classes, mut bytes) = (0, 0, 0, 0, text.len());
        let mut hash = WordHash::default();
        for (at, c) in text.char_indices() {
            let known = Char::of(c);
            if !is_part(known) {
                bytes = at;
                break;
            }
            known.lower(c, |code| hash.push(code));
            letters += 1;
            capitals += u32::from(known.is(UPPER));
            digits += u32::from(c.is_ascii_digit());
            classes |= known.class;
        }
        let (shouted, has_number) = (capitals == letters, classes & NUMERIC != 0);
        Run { bytes, letters, shouted, digits, has_number, hash: hash.finish() }
    }
}

/// The number of bits; most words have no digit.
fn count(bits: u64) -> u32 {
    if bits == 0 { 0 } else { bits.count_ones() }
}
