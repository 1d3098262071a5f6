"""Reads Parquet, cleans a column of texts, writes Parquet, and prints what was removed by label.

    python spark_parquet.py in/ out/ [--column text] [--master local[*]]

The removals stay in the output, in a column of their own: with them each original can be put together again.
"""

import argparse

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from dechrome.spark import clean_column


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("input", help="Parquet files, or a folder of them")
    arguments.add_argument("output", help="where to write; it must not be there yet")
    arguments.add_argument("--column", default="text", help="the column with the texts")
    arguments.add_argument("--removals", default="removals", help="the name of the column with the removals")
    arguments.add_argument("--master", default=None, help="where Spark runs; spark-submit knows that already")
    arguments = arguments.parse_args()

    builder = SparkSession.builder.appName("dechrome")
    if arguments.master:
        builder = builder.master(arguments.master)
    spark = builder.getOrCreate()

    before = spark.read.parquet(arguments.input)
    clean_column(before, arguments.column, removals=arguments.removals).write.parquet(arguments.output)

    # The totals are read from what was written: nothing is cleaned twice, and nothing has to be kept in memory.
    after = spark.read.parquet(arguments.output)
    removals = after.select(f.explode(arguments.removals).alias("removal")).select("removal.label", "removal.text")
    totals = removals.groupBy("label").agg(f.count("*").alias("removals"), f.sum(f.length("text")).alias("characters"))
    print(f"{'label':12} {'removals':>12} {'characters':>14}")
    for row in totals.orderBy(f.desc("characters")).collect():
        print(f"{row.label:12} {row.removals:12,} {row.characters:14,}".replace(",", ""))
    spark.stop()


if __name__ == "__main__":
    main()
