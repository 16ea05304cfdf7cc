"""Count the weeks before a day, so that how uneven numbers are by themselves is seen before they are compared."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from analytics import measures
from analytics.periods import DAY, WEEK_DAYS, Period
from analytics.series import PERIOD_NO, series
from analytics.shrinkage import Floats

PAST: Final = 26
"""Weeks that are looked at: half a year."""

_WEEK: Final = timedelta(days=WEEK_DAYS)


def before(day: date, first: date) -> list[Period]:
    """List the weeks of seven days before a day, at most `PAST` and none before the first day with data, oldest first.

    >>> [week.end.day for week in before(date(2026, 11, 23), date(2026, 11, 5))]
    [15, 22]
    """
    ends = (day - DAY - _WEEK * back for back in range(PAST - 1, -1, -1))
    weeks = (Period(end - _WEEK + DAY, end) for end in ends)
    return [each for each in weeks if each.start >= first]


def start(period: Period, comparison: Period | None) -> date:
    """Give the first day that cells have to reach back to, so that the periods and the weeks before them are whole."""
    later = max(each for each in (period, comparison) if each)
    return min(later.start - PAST * _WEEK, *(each.start for each in (period, comparison) if each))


def counted(
    cells: pl.LazyFrame,
    by: Sequence[str],
    units: pl.DataFrame,
    keys: Sequence[str],
    weeks: Sequence[Period],
    as_of: date,
) -> Mapping[str, Floats]:
    """Follow measures of units over the weeks: by measure an array units × weeks, in the order of the rows of `units`.

    Of a share the cases that it counts, and `<name>_n` with its base; nothing counted is 0.
    """
    shares = [key for key in keys if not measures.find(key).additive]
    columns = [*keys, *(f"{key}_n" for key in shares)]
    if not weeks or units.is_empty():
        return {name: np.zeros((units.height, len(weeks))) for name in columns}
    named = [pl.col(name).cast(pl.String) for name in by]
    points = series(cells, keys, weeks, as_of, by=by).select(*named, PERIOD_NO, *columns).collect()
    hits = [(pl.col(key) * pl.col(f"{key}_n")).round() for key in shares]
    numbers = pl.DataFrame({PERIOD_NO: range(len(weeks))}, schema={PERIOD_NO: pl.Int32})
    every = (
        units.select(named)
        .with_row_index("unit")
        .join(numbers, how="cross")
        .join(points.with_columns(hits), on=[*by, PERIOD_NO], how="left", nulls_equal=True)
        .sort("unit", PERIOD_NO)
        .select(pl.col(columns).cast(pl.Float64).fill_null(0))
    )
    return {name: every[name].to_numpy().reshape(units.height, -1) for name in columns}
