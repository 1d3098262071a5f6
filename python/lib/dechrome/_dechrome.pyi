from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from typing import Any, Literal, TypeVar, final, overload

from ._types import Cleaned

__all__ = ["Cleaner", "ArrowArray", "ArrowChunkedArray", "Error", "PatternError", "__version__", "LABELS"]

__version__: str

#: The names of all labels: the kinds of chrome.
LABELS: tuple[str, ...]

class Error(ValueError):
    """What dechrome cannot do with the arguments, in one line."""

class PatternError(Error):
    """A label or a language that does not exist, or a pattern file that cannot be used."""

@final
class ArrowArray:
    """An Arrow array for any library that knows the Arrow PyCapsule interface: ``pyarrow.array(it)``."""

    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...
    def __len__(self) -> int: ...

@final
class ArrowChunkedArray:
    """An Arrow array in chunks, likewise: ``pyarrow.chunked_array(it)``, ``polars.Series(it)``."""

    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...

_Text = TypeVar("_Text", str, str | None)

@final
class Cleaner:
    """Cleans texts. Build one, which takes about a millisecond, and use it for all of them, from as many threads as you
    like. It can be pickled, with the texts of its pattern files, and used on both sides of a fork.

    Args:
        mode: What the texts are: "article" (what an extractor left), "page" (whole pages), or "auto", told by the shape
            of each.
        labels: The only labels to remove, as a list or with commas between them; all if None. See ``LABELS``.
        keep: Labels to leave in. Not together with ``labels``.
        langs: Languages whose phrases are used, such as ["en", "de"]; all if None.
        patterns: Pattern files to add: a path, or a list of paths and of pairs (name, TOML text).
        default_patterns: Whether to begin with the built-in patterns.
        careful: Rather leave chrome than lose content.
        max_removed: The removal budget in percent of a text's words, from 0 to 100: a text that would lose more is left
            as it is. 80 if None, and 99 for whole pages.
        clues: Whether the reason of a removal by a scorer says what spoke for it. What is removed is the same either way;
            without, ``explain`` takes a third less time, of whole pages half.
        threads: How many threads a batch may use; one per core if None.

    Raises:
        PatternError: for a label or a language that does not exist, and for a pattern file that cannot be used, in the
            words of the command line.
        Error: for any other setting that cannot be.
    """

    def __new__(
        cls,
        *,
        mode: Literal["auto", "article", "page"] = "auto",
        labels: Sequence[str] | str | None = None,
        keep: Sequence[str] | str | None = None,
        langs: Sequence[str] | str | None = None,
        patterns: str | PathLike[str] | Sequence[str | PathLike[str] | tuple[str, str]] | None = None,
        default_patterns: bool = True,
        careful: bool = False,
        max_removed: float | None = None,
        clues: bool = True,
        threads: int | None = None,
    ) -> Cleaner: ...
    def clean(self, text: str) -> str:
        """Return the text without site chrome; the very same object if there is none. Time and memory are linear in its
        size.

        Halves of surrogate pairs, which have no UTF-8, stay where they are; the cleaner sees U+FFFD in place of each.

        Raises:
            TypeError: if it is not a ``str``.
        """

    def explain(self, text: str) -> Cleaned:
        """Return what is left of the text, and each removal with its place, its label, its rule and the reason.

        Raises:
            TypeError: if it is not a ``str``.
        """

    def clean_batch(self, texts: Iterable[_Text]) -> list[_Text]:
        """Clean many texts on all threads; ``None`` stays ``None``. Other Python threads run meanwhile.

        Raises:
            TypeError: for anything but a ``str`` or ``None``, with its index; then nothing was cleaned.
        """

    def explain_batch(self, texts: Iterable[str | None]) -> list[Cleaned | None]:
        """What ``explain`` returns of each text, likewise."""

    @overload
    def clean_arrow(self, array: Any, *, removals: Literal[False] = False) -> Any: ...
    @overload
    def clean_arrow(self, array: Any, *, removals: Literal[True]) -> tuple[Any, Any]: ...
    @overload
    def clean_arrow(self, array: Any, *, removals: bool) -> Any:
        """Clean an Arrow array of type string, large string or string view, or a chunked array of them, from any library
        that knows the Arrow PyCapsule interface.

        Returns an array of the same type, chunks and nulls: of pyarrow for one of pyarrow, else an ``ArrowArray`` or an
        ``ArrowChunkedArray``; the array that was given if nothing is removed. Its values are in one buffer a chunk.

        With ``removals`` returns a pair: the array, and one of lists of structs with the fields of ``Removal`` (``span``,
        ``chars`` and ``lines`` are structs of 64-bit integers), null where the text is.

        Values that are not UTF-8 are cleaned as the command line cleans such files: their bytes stay as they are.

        Raises:
            TypeError: for anything else.
        """

    def map_fn(self, column: str, *, removals: str | None = None) -> Callable[[dict[str, Any]], dict[str, Any]]:
        """Return a function for ``datasets.Dataset.map(…, batched=True)`` that cleans a column, and with ``removals`` adds
        a column of that name with the removals of each row.
        """

    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
