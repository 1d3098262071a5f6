//! Parquet: one column is cleaned, everything else stays the bytes it was.

mod files;

use std::fs::{self, File};

use parquet::basic::{BrotliLevel, Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterVersion};

use crate::support::{ARTICLE, Folder, PAGE, PLAIN};
use files::{
    BODY, COLUMNS, OPTIONAL, TEXT, TEXTS, Texts, column, metadata, properties, same_but, texts, there_and_back,
    through_jsonl, write,
};

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
            assert_eq!((&entry["format"], &entry["field"]), (&"parquet".into(), &"text".into()));
            let (row, doc) = (entry["record"].as_u64().unwrap(), entry["doc"].as_str().unwrap());
            // The ids are counted anew in each row group.
            let ids: Vec<usize> = TEXTS.iter().flat_map(|group| 0..group.len()).collect();
            assert_eq!(doc, format!("b.parquet#{}", ids[row as usize - 1]));
            row
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
        // It passes through as it is.
        folder.holds("b.parquet", fs::read(folder.path("a.parquet")).unwrap());
        folder.run(&format!("a.parquet -o c.parquet -q --text-field {field} --on-error skip")).exits(2);
        assert!(!folder.path("c.parquet").exists());
    }
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
        folder.holds("out/a.parquet", bytes);
        folder.run("in -o left -q --rejects bad").exits(2);
        assert_eq!(folder.files("left"), ["b.txt"]);
        folder.holds("bad", bytes);
        folder.run("-i in/a.parquet -q").exits(2);
        folder.holds("in/a.parquet", bytes);
        folder.pipe("-f parquet", bytes).exits(2).prints(bytes);
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
    folder.holds("out/a.parquet", &bytes);
    folder.pipe("-f parquet", &bytes).exits(2).prints(&bytes);
    folder.run("in -o left -q --on-error skip").exits(2);
    assert_eq!(folder.files("left"), ["b.txt"]);
}

#[test]
fn standard_input_and_output_may_be_parquet() {
    let folder = Folder::new();
    write(&folder.path("a.parquet"), OPTIONAL, TEXTS, properties());
    folder.run("a.parquet -o b.parquet -q").exits(0);
    let input = fs::read(folder.path("a.parquet")).unwrap();
    folder.pipe("-f parquet", &input).exits(0).prints(fs::read(folder.path("b.parquet")).unwrap());
    folder.run("a.parquet").exits(0).prints(fs::read(folder.path("b.parquet")).unwrap());
    // Where nothing is removed the file is the same, not only what it says.
    folder.run("b.parquet -o c.parquet -q").exits(0);
    folder.holds("c.parquet", fs::read(folder.path("b.parquet")).unwrap());
}

#[test]
fn a_row_cannot_be_left_out() {
    let folder = Folder::new();
    let text = "caf\u{e9}";
    write(
        &folder.path("a.parquet"),
        OPTIONAL,
        &[&[Some(text), Some(PAGE)]],
        properties().set_dictionary_enabled(false),
    );
    let mut bytes = fs::read(folder.path("a.parquet")).unwrap();
    let broken: Vec<usize> = memchr::memmem::find_iter(&bytes, text).collect();
    broken.iter().for_each(|at| bytes[at + 3] = b'x');
    folder.write("a.parquet", &bytes);
    let row = "a.parquet:1: the text is not UTF-8 from its byte 4 on";
    folder.run("a.parquet -o b.parquet -q").exits(2).says(&[row]);
    // It passes, too, if it should be left out.
    folder.run("a.parquet -o skipped.parquet -q --on-error skip").exits(2).says(&[row]);
    folder.holds("skipped.parquet", fs::read(folder.path("b.parquet")).unwrap());
    folder.run("a.parquet -o c.parquet -q --on-error fail").exits(2).says(&[row]);
    assert!(!folder.path("c.parquet").exists());
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
