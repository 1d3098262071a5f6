//! TOML with places: typed reading of tables, where every complaint knows its `file:line:column`.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::text::prefix;
use crate::{Error, ErrorKind};

/// A pattern file while it is being read.
#[derive(Clone, Copy)]
pub(super) struct Reader<'s> {
    pub name: &'s str,
    pub source: &'s str,
}

/// A TOML value with its place in the file.
pub(super) type Value<'s> = Spanned<DeValue<'s>>;

impl<'s> Reader<'s> {
    /// Parses the whole file.
    pub fn parse(self) -> Result<DeTable<'s>, Error> {
        let (table, errors) = DeTable::parse_recoverable(self.source);
        let start = |error: &toml::de::Error| error.span().map_or(0, |span| span.start);
        // The earliest error is the cause of the others; of an open quote the parser tells after what follows from it.
        match errors.iter().min_by_key(|error| (start(error), !error.message().starts_with("invalid"))) {
            None => Ok(table.into_inner()),
            Some(error) => {
                let message = error.message().replace('\n', ", ");
                Err(Error::new(ErrorKind::Pattern, place(self.name, self.source, start(error)), message))
            }
        }
    }

    /// An error at a span of the file.
    pub fn error(self, span: Range<usize>, message: impl std::fmt::Display) -> Error {
        Error::new(ErrorKind::Pattern, place(self.name, self.source, span.start), message)
    }

    /// Refuses keys of `table` that are not in `known`.
    pub fn only(self, table: &DeTable<'_>, known: &[&str]) -> Result<(), Error> {
        match table.iter().find(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            None => Ok(()),
            Some((key, _)) => {
                let message = format!("no field \"{}\"; fields are {}", key.get_ref(), known.join(", "));
                Err(self.error(key.span(), message))
            }
        }
    }

    pub fn table<'v>(self, value: &'v Value<'s>, what: &str) -> Result<&'v DeTable<'s>, Error> {
        match value.get_ref() {
            DeValue::Table(table) => Ok(table),
            _ => Err(self.error(value.span(), format!("{what} must be a table"))),
        }
    }

    pub fn array<'v>(self, value: &'v Value<'s>, what: &str) -> Result<&'v [Value<'s>], Error> {
        match value.get_ref() {
            DeValue::Array(array) => Ok(array),
            _ => Err(self.error(value.span(), format!("{what} must be a list in brackets"))),
        }
    }

    pub fn string<'v>(self, value: &'v Value<'s>, what: &str) -> Result<&'v str, Error> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text),
            _ => Err(self.error(value.span(), format!("{what} must be a string in quotes"))),
        }
    }

    pub fn boolean(self, value: &Value<'s>, what: &str) -> Result<bool, Error> {
        match value.get_ref() {
            DeValue::Boolean(set) => Ok(*set),
            _ => Err(self.error(value.span(), format!("{what} must be true or false"))),
        }
    }

    pub fn count(self, value: &Value<'s>, what: &str) -> Result<u32, Error> {
        let number = match value.get_ref() {
            DeValue::Integer(digits) => u32::from_str_radix(digits.as_str(), digits.radix()).ok(),
            _ => None,
        };
        number
            .filter(|n| *n > 0)
            .ok_or_else(|| self.error(value.span(), format!("{what} must be a whole number above 0")))
    }

    pub fn integer(self, value: &Value<'s>, what: &str) -> Result<i32, Error> {
        let number = match value.get_ref() {
            DeValue::Integer(digits) => i32::from_str_radix(digits.as_str(), digits.radix()).ok(),
            _ => None,
        };
        number.ok_or_else(|| self.error(value.span(), format!("{what} must be a whole number")))
    }

    /// The strings of a list with their byte offsets; none where the key is missing.
    pub fn strings<'v>(self, table: &'v DeTable<'s>, key: &str) -> Result<Vec<(&'v str, usize)>, Error> {
        let Some(value) = table.get(key) else { return Ok(Vec::new()) };
        let item = format!("an item of \"{key}\"");
        self.array(value, &format!("\"{key}\""))?.iter().map(|v| Ok((self.string(v, &item)?, v.span().start))).collect()
    }

    /// One of the named choices; none where the key is missing.
    pub fn choice<T: Copy>(self, table: &DeTable<'s>, key: &str, choices: &[(&str, T)]) -> Result<Option<T>, Error> {
        let Some(value) = table.get(key) else { return Ok(None) };
        let name = self.string(value, &format!("\"{key}\""))?;
        choices.iter().find(|(known, _)| *known == name).map(|(_, choice)| Some(*choice)).ok_or_else(|| {
            let known: Vec<_> = choices.iter().map(|(known, _)| *known).collect();
            self.error(value.span(), format!("no {key} \"{name}\"; choices are {}", known.join(", ")))
        })
    }

    /// A field that must be there.
    pub fn required<'v>(self, table: &'v DeTable<'s>, key: &str, owner: Range<usize>) -> Result<&'v Value<'s>, Error> {
        table.get(key).ok_or_else(|| self.error(owner, format!("the field \"{key}\" is missing")))
    }
}

/// `name:line:column` of a byte offset; the column counts characters from 1.
pub(crate) fn place(name: &str, source: &str, offset: usize) -> String {
    let before = prefix(source, offset);
    let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("{name}:{line}:{column}")
}
