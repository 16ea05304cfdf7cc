"""Follow measures over any list of periods, in one pass over the cells.

Counts are gathered by day once; a period is then the sum of its days, and a state is that of the period's last day.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from analytics import aggregation, measures
from analytics.facts import Flow, Quantile, Stock, Window
from analytics.periods import Period

PERIOD_NO: Final = "period_no"
"""Column that numbers the periods, in the order given, from 0."""


def series(cells: pl.LazyFrame, keys: Sequence[str], periods: Sequence[Period], as_of: date) -> pl.LazyFrame:
    """Compute measures for each of `periods`, which may overlap or leave gaps.

    One row per period, in the order given, even where nothing was counted: `period_no`, `start`, `end`, then each
    measure and its `<name>_n` as `measures.aggregate` names them. ValueError without a period.
    """
    if not periods:
        message = "a series needs at least one period"
        raise ValueError(message)
    spine = _spine(periods, as_of)
    span = Window(min(period.start for period in periods), max(period.end for period in periods), as_of)
    parts = {name: measures.find(name).part for name in keys}
    counts = aggregation.counts_in(parts.values())
    flows = [count for count in counts if isinstance(count, Flow)]
    stocks = [count for count in counts if isinstance(count, Stock)]
    frames = [spine.select(PERIOD_NO)]
    if flows:
        frames.append(_sum_days(spine, aggregation.gather(cells, ["day"], flows, span)))
    if stocks:
        frames.append(_last_day(spine, aggregation.gather(cells, ["day"], stocks, span)))
    frames += [_quantiles(spine, cells, each, span) for each in aggregation.quantiles_in(parts.values())]
    summed = aggregation.merge(frames, [PERIOD_NO]).select(PERIOD_NO, **aggregation.columns_of(parts))
    return spine.drop("moment").join(summed, on=PERIOD_NO).sort(PERIOD_NO)


def _in_period(spine: pl.LazyFrame, daily: pl.LazyFrame) -> pl.LazyFrame:
    """Repeat each day's sums for every period that holds the day."""
    days = spine.join(daily, how="cross").filter(pl.col("day").is_between("start", "end"))
    return days.drop("start", "end", "moment", "day")


def _sum_days(spine: pl.LazyFrame, daily: pl.LazyFrame) -> pl.LazyFrame:
    return aggregation.roll_up(_in_period(spine, daily), [PERIOD_NO])


def _last_day(spine: pl.LazyFrame, daily: pl.LazyFrame) -> pl.LazyFrame:
    return spine.join(daily, left_on="moment", right_on="day").drop("start", "end", "moment")


def _quantiles(spine: pl.LazyFrame, cells: pl.LazyFrame, quantiles: list[Quantile], span: Window) -> pl.LazyFrame:
    daily = aggregation.histogram(cells, ["day"], quantiles[0], span)
    return aggregation.settle_histogram(_in_period(spine, daily), [PERIOD_NO], quantiles)


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
