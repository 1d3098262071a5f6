//! The file as it is: its footer, and the values of the text column, one after the other.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use ::parquet::data_type::ByteArrayType;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{
    PageIndexPolicy, ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, RowGroupMetaData,
};
use ::parquet::file::serialized_reader::SerializedPageReader;

use super::values::{Ids, Values};
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
    /// The number of the column `id`, if it is to be read.
    id: Option<usize>,
}

/// A row of the text column.
pub(super) struct Row {
    /// Counted from 1, over the whole file.
    pub(super) number: u64,
    /// The definition level: how much of the way to the value is there.
    pub(super) level: i16,
    /// `None`: null.
    pub(super) value: Option<Vec<u8>>,
    /// The value of the column `id`, if it was to be read.
    pub(super) id: Option<String>,
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
        Ok(Source { file: Arc::new(file), metadata, footer, column, field: field.as_str().to_owned(), id: None })
    }

    /// Reads the column `id` too, if there is one.
    pub(super) fn with_ids(self) -> Self {
        let columns = self.metadata.file_metadata().schema_descr().columns();
        let id = columns.iter().position(|column| column.path().parts() == ["id"] && column.max_rep_level() == 0);
        Source { id, ..self }
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
        let open = |column: usize| {
            let (chunk, rows) = (groups[group].column(column), usize::try_from(groups[group].num_rows())?);
            let pages = SerializedPageReader::new(Arc::clone(&self.file), chunk, rows, None)?;
            Ok((pages, chunk.column_descr_ptr()))
        };
        let (pages, descriptor) = damaged(&what, || open(self.column))?;
        // Ids are only for the audit: if they cannot be read, it has none.
        let ids = self.id.and_then(|column| damaged("ids", || open(column)).ok());
        let ids = ids.and_then(|(pages, descriptor)| Ids::new(pages, descriptor));
        let number = 1 + groups[..group].iter().map(count).sum::<u64>();
        let values = Values::new(pages, descriptor);
        Ok(Rows { values, ids, number, end: number + count(&groups[group]), what })
    }
}

/// The text column of a row group, from its first to its last row.
pub(super) struct Rows {
    values: Values<ByteArrayType>,
    ids: Option<Ids>,
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
        let Rows { values, ids, number, end, what } = self;
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
                // A copy: the original is a part of its page.
                let value = value.map(|value| value.data().to_vec());
                size += value.as_ref().map_or(0, Vec::len);
                let id = ids.as_mut().and_then(Ids::next);
                batch.push(Row { number: *number, level, value, id });
                *number += 1;
            }
            Ok((!batch.is_empty()).then_some(batch))
        })
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
