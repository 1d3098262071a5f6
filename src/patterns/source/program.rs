//! Regexes as programs of a small machine that needs no time to build, unlike the regex crate's automata: those take 0.3 ms
//! each, and a page of 4 KB wakes thirty. Most lines that wake a regex fail at its first letters.

use std::borrow::Cow;

use regex_syntax::hir::{Class, Hir, HirKind, Look};
use regex_syntax::{Parser, is_word_character};

use crate::index::{Bytes, Packer, Unpacker, number};

/// Programs one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Programs {
    /// For each program, where it ends.
    ends: Bytes,
    /// Four bytes each: the operation in the upper ones, its operand in the lower.
    steps: Bytes,
    /// For each class of characters, where its ranges end.
    classes: Bytes,
    /// The first and the last character of each range.
    ranges: Bytes,
}

/// Bits of an operand.
const OPERAND: u32 = 24;

/// What a step does; all but the jumps go on with the next one.
const MATCH: u32 = 0;
/// Takes this character.
const CHARACTER: u32 = 1;
/// Takes a character of this class.
const CLASS: u32 = 2;
/// Goes on with both: the next step and this one.
const SPLIT: u32 = 3;
const JUMP: u32 = 4;
/// Goes on only where this holds.
const LOOK: u32 = 5;

/// What can be looked at, by number.
const LOOKS: [Look; 4] = [Look::Start, Look::End, Look::WordUnicode, Look::WordUnicodeNegate];

/// Steps of a program at most: repeated classes beyond the needs of a line are the regex crate's.
const MAX_STEPS: usize = 4000;

/// Classes that a new one is compared with: the built-in regexes have 150 different ones.
const RECENT: usize = 256;

impl Programs {
    pub fn len(&self) -> usize {
        self.ends.len() / 4
    }

    /// Adds a regex, or an empty program if the machine cannot run it.
    pub fn push(&mut self, source: &str) {
        let first = self.steps.len();
        let fits = Parser::new().parse(source).is_ok_and(|hir| self.add(&hir, first).is_some());
        if fits {
            self.step(MATCH, 0);
        } else {
            self.steps.to_mut().truncate(first);
        }
        let end = (self.steps.len() / 4) as u32;
        self.ends.to_mut().extend(end.to_le_bytes());
    }

    fn step(&mut self, operation: u32, operand: u32) -> usize {
        self.steps.to_mut().extend((operation << OPERAND | operand).to_le_bytes());
        self.steps.len() - 4
    }

    /// Lets a jump or split go to the next step that is added. Targets are counted from the program's first step.
    fn target(&mut self, at: usize, first: usize) {
        let target = ((self.steps.len() - first) / 4) as u32;
        let step = number(&self.steps, at / 4) | target;
        self.steps.to_mut()[at..at + 4].copy_from_slice(&step.to_le_bytes());
    }

    fn add(&mut self, hir: &Hir, first: usize) -> Option<()> {
        if self.steps.len() > first + 4 * MAX_STEPS {
            return None;
        }
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                for c in std::str::from_utf8(&literal.0).ok()?.chars() {
                    self.step(CHARACTER, c.into());
                }
            }
            HirKind::Class(Class::Unicode(class)) => {
                let mut ranges = Vec::new();
                for range in class.ranges() {
                    ranges.extend(u32::from(range.start()).to_le_bytes());
                    ranges.extend(u32::from(range.end()).to_le_bytes());
                }
                let class = self.class(&ranges);
                self.step(CLASS, class);
            }
            HirKind::Class(Class::Bytes(_)) => return None,
            HirKind::Look(look) => {
                let look = LOOKS.iter().position(|known| known == look)?;
                self.step(LOOK, look as u32);
            }
            HirKind::Capture(capture) => self.add(&capture.sub, first)?,
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.add(part, first))?,
            HirKind::Alternation(parts) => {
                let mut jumps = Vec::new();
                for (index, part) in parts.iter().enumerate() {
                    if index + 1 == parts.len() {
                        self.add(part, first)?;
                        break;
                    }
                    let split = self.step(SPLIT, 0);
                    self.add(part, first)?;
                    jumps.push(self.step(JUMP, 0));
                    self.target(split, first);
                }
                jumps.into_iter().for_each(|jump| self.target(jump, first));
            }
            HirKind::Repetition(repeated) => {
                for _ in 0..repeated.min {
                    self.add(&repeated.sub, first)?;
                }
                let mut splits = Vec::new();
                match repeated.max {
                    None => {
                        let again = ((self.steps.len() - first) / 4) as u32;
                        splits.push(self.step(SPLIT, 0));
                        self.add(&repeated.sub, first)?;
                        self.step(JUMP, again);
                    }
                    Some(max) => {
                        for _ in repeated.min..max {
                            splits.push(self.step(SPLIT, 0));
                            self.add(&repeated.sub, first)?;
                        }
                    }
                }
                splits.into_iter().for_each(|split| self.target(split, first));
            }
        }
        Some(())
    }

    /// The number of a class, which may be known already if it is a recent one.
    fn class(&mut self, ranges: &[u8]) -> u32 {
        let count = self.classes.len() / 4;
        let known = (count.saturating_sub(RECENT)..count).find(|class| self.ranges_of(*class) == ranges);
        known.unwrap_or_else(|| {
            self.ranges.to_mut().extend(ranges);
            let end = self.ranges.len() as u32;
            self.classes.to_mut().extend(end.to_le_bytes());
            count
        }) as u32
    }

    fn ranges_of(&self, class: usize) -> &[u8] {
        let start = if class == 0 { 0 } else { number(&self.classes, class - 1) };
        self.ranges.get(start as usize..number(&self.classes, class) as usize).unwrap_or_default()
    }

    fn is_in(&self, class: usize, c: char) -> bool {
        let (ranges, c) = (self.ranges_of(class), u32::from(c));
        (0..ranges.len() / 8).any(|range| (number(ranges, 2 * range)..=number(ranges, 2 * range + 1)).contains(&c))
    }

    fn steps_of(&self, program: usize) -> &[u8] {
        let start = if program == 0 { 0 } else { number(&self.ends, program - 1) };
        self.steps.get(4 * start as usize..4 * number(&self.ends, program) as usize).unwrap_or_default()
    }

    /// Whether the program finds its regex in the text, and how many steps that took; nothing if the machine cannot run
    /// it. At most as many steps as the program has for each character.
    pub fn run(&self, program: usize, text: &str) -> Option<(bool, usize)> {
        let steps = self.steps_of(program);
        if steps.is_empty() {
            return None;
        }
        let mut machine = Machine { steps, seen: vec![0; steps.len() / 4], ..Machine::default() };
        let mut before = None;
        let anchored = number(steps, 0) == LOOK << OPERAND;
        let mut rest = text.chars();
        for round in 1.. {
            let next = rest.clone().next();
            let round = Round { number: round, before, next };
            for at in 0..machine.reached.len() {
                machine.follow(machine.reached[at] + 1, round);
            }
            if before.is_none() || !anchored {
                machine.follow(0, round);
            }
            machine.reached.clear();
            if machine.found {
                break;
            }
            let Some(c) = rest.next() else { break };
            for at in 0..machine.waiting.len() {
                let step = number(steps, machine.waiting[at] as usize);
                let operand = step & ((1 << OPERAND) - 1);
                let takes = if step >> OPERAND == CHARACTER {
                    operand == u32::from(c)
                } else {
                    self.is_in(operand as usize, c)
                };
                if takes {
                    machine.reached.push(machine.waiting[at]);
                }
            }
            machine.taken += machine.waiting.len();
            machine.waiting.clear();
            if anchored && machine.reached.is_empty() {
                break;
            }
            before = Some(c);
        }
        Some((machine.found, machine.taken))
    }

    /// Forgets the programs that do not stay.
    pub fn retain(&mut self, stays: &[bool]) {
        let mut left = Programs { classes: self.classes.clone(), ranges: self.ranges.clone(), ..Programs::default() };
        for program in (0..self.len()).filter(|program| stays[*program]) {
            left.steps.to_mut().extend(self.steps_of(program));
            let end = (left.steps.len() / 4) as u32;
            left.ends.to_mut().extend(end.to_le_bytes());
        }
        *self = left;
    }

    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    pub fn pack(&self, packer: &mut Packer) {
        [&self.ends, &self.steps, &self.classes, &self.ranges].into_iter().for_each(|block| packer.block(block));
    }

    pub fn unpack(from: &mut Unpacker<'static>) -> Programs {
        let [ends, steps, classes, ranges] = [(); 4].map(|()| Cow::Borrowed(from.block()));
        Programs { ends, steps, classes, ranges }
    }
}

/// A run of a program over a text: all ways through it at once.
#[derive(Default)]
struct Machine<'p> {
    steps: &'p [u8],
    /// Steps that wait for the next character.
    waiting: Vec<u32>,
    /// Those that have taken it.
    reached: Vec<u32>,
    /// For each step, the last round that came to it.
    seen: Vec<u32>,
    open: Vec<u32>,
    found: bool,
    /// Steps until now.
    taken: usize,
}

/// A place between two characters.
#[derive(Clone, Copy)]
struct Round {
    /// Counted from 1.
    number: u32,
    before: Option<char>,
    next: Option<char>,
}

impl Round {
    fn holds(self, look: u32) -> bool {
        let at_bound = || self.before.is_some_and(is_word_character) != self.next.is_some_and(is_word_character);
        match LOOKS[look as usize] {
            Look::Start => self.before.is_none(),
            Look::End => self.next.is_none(),
            Look::WordUnicode => at_bound(),
            _ => !at_bound(),
        }
    }
}

impl Machine<'_> {
    /// Goes on from a step as far as no character is needed.
    fn follow(&mut self, from: u32, round: Round) {
        self.open.push(from);
        while let Some(at) = self.open.pop() {
            let Some(seen) = self.seen.get_mut(at as usize).filter(|seen| **seen < round.number) else { continue };
            *seen = round.number;
            self.taken += 1;
            let step = number(self.steps, at as usize);
            let operand = step & ((1 << OPERAND) - 1);
            match step >> OPERAND {
                MATCH => self.found = true,
                SPLIT => self.open.extend([at + 1, operand]),
                JUMP => self.open.push(operand),
                LOOK if round.holds(operand) => self.open.push(at + 1),
                LOOK => {}
                _ => self.waiting.push(at),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    #[test]
    fn finds_what_the_regex_crate_finds() {
        let lines = ["", "a", "ab", "xaby", "é", "aé b", "a b", "b12", "12", "aaaa", "abab", "a.b", "x: a", "ba"];
        for source in [
            "",
            "a",
            "^a",
            "a$",
            "^(?:a|ab)$",
            r"\ba",
            r"b\b",
            r"\Ba",
            "^a{2,3}",
            "a{2}$",
            "(ab)+$",
            "^(?:a*|b)*$",
            "[^a]b",
            "[α-ωé]",
            ".é",
            "(a|)b",
            "^.{0,3}b$",
            r"^(\w+ )?b",
            "a?b?1",
            "$",
            "^$",
            "(?i)AB",
            "(^a|b$)",
            r"\d+",
            r"\s",
        ] {
            let regex = Regex::new(source).expect("a regex");
            let mut programs = Programs::default();
            programs.push("never");
            programs.push(source);
            for line in lines {
                let found = programs.run(1, line).map(|(found, _)| found);
                assert_eq!(found, Some(regex.is_match(line)), "{source:?} in {line:?}");
            }
        }
    }

    #[test]
    fn leaves_what_it_cannot_run() {
        let mut programs = Programs::default();
        for source in ["(?m)^a", "(?-u)a\\b", "[ab]{5000}", "("] {
            programs.push(source);
        }
        programs.push("a");
        assert!((0..4).all(|program| programs.run(program, "a").is_none()));
        assert_eq!(programs.run(4, "ba").map(|(found, _)| found), Some(true));
        programs.retain(&[false, true, false, false, true]);
        assert!(programs.run(0, "a").is_none());
        assert_eq!(programs.run(1, "ba").map(|(found, _)| found), Some(true));
    }

    proptest! {
        #[test]
        fn random_regexes_find_what_the_regex_crate_finds(
            source in r"(\^)?([abé.]|\\b|\[\^a\]|\(a\|b\)|\(b\|ab\|\)|\(\.b\))([*+?]|\{1,3\})?([abé.]|\(é\|a b\))[*+?]?(\$)?",
            lines in proptest::collection::vec("[abé ]{0,8}", 20),
        ) {
            if let Ok(regex) = Regex::new(&source) {
                let mut programs = Programs::default();
                programs.push(&source);
                for line in lines {
                    let found = programs.run(0, &line).map(|(found, _)| found);
                    prop_assert_eq!(found, Some(regex.is_match(&line)), "{:?} in {:?}", source, line);
                }
            }
        }
    }
}
