"""Builds the wheel: maturin, and the command-line program beside the module.

maturin puts either a module or a program into a wheel. What lies in its folder for data comes into the wheel, too, so the
program is built first and laid there. It is the program that cargo installs, and starts as fast.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

from maturin import (  # noqa: F401 - what pip calls
    build_sdist,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
)
import maturin

# maturin notices that pip does not call it directly.
os.environ.setdefault("MATURIN_NO_MISSING_BUILD_BACKEND_WARNING", "1")

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE / "data" / "scripts"


def lay_program() -> None:
    """Builds the program and copies it to where maturin takes it from."""
    command = [
        os.environ.get("CARGO", "cargo"), "build", "--release", "--package", "dechrome", "--bin", "dechrome",
        "--manifest-path", str(HERE / "Cargo.toml"), "--message-format", "json-render-diagnostics",
    ]
    messages = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    built = [json.loads(line).get("executable") for line in messages.splitlines() if line.startswith("{")]
    [program] = filter(None, built)
    shutil.rmtree(SCRIPTS, ignore_errors=True)
    SCRIPTS.mkdir(parents=True)
    shutil.copy2(program, SCRIPTS)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    lay_program()
    return maturin.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    lay_program()
    return maturin.build_editable(wheel_directory, config_settings, metadata_directory)


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    # maturin looks for the folder.
    SCRIPTS.mkdir(parents=True, exist_ok=True)
    return maturin.prepare_metadata_for_build_wheel(metadata_directory, config_settings)


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel
