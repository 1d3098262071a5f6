#!/usr/bin/env python3
"""Fit the scorer of dechrome to labelled pages, and write its parameters as a pattern file.

    pip install -r scripts/requirements.txt
    scripts/fit.py PACK -o patterns/scorer.toml
    scripts/fit.py PACK --mode page -o patterns/page.toml

PACK is a directory with gold/SOURCE.jsonl.gz (one JSON object a line: id, url, gold, title, titles)
and text/SOURCE.VARIANT.jsonl.gz (id, text): pages as extractors left them, and the article text that
people say is right. docs/scorer.md explains what is fitted and how to read what this prints.

Same pack, same program, same versions: the same file, byte for byte.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import textwrap
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import lightgbm
import numpy as np
import scipy.sparse
from sklearn.linear_model import LogisticRegression

import compose

ROOT = Path(__file__).resolve().parent.parent
FOLDS = 5
EXTRACTED = ["newspaper4k", "readability", "boilerpy3", "trafilatura", "trafilatura_recall", "resiliparse_main"]
WHOLE = ["inscriptis", "resiliparse_full"]
# The gold texts themselves, as one more variant: nothing may be removed from them.
GOLD = "gold"
# Made of the first of WHOLE, for the dumps of other programs: without indents, bullets and blank lines; wrapped.
FLAT, WRAPPED = "flat", "wrapped"
COMPOSED = "composed"  # a page of another kind, put together from the chrome and the text of one
MADE = [FLAT, WRAPPED, COMPOSED]
WRAP = 72  # columns, as text browsers wrap

# Each figure below was chosen by cross-validation over hosts on the development pack: docs/scorer.md has the table.
ROUNDS = 200
TREES = {
    "objective": "binary", "max_depth": 4, "num_leaves": 15, "learning_rate": 0.1, "min_data_in_leaf": 400,
    "feature_fraction": 0.2, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 63,
    "seed": 1, "deterministic": True, "force_row_wise": True, "num_threads": 2, "verbose": -1,
}
ARTICLE_WEIGHT = 3.0  # an article line weighs as much as so many chrome lines
TITLE_WEIGHT = 4.0  # a title line weighs as much as so many article lines
GOLD_WEIGHT = 4.0  # a line of a gold text weighs as much as so many lines of an extractor's text
THRESHOLD = -350  # thousandths of log-odds above which a line goes, on a page of which rules take something
CLEAN_MARGIN = 1600  # added to the threshold on pages of which rules take nothing
DOUBT = -3000  # a chrome line that scores below, in thousandths of log-odds, is article that the gold text leaves out
FAR = 60  # the largest distance among the features
WORD_HOSTS = 10  # a word or pair of the lexicon stands in lines of so many hosts
WORDS = 6000  # words and pairs of the lexicon
WORD_STRENGTH = 0.1  # C of the logistic regression: the smaller, the more careful


# ---------------------------------------------------------------- the pack

UNSPACED = ("\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff"
            "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff")
TOKEN = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
WORD = re.compile(rf"[{UNSPACED}]+|[^\W_{UNSPACED}]+")
SENTENCE_END = re.compile(r'(?<=[.!?:;"”])\s+|(?<=[。！？])\s*')


def tokens(text: str) -> list[str]:
    return TOKEN.findall(text.lower())


def trigrams(words: list[str]) -> list[tuple]:
    return list(zip(words, words[1:], words[2:])) if len(words) > 2 else [tuple(words)]


class Gold:
    """What is article on one page. Lines are labelled "a" article, "c" chrome, "t" title, "m" neither."""

    def __init__(self, row: dict):
        words = tokens(row["gold"])
        self.scale = 2 if sum(bool(re.match(f"[{UNSPACED}]", w)) for w in words) > 0.2 * len(words) else 1
        self.joined = f" {' '.join(words)} "
        self.trigrams = set(trigrams(words))
        lines = [line for line in row["gold"].split("\n") if line.strip()]
        self.whole = {" ".join(tokens(line)) for line in lines}
        self.whole |= {" ".join(tokens(part)) for line in lines for part in SENTENCE_END.split(line)}
        titles = [row.get("title") or "", *(row.get("titles") or [])]
        self.titles = {" ".join(tokens(title)) for title in titles} - {""}
        self.trigrams |= set(trigrams(tokens(row.get("title") or "")))

    def label(self, line: str, all_gold: bool) -> str:
        words = tokens(line)
        key = " ".join(words)
        if not words:
            return "m"
        if key in self.titles or (len(words) >= 3 * self.scale and any(
                f" {key} " in f" {title} " and 2 * len(key) >= len(title) for title in self.titles)):
            return "t"
        if all_gold:
            return "a"
        if len(words) < 6 * self.scale:
            inside = len(words) >= 4 * self.scale and f" {key} " in self.joined
            return "a" if inside or key in self.whole else "c"
        grams = trigrams(words)
        share = sum(gram in self.trigrams for gram in grams) / len(grams)
        return "a" if share >= 0.8 else "m" if share >= 0.3 else "c"


class Document:
    """A text with the label of each line and the words it has."""

    def __init__(self, source: str, variant: str, row: dict, gold: dict):
        self.source, self.variant, self.text = source, variant, row["text"]
        host = urlsplit(row.get("url") or gold.get("url") or "").netloc.removeprefix("www.")
        self.host = f"{source}/{host or row['id']}"
        self.lines = self.text.split("\n")
        judge = Gold(gold)
        self.labels = [(judge.label(line, variant == GOLD)) if line.strip() else "-" for line in self.lines]
        if variant in WHOLE + [FLAT, WRAPPED]:
            self.continue_sentences(judge)
        self.sizes = [len(tokens(line)) for line in self.lines]

    def relabel(self, lines: list[str], labels: list[str]) -> None:
        """Another text in place of the document's, whose labels are known."""
        self.text, self.lines, self.labels = "\n".join(lines), lines, labels
        self.sizes = [len(tokens(line)) for line in lines]

    def continue_sentences(self, gold: Gold) -> None:
        """A short line that goes on with its neighbour as the gold text does is article: a link or a wrap cut it off."""
        there = [i for i, label in enumerate(self.labels) if label != "-"]
        words = {i: tokens(self.lines[i]) for i in there}
        for above, at, below in zip([None, *there], there, [*there[1:], None]):
            if self.labels[at] != "c" or len(words[at]) >= 6 * gold.scale:
                continue
            for parts in ([above, at], [at, below]):
                if None in parts or self.labels[parts[parts[0] == at]] != "a":
                    continue
                joined = words[parts[0]][-2:] + words[at] if parts[1] == at else words[at] + words[parts[1]][:2]
                if len(joined) >= len(words[at]) + 2 and f" {' '.join(joined)} " in gold.joined:
                    self.labels[at] = "a"

    @property
    def fold(self) -> int:
        return int(hashlib.md5(self.host.encode()).hexdigest(), 16) % FOLDS


def read(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, WRAP, initial_indent="   ", subsequent_indent="   ")


def made(variant: str, row: dict) -> dict:
    """The text as another program would print it."""
    lines = [line.strip() for line in row["text"].split("\n")]
    if variant == FLAT:
        text = "\n".join(bare for line in lines if (bare := re.sub(r"^[*+•-] ", "", line)))
    else:
        text = "\n".join(part for line in lines for part in wrapped(line) or [""])
    return row | {"text": text}


def documents_of(job: tuple[Path, str, str, bool]) -> list[Document]:
    pack, source, variant, loose = job
    golds = {row["id"]: row for row in read(pack / "gold" / f"{source}.jsonl.gz")
             if "gold" in row and not row.get("suspect")}
    if variant == GOLD:
        # Half of them without blank lines: these say nothing.
        gaps = {i: "\n" * (2 - hashlib.md5(i.encode()).digest()[1] % 2) if loose else "\n\n" for i in golds}
        paragraphs = {i: gaps[i].join(p.strip() for p in row["gold"].split("\n") if p.strip()) for i, row in golds.items()}
        rows = [{"id": i, "text": f"{row.get('title') or ''}{gaps[i]}{paragraphs[i]}\n"} for i, row in golds.items()]
    elif variant == COMPOSED:
        return compose.documents(source, read(pack / "text" / f"{source}.{WHOLE[0]}.jsonl.gz"), golds, Document, wrapped)
    elif variant in MADE:
        # A quarter of the pages each.
        rows = [made(variant, row) for row in read(pack / "text" / f"{source}.{WHOLE[0]}.jsonl.gz")
                if hashlib.md5(row["id"].encode()).digest()[0] % 4 == MADE.index(variant)]
    else:
        rows = read(pack / "text" / f"{source}.{variant}.jsonl.gz")
    return [Document(source, variant, row, golds[row["id"]]) for row in rows if row["id"] in golds]


def load(pack: Path, variants: list[str]) -> list[Document]:
    jobs = []
    loose = WHOLE[0] in variants
    for gold in sorted((pack / "gold").glob("*.jsonl.gz")):
        source = gold.name.removesuffix(".jsonl.gz")
        there = [v for v in variants if v in MADE or (pack / "text" / f"{source}.{v}.jsonl.gz").exists()]
        jobs += [(pack, source, variant, loose) for variant in [*there, GOLD]]
    with ProcessPoolExecutor() as pool:
        return [document for found in pool.map(documents_of, jobs) for document in found]


# ---------------------------------------------------------------- the lexicon

def words_of(line: str) -> set[str]:
    """The words of a line as `Shape::of` in src/text/shape.rs makes them, and its pairs; none that hold a digit."""
    found = set()
    last = None
    for token in WORD.findall(line.lower()):
        if re.match(f"[{UNSPACED}]", token):
            found.update(token[i:i + 2] for i in range(len(token) - 1))
            last = None
        elif any(c.isdigit() for c in token):
            last = None
        else:
            found.update({token} if last is None else {token, f"{last} {token}"})
            last = token
    return found


class Lexicon:
    """Every distinct line of every page with its words; from these, the weight of each word."""

    def __init__(self, documents: list[Document]):
        lines = {}
        for document in documents:
            if document.variant == COMPOSED:
                continue
            for line, label, size in zip(document.lines, document.labels, document.sizes):
                if label in "act":
                    lines.setdefault((document.host, line.strip()), (label == "c", document.fold, min(size, 40)))
        words = [words_of(line) for _, line in lines]
        hosts = defaultdict(set)
        for (host, _), found in zip(lines, words):
            for word in found:
                hosts[word].add(host)
        self.words = sorted(word for word, where in hosts.items() if len(where) >= WORD_HOSTS)
        column = {word: i for i, word in enumerate(self.words)}
        cells = [(i, column[word]) for i, found in enumerate(words) for word in sorted(found) if word in column]
        rows, columns = zip(*cells)
        counts = scipy.sparse.csr_matrix((np.ones(len(cells), np.float32), (rows, columns)),
                                         (len(words), len(self.words)))
        size = np.asarray(counts.sum(axis=1)).ravel()
        self.counts = scipy.sparse.diags(1 / np.sqrt(np.maximum(size, 1))) @ counts
        self.chrome, self.fold, weight = (np.array(values) for values in zip(*lines.values()))
        self.weight = np.sqrt(weight)

    def fit(self, without: int | None = None) -> list[str]:
        """"word weight", the weight in hundredths of log-odds, learnt without the lines of one fold."""
        use = self.fold != (-1 if without is None else without)
        model = LogisticRegression(C=WORD_STRENGTH, solver="liblinear", max_iter=60, random_state=1)
        model.fit(self.counts[use], self.chrome[use], sample_weight=self.weight[use])
        weights = np.round(model.coef_[0] * 100).astype(int)
        strongest = sorted(range(len(weights)), key=lambda i: (-abs(weights[i]), self.words[i]))[:WORDS]
        return sorted(f"{self.words[i]} {weights[i]}" for i in strongest if abs(weights[i]) >= 20)


# ---------------------------------------------------------------- features

class Rows:
    """The features of every line that no rule takes, with its document and label."""

    def __init__(self, documents: list[Document], look: str, patterns: list[str], folder: Path):
        """`patterns` are the pattern files of the folds, fitted without them."""
        parts = []
        for fold, text in enumerate(patterns):
            numbers = [i for i, document in enumerate(documents) if document.fold == fold]
            self.names, found = evidence([documents[i].text for i in numbers], look, text, folder)
            parts.append((np.array(numbers, int)[found["document"]], found["line"], found["values"]))
        self.document, self.line, self.values = (np.concatenate(part) for part in zip(*parts))
        where = list(zip(self.document, self.line))
        label = np.array([documents[d].labels[line - 1] for d, line in where])
        self.size = np.array([documents[d].sizes[line - 1] for d, line in where])
        self.chrome, self.use = label == "c", label != "m"
        self.fitted = self.use.copy()
        self.fold = np.array([document.fold for document in documents])[self.document]
        # Whether rules take something of the page: then some line stands near one that goes.
        near = self.values[:, [self.names.index("cut-up"), self.names.index("cut-down")]].min(axis=1) < FAR
        self.signs = np.bincount(self.document, near, len(documents))[self.document] > 0
        gold = np.array([document.variant == GOLD for document in documents])
        words = np.array([sum(document.sizes) for document in documents])
        self.in_gold = gold[self.document]
        self.title = label == "t"
        # Every page weighs about the same, however long; a long line more than a short one.
        self.weight = np.sqrt(np.minimum(self.size, 80) / (30 + words[self.document]))
        self.weight *= np.where(self.title, TITLE_WEIGHT, 1.0)
        self.weight *= np.where(self.chrome, 1.0, ARTICLE_WEIGHT) * np.where(self.in_gold, GOLD_WEIGHT, 1.0)

    def fit(self, without: int | None = None, trees: dict = TREES, rounds: int = ROUNDS) -> lightgbm.Booster:
        use = self.fitted & (self.fold != (-1 if without is None else without))
        data = lightgbm.Dataset(self.values[use], self.chrome[use].astype(int),
                                weight=self.weight[use] / self.weight[use].mean())
        return lightgbm.train(trees, data, rounds)

    def cross_fit(self, **how) -> tuple[list[lightgbm.Booster], np.ndarray]:
        """For each fold what is fitted without it, and the scores that it gives to the fold."""
        boosters = [self.fit(without=fold, **how) for fold in range(FOLDS)]
        scores = np.zeros(len(self.line))
        for fold, booster in enumerate(boosters):
            scores[self.fold == fold] = 1000 * booster.predict(self.values[self.fold == fold], raw_score=True)
        return boosters, scores


def evidence(texts: list[str], look: str, patterns: str, folder: Path) -> tuple[list[str], np.ndarray]:
    """Runs examples/evidence.rs, which says how it writes."""
    file = folder / "patterns.toml"
    file.write_text(patterns, encoding="utf-8")
    records = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    run = ["cargo", "run", "--release", "--quiet", "--example", "evidence", "--", look, str(file)]
    out = subprocess.run(run, input=records.encode(), stdout=subprocess.PIPE, cwd=ROOT, check=True).stdout
    head, body = out.split(b"\n", 1)
    names = head.decode().split()
    shape = [("document", "<u4"), ("line", "<u4"), ("values", "<i2", (len(names),))]
    return names, np.frombuffer(body, np.dtype(shape))


# ---------------------------------------------------------------- the file

def listed(key: str, items: list[str]) -> str:
    return f"{key} = [\n" + "".join(f"{json.dumps(item, ensure_ascii=False)},\n" for item in items) + "]\n"


def scorer_file(threshold: int, features: list[str], trees: list[str], words: list[str]) -> str:
    return (f"[scorer]\nthreshold = {threshold}\nthreshold_clean = {threshold + CLEAN_MARGIN}\n"
            + listed("features", features) + listed("trees", trees) + listed("words", words))


def tree_text(node: dict, number: dict[int, int]) -> str:
    """The nodes in pre-order: "feature,threshold,mean" or the value of a leaf, in thousandths of log-odds."""
    if "leaf_value" in node:
        return str(round(1000 * node["leaf_value"]))
    split, least = node["split_feature"], int(np.floor(node["threshold"]))
    number.setdefault(split, len(number))
    children = " ".join(tree_text(node[side], number) for side in ("left_child", "right_child"))
    return f"{number[split]},{least},{round(1000 * node['internal_value'])} {children}"


def trees_of(booster: lightgbm.Booster, number: dict[int, int]) -> list[str]:
    return [tree_text(tree["tree_structure"], number) for tree in booster.dump_model()["tree_info"]]


def export(booster: lightgbm.Booster, names: list[str], words: list[str], threshold: int) -> str:
    number: dict[int, int] = {}
    trees = trees_of(booster, number)
    return scorer_file(threshold, [names[split] for split in number], trees, words)


# ---------------------------------------------------------------- what to expect

def report(documents: list[Document], rows: Rows, scores: np.ndarray) -> None:
    """Prints what each threshold gains and loses on hosts that were not fitted to, before the scorer steps back."""
    golds = np.array([d.variant == GOLD for d in documents])
    totals = np.array([[sum(s for s, label in zip(d.sizes, d.labels) if label in kind) for kind in ("at", "c")]
                       for d in documents])
    print("threshold  chrome%  article‰  gold‰  gold documents%   (words, rules not counted, on unseen hosts)")
    for threshold in range(-1000, 2001, 250):
        gone = (scores > threshold + np.where(rows.signs, 0, CLEAN_MARGIN)) & rows.use
        lost = np.bincount(rows.document, rows.size * (gone & ~rows.chrome), len(documents))
        won = np.bincount(rows.document, rows.size * (gone & rows.chrome), len(documents))
        touched = np.bincount(rows.document, gone, len(documents)) > 0
        print(f"{threshold:9}  {100 * won.sum() / totals[:, 1].sum():7.1f}"
              f"  {1000 * lost[~golds].sum() / totals[~golds, 0].sum():8.2f}"
              f"  {1000 * lost[golds].sum() / totals[golds, 0].sum():5.2f}  {100 * touched[golds].mean():15.2f}")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path, help="directory with gold/ and text/")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the pattern file to write")
    parser.add_argument("--mode", choices=["article", "page"], default="article", help="which scorer to fit [%(default)s]")
    parser.add_argument("--threshold", type=int, help="thousandths of log-odds above which a line goes [as in docs/scorer.md]")
    parser.add_argument("--folds", type=Path, help="also write the file of each fold there: FOLD.toml, fitted without it")
    return parser.parse_args()


def write(args: argparse.Namespace, documents: list[Document], text: str, folds: list[str]) -> None:
    note = "# Fitted by scripts/fit.py; docs/scorer.md explains it. Do not edit: fit it anew.\n\n"
    args.output.write_text(note + text, encoding="utf-8")
    print(f"{args.output}: {len((note + text).encode()) / 1024:.0f} KB")
    if args.folds:
        args.folds.mkdir(parents=True, exist_ok=True)
        for fold, text in enumerate(folds):
            (args.folds / f"{fold}.toml").write_text(text, encoding="utf-8")
        hosts = {document.host: document.fold for document in documents}
        (args.folds / "hosts.json").write_text(json.dumps(hosts, sort_keys=True), encoding="utf-8")


def fit_article(args: argparse.Namespace, documents: list[Document], folder: Path) -> None:
    threshold = THRESHOLD if args.threshold is None else args.threshold
    lexicon = Lexicon(documents)
    lexicons = [lexicon.fit(without=fold) for fold in range(FOLDS)]
    rows = Rows(documents, "article", [scorer_file(1, [], [], words) for words in lexicons], folder)
    print(f"{len(rows.line)} lines, {len(rows.names)} features")
    _, scores = rows.cross_fit()
    doubtful = rows.chrome & (scores < DOUBT)
    print(f"{(rows.fitted & doubtful).sum()} lines labelled chrome are left out as article")
    rows.fitted &= ~doubtful
    boosters, scores = rows.cross_fit()
    report(documents, rows, scores)
    folds = [export(booster, rows.names, words, threshold) for booster, words in zip(boosters, lexicons)]
    write(args, documents, export(rows.fit(), rows.names, lexicon.fit(), threshold), folds)


def main() -> None:
    args = parse()
    documents = load(args.pack, EXTRACTED if args.mode == "article" else [*WHOLE, *MADE])
    if not documents:
        sys.exit(f"{args.pack}: no documents; a pack has gold/SOURCE.jsonl.gz and text/SOURCE.VARIANT.jsonl.gz")
    print(f"{len(documents)} documents of {len({d.host for d in documents})} hosts")
    with tempfile.TemporaryDirectory() as folder:
        if args.mode == "article":
            fit_article(args, documents, Path(folder))
        else:
            import fit_page
            fit_page.fit(args, documents, Path(folder))


if __name__ == "__main__":
    main()
