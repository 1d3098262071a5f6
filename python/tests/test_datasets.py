"""Hugging Face datasets."""

import pytest
from conftest import CLEAN, SAMPLES, TEXT

from dechrome import Cleaner

datasets = pytest.importorskip("datasets")

from dechrome.datasets import removals_feature  # noqa: E402

TEXTS = [*SAMPLES.values(), None, "", "short"]


@pytest.fixture(autouse=True)
def quiet():
    datasets.disable_progress_bars()


def dataset():
    return datasets.Dataset.from_dict({"id": list(range(len(TEXTS))), "text": TEXTS})


@pytest.mark.parametrize("workers", [None, 2])
def test_map(workers):
    cleaned = dataset().map(Cleaner().map_fn("text"), batched=True, batch_size=20, num_proc=workers)
    assert cleaned["id"][:] == list(range(len(TEXTS)))
    assert cleaned["text"][:] == Cleaner().clean_batch(TEXTS)
    assert cleaned.features == dataset().features


FORMATS = [None, "arrow", "pandas", "numpy"]
if int(datasets.__version__.split(".")[0]) >= 3:
    FORMATS.append("polars")


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_keeps_all_columns(form):
    wanted = Cleaner().clean_batch(TEXTS)
    cleaned = dataset().with_format(form).map(Cleaner().map_fn("text"), batched=True, batch_size=50).with_format(None)
    assert cleaned.column_names == ["id", "text"]
    assert cleaned["id"][:] == list(range(len(TEXTS)))
    assert cleaned["text"][:] == wanted


@pytest.mark.parametrize("form", FORMATS)
def test_removals_as_a_column(form):
    cleaner = Cleaner()
    before = dataset().with_format(form)
    function = cleaner.map_fn("text", removals="why")
    features = datasets.Features({**before.features, "why": removals_feature()})
    # The first rows that are written have no removals.
    before = datasets.concatenate_datasets([datasets.Dataset.from_dict({"id": [-1], "text": [None]}).with_format(form), before])
    cleaned = before.map(function, batched=True, batch_size=1 if form == "arrow" else 50, features=features)
    cleaned = cleaned.with_format(None).filter(lambda row: row["id"] >= 0)
    assert cleaned["text"][:] == cleaner.clean_batch(TEXTS)
    told = [None if text is None else cleaner.explain(text) for text in TEXTS]
    assert cleaned["why"][:] == [one and [removal.to_dict() for removal in one.removals] for one in told]


def test_streams():
    stream = datasets.IterableDataset.from_generator(lambda: ({"text": text} for text in TEXTS))
    cleaned = stream.map(Cleaner().map_fn("text"), batched=True, batch_size=20)
    assert [row["text"] for row in cleaned] == Cleaner().clean_batch(TEXTS)


def test_what_was_computed_is_found_again(tmp_path):
    path = tmp_path / "in.jsonl"
    dataset().to_json(path)

    def cleaned(**settings):
        loaded = datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=str(tmp_path / "cache"))
        return loaded.map(Cleaner(**settings).map_fn("text"), batched=True).cache_files

    assert cleaned() == cleaned()
    assert cleaned() != cleaned(keep=["comments"])


def test_errors():
    function = Cleaner().map_fn("text")
    with pytest.raises(ValueError, match='^no column "text"; columns are body$'):
        datasets.Dataset.from_dict({"body": ["a"]}).map(function, batched=True)
    with pytest.raises(TypeError, match='^column "text" is one text, not a batch: call map with batched=True$'):
        dataset().map(function)
    with pytest.raises(TypeError, match="^index 1: expected str or None, got int$"):
        function({"text": [TEXT, 3]})
    assert function({"text": [TEXT]}) == {"text": [CLEAN]}
