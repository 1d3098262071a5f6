"""What the tests share: the samples of the repository, and the program that came with the wheel."""

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SAMPLES = {
    path: path.read_bytes().decode()
    for path in sorted((ROOT / "corpus-samples").glob("*/*.txt"))
    if not path.name.endswith(".clean.txt")
}

TEXT = (
    "Ferry returns to the harbour\n\n4 mins\n\n"
    "The ferry came back to the harbour on Monday after three weeks in the yard – at last.\n\n"
    "Related Posts\nTickets to cost more from June\n"
)
CLEAN = (
    "Ferry returns to the harbour\n\n"
    "The ferry came back to the harbour on Monday after three weeks in the yard – at last.\n"
)


@pytest.fixture(scope="session")
def program() -> str:
    """The program in the environment that runs the tests, not one that happens to be on the path."""
    found = shutil.which("dechrome", path=sysconfig.get_path("scripts"))
    assert found, "the wheel has brought no program"
    return found


@pytest.fixture(scope="session")
def audit_of(program):
    """Runs the program over texts: what is left of each, and its removals."""

    def run(texts, *options):
        lines = "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts))
        # The audit goes to a pipe of its own, the records to standard output.
        reader, writer = os.pipe()
        command = [program, "--format", "jsonl", "-q", "--removed", f"/dev/fd/{writer}", *options]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[writer], encoding="utf-8"
        ) as process:
            os.close(writer)
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor() as pool, open(reader, encoding="utf-8") as pipe:
                audit = pool.submit(lambda: [json.loads(line) for line in pipe])
                out, _ = process.communicate(lines)
                audit = audit.result()
        assert process.returncode == 0
        left = [json.loads(line)["text"] for line in out.splitlines()]
        removals = [[] for _ in left]
        for entry in audit:
            removals[entry["record"] - 1].append(
                (entry["start"], entry["end"], *entry["lines"], entry["label"], entry["rule"], entry["reason"], entry["text"])
            )
        return left, removals

    return run
