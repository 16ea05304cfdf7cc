"""The same periods a year ago, as far back as the data go."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from typing import Final

import polars as pl

from analytics import measures
from analytics.heat_map import Key
from analytics.periods import Period, same_period_last_year
from analytics.series import PERIOD_NO, series

Values = Mapping[tuple[Key, date], float]
"""Values of last year by row and by the first day of the present period; without a dimension the row is None."""

NOTHING: Final[tuple[Key, ...]] = (None,)


def year_ago(
    cells: pl.LazyFrame,
    keys: Sequence[str],
    periods: Sequence[Period],
    as_of: date,
    first: date,
    *,
    dimension: str | None = None,
    rows: Sequence[Key] = NOTHING,
    min_n: int = 1,
) -> dict[str, Values]:
    """Compute measures in the same period of last year for each of `periods`, by the rows of a dimension or in all.

    `first` is the first day with data: what begins earlier is not told. A share of fewer than `min_n` is left out as
    well; a count of a row in which nothing was counted is 0. One entry per measure.
    """
    then = {each.start: before for each in periods if (before := same_period_last_year(each)).start >= first}
    if not then:
        return {key: {} for key in keys}
    by = [dimension] if dimension else []
    points = series(cells, keys, list(then.values()), as_of, by=by).collect(engine="in-memory")
    places = points[dimension].cast(pl.String).to_list() if dimension else [None] * points.height
    starts = [list(then)[number] for number in points[PERIOD_NO]]
    empty = dict.fromkeys(product(rows, then), 0.0)
    return {key: _known(points, key, list(zip(places, starts, strict=True)), min_n, empty) for key in keys}


def _known(
    points: pl.DataFrame, key: str, at: Sequence[tuple[Key, date]], min_n: int, empty: Mapping[tuple[Key, date], float]
) -> dict[tuple[Key, date], float]:
    is_count = measures.find(key).additive
    bases = points[key] if is_count else points[f"{key}_n"]
    found = {
        place: value
        for place, value, n in zip(at, points[key], bases, strict=True)
        if value is not None and (is_count or n >= min_n)
    }
    return {**empty, **found} if is_count else found
