"""Tell what one number is made of: its past, its expected range, and the parts that its change is the sum of.

The caller narrows the cells to the row, or the row and column, that the story is about. A share or a median cannot
be split into parts that add up; its story splits the count that moves it, named by `driver`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl

from analytics import measures, natural
from analytics.control import Judgement, judge, kind_of
from analytics.coverage import history, is_settled
from analytics.declarations import Measure
from analytics.dispersion import of_counts, two_counts
from analytics.facts import Window
from analytics.heat_map import OTHERS
from analytics.periods import Period
from analytics.series import series

HISTORY: Final = 12
"""Equal periods before the one in question: as many as a corridor needs."""

PARTS: Final = 5
"""Parts named one by one before the rest becomes `OTHERS`: what fits beside the matrix."""

DRIVERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "repeat_share": "repeat",
        "open_share": "still_open",
        "overdue_share": "overdue_open",
        "postponed_share": "postponed",
        "on_time_share": "missed",
        "median_answer_days": "answered",
        "p90_answer_days": "answered",
        "satisfaction": "satisfaction_n",
        "satisfied_share": "satisfaction_n",
        "rated_share": "satisfaction_n",
    }
)
"""The count that is split into parts in the story of a measure that does not add up."""


@dataclass(frozen=True)
class Story:
    """Hold what a number is made of.

    `value` and `n` are the number and its base in `period`, `before` the value in `comparison` and `change` their
    difference; each is None where it is unknown. `trend` has one row per period, oldest first, this one last: `start`,
    `end`, `value`, `n`. `judgement` holds the expected range and whether the number left it. `parts` has a frame per
    dimension: `key`, `value`, `before`, `change` of the `driver` count, the largest changes first and `OTHERS` last;
    columns sum exactly to the whole. `statuses` and `places` are such frames by status and territory, by value.
    `overdue` are the overdue cases now and in `comparison`, whatever the measure, and the chance of such a difference
    where they move as in the periods before: no good news may hide that they grow.
    """

    measure: Measure
    driver: Measure
    period: Period
    comparison: Period | None
    value: float | None
    n: int
    before: float | None
    change: float | None
    trend: pl.DataFrame
    judgement: Judgement
    parts: Mapping[str, pl.DataFrame]
    statuses: pl.DataFrame
    places: pl.DataFrame
    overdue: tuple[int, int | None, float]


def story(
    cells: pl.LazyFrame,
    measure: str,
    period: Period,
    comparison: Period | None,
    as_of: date,
    first: date,
    *,
    dimensions: Sequence[str] = ("topic", "department"),
    min_n: int = 1,
) -> Story:
    """Tell the story of a measure over `cells` in `period` against `comparison`.

    `first` is the first day with data: earlier periods are no history. `dimensions` are those to split the change by.
    """
    chosen = measures.find(measure)
    driver = measures.find(DRIVERS.get(chosen.key, chosen.key))
    cells = cells.collect().lazy()  # one filter for all the questions below
    past = history(chosen, period, HISTORY, first)
    comparison = comparison if comparison and is_settled(chosen, comparison, first) else None
    points = follow(cells, chosen, [*past, period, *([comparison] if comparison else [])], as_of)
    trend = points.head(len(past) + 1)
    value, before = trend["value"][-1], points["value"][-1] if comparison else None
    now, then = period.window(as_of), comparison.window(as_of) if comparison else None
    return Story(
        measure=chosen,
        driver=driver,
        period=period,
        comparison=comparison,
        value=value,
        n=trend["n"][-1],
        before=before,
        change=None if value is None or before is None else value - before,
        trend=trend,
        judgement=judge(trend["value"].to_list(), kind_of(chosen), bases=bases(chosen, trend), min_n=min_n),
        parts={each: split(cells, each, driver.key, now, then) for each in dimensions},
        statuses=split(cells, "status", driver.key, now, then, parts=None, by_change=False),
        places=split(cells, "territory", driver.key, now, then, by_change=False),
        overdue=_overdue(cells, period, comparison, as_of, first),
    )


def _overdue(
    cells: pl.LazyFrame, period: Period, comparison: Period | None, as_of: date, first: date
) -> tuple[int, int | None, float]:
    """Count what is overdue now and then, and ask the periods before how far it moves by itself in such a time."""
    overdue = measures.find("overdue_open")
    past = history(overdue, period, HISTORY, first)
    points = follow(cells, overdue, [*past, period, *([comparison] if comparison else [])], as_of)["value"].to_list()
    run, now = points[: len(past)], points[len(past)]
    if comparison is None:
        return now, None, 1.0
    apart = len(past) - past.index(comparison) if comparison in past else max(len(past) // 2, 1)
    uneven = of_counts(np.array([run], dtype=np.float64), lag=apart)
    return now, points[-1], float(two_counts(np.array([now]), np.array([points[-1]]), 0.5, uneven)[0])


def follow(cells: pl.LazyFrame, measure: Measure, periods: Sequence[Period], as_of: date) -> pl.DataFrame:
    """Follow one measure: one row per period with `start`, `end`, `value` and `n`, for a count the value itself."""
    points = series(cells, [measure.key], periods, as_of).collect(engine="in-memory")
    size = measure.key if measure.additive else f"{measure.key}_n"
    return points.select("start", "end", pl.col(measure.key).alias("value"), pl.col(size).alias("n"))


def bases(measure: Measure, points: pl.DataFrame) -> list[int] | None:
    """Give the bases that a judgement of the points needs: none for counts, which are their own."""
    return None if measure.additive else points["n"].to_list()


def split(
    cells: pl.LazyFrame,
    dimension: str,
    count: str,
    now: Window,
    then: Window | None,
    *,
    parts: int | None = PARTS,
    by_change: bool = True,
) -> pl.DataFrame:
    """Split a count, and its change from `then` to `now`, by a dimension.

    One row per value of the dimension: `key` (null: not named), `value`, `before` and `change`, the latter two null
    without `then`. Rows beyond `parts` are summed into one with the key `OTHERS`, so every column sums to the whole.
    Sorted by the size of the change, or by value.
    """
    counted = [_by_key(cells, dimension, count, now, "value")]
    counted += [_by_key(cells, dimension, count, then, "before")] if then else []
    # A sum of nothing is zero, which is right beside the other period and wrong where nothing is compared.
    before = pl.col("before").sum() if then else pl.lit(None, pl.Int64).alias("before")
    size = pl.col("change").abs() if by_change and then is not None else pl.col("value")
    ordered = (
        pl.concat(counted, how="diagonal")
        .group_by("key")
        .agg(pl.col("value").sum(), before)
        .with_columns(change=pl.col("value") - pl.col("before"))
        .sort(size, "value", *natural.order("key"), descending=[True, True, False, False], nulls_last=True)
        .collect(engine="in-memory")
    )
    return ordered if parts is None or ordered.height <= parts + 1 else _rest_together(ordered, parts)


def _by_key(cells: pl.LazyFrame, dimension: str, count: str, window: Window, name: str) -> pl.LazyFrame:
    key = pl.col(dimension).cast(pl.String).alias("key")
    return measures.aggregate(cells, [dimension], [count], window).select(key, pl.col(count).alias(name))


def _rest_together(ordered: pl.DataFrame, parts: int) -> pl.DataFrame:
    # A sum of nothing known is unknown, not zero: without a comparison the rest has no change either.
    known = (
        pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()) for name in ("value", "before", "change")
    )
    rest = ordered.slice(parts).select(pl.lit(OTHERS).alias("key"), *known)
    return pl.concat([ordered.head(parts), rest])
