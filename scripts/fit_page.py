"""The scorer of whole pages, and what tells whole pages from extracted text: called by fit.py --mode page."""

from __future__ import annotations

import argparse
from pathlib import Path

import lightgbm
import numpy as np

from fit import (EXTRACTED, FOLDS, GOLD, MADE, TREES, WHOLE, Document, Lexicon, Rows, TITLE_WEIGHT, evidence,
                 listed, load, trees_of, write)

# Each figure below was chosen by cross-validation over hosts on the development pack: docs/scorer.md has the table.
THRESHOLD = -400  # thousandths of log-odds above which a line goes
THRESHOLD_CAREFUL = 1500
ARTICLE_WEIGHT = 1.5  # an article line weighs as much as so many chrome lines
GOLD_WEIGHT = 1.0  # a line of a gold text weighs as much as so many lines of a page
MADE_WEIGHT = 0.5  # a line of a page that was made of another one
AGAIN = {"trees": TREES | {"learning_rate": 0.05}, "rounds": 400}  # of the second look
MODE_ROUNDS = 30
MODE_TREES = TREES | {"max_depth": 3, "num_leaves": 7, "learning_rate": 0.15, "min_data_in_leaf": 60,
                      "feature_fraction": 0.6, "bagging_fraction": 1.0, "bagging_freq": 0, "lambda_l2": 2.0}
MODE_THRESHOLD = 0


def page_file(number: dict[int, int], names: list[str], first: list[str], again: list[str], words: list[str],
              threshold: int = THRESHOLD) -> str:
    return (f"[page-scorer]\nthreshold = {threshold}\nthreshold_careful = {THRESHOLD_CAREFUL}\n"
            + listed("features", [names[split] for split in number]) + listed("trees", first)
            + listed("again", again) + listed("words", words))


def weigh(rows: Rows, documents: list[Document]) -> None:
    """Every page weighs about the same, however long; a long line more than a short one."""
    words = np.array([sum(document.sizes) for document in documents])
    of = {GOLD: GOLD_WEIGHT} | {variant: MADE_WEIGHT for variant in MADE}
    by_variant = np.array([of.get(document.variant, 1.0) for document in documents])
    rows.weight = np.sqrt(np.minimum(rows.size, 80) / (30 + words[rows.document])) * by_variant[rows.document]
    rows.weight *= np.where(rows.chrome, 1.0, ARTICLE_WEIGHT) * np.where(rows.title, TITLE_WEIGHT, 1.0)


def report(documents: list[Document], rows: Rows, scores: np.ndarray) -> None:
    """Prints what each threshold gains and loses on hosts that were not fitted to, rules counted, by variant."""
    variants = np.array([document.variant for document in documents])
    totals = {kind: np.array([sum(s for s, label in zip(d.sizes, d.labels) if label in kind) for d in documents])
              for kind in ("a", "c")}
    print("threshold  " + "  ".join(f"{v[:16]:>16}" for v in [*WHOLE, *MADE, GOLD]) + "   chrome %, article lost %")
    for threshold in range(-3000, 1001, 500):
        left = (scores <= threshold) & rows.use
        cells = []
        for variant in [*WHOLE, *MADE, GOLD]:
            mine = (variants == variant)[rows.document]
            of = {kind: totals[kind][variants == variant].sum() for kind in totals}
            chrome = 1 - rows.size[mine & left & rows.chrome].sum() / max(of["c"], 1)
            article = 1 - rows.size[mine & left & ~rows.chrome & ~rows.title].sum() / max(of["a"], 1)
            cells.append(f"{100 * chrome:8.1f} {100 * article:7.2f}")
        print(f"{threshold:9}  " + "  ".join(cells))


def fit_mode(args: argparse.Namespace, folder: Path) -> str:
    """The trees that tell whole pages from extracted text."""
    documents = load(args.pack, [*WHOLE, *MADE, *EXTRACTED])
    names, found = evidence([document.text for document in documents], "document", "", folder)
    whole = np.array([document.variant in [*WHOLE, *MADE] for document in documents])
    fold = np.array([document.fold for document in documents])
    weight = np.array([0.5 if document.variant in MADE else 1.0 for document in documents])

    def grow(use: np.ndarray) -> lightgbm.Booster:
        data = lightgbm.Dataset(found["values"][use], whole[use].astype(int), weight=weight[use])
        return lightgbm.train(MODE_TREES, data, MODE_ROUNDS)

    scores = np.zeros(len(documents))
    for left_out in range(FOLDS):
        mine = fold == left_out
        scores[mine] = 1000 * grow(~mine).predict(found["values"][mine], raw_score=True)
    print("taken for whole pages, on hosts that were not fitted to:")
    for variant in [*WHOLE, *MADE, *EXTRACTED, GOLD]:
        mine = np.array([document.variant == variant for document in documents])
        print(f"  {variant:20} {100 * (scores[mine] > MODE_THRESHOLD).mean():5.1f} %")
    number: dict[int, int] = {}
    trees = trees_of(grow(np.ones(len(documents), bool)), number)
    return (f"[mode]\nthreshold = {MODE_THRESHOLD}\n" + listed("features", [names[split] for split in number])
            + listed("trees", trees))


def fit(args: argparse.Namespace, documents: list[Document], folder: Path) -> None:
    threshold = THRESHOLD if args.threshold is None else args.threshold
    lexicon = Lexicon(documents)
    lexicons = [lexicon.fit(without=fold) for fold in range(FOLDS)]
    first = Rows(documents, "page", [page_file({}, [], [], [], words) for words in lexicons], folder)
    weigh(first, documents)
    print(f"{len(first.line)} lines, {len(first.names)} features")
    boosters, scores = first.cross_fit()
    report(documents, first, scores)

    def file_of(booster: lightgbm.Booster, second: lightgbm.Booster | None, names: list[str], words: list[str]) -> str:
        number: dict[int, int] = {}
        trees = trees_of(booster, number)
        again = trees_of(second, number) if second else []
        return page_file(number, names, trees, again, words, threshold)

    halves = [file_of(booster, None, first.names, words) for booster, words in zip(boosters, lexicons)]
    again = Rows(documents, "page-again", halves, folder)
    weigh(again, documents)
    seconds, scores = again.cross_fit(**AGAIN)
    report(documents, again, scores)
    mode = fit_mode(args, folder)
    folds = [file_of(*parts[:2], again.names, parts[2]) + mode for parts in zip(boosters, seconds, lexicons)]
    whole = file_of(first.fit(), again.fit(**AGAIN), again.names, lexicon.fit())
    write(args, documents, whole + mode, folds)
