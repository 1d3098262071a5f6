"""One column of a batch, whatever the batch is: what the adapters share."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import Any

from ._dechrome import Cleaner


class ColumnStep:
    """Cleans a column of batches, and with ``removals`` adds a column of that name with the removals of each row.

    Its cleaner works on one thread unless told otherwise: engines run a task on every core.
    """

    def __init__(
        self, column: str = "text", *, removals: str | None = None, cleaner: Cleaner | None = None, **settings: Any
    ) -> None:
        """``cleaner``, or the ``settings`` of one.

        Raises:
            PatternError, Error: as :class:`dechrome.Cleaner`.
            TypeError: if both are given, or something of another type.
        """
        if cleaner is not None and settings:
            raise TypeError(f"give a cleaner or its settings, not both: {', '.join(settings)}")
        for name, value, kind in [("column", column, str), ("removals", removals, str), ("cleaner", cleaner, Cleaner)]:
            if not isinstance(value, kind) and (value is not None or name == "column"):
                raise TypeError(f"{name}: expected {kind.__name__}, got {type(value).__name__}")
        self.column = column
        self.removals = removals
        self.cleaner = cleaner or Cleaner(**{"threads": 1, **settings})

    def check(self, names: Iterable[Any]) -> None:
        """Refuse batches without the column, or with one of the name that the removals shall have.

        Raises:
            ValueError: which names the columns that are there.
        """
        names = list(names)
        if self.column not in names:
            raise ValueError(f'no column "{self.column}"; columns are {", ".join(map(str, names))}')
        if names.count(self.column) > 1:
            raise ValueError(f'more than one column "{self.column}"; rename the others')
        if self.removals in names:
            raise ValueError(f'column "{self.removals}" is there already; give the removals another name')

    def table(self, table: Any) -> Any:
        """A table or record batch of pyarrow, in which nothing else is touched."""
        self.check(table.schema.names)
        index = table.schema.get_field_index(self.column)
        field = table.schema.field(index)
        if self.removals is None:
            return table.set_column(index, field, self.cleaner.clean_arrow(table.column(index)))
        texts, removals = self.cleaner.clean_arrow(table.column(index), removals=True)
        return table.set_column(index, field, texts).append_column(self.removals, removals)

    def frame(self, frame: Any) -> Any:
        """A data frame of pandas, in which nothing else is touched.

        Categories become what they are categories of: a cleaned text is not among them.
        """
        import pandas

        self.check(frame.columns)
        texts = frame[self.column]
        columns = self.columns(texts.tolist())
        kind = texts.dtype.categories.dtype if isinstance(texts.dtype, pandas.CategoricalDtype) else texts.dtype
        columns[self.column] = pandas.Series(columns[self.column], index=frame.index, dtype=kind)
        return frame.assign(**columns)

    def columns(self, texts: Iterable[Any]) -> dict[str, list[Any]]:
        """The new columns for a column of Python objects. What stands for a missing text (``None``, NaN, ``pandas.NA``)
        stays what it is.
        """
        texts = list(texts)
        known = [None if _is_missing(text) else text for text in texts]
        if self.removals is None:
            cleaned: list[Any] = self.cleaner.clean_batch(known)
            told = {}
        else:
            answers = self.cleaner.explain_batch(known)
            cleaned = [None if one is None else one.text for one in answers]
            told = {
                self.removals: [None if one is None else [r.to_dict() for r in one.removals] for one in answers]
            }
        return {self.column: [text if new is None else new for text, new in zip(texts, cleaned)], **told}


def _is_missing(value: Any) -> bool:
    return type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, Real) and value != value)
