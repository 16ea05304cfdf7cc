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
    asked = _Question(cells, rows, columns, measures.find(measure), window, layout)
    sums = _gathered(asked)
    by_row, by_column = pl.collect_all(
        [_totals(asked, sums, "row"), _totals(asked, sums, "column")], engine="in-memory"
    )
    row_keys = _row_keys(asked, by_row)
    column_keys, others = _column_keys(asked, by_column)
    if others:
        sums = sums.with_columns(_merged(others))
        by_column = aggregation.settle(sums, ["column"], asked.measure.part).collect(engine="in-memory")
    values = aggregation.settle(sums, ["row", "column"], asked.measure.part)
    grid = {"row": [row for row in row_keys for _ in column_keys], "column": column_keys * len(row_keys)}
    frames = [
        _filled(asked, values, grid),
        _filled(asked, by_row.lazy(), {"row": row_keys}),
        _filled(asked, by_column.lazy(), {"column": column_keys}),
        _masked(asked, _whole(asked, sums)),
    ]
    laid, row_totals, column_totals, total = pl.collect_all(frames, engine="in-memory")
    return HeatMap(rows, columns, asked.measure, row_keys, column_keys, laid, row_totals, column_totals, total, others)


@dataclass(frozen=True, slots=True)
class _Question:
    cells: pl.LazyFrame
    rows: str
    columns: str
    measure: Measure
    window: Window
    layout: Layout

    @property
    def axes(self) -> dict[str, str]:
        return {"row": self.rows, "column": self.columns}

    def is_state_over(self, *dimensions: str) -> bool:
        """Say whether the measure is a state and one of the dimensions is time: then sums do not add up along it."""
        return self.measure.clock is None and any(dimension in GRAINS for dimension in dimensions)


def _gathered(asked: _Question) -> pl.LazyFrame:
    """Gather the sums of every cell once; days stay days, every other key becomes text beside `OTHERS`."""
    sums = aggregation.gather_part(asked.cells, [asked.rows, asked.columns], asked.measure.part, asked.window)
    keys = [_key(axis, dimension) for axis, dimension in asked.axes.items()]
    return sums.collect().lazy().select(*keys, pl.exclude(asked.rows, asked.columns))


def _key(axis: str, dimension: str) -> pl.Expr:
    key = pl.col(dimension) if dimension in GRAINS else pl.col(dimension).cast(pl.String)
    return key.alias(axis)


def _merged(others: Sequence[Key]) -> pl.Expr:
    is_other = pl.col("column").is_in(list(others), nulls_equal=True)
    return pl.when(is_other).then(pl.lit(OTHERS)).otherwise("column").alias("column")


def _totals(asked: _Question, sums: pl.LazyFrame, axis: str) -> pl.LazyFrame:
    """Settle one axis; a state across time is taken anew at the end of the window."""
    across = asked.columns if axis == "row" else asked.rows
    if not asked.is_state_over(across):
        return aggregation.settle(sums, [axis], asked.measure.part)
    dimension = asked.axes[axis]
    state = aggregation.gather_part(asked.cells, [dimension], asked.measure.part, asked.window)
    settled = aggregation.settle(state, [dimension], asked.measure.part)
    return settled.select(_key(axis, dimension), "value", "n")


def _whole(asked: _Question, sums: pl.LazyFrame) -> pl.LazyFrame:
    if not asked.is_state_over(asked.rows, asked.columns):
        return aggregation.settle(sums, [], asked.measure.part)
    state = aggregation.gather_part(asked.cells, [], asked.measure.part, asked.window)
    return aggregation.settle(state, [], asked.measure.part)


def _filled(asked: _Question, values: pl.LazyFrame, keys: Mapping[str, Sequence[Key]]) -> pl.LazyFrame:
    """Give every key its value, in the order of the keys."""
    types = {axis: pl.Date() if asked.axes[axis] in GRAINS else pl.String() for axis in keys}
    grid = pl.LazyFrame(dict(keys), schema=types)
    return _masked(asked, grid.join(values, on=list(keys), how="left", nulls_equal=True, maintain_order="left"))


def _masked(asked: _Question, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Withhold values over a small base; a count that nobody counted is zero."""
    if asked.measure.unit == "count":
        return frame.with_columns(pl.col("value", "n").fill_null(0), masked=pl.lit(value=False))
    n = pl.col("n").fill_null(0)
    masked = (n > 0) & (n < asked.layout.min_n)
    return frame.with_columns(pl.when(~masked).then("value").alias("value"), n, masked.alias("masked"))


def _column_keys(asked: _Question, totals: pl.DataFrame) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """Order the columns, and name those that do not fit: the ones with the smallest base."""
    if asked.columns in GRAINS:
        return _time_keys(asked.columns, totals["column"], asked.window), ()
    by_size = _by_size(totals, "column", "n")
    keys = _ordered(by_size, asked.layout.column_order)
    if len(keys) <= asked.layout.column_limit:
        return keys, ()
    kept = set(_ordered(keys, by_size)[: asked.layout.column_limit - 1])
    return (*(key for key in keys if key in kept), OTHERS), tuple(key for key in keys if key not in kept)


def _row_keys(asked: _Question, totals: pl.DataFrame) -> tuple[Key, ...]:
    if asked.rows in GRAINS:
        return _time_keys(asked.rows, totals["row"], asked.window)
    keys = _ordered(_by_size(totals, "row", "n"), asked.layout.row_order)
    if asked.layout.sort_rows == "urgency":
        urgency = _urgency(asked)
        return tuple(sorted(keys, key=lambda key: urgency.get(key, (0, 0, 0)), reverse=True))
    if asked.layout.sort_rows == "total":
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


def _urgency(asked: _Question) -> dict[Key, tuple[int, ...]]:
    """Measure how urgent each row is: overdue, missed, and growth of what came in against the comparison."""
    now = _counts(asked, URGENCY, asked.window)
    before = _counts(asked, URGENCY[-1:], asked.layout.comparison) if asked.layout.comparison else {}
    return {key: (*counts[:-1], counts[-1] - before.get(key, (0,))[-1]) for key, counts in now.items()}


def _counts(asked: _Question, keys: Sequence[str], window: Window) -> dict[Key, tuple[int, ...]]:
    frame = measures.aggregate(asked.cells, [asked.rows], keys, window).select(_key("row", asked.rows), *keys)
    return {row[0]: row[1:] for row in frame.collect().iter_rows()}
