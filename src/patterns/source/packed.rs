//! [`Content`] in a block of bytes, as `build.rs` leaves it for the program: all but the examples and the prose around them,
//! which the program reads from the files when it needs them.

use super::content::{Content, Language, Place};
use super::fitted::Fitted;
use super::inside::Inside;
use super::label::Label;
use super::program::Programs;
use super::rule::{Anchor, Detector, Extent, PhraseGuards, Reach, Rest, Rule, Strength, Trigger, Zone};
use crate::index::{Packer, Texts, Unpacker};

impl Content {
    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    pub fn pack(&self, packer: &mut Packer) {
        packer.number(self.rules.len() as u32);
        self.rules.iter().for_each(|rule| rule.pack(packer));
        packer.number(self.languages.len() as u32);
        for language in &self.languages {
            packer.text(&language.code);
            packer.number(language.without.len() as u32);
            language.without.iter().for_each(|rule| packer.number(*rule as u32));
        }
        [&self.phrases, &self.regexes, &self.nears, &self.keeps, &self.date_words]
            .into_iter()
            .for_each(|list| list.pack(packer));
        self.programs.pack(packer);
        self.fitted.pack(packer);
    }

    pub fn unpack(from: &mut Unpacker<'static>) -> Content {
        let language = |from: &mut Unpacker<'_>| Language {
            code: from.text().into(),
            prose: Vec::new(),
            without: (0..from.number()).map(|_| from.number() as usize).collect(),
        };
        Content {
            rules: (0..from.number()).map(|_| Rule::unpack(from)).collect(),
            languages: (0..from.number()).map(|_| language(from)).collect(),
            phrases: Texts::unpack(from),
            regexes: Texts::unpack(from),
            nears: Texts::unpack(from),
            keeps: Texts::unpack(from),
            date_words: Texts::unpack(from),
            programs: Programs::unpack(from),
            fitted: Fitted::unpack(from),
            examples: Vec::new(),
            overruled: false,
        }
    }
}

impl Place {
    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    pub fn pack(self, packer: &mut Packer) {
        packer.number(self.file as u32);
        packer.number(self.offset as u32);
    }

    pub fn unpack(from: &mut Unpacker<'_>) -> Place {
        Place { file: from.number() as usize, offset: from.number() as usize }
    }
}

/// Triggers, by number.
const PHRASE: u32 = 0;
const INSIDE: u32 = 1;
const DETECTOR: u32 = 2;

impl Rule {
    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    fn pack(&self, packer: &mut Packer) {
        packer.text(&self.id);
        packer.number(index_of(Label::ALL, self.label));
        packer.text(&self.doc);
        packer.number(choice(Zone::CHOICES, self.zone));
        packer.number(choice(Extent::CHOICES, self.extent));
        packer.number(choice(Strength::CHOICES, self.strength));
        packer.number(flags(&[self.company, self.apart, self.disabled]));
        match &self.trigger {
            Trigger::Phrase(guards) => {
                packer.number(PHRASE);
                packer.number(choice(Anchor::CHOICES, guards.anchor));
                packer.number(choice(Rest::CHOICES, guards.rest));
                packer.number(guards.max_words);
                let PhraseGuards { colon, trail, pair, label_only, number, .. } = *guards;
                packer.number(flags(&[colon, trail, pair, label_only, number]));
            }
            Trigger::Inside(inside) => {
                packer.number(INSIDE);
                packer.number(choice(Reach::CHOICES, inside.reach));
                packer.number(inside.max_words);
                packer.number(flags(&[inside.colon]));
            }
            Trigger::Detector(detector) => {
                packer.number(DETECTOR);
                packer.number(choice(Detector::CHOICES, *detector));
            }
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Rule {
        let (id, label, doc) = (from.text().into(), Label::ALL[from.number() as usize], from.text().to_owned());
        let zone = chosen(Zone::CHOICES, from);
        let extent = chosen(Extent::CHOICES, from);
        let strength = chosen(Strength::CHOICES, from);
        let [company, apart, disabled] = unpack_flags(from);
        let trigger = match from.number() {
            PHRASE => {
                let (anchor, rest) = (chosen(Anchor::CHOICES, from), chosen(Rest::CHOICES, from));
                let max_words = from.number();
                let [colon, trail, pair, label_only, number] = unpack_flags(from);
                Trigger::Phrase(PhraseGuards { anchor, rest, max_words, colon, trail, pair, label_only, number })
            }
            INSIDE => {
                let (reach, max_words) = (chosen(Reach::CHOICES, from), from.number());
                let [colon] = unpack_flags(from);
                Trigger::Inside(Inside { reach, colon, max_words })
            }
            _ => Trigger::Detector(chosen(Detector::CHOICES, from)),
        };
        Rule { id, label, doc, trigger, zone, extent, strength, company, apart, disabled }
    }
}

#[allow(dead_code, reason = "build.rs writes it, the program reads it")]
fn index_of<T: PartialEq>(all: &[T], wanted: T) -> u32 {
    all.iter().position(|one| *one == wanted).unwrap_or_default() as u32
}

#[allow(dead_code, reason = "build.rs writes it, the program reads it")]
fn choice<T: PartialEq>(choices: &[(&str, T)], wanted: T) -> u32 {
    choices.iter().position(|(_, one)| *one == wanted).unwrap_or_default() as u32
}

fn chosen<T: Copy>(choices: &[(&str, T)], from: &mut Unpacker<'_>) -> T {
    choices[from.number() as usize].1
}

#[allow(dead_code, reason = "build.rs writes it, the program reads it")]
fn flags(flags: &[bool]) -> u32 {
    flags.iter().rev().fold(0, |all, flag| all << 1 | u32::from(*flag))
}

fn unpack_flags<const N: usize>(from: &mut Unpacker<'_>) -> [bool; N] {
    let all = from.number();
    std::array::from_fn(|index| all >> index & 1 == 1)
}
