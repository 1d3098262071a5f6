//! The texts that are cleaned, and the phrases that are looked for.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// How often each sample stands among the texts: 3 MB, more than the caches next to a core hold.
const COPIES: usize = 8;

/// Texts, and as many bytes of others that no benchmark has cleaned before.
pub struct Texts {
    pub texts: Vec<String>,
    pub others: Vec<String>,
}

impl Texts {
    /// Those of the JSON Lines file that `DECHROME_BENCH_TEXTS` names, else the samples of the repository, repeated with
    /// variation.
    pub fn new() -> Self {
        match std::env::var_os("DECHROME_BENCH_TEXTS") {
            Some(path) => {
                let texts = of_records(Path::new(&path));
                Texts { others: texts.iter().map(|text| varied(text, 1)).collect(), texts }
            }
            None => {
                let samples = samples();
                let copies = |from: usize| {
                    (from..from + COPIES).flat_map(|n| samples.iter().map(move |s| varied(s, n))).collect()
                };
                Texts { texts: copies(0), others: copies(COPIES) }
            }
        }
    }

    pub fn bytes(&self) -> u64 {
        self.texts.iter().map(|text| text.len() as u64).sum()
    }
}

fn of_records(path: &Path) -> Vec<String> {
    #[derive(Deserialize)]
    struct Record {
        text: String,
    }
    let lines = fs::read_to_string(path).expect("DECHROME_BENCH_TEXTS names a JSON Lines file");
    let record = |line: &str| serde_json::from_str::<Record>(line).expect("a record with a field \"text\"").text;
    lines.lines().map(record).collect()
}

fn samples() -> Vec<String> {
    let is_sample = |path: &PathBuf| {
        let name = path.to_string_lossy();
        name.ends_with(".txt") && !name.ends_with(".clean.txt")
    };
    let folders = paths_in(&repository().join("corpus-samples"));
    let files = folders.iter().filter(|path| path.is_dir()).flat_map(|path| paths_in(path));
    files.filter(is_sample).map(|path| fs::read_to_string(path).expect("a readable sample")).collect()
}

pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn paths_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a readable folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.sort();
    paths
}

/// A text like the other one: other numbers, and other words inside long lines, whose first and last word stay. So no two
/// copies are alike, and nothing is gained by remembering one.
fn varied(text: &str, copy: usize) -> String {
    let mut varied = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut words: Vec<&str> = line.split(' ').collect();
        if let [_, inner @ .., _] = words.as_mut_slice()
            && inner.len() > 6
        {
            let by = copy % inner.len();
            inner.rotate_left(by);
        }
        let digit = |c: char| match c.to_digit(10) {
            Some(value) => char::from_digit((value + copy as u32) % 10, 10).unwrap_or(c),
            None => c,
        };
        varied.extend(words.join(" ").chars().map(digit));
    }
    varied
}

/// The phrases of the built-in patterns, as they are printed in their files.
pub fn phrases() -> Vec<String> {
    let files = paths_in(&repository().join("patterns/phrases"));
    let mut phrases = BTreeSet::new();
    for path in files {
        let source = fs::read_to_string(path).expect("a readable pattern file");
        let file: toml::Table = source.parse().expect("TOML");
        let rules = file.values().filter_map(|rule| rule.get("phrases")?.as_array());
        phrases.extend(rules.flatten().filter_map(|phrase| phrase.as_str().map(str::to_owned)));
    }
    phrases.into_iter().collect()
}

/// A pattern file with as many phrases as a crawl may teach: short lines of the texts, and behind them made-up phrases of
/// three words of the texts and one that is in no text.
pub fn learned(texts: &[String], count: usize) -> String {
    const REAL: usize = 500;
    let is_plain = |word: &str| word.len() > 2 && word.chars().all(char::is_alphabetic);
    let lines: BTreeSet<String> = texts.iter().flat_map(|text| text.lines()).map(str::to_lowercase).collect();
    let is_short = |line: &&String| matches!(line.split(' ').count(), 2..=5) && line.split(' ').all(is_plain);
    let real: Vec<&str> = lines.iter().filter(is_short).map(String::as_str).take(REAL).collect();
    let words: Vec<&str> = lines.iter().flat_map(|line| line.split(' ')).filter(|word| is_plain(word)).collect();
    // Pseudo-random, and the same every time (Knuth's generator of 64 bits).
    let mut state = 1_u64;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        words[(state >> 33) as usize % words.len()]
    };
    let mut file = String::from("[ad-label]\nphrases = [\n");
    real.iter().for_each(|line| file += &format!("\"{line}\",\n"));
    for number in real.len()..count {
        let letter = |place: usize| char::from(b'a' + (number / place % 20) as u8);
        let made_up: String = [8_000, 400, 20, 1].map(letter).iter().collect();
        file += &format!("\"{} {} {} zq{made_up}\",\n", word(), word(), word());
    }
    file + "]\n"
}
