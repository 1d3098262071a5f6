"""What cleaning costs in Python, beside the Rust library and beside what others do for the same purpose.

    python benches/compare.py [RECORDS.jsonl] [--python OTHER/bin/python]...

RECORDS.jsonl has a field "text" in each line; without it the samples of the repository are repeated. All is done on one
thread, and CPU time counts (user and system, children too): medians of several rounds, in which all take turns, and of the
ratios within a round. What is not installed is left out; --python names further environments to look in, for some cannot
live beside each other.

The peers: datatrove's C4 filter, dolma's C4 tagger, and a plain set of lines that are dropped. None of them looks for what
dechrome looks for; the table says what a step of that kind costs.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 9


def cpu() -> float:
    """Seconds of CPU time that this process and its children have had."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def texts_of(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def samples(path: Path) -> None:
    """Some 6 MB of samples: no two texts are the same object, and no two copies stand side by side."""
    dirty = [p for p in sorted((ROOT / "corpus-samples").glob("*/*.txt")) if not p.name.endswith(".clean.txt")]
    texts = [p.read_bytes().decode() for p in dirty]
    with path.open("w", encoding="utf-8") as out:
        for _ in range(6_000_000 // sum(len(text.encode()) for text in texts) + 1):
            for text in texts:
                print(json.dumps({"text": text}), file=out)


# Each returns a function to time, or raises ImportError. What is made once per job is made before.


def clean_batch(path):
    import dechrome

    texts, cleaner = texts_of(path), dechrome.Cleaner(threads=1)
    return lambda: cleaner.clean_batch(texts)


def clean_loop(path):
    import dechrome

    texts, cleaner = texts_of(path), dechrome.Cleaner(threads=1)
    return lambda: [cleaner.clean(text) for text in texts]


def clean_arrow(path, kind="string", removals=False):
    import dechrome
    import pyarrow

    array, cleaner = pyarrow.array(texts_of(path), getattr(pyarrow, kind)()), dechrome.Cleaner(threads=1)
    return lambda: cleaner.clean_arrow(array, removals=removals)


def datatrove_step(path):
    from datatrove.data import Document
    from dechrome.datatrove import StripChrome

    texts, step = texts_of(path), StripChrome()
    return lambda: list(step.run(Document(text, str(number)) for number, text in enumerate(texts)))


def datatrove_c4(path):
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter

    texts, step = texts_of(path), C4QualityFilter()
    step.filter(Document("One sentence of the kind that makes it load what it needs.", "0"))
    return lambda: [step.filter(Document(text, str(number))) for number, text in enumerate(texts)]


def dolma_c4(path):
    from dolma.core.data_types import Document
    from dolma.core.registry import TaggerRegistry

    texts, tagger = texts_of(path), TaggerRegistry.get("c4_v2")()
    return lambda: [tagger.predict(Document(source="", id=str(n), text=text)) for n, text in enumerate(texts)]


def set_of_lines(path):
    import tomllib

    rules = tomllib.loads((ROOT / "patterns/phrases/en.toml").read_text(encoding="utf-8")).values()
    known = {phrase for rule in rules if isinstance(rule, dict) for phrase in rule.get("phrases", [])}
    texts = texts_of(path)
    return lambda: ["\n".join(line for line in text.split("\n") if line.strip().lower() not in known) for text in texts]


LIBRARY = "the Rust library"
MEASURES = {
    "clean_arrow, string": clean_arrow,
    "clean_arrow, string_view": lambda path: clean_arrow(path, "string_view"),
    "clean_arrow, removals too": lambda path: clean_arrow(path, removals=True),
    "clean_batch": clean_batch,
    "clean, one by one": clean_loop,
    "datatrove with StripChrome": datatrove_step,
    "datatrove's C4QualityFilter": datatrove_c4,
    "dolma's c4_v2 tagger": dolma_c4,
    "a set of lines": set_of_lines,
}
GOALS = {"clean_arrow, string": 1.2, "clean_batch": 1.6}


class Worker:
    """A process that is ready to do one thing again and again, and tells its CPU time."""

    def __init__(self, python: str, measure: str, path: Path) -> None:
        command = [python, __file__, str(path), "--worker", measure]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ready = self.process.stdout.readline() == "ready\n"

    def round(self) -> float:
        print(file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())


def work(measure: str, path: Path) -> None:
    answers = os.fdopen(os.dup(1), "w")
    # Libraries that print shall not spoil the answers.
    os.dup2(2, 1)
    try:
        run = MEASURES[measure](path)
    except Exception as error:
        print(f"{measure}: {error!r}".splitlines()[0][:200], file=sys.stderr)
        print("missing", file=answers, flush=True)
        return
    run()
    print("ready", file=answers, flush=True)
    for _ in sys.stdin:
        before = cpu()
        run()
        print(cpu() - before, file=answers, flush=True)


def library(path: Path):
    """The library without Python: so many rounds less none."""
    subprocess.run(["cargo", "build", "-q", "--release", "--example", "library"], cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")

    def run(rounds: int) -> float:
        before = cpu()
        subprocess.run([f"{target}/release/examples/library", str(rounds), path], check=True, stdout=subprocess.DEVNULL)
        return cpu() - before

    return lambda: (run(3) - run(1)) / 2


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("records", nargs="?", type=Path)
    arguments.add_argument("--python", action="append", default=[], help="another environment to look in")
    arguments.add_argument("--worker", help=argparse.SUPPRESS)
    arguments = arguments.parse_args()
    if arguments.worker:
        return work(arguments.worker, arguments.records)

    with tempfile.TemporaryDirectory() as folder:
        path = arguments.records
        if path is None:
            path = Path(folder) / "samples.jsonl"
            samples(path)
        size = sum(len(text.encode()) for text in texts_of(path))
        runs = {LIBRARY: library(path)}
        for measure in MEASURES:
            for python in [sys.executable, *arguments.python]:
                worker = Worker(python, measure, path)
                if worker.ready:
                    runs[measure] = worker.round
                    break
        times = {name: [] for name in runs}
        for _ in range(ROUNDS):
            for name, run in runs.items():
                times[name].append(run())
        print(f"{size / 1e6:.1f} MB of text, CPU time on one thread, medians of {ROUNDS} rounds\n")
        print("| what | seconds | MB/s | × library | goal |\n|---|---|---|---|---|")
        for name, measured in times.items():
            seconds = statistics.median(measured)
            # Within a round, for the machine may be slower in the next.
            ratio = statistics.median(own / library for own, library in zip(measured, times[LIBRARY]))
            goal = f"≤ {GOALS[name]}" if name in GOALS else ""
            print(f"| {name} | {seconds:.3f} | {size / 1e6 / seconds:.1f} | {ratio:.2f} | {goal} |")


if __name__ == "__main__":
    main()
