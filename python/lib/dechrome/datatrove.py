"""datatrove: ``pipeline=[JsonlReader(…), dechrome.datatrove.StripChrome(), JsonlWriter(…)]``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._dechrome import Cleaner
from ._extras import need

_formatters = need("datatrove.pipeline.formatters.base", "datatrove")

if TYPE_CHECKING:
    from datatrove.data import DocumentsPipeline


class StripChrome(_formatters.BaseFormatter):  # type: ignore[misc, name-defined]
    """Takes site chrome out of the text of each document. No document is dropped, and nothing else is changed.

    Its statistics count documents by what became of them (``cleaned``, ``unchanged``, ``over-budget``, ``no-content``,
    ``unsettled``, ``no-text``, and ``pages`` for those taken for whole pages), removals by label (``removed-comments``, …), and
    characters (``chars-in``, ``chars-removed``).

    Args:
        removals: The name under which the metadata of each document gets its removals, a list of dictionaries; None for
            none.
        settings: The keyword arguments of :class:`dechrome.Cleaner`.

    Raises:
        PatternError, Error: as :class:`dechrome.Cleaner`.
    """

    name = "🧹 dechrome"

    def __init__(self, *, removals: str | None = None, **settings: Any) -> None:
        super().__init__()
        self.removals = removals
        # Without the removals nobody reads reasons.
        self.cleaner = Cleaner(**{"threads": 1, "clues": removals is not None, **settings})

    def format(self, text: str) -> str:
        """The text without site chrome."""
        return self.cleaner.clean(text)

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """Clean the documents, one by one.

        Raises:
            ValueError: if the metadata of a document has something under the name for the removals.
        """
        for document in data:
            self.stat_update("total")
            if document.text is None:
                self.stat_update("no-text")
                yield document
                continue
            with self.track_time():
                cleaned = self.cleaner.explain(document.text)
                self._count(document.text, cleaned)
                if self.removals is not None:
                    if self.removals in document.metadata:
                        raise ValueError(f'document {document.id}: the metadata has "{self.removals}" already')
                    document.metadata[self.removals] = [removal.to_dict() for removal in cleaned.removals]
                document.text = cleaned.text
            yield document

    def _count(self, text: str, cleaned: Any) -> None:
        self.stat_update(cleaned.verdict)
        if cleaned.mode == "page":
            self.stat_update("pages")
        for removal in cleaned.removals:
            self.stat_update(f"removed-{removal.label}")
        self.stat_update("chars-in", value=len(text))
        self.stat_update("chars-removed", value=len(text) - len(cleaned.text))
