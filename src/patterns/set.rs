//! The compiled set of patterns, and what can be asked of it.

use std::sync::{Arc, OnceLock};

use super::Label;
use super::compile::{Woken, check_regex};
use super::source::{
    Anchor, Content, Counts, Example, FILES, Fitted, NO_LANGUAGE, Place, Programs, Rule, Tables, Trust, place, spans,
};
use crate::index::{Beginnings, Unpacker};
use crate::once::get_or_make;
use crate::{Error, ErrorKind};

/// A checked set of rules with their phrases, regexes, keep-list and examples.
///
/// Start from [`PatternSet::builtin`] or [`PatternSet::empty`], [`add`](PatternSet::add) pattern files to it, and hand
/// it to [`CleanerBuilder::patterns`](crate::CleanerBuilder::patterns).
#[derive(Debug, Clone, Default)]
pub struct PatternSet {
    content: Content,
    /// What became of each regex.
    woken: Vec<Woken>,
    /// How many of the content's phrases and so on are built-in ones that have tables.
    tabled: Counts,
    /// The built-in languages whose examples belong to the set.
    exemplary: Vec<bool>,
    /// Names and texts of the files that were added.
    sources: Vec<(Arc<str>, Arc<str>)>,
}

/// A folded phrase and the rule it triggers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phrase<'p> {
    pub text: &'p str,
    pub rule: usize,
}

/// A regex over folded lines, run only where one of its literals stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RegexPattern<'p> {
    pub source: &'p str,
    pub rule: usize,
    index: usize,
    programs: &'p Programs,
    woken: &'p Woken,
}

impl RegexPattern<'_> {
    /// Whether the folded line matches.
    pub fn is_match(&self, line: &str) -> bool {
        self.woken.is_match(self.source, line, || self.programs.run(self.index, line))
    }
}

/// What `build.rs` has made of the built-in files: what they say, then the tables.
const BUILTIN: Unpacker<'_> = Unpacker {
    bytes: include_bytes!(concat!(env!("OUT_DIR"), "/builtin.bin")),
    texts: include_str!(concat!(env!("OUT_DIR"), "/builtin.txt")),
};
const BUILTIN_TABLES: Unpacker<'_> = Unpacker {
    bytes: include_bytes!(concat!(env!("OUT_DIR"), "/tables.bin")),
    texts: include_str!(concat!(env!("OUT_DIR"), "/tables.txt")),
};

/// The tables of the built-in patterns, and that of their spans, where they lie in the program.
fn builtin_tables() -> &'static (Tables, Beginnings) {
    static TABLES: OnceLock<(Tables, Beginnings)> = OnceLock::new();
    get_or_make(&TABLES, || {
        let mut from = BUILTIN_TABLES;
        (Tables::unpack(&mut from), Beginnings::unpack(&mut from))
    })
}

/// Tables of a set: those of the built-in patterns, if they hold for the set, and those of all others.
#[derive(Debug)]
pub(crate) struct TablesOf<T: 'static> {
    builtin: Option<&'static T>,
    own: T,
}

impl<T> TablesOf<T> {
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.builtin.into_iter().chain([&self.own])
    }
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
    /// The built-in patterns, in every language.
    ///
    /// # Errors
    /// None in a released version: they were read when it was built.
    pub fn builtin() -> Result<Self, Error> {
        let content = Content::unpack(&mut BUILTIN.clone());
        let exemplary = vec![true; content.languages.len()];
        let woken = vec![Woken::default(); content.regexes.len()];
        Ok(Self { tabled: content.counts(), content, woken, exemplary, sources: Vec::new() })
    }

    /// No patterns at all.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Adds a pattern file. `name` stands in error messages, `source` is the file's TOML text.
    ///
    /// A rule whose id is known already replaces that rule's behaviour; its phrases stay. On an error the set is
    /// unchanged. Linear in the size of the file and of the set.
    ///
    /// # Errors
    /// [`ErrorKind::Pattern`](crate::ErrorKind::Pattern), with `file:line:column`, for the first thing that is wrong.
    pub fn add(&mut self, name: &str, source: &str) -> Result<(), Error> {
        let before = self.content.clone();
        let file = FILES.len() + self.sources.len();
        self.content.add(name, source, file, Trust::None(check_regex)).inspect_err(|_| self.content = before)?;
        self.woken.resize(self.content.regexes.len(), Woken::default());
        self.sources.push((name.into(), source.into()));
        Ok(())
    }

    /// The files that were added, by name and source: what another set has to add to be the same.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sources.iter().map(|(name, source)| (&**name, &**source))
    }

    /// Keeps only the phrases of these languages ("en", "de"); phrases without a language always stay.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] for a code that no file has.
    pub fn retain_languages(&mut self, codes: &[String]) -> Result<(), Error> {
        let content = &mut self.content;
        let known: Vec<_> = content.languages.iter().map(|l| l.code.as_ref()).filter(|c| *c != NO_LANGUAGE).collect();
        if let Some(code) = codes.iter().find(|code| !known.contains(&code.as_str())) {
            let choices = if known.is_empty() { "none".into() } else { known.join(", ") };
            let message = format!("no language \"{code}\"; languages of these patterns are {choices}");
            return Err(Error::new(ErrorKind::Setting, "", message));
        }
        let wanted: Vec<bool> = content
            .languages
            .iter()
            .map(|l| l.code.as_ref() == NO_LANGUAGE || codes.iter().any(|c| **c == *l.code))
            .collect();
        let stays: Vec<bool> = content.regexes.iter().map(|(_, [_, language])| wanted[language]).collect();
        let numbers: Vec<usize> =
            stays.iter().scan(0, |next, stays| Some(std::mem::replace(next, *next + usize::from(*stays)))).collect();
        content.phrases.retain(|numbers| wanted[numbers[1]].then_some(numbers));
        content.nears.retain(|[regex, other]| stays[regex].then(|| [numbers[regex], other]));
        content.regexes.retain(|numbers| wanted[numbers[1]].then_some(numbers));
        content.date_words.retain(|numbers| wanted[numbers[0]].then_some(numbers));
        content.examples.retain(|example| wanted[example.language]);
        self.exemplary.iter_mut().zip(&wanted).for_each(|(exemplary, wanted)| *exemplary &= *wanted);
        content.programs.retain(&stays);
        self.woken = vec![Woken::default(); content.regexes.len()];
        self.tabled = Counts::default();
        Ok(())
    }

    /// Every rule in the order of the files, with the number of its phrases by language.
    pub fn rules(&self) -> Vec<RuleInfo> {
        let content = &self.content;
        let mut counts = vec![vec![0; content.languages.len()]; content.rules.len()];
        for (_, [rule, language]) in content.phrases.iter().chain(content.regexes.iter()) {
            counts[rule][language] += 1;
        }
        let info = |(rule, counts): (&Rule, Vec<usize>)| RuleInfo {
            id: rule.id.clone(),
            label: rule.label,
            doc: rule.doc.clone(),
            phrases: content
                .languages
                .iter()
                .map(|language| language.code.to_string())
                .zip(counts)
                .filter(|(_, n)| *n > 0)
                .collect(),
        };
        content.rules.iter().zip(counts).map(info).collect()
    }

    /// A rule by its index.
    pub(crate) fn rule(&self, rule: usize) -> &Rule {
        &self.content.rules[rule]
    }

    /// How many rules there are.
    pub(crate) fn rule_count(&self) -> usize {
        self.content.rules.len()
    }

    /// The first rule of which this holds.
    pub(crate) fn find_rule(&self, holds: impl Fn(&Rule) -> bool) -> Option<usize> {
        self.content.rules.iter().position(holds)
    }

    /// A phrase by its index.
    pub(crate) fn phrase(&self, phrase: usize) -> Phrase<'_> {
        let (text, [rule, _]) = self.content.phrases.get(phrase);
        Phrase { text, rule }
    }

    /// All phrases, each with its language.
    pub(crate) fn phrases(&self) -> impl Iterator<Item = (Phrase<'_>, usize)> {
        self.content.phrases.iter().map(|(text, [rule, language])| (Phrase { text, rule }, language))
    }

    /// A regex by its index.
    pub(crate) fn regex(&self, regex: usize) -> RegexPattern<'_> {
        let (source, [rule, _]) = self.content.regexes.get(regex);
        RegexPattern { source, rule, index: regex, programs: &self.content.programs, woken: &self.woken[regex] }
    }

    /// Where a text of the keep-list must stand.
    pub(crate) fn keep_anchor(&self, keep: usize) -> Anchor {
        self.content.keep_anchor(keep)
    }

    /// What scripts have fitted.
    pub(crate) fn fitted(&self) -> &Fitted {
        &self.content.fitted
    }

    /// Where the set's phrases are looked for.
    pub(crate) fn tables(&self) -> TablesOf<Tables> {
        let (builtin, first) = self.tabled();
        TablesOf { builtin: builtin.map(|tables| &tables.0), own: Tables::new(&self.content, first) }
    }

    /// Where the phrases for spans within a line are looked for.
    pub(crate) fn span_tables(&self) -> TablesOf<Beginnings> {
        let (builtin, first) = self.tabled();
        TablesOf { builtin: builtin.map(|tables| &tables.1), own: spans(&self.content, first) }
    }

    /// The built-in tables, if they hold for the set, and how much of it they know.
    fn tabled(&self) -> (Option<&'static (Tables, Beginnings)>, Counts) {
        if self.tabled == Counts::default() || self.content.overruled {
            return (None, Counts::default());
        }
        (Some(builtin_tables()), self.tabled)
    }

    /// What the set's files say of examples and of the prose around them: the built-in files are read for it.
    pub(crate) fn examples(&self) -> Examples {
        let mut content = Content::default();
        for (file, (name, source)) in FILES.iter().enumerate().filter(|_| !self.exemplary.is_empty()) {
            // They were read when the program was built.
            let _ = content.add(name, source, file, Trust::BuiltIn);
        }
        let belongs = |example: &Example| self.exemplary.get(example.language).copied().unwrap_or_default();
        let mut all: Vec<Example> = content.examples.into_iter().filter(belongs).collect();
        all.extend(self.content.examples.iter().cloned());
        let mut builtin = content.languages.into_iter();
        let prose = |of: &super::source::Language| {
            let builtin = builtin.next().map(|language| language.prose).unwrap_or_default();
            if of.prose.is_empty() { builtin } else { of.prose.clone() }
        };
        Examples { all, prose: self.content.languages.iter().map(prose).collect() }
    }

    /// `file:line:column` of a place.
    pub(crate) fn place(&self, of: Place) -> String {
        let own = || self.sources.get(of.file - FILES.len()).map(|(name, source)| (&**name, &**source));
        let (name, source) = FILES.get(of.file).copied().or_else(own).unwrap_or_default();
        place(name, source, of.offset)
    }
}

/// The examples of a set, and for each language the paragraphs that they are put between.
#[derive(Debug)]
pub(crate) struct Examples {
    pub all: Vec<Example>,
    pub prose: Vec<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::{Detector, Trigger};

    /// Built-in files are not checked when the program starts: here they go through all that a user's file goes through.
    #[test]
    fn built_in_files_pass_the_checks_of_any_file() {
        let mut checked = PatternSet::empty();
        for (name, source) in FILES {
            checked.add(name, source).expect("a valid pattern file");
        }
        let trusted = PatternSet::builtin().expect("built-in patterns");
        let pairs = trusted.phrases().zip(checked.phrases());
        let unfolded: Vec<_> = pairs.filter(|(as_written, folded)| as_written.0.text != folded.0.text).collect();
        assert!(unfolded.is_empty(), "phrases must be written as they fold: {unfolded:#?}");
        assert_eq!(checked.check().iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    }

    /// Headlines and the scorer need a whole document around them: their examples are cases.
    #[test]
    fn every_rule_has_examples() {
        let set = PatternSet::builtin().expect("built-in patterns");
        let examples = set.examples().all;
        let has = |rule: usize, language: Option<usize>, remove: bool| {
            examples.iter().any(|e| e.rule == rule && e.remove == remove && language.is_none_or(|l| l == e.language))
        };
        let mut missing = Vec::new();
        for (rule, spec) in set.content.rules.iter().enumerate() {
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
            for (language, of) in set.content.languages.iter().enumerate() {
                let speaks = set.phrases().any(|(phrase, of)| phrase.rule == rule && of == language);
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
        let codes: String = set
            .content
            .languages
            .iter()
            .filter(|l| *l.code != *NO_LANGUAGE)
            .map(|l| format!("{:>6}", l.code))
            .collect();
        println!("{:20}{codes}", "");
        let mut wrong = Vec::new();
        for (rule, info) in set.rules().iter().enumerate().filter(|(rule, _)| set.rule(*rule).guards().is_some()) {
            let mut line = format!("{:20}", info.id);
            for language in set.content.languages.iter().filter(|language| *language.code != *NO_LANGUAGE) {
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

    /// It folds to nothing, which stands in every line; lines in other scripts than Latin then made the program panic.
    #[test]
    fn a_keep_of_nothing_but_signs_is_refused() {
        let mut set = PatternSet::empty();
        let file = "[[keep]]\ntext = \"!!!\"\nanchor = \"anywhere\"\nreason = \"a test\"\n";
        let error = set.add("mine.toml", file).expect_err("nothing to keep");
        assert_eq!(error.place(), "mine.toml:2:8");
    }

    /// Else a file with 100,000 equal words could make the program's start take ten seconds.
    #[test]
    fn a_date_word_stands_in_its_table_once() {
        let mut content = Content::default();
        let file = "[language]\ncode = \"xx\"\ndate-words = [\"jan\", \"jan\", \"feb\"]\n";
        content.add("mine.toml", file, 0, Trust::None(check_regex)).expect("a good file");
        let tables = Tables::new(&content, Counts::default());
        assert_eq!(["jan", "feb", "mar"].map(|word| tables.date_words.get(word).count()), [1, 1, 0]);
    }

    #[test]
    fn a_bad_file_leaves_the_set_as_it_was() {
        let mut set = PatternSet::builtin().expect("built-in patterns");
        let before = set.phrases().count();
        let error = set.add("mine.toml", "[ad-label]\nphrases = [\"werbeblock\", \"x\"]\n").expect_err("too short");
        assert_eq!(error.place(), "mine.toml:2:26");
        assert_eq!(set.phrases().count(), before);
    }
}
