//! Parquet: one column is cleaned, everything else stays the bytes it was.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{BrotliLevel, Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int32Type, Int64Type,
    Int96, Int96Type,
};
use parquet::file::metadata::{
    KeyValue, PageIndexPolicy, ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, SortingColumn,
};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::support::{ARTICLE, Folder, PAGE, PLAIN, json, pipe};

/// The text stands between other columns; `{}` is its type.
const SCHEMA: &str = "message m {
    required int64 id;
    optional int96 old;
    required group content { optional int32 n; optional group inner { required binary body (UTF8); } }
    {};
    required fixed_len_byte_array(9) price (DECIMAL(20,2));
    optional group tags (LIST) { repeated group list { optional binary element (UTF8); } }
    optional boolean flag;
    required double score;
}";
const TEXT: usize = 4;
const BODY: usize = 3;
const OPTIONAL: &str = "optional binary text (UTF8)";
const COLUMNS: &str = "\"id\", \"old\", \"content\", \"text\", \"price\", \"tags\", \"flag\", \"score\"";

type Texts<'t> = &'t [&'t [Option<&'t str>]];

/// Texts in two row groups, with nulls and repetitions.
const TEXTS: Texts<'_> = &[
    &[Some(PAGE), None, Some(PLAIN), Some(""), Some(PAGE), None],
    &[None, Some("Leave a Reply"), Some(PAGE), Some("Ein Kran für den Hafen — größer als der alte.")],
];

fn properties() -> WriterPropertiesBuilder {
    let pairs = vec![
        KeyValue::new("ARROW:schema".to_owned(), "AAAA".to_owned()),
        KeyValue::new("pandas".to_owned(), "{}".to_owned()),
        KeyValue { key: "empty".to_owned(), value: None },
    ];
    WriterProperties::builder().set_key_value_metadata(Some(pairs)).set_created_by("somebody version 1.2.3".to_owned())
}

/// Writes a file with these texts as `text` and as `content.inner.body`, and something in all other columns.
fn write(path: &Path, text_type: &str, texts: Texts<'_>, properties: WriterPropertiesBuilder) {
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

fn metadata(path: &Path) -> ParquetMetaData {
    let options = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
    let reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
    reader.with_metadata_options(Some(options)).parse_and_finish(&File::open(path).unwrap()).unwrap()
}

/// The values of a column of strings, and the definition levels of its rows.
fn column(path: &Path, column: usize) -> Vec<(i16, Option<String>)> {
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

fn texts(path: &Path) -> Vec<Option<String>> {
    column(path, TEXT).into_iter().map(|(_, text)| text).collect()
}

/// What the program makes of texts in JSON Lines.
fn through_jsonl(texts: &[Option<String>]) -> Vec<Option<String>> {
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
fn same_but(changed: usize, old_path: &Path, new_path: &Path) {
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
fn there_and_back(text_type: &str, all_texts: Texts<'_>, properties: WriterPropertiesBuilder) -> Folder {
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

#[test]
fn the_text_is_cleaned_and_all_else_stays() {
    let folder = there_and_back(OPTIONAL, TEXTS, properties());
    assert_eq!(texts(&folder.path("clean/a.parquet"))[0].as_deref(), Some(ARTICLE));
}

#[test]
fn every_codec_with_and_without_dictionary() {
    for codec in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ] {
        for dictionary in [true, false] {
            let properties = properties().set_compression(codec).set_dictionary_enabled(dictionary);
            let folder = there_and_back(OPTIONAL, TEXTS, properties);
            let metadata = metadata(&folder.path("clean/a.parquet"));
            let text = metadata.row_group(0).column(TEXT);
            assert_eq!(text.dictionary_page_offset().is_some(), dictionary);
        }
    }
}

#[test]
fn every_type_that_can_hold_a_text() {
    let full: Texts<'_> = &[&[Some(PAGE), Some(PLAIN)], &[Some(PAGE)]];
    for text_type in ["required binary text (UTF8)", "required binary text (STRING)", "optional binary text"] {
        there_and_back(text_type, full, properties());
    }
}

#[test]
fn whatever_helps_readers_to_skip() {
    for statistics in [EnabledStatistics::None, EnabledStatistics::Chunk, EnabledStatistics::Page] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let small_pages = properties().set_data_page_row_count_limit(2).set_write_batch_size(1);
            let properties = small_pages.set_statistics_enabled(statistics).set_writer_version(version);
            there_and_back(OPTIONAL, TEXTS, properties.set_bloom_filter_enabled(true));
        }
    }
    there_and_back(OPTIONAL, TEXTS, properties().set_offset_index_disabled(true));
}

#[test]
fn the_bloom_filter_knows_the_new_texts() {
    let folder = there_and_back(OPTIONAL, TEXTS, properties().set_bloom_filter_enabled(true));
    let path = folder.path("clean/a.parquet");
    let metadata = metadata(&path);
    let chunk = metadata.row_group(0).column(TEXT);
    let filter = parquet::bloom_filter::Sbbf::read_from_column_chunk(chunk, &File::open(&path).unwrap());
    let filter = filter.unwrap().unwrap();
    assert!(filter.check(&ARTICLE) && filter.check(&PLAIN));
    assert!(!filter.check(&PAGE));
}

#[test]
fn delta_encodings_stay() {
    for encoding in [Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY] {
        let properties = properties().set_dictionary_enabled(false).set_column_encoding("text".into(), encoding);
        let folder = there_and_back(OPTIONAL, TEXTS, properties);
        let metadata = metadata(&folder.path("clean/a.parquet"));
        assert!(metadata.row_group(0).column(TEXT).encodings().any(|found| found == encoding));
    }
}

#[test]
fn rows_are_no_longer_sorted_by_the_text_but_by_what_came_before() {
    let by = |column: usize| SortingColumn { column_idx: column as i32, descending: false, nulls_first: false };
    for (sorting, kept) in [
        (vec![by(0), by(1)], Some(vec![by(0), by(1)])),
        (vec![by(0), by(TEXT), by(1)], Some(vec![by(0)])),
        (vec![by(TEXT)], None),
    ] {
        let folder = there_and_back(OPTIONAL, TEXTS, properties().set_sorting_columns(Some(sorting)));
        let metadata = metadata(&folder.path("clean/a.parquet"));
        assert_eq!(metadata.row_group(1).sorting_columns(), kept.as_ref());
    }
}

#[test]
fn a_field_of_a_struct() {
    let folder = Folder::new();
    let [source, clean] = ["a.parquet", "b.parquet"].map(|name| folder.path(name));
    write(&source, OPTIONAL, TEXTS, properties());
    folder.run("a.parquet -o b.parquet --text-field /content/inner/body -q").exits(0).says(&[]);
    let (before, after) = (column(&source, BODY), column(&clean, BODY));
    let split = |rows: Vec<(i16, Option<String>)>| -> (Vec<i16>, Vec<Option<String>>) { rows.into_iter().unzip() };
    let ((levels, before), (new_levels, after)) = (split(before), split(after));
    assert_eq!(new_levels, levels);
    assert_eq!(after, through_jsonl(&before));
    same_but(BODY, &source, &clean);
}

#[test]
fn files_without_rows_or_row_groups() {
    for texts in [&[][..], &[&[][..], &[][..]], &[&[None, None][..], &[][..]]] {
        let folder = Folder::new();
        write(&folder.path("a.parquet"), OPTIONAL, texts, properties());
        folder.run("a.parquet -o b.parquet -q").exits(0).says(&[]);
        same_but(TEXT, &folder.path("a.parquet"), &folder.path("b.parquet"));
    }
}

#[test]
fn the_audit_names_file_row_and_column() {
    let folder = Folder::new();
    write(&folder.path("a.parquet"), OPTIONAL, TEXTS, properties());
    folder.run("a.parquet -o b.parquet --removed audit -v").exits(0).says(&[
        "cleaned a.parquet:1: 2 removals, 72 of 300 bytes",
        "cleaned a.parquet:5: 2 removals, 72 of 300 bytes",
        "a.parquet:8: over the removal budget; left as it is",
        "cleaned a.parquet:9: 2 removals, 72 of 300 bytes",
        "7 documents: 3 cleaned (6 removals, 216 of 1065 bytes), 3 unchanged, 1 over the removal budget",
    ]);
    let audit = folder.text("audit");
    let rows: Vec<u64> = audit
        .lines()
        .map(|line| {
            let entry: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(
                (&entry["doc"], &entry["format"], &entry["field"]),
                (&"b.parquet".into(), &"parquet".into(), &"text".into())
            );
            entry["record"].as_u64().unwrap()
        })
        .collect();
    assert_eq!(rows, [1, 1, 5, 5, 9, 9]);
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    let folder = Folder::new();
    write(&folder.path("a.parquet"), OPTIONAL, TEXTS, properties());
    let bytes = fs::read(folder.path("a.parquet")).unwrap();
    folder.run("--check a.parquet -q").exits(1).says(&[]);
    assert_eq!(folder.files("."), ["a.parquet"]);
    assert_eq!(fs::read(folder.path("a.parquet")).unwrap(), bytes);
}

#[test]
fn a_file_in_place() {
    let folder = Folder::new();
    write(&folder.path("a.parquet"), OPTIONAL, TEXTS, properties());
    let before = texts(&folder.path("a.parquet"));
    folder.run("-i a.parquet -q").exits(0).says(&[]);
    assert_eq!(texts(&folder.path("a.parquet")), through_jsonl(&before));
}

#[test]
fn a_value_that_is_not_utf8_stays() {
    let folder = Folder::new();
    let path = folder.path("a.parquet");
    let properties =
        properties().set_compression(Compression::UNCOMPRESSED).set_column_dictionary_enabled("text".into(), false);
    write(&path, OPTIONAL, TEXTS, properties.set_statistics_enabled(EnabledStatistics::None));
    let mut bytes = fs::read(&path).unwrap();
    // In the text, which comes after the body.
    let at = bytes.windows(4).rposition(|window| window == "öß".as_bytes()).unwrap();
    bytes[at] = 0xFF;
    fs::write(&path, &bytes).unwrap();
    folder.run("a.parquet -o b.parquet -q").exits(2).says(&["a.parquet:10: the text is not UTF-8 from its byte 30 on"]);
    let cleaned = fs::read(folder.path("b.parquet")).unwrap();
    assert!(cleaned.windows(4).any(|window| window == &bytes[at..at + 4]));
    same_but(TEXT, &path, &folder.path("b.parquet"));
}

#[test]
fn columns_that_hold_no_text() {
    let folder = Folder::new();
    write(&folder.path("a.parquet"), OPTIONAL, TEXTS, properties());
    for (field, why) in [
        ("body", &*format!("no column \"body\" (--text-field names another one); the file has {COLUMNS}")),
        ("/content/x", &*format!("no column \"/content/x\" (--text-field names another one); the file has {COLUMNS}")),
        ("id", "column \"id\" is INT64, not a string"),
        ("old", "column \"old\" is INT96, not a string"),
        ("content", "column \"content\" is a struct (name one of its fields as /struct/field), not a string"),
        ("tags", "column \"tags\" is a list, not a string"),
        ("/tags/list/element", "column \"/tags/list/element\" is in a list; only one text a row can be cleaned"),
    ] {
        let run = folder.run(&format!("a.parquet -o b.parquet -q --text-field {field}")).exits(2);
        run.says(&[&format!("a.parquet: {why}")]);
    }
    assert_eq!(folder.files("."), ["a.parquet"]);
}

#[test]
fn files_that_are_cut_off_or_something_else() {
    let folder = Folder::new();
    write(&folder.path("whole"), OPTIONAL, TEXTS, properties());
    let whole = fs::read(folder.path("whole")).unwrap();
    let encrypted = [&whole[..whole.len() - 4], b"PARE"].concat();
    let no_footer = "no Parquet footer: the file is cut off, or it is not a Parquet file";
    for (bytes, why) in [
        (&whole[..whole.len() - 1], no_footer),
        (&whole[..whole.len() / 2], no_footer),
        (&whole[..4], no_footer),
        (b"", no_footer),
        (b"{\"text\":\"Leave a Reply\"}", no_footer),
        (&encrypted, "the file is encrypted; decrypt it first"),
    ] {
        folder.write("in/a.parquet", bytes);
        folder.write("in/b.txt", PAGE);
        folder.run("in -o out -q").exits(2).says(&[&format!("in/a.parquet: {why}")]);
        assert_eq!(folder.files("out"), ["b.txt"]);
        folder.holds("in/a.parquet", bytes);
    }
}

#[test]
fn damage_in_a_page_fails_the_file_and_nothing_else() {
    let folder = Folder::new();
    write(
        &folder.path("whole"),
        OPTIONAL,
        TEXTS,
        properties().set_compression(Compression::ZSTD(ZstdLevel::default())),
    );
    let metadata = metadata(&folder.path("whole"));
    let (start, length) = metadata.row_group(1).column(TEXT).byte_range();
    let mut bytes = fs::read(folder.path("whole")).unwrap();
    bytes[start as usize..][..length as usize].fill(0xEE);
    folder.write("in/a.parquet", &bytes);
    folder.write("in/b.txt", PAGE);
    let run = folder.run("in -o out -q").exits(2);
    let message =
        "dechrome: in/a.parquet: column \"text\" in row group 2 is damaged or of a kind that cannot be read: ";
    assert!(run.stderr.starts_with(message), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1);
    assert_eq!(folder.files("out"), ["b.txt"]);
}

#[test]
fn an_audit_of_another_run_restores_nothing() {
    let folder = there_and_back(OPTIONAL, TEXTS, properties());
    let fewer: Texts<'_> = &[&[Some(ARTICLE), None, Some(PLAIN)]];
    write(&folder.path("clean/a.parquet"), OPTIONAL, fewer, properties());
    folder.run("restore clean/a.parquet --removed audit -o again.parquet -q").exits(2).says(&[
        "clean/a.parquet: the audit has removals of row 5 left over: rows are missing here, or its records are not in order",
    ]);
    let other: Texts<'_> = &[&[Some(PLAIN), None, Some(PLAIN)]];
    write(&folder.path("clean/a.parquet"), OPTIONAL, other, properties());
    let run = folder.run("restore clean/a.parquet --removed audit -o again.parquet -q").exits(2);
    assert!(run.stderr.starts_with("dechrome: clean/a.parquet:1: does not make the original again"), "{}", run.stderr);
    assert!(!folder.path("again.parquet").exists());
}
