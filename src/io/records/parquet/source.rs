//! The file as it is: its footer, and the values of the text column, one after the other.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use ::parquet::basic::Encoding;
use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::column::reader::ColumnReaderImpl;
use ::parquet::data_type::{ByteArray, ByteArrayType};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{
    PageIndexPolicy, ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, RowGroupMetaData,
};
use ::parquet::file::serialized_reader::SerializedPageReader;
use ::parquet::schema::types::ColumnDescPtr;

use super::{column, footer};
use crate::io::guard::guarded;
use crate::io::records::json::Field;

/// A batch has at least one row and ends with the row that makes its texts this big.
const BATCH_BYTES: usize = 256 << 10;
/// A batch has at most this many rows, which matters where most are null or very short.
const BATCH_ROWS: usize = 4096;
/// What the file ends with; before it stands the length of the footer in four bytes.
const MAGIC: &[u8; 4] = b"PAR1";
const ENCRYPTED_MAGIC: &[u8; 4] = b"PARE";
const TAIL: u64 = 8;

/// A Parquet file to read from.
pub(super) struct Source {
    pub(super) file: Arc<File>,
    pub(super) metadata: ParquetMetaData,
    /// The footer as it is written.
    pub(super) footer: Vec<u8>,
    /// The number of the text column.
    pub(super) column: usize,
    field: String,
}

/// A row of the text column.
pub(super) struct Row {
    /// Counted from 1, over the whole file.
    pub(super) number: u64,
    /// The definition level: how much of the way to the value is there.
    pub(super) level: i16,
    /// `None`: null.
    pub(super) value: Option<Vec<u8>>,
}

impl Source {
    /// Reads the footer and finds the column `field`. The page indexes are of use only to who writes them again.
    pub(super) fn open(mut file: File, field: &Field, with_indexes: bool) -> io::Result<Self> {
        let footer = read_footer(&mut file)?;
        if footer::is_encrypted(&footer)? {
            return Err(encrypted());
        }
        let metadata = damaged("the footer", || {
            let options = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
            let metadata = ParquetMetaDataReader::decode_metadata_with_options(&footer, Some(&options))?;
            if !with_indexes {
                return Ok(metadata);
            }
            let reader = ParquetMetaDataReader::new_with_metadata(metadata);
            let mut reader = reader.with_page_index_policy(PageIndexPolicy::Optional);
            reader.read_page_indexes(&file)?;
            reader.finish()
        })?;
        let schema = metadata.file_metadata().schema_descr();
        let column = column::find(schema, field).map_err(invalid)?;
        for chunk in metadata.row_groups().iter().flat_map(RowGroupMetaData::columns) {
            if chunk.file_path().is_some() {
                return Err(invalid("the values are in other files; clean those".to_owned()));
            }
        }
        Ok(Source { file: Arc::new(file), metadata, footer, column, field: field.as_str().to_owned() })
    }

    /// How many row groups the file has.
    pub(super) fn row_groups(&self) -> usize {
        self.metadata.num_row_groups()
    }

    /// The text column of a row group.
    pub(super) fn rows(&self, group: usize) -> io::Result<Rows> {
        let groups = self.metadata.row_groups();
        let count = |group: &RowGroupMetaData| u64::try_from(group.num_rows()).unwrap_or(0);
        let what = format!("column \"{}\" in row group {}", self.field, group + 1);
        let chunk = groups[group].column(self.column);
        let pages = damaged(&what, || {
            let rows = usize::try_from(groups[group].num_rows())?;
            SerializedPageReader::new(Arc::clone(&self.file), chunk, rows, None)
        })?;
        let number = 1 + groups[..group].iter().map(count).sum::<u64>();
        let (levels, values) = (Vec::new(), Vec::new());
        let descriptor = chunk.column_descr_ptr();
        let values = Values { pages, descriptor, dictionary: None, reader: None, levels, values };
        Ok(Rows { values, number, end: number + count(&groups[group]), what })
    }
}

/// The text column of a row group, from its first to its last row.
pub(super) struct Rows {
    values: Values,
    /// The row to be read next, and the one behind the last.
    number: u64,
    end: u64,
    /// What is read, for messages.
    what: String,
}

impl Rows {
    /// Hands what [`Self::next_batch`] gives to `work`, but reads in a thread of its own: memory that is used for pages
    /// in many threads is kept by the allocator once for each of them.
    pub(super) fn read_ahead<T>(mut self, work: impl FnOnce(Receiver<io::Result<Option<Vec<Row>>>>) -> T) -> T {
        let (sender, receiver) = sync_channel(1);
        thread::scope(|scope| {
            scope.spawn(move || {
                loop {
                    let batch = self.next_batch();
                    let is_last = !matches!(batch, Ok(Some(_)));
                    if sender.send(batch).is_err() || is_last {
                        return;
                    }
                }
            });
            work(receiver)
        })
    }

    /// The next rows; `None` behind the last one.
    pub(super) fn next_batch(&mut self) -> io::Result<Option<Vec<Row>>> {
        let Rows { values, number, end, what } = self;
        damaged(what, || {
            let mut batch = Vec::new();
            let mut size = 0;
            while size < BATCH_BYTES && batch.len() < BATCH_ROWS {
                // One at a time, since nobody knows how long the next ones are.
                let Some((level, value)) = values.next()? else {
                    if *number < *end {
                        return Err(ParquetError::General(format!("it ends before row {number}")));
                    }
                    break;
                };
                if *number == *end {
                    return Err(ParquetError::General("it has more rows than the footer says".to_owned()));
                }
                size += value.as_ref().map_or(0, Vec::len);
                batch.push(Row { number: *number, level, value });
                *number += 1;
            }
            Ok((!batch.is_empty()).then_some(batch))
        })
    }
}

/// A definition level, and the value if it is not null.
type Value = (i16, Option<Vec<u8>>);

/// The values of a column chunk. Pages can be large (DuckDB makes some of 100 MB), so there is never more than one of
/// them in memory: for each there is a new reader, made when the one before it is gone.
struct Values {
    pages: SerializedPageReader<File>,
    descriptor: ColumnDescPtr,
    dictionary: Option<Page>,
    reader: Option<ColumnReaderImpl<ByteArrayType>>,
    levels: Vec<i16>,
    values: Vec<ByteArray>,
}

impl Values {
    /// The definition level and the value of the next row. The value is a copy: the original is a part of the page.
    fn next(&mut self) -> Result<Option<Value>, ParquetError> {
        loop {
            if let Some(reader) = &mut self.reader {
                self.levels.clear();
                let (rows, ..) = reader.read_records(1, Some(&mut self.levels), None, &mut self.values)?;
                if rows > 0 {
                    let level = self.levels.first().copied().unwrap_or(self.descriptor.max_def_level());
                    return Ok(Some((level, self.values.pop().map(|value| value.data().to_vec()))));
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

fn read_footer(file: &mut File) -> io::Result<Vec<u8>> {
    let no_footer = || invalid("no Parquet footer: the file is cut off, or it is not a Parquet file".to_owned());
    let size = file.metadata()?.len();
    let mut tail = [0; TAIL as usize];
    // The shortest file has the magic bytes at both ends, too.
    if size < MAGIC.len() as u64 + TAIL {
        return Err(no_footer());
    }
    file.seek(SeekFrom::Start(size - TAIL))?;
    file.read_exact(&mut tail)?;
    let [a, b, c, d, magic @ ..] = tail;
    let length = u64::from(u32::from_le_bytes([a, b, c, d]));
    match &magic {
        MAGIC if length <= size - TAIL - MAGIC.len() as u64 => {}
        ENCRYPTED_MAGIC => return Err(encrypted()),
        _ => return Err(no_footer()),
    }
    file.seek(SeekFrom::Start(size - TAIL - length))?;
    let mut footer = Vec::new();
    file.take(length).read_to_end(&mut footer)?;
    if footer.len() as u64 == length { Ok(footer) } else { Err(no_footer()) }
}

fn encrypted() -> io::Error {
    invalid("the file is encrypted; decrypt it first".to_owned())
}

pub(super) fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// Runs `read`. What goes wrong in it, even by a panic, is because `what` is damaged.
pub(super) fn damaged<T>(what: &str, read: impl FnOnce() -> Result<T, ParquetError>) -> io::Result<T> {
    let why = match guarded(read) {
        Ok(Ok(read)) => return Ok(read),
        Ok(Err(error)) => match as_io(&error) {
            Some(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
            _ => error.to_string(),
        },
        Err(panic) => panic,
    };
    let why = why.trim_start_matches("Parquet error: ").replace(['\n', '\r'], " ");
    Err(invalid(format!("{what} is damaged or of a kind that cannot be read: {why}")))
}

/// The I/O error behind an error, if that is what it is.
pub(super) fn as_io(error: &ParquetError) -> Option<io::Error> {
    let ParquetError::External(inner) = error else {
        return None;
    };
    let inner = inner.downcast_ref::<io::Error>()?;
    Some(match inner.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(inner.kind(), inner.to_string()),
    })
}
