//! Bytes → documents, records and pattern files that look like real ones, made of pieces of the built-in patterns.
//!
//! The bytes are a small program: each says which kind of piece comes next, the ones behind it which piece. What a byte
//! means may change at any time, except for files in `tests/crashers`, which then no longer show what they showed.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::PatternSet;

/// The first byte of data that is a program.
pub(super) const PROGRAM: u8 = b'>';

/// A document or stream does not grow beyond this: more would only make every run slower.
const MAX_BYTES: usize = 64 << 10;

/// What stands between phrases and in odd places: blanks, ends of lines and sentences, brackets, marks.
const SIGNS: &[&str] = &[
    " ",
    "\r\n",
    "\n\n\n",
    "\t",
    ". ",
    ": ",
    ":",
    ", ",
    "? ",
    "! ",
    "...",
    "\u{2026}",
    " | ",
    " > ",
    " \u{bb} ",
    "/",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "\u{201c}",
    "\u{201d}",
    "- ",
    "* ",
    "\u{2022} ",
    "1",
    "17",
    " 2023",
    "#",
    "@",
    "\u{a9} ",
    "\u{a0}",
    "\u{200b}",
    "\u{feff}",
    "\r",
    "\u{b}",
    "\u{c}",
    "\u{85}",
    "\u{2028}",
    "\0",
    "\u{1a}",
    "\u{301}",
    "\u{130}",
    "\u{df}",
    "\u{fb01}",
    "\u{1f600}",
    "\u{202e}",
    "a",
    "A",
    "I",
    "http://",
];

/// What a language prints, from its pattern file.
#[derive(Default)]
struct Pieces {
    phrases: Vec<String>,
    examples: Vec<String>,
    prose: Vec<String>,
}

/// The pieces of every language.
fn pieces() -> &'static [Pieces] {
    static PIECES: OnceLock<Vec<Pieces>> = OnceLock::new();
    PIECES.get_or_init(|| {
        let set = PatternSet::builtin().expect("built-in patterns");
        let examples = set.examples();
        let mut languages: Vec<Pieces> = examples.prose.iter().map(|_| Pieces::default()).collect();
        for (phrase, language) in set.phrases() {
            languages[language].phrases.push(phrase.text.to_string());
        }
        for example in &examples.all {
            // The marks around what leaves are no part of what is printed.
            languages[example.language].examples.push(example.text.replace("{{", "").replace("}}", ""));
        }
        for (pieces, prose) in languages.iter_mut().zip(examples.prose) {
            pieces.prose = prose;
        }
        languages.retain(|pieces| !pieces.phrases.is_empty());
        languages
    })
}

/// The document that these bytes say or make.
pub(super) fn text(data: &[u8]) -> Cow<'_, str> {
    match data.split_first() {
        Some((&PROGRAM, program)) => {
            let mut program = Program::new(program);
            let mut text = String::new();
            while let Some(part) = program.document() {
                text += &part;
            }
            Cow::Owned(text)
        }
        _ => String::from_utf8_lossy(data),
    }
}

/// A program that is being carried out.
pub(super) struct Program<'d> {
    rest: &'d [u8],
    language: usize,
    made: usize,
}

impl<'d> Program<'d> {
    pub(super) fn new(data: &'d [u8]) -> Self {
        Program { rest: data, language: 0, made: 0 }
    }

    /// The next byte.
    pub(super) fn byte(&mut self) -> Option<usize> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(usize::from(*first))
    }

    /// Some bytes as they are.
    pub(super) fn raw(&mut self) -> &'d [u8] {
        let length = self.byte().unwrap_or(0) % 32;
        let (raw, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        raw
    }

    /// One of the items, which are fewer than 65,536.
    pub(super) fn one_of<T: ?Sized + ToOwned>(&mut self, items: &'static [impl AsRef<T>]) -> Option<&'static T> {
        let mut number = self.byte()?;
        if items.len() > 256 {
            number = number * 256 + self.byte()?;
        }
        items.get(number % items.len().max(1)).map(AsRef::as_ref)
    }

    /// The next document; `None` when the program is at its end, or has made enough.
    pub(super) fn document(&mut self) -> Option<String> {
        let mut text = String::new();
        while let Some(kind) = self.byte().filter(|_| self.made + text.len() < MAX_BYTES) {
            let own = &pieces()[self.language % pieces().len()];
            let piece = match kind % 16 {
                0..=3 => "\n",
                4..=6 => {
                    let phrase = self.one_of(&own.phrases).unwrap_or_default();
                    text += &cased(phrase, kind / 16);
                    continue;
                }
                7 => self.one_of(&own.examples).unwrap_or_default(),
                8 | 9 => self.one_of(&own.prose).unwrap_or_default(),
                10..=12 => self.one_of(SIGNS).unwrap_or_default(),
                13 => {
                    text += &String::from_utf8_lossy(self.raw());
                    continue;
                }
                14 => {
                    self.language = kind / 16 + self.byte().unwrap_or(0);
                    continue;
                }
                _ => {
                    self.made += text.len();
                    return Some(text);
                }
            };
            text += piece;
        }
        self.made += text.len();
        (!text.is_empty()).then_some(text)
    }
}

/// The phrase as sites write it: as it is, with a capital, or in capitals.
fn cased(phrase: &str, how: usize) -> String {
    let mut chars = phrase.chars();
    match (how % 4, chars.next()) {
        (1, _) => phrase.to_owned(),
        (2, _) => phrase.to_uppercase(),
        (_, Some(first)) => first.to_uppercase().chain(chars).collect(),
        (_, None) => String::new(),
    }
}
