"""Judge many rows at once: which of them left the corridor of their own past."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from analytics import measures
from analytics.control import Judgement, judge, kind_of
from analytics.heat_map import Key
from analytics.periods import Period, recent
from analytics.series import series
from analytics.story import HISTORY, bases


def by_key(
    cells: pl.LazyFrame,
    dimension: str,
    keys: Sequence[Key],
    measure: str,
    period: Period,
    as_of: date,
    first: date,
    *,
    min_n: int = 1,
) -> Mapping[Key, Judgement]:
    """Judge `measure` in `period` for every key of a text dimension against the equal periods before it.

    `first` is the first day with data: earlier periods are no history. Every row is judged by itself, so among many
    rows some leave their corridor by chance: at three deviations about one row in three hundred per period.
    """
    chosen = measures.find(measure)
    past = [each for each in recent(period, HISTORY) if each.start >= first]
    rows = [
        series(
            cells.filter(pl.col(dimension).cast(pl.String).eq_missing(pl.lit(key))),
            [chosen.key],
            [*past, period],
            as_of,
        )
        for key in keys
    ]
    size = chosen.key if chosen.additive else f"{chosen.key}_n"
    points = [
        frame.select(pl.col(chosen.key).alias("value"), pl.col(size).alias("n")) for frame in pl.collect_all(rows)
    ]
    return {
        key: judge(frame["value"].to_list(), kind_of(chosen), bases=bases(chosen, frame), min_n=min_n)
        for key, frame in zip(keys, points, strict=True)
    }
