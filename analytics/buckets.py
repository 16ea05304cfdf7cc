"""Cut days into weeks, months, quarters and years of the city's calendar.

A bucket is named by its first day; weeks begin on Monday.
"""

from dataclasses import replace
from datetime import date
from typing import Final

import polars as pl

from analytics.facts import Window

GRAINS: Final = {"day": "1d", "week": "1w", "month": "1mo", "quarter": "1q", "year": "1y"}
"""Names that `by` may hold beside the columns of a cell, and the step of each in Polars' language."""


def bucket(day: pl.Expr, grain: str) -> pl.Expr:
    """Name the bucket of a day by the bucket's first day."""
    return day if grain == "day" else day.dt.truncate(GRAINS[grain])


def within(window: Window, grain: str, first: str) -> Window:
    """Narrow a window to one of its buckets, named by its first day in the form 2026-11-01."""
    start = date.fromisoformat(first)
    last = pl.select(pl.lit(start).dt.offset_by(GRAINS[grain]).dt.offset_by("-1d")).item()
    return replace(window, start=max(start, window.start or start), end=min(last, window.moment))


def time_of(by: list[str]) -> str | None:
    """Find the one time column in `by`; ValueError when there are several."""
    times = [name for name in by if name in GRAINS]
    if len(times) > 1:
        message = f"at most one time column can stand in `by`, got {times}"
        raise ValueError(message)
    return times[0] if times else None


def calendar(cells: pl.LazyFrame, grain: str, start: date | None, end: date) -> pl.LazyFrame:
    """List every bucket from `start`, or else from the first day received, to `end`: one row per bucket."""
    first = pl.col("received_on").min() if start is None else pl.lit(start)
    days = pl.date_ranges(bucket(first, grain), pl.lit(end), interval=GRAINS[grain], closed="both")
    return cells.select(days.alias(grain)).head(1).explode(grain).drop_nulls()
