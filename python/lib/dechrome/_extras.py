"""What engines are asked for with: each adapter needs one that the wheel does not bring."""

from importlib import import_module
from types import ModuleType


def need(module: str, extra: str) -> ModuleType:
    """Import a module of an engine.

    Raises:
        ImportError: which says what to install.
    """
    try:
        return import_module(module)
    except ImportError as error:
        message = f'dechrome.{extra} needs {module.split(".")[0]}: pip install "dechrome[{extra}]" ({error})'
        raise ImportError(message, name=error.name) from error
