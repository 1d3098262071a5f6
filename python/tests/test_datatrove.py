"""datatrove: its own local executor, from JSON Lines to JSON Lines."""

import gzip
import json

import pytest
from conftest import CLEAN, SAMPLES, TEXT

from dechrome import Cleaner, PatternError

pytest.importorskip("datatrove")

from datatrove.data import Document  # noqa: E402
from datatrove.executor.local import LocalPipelineExecutor  # noqa: E402
from datatrove.pipeline.readers import JsonlReader  # noqa: E402
from datatrove.pipeline.writers import JsonlWriter  # noqa: E402

from dechrome.datatrove import StripChrome  # noqa: E402

TEXTS = [*SAMPLES.values(), "short"]


@pytest.mark.parametrize("workers", [1, 2])
def test_from_jsonl_to_jsonl(tmp_path, workers):
    source, target, logs = tmp_path / "in", tmp_path / "out", tmp_path / "logs"
    source.mkdir()
    for shard in range(4):
        with gzip.open(source / f"{shard}.jsonl.gz", "wt", encoding="utf-8") as out:
            for number, text in list(enumerate(TEXTS))[shard::4]:
                print(json.dumps({"id": f"d{number}", "text": text, "url": f"https://example.org/{number}"}), file=out)
    LocalPipelineExecutor(
        pipeline=[JsonlReader(str(source)), StripChrome(removals="chrome"), JsonlWriter(str(target))],
        tasks=4, workers=workers, logging_dir=str(logs),
    ).run()

    found = {}
    for path in target.glob("*.jsonl.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for document in map(json.loads, lines):
                found[document["id"]] = document
    cleaner = Cleaner()
    told = [cleaner.explain(text) for text in TEXTS]
    assert {name: document["text"] for name, document in found.items()} == {
        f"d{number}": one.text for number, one in enumerate(told)
    }
    for number, one in enumerate(told):
        metadata = found[f"d{number}"]["metadata"]
        assert metadata["url"] == f"https://example.org/{number}"
        assert metadata["chrome"] == [removal.to_dict() for removal in one.removals]

    [stats] = [step for step in json.loads((logs / "stats.json").read_text()) if "dechrome" in step["name"]]
    totals = {name: value if isinstance(value, int) else value["total"] for name, value in stats["stats"].items()}
    assert totals["total"] == len(TEXTS)
    for label in {removal.label for one in told for removal in one.removals}:
        wanted = sum(removal.label == label for one in told for removal in one.removals)
        assert totals[f"removed-{label}"] == wanted, label
    assert totals["cleaned"] == sum(one.verdict == "cleaned" for one in told)
    assert totals["pages"] == sum(one.mode == "page" for one in told)
    assert totals["chars-removed"] == sum(len(text) - len(one.text) for text, one in zip(TEXTS, told))


def test_documents_one_by_one():
    documents = [Document(TEXT, "a", metadata={"x": 1}), Document("", "b"), Document(None, "c")]
    cleaned = list(StripChrome().run(iter(documents)))
    assert [(document.id, document.text) for document in cleaned] == [("a", CLEAN), ("b", ""), ("c", None)]
    assert cleaned[0].metadata == {"x": 1}
    assert StripChrome(keep=["meta"]).format(TEXT).startswith("Ferry returns to the harbour\n\n4 mins")


def test_errors():
    with pytest.raises(PatternError, match="keep: no label"):
        StripChrome(keep=["comment"])
    with pytest.raises(ValueError, match='^document a: the metadata has "x" already$'):
        list(StripChrome(removals="x").run(iter([Document(TEXT, "a", metadata={"x": 1})])))
