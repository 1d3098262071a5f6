//! The compiled set of patterns, and what can be asked of it.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use regex::{Regex, RegexBuilder};

use super::fitted::Fitted;
use super::rule::{Anchor, Rule};
use super::{Label, reader};
use crate::{Error, ErrorKind};

/// A checked set of rules with their phrases, regexes, keep-list and examples.
///
/// Start from [`PatternSet::builtin`] or [`PatternSet::empty`], [`add`](PatternSet::add) pattern files to it, and hand
/// it to [`CleanerBuilder::patterns`](crate::CleanerBuilder::patterns).
#[derive(Debug, Clone, Default)]
pub struct PatternSet {
    pub(crate) rules: Vec<Rule>,
    pub(crate) phrases: Vec<Phrase>,
    pub(crate) regexes: Vec<RegexPattern>,
    pub(crate) keeps: Vec<Keep>,
    pub(crate) languages: Vec<Language>,
    pub(crate) examples: Vec<Example>,
    pub(crate) fitted: Fitted,
    sources: Vec<(Arc<str>, Arc<str>)>,
}

/// A folded phrase and the rule it triggers.
#[derive(Debug, Clone)]
pub(crate) struct Phrase {
    pub text: Arc<str>,
    pub rule: usize,
    pub language: usize,
}

/// A regex over folded lines, run only where one of its literals stands.
#[derive(Debug, Clone)]
pub(crate) struct RegexPattern {
    pub source: Arc<str>,
    /// Compiled when a line first wakes it: most never are.
    pub compiled: OnceLock<Option<Regex>>,
    pub near: Vec<String>,
    pub rule: usize,
    pub language: usize,
}

impl RegexPattern {
    /// Whether the folded line matches.
    pub fn is_match(&self, line: &str) -> bool {
        self.compiled.get_or_init(|| compile(&self.source).ok()).as_ref().is_some_and(|regex| regex.is_match(line))
    }
}

/// The memory of a regex's automaton per thread, in bytes. Hundreds of regexes are awake after some 10,000 documents; with
/// the crate's 2 MB for each, two threads took 121 MB for the development texts, and 80 MB with this, in the same time.
const AUTOMATON_BYTES: usize = 32 << 10;

/// The most memory of a compiled regex, in bytes; few files hold one that needs a tenth of it.
pub(super) const REGEX_BYTES: usize = 1 << 20;

/// Compiles a regex of a pattern file.
fn compile(source: &str) -> Result<Regex, regex::Error> {
    compile_within(source, REGEX_BYTES)
}

/// Compiles it if it needs no more memory than that: the time it takes grows with the memory.
pub(super) fn compile_within(source: &str, bytes: usize) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&lean(source)).size_limit(bytes).dfa_size_limit(AUTOMATON_BYTES).build()
}

/// The same regex in less memory, for asking whether it matches: groups do not capture, and `\w` and `\p{L}` take every
/// character beyond ASCII, since the exact classes have hundreds of ranges, which make a regex that repeats them a
/// hundred times larger and slower to compile.
fn lean(source: &str) -> String {
    let mut small = String::with_capacity(source.len());
    let (mut rest, mut in_class) = (source, false);
    while let Some(c) = rest.chars().next() {
        let class = [("\\w", "0-9A-Za-z_"), ("\\p{L}", "A-Za-z")].into_iter().find(|(name, _)| rest.starts_with(name));
        if let Some((name, ascii)) = class {
            let (open, close) = if in_class { ("", "") } else { ("[", "]") };
            small.extend([open, ascii, r"\x{80}-\x{10FFFF}", close]);
            rest = &rest[name.len()..];
            continue;
        }
        if c == '(' && !in_class && !rest.starts_with("(?") {
            small.push_str("(?:");
            rest = &rest[1..];
            continue;
        }
        in_class = if in_class { c != ']' } else { c == '[' };
        let escaped = if c == '\\' { rest[1..].chars().next().map_or(0, char::len_utf8) } else { 0 };
        let (taken, left) = rest.split_at(c.len_utf8() + escaped);
        small.push_str(taken);
        rest = left;
    }
    small
}

/// A folded text that protects the line it stands in.
#[derive(Debug, Clone)]
pub(crate) struct Keep {
    pub text: Arc<str>,
    pub anchor: Anchor,
}

/// The code of phrases that belong to no language: they are always used.
pub(super) const NO_LANGUAGE: &str = "und";

/// What a pattern file says of its language.
#[derive(Debug, Clone, Default)]
pub(crate) struct Language {
    pub code: Arc<str>,
    pub name: String,
    /// Paragraphs that the examples are put between.
    pub prose: Vec<String>,
    /// Folded words that stand in lines of nothing but dates.
    pub date_words: Vec<String>,
    /// Rules that sites in this language have nothing for; the file says why.
    pub without: Vec<usize>,
}

/// A text that a rule must remove or keep.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    pub rule: usize,
    pub language: usize,
    pub text: String,
    pub remove: bool,
    pub place: Place,
}

/// Where in which pattern file something stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub file: usize,
    pub offset: usize,
}

/// What is known of one rule, for listings.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RuleInfo {
    /// The rule's id.
    pub id: Arc<str>,
    /// The kind of chrome.
    pub label: Label,
    /// One sentence on what it is for.
    pub doc: String,
    /// Language code and number of phrases and regexes, for each language that has any.
    pub phrases: Vec<(String, usize)>,
}

impl PatternSet {
    /// No patterns at all.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Keeps only the phrases of these languages ("en", "de"); phrases without a language always stay.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] for a code that no file has.
    pub fn retain_languages(&mut self, codes: &[String]) -> Result<(), Error> {
        let known: Vec<_> = self.languages.iter().map(|l| l.code.as_ref()).filter(|c| *c != NO_LANGUAGE).collect();
        if let Some(code) = codes.iter().find(|code| !known.contains(&code.as_str())) {
            let choices = if known.is_empty() { "none".into() } else { known.join(", ") };
            let message = format!("no language \"{code}\"; languages of these patterns are {choices}");
            return Err(Error::new(ErrorKind::Setting, "", message));
        }
        let wanted: Vec<bool> = self
            .languages
            .iter()
            .map(|l| l.code.as_ref() == NO_LANGUAGE || codes.iter().any(|c| **c == *l.code))
            .collect();
        self.phrases.retain(|p| wanted[p.language]);
        self.regexes.retain(|r| wanted[r.language]);
        self.examples.retain(|e| wanted[e.language]);
        for (language, wanted) in self.languages.iter_mut().zip(&wanted) {
            if !wanted {
                language.date_words.clear();
            }
        }
        Ok(())
    }

    /// Every rule in the order of the files, with the number of its phrases by language.
    pub fn rules(&self) -> Vec<RuleInfo> {
        let count = |rule: usize, language: usize| {
            self.phrases.iter().filter(|p| p.rule == rule && p.language == language).count()
                + self.regexes.iter().filter(|r| r.rule == rule && r.language == language).count()
        };
        let info = |(index, rule): (usize, &Rule)| RuleInfo {
            id: rule.id.clone(),
            label: rule.label,
            doc: rule.doc.clone(),
            phrases: (0..self.languages.len())
                .map(|l| (self.languages[l].code.to_string(), count(index, l)))
                .filter(|(_, n)| *n > 0)
                .collect(),
        };
        self.rules.iter().enumerate().map(info).collect()
    }

    /// Remembers a file for the places of later complaints; returns its index.
    pub(super) fn add_source(&mut self, name: &str, source: &str) -> usize {
        self.sources.push((name.into(), source.into()));
        self.sources.len() - 1
    }

    /// The index of the language, which is merged into one of the same code.
    pub(super) fn add_language(&mut self, language: Language) -> usize {
        match self.languages.iter_mut().position(|l| l.code == language.code) {
            Some(index) => {
                let known = &mut self.languages[index];
                known.date_words.extend(language.date_words);
                if !language.prose.is_empty() {
                    known.prose = language.prose;
                }
                index
            }
            None => {
                self.languages.push(language);
                self.languages.len() - 1
            }
        }
    }

    /// `file:line:column` of a place.
    pub(crate) fn place(&self, place: Place) -> String {
        let (name, source) = &self.sources[place.file];
        reader::place(name, source, place.offset)
    }

    /// Words that stand in lines of nothing but dates, of every language.
    pub(crate) fn date_words(&self) -> HashSet<Box<str>> {
        self.languages.iter().flat_map(|l| &l.date_words).map(|w| w.as_str().into()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::builtin;
    use crate::patterns::{Detector, Trigger};

    /// Built-in files are not checked when the program starts: here they go through all that a user's file goes through.
    #[test]
    fn built_in_files_pass_the_checks_of_any_file() {
        let mut checked = PatternSet::empty();
        for (name, source) in builtin::FILES {
            checked.add(name, source).expect("a valid pattern file");
        }
        let trusted = PatternSet::builtin().expect("built-in patterns");
        let pairs = trusted.phrases.iter().zip(&checked.phrases);
        let unfolded: Vec<_> = pairs.filter(|(as_written, folded)| as_written.text != folded.text).collect();
        assert!(unfolded.is_empty(), "phrases must be written as they fold: {unfolded:#?}");
        assert_eq!(trusted.phrases.len(), checked.phrases.len());
        assert_eq!(checked.check().iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    }

    #[test]
    fn word_classes_become_small_and_nothing_else_changes() {
        assert_eq!(
            lean(r"^\w+[\w.-]\\w\bé[a\]\p{L}]$"),
            concat!(
                r"^[0-9A-Za-z_\x{80}-\x{10FFFF}]+[0-9A-Za-z_\x{80}-\x{10FFFF}.-]\\w",
                r"\bé[a\]A-Za-z\x{80}-\x{10FFFF}]$"
            )
        );
    }

    /// Headlines and the scorer need a whole document around them: their examples are cases.
    #[test]
    fn every_rule_has_examples() {
        let set = PatternSet::builtin().expect("built-in patterns");
        let has = |rule: usize, language: Option<usize>, remove: bool| {
            set.examples
                .iter()
                .any(|e| e.rule == rule && e.remove == remove && language.is_none_or(|l| l == e.language))
        };
        let mut missing = Vec::new();
        for (rule, spec) in set.rules.iter().enumerate() {
            let of_whole_page = matches!(
                spec.trigger,
                Trigger::Detector(
                    Detector::RepeatedHeadline
                        | Detector::HeadlineWithSite
                        | Detector::AboveHeadline
                        | Detector::Scorer
                        | Detector::PageScorer
                )
            );
            let both = has(rule, None, true) && has(rule, None, false);
            if !(of_whole_page || both) {
                missing.push(spec.id.to_string());
            }
            for (language, of) in set.languages.iter().enumerate() {
                let speaks = set.phrases.iter().any(|p| p.rule == rule && p.language == language);
                if speaks && !has(rule, Some(language), true) {
                    missing.push(format!("{} in {}", spec.id, of.code));
                }
            }
        }
        assert_eq!(missing, Vec::<String>::new());
    }

    /// The matrix of rules and languages: `cargo test coverage -- --nocapture` prints it.
    #[test]
    #[expect(clippy::print_stdout, reason = "the matrix is what this test shows")]
    fn coverage_has_no_unexplained_hole() {
        let set = PatternSet::builtin().expect("built-in patterns");
        let codes: String =
            set.languages.iter().filter(|l| *l.code != *NO_LANGUAGE).map(|l| format!("{:>6}", l.code)).collect();
        println!("{:20}{codes}", "");
        let mut wrong = Vec::new();
        for (rule, info) in set.rules().iter().enumerate().filter(|(rule, _)| set.rules[*rule].guards().is_some()) {
            let mut line = format!("{:20}", info.id);
            for language in set.languages.iter().filter(|language| *language.code != *NO_LANGUAGE) {
                let has = info.phrases.iter().find(|(code, _)| **code == *language.code).map_or(0, |(_, n)| *n);
                line += &format!("{has:6}");
                match (has, language.without.contains(&rule)) {
                    (0, false) => wrong.push(format!("{} has nothing for {}", language.code, info.id)),
                    (1.., true) => wrong.push(format!("{} has phrases for {} after all", language.code, info.id)),
                    _ => {}
                }
            }
            println!("{line}");
        }
        assert_eq!(wrong, Vec::<String>::new(), "phrases, or a reason under [language.without]");
    }

    /// Else a small file could make the program's start take ten seconds.
    #[test]
    fn a_file_holds_only_some_large_regexes() {
        let file = |regex: &str| {
            let regexes = format!("{{ regex = '{regex}', near = \"ab\" }},\n").repeat(33);
            format!("[ad-label]\nregex = [\n{regexes}]\n")
        };
        let mut set = PatternSet::builtin().expect("built-in patterns");
        set.add("small.toml", &file("ab[0-9]{9}")).expect("small ones may be many");
        let error = set.add("large.toml", &file("(?i)ab[\\p{Greek}\\p{Cyrillic}]{50}")).expect_err("too many");
        assert_eq!(error.place(), "large.toml:35:11");
        assert!(error.to_string().contains("32 large regular expressions"), "{error}");
    }

    #[test]
    fn a_bad_file_leaves_the_set_as_it_was() {
        let mut set = PatternSet::builtin().expect("built-in patterns");
        let before = set.phrases.len();
        let error = set.add("mine.toml", "[ad-label]\nphrases = [\"werbeblock\", \"x\"]\n").expect_err("too short");
        assert_eq!(error.place(), "mine.toml:2:26");
        assert_eq!(set.phrases.len(), before);
    }
}
