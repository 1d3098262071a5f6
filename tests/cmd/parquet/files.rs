//! Parquet files to clean, and how two of them are compared.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int32Type, Int64Type,
    Int96, Int96Type,
};
use parquet::file::metadata::{
    KeyValue, PageIndexPolicy, ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader,
};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::support::{Folder, PAGE, PLAIN, json, pipe};

/// The text stands between other columns; `{}` is its type.
pub const SCHEMA: &str = "message m {
    required int64 id;
    optional int96 old;
    required group content { optional int32 n; optional group inner { required binary body (UTF8); } }
    {};
    required fixed_len_byte_array(9) price (DECIMAL(20,2));
    optional group tags (LIST) { repeated group list { optional binary element (UTF8); } }
    optional boolean flag;
    required double score;
}";
pub const TEXT: usize = 4;
pub const BODY: usize = 3;
pub const OPTIONAL: &str = "optional binary text (UTF8)";
pub const COLUMNS: &str = "\"id\", \"old\", \"content\", \"text\", \"price\", \"tags\", \"flag\", \"score\"";

pub type Texts<'t> = &'t [&'t [Option<&'t str>]];

/// Texts in two row groups, with nulls and repetitions.
pub const TEXTS: Texts<'_> = &[
    &[Some(PAGE), None, Some(PLAIN), Some(""), Some(PAGE), None],
    &[None, Some("Leave a Reply"), Some(PAGE), Some("Ein Kran für den Hafen — größer als der alte.")],
];

pub fn properties() -> WriterPropertiesBuilder {
    let pairs = vec![
        KeyValue::new("ARROW:schema".to_owned(), "AAAA".to_owned()),
        KeyValue::new("pandas".to_owned(), "{}".to_owned()),
        KeyValue { key: "empty".to_owned(), value: None },
    ];
    WriterProperties::builder().set_key_value_metadata(Some(pairs)).set_created_by("somebody version 1.2.3".to_owned())
}

/// Writes a file with these texts as `text` and as `content.inner.body`, and something in all other columns.
pub fn write(path: &Path, text_type: &str, texts: Texts<'_>, properties: WriterPropertiesBuilder) {
    let schema = Arc::new(parse_message_type(&SCHEMA.replace("{}", text_type)).unwrap());
    let mut file =
        SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::new(properties.build())).unwrap();
    for texts in texts {
        let rows = texts.len();
        let all = vec![1; rows];
        let half: Vec<i16> = (0..rows).map(|n| (n % 2) as i16).collect();
        let some = half.iter().filter(|level| **level == 1).count();
        let values: Vec<ByteArray> = texts.iter().flatten().map(|text| ByteArray::from(*text)).collect();
        let mut group = file.next_row_group().unwrap();
        for number in 0.. {
            let Some(mut column) = group.next_column().unwrap() else {
                break;
            };
            let ints: Vec<i32> = (0..rows as i32).collect();
            let written = match number {
                0 => {
                    let ids: Vec<i64> = (0..rows as i64).collect();
                    column.typed::<Int64Type>().write_batch(&ids, None, None)
                }
                1 => {
                    let moments: Vec<Int96> = (0..some as u32).map(|n| Int96::from(vec![n, 7, 2_440_588])).collect();
                    column.typed::<Int96Type>().write_batch(&moments, Some(&half), None)
                }
                2 => column.typed::<Int32Type>().write_batch(&ints, Some(&all), None),
                BODY => {
                    let levels: Vec<i16> = texts.iter().map(|text| i16::from(text.is_some())).collect();
                    column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)
                }
                TEXT => {
                    let levels: Vec<i16> = texts.iter().map(|text| i16::from(text.is_some())).collect();
                    let levels = text_type.starts_with("optional").then_some(levels.as_slice());
                    column.typed::<ByteArrayType>().write_batch(&values, levels, None)
                }
                5 => {
                    let prices: Vec<FixedLenByteArray> =
                        (0..rows).map(|n| FixedLenByteArray::from(vec![0, 0, 0, 0, 0, 0, 1, 2, n as u8])).collect();
                    column.typed::<FixedLenByteArrayType>().write_batch(&prices, None, None)
                }
                6 => {
                    // Every row: a tag, no tag (null), and once more a tag.
                    let tags: Vec<ByteArray> =
                        (0..2 * rows).map(|n| ByteArray::from(format!("t{}", n % 3).as_str())).collect();
                    column.typed::<ByteArrayType>().write_batch(
                        &tags,
                        Some(&[3, 2, 3].repeat(rows)),
                        Some(&[0, 1, 1].repeat(rows)),
                    )
                }
                7 => column.typed::<BoolType>().write_batch(&vec![true; some], Some(&half), None),
                _ => {
                    let scores: Vec<f64> = (0..rows).map(|n| if n == 2 { f64::NAN } else { -0.5 * n as f64 }).collect();
                    column.typed::<DoubleType>().write_batch(&scores, None, None)
                }
            };
            written.unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    file.close().unwrap();
}

pub fn metadata(path: &Path) -> ParquetMetaData {
    let options = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
    let reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
    reader.with_metadata_options(Some(options)).parse_and_finish(&File::open(path).unwrap()).unwrap()
}

/// The values of a column of strings, and the definition levels of its rows.
pub fn column(path: &Path, column: usize) -> Vec<(i16, Option<String>)> {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let mut all = Vec::new();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).unwrap();
        let max = group.metadata().column(column).column_descr().max_def_level();
        let column: ColumnReader = group.get_column_reader(column).unwrap();
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        let mut reader = get_typed_column_reader::<ByteArrayType>(column);
        let (rows, ..) = reader.read_records(usize::MAX, Some(&mut levels), None, &mut values).unwrap();
        assert_eq!(rows as i64, group.metadata().num_rows());
        levels.resize(rows, max);
        let mut values = values.into_iter();
        let text = |value: ByteArray| String::from_utf8(value.data().to_vec()).unwrap();
        all.extend(levels.into_iter().map(|level| (level, (level == max).then(|| text(values.next().unwrap())))));
    }
    all
}

pub fn texts(path: &Path) -> Vec<Option<String>> {
    column(path, TEXT).into_iter().map(|(_, text)| text).collect()
}

/// What the program makes of texts in JSON Lines.
pub fn through_jsonl(texts: &[Option<String>]) -> Vec<Option<String>> {
    let records: String = texts.iter().flatten().map(|text| format!("{{\"text\":\"{}\"}}\n", json(text))).collect();
    let run = pipe("-f jsonl", records).exits(0);
    let mut cleaned = run.text().lines().map(|line| {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        record["text"].as_str().unwrap().to_owned()
    });
    texts.iter().map(|text| text.as_ref().map(|_| cleaned.next().unwrap())).collect()
}

/// Asserts that two files differ in no column but that one.
#[track_caller]
pub fn same_but(changed: usize, old_path: &Path, new_path: &Path) {
    let (old_bytes, new_bytes) = (fs::read(old_path).unwrap(), fs::read(new_path).unwrap());
    let (old, new) = (metadata(old_path), metadata(new_path));
    assert_eq!(new.file_metadata(), old.file_metadata());
    assert_eq!(new.num_row_groups(), old.num_row_groups());
    for (number, (old_group, new_group)) in old.row_groups().iter().zip(new.row_groups()).enumerate() {
        assert_eq!(new_group.num_rows(), old_group.num_rows());
        assert_eq!(new_group.ordinal(), old_group.ordinal());
        for (column, (before, after)) in old_group.columns().iter().zip(new_group.columns()).enumerate() {
            assert_eq!(after.compression_codec(), before.compression_codec(), "column {column}");
            assert_eq!(after.bloom_filter_offset().is_some(), before.bloom_filter_offset().is_some());
            assert_eq!(after.statistics().is_some(), before.statistics().is_some());
            let column_indexes =
                [&old, &new].map(|file| file.page_index().and_then(|i| i.column_index(number, column)));
            let offset_indexes =
                [&old, &new].map(|file| file.page_index().and_then(|i| i.offset_index(number, column)));
            assert_eq!(column_indexes[0].is_some(), column_indexes[1].is_some(), "column {column}");
            assert_eq!(offset_indexes[0].is_some(), offset_indexes[1].is_some(), "column {column}");
            if column == changed {
                continue;
            }
            assert_eq!(column_indexes[0], column_indexes[1]);
            let chunk = |file: &[u8], (start, length): (u64, u64)| file[start as usize..][..length as usize].to_vec();
            assert_eq!(
                chunk(&new_bytes, after.byte_range()),
                chunk(&old_bytes, before.byte_range()),
                "column {column}"
            );
            if let (Some(a), Some(b)) = (before.bloom_filter_offset(), after.bloom_filter_offset()) {
                let range = |offset: i64| (offset as u64, before.bloom_filter_length().unwrap() as u64);
                assert_eq!(chunk(&new_bytes, range(b)), chunk(&old_bytes, range(a)));
            }
            let shift = after.data_page_offset() - before.data_page_offset();
            if let [Some(before), Some(after)] = offset_indexes {
                let moved: Vec<_> = before.page_locations().iter().map(|page| page.offset + shift).collect();
                assert_eq!(after.page_locations().iter().map(|page| page.offset).collect::<Vec<_>>(), moved);
            }
            // All that is said about the column is the same, but for the places.
            let mut moved = before.clone().into_builder().set_data_page_offset(after.data_page_offset());
            moved = moved.set_dictionary_page_offset(before.dictionary_page_offset().map(|offset| offset + shift));
            moved = moved.set_bloom_filter_offset(after.bloom_filter_offset());
            moved = moved.set_column_index_offset(after.column_index_offset());
            moved = moved.set_offset_index_offset(after.offset_index_offset());
            assert_eq!(&moved.build().unwrap(), after, "column {column}");
        }
    }
}

/// Cleans a file that was written so, compares, and restores it.
#[track_caller]
pub fn there_and_back(text_type: &str, all_texts: Texts<'_>, properties: WriterPropertiesBuilder) -> Folder {
    let folder = Folder::new();
    let [source, clean, back] = ["a.parquet", "clean/a.parquet", "back/a.parquet"].map(|name| folder.path(name));
    write(&source, text_type, all_texts, properties);
    folder.run("a.parquet -o clean/a.parquet --removed audit -q").exits(0).says(&[]);
    let before = texts(&source);
    let expected = through_jsonl(&before);
    assert_ne!(before, expected);
    assert_eq!(texts(&clean), expected);
    same_but(TEXT, &source, &clean);
    folder.run("restore clean/a.parquet --removed audit -o back/a.parquet -q").exits(0).says(&[]);
    assert_eq!(column(&back, TEXT), column(&source, TEXT));
    same_but(TEXT, &source, &back);
    folder
}
