"""Hugging Face ``datasets``: ``ds.map(cleaner.map_fn("text"), batched=True)``."""

from __future__ import annotations

from typing import Any

from ._dechrome import Cleaner
from ._extras import need
from ._tables import ColumnStep

_pyarrow = need("pyarrow", "datasets")


class MapFn(ColumnStep):
    """A function for ``Dataset.map`` and ``IterableDataset.map`` with ``batched=True``: of lists, or of tables for a dataset
    with the format "arrow".

    It can be pickled, and two of the same settings are pickled alike, so that ``datasets`` finds what it has computed
    before.
    """

    def __init__(self, cleaner: Cleaner, column: str, removals: str | None = None) -> None:
        super().__init__(column, removals=removals, cleaner=cleaner)

    def __call__(self, batch: Any) -> Any:
        """Return the columns of a batch that are new, or the whole table.

        Raises:
            ValueError: if the batch has no such column.
            TypeError: for values that are neither ``str`` nor ``None``, with their index; for a single row, which means
                that ``batched=True`` is missing.
        """
        if isinstance(batch, _pyarrow.Table):
            return self.table(batch)
        self.check(list(batch))
        texts = batch[self.column]
        if texts is None or isinstance(texts, str):
            raise TypeError(f'column "{self.column}" is one text, not a batch: call map with batched=True')
        return self.lists(texts)
