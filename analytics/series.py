"""Follow measures over any list of periods, in one pass over the cells.

Counts are gathered by day once; a period is then the sum of its days, and a state is that of the period's last day.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from analytics import aggregation, measures
from analytics.facts import Flow, Part, Stock, Window
from analytics.periods import Period

PERIOD_NO: Final = "period_no"
"""Column that numbers the periods, in the order given, from 0."""


def series(
    cells: pl.LazyFrame, keys: Sequence[str], periods: Sequence[Period], as_of: date, *, by: Sequence[str] = ()
) -> pl.LazyFrame:
    """Compute measures for each of `periods`, which may overlap or leave gaps.

    One row per period, in the order given, even where nothing was counted: `period_no`, `start`, `end`, then each
    measure and its `<name>_n` as `measures.aggregate` names them. With `by` there is such a run of rows for every
    combination of these columns of the cells in which anything was counted, sorted by them. ValueError without a
    period.
    """
    if not periods:
        message = "a series needs at least one period"
        raise ValueError(message)
    spine = _spine(periods, as_of)
    span = Window(min(period.start for period in periods), max(period.end for period in periods), as_of)
    parts = {name: measures.find(name).part for name in keys}
    frames = _per_period(cells, spine, list(parts.values()), span, by)
    frame_keys = [*by, PERIOD_NO]
    runs = spine.select(PERIOD_NO)
    if by:
        runs = pl.concat([frame.select(by) for frame in frames]).unique().join(runs, how="cross")
    summed = aggregation.merge([runs, *frames], frame_keys).select(*frame_keys, **aggregation.columns_of(parts))
    return spine.drop("moment").join(summed, on=PERIOD_NO).sort(frame_keys, nulls_last=True).select(*by, pl.exclude(by))


def _per_period(
    cells: pl.LazyFrame, spine: pl.LazyFrame, parts: Sequence[Part], span: Window, by: Sequence[str]
) -> list[pl.LazyFrame]:
    """Gather everything by day once, and sum the days of each period; a state is that of the last day."""
    counts = aggregation.counts_in(parts)
    flows = [count for count in counts if isinstance(count, Flow)]
    stocks = [count for count in counts if isinstance(count, Stock)]
    frames = []
    if flows:
        daily = _in_period(spine, aggregation.gather(cells, [*by, "day"], flows, span))
        frames.append(aggregation.roll_up(daily, [*by, PERIOD_NO]))
    if stocks:
        daily = aggregation.gather(cells, [*by, "day"], stocks, span)
        frames.append(spine.join(daily, left_on="moment", right_on="day").drop("start", "end", "moment"))
    for quantiles in aggregation.quantiles_in(parts):
        daily = _in_period(spine, aggregation.histogram(cells, [*by, "day"], quantiles[0], span))
        frames.append(aggregation.settle_histogram(daily, [*by, PERIOD_NO], quantiles))
    return frames


def _in_period(spine: pl.LazyFrame, daily: pl.LazyFrame) -> pl.LazyFrame:
    """Repeat each day's sums for every period that holds the day."""
    days = spine.join(daily, how="cross").filter(pl.col("day").is_between("start", "end"))
    return days.drop("start", "end", "moment", "day")


def _spine(periods: Sequence[Period], as_of: date) -> pl.LazyFrame:
    return pl.LazyFrame(
        {
            PERIOD_NO: range(len(periods)),
            "start": [period.start for period in periods],
            "end": [period.end for period in periods],
            "moment": [period.window(as_of).moment for period in periods],
        },
        schema={PERIOD_NO: pl.Int32, "start": pl.Date, "end": pl.Date, "moment": pl.Date},
    )
