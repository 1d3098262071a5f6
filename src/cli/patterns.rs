//! `dechrome patterns`: the patterns as a table, and pattern files put to the test.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use super::args::PatternArgs;
use super::exit::Exit;
use super::run::print;
use super::settings;
use crate::RuleInfo;
use crate::io::Stop;
use crate::report::Console;
use crate::report::summary::count;

/// Prints label, rule and number of phrases by language.
pub(super) fn list(args: &PatternArgs) -> Result<Exit, Stop> {
    print(table(&settings::patterns(args)?.rules()).as_bytes())
}

fn table(rules: &[RuleInfo]) -> String {
    let languages: BTreeSet<&str> =
        rules.iter().flat_map(|rule| &rule.phrases).map(|(code, _)| code.as_str()).collect();
    let width = rules.iter().map(|rule| rule.id.chars().count()).max().unwrap_or_default().max("rule".len());
    let mut table = format!("{:11}  {:width$}", "label", "rule");
    for code in &languages {
        let _ = write!(table, "  {code:>5}");
    }
    let _ = writeln!(table, "  {:>5}", "all");
    let mut sums = vec![0; languages.len() + 1];
    for rule in rules {
        let _ = write!(table, "{:11}  {:width$}", rule.label, rule.id);
        let counts = languages.iter().map(|code| phrases(rule, |own| own == *code));
        for (sum, number) in sums.iter_mut().zip(counts.chain([phrases(rule, |_| true)])) {
            *sum += number;
            let _ = if number == 0 { write!(table, "  {:>5}", "-") } else { write!(table, "  {number:>5}") };
        }
        table.push('\n');
    }
    let _ = write!(table, "{:11}  {:width$}", "", count(rules.len() as u64, "rule"));
    for sum in sums {
        let _ = write!(table, "  {sum:>5}");
    }
    table.push('\n');
    table
}

fn phrases(rule: &RuleInfo, of: impl Fn(&str) -> bool) -> usize {
    rule.phrases.iter().filter(|(code, _)| of(code)).map(|(_, number)| number).sum()
}

/// Adds the files to the patterns, and runs all examples.
pub(super) fn check(files: &[PathBuf], no_default: bool, console: &Console) -> Result<Exit, Stop> {
    let args = PatternArgs { no_default_patterns: no_default, ..PatternArgs::default() };
    let mut set = settings::patterns(&args)?;
    let mut errors = Vec::new();
    for path in files {
        // A file with an error must not leave half of itself behind for the next one.
        let mut with = set.clone();
        match with.add_file(path) {
            Ok(()) => set = with,
            Err(error) => errors.push(error),
        }
    }
    errors.extend(set.check());
    for error in &errors {
        console.error(error);
    }
    if !errors.is_empty() {
        return Ok(Exit::Failed);
    }
    let rules = set.rules();
    let all: usize = rules.iter().map(|rule| phrases(rule, |_| true)).sum();
    let (rules, phrases) = (count(rules.len() as u64, "rule"), count(all as u64, "phrase"));
    print(format!("{rules}, {phrases}, all examples hold\n").as_bytes())
}
