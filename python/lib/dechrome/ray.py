"""Ray Data: ``ds.map_batches(dechrome.ray.CleanBatch("text"), batch_format="pyarrow")``."""

from __future__ import annotations

from typing import Any

from ._extras import need
from ._tables import ColumnStep

need("ray.data", "ray")
_pyarrow = need("pyarrow", "ray")


class CleanBatch(ColumnStep):
    """A function for ``Dataset.map_batches`` that cleans a column, and with ``removals`` adds a column of that name with
    the removals of each row.

    With ``batch_format="pyarrow"`` nothing is copied on the way in; "numpy" (what Ray gives by default) and "pandas"
    work, too.

    Args:
        column: The column with the texts.
        removals: The name of the column to add; None for none.
        cleaner: The cleaner to use; else one is made of the ``settings``, the keyword arguments of
            :class:`dechrome.Cleaner`, with one thread: Ray runs a task on every core.

    Raises:
        PatternError, Error: as :class:`dechrome.Cleaner`.
    """

    def __call__(self, batch: Any) -> Any:
        """Return the batch with the column cleaned, in the format in which it came.

        Raises:
            ValueError: if there is no such column, or one with the name for the removals.
            TypeError: for values that are neither ``str`` nor missing, with their index.
        """
        if isinstance(batch, _pyarrow.Table):
            return self.table(batch)
        if not isinstance(batch, dict):
            return self.frame(batch)
        self.check(batch)
        columns = self.columns(batch[self.column])
        return {**batch, **{name: _objects(values) for name, values in columns.items()}}


def _objects(values: list[Any]) -> Any:
    """An array of NumPy with these objects, lists among them, as they are."""
    import numpy

    array = numpy.empty(len(values), dtype=object)
    array[:] = values
    return array
