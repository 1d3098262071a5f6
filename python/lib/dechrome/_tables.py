"""One column of a batch, whatever the batch is: what the adapters share."""

from __future__ import annotations

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
            TypeError: if both are given.
        """
        if cleaner is not None and settings:
            raise TypeError(f"give a cleaner or its settings, not both: {', '.join(settings)}")
        if not isinstance(column, str):
            raise TypeError(f"column: expected str, got {type(column).__name__}")
        self.column = column
        self.removals = removals
        self.cleaner = cleaner or Cleaner(**{"threads": 1, **settings})

    def check(self, names: list[str]) -> None:
        """Refuse batches without the column, or with one of the name that the removals shall have.

        Raises:
            ValueError: which names the columns that are there.
        """
        if self.column not in names:
            raise ValueError(f'no column "{self.column}"; columns are {", ".join(names)}')
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

    def lists(self, texts: Any) -> dict[str, list[Any]]:
        """The new columns for a column of Python objects."""
        if self.removals is None:
            return {self.column: self.cleaner.clean_batch(texts)}
        cleaned = self.cleaner.explain_batch(texts)
        return {
            self.column: [None if one is None else one.text for one in cleaned],
            self.removals: [None if one is None else [r.to_dict() for r in one.removals] for one in cleaned],
        }
