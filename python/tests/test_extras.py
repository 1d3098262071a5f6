"""The wheel needs no engine, and says which extra to install."""

import subprocess
import sys

import pytest

BLOCKED = """
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Block())
"""


@pytest.mark.parametrize(("module", "engine"), [
    ("spark", "pyspark"), ("ray", "ray"), ("datatrove", "datatrove"), ("datasets", "pyarrow"), ("spark", "pyarrow"),
])
def test_import_errors_say_what_to_install(module, engine):
    if (module, engine) == ("spark", "pyarrow"):
        # Spark itself is asked for first.
        pytest.importorskip("pyspark")
    script = BLOCKED.format(blocked={engine}) + f"import dechrome.{module}"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert told.returncode == 1
    last = told.stderr.splitlines()[-1]
    assert last.startswith(f'ImportError: dechrome.{module} needs {engine}: pip install "dechrome[{module}]"'), last


def test_the_wheel_alone_imports_nothing_else():
    script = BLOCKED.format(blocked={"pyarrow", "numpy", "pandas", "pyspark", "ray", "datatrove", "datasets"})
    script += "import dechrome; assert dechrome.Cleaner().clean_batch(['a', None]) == ['a', None]"
    subprocess.run([sys.executable, "-c", script], check=True)
