//! The values of one column chunk, one after the other.

use std::collections::VecDeque;
use std::fs::File;

use ::parquet::basic::{Encoding, Type as Physical};
use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::column::reader::ColumnReaderImpl;
use ::parquet::data_type::{ByteArrayType, DataType, Int32Type, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::serialized_reader::SerializedPageReader;
use ::parquet::schema::types::ColumnDescPtr;

use super::source::damaged;

/// A definition level, and the value if it is not null.
type Value<T> = (i16, Option<T>);

/// The values of a column chunk. Pages can be large (DuckDB makes some of 100 MB), so there is never more than one of
/// them in memory: for each there is a new reader, made when the one before it is gone.
pub(super) struct Values<T: DataType> {
    pages: SerializedPageReader<File>,
    descriptor: ColumnDescPtr,
    dictionary: Option<Page>,
    reader: Option<ColumnReaderImpl<T>>,
    levels: Vec<i16>,
    values: Vec<T::T>,
}

impl<T: DataType> Values<T> {
    /// The values of these pages.
    pub(super) fn new(pages: SerializedPageReader<File>, descriptor: ColumnDescPtr) -> Self {
        Values { pages, descriptor, dictionary: None, reader: None, levels: Vec::new(), values: Vec::new() }
    }

    /// The definition level and the value of the next row.
    pub(super) fn next(&mut self) -> Result<Option<Value<T::T>>, ParquetError> {
        loop {
            if let Some(reader) = &mut self.reader {
                self.levels.clear();
                let (rows, ..) = reader.read_records(1, Some(&mut self.levels), None, &mut self.values)?;
                if rows > 0 {
                    let level = self.levels.first().copied().unwrap_or(self.descriptor.max_def_level());
                    return Ok(Some((level, self.values.pop())));
                }
            }
            self.reader = None;
            let Some(page) = self.pages.get_next_page()? else {
                return Ok(None);
            };
            if page.is_dictionary_page() {
                self.dictionary = Some(page);
                continue;
            }
            let needs_dictionary = matches!(page.encoding(), Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY);
            let dictionary = self.dictionary.as_ref().filter(|_| needs_dictionary).map(clone_page);
            let pages = OnePage(dictionary.into_iter().chain([page]).collect());
            self.reader = Some(ColumnReaderImpl::new(self.descriptor.clone(), Box::new(pages)));
        }
    }
}

/// A dictionary page once more; its bytes are shared.
fn clone_page(page: &Page) -> Page {
    Page::DictionaryPage {
        buf: page.buffer().clone(),
        num_values: page.num_values(),
        encoding: page.encoding(),
        is_sorted: false,
    }
}

/// A data page, and the dictionary page before it if it needs one.
struct OnePage(VecDeque<Page>);

impl Iterator for OnePage {
    type Item = Result<Page, ParquetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.pop_front().map(Ok)
    }
}

impl PageReader for OnePage {
    fn get_next_page(&mut self) -> Result<Option<Page>, ParquetError> {
        Ok(self.0.pop_front())
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>, ParquetError> {
        Err(ParquetError::NYI("pages are only read, one after the other".to_owned()))
    }

    fn skip_next_page(&mut self) -> Result<(), ParquetError> {
        self.0.pop_front();
        Ok(())
    }
}

/// What the rows are called: strings, or whole numbers.
pub(super) enum Ids {
    Text(Values<ByteArrayType>),
    Int(Values<Int32Type>),
    Long(Values<Int64Type>),
    /// Those that come now cannot be read.
    Lost,
}

impl Ids {
    /// The ids of a column of strings or numbers.
    pub(super) fn new(pages: SerializedPageReader<File>, descriptor: ColumnDescPtr) -> Option<Self> {
        match descriptor.physical_type() {
            Physical::BYTE_ARRAY => Some(Ids::Text(Values::new(pages, descriptor))),
            Physical::INT32 => Some(Ids::Int(Values::new(pages, descriptor))),
            Physical::INT64 => Some(Ids::Long(Values::new(pages, descriptor))),
            _ => None,
        }
    }

    /// The id of the next row.
    pub(super) fn next(&mut self) -> Option<String> {
        let next = damaged("ids", || match self {
            Ids::Text(values) => {
                let value = values.next()?.and_then(|(_, value)| value);
                Ok(value.and_then(|value| String::from_utf8(value.data().to_vec()).ok()))
            }
            Ids::Int(values) => Ok(values.next()?.and_then(|(_, value)| value).map(|value| value.to_string())),
            Ids::Long(values) => Ok(values.next()?.and_then(|(_, value)| value).map(|value| value.to_string())),
            Ids::Lost => Ok(None),
        });
        next.unwrap_or_else(|_| {
            *self = Ids::Lost;
            None
        })
    }
}
