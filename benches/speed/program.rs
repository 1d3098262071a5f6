//! The program as a whole, start and files included: JSON Lines and Parquet.

use std::cell::LazyCell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput};
use dechrome::Cleaner;
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::texts::Texts;

const SCHEMA: &str = "message m { required int64 id; required binary text (UTF8); }";
const TEXT: usize = 1;

pub fn run(criterion: &mut Criterion, texts: &Texts) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cleaned = LazyCell::new(|| {
        let cleaner = Cleaner::new().expect("built-in patterns");
        texts.texts.iter().map(|text| cleaner.clean(text).into_text().into_owned()).collect::<Vec<_>>()
    });
    let mut group = criterion.benchmark_group("program");
    group.throughput(Throughput::Bytes(texts.bytes()));
    for (name, extension, threads) in
        [("jsonl", "jsonl", "1"), ("jsonl-2-threads", "jsonl", "2"), ("parquet", "parquet", "1")]
    {
        let [source, output] = ["in", "out"].map(|stem| folder.path().join(stem).with_extension(extension));
        let run = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_dechrome"));
            let command = command.args(["-q", "--threads", threads, "-o"]).args([&output, &source]);
            assert!(command.status().expect("a program that starts").success());
        };
        let size = LazyCell::new(|| {
            write(&source, &texts.texts);
            run();
            assert!(read(&output) == *cleaned, "{name}: the program's answer is not the library's");
            fs::metadata(&output).expect("an output").len()
        });
        group.bench_function(name, |bencher| {
            let size = *size;
            // An output of an earlier pass must not be taken for one of this.
            let remove = || fs::remove_file(&output).expect("the output of the pass before");
            let timed = |()| {
                run();
                assert_eq!(fs::metadata(&output).expect("an output").len(), size);
            };
            bencher.iter_batched(remove, timed, BatchSize::PerIteration);
            assert!(read(&output) == *cleaned, "{name}: the answer changes");
        });
    }
}

fn write(path: &PathBuf, texts: &[String]) {
    if is_parquet(path) {
        return write_parquet(path, texts);
    }
    let record = |(id, text): (usize, &String)| serde_json::json!({"id": id, "text": text}).to_string() + "\n";
    fs::write(path, texts.iter().enumerate().map(record).collect::<String>()).expect("a writable folder");
}

fn read(path: &PathBuf) -> Vec<String> {
    if is_parquet(path) {
        return read_parquet(path);
    }
    let lines = fs::read_to_string(path).expect("an output");
    let text = |line: &str| {
        let record: serde_json::Value = serde_json::from_str(line).expect("a record");
        record["text"].as_str().expect("a text").to_owned()
    };
    lines.lines().map(text).collect()
}

fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "parquet")
}

fn write_parquet(path: &Path, texts: &[String]) {
    let schema = Arc::new(parse_message_type(SCHEMA).expect("a schema"));
    let file = File::create(path).expect("a writable folder");
    let properties = Arc::new(WriterProperties::builder().build());
    let mut file = SerializedFileWriter::new(file, schema, properties).expect("a Parquet file");
    let mut group = file.next_row_group().expect("a row group");
    let ids: Vec<i64> = (0..texts.len() as i64).collect();
    let values: Vec<ByteArray> = texts.iter().map(|text| ByteArray::from(text.as_str())).collect();
    while let Some(mut column) = group.next_column().expect("a column") {
        let written = match column.untyped() {
            parquet::column::writer::ColumnWriter::Int64ColumnWriter(_) => {
                column.typed::<Int64Type>().write_batch(&ids, None, None)
            }
            _ => column.typed::<ByteArrayType>().write_batch(&values, None, None),
        };
        written.expect("a written column");
        column.close().expect("a closed column");
    }
    group.close().expect("a closed row group");
    file.close().expect("a closed file");
}

fn read_parquet(path: &Path) -> Vec<String> {
    let file = SerializedFileReader::new(File::open(path).expect("an output")).expect("a Parquet file");
    let mut values = Vec::new();
    for group in 0..file.num_row_groups() {
        let column = file.get_row_group(group).and_then(|group| group.get_column_reader(TEXT)).expect("a column");
        let mut reader = get_typed_column_reader::<ByteArrayType>(column);
        reader.read_records(usize::MAX, None, None, &mut values).expect("a readable column");
    }
    values.iter().map(|value| String::from_utf8(value.data().to_vec()).expect("UTF-8")).collect()
}
