//! What a script fits to labelled pages: the parameters of the scorers, as pattern files give them. Those of a later file
//! replace those of an earlier one.

use toml::de::DeTable;

use super::reader::{Reader, Value};
use super::set::Place;
use super::tree::Tree;
use crate::Error;

/// The tables of a file that hold such parameters.
pub(super) const TABLES: &[&str] = &["scorer", "page-scorer", "mode", "function-words"];

/// All parameters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fitted {
    pub scorer: Option<ScorerSource>,
    pub page_scorer: Option<PageScorerSource>,
    pub mode: Option<ModeSource>,
    /// The words that make sentences, those of each language separated by blanks.
    pub function_words: Vec<String>,
}

/// Something that stands in a file, with its place.
pub(crate) type Placed<T = String> = (T, Place);

/// The parameters of the scorer of extracted text, as a file gives them.
#[derive(Debug, Clone, Default)]
pub(crate) struct ScorerSource {
    /// Thousandths of log-odds above which a line goes.
    pub threshold: i32,
    /// The same on a page of which rules take nothing.
    pub threshold_clean: i32,
    /// Names of the features that the trees speak of, by number.
    pub features: Vec<Placed>,
    pub trees: Vec<Placed<Tree>>,
    /// "word weight", the weight in hundredths of log-odds.
    pub words: Vec<Placed>,
}

/// The parameters of the scorer of whole pages, likewise.
#[derive(Debug, Clone, Default)]
pub(crate) struct PageScorerSource {
    pub threshold: i32,
    /// The same for those who would rather keep chrome than lose content.
    pub threshold_careful: i32,
    pub features: Vec<Placed>,
    pub trees: Vec<Placed<Tree>>,
    /// The trees of the second look.
    pub again: Vec<Placed<Tree>>,
    pub words: Vec<Placed>,
}

/// The parameters that tell whole pages from extracted text, likewise.
#[derive(Debug, Clone, Default)]
pub(crate) struct ModeSource {
    pub threshold: i32,
    pub features: Vec<Placed>,
    pub trees: Vec<Placed<Tree>>,
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
                words: table.strings("words")?,
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
                words: table.strings("words")?,
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
                self.function_words.push(words.to_owned());
            }
        }
        Ok(())
    }
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
    fn trees(&self, key: &str) -> Result<Vec<Placed<Tree>>, Error> {
        let features = self.reader.strings(self.table, "features")?.len();
        let tree = |(item, offset): (&str, usize)| {
            let tree = Tree::parse(item, features).map_err(|bad| self.reader.error(offset..offset, bad))?;
            Ok((tree, Place { file: self.file, offset }))
        };
        self.reader.strings(self.table, key)?.into_iter().map(tree).collect()
    }
}
