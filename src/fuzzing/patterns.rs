//! Any bytes as a pattern file.

use std::sync::OnceLock;

use super::assemble::{PROGRAM, Program};
use crate::{Cleaner, Error, ErrorKind, PatternSet};

/// Pattern files whose lines are put together in other ways.
const FILES: [&str; 3] = [
    include_str!("../../patterns/rules.toml"),
    include_str!("../../patterns/keep.toml"),
    include_str!("../../patterns/phrases/en.toml"),
];

/// A page with chrome, for accepted patterns to work on.
const PAGE: &str = include_str!("../../corpus-samples/en/chrome-in-the-middle.txt");

/// A pattern file is taken or refused in one line that says where; a set that took it builds a cleaner, or says in one
/// line why not, and cleans.
pub fn patterns(data: &[u8]) {
    let made;
    let source = match data.split_first() {
        Some((&PROGRAM, program)) => {
            made = assembled(program);
            made.as_str()
        }
        // Anything else is refused before it comes here.
        _ => str::from_utf8(data).unwrap_or_default(),
    };
    for (base, is_empty) in [(&PatternSet::empty(), true), (built_in(), false)] {
        let mut set = base.clone();
        let rules = set.rules().len();
        match set.add("fuzz.toml", source) {
            Err(error) => {
                check_error(&error, source);
                assert_eq!(set.rules().len(), rules, "a refused file leaves something behind");
            }
            Ok(()) => accepted(set, is_empty),
        }
    }
}

fn accepted(set: PatternSet, check: bool) {
    // The examples of what is built in pass, and take a while.
    if check {
        for error in set.check() {
            check_line(&error);
        }
    }
    match Cleaner::builder().patterns(set).build() {
        Err(error) => check_line(&error),
        Ok(cleaner) => super::promises::what_stays_and_what_goes_make_the_original(PAGE, &cleaner.clean(PAGE)),
    }
}

/// The rules that are built in, with the keep-list and the phrases of one small language: all of them would make every
/// run a hundred times slower.
fn built_in() -> &'static PatternSet {
    static BUILT_IN: OnceLock<PatternSet> = OnceLock::new();
    BUILT_IN.get_or_init(|| {
        let mut set = PatternSet::empty();
        for source in [FILES[0], FILES[1], include_str!("../../patterns/phrases/lt.toml")] {
            set.add("built-in", source).expect("a file that is built in");
        }
        set
    })
}

/// Lines of real files and raw bytes in any order.
fn assembled(program: &[u8]) -> String {
    static LINES: OnceLock<Vec<Vec<&'static str>>> = OnceLock::new();
    let files = LINES.get_or_init(|| FILES.iter().map(|file| file.lines().collect()).collect());
    let mut program = Program::new(program);
    let mut source = String::new();
    while let Some(kind) = program.byte() {
        match kind % 8 {
            // A few lines that belong together.
            0..=4 => {
                let file = &files[kind % files.len()];
                let number = program.byte().unwrap_or(0) * 256 + program.byte().unwrap_or(0);
                for line in file.iter().skip(number % file.len()).take(kind / 16) {
                    source += line;
                    source.push('\n');
                }
            }
            5 => source += &String::from_utf8_lossy(program.raw()),
            6 => source.push('\n'),
            _ => {
                source.pop();
            }
        }
    }
    source
}

fn check_line(error: &Error) {
    let message = error.to_string();
    assert!(!message.contains(['\n', '\r']) && !message.trim().is_empty(), "{message:?}");
}

/// The place is `file:line:column`, of a character of the file or of its end.
fn check_error(error: &Error, source: &str) {
    check_line(error);
    assert_eq!(error.kind(), ErrorKind::Pattern);
    let mut parts = error.place().split(':');
    assert_eq!(parts.next(), Some("fuzz.toml"));
    let (line, column): (usize, usize) = match (parts.next(), parts.next(), parts.next()) {
        (Some(line), Some(column), None) => (line.parse().expect("a line"), column.parse().expect("a column")),
        _ => panic!("no place: {error}"),
    };
    let there = source.split('\n').nth(line - 1).expect("a line of the file");
    assert!((1..=there.chars().count() + 1).contains(&column), "{error}");
}
