"""Is the data in, and is it good? Silent days of a source, topics without a block, cases without a place.

Method of the silences: the number of rows a source gives on a day is taken as Poisson with the mean of its weekday over
the window. A run of empty days whose expected sum is `m` then has the chance exp(−m); runs below `RARE` are reported.
Holidays look like silences to this rule: the reader sees the days and judges.
"""

from datetime import date
from math import log
from typing import Final

import polars as pl

from analytics import natural

RARE: Final = 0.001
"""Chance below which a silence is worth a look: one false alarm in a thousand runs of that length."""


def silences(cells: pl.LazyFrame, start: date, end: date) -> pl.LazyFrame:
    """Find runs of days on which a source gave nothing although it should have.

    One row per run: `source_system`, `start`, `end` (both inclusive), `days`, `expected` — the rows that were to come.
    `cells` need source_system, received_on by day and appeals. A source is judged from its first day in the window on.
    Longest expected first.

    >>> days = pl.date_range(date(2026, 6, 1), date(2026, 6, 30), eager=True)
    >>> cells = pl.LazyFrame({"source_system": "a", "received_on": days, "appeals": 5})
    >>> quiet = cells.filter(~pl.col("received_on").is_between(date(2026, 6, 10), date(2026, 6, 11)))
    >>> silences(quiet, days[0], days[-1]).collect().row(0)[1:4]
    (datetime.date(2026, 6, 10), datetime.date(2026, 6, 11), 2)
    """
    counted = (
        cells.filter(pl.col("received_on").is_between(start, end))
        .group_by(pl.col("source_system").cast(pl.String), "received_on")
        .agg(pl.col("appeals").sum())
    )
    calendar = counted.group_by("source_system").agg(
        pl.date_range(pl.col("received_on").min(), pl.lit(end)).alias("received_on")
    )
    is_silent = pl.col("appeals") == 0
    by_weekday = pl.col("appeals").mean().over("source_system", pl.col("received_on").dt.weekday())
    return (
        calendar.explode("received_on")
        .join(counted, on=["source_system", "received_on"], how="left")
        .with_columns(pl.col("appeals").fill_null(0))
        .sort("source_system", "received_on")
        .with_columns(expected=by_weekday, run=is_silent.rle_id().over("source_system"))
        .filter(is_silent)
        .group_by("source_system", "run")
        .agg(
            pl.col("received_on").min().alias("start"),
            pl.col("received_on").max().alias("end"),
            pl.len().cast(pl.Int64).alias("days"),
            pl.col("expected").sum(),
        )
        .filter(pl.col("expected") > -log(RARE))
        .select("source_system", "start", "end", "days", "expected")
        .sort("expected", "start", descending=[True, False])
    )


def unmapped_topics(cells: pl.LazyFrame) -> pl.LazyFrame:
    """Count the topics that no block takes; one row per topic with its `appeals`, most first.

    >>> cells = pl.LazyFrame({"topic_block": [None, "roads"], "topic": ["Снег", "Ямы"], "appeals": [3, 9]})
    >>> unmapped_topics(cells).collect().rows()
    [('Снег', 3)]
    """
    return (
        cells.filter(pl.col("topic_block").is_null())
        .group_by(pl.col("topic").cast(pl.String))
        .agg(pl.col("appeals").sum())
        .sort("appeals", *natural.order("topic"), descending=[True, False, False], nulls_last=True)
    )


def coverage(cells: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """Count how many cases have a value in each column; one row: `appeals`, then one count per column.

    >>> cells = pl.LazyFrame({"territory": ["Центр", None], "appeals": [3, 1]})
    >>> coverage(cells, ["territory"]).collect().rows()
    [(4, 3)]
    """
    present = [pl.col("appeals").filter(pl.col(name).is_not_null()).sum().alias(name) for name in columns]
    return cells.select(pl.col("appeals").sum(), *present)


def located(cells: pl.LazyFrame) -> pl.LazyFrame:
    """Count how well cases are placed; one row: `appeals` = `on_map` + `territory_only` + `nowhere`.

    >>> cells = pl.LazyFrame({"geo_cell": ["892d45d89b3ffff", None], "territory": [None, "Центр"], "appeals": [3, 1]})
    >>> located(cells).collect().rows()
    [(4, 3, 1, 0)]
    """
    on_map, named = pl.col("geo_cell").is_not_null(), pl.col("territory").is_not_null()
    kinds = {"on_map": on_map, "territory_only": ~on_map & named, "nowhere": ~on_map & ~named}
    counted = [pl.col("appeals").filter(each).sum().alias(name) for name, each in kinds.items()]
    return cells.select(pl.col("appeals").sum(), *counted)
