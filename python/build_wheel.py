"""Builds the wheel: maturin, and the command-line program beside the module.

maturin puts either a module or a program into a wheel. What lies in its folder for data comes into the wheel, too, so the
program is built first and laid there. It is the program that cargo installs, and starts as fast.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
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


def lay_program(profile: str) -> None:
    """Builds the program and copies it to where maturin takes it from."""
    cargo = os.environ.get("CARGO", "cargo")
    manifest = str(HERE / "Cargo.toml")
    metadata = subprocess.run(
        [cargo, "metadata", "--format-version=1", "--no-deps", "--manifest-path", manifest],
        check=True, stdout=subprocess.PIPE,
    )
    metadata = json.loads(metadata.stdout)
    # The library is not a member of the workspace in a source distribution: there it lies elsewhere.
    [module] = [package for package in metadata["packages"] if package["name"] == "dechrome-python"]
    [library] = [dependency for dependency in module["dependencies"] if dependency["name"] == "dechrome"]
    subprocess.run(
        [cargo, "build", "--profile", profile, "--bin", "dechrome", "--manifest-path", f"{library['path']}/Cargo.toml",
         "--target-dir", metadata["target_directory"]],
        check=True, stdout=sys.stderr,
    )
    program = "dechrome" + (sysconfig.get_config_var("EXE") or "")
    folder = "debug" if profile == "dev" else profile
    SCRIPTS.mkdir(parents=True, exist_ok=True)
    shutil.copy2(Path(metadata["target_directory"]) / folder / program, SCRIPTS / program)


def profile(settings: "dict | None") -> str:
    """The cargo profile: as in ``--config-settings=build-args=--profile=dev``, else release."""
    words = str((settings or {}).get("build-args", "")).replace("=", " ").split()
    return words[words.index("--profile") + 1] if "--profile" in words else "release"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    lay_program(profile(config_settings))
    return maturin.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    lay_program(profile(config_settings))
    return maturin.build_editable(wheel_directory, config_settings, metadata_directory)


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    # maturin looks for the folder.
    SCRIPTS.mkdir(parents=True, exist_ok=True)
    return maturin.prepare_metadata_for_build_wheel(metadata_directory, config_settings)


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel
