//! One pattern file → rules, phrases, regexes, keeps and examples, added to [`Content`].

use std::collections::HashMap;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::content::{Content, Example, Language, NO_LANGUAGE, Place};
use super::inside::{self, Inside};
use super::lean::lean;
use super::reader::{Reader, Value};
use super::rule::{Anchor, Detector, Extent, PhraseGuards, Reach, Rest, Rule, Strength, Trigger, Zone};
use super::{Label, did_you_mean, fitted};
use crate::Error;
use crate::text::{fold_literal, fold_phrase, is_unspaced};

/// The most memory of a compiled regex, in bytes; few files hold one that needs a tenth of it.
pub(crate) const REGEX_BYTES: usize = 1 << 20;

/// A regex that needs more memory than this is a large one, and a file may hold only so many of them: else a file of
/// 64 KB took 8 seconds and 640 MB.
const LARGE_REGEX_BYTES: usize = REGEX_BYTES / 16;
const LARGE_REGEXES: usize = 32;

/// Tables that are not named after a rule.
const RESERVED: &[&str] = &["rule", "keep", "language", "disable"];

/// Fields of a `[rule-id]` table.
const PHRASE_FIELDS: &[&str] = &["phrases", "regex", "remove", "keep"];

const RULE_FIELDS: &[&str] = &[
    "id",
    "label",
    "doc",
    "anchor",
    "rest",
    "max_words",
    "colon",
    "trail",
    "pair",
    "label_only",
    "number",
    "detector",
    "zone",
    "extent",
    "strength",
    "company",
    "apart",
];

/// Whether a table of that name is something else than the phrases of a rule.
fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || fitted::TABLES.contains(&name)
}

/// Whether a file must be checked. Checking and folding every phrase, and compiling every regex, takes longer than all
/// the rest of the program's start.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trust {
    /// The tests have checked it: its phrases are written as they fold.
    BuiltIn,
    /// Everything is checked.
    None(CheckRegex),
}

/// Compiles a regex if it needs no more memory than so many bytes.
pub(crate) type CheckRegex = fn(source: &str, bytes: usize) -> Result<(), Flaw>;

/// What is wrong with a regex.
#[derive(Debug)]
pub(crate) enum Flaw {
    TooLarge(String),
    Other(String),
}

impl Content {
    /// Adds a file with the number `file`; on an error there may be a part of it.
    pub fn add(&mut self, name: &str, source: &str, file: usize, trust: Trust) -> Result<(), Error> {
        let reader = Reader { name, source };
        let root = reader.parse()?;
        let mut adder = Adder { set: self, reader, file, trust, language: 0, seen: HashMap::new(), large_regexes: 0 };
        adder.language(&root)?;
        if let Some(rules) = root.get("rule") {
            adder.rules(rules)?;
        }
        for (id, offset) in reader.strings(&root, "disable")? {
            let rule = adder.rule_named(id, offset)?;
            adder.set.rules[rule].disabled = true;
            adder.set.overruled = true;
        }
        adder.without(&root)?;
        for (key, value) in &root {
            let key_name = key.get_ref().as_ref();
            if !is_reserved(key_name) {
                let rule = adder.rule_named(key_name, key.span().start)?;
                adder.phrases(rule, reader.table(value, key_name)?)?;
            }
        }
        adder.set.fitted.read(reader, file, &root)?;
        if let Some(keeps) = root.get("keep") {
            adder.keeps(keeps)?;
        }
        Ok(())
    }
}

struct Adder<'a, 's> {
    set: &'a mut Content,
    reader: Reader<'s>,
    file: usize,
    trust: Trust,
    language: usize,
    /// The file's phrases, and the rule of each: two rules of the same kind must not share one.
    seen: HashMap<(String, Kind), usize>,
    /// How many large regexes there were.
    large_regexes: usize,
}

/// What may share a phrase with another rule: those that match it elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Line { anchor: Anchor, pair: bool },
    Inside(Reach),
}

impl<'s> Adder<'_, 's> {
    fn language(&mut self, root: &DeTable<'s>) -> Result<(), Error> {
        let reader = self.reader;
        let mut language = Language { code: NO_LANGUAGE.into(), ..Language::default() };
        let mut date_words = Vec::new();
        if let Some(value) = root.get("language") {
            let table = reader.table(value, "\"language\"")?;
            reader.only(table, &["code", "name", "prose", "date-words", "without"])?;
            language.code = reader.string(reader.required(table, "code", value.span())?, "\"code\"")?.into();
            if let Some(name) = table.get("name") {
                reader.string(name, "\"name\"")?;
            }
            language.prose = reader.strings(table, "prose")?.into_iter().map(|(p, _)| p.to_owned()).collect();
            date_words = reader.strings(table, "date-words")?;
        }
        self.language = self.set.add_language(language);
        for (word, _) in date_words {
            self.set.date_words.push(&fold_phrase(word), [self.language, 0]);
        }
        Ok(())
    }

    /// Rules that the file's language has no phrases for, each with the reason.
    fn without(&mut self, root: &DeTable<'s>) -> Result<(), Error> {
        let reader = self.reader;
        let Some(DeValue::Table(language)) = root.get("language").map(toml::Spanned::get_ref) else { return Ok(()) };
        let Some(without) = language.get("without") else { return Ok(()) };
        for (id, reason) in reader.table(without, "\"without\"")? {
            let rule = self.rule_named(id.get_ref(), id.span().start)?;
            if reader.string(reason, "a reason")?.is_empty() {
                return Err(reader.error(reason.span(), "a language that goes without a rule needs the reason"));
            }
            self.set.languages[self.language].without.push(rule);
        }
        Ok(())
    }

    fn rules(&mut self, value: &Value<'s>) -> Result<(), Error> {
        let reader = self.reader;
        let mut seen: Vec<Arc<str>> = Vec::new();
        for value in reader.array(value, "\"rule\"")? {
            let table = reader.table(value, "a rule")?;
            let rule = read_rule(reader, table, value)?;
            if seen.contains(&rule.id) {
                return Err(reader.error(value.span(), format!("the rule \"{}\" stands in this file twice", rule.id)));
            }
            seen.push(rule.id.clone());
            match self.set.rules.iter_mut().find(|r| r.id == rule.id) {
                Some(old) => {
                    *old = rule;
                    self.set.overruled = true;
                }
                None => self.set.rules.push(rule),
            }
        }
        Ok(())
    }

    fn rule_named(&self, id: &str, offset: usize) -> Result<usize, Error> {
        let known = || self.set.rules.iter().map(|r| r.id.as_ref());
        self.set.rules.iter().position(|r| r.id.as_ref() == id).ok_or_else(|| {
            let message = format!("no rule \"{id}\"{}", did_you_mean(id, known()));
            self.reader.error(offset..offset, message)
        })
    }

    fn phrases(&mut self, rule: usize, table: &DeTable<'s>) -> Result<(), Error> {
        let reader = self.reader;
        reader.only(table, PHRASE_FIELDS)?;
        let phrases = reader.strings(table, "phrases")?;
        if let Trust::None(_) = self.trust {
            self.seen.reserve(phrases.len());
        }
        for (printed, offset) in phrases {
            let text = self.checked_phrase(rule, printed, offset)?;
            self.set.phrases.push(&text, [rule, self.language]);
        }
        if let Some(regexes) = table.get("regex") {
            for value in reader.array(regexes, "\"regex\"")? {
                self.regex(rule, value)?;
            }
        }
        for (key, remove) in [("remove", true), ("keep", false)] {
            for (text, offset) in reader.strings(table, key)? {
                let place = Place { file: self.file, offset };
                self.set.examples.push(Example { rule, language: self.language, text: text.to_owned(), remove, place });
            }
        }
        Ok(())
    }

    fn checked_phrase(&mut self, rule: usize, printed: &str, offset: usize) -> Result<String, Error> {
        let error = |message: String| Err(self.reader.error(offset..offset, message));
        let rule_spec = &self.set.rules[rule];
        let (kind, shortest) = match &rule_spec.trigger {
            Trigger::Phrase(PhraseGuards { anchor, pair, .. }) => {
                (Kind::Line { anchor: *anchor, pair: *pair }, shortest_phrase(*anchor, rule_spec.strength))
            }
            Trigger::Inside(inside) => (Kind::Inside(inside.reach), inside.shortest_phrase()),
            Trigger::Detector(_) => {
                return error(format!("the rule \"{}\" works by a detector and takes no phrases", rule_spec.id));
            }
        };
        if matches!(self.trust, Trust::BuiltIn) {
            return Ok(printed.to_owned());
        }
        let text = fold_phrase(printed);
        let letters = text.chars().take(shortest);
        let length: usize = letters.map(|c| if is_unspaced(c) { 2 } else { 1 }).sum();
        if length < shortest {
            return error(format!(
                "the phrase \"{printed}\" is too short for the rule \"{}\": it needs {shortest} letters",
                rule_spec.id
            ));
        }
        match self.seen.insert((text.clone(), kind), rule) {
            // Two bars may have the same button.
            Some(other) if kind != Kind::Inside(Reach::Run) || other == rule => error(format!(
                "the phrase \"{printed}\" stands in this file twice, also under \"{}\"",
                self.set.rules[other].id
            )),
            _ => Ok(text),
        }
    }

    fn regex(&mut self, rule: usize, value: &Value<'s>) -> Result<(), Error> {
        let reader = self.reader;
        let table = reader.table(value, "an item of \"regex\"")?;
        reader.only(table, &["regex", "near"])?;
        let field = reader.required(table, "regex", value.span())?;
        let pattern = reader.string(field, "\"regex\"")?;
        let near = self.near(reader.required(table, "near", value.span())?)?;
        let Some(guards) = self.set.rules[rule].guards() else {
            let how = if self.set.rules[rule].inside().is_some() { "inside lines" } else { "by a detector" };
            let message = format!("the rule \"{}\" works {how} and takes no regex", self.set.rules[rule].id);
            return Err(reader.error(value.span(), message));
        };
        let anchored = match guards.anchor {
            Anchor::Line => format!("^(?:{pattern})$"),
            Anchor::Start => format!("^(?:{pattern})"),
            Anchor::Anywhere => pattern.to_owned(),
        };
        if let Trust::None(check) = self.trust {
            self.check_regex(check, &anchored).map_err(|why| reader.error(field.span(), why))?;
        }
        let index = self.set.regexes.len();
        self.set.regexes.push(&anchored, [rule, self.language]);
        self.set.programs.push(&lean(&anchored));
        for near in near {
            self.set.nears.push(&near, [index, 0]);
        }
        Ok(())
    }

    /// Whether this is a regular expression, and small enough; if not, why.
    fn check_regex(&mut self, check: CheckRegex, source: &str) -> Result<(), String> {
        let mut checked = check(source, LARGE_REGEX_BYTES);
        if matches!(checked, Err(Flaw::TooLarge(_))) {
            if self.large_regexes == LARGE_REGEXES {
                let message =
                    "this file has {n} large regular expressions already; repeat less, or cut the file in two";
                return Err(message.replace("{n}", &LARGE_REGEXES.to_string()));
            }
            self.large_regexes += 1;
            checked = check(source, REGEX_BYTES);
        }
        let Err(Flaw::TooLarge(why) | Flaw::Other(why)) = checked else { return Ok(()) };
        Err(format!(
            "not a regular expression: {}",
            why.lines().last().unwrap_or_default().trim_start_matches("error: ")
        ))
    }

    /// The literals that a regex waits for, one or several: two letters or a sign, or they would wake it on every line.
    fn near(&self, value: &Value<'s>) -> Result<Vec<String>, Error> {
        let single = std::slice::from_ref(value);
        let values = if value.get_ref().is_str() { single } else { self.reader.array(value, "\"near\"")? };
        let needs = "\"near\" needs 2 letters or a sign: the regex runs only where it stands";
        if values.is_empty() {
            return Err(self.reader.error(value.span(), needs));
        }
        let literal = |value: &Value<'s>| {
            let text = fold_literal(self.reader.string(value, "an item of \"near\"")?);
            let fits = text.chars().count() >= 2 || text.starts_with(|c: char| !c.is_alphanumeric());
            if fits { Ok(text) } else { Err(self.reader.error(value.span(), needs)) }
        };
        values.iter().map(literal).collect()
    }

    fn keeps(&mut self, value: &Value<'s>) -> Result<(), Error> {
        let reader = self.reader;
        for value in reader.array(value, "\"keep\"")? {
            let table = reader.table(value, "a keep")?;
            reader.only(table, &["text", "anchor", "reason"])?;
            let printed = reader.required(table, "text", value.span())?;
            let text = fold_phrase(reader.string(printed, "\"text\"")?);
            if text.is_empty() {
                return Err(
                    reader.error(printed.span(), "a keep needs a letter or a digit: it would stand in every line")
                );
            }
            let anchor = reader.choice(table, "anchor", Anchor::CHOICES)?.unwrap_or(Anchor::Line);
            let reason = reader.string(reader.required(table, "reason", value.span())?, "\"reason\"")?;
            if reason.is_empty() {
                return Err(reader.error(value.span(), "a keep needs its reason"));
            }
            let anchor = Anchor::CHOICES.iter().position(|(_, choice)| *choice == anchor).unwrap_or_default();
            self.set.keeps.push(&text, [anchor, 0]);
        }
        Ok(())
    }
}

/// The fewest letters of a phrase; letters of scripts without spaces count twice.
///
/// Anywhere in a line, anything shorter than a long word stands in prose sooner or later. At a line's start or as
/// a whole line two letters do ("by"); a single one ("x") never where the line would go inside the article.
fn shortest_phrase(anchor: Anchor, strength: Strength) -> usize {
    match (anchor, strength) {
        (Anchor::Anywhere, _) => 8,
        (Anchor::Line, Strength::Weak | Strength::Likely) => 1,
        _ => 2,
    }
}

fn read_rule<'s>(reader: Reader<'s>, table: &DeTable<'s>, value: &Value<'s>) -> Result<Rule, Error> {
    reader.only(table, RULE_FIELDS)?;
    let required = |key| reader.required(table, key, value.span());
    let id: Arc<str> = reader.string(required("id")?, "\"id\"")?.into();
    let well_formed = id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !well_formed || is_reserved(&id) {
        let message = format!("\"{id}\" cannot name a rule: use lower-case letters, digits and hyphens");
        return Err(reader.error(value.span(), message));
    }
    let labels: Vec<_> = Label::ALL.iter().map(|l| (l.as_str(), *l)).collect();
    required("label")?;
    required("strength")?;
    let flag = |key| table.get(key).map_or(Ok(false), |v| reader.boolean(v, &format!("\"{key}\"")));
    let anchors: Vec<_> = Anchor::CHOICES.iter().map(|(name, anchor)| (*name, Some(*anchor))).collect();
    let anchor = reader.choice(table, "anchor", &[&anchors[..], &[(inside::ANCHOR, None)]].concat())?;
    let trigger = match (anchor, reader.choice(table, "detector", Detector::CHOICES)?) {
        (None, Some(detector)) => Trigger::Detector(detector),
        (Some(None), None) => Trigger::Inside(Inside::read(reader, table, value)?),
        (Some(Some(anchor)), None) => {
            let rest = reader.choice(table, "rest", Rest::CHOICES)?;
            let max_words = match (anchor, table.get("max_words")) {
                (_, Some(words)) => reader.count(words, "\"max_words\"")?,
                (Anchor::Line, None) => u32::MAX,
                (_, None) => {
                    return Err(reader.error(value.span(), "a rule that does not take whole lines needs \"max_words\""));
                }
            };
            let by_default = if anchor == Anchor::Line { Rest::Nothing } else { Rest::Any };
            Trigger::Phrase(PhraseGuards {
                anchor,
                rest: rest.unwrap_or(by_default),
                max_words,
                colon: flag("colon")?,
                trail: flag("trail")?,
                pair: flag("pair")?,
                label_only: flag("label_only")?,
                number: flag("number")?,
            })
        }
        _ => return Err(reader.error(value.span(), "a rule needs either an \"anchor\" or a \"detector\"")),
    };
    // Inside lines, the word says which span of the line goes.
    let extent = match trigger {
        Trigger::Inside(_) => None,
        _ => reader.choice(table, "extent", Extent::CHOICES)?,
    };
    Ok(Rule {
        id,
        label: reader.choice(table, "label", &labels)?.expect("required above"),
        doc: reader.string(required("doc")?, "\"doc\"")?.to_owned(),
        trigger,
        zone: reader.choice(table, "zone", Zone::CHOICES)?.unwrap_or(Zone::Any),
        extent: extent.unwrap_or(Extent::Line),
        strength: reader.choice(table, "strength", Strength::CHOICES)?.expect("required above"),
        company: flag("company")?,
        apart: flag("apart")?,
        disabled: false,
    })
}
