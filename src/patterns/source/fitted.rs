//! What a script fits to labelled pages: the parameters of the scorers, as pattern files give them. Those of a later file
//! replace those of an earlier one.

use toml::de::DeTable;

use super::content::Place;
use super::reader::{Reader, Value};
use super::tree::{Tree, Trees};
use crate::Error;
use crate::index::{Numbers, Packer, Unpacker};
use crate::text::{is_unspaced, pair_hash, unspaced_hash, word_hash};

/// The tables of a file that hold such parameters.
pub(super) const TABLES: &[&str] = &["scorer", "page-scorer", "mode", "function-words"];

/// All parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fitted {
    pub scorer: Option<ScorerSource>,
    pub page_scorer: Option<PageScorerSource>,
    pub mode: Option<ModeSource>,
    pub function_words: FunctionWords,
}

/// A string of a file with its place.
pub(crate) type Placed = (String, Place);

/// The weight of each word and pair of words, by its hash, in hundredths of log-odds: positive ones speak for chrome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Weights {
    /// What each weight is above [`i16::MIN`].
    above: Numbers<2>,
}

impl Weights {
    /// Reads "word weight" or "word word weight".
    fn add(&mut self, line: &str) -> Option<()> {
        let (word, weight) = line.rsplit_once(' ')?;
        let weight: i16 = weight.parse().ok()?;
        let hash = word
            .split_once(' ')
            .map_or_else(|| word_hash(word), |(first, second)| pair_hash(word_hash(first), word_hash(second)));
        self.above.set(hash, (i64::from(weight) - i64::from(i16::MIN)).max(1) as u64);
        Some(())
    }

    /// The hashes of the words and pairs that have a weight.
    pub fn hashes(&self) -> impl Iterator<Item = u32> {
        self.above.keys()
    }

    /// The weight of a word or pair, 0 if it has none.
    pub fn get(&self, hash: u32) -> i32 {
        match self.above.get(hash) {
            0 => 0,
            above => above as i32 + i32::from(i16::MIN),
        }
    }
}

/// Languages that a page is compared with at most: one bit each.
pub(crate) const LANGUAGES: usize = 64;

/// The words that make sentences in each language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FunctionWords {
    languages: usize,
    /// For each word, by its hash, the languages that have it.
    pub words: Numbers<8>,
    /// For each character of a script without spaces the same.
    pub characters: Numbers<8>,
}

impl FunctionWords {
    /// Adds the words of one language, separated by blanks. There may be more than [`LANGUAGES`] of them, but those say
    /// nothing.
    fn add(&mut self, words: &str) {
        if self.languages == LANGUAGES {
            return;
        }
        let bit = 1 << self.languages;
        self.languages += 1;
        for word in words.split_whitespace() {
            let mut characters = word.chars();
            let (table, key) = match (characters.next(), characters.next()) {
                (Some(one), None) if is_unspaced(one) => (&mut self.characters, one as u32),
                (Some(one), Some(two)) if is_unspaced(one) => (&mut self.words, unspaced_hash(one, two)),
                _ => (&mut self.words, word_hash(word)),
            };
            table.set(key, table.get(key) | bit);
        }
    }
}

/// The parameters of the scorer of extracted text, as a file gives them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ScorerSource {
    /// Thousandths of log-odds above which a line goes.
    pub threshold: i32,
    /// The same on a page of which rules take nothing.
    pub threshold_clean: i32,
    /// Names of the features that the trees speak of, by number.
    pub features: Vec<Placed>,
    pub trees: Trees,
    pub words: Weights,
}

/// The parameters of the scorer of whole pages, likewise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PageScorerSource {
    pub threshold: i32,
    /// The same for those who would rather keep chrome than lose content.
    pub threshold_careful: i32,
    pub features: Vec<Placed>,
    pub trees: Trees,
    /// The trees of the second look.
    pub again: Trees,
    pub words: Weights,
}

/// The parameters that tell whole pages from extracted text, likewise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ModeSource {
    pub threshold: i32,
    pub features: Vec<Placed>,
    pub trees: Trees,
}

impl Fitted {
    /// Takes what the file has.
    pub(super) fn read<'s>(&mut self, reader: Reader<'s>, file: usize, root: &DeTable<'s>) -> Result<(), Error> {
        if let Some(value) = root.get("scorer") {
            let known = &["threshold", "threshold_clean", "features", "trees", "words"];
            let table = Table::of(reader, file, value, "\"scorer\"", known)?;
            self.scorer = Some(ScorerSource {
                threshold: table.number("threshold")?,
                threshold_clean: table.number("threshold_clean")?,
                features: table.strings("features")?,
                trees: table.trees("trees")?,
                words: table.words()?,
            });
        }
        if let Some(value) = root.get("page-scorer") {
            let known = &["threshold", "threshold_careful", "features", "trees", "again", "words"];
            let table = Table::of(reader, file, value, "\"page-scorer\"", known)?;
            self.page_scorer = Some(PageScorerSource {
                threshold: table.number("threshold")?,
                threshold_careful: table.number("threshold_careful")?,
                features: table.strings("features")?,
                trees: table.trees("trees")?,
                again: table.trees("again")?,
                words: table.words()?,
            });
        }
        if let Some(value) = root.get("mode") {
            let table = Table::of(reader, file, value, "\"mode\"", &["threshold", "features", "trees"])?;
            self.mode = Some(ModeSource {
                threshold: table.number("threshold")?,
                features: table.strings("features")?,
                trees: table.trees("trees")?,
            });
        }
        if let Some(value) = root.get("function-words") {
            for (code, words) in reader.table(value, "\"function-words\"")? {
                let words = reader.string(words, &format!("\"{}\"", code.get_ref()))?;
                self.function_words.add(words);
            }
        }
        Ok(())
    }
}

impl Fitted {
    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    pub fn pack(&self, packer: &mut Packer) {
        let scorer = self.scorer.clone().unwrap_or_default();
        [scorer.threshold, scorer.threshold_clean].into_iter().for_each(|number| packer.number(number as u32));
        pack_features(&scorer.features, packer);
        scorer.trees.pack(packer);
        scorer.words.above.pack(packer);
        let page = self.page_scorer.clone().unwrap_or_default();
        [page.threshold, page.threshold_careful].into_iter().for_each(|number| packer.number(number as u32));
        pack_features(&page.features, packer);
        [&page.trees, &page.again].into_iter().for_each(|trees| trees.pack(packer));
        page.words.above.pack(packer);
        let mode = self.mode.clone().unwrap_or_default();
        packer.number(mode.threshold as u32);
        pack_features(&mode.features, packer);
        mode.trees.pack(packer);
        packer.number(self.function_words.languages as u32);
        self.function_words.words.pack(packer);
        self.function_words.characters.pack(packer);
    }

    pub fn unpack(from: &mut Unpacker<'static>) -> Fitted {
        Fitted {
            scorer: Some(ScorerSource {
                threshold: from.number() as i32,
                threshold_clean: from.number() as i32,
                features: unpack_features(from),
                trees: Trees::unpack(from),
                words: Weights { above: Numbers::unpack(from) },
            }),
            page_scorer: Some(PageScorerSource {
                threshold: from.number() as i32,
                threshold_careful: from.number() as i32,
                features: unpack_features(from),
                trees: Trees::unpack(from),
                again: Trees::unpack(from),
                words: Weights { above: Numbers::unpack(from) },
            }),
            mode: Some(ModeSource {
                threshold: from.number() as i32,
                features: unpack_features(from),
                trees: Trees::unpack(from),
            }),
            function_words: FunctionWords {
                languages: from.number() as usize,
                words: Numbers::unpack(from),
                characters: Numbers::unpack(from),
            },
        }
    }
}

#[allow(dead_code, reason = "build.rs writes it, the program reads it")]
fn pack_features(features: &[Placed], packer: &mut Packer) {
    packer.number(features.len() as u32);
    for (name, place) in features {
        packer.text(name);
        place.pack(packer);
    }
}

fn unpack_features(from: &mut Unpacker<'_>) -> Vec<Placed> {
    (0..from.number()).map(|_| (from.text().to_owned(), Place::unpack(from))).collect()
}

/// One table of parameters.
struct Table<'v, 's> {
    reader: Reader<'s>,
    file: usize,
    value: &'v Value<'s>,
    table: &'v DeTable<'s>,
}

impl<'v, 's> Table<'v, 's> {
    fn of(
        reader: Reader<'s>,
        file: usize,
        value: &'v Value<'s>,
        what: &str,
        known: &[&str],
    ) -> Result<Table<'v, 's>, Error> {
        let table = reader.table(value, what)?;
        reader.only(table, known)?;
        Ok(Table { reader, file, value, table })
    }

    fn number(&self, key: &str) -> Result<i32, Error> {
        let value = self.reader.required(self.table, key, self.value.span())?;
        self.reader.integer(value, &format!("\"{key}\""))
    }

    fn strings(&self, key: &str) -> Result<Vec<Placed>, Error> {
        let place = |(item, offset): (&str, usize)| (item.to_owned(), Place { file: self.file, offset });
        Ok(self.reader.strings(self.table, key)?.into_iter().map(place).collect())
    }

    /// Trees of the features that the table names.
    fn trees(&self, key: &str) -> Result<Trees, Error> {
        let features = self.reader.strings(self.table, "features")?.len();
        let mut trees = Trees::default();
        for (item, offset) in self.reader.strings(self.table, key)? {
            let tree = Tree::parse(item, features).map_err(|bad| self.reader.error(offset..offset, bad))?;
            trees.push(&tree, Place { file: self.file, offset });
        }
        Ok(trees)
    }

    fn words(&self) -> Result<Weights, Error> {
        let mut weights = Weights::default();
        for (line, offset) in self.reader.strings(self.table, "words")? {
            let bad = || self.reader.error(offset..offset, format!("not a word and its weight: \"{line}\""));
            weights.add(line).ok_or_else(bad)?;
        }
        Ok(weights)
    }
}
