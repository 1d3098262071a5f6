"""Parquet files as pyarrow and DuckDB write and read them.

Needs pytest, pyarrow and duckdb, and the program: in DECHROME, or built under target/.
"""

import datetime
import decimal
import json
import os
import pathlib
import subprocess

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

ROOT = pathlib.Path(__file__).parents[2]
CODECS = ["NONE", "SNAPPY", "GZIP", "BROTLI", "LZ4", "ZSTD"]

PAGE = """The harbour gets a new crane

The old crane number {0} had served the harbour for sixty years before it was taken down on Monday morning.

Advertisement

The new one lifts twice as much and needs only {0} persons at the controls, the harbour master said.

Leave a Reply
Your email address will not be published.
"""
PLAIN = "Nobody had expected {0} people on the quay when the first of the fishing boats came home at dawn — é.\n"


def program():
    named = os.environ.get("DECHROME")
    if named:
        return named
    for profile in ["release", "debug"]:
        path = ROOT / "target" / profile / "dechrome"
        if path.exists():
            return str(path)
    raise FileNotFoundError("no dechrome: build it, or name it in DECHROME")


def run(*arguments, exits=0):
    done = subprocess.run([program(), *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == exits, done.stderr
    return done.stderr


def texts(count):
    """Pages and plain texts, empty ones and nulls, and some that come again and again."""
    kinds = [PAGE, PLAIN, None, PAGE, "", PLAIN, PAGE]
    return [kind and kind.format(n if n % 3 else 1) for n, kind in zip(range(count), kinds * count)]


@pytest.fixture(scope="session")
def through_jsonl(tmp_path_factory):
    """What the program makes of texts in a JSON Lines file."""

    def clean(values):
        folder = tmp_path_factory.mktemp("jsonl")
        rows = [json.dumps({"text": value}) + "\n" for value in values if value is not None]
        (folder / "in.jsonl").write_text("".join(rows))
        run(folder / "in.jsonl", "-o", folder / "out.jsonl")
        cleaned = (json.loads(line)["text"] for line in (folder / "out.jsonl").open())
        return [None if value is None else next(cleaned) for value in values]

    return clean


def other_columns(count):
    """A column of every type there is, or nearly."""
    day = datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.timezone.utc)
    numbers = range(count)

    def some(values, type, every=5):
        return pa.array([None if n % every == 3 else value for n, value in enumerate(values)], type)

    return {
        "id": pa.array(numbers, pa.int64()),
        "flag": some((n % 2 == 0 for n in numbers), pa.bool_()),
        "tiny": some((n % 100 for n in numbers), pa.uint8()),
        "score": some((float("nan") if n % 7 == 0 else -0.0 if n % 7 == 1 else n / 7 for n in numbers), pa.float64()),
        "half": pa.array([float(n) for n in numbers], pa.float32()),
        "when": some((day + datetime.timedelta(hours=n) for n in numbers), pa.timestamp("us", tz="Europe/Berlin")),
        "nanos": some((n * 1000 for n in numbers), pa.timestamp("ns")),
        "date": some((day.date() for _ in numbers), pa.date32()),
        "time": some((datetime.time(n % 24, 1, 2) for n in numbers), pa.time64("us")),
        "price": some((decimal.Decimal(n) / 100 for n in numbers), pa.decimal128(20, 2)),
        "blob": some((bytes([n % 256, 0, 255]) for n in numbers), pa.binary()),
        "fixed": pa.array([n.to_bytes(4, "big") for n in numbers], pa.binary(4)),
        "lang": some((["en", "de", "fr"][n % 3] for n in numbers), pa.string()).dictionary_encode(),
        "tags": some(([f"t{n}", None, ""][: n % 4] for n in numbers), pa.list_(pa.string())),
        "meta": some(({"a": n, "b": [n % 100, 1]} for n in numbers), pa.struct([("a", pa.int32()), ("b", pa.list_(pa.int8()))])),
        "map": some(([("k", n), ("l", None)] for n in numbers), pa.map_(pa.string(), pa.int64())),
        "nothing": pa.nulls(count),
    }


def table(count, type=pa.string()):
    columns = other_columns(count)
    text = pa.array(texts(count), pa.string())
    text = text.dictionary_encode() if pa.types.is_dictionary(type) else text.cast(type)
    names = list(columns)
    columns = {**{name: columns[name] for name in names[:8]}, "text": text, **{name: columns[name] for name in names[8:]}}
    made = pa.table(columns)
    fields = [field.with_metadata({"of": field.name}) for field in made.schema]
    return made.cast(pa.schema(fields, metadata={"pandas": json.dumps({"index_columns": []}), "k": "v\u00e9"}))


def same_but_text(source, cleaned, expected, column="text"):
    """Both files are the same for pyarrow and for DuckDB, but for the text."""
    old_file, new_file = pq.ParquetFile(source), pq.ParquetFile(cleaned)
    assert new_file.schema == old_file.schema
    assert new_file.schema_arrow.equals(old_file.schema_arrow, check_metadata=True)
    assert new_file.metadata.metadata == old_file.metadata.metadata
    for name in ["num_rows", "num_row_groups", "created_by", "format_version"]:
        assert getattr(new_file.metadata, name) == getattr(old_file.metadata, name), name
    for group in range(old_file.metadata.num_row_groups):
        old, new = old_file.metadata.row_group(group), new_file.metadata.row_group(group)
        assert (new.num_rows, new.sorting_columns) == (old.num_rows, old.sorting_columns)
        for number in range(old.num_columns):
            before, after = old.column(number).to_dict(), new.column(number).to_dict()
            assert after["compression"] == before["compression"]
            assert new.column(number).has_offset_index == old.column(number).has_offset_index
            assert new.column(number).has_column_index == old.column(number).has_column_index
            if before["path_in_schema"] == column:
                assert (after["statistics"] is None) == (before["statistics"] is None)
                continue
            for place in ["file_offset", "data_page_offset", "dictionary_page_offset", "bloom_filter_offset"]:
                before.pop(place, None), after.pop(place, None)
            assert repr(after) == repr(before)
    old, new = pq.read_table(source), pq.read_table(cleaned)
    new.validate(full=True)
    rest = [name for name in old.column_names if name != column]
    for name in rest:
        # NaN is not equal to itself.
        assert repr(new[name].to_pylist()) == repr(old[name].to_pylist()), name
    assert new[column].to_pylist() == expected
    some = list(dict.fromkeys(value for value in expected if value))[:10]
    with duckdb.connect() as database:
        described = [database.sql(f"describe from '{path}'").fetchall() for path in [source, cleaned]]
        assert described[0] == described[1]
        rows = [database.sql(f"select * exclude({column}) from '{path}'").fetchall() for path in [source, cleaned]]
        assert repr(rows[0]) == repr(rows[1])
        found = database.sql(f"select {column} from '{cleaned}'").fetchall()
        assert [value for (value,) in found] == expected
        # What the statistics and bloom filters say is true of the new values.
        for value in some:
            count = database.execute(f"select count(*) from '{cleaned}' where {column} = ?", [value]).fetchone()
            assert count == (expected.count(value),)
    for value in some if new.schema.field(column).type != pa.string_view() else []:
        found = pq.read_table(cleaned, columns=[column], filters=pc.field(column) == value)
        assert found.num_rows == expected.count(value)


def check(source, folder, through_jsonl, values=None, column="text", *options):
    values = pq.read_table(source)[column].to_pylist() if values is None else values
    expected = through_jsonl(values)
    assert expected != values
    cleaned, back = folder / "clean" / source.name, folder / "back" / source.name
    run(source, "-o", cleaned, "--removed", folder / "removed.jsonl", "--text-field", column, *options)
    same_but_text(source, cleaned, expected, column)
    run("restore", cleaned, "--removed", folder / "removed.jsonl", "-o", back)
    same_but_text(source, back, values, column)


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("dictionary", [True, False])
def test_codecs(tmp_path, through_jsonl, codec, dictionary):
    path = tmp_path / "a.parquet"
    pq.write_table(table(700), path, compression=codec, use_dictionary=dictionary, row_group_size=300)
    check(path, tmp_path, through_jsonl)


@pytest.mark.parametrize("type", [pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.string_view(), pa.binary()])
def test_types_of_the_text(tmp_path, through_jsonl, type):
    path = tmp_path / "a.parquet"
    pq.write_table(table(300, type), path, compression="zstd")
    if type == pa.binary():
        # DuckDB and Python tell bytes from strings.
        run(path, "-o", tmp_path / "b.parquet")
        expected = [None if value is None else value.encode() for value in through_jsonl(texts(300))]
        same_but_text(path, tmp_path / "b.parquet", expected)
    else:
        check(path, tmp_path, through_jsonl)


@pytest.mark.parametrize(
    "options",
    [
        {"data_page_version": "2.0", "version": "2.6"},
        {"version": "1.0", "use_deprecated_int96_timestamps": True},
        {"write_page_index": True, "data_page_size": 2000, "write_batch_size": 10},
        {"write_statistics": False},
        {"write_statistics": ["id"]},
        {"use_dictionary": False, "column_encoding": {"text": "DELTA_LENGTH_BYTE_ARRAY"}},
        {"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}, "data_page_version": "2.0"},
        {"store_schema": False},
        {"write_page_checksum": True},
        {"dictionary_pagesize_limit": 500},
        {"sorting_columns": [pq.SortingColumn(0)]},
        {"bloom_filter_options": {"text": {"ndv": 500}, "id": {"ndv": 500, "fpp": 0.01}}},
    ],
    ids=lambda options: next(iter(options)),
)
def test_ways_to_write(tmp_path, through_jsonl, options):
    path = tmp_path / "a.parquet"
    made = table(900)
    if options.get("version") == "1.0":
        made = made.drop_columns("nanos")
    pq.write_table(made, path, row_group_size=400, **options)
    check(path, tmp_path, through_jsonl)


def test_more_than_a_batch(tmp_path, through_jsonl):
    path = tmp_path / "a.parquet"
    values = [PAGE.format(n) * (1 + n % 50) for n in range(1000)]
    made = pa.table({"text": values, "n": pa.array(range(1000))})
    pq.write_table(made, path, compression="zstd", write_page_index=True)
    check(path, tmp_path, through_jsonl)


def test_empty_files(tmp_path):
    for count, groups in [(0, 1), (3, 3)]:
        path = tmp_path / f"{count}.parquet"
        made = pa.table({"text": pa.nulls(count, pa.string()), "n": pa.array(range(count))})
        with pq.ParquetWriter(path, made.schema) as writer:
            for _ in range(groups):
                writer.write_table(made)
        run(path, "-o", tmp_path / "out.parquet")
        same_but_text(path, tmp_path / "out.parquet", [None] * count * groups)


def test_a_field_of_a_struct(tmp_path, through_jsonl):
    values = texts(300)
    content = [None if n % 9 == 4 else {"title": str(n), "body": value} for n, value in enumerate(values)]
    made = pa.table({"content": content, "text": ["Leave a Reply"] * 300})
    source, cleaned = tmp_path / "a.parquet", tmp_path / "b.parquet"
    pq.write_table(made, source, row_group_size=100)
    run(source, "-o", cleaned, "--text-field", "/content/body")
    expected = through_jsonl(values)
    found = pq.read_table(cleaned)
    assert found["text"] == made["text"]
    assert found["content"].to_pylist() == [
        None if row is None else {"title": row["title"], "body": expected[n]} for n, row in enumerate(content)
    ]
    with duckdb.connect() as database:
        rows = database.sql(f"select content from '{cleaned}'").fetchall()
        assert [row for (row,) in rows] == found["content"].to_pylist()


@pytest.mark.parametrize("codec", ["zstd", "snappy", "uncompressed", "gzip", "lz4_raw", "brotli"])
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_files_of_duckdb(tmp_path, through_jsonl, codec, version):
    made = pa.table({"text": texts(5000)})
    path = tmp_path / "a.parquet"
    with duckdb.connect() as database:
        database.sql(
            f"""copy (select row_number() over () as id, text, [id, 2] as list, {{'a': id}} as struct,
                id::decimal(18, 3) as price, uuid() as uuid, interval 1 day as span, map {{'k': id}} as map,
                'en'::enum('en', 'de') as lang, current_timestamp as at, id::hugeint as huge
                from made) to '{path}' (format parquet, codec {codec}, row_group_size 2048, parquet_version {version})"""
        )
    check(path, tmp_path, through_jsonl)


def test_files_with_geometry_or_variant_keep_their_schema(tmp_path, through_jsonl):
    """Types that are newer than most readers."""
    made = pa.table({"text": texts(300)})
    path = tmp_path / "a.parquet"
    with duckdb.connect() as database:
        try:
            database.sql(
                f"copy (select text, 7::variant as v from made) to '{path}' (format parquet)"
            )
        except duckdb.Error:
            pytest.skip("this DuckDB has no variants")
        run(path, "-o", tmp_path / "b.parquet")
        for query in ["from '{}'", "from parquet_schema('{}')"]:
            old, new = (database.sql(query.format(file)).fetchall() for file in [path, tmp_path / "b.parquet"])
            if "schema" in query:
                assert [row[1:] for row in new] == [row[1:] for row in old]
            else:
                assert [row[1:] for row in new] == [row[1:] for row in old]
                assert [row[0] for row in new] == through_jsonl([row[0] for row in old])
