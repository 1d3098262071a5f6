"""Hugging Face ``datasets``: ``ds.map(cleaner.map_fn("text"), batched=True)``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._dechrome import Cleaner, __version__
from ._extras import need
from ._tables import ColumnStep

_pyarrow = need("pyarrow", "datasets")


class MapFn(ColumnStep):
    """A function for ``Dataset.map`` and ``IterableDataset.map`` with ``batched=True``, for datasets of any format.

    It can be pickled, and two of the same settings and version are pickled alike, so that ``datasets`` finds what it has
    computed before.
    """

    def __init__(self, cleaner: Cleaner, column: str, removals: str | None = None) -> None:
        super().__init__(column, removals=removals, cleaner=cleaner)
        # Another version may say something else.
        self.version = __version__

    def __call__(self, batch: Any) -> Any:
        """Return the columns of a batch that are new; of a dataset with the format "arrow", "pandas" or "polars" the whole
        batch, for there ``datasets`` takes what it gets for all columns.

        Raises:
            ValueError: if the batch has no such column.
            TypeError: for values that are neither ``str`` nor missing, with their index; for a single row, which means
                that ``batched=True`` is missing.
        """
        if isinstance(batch, _pyarrow.Table):
            return self.table(batch)
        if isinstance(batch, Mapping):
            self.check(batch)
            texts = batch[self.column]
            if texts is None or isinstance(texts, str):
                raise TypeError(f'column "{self.column}" is one text, not a batch: call map with batched=True')
            return self.columns(texts)
        if type(batch).__module__.startswith("polars"):
            return self._polars(batch)
        return self.frame(batch)

    def _polars(self, frame: Any) -> Any:
        import polars

        self.check(frame.columns)
        if self.removals is None:
            return frame.with_columns(polars.Series(self.column, self.cleaner.clean_arrow(frame[self.column])))
        texts, removals = self.cleaner.clean_arrow(frame[self.column], removals=True)
        return frame.with_columns(polars.Series(self.column, texts), polars.Series(removals).alias(self.removals))


def removals_feature() -> Any:
    """The type of the column with the removals, for ``datasets.Features``.

    ``datasets`` takes the types of new columns from the first rows that it writes. If those have no removals, it has
    no type for those that follow: tell it with ``features=Features({**ds.features, "removals": removals_feature()})``.
    """
    datasets = need("datasets", "datasets")
    place, text = datasets.Value("int64"), datasets.Value("string")
    bounds = {"start": place, "end": place}
    removal = {"span": bounds, "chars": bounds, "lines": {"first": place, "last": place}}
    return [{**removal, "label": text, "rule": text, "reason": text, "text": text}]
