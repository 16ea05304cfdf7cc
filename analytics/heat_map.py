"""Lay any measure out over any two dimensions of the cells.

The totals are settled from the same sums as the cells, so a total share is the share of the whole and not a sum or
a mean of shares, and the total of a stock over weeks is its state at the end, not the sum of the weeks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

import polars as pl

from analytics import aggregation, measures
from analytics.buckets import GRAINS
from analytics.declarations import Measure
from analytics.facts import Window
from analytics.periods import Period, bucket_start

Key = str | date | None
"""A row or a column: a value of a text dimension, the first day of a bucket, or None where the dimension is empty."""

Order = Literal["given", "total", "urgency"]

OTHERS: Final = "\N{HORIZONTAL ELLIPSIS}"
"""Key of the column that stands for all columns beyond the limit; no dimension has such a value."""

COLUMN_LIMIT: Final = 20
"""How many columns a person still reads side by side."""

URGENCY: Final = ("overdue_open", "missed", "appeals")
"""What makes a row urgent: cases that wait past their date, then broken deadlines, then growth of what came in."""


@dataclass(frozen=True)
class Layout:
    """Say how a heat map is laid out.

    `row_order` and `column_order` are the order of the regulation: their keys are shown even when nothing was counted
    in them, keys they do not name follow by total. `sort_rows` may order by total or by urgency instead; growth is
    measured against `comparison`. Values other than counts over a base smaller than `min_n` are masked. Columns of a
    text dimension beyond `column_limit` become one column `OTHERS`; time columns are never merged.
    """

    row_order: Sequence[str] = ()
    column_order: Sequence[str] = ()
    sort_rows: Order = "given"
    comparison: Window | None = None
    min_n: int = 0
    column_limit: int = COLUMN_LIMIT


DEFAULT_LAYOUT: Final = Layout()


@dataclass(frozen=True)
class HeatMap:
    """Hold a laid-out measure.

    `cells` has one row per row key and column key, in that order, with `row`, `column`, `value`, `n` (size of the base,
    for a count the value itself) and `masked` (withheld because n is small; `value` is null then). Where nothing was
    counted a count is 0 and anything else is null with n = 0. `row_totals` (`row`, `value`, `n`, `masked`),
    `column_totals` and the one row of `total` have the same columns. `others` names the columns merged into `OTHERS`.
    """

    rows: str
    columns: str
    measure: Measure
    row_keys: tuple[Key, ...]
    column_keys: tuple[Key, ...]
    cells: pl.DataFrame
    row_totals: pl.DataFrame
    column_totals: pl.DataFrame
    total: pl.DataFrame
    others: tuple[Key, ...] = field(default=())


def heat_map(
    cells: pl.LazyFrame, rows: str, columns: str, measure: str, window: Window, layout: Layout = DEFAULT_LAYOUT
) -> HeatMap:
    """Compute a measure over two dimensions with totals, order, limits and masks; see `HeatMap` and `Layout`.

    `rows` and `columns` are columns of the cells or one of "day", "week", "month", "quarter", "year", different from
    each other and at most one of them a time. KeyError for an unknown measure.
    """
    chosen = measures.find(measure)
    gathered = aggregation.gather_part(cells, [rows, columns], chosen.part, window).collect().lazy()
    sums = gathered.rename({rows: "row", columns: "column"}).with_columns(_text("row", rows), _text("column", columns))
    axes = [
        _totals(cells, sums, axis, dimension, across, chosen, window)
        for axis, dimension, across in (("row", rows, columns), ("column", columns, rows))
    ]
    by_row, by_column = pl.collect_all(axes)
    row_keys = _row_keys(cells, rows, by_row, window, layout)
    column_keys, others = _column_keys(columns, by_column, window, layout)
    if others:
        sums = sums.with_columns(_merged(others))
        by_column = aggregation.settle(sums, ["column"], chosen.part).collect()
    row_axis, column_axis = _keys(row=row_keys), _keys(column=column_keys)
    grid = _keys(row=[row for row in row_keys for _ in column_keys], column=column_keys * len(row_keys))
    values = aggregation.settle(sums, ["row", "column"], chosen.part)
    cells_frame, row_totals, column_totals, total = pl.collect_all(
        [
            _filled(grid, values, ["row", "column"], chosen, layout.min_n),
            _filled(row_axis, by_row.lazy(), ["row"], chosen, layout.min_n),
            _filled(column_axis, by_column.lazy(), ["column"], chosen, layout.min_n),
            _masked(_whole(cells, sums, rows, columns, chosen, window), chosen, layout.min_n),
        ]
    )
    return HeatMap(rows, columns, chosen, row_keys, column_keys, cells_frame, row_totals, column_totals, total, others)


def _text(axis: str, dimension: str) -> pl.Expr:
    """Keep days as days and turn every other key into text, so that `OTHERS` can stand beside it."""
    return pl.col(axis) if dimension in GRAINS else pl.col(axis).cast(pl.String)


def _merged(others: Sequence[Key]) -> pl.Expr:
    is_other = pl.col("column").is_in(list(others), nulls_equal=True)
    return pl.when(is_other).then(pl.lit(OTHERS)).otherwise("column").alias("column")


def _totals(
    cells: pl.LazyFrame, sums: pl.LazyFrame, axis: str, dimension: str, across: str, measure: Measure, window: Window
) -> pl.LazyFrame:
    """Settle one axis; a state across time is taken anew at the end of the window."""
    if not (_is_state(measure) and across in GRAINS):
        return aggregation.settle(sums, [axis], measure.part)
    state = aggregation.gather_part(cells, [dimension], measure.part, window)
    settled = aggregation.settle(state, [dimension], measure.part)
    return settled.rename({dimension: axis}).with_columns(_text(axis, dimension))


def _whole(
    cells: pl.LazyFrame, sums: pl.LazyFrame, rows: str, columns: str, measure: Measure, window: Window
) -> pl.LazyFrame:
    if not (_is_state(measure) and (rows in GRAINS or columns in GRAINS)):
        return aggregation.settle(sums, [], measure.part)
    return aggregation.settle(aggregation.gather_part(cells, [], measure.part, window), [], measure.part)


def _is_state(measure: Measure) -> bool:
    return measure.clock is None


def _keys(**axes: Sequence[Key]) -> pl.LazyFrame:
    """Lay keys out in a frame, days as days and everything else as text, whatever few keys there are."""
    days = {axis: any(isinstance(key, date) for key in keys) for axis, keys in axes.items()}
    return pl.LazyFrame(axes, schema={axis: pl.Date() if days[axis] else pl.String() for axis in axes})


def _filled(keys: pl.LazyFrame, values: pl.LazyFrame, on: Sequence[str], measure: Measure, min_n: int) -> pl.LazyFrame:
    """Give every key its value, in the order of the keys; a count that nobody counted is zero."""
    joined = keys.join(values, on=on, how="left", nulls_equal=True, maintain_order="left")
    return _masked(joined, measure, min_n)


def _masked(frame: pl.LazyFrame, measure: Measure, min_n: int) -> pl.LazyFrame:
    if measure.unit == "count":
        return frame.with_columns(pl.col("value", "n").fill_null(0), masked=pl.lit(value=False))
    n = pl.col("n").fill_null(0)
    masked = (n > 0) & (n < min_n)
    return frame.with_columns(pl.when(~masked).then("value").alias("value"), n, masked.alias("masked"))


def _column_keys(
    dimension: str, totals: pl.DataFrame, window: Window, layout: Layout
) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """Order the columns, and name those that do not fit: the ones with the smallest base."""
    if dimension in GRAINS:
        return _time_keys(dimension, totals["column"], window), ()
    keys = _ordered(_by_size(totals, "column", "n"), layout.column_order)
    if len(keys) <= layout.column_limit:
        return keys, ()
    kept = set(_by_size(totals, "column", "n")[: layout.column_limit - 1])
    shown = tuple(key for key in keys if key in kept)
    return (*shown, OTHERS), tuple(key for key in keys if key not in kept)


def _row_keys(
    cells: pl.LazyFrame, dimension: str, totals: pl.DataFrame, window: Window, layout: Layout
) -> tuple[Key, ...]:
    if dimension in GRAINS:
        return _time_keys(dimension, totals["row"], window)
    keys = _ordered(_by_size(totals, "row", "n"), layout.row_order)
    if layout.sort_rows == "urgency":
        urgency = _urgency(cells, dimension, window, layout.comparison)
        return tuple(sorted(keys, key=lambda key: urgency.get(key, (0, 0, 0)), reverse=True))
    if layout.sort_rows == "total":
        return _ordered(keys, _by_size(totals, "row", "value"))
    return keys


def _by_size(totals: pl.DataFrame, axis: str, size: str) -> list[Key]:
    """List the keys by size, largest first, ties by name; the empty key comes last among equals."""
    ordered = totals.sort([size, axis], descending=[True, False], nulls_last=True)
    return ordered[axis].to_list()


def _ordered(found: Iterable[Key], first: Iterable[Key]) -> tuple[Key, ...]:
    """Put the keys of the given order first, then what else was found."""
    return tuple(dict.fromkeys([*first, *found]))


def _time_keys(grain: str, found: pl.Series, window: Window) -> tuple[Key, ...]:
    """List every bucket from the window's start to its moment, without gaps; unbounded sides end where data end."""
    days: list[date] = found.drop_nulls().to_list()
    start = window.start or min(days, default=window.moment)
    last = window.moment if window.end else max([window.moment, *days])
    if start > last:
        return ()
    return tuple(bucket_start(part.start, grain) for part in Period(start, last).split(grain))


def _urgency(
    cells: pl.LazyFrame, dimension: str, window: Window, comparison: Window | None
) -> Mapping[Key, tuple[int, ...]]:
    """Measure how urgent each row is: overdue, missed, and growth of what came in against the comparison."""
    now = _counts(cells, dimension, URGENCY, window)
    before = _counts(cells, dimension, URGENCY[-1:], comparison) if comparison else {}
    return {key: (*counts[:-1], counts[-1] - before.get(key, (0,))[-1]) for key, counts in now.items()}


def _counts(cells: pl.LazyFrame, dimension: str, keys: Sequence[str], window: Window) -> dict[Key, tuple[int, ...]]:
    frame = measures.aggregate(cells, [dimension], keys, window).with_columns(pl.col(dimension).cast(pl.String))
    return {row[0]: row[1:] for row in frame.collect().iter_rows()}
