//! The new file: the text column written anew, everything else as it was. Of a row group, nothing is kept in memory
//! but the pages in hand; what grows with the file are the footer and the page indexes.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use ::parquet::basic::{Encoding, PageType};
use ::parquet::bloom_filter::Sbbf;
use ::parquet::column::writer::{ColumnCloseResult, ColumnWriterImpl};
use ::parquet::data_type::{ByteArray, ByteArrayType};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::page_index::PageIndexBuilder;
use ::parquet::file::metadata::{
    ColumnChunkMetaData, ParquetMetaDataBuilder, ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData,
};
use ::parquet::file::page_index::column_index::ColumnIndexMetaData;
use ::parquet::file::page_index::offset_index::OffsetIndexMetaData;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use ::parquet::file::writer::{SerializedPageWriter, TrackedWrite};

use super::source::{Rows, Source, as_io, damaged, invalid};
use super::{Halt, footer};

const MAGIC: &[u8] = b"PAR1";
/// How much of a column is read at once to be copied.
const COPY_BYTES: usize = 256 << 10;

/// A row of the text column as it is to be written.
pub(super) struct Cell {
    /// The definition level.
    pub(super) level: i16,
    /// `None`: null.
    pub(super) value: Option<ByteArray>,
}

/// Takes the new values of a row group.
pub(super) struct TextWriter<'w> {
    column: ColumnWriterImpl<'w, ByteArrayType>,
    levels: Vec<i16>,
    values: Vec<ByteArray>,
    has_levels: bool,
}

impl TextWriter<'_> {
    /// Writes the next rows.
    pub(super) fn write(&mut self, cells: impl IntoIterator<Item = Cell>) -> io::Result<()> {
        self.levels.clear();
        self.values.clear();
        for Cell { level, value } in cells {
            self.levels.push(level);
            self.values.extend(value);
        }
        let levels = self.has_levels.then_some(self.levels.as_slice());
        self.column.write_batch(&self.values, levels, None).map(drop).map_err(|e| unwritable(&e))
    }

    fn close(self) -> io::Result<ColumnCloseResult> {
        self.column.close().map_err(|e| unwritable(&e))
    }
}

/// Writes the file `source` again, with the text column that `text` makes of each row group's.
pub(super) fn rewrite<W: Write + Send>(
    source: &Source,
    output: &mut W,
    mut text: impl FnMut(Rows, &mut TextWriter<'_>) -> Result<(), Halt>,
) -> Result<(), Halt> {
    let mut output = Output { output, tail: None };
    let mut file = TrackedWrite::new(&mut output);
    file.write_all(MAGIC).map_err(Halt::Write)?;
    let mut row_groups = Vec::new();
    let columns = source.metadata.file_metadata().schema_descr().num_columns();
    let mut indexes = PageIndexBuilder::new(source.row_groups(), columns);
    for (number, group) in source.metadata.row_groups().iter().enumerate() {
        let start = file.bytes_written();
        let mut chunks = Vec::with_capacity(columns);
        for (column, chunk) in group.columns().iter().enumerate() {
            let old_index = source.metadata.page_index();
            let column_index = old_index.and_then(|index| index.column_index(number, column));
            let offset_index = old_index.and_then(|index| index.offset_index(number, column));
            // A chunk without rows has no pages, so there is nothing to read or write in it.
            let mut new = if column == source.column && group.num_rows() > 0 {
                let properties = properties(chunk, column_index.is_some(), offset_index.is_some());
                let rows = source.rows(number).map_err(Halt::Read)?;
                write_text(rows, chunk, properties, &mut file, &mut text)?
            } else {
                copy(source, chunk, column_index.cloned(), offset_index.cloned(), &mut file)?
            };
            // The library writes one where there was none, under some conditions.
            new.column_index = new.column_index.filter(|_| column_index.is_some());
            new.offset_index = new.offset_index.filter(|_| offset_index.is_some());
            if let Some(index) = new.column_index {
                indexes.put_column_index(index, number, column);
            }
            if let Some(index) = new.offset_index {
                indexes.put_offset_index(index, number, column);
            }
            chunks.push(new.metadata);
        }
        let group = described_anew(source, group, chunks, start).map_err(Halt::Read)?;
        row_groups.push(group);
    }
    file.flush().map_err(Halt::Write)?;
    file.inner_mut().tail = Some(Vec::new());
    let metadata = ParquetMetaDataBuilder::new(source.metadata.file_metadata().clone())
        .set_row_groups(row_groups)
        .set_page_index(Some(Arc::new(indexes.build())))
        .build();
    let writer = ParquetMetaDataWriter::new_with_tracked(file, &metadata).with_preserve_page_index_locations(false);
    damaged("the footer", || writer.finish()).map_err(Halt::Read)?;
    finish(source, output)
}

/// Writes the end of the file: the page indexes and the footer.
fn finish<W: Write>(source: &Source, output: Output<'_, W>) -> Result<(), Halt> {
    let tail = output.tail.unwrap_or_default();
    let footer_at = tail
        .split_last_chunk::<8>()
        .and_then(|(rest, [a, b, c, d, ..])| rest.len().checked_sub(u32::from_le_bytes([*a, *b, *c, *d]) as usize));
    let (indexes, footer) = tail.split_at(footer_at.unwrap_or(0));
    let footer = footer::merge(&source.footer, footer, source.column).map_err(Halt::Read)?;
    // Damage in the old footer can be such that only now does it show.
    damaged("the footer", || ParquetMetaDataReader::decode_metadata(&footer)).map_err(Halt::Read)?;
    let length = u32::try_from(footer.len());
    let length = length.map_err(|_| Halt::Read(invalid("the footer would be longer than 4 GB".to_owned())))?;
    for part in [indexes, &footer, &length.to_le_bytes(), MAGIC] {
        output.output.write_all(part).map_err(Halt::Write)?;
    }
    output.output.flush().map_err(Halt::Write)
}

/// What the row group is with these columns.
fn described_anew(
    source: &Source,
    group: &RowGroupMetaData,
    chunks: Vec<ColumnChunkMetaData>,
    start: usize,
) -> io::Result<RowGroupMetaData> {
    damaged("a row group", || {
        let size = chunks.iter().map(ColumnChunkMetaData::uncompressed_size).fold(0, i64::saturating_add);
        // Rows that were sorted by their texts are so no longer, but still by what came before.
        let is_other = |column: &i32| usize::try_from(*column) != Ok(source.column);
        let sorting = group.sorting_columns().map(|columns| {
            let kept = columns.iter().take_while(|sorting| is_other(&sorting.column_idx));
            kept.cloned().collect::<Vec<_>>()
        });
        let mut new = group.clone().into_builder().set_column_metadata(chunks).set_total_byte_size(size);
        new = new.set_sorting_columns(sorting.filter(|columns| !columns.is_empty()));
        if group.file_offset().is_some() {
            new = new.set_file_offset(start as i64);
        }
        new.build()
    })
}

/// How the text column is to be written: as it was.
fn properties(chunk: &ColumnChunkMetaData, has_column_index: bool, has_offset_index: bool) -> WriterProperties {
    let encodings = |encoding| chunk.encodings().any(|found| found == encoding);
    let is_v2 = chunk
        .page_encoding_stats()
        .is_some_and(|pages| pages.iter().any(|stats| stats.page_type == PageType::DATA_PAGE_V2));
    let delta = [Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY].into_iter().find(|e| encodings(*e));
    let has_dictionary = chunk.dictionary_page_offset().is_some_and(|offset| offset > 0)
        || encodings(Encoding::RLE_DICTIONARY)
        || encodings(Encoding::PLAIN_DICTIONARY);
    let statistics = match chunk.statistics() {
        _ if has_column_index => EnabledStatistics::Page,
        Some(_) => EnabledStatistics::Chunk,
        None => EnabledStatistics::None,
    };
    WriterProperties::builder()
        .set_writer_version(if is_v2 { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 })
        .set_compression(chunk.compression())
        .set_encoding(delta.unwrap_or(Encoding::PLAIN))
        .set_dictionary_enabled(has_dictionary)
        .set_statistics_enabled(statistics)
        .set_offset_index_disabled(!has_offset_index)
        .set_bloom_filter_enabled(chunk.bloom_filter_offset().is_some())
        .build()
}

fn write_text<W: Write + Send>(
    rows: Rows,
    chunk: &ColumnChunkMetaData,
    properties: WriterProperties,
    file: &mut TrackedWrite<W>,
    text: &mut impl FnMut(Rows, &mut TextWriter<'_>) -> Result<(), Halt>,
) -> Result<ColumnCloseResult, Halt> {
    let pages = Box::new(SerializedPageWriter::new(file));
    let descriptor = chunk.column_descr_ptr();
    let has_levels = descriptor.max_def_level() > 0;
    let column = ColumnWriterImpl::new(descriptor, Arc::new(properties), pages);
    let mut writer = TextWriter { column, levels: Vec::new(), values: Vec::new(), has_levels };
    text(rows, &mut writer)?;
    let mut new = writer.close().map_err(Halt::Write)?;
    if let Some(filter) = new.bloom_filter.take() {
        let start = file.bytes_written();
        filter.write(&mut *file).map_err(|e| Halt::Write(unwritable(&e)))?;
        new.metadata = with_bloom_filter(new.metadata, start, file.bytes_written()).map_err(Halt::Read)?;
    }
    Ok(new)
}

/// Copies a column as the bytes it is.
fn copy<W: Write>(
    source: &Source,
    chunk: &ColumnChunkMetaData,
    column_index: Option<ColumnIndexMetaData>,
    mut offset_index: Option<OffsetIndexMetaData>,
    file: &mut TrackedWrite<W>,
) -> Result<ColumnCloseResult, Halt> {
    // The file begins with the magic bytes, so 0 is no place: some writers say so of pages that are not there.
    let places = [chunk.dictionary_page_offset(), chunk.index_page_offset(), Some(chunk.data_page_offset())];
    let start = places.into_iter().flatten().filter(|at| *at > 0).min().unwrap_or(0);
    let shift = i64::try_from(file.bytes_written()).unwrap_or(i64::MAX).saturating_sub(start);
    copy_bytes(source, start, chunk.compressed_size(), file)?;
    for page in offset_index.iter_mut().flat_map(|index| &mut index.page_locations) {
        page.offset = page.offset.saturating_add(shift);
    }
    let moved = |offset: i64| if offset > 0 { offset.saturating_add(shift) } else { offset };
    let new = chunk
        .clone()
        .into_builder()
        .set_data_page_offset(moved(chunk.data_page_offset()))
        .set_dictionary_page_offset(chunk.dictionary_page_offset().map(moved))
        .set_index_page_offset(chunk.index_page_offset().map(moved));
    let mut metadata = damaged("a column", || new.build()).map_err(Halt::Read)?;
    if let Some(offset) = chunk.bloom_filter_offset() {
        let start = file.bytes_written();
        match chunk.bloom_filter_length() {
            Some(length) => copy_bytes(source, offset, length.into(), file)?,
            None => {
                let filter = damaged("a bloom filter", || Sbbf::read_from_column_chunk(chunk, &*source.file));
                if let Some(filter) = filter.map_err(Halt::Read)? {
                    filter.write(&mut *file).map_err(|e| Halt::Write(unwritable(&e)))?;
                }
            }
        }
        metadata = with_bloom_filter(metadata, start, file.bytes_written()).map_err(Halt::Read)?;
    }
    Ok(ColumnCloseResult {
        bytes_written: 0,
        rows_written: 0,
        metadata,
        bloom_filter: None,
        column_index,
        offset_index,
    })
}

fn copy_bytes<W: Write>(source: &Source, start: i64, length: i64, file: &mut TrackedWrite<W>) -> Result<(), Halt> {
    let cut_off = || Halt::Read(invalid("the footer names values that are not in the file".to_owned()));
    let start = u64::try_from(start).map_err(|_| cut_off())?;
    let length = u64::try_from(length).map_err(|_| cut_off())?;
    let mut input = &*source.file;
    input.seek(SeekFrom::Start(start)).map_err(Halt::Read)?;
    let mut input = BufReader::with_capacity(COPY_BYTES, input.take(length));
    let mut left = length;
    loop {
        let bytes = io::BufRead::fill_buf(&mut input).map_err(Halt::Read)?;
        if bytes.is_empty() {
            return if left == 0 { Ok(()) } else { Err(cut_off()) };
        }
        file.write_all(bytes).map_err(Halt::Write)?;
        let read = bytes.len();
        left -= read as u64;
        io::BufRead::consume(&mut input, read);
    }
}

fn with_bloom_filter(metadata: ColumnChunkMetaData, start: usize, end: usize) -> io::Result<ColumnChunkMetaData> {
    damaged("a bloom filter", || {
        let length = i32::try_from(end - start)?;
        let metadata = metadata.into_builder().set_bloom_filter_offset(Some(start as i64));
        metadata.set_bloom_filter_length(Some(length)).build()
    })
}

fn unwritable(error: &ParquetError) -> io::Error {
    as_io(error).unwrap_or_else(|| io::Error::other(error.to_string()))
}

/// Where the file goes, but for its end, which is changed before it is written.
struct Output<'w, W> {
    output: &'w mut W,
    tail: Option<Vec<u8>>,
}

impl<W: Write> Write for Output<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.tail {
            Some(tail) => tail.write(bytes),
            None => self.output.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &self.tail {
            Some(_) => Ok(()),
            None => self.output.flush(),
        }
    }
}
