"""Ray Data: a real local Ray."""

import pytest
from conftest import CLEAN, SAMPLES, TEXT

import dechrome
from dechrome import Cleaner

pytest.importorskip("ray")
pytest.importorskip("ray.data")

import ray  # noqa: E402

from dechrome.ray import CleanBatch  # noqa: E402

TEXTS = [*SAMPLES.values(), None, "", "short"]


@pytest.fixture(scope="module", autouse=True)
def cluster():
    # Two for the actors of one test, and some for what feeds them.
    ray.init(num_cpus=4, include_dashboard=False, configure_logging=False, log_to_driver=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield
    ray.shutdown()


def dataset(texts=TEXTS, blocks=5):
    items = [{"id": number, "text": text, "tags": ["a", str(number)]} for number, text in enumerate(texts)]
    return ray.data.from_items(items).repartition(blocks)


@pytest.mark.parametrize("batch_format", ["pyarrow", "numpy", "pandas", "default"])
def test_every_batch_format(batch_format):
    wanted = Cleaner().clean_batch(TEXTS)
    cleaned = dataset().map_batches(CleanBatch("text"), batch_format=batch_format, batch_size=20)
    rows = sorted(cleaned.take_all(), key=lambda row: row["id"])
    assert [row["id"] for row in rows] == list(range(len(TEXTS)))
    assert [row["text"] for row in rows] == wanted
    assert [list(row["tags"]) for row in rows] == [["a", str(number)] for number in range(len(TEXTS))]


@pytest.mark.parametrize("batch_format", ["pyarrow", "numpy", "pandas"])
def test_removals_as_a_column(batch_format):
    step = CleanBatch("text", removals="why", keep=["comments"])
    rows = dataset().map_batches(step, batch_format=batch_format).take_all()
    cleaner = Cleaner(keep=["comments"])
    assert len(rows) == len(TEXTS)
    for row in rows:
        text = TEXTS[row["id"]]
        if text is None:
            assert row["why"] is None
        else:
            assert list(row["why"]) == [removal.to_dict() for removal in cleaner.explain(text).removals]


@pytest.mark.parametrize("batch_format", ["pyarrow", "numpy", "pandas"])
def test_blocks_of_pandas_with_missing_texts(batch_format):
    pandas = pytest.importorskip("pandas")
    ds = ray.data.from_pandas(pandas.DataFrame({"text": [TEXT, None, "x"], "id": [0, 1, 2]}))
    rows = ds.map_batches(CleanBatch("text", removals="why"), batch_format=batch_format).take_all()
    texts = {row["id"]: row["text"] for row in rows}
    assert (texts[0], texts[2]) == (CLEAN, "x") and pandas.isna(texts[1])
    assert [row["why"] is not None and len(row["why"]) for row in sorted(rows, key=lambda row: row["id"])] == [2, False, 0]


def test_frames_of_every_kind_of_text():
    pandas = pytest.importorskip("pandas")
    for kind in ("object", "str", "string", "string[pyarrow]", "category"):
        texts = pandas.Series([TEXT, None, "x"], dtype=kind, index=[7, 7, 9])
        frame = pandas.DataFrame({"text": texts, 0: [1, 2, 3]}, index=texts.index)
        cleaned = CleanBatch("text")(frame)
        assert cleaned["text"].isna().tolist() == [False, True, False], kind
        assert (cleaned["text"].iloc[0], cleaned["text"].iloc[2]) == (CLEAN, "x"), kind
        assert kind == "category" or cleaned["text"].dtype == frame["text"].dtype
        assert cleaned[[0]].equals(frame[[0]])


def test_from_parquet_to_parquet(tmp_path):
    dataset().write_parquet(str(tmp_path / "in"))
    ds = ray.data.read_parquet(str(tmp_path / "in"))
    ds.map_batches(CleanBatch("text"), batch_format="pyarrow").write_parquet(str(tmp_path / "out"))
    rows = ray.data.read_parquet(str(tmp_path / "out")).take_all()
    assert {row["id"]: row["text"] for row in rows} == dict(enumerate(Cleaner().clean_batch(TEXTS)))


def test_a_killed_worker_is_replaced_and_nothing_is_lost(tmp_path):
    marker = str(tmp_path / "killed")

    def kill_once(batch):
        import os
        import signal

        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return batch
        os.kill(os.getpid(), signal.SIGKILL)

    ds = dataset().map_batches(kill_once, batch_format="pyarrow").map_batches(CleanBatch(), batch_format="pyarrow")
    rows = ds.take_all()
    assert {row["id"]: row["text"] for row in rows} == dict(enumerate(Cleaner().clean_batch(TEXTS)))
    assert (tmp_path / "killed").exists()


def test_as_a_class_with_actors():
    ds = dataset().map_batches(
        CleanBatch, fn_constructor_kwargs={"column": "text", "mode": "article"}, concurrency=2, batch_format="pyarrow"
    )
    wanted = Cleaner(mode="article").clean_batch(TEXTS)
    assert {row["id"]: row["text"] for row in ds.take_all()} == dict(enumerate(wanted))


def test_errors():
    with pytest.raises(dechrome.PatternError, match="keep: no label"):
        CleanBatch("text", keep=["comment"])
    for batch in ({"body": [TEXT]}, {"text": [TEXT], "why": [1]}):
        with pytest.raises(ValueError, match='^(no column "text"; columns are body|column "why" is there already)'):
            CleanBatch("text", removals="why")(batch)
    with pytest.raises(TypeError, match="^index 1: expected str or None, got int$"):
        CleanBatch("text")({"text": [TEXT, 3]})
    for wrong in ({"column": 3}, {"removals": 3}, {"cleaner": 3}):
        with pytest.raises(TypeError, match=f"^{next(iter(wrong))}: expected (str|Cleaner), got int$"):
            CleanBatch(**wrong)
    assert CleanBatch()({"text": [TEXT]})["text"].tolist() == [CLEAN]
