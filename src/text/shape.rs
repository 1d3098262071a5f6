//! How a line is written, counted without knowing any word: what the scorer weighs beside phrases.

use super::fold::{is_unspaced, is_word_char};
use super::measure::is_stop;

/// Counts of one line. All of them are of characters or words, never of bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Characters that are not white space.
    pub chars: u32,
    /// Words that begin with a letter that has a case, and of these the ones with a capital.
    pub cased: u32,
    pub capitals: u32,
    /// Words of two letters or more in capitals throughout.
    pub shouted: u32,
    /// Words of at most three letters.
    pub short: u32,
    pub digits: u32,
    pub commas: u32,
    /// Quotation marks of any kind, apostrophes not counted.
    pub quotes: u32,
    /// Bars, bullets, arrows and slashes: what stands between entries of a menu.
    pub separators: u32,
    pub brackets: u32,
    /// Sentences: stops that a blank or the end of the line follows.
    pub sentences: u32,
    /// "@", "#", "://" and "www.": handles, tags and addresses.
    pub addresses: u32,
    pub colon_end: bool,
    /// The first letter is a small one.
    pub small_start: bool,
    /// The line begins with neither a letter nor a digit nor a quotation mark: a bullet, an arrow, an emoji.
    pub decorated: bool,
    pub quote_start: bool,
}

impl Shape {
    /// Counts a trimmed line, and hands the hash of each of its words to `word`. Linear in its size.
    ///
    /// A word is a run of letters and digits in lower case; where words are written without spaces between them, every
    /// two neighbouring characters are one.
    pub fn of(line: &str, mut word: impl FnMut(Word)) -> Shape {
        let mut shape = Shape::default();
        let mut current = Run::default();
        let mut last_unspaced: Option<char> = None;
        let mut after_stop = false;
        for c in line.chars() {
            if is_unspaced(c) {
                current.end(&mut shape, &mut word);
                if let Some(before) = last_unspaced {
                    word(Word { hash: unspaced_hash(before, c), letters: LONG_WORD });
                }
                last_unspaced = Some(c);
                shape.chars += 1;
                continue;
            }
            last_unspaced = None;
            if is_word_char(c) {
                current.push(c);
                shape.chars += 1;
                shape.digits += u32::from(c.is_ascii_digit());
                after_stop = false;
                continue;
            }
            current.end(&mut shape, &mut word);
            if c.is_whitespace() {
                shape.sentences += u32::from(std::mem::take(&mut after_stop));
                continue;
            }
            shape.chars += 1;
            match c {
                ',' | '،' | '、' | '，' => shape.commas += 1,
                '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' => shape.quotes += 1,
                '|' | '•' | '·' | '›' | '→' | '/' | '>' => shape.separators += 1,
                '(' | '[' | '（' => shape.brackets += 1,
                '@' | '#' => shape.addresses += 1,
                _ => {}
            }
            after_stop |= is_stop(c);
        }
        current.end(&mut shape, &mut word);
        shape.sentences += u32::from(after_stop);
        shape.addresses += u32::from(line.contains("://")) + u32::from(line.contains("www."));
        shape.colon_end = line.ends_with([':', '：']);
        if let Some(first) = line.chars().next() {
            shape.quote_start = matches!(first, '"' | '“' | '”' | '„' | '«' | '\'' | '‘' | '「');
            shape.decorated = !first.is_alphanumeric() && !shape.quote_start;
        }
        shape.small_start = line.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_lowercase);
        shape
    }
}

/// A word of a line, for comparing lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    pub hash: u32,
    pub letters: u32,
}

/// Letters from which on a word tells what a text is about; shorter ones are mostly function words.
pub(crate) const LONG_WORD: u32 = 5;

/// FNV-1a over code points.
const SEED: u32 = 0x811c_9dc5;

fn hash(state: u32, code: u32) -> u32 {
    (state ^ code).wrapping_mul(0x0100_0193)
}

/// The hash of a word as [`Shape::of`] makes it.
pub(crate) fn word_hash(word: &str) -> u32 {
    word.chars().flat_map(char::to_lowercase).fold(SEED, |state, c| hash(state, c as u32))
}

/// The hash of two neighbouring characters of a script without spaces, which stand for a word.
pub(crate) fn unspaced_hash(first: char, second: char) -> u32 {
    hash(hash(SEED, first as u32), second as u32)
}

/// The hash of two neighbouring words.
pub(crate) fn pair_hash(first: u32, second: u32) -> u32 {
    (first.rotate_left(5) ^ second).wrapping_mul(0x9e37_79b1)
}

/// The run of letters and digits that is being read.
#[derive(Default)]
struct Run {
    letters: u32,
    capitals: u32,
    first_cased: bool,
    first_capital: bool,
    state: u32,
}

impl Run {
    fn push(&mut self, c: char) {
        let capital = c.is_uppercase();
        if self.letters == 0 {
            self.state = SEED;
            self.first_capital = capital;
            self.first_cased = capital || c.is_lowercase();
        }
        self.letters += 1;
        self.capitals += u32::from(capital);
        if c.is_ascii() {
            self.state = hash(self.state, u32::from(c.to_ascii_lowercase() as u8));
        } else {
            self.state = c.to_lowercase().fold(self.state, |state, c| hash(state, c as u32));
        }
    }

    fn end(&mut self, shape: &mut Shape, word: &mut impl FnMut(Word)) {
        let run = std::mem::take(self);
        if run.letters == 0 {
            return;
        }
        shape.cased += u32::from(run.first_cased);
        shape.capitals += u32::from(run.first_capital);
        shape.shouted += u32::from(run.letters > 1 && run.capitals == run.letters);
        shape.short += u32::from(run.letters <= 3);
        word(Word { hash: run.state, letters: run.letters });
    }
}
