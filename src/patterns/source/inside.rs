//! Rules for spans within a line: what they need, and which fields of `rules.toml` they have.

use toml::de::DeTable;

use super::reader::{Reader, Value};
use super::rule::{Reach, Strength};
use crate::Error;

/// Which span of a line leaves with a phrase inside it.
#[derive(Debug, Clone)]
pub(crate) struct Inside {
    pub reach: Reach,
    /// In brackets, a colon must follow the phrase, with anything behind it; else the phrase stands there alone.
    pub colon: bool,
    /// The longest brackets or sentence, in words.
    pub max_words: u32,
}

/// The name of the anchor.
pub(super) const ANCHOR: &str = "inside";

const FIELDS: &[&str] = &["id", "label", "doc", "anchor", "extent", "colon", "max_words", "strength"];

impl Inside {
    /// Reads what a rule with this anchor says besides `id`, `label` and `doc`.
    pub(super) fn read<'s>(reader: Reader<'s>, table: &DeTable<'s>, value: &Value<'s>) -> Result<Inside, Error> {
        reader.only(table, FIELDS)?;
        let strength = reader.required(table, "strength", value.span())?;
        if reader.choice(table, "strength", Strength::CHOICES)? != Some(Strength::Sure) {
            // Inside a line nothing stands beside the phrase that could make it surer.
            return Err(reader.error(strength.span(), "a rule with anchor \"inside\" must be \"sure\""));
        }
        reader.required(table, "extent", value.span())?;
        let reach = reader.choice(table, "extent", Reach::CHOICES)?.expect("required above");
        let max_words = match table.get("max_words") {
            Some(words) => reader.count(words, "\"max_words\"")?,
            None if reach >= Reach::Brackets => {
                let message = "a rule that takes brackets or a sentence needs \"max_words\"";
                return Err(reader.error(value.span(), message));
            }
            None => u32::MAX,
        };
        let colon = table.get("colon").map_or(Ok(false), |v| reader.boolean(v, "\"colon\""))?;
        Ok(Inside { reach, colon, max_words })
    }

    /// The fewest letters of a phrase.
    pub fn shortest_phrase(&self) -> usize {
        match self.reach {
            Reach::Phrase => 6,
            // A button may be a single letter; its neighbours speak for it.
            Reach::Run => 1,
            Reach::Brackets | Reach::Sentence => 2,
        }
    }
}
