"""Apache Spark: a real one, with executors of their own."""

import datetime
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import CLEAN, SAMPLES, TEXT

import dechrome
from dechrome import Cleaner

pytest.importorskip("pyspark")

from pyspark.sql import SparkSession, types as t  # noqa: E402
from pyspark.sql import functions as f  # noqa: E402

from dechrome.spark import clean_column, removals_type  # noqa: E402


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("dechrome").config(map={
        "spark.ui.enabled": "false",
        "spark.executor.memory": "512m",
        "spark.sql.shuffle.partitions": "8",
        # Several batches in each partition.
        "spark.sql.execution.arrow.maxRecordsPerBatch": "10",
        "spark.local.dir": str(tmp_path_factory.mktemp("spark")),
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    })
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def rows(texts):
    return [(number, text) for number, text in enumerate(texts)]


SCHEMA = "id long, text string"
TEXTS = [*SAMPLES.values(), None, "", "short"]


def test_every_row_of_every_partition(spark):
    wanted = rows(Cleaner().clean_batch(TEXTS))
    df = spark.createDataFrame(rows(TEXTS), SCHEMA).repartition(16)
    cleaned = clean_column(df, "text")
    assert cleaned.rdd.getNumPartitions() == 16
    assert sorted(tuple(row) for row in cleaned.collect()) == wanted
    # On more than one executor.
    hosts = df.mapInArrow(lambda batches: (b.slice(0, 0) for b in batches), df.schema)
    assert hosts.count() == 0
    assert len(spark.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) == 3, "the driver and two executors"


def test_schema_and_other_columns_stay(spark):
    schema = t.StructType([
        t.StructField("id", t.LongType(), nullable=False, metadata={"source": "crawl"}),
        t.StructField("text", t.StringType(), nullable=True, metadata={"lang": "en"}),
        t.StructField("price", t.DecimalType(10, 2)),
        t.StructField("day", t.DateType()),
        t.StructField("time", t.TimestampType()),
        t.StructField("bytes", t.BinaryType()),
        t.StructField("tags", t.ArrayType(t.StringType())),
        t.StructField("counts", t.MapType(t.StringType(), t.IntegerType())),
        t.StructField("inner", t.StructType([t.StructField("text", t.StringType())])),
        t.StructField("odd.name with `quotes`", t.StringType()),
    ])
    row = (
        1, TEXT, Decimal("1.50"), datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, 4, 5, 6), bytearray(b"\x00\xff"),
        ["a", None], {"x": 1}, (TEXT,), "Share this article",
    )
    df = spark.createDataFrame([row, (2, *[None] * 9)], schema)
    cleaned = clean_column(df, "text")
    assert cleaned.schema == df.schema
    assert [field.metadata for field in cleaned.schema] == [field.metadata for field in df.schema]
    first, second = cleaned.orderBy("id").collect()
    before = df.orderBy("id").collect()
    assert first == type(first)(*[CLEAN if name == "text" else before[0][name] for name in df.columns])
    assert second == before[1]
    # Twice the same name, as after a join.
    joined = df.select("id", "text", "price").join(df.select("id", "day"), df.id == df.id)
    assert clean_column(joined, "text", removals="why").columns == ["id", "text", "price", "id", "day", "why"]
    assert sorted(row[1] or "" for row in clean_column(joined, "text").collect()) == ["", CLEAN]
    odd = clean_column(df.withColumn("odd.name with `quotes`", f.lit(TEXT)), "odd.name with `quotes`")
    assert odd.first()[-1] == CLEAN


def test_removals_as_a_column(spark):
    df = spark.createDataFrame(rows(TEXTS), SCHEMA).repartition(3)
    cleaned = clean_column(df, "text", removals="removals")
    assert cleaned.schema["removals"].dataType == removals_type()
    cleaner = Cleaner()
    for row in cleaned.collect():
        text = TEXTS[row.id]
        if text is None:
            assert row.text is row.removals is None
        else:
            told = cleaner.explain(text)
            assert row.text == told.text
            assert [one.asDict(recursive=True) for one in row.removals] == [one.to_dict() for one in told.removals]
    totals = cleaned.select(f.explode("removals.label").alias("label")).groupBy("label").count().collect()
    assert sum(row["count"] for row in totals) == sum(len(cleaner.explain(text).removals) for text in TEXTS if text)


def test_empty_partitions_empty_frames_and_skew(spark):
    df = spark.createDataFrame(rows(TEXTS * 5), SCHEMA)
    # All rows but a few in one partition, most partitions without any.
    skewed = df.repartition(8, (f.col("id") > 3).cast("int"))
    sizes = skewed.rdd.glom().map(len).collect()
    assert 0 in sizes and max(sizes) > 0.9 * sum(sizes)
    cleaned = clean_column(skewed, "text")
    assert sorted(tuple(row) for row in cleaned.collect()) == rows(Cleaner().clean_batch(TEXTS * 5))
    empty = clean_column(df.limit(0), "text", removals="why")
    assert empty.collect() == [] and empty.columns == ["id", "text", "why"]


def test_large_strings(spark):
    spark.conf.set("spark.sql.execution.arrow.useLargeVarTypes", "true")
    try:
        df = spark.createDataFrame(rows([TEXT, None]), SCHEMA)
        cleaned = clean_column(df, "text", removals="removals").orderBy("id").collect()
    finally:
        spark.conf.unset("spark.sql.execution.arrow.useLargeVarTypes")
    assert [row.text for row in cleaned] == [CLEAN, None]
    assert [one.label for one in cleaned[0].removals] == ["meta", "related"]


def test_a_killed_executor_is_replaced_and_nothing_is_lost(spark, tmp_path):
    marker = str(tmp_path / "killed")

    def kill_once(batches):
        import os
        import signal
        from pathlib import Path

        for number, batch in enumerate(batches):
            yield batch
            # When the first batch is cleaned and the second is on its way.
            if number == 1:
                try:
                    os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    continue
                daemon = os.getppid()
                # The executor is the parent of the daemon that forks workers.
                executor = int(Path(f"/proc/{daemon}/stat").read_text().rpartition(")")[2].split()[1])
                os.kill(executor, signal.SIGKILL)

    texts = TEXTS * 3
    df = spark.createDataFrame(rows(texts), SCHEMA).repartition(4)
    cleaned = clean_column(df.mapInArrow(kill_once, df.schema), "text")
    assert sorted(tuple(row) for row in cleaned.collect()) == rows(Cleaner().clean_batch(texts))
    assert os.path.exists(marker), "no executor was killed"


def test_settings_reach_the_executors(spark, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[ad-label]\nphrases = ["a word from the harbour bakery"]\n')
    text = TEXT.replace("4 mins", "A word from the harbour bakery:")
    df = spark.createDataFrame(rows([text]), SCHEMA)
    by_settings = clean_column(df, "text", patterns=path, keep="related", removals="why")
    by_cleaner = clean_column(df, "text", cleaner=Cleaner(patterns=path, keep="related"), removals="why")
    path.unlink()
    for cleaned in (by_settings, by_cleaner):
        row = cleaned.first()
        assert [one.rule for one in row.why] == ["ad-label"] and "Related Posts" in row.text


def test_what_cannot_be_cleaned_is_told_before_the_job_runs(spark):
    df = spark.createDataFrame(rows([TEXT]), SCHEMA)
    for error, message, call in [
        (ValueError, 'no column "body"; columns are id, text', lambda: clean_column(df, "body")),
        (ValueError, 'column "id" is there already; give the removals another name',
         lambda: clean_column(df, "text", removals="id")),
        (ValueError, 'column "ID" is there already but for its case; give the removals another name',
         lambda: clean_column(df, "text", removals="ID")),
        (TypeError, 'column "id" is of type bigint, not string', lambda: clean_column(df, "id")),
        (dechrome.PatternError, "keep: no label", lambda: clean_column(df, "text", keep="comment")),
        (TypeError, "give a cleaner or its settings, not both: keep",
         lambda: clean_column(df, "text", cleaner=Cleaner(), keep="comments")),
    ]:
        with pytest.raises(error, match=message):
            call()


def test_the_program_in_a_pipe(spark, program):
    lines = [json.dumps({"id": number, "text": text}) for number, text in enumerate(TEXTS) if text is not None]
    piped = spark.sparkContext.parallelize(lines, 4).pipe(f"{program} --format jsonl -q -j1", checkCode=True).collect()
    wanted = Cleaner().clean_batch(TEXTS)
    assert [json.loads(line)["text"] for line in piped] == [text for text in wanted if text is not None]


def test_the_example(spark, tmp_path):
    df = spark.createDataFrame(rows(TEXTS), SCHEMA)
    df.write.parquet(str(tmp_path / "in"))
    example = Path(__file__).parents[1] / "examples" / "spark_parquet.py"
    told = subprocess.run(
        [sys.executable, str(example), str(tmp_path / "in"), str(tmp_path / "out"), "--master", "local[2]"],
        capture_output=True, text=True, check=True,
    )
    cleaned = spark.read.parquet(str(tmp_path / "out"))
    assert sorted(tuple(row) for row in cleaned.select("id", "text").collect()) == rows(Cleaner().clean_batch(TEXTS))
    totals = {words[0]: int(words[1]) for words in map(str.split, told.stdout.splitlines()) if words[0] in dechrome.LABELS}
    wanted = {}
    for text in filter(None, TEXTS):
        for removal in Cleaner().explain(text).removals:
            wanted[removal.label] = wanted.get(removal.label, 0) + 1
    assert totals == wanted
