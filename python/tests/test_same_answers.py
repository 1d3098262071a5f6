"""The wheel and the program say the same of every sample, and of every development text where those are."""

import gzip
import json

import pytest
from conftest import ROOT, SAMPLES

from dechrome import Cleaner

EVAL = ROOT.parent / "shared" / "eval" / "dev" / "text"

#: Texts of one run: what is kept of them at once.
BATCH = 2000


def check(texts, audit_of):
    cleaner = Cleaner()
    left, removals = audit_of(texts)
    assert cleaner.clean_batch(texts) == left
    told = cleaner.explain_batch(texts)
    assert [one.text for one in told] == left
    assert [
        [(*r.span, *r.lines, r.label, r.rule, r.reason, r.text) for r in one.removals] for one in told
    ] == removals
    pyarrow = pytest.importorskip("pyarrow")
    for kind in (pyarrow.string(), pyarrow.large_string(), pyarrow.string_view()):
        assert cleaner.clean_arrow(pyarrow.array(texts, kind)).to_pylist() == left


def test_every_sample(audit_of):
    check(list(SAMPLES.values()), audit_of)


def test_every_development_text(audit_of):
    files = sorted(EVAL.glob("*.jsonl.gz"))
    if not files:
        pytest.skip("no development texts: ../shared/eval is not there")
    texts = []
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["text"] for line in lines]
    for start in range(0, len(texts), BATCH):
        check(texts[start : start + BATCH], audit_of)
