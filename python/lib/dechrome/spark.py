"""Apache Spark: ``dechrome.spark.clean_column(df, "text")``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ._dechrome import Cleaner
from ._extras import need
from ._tables import ColumnStep

need("pyspark.sql", "spark")
need("pyarrow", "spark")

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import DataFrame
    from pyspark.sql.types import ArrayType


class _CleanPartition(ColumnStep):
    """What runs on the executors."""

    def __call__(self, batches: Iterator[RecordBatch]) -> Iterator[RecordBatch]:
        for batch in batches:
            yield self.table(batch)


def removals_type() -> ArrayType:
    """The type of the column with the removals: an array of structs with the fields of :class:`dechrome.Removal`."""
    from pyspark.sql import types

    def struct(kind: types.DataType, *names: str) -> types.StructType:
        return types.StructType([types.StructField(name, kind, nullable=False) for name in names])

    fields = (
        *(("span", struct(types.LongType(), "start", "end")), ("chars", struct(types.LongType(), "start", "end"))),
        ("lines", struct(types.LongType(), "first", "last")),
        *((name, types.StringType()) for name in ("label", "rule", "reason", "text")),
    )
    structs = types.StructType([types.StructField(name, kind, nullable=False) for name, kind in fields])
    return types.ArrayType(structs, containsNull=False)


def clean_column(
    df: DataFrame, column: str = "text", *, removals: str | None = None, cleaner: Cleaner | None = None, **settings: Any
) -> DataFrame:
    """Return the data frame with the texts of a column cleaned: lazily, on the executors, which need the wheel, too.

    All other columns, the order of rows within partitions and the schema stay as they are; null stays null.

    Args:
        df: The data frame.
        column: The column with the texts, of type string.
        removals: The name of a column to add with the removals of each row, of :func:`removals_type`; null where the text
            is. None for none.
        cleaner: The cleaner to use; else one is made of the ``settings``, the keyword arguments of
            :class:`dechrome.Cleaner`, with one thread: Spark runs a task on every core.

    Raises:
        ValueError: if there is no such column, or one with the name for the removals.
        TypeError: if the column does not hold strings.
        PySparkNotImplementedError: for other columns of types that Spark does not give to Python, such as calendar intervals.
        PatternError, Error: as :class:`dechrome.Cleaner`.
    """
    from pyspark.sql import types

    step = _CleanPartition(column, removals=removals, cleaner=cleaner, **settings)
    step.check(df.columns)
    is_case_sensitive = df.sparkSession.conf.get("spark.sql.caseSensitive", "false") == "true"
    if removals is not None and not is_case_sensitive and removals.lower() in map(str.lower, df.columns):
        raise ValueError(f'column "{removals}" is there already but for its case; give the removals another name')
    kind = df.schema[column].dataType
    if not isinstance(kind, types.StringType):
        raise TypeError(f'column "{column}" is of type {kind.simpleString()}, not string')
    # mapInArrow takes names of columns apart at dots and quotes, and wants each but once: it gets other names.
    fields = [types.StructField(f"c{n}", f.dataType, f.nullable, f.metadata) for n, f in enumerate(df.schema)]
    step.column = fields[df.columns.index(column)].name
    names = list(df.columns)
    plain = df.toDF(*(field.name for field in fields))
    if removals is not None:
        names.append(removals)
        step.removals = "removals"
        fields.append(types.StructField("removals", removals_type(), nullable=True))
    return plain.mapInArrow(step, types.StructType(fields)).toDF(*names)
