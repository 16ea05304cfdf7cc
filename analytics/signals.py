"""Judge many rows at once: which of them left the corridor of their own past."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from analytics import measures
from analytics.control import Judgement, judge, kind_of
from analytics.coverage import history
from analytics.declarations import Measure
from analytics.heat_map import Key
from analytics.periods import Period
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

    One pass over the cells; a key that nothing was counted for is judged as a run of nothing. `first` is the first
    day with data: earlier periods are no history. Every row is judged by itself, so among many rows some leave their
    corridor by chance: at three deviations about one row in three hundred per period.
    """
    chosen = measures.find(measure)
    past = history(chosen, period, HISTORY, first)
    size = chosen.key if chosen.additive else f"{chosen.key}_n"
    points = (
        series(cells, [chosen.key], [*past, period], as_of, by=[dimension])
        .select(pl.col(dimension).cast(pl.String), pl.col(chosen.key).alias("value"), pl.col(size).alias("n"))
        .collect()
    )
    runs = {key[0]: run for key, run in points.partition_by(dimension, as_dict=True, include_key=False).items()}
    length = len(past) + 1
    nothing = pl.DataFrame({"value": [0 if chosen.additive else None] * length, "n": [0] * length})
    return {key: _judged(chosen, runs.get(key, nothing), min_n) for key in keys}


def _judged(measure: Measure, run: pl.DataFrame, min_n: int) -> Judgement:
    return judge(run["value"].to_list(), kind_of(measure), bases=bases(measure, run), min_n=min_n)
