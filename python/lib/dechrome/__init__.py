"""Strips site chrome from scraped text and keeps the article.

>>> import dechrome
>>> dechrome.clean("Share this article\\nThe ferry came back to the harbour on Monday after three weeks in the yard.\\n")
'The ferry came back to the harbour on Monday after three weeks in the yard.\\n'

One text goes through :func:`clean`; many go through a :class:`Cleaner`, which also takes settings. Engines have adapters
of their own: :mod:`dechrome.spark`, :mod:`dechrome.ray`, :mod:`dechrome.datatrove`, :mod:`dechrome.datasets`.
"""

from ._dechrome import LABELS, Cleaner, Error, PatternError, __version__
from ._types import Cleaned, Removal

__all__ = ["LABELS", "Cleaned", "Cleaner", "Error", "PatternError", "Removal", "__version__", "clean"]

_default: "Cleaner | None" = None


def clean(text: str) -> str:
    """Return the text without site chrome: what ``Cleaner().clean(text)`` returns.

    Raises:
        TypeError: if it is not a ``str``.
    """
    global _default
    if _default is None:
        _default = Cleaner()
    return _default.clean(text)
