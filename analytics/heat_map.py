"""Lay any measure out over any two dimensions of the cells.

The totals are settled from the same sums as the cells, so a total share is the share of the whole and not a sum or
a mean of shares, and the total of a stock over weeks is its state at the end, not the sum of the weeks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from types import MappingProxyType
from typing import Final, Literal

import polars as pl

from analytics import aggregation, measures, natural
from analytics.buckets import GRAINS
from analytics.declarations import Measure
from analytics.facts import Window, counts_of
from analytics.periods import Period, bucket_start

Key = str | date | None
"""A row or a column: a value of a text dimension, the first day of a bucket, or None where the dimension is empty."""

Order = Literal["given", "total", "urgency"]

OTHERS: Final = "\x1e"
"""Key of the column that stands for all columns beyond the limit; the store keeps no word with such a sign."""

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
    column_keys, others = _column_keys(asked, sums["column"])
    found = _settled(asked, _merged(asked, sums, others) if others else sums)
    row_keys = _row_keys(asked, found)
    return HeatMap(
        rows,
        columns,
        asked.measure,
        row_keys,
        column_keys,
        cells=_laid(asked, found, "cell", row_keys, column_keys),
        row_totals=_laid(asked, found, "row", row_keys),
        column_totals=_laid(asked, found, "column", _ALL, column_keys),
        total=_laid(asked, found, "whole"),
        others=others,
    )


_Level = Literal["cell", "row", "column", "whole"]

_AXES: Final[Mapping[_Level, tuple[str, ...]]] = MappingProxyType(
    {"cell": ("row", "column"), "row": ("row",), "column": ("column",), "whole": ()}
)
"""The axes that a number of each level has; along the other ones it is a total."""

_ALL: Final = (None,)
"""The only key along an axis that a level does not have."""

_Found = dict[tuple[_Level, Key, Key], tuple[float | None, int | None]]
"""Settled values and the sizes of their bases by level, row and column."""

_Sums = dict[_Level, pl.LazyFrame]
"""Gathered sums of each level, at least as fine as the level."""


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

    @property
    def types(self) -> dict[str, pl.DataType]:
        """Give the types of the columns of the answer."""
        axes = {axis: pl.Date() if name in GRAINS else pl.String() for axis, name in self.axes.items()}
        value = pl.Int64() if self.measure.unit == "count" else pl.Float64()
        return {**axes, "value": value, "n": pl.Int64(), "masked": pl.Boolean()}

    def is_state_beyond(self, level: _Level) -> bool:
        """Say whether the measure is a state and the level a total over time: then sums do not add up to it."""
        gone = [dimension for axis, dimension in self.axes.items() if axis not in _AXES[level]]
        return self.measure.clock is None and any(dimension in GRAINS for dimension in gone)


def _gathered(asked: _Question) -> _Sums:
    """Gather the sums of the cells once: the totals are settled from the same ones.

    A state across time does not add up, and is gathered anew at the end of the window.
    """
    cells = _sums(asked, "cell")
    return {level: _sums(asked, level) if asked.is_state_beyond(level) else cells for level in _AXES}


def _sums(asked: _Question, level: _Level) -> pl.LazyFrame:
    """Gather the sums of a level into memory: few beside the cells, and asked several times."""
    by = [asked.axes[axis] for axis in _AXES[level]]
    return aggregation.gather_part(asked.cells, by, asked.measure.part, asked.window).collect().lazy()


def _settled(asked: _Question, sums: _Sums) -> _Found:
    """Settle every number of every level at once; a few hundred sums are quicker settled in memory than streamed."""
    names = {level: [asked.axes[axis] for axis in _AXES[level]] for level in sums}
    frames = [aggregation.settle(frame, names[level], asked.measure.part) for level, frame in sums.items()]
    return {
        (level, row, column): (value, n)
        for level, frame in zip(sums, pl.collect_all(frames, engine="in-memory"), strict=True)
        for row, column, value, n in frame.select(
            *(pl.col(name) if name in names[level] else pl.lit(None).alias(axis) for axis, name in asked.axes.items()),
            "value",
            "n",
        ).iter_rows()
    }


def _merged(asked: _Question, sums: _Sums, others: Sequence[Key]) -> _Sums:
    """Take the columns that do not fit as one column."""
    name = pl.col(asked.columns).cast(pl.String)
    merged = pl.when(name.is_in(list(others), nulls_equal=True)).then(pl.lit(OTHERS)).otherwise(name)
    return {
        level: frame.with_columns(merged.alias(asked.columns)) if "column" in _AXES[level] else frame
        for level, frame in sums.items()
    }


def _laid(
    asked: _Question, found: _Found, level: _Level, rows: Sequence[Key] = _ALL, columns: Sequence[Key] = _ALL
) -> pl.DataFrame:
    """Give every key its number, in the order of the keys.

    A count that nobody counted is zero, anything else is then unknown; values over a small base are withheld.
    """
    keys = list(product(rows, columns))
    numbers = [found.get((level, row, column), (None, None)) for row, column in keys]
    is_count = asked.measure.unit == "count"
    n = [size or 0 for _, size in numbers]
    masked = [not is_count and 0 < size < asked.layout.min_n for size in n]
    values = [None if hidden else value for (value, _), hidden in zip(numbers, masked, strict=True)]
    laid = {
        **{axis: [key[place] for key in keys] for place, axis in enumerate(asked.axes) if axis in _AXES[level]},
        "value": [value or 0 for value in values] if is_count else values,
        "n": n,
        "masked": masked,
    }
    types = asked.types
    return pl.DataFrame([pl.Series(name, given, types[name]) for name, given in laid.items()])


def _column_keys(asked: _Question, sums: pl.LazyFrame) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """Order the columns, and name those that do not fit: the ones with the smallest base."""
    base = pl.col(counts_of(asked.measure.part)[-1].name)
    sizes = dict(sums.group_by(asked.columns).agg(base.sum()).collect(engine="in-memory").iter_rows())
    if asked.columns in GRAINS:
        return _time_keys(asked.columns, sizes, asked.window), ()
    by_size = _by_size(sizes)
    keys = _ordered(by_size, asked.layout.column_order)
    if len(keys) <= asked.layout.column_limit:
        return keys, ()
    kept = set(_ordered(keys, by_size)[: asked.layout.column_limit - 1])
    return (*(key for key in keys if key in kept), OTHERS), tuple(key for key in keys if key not in kept)


def _row_keys(asked: _Question, found: _Found) -> tuple[Key, ...]:
    totals = {row: number for (level, row, _), number in found.items() if level == "row"}
    if asked.rows in GRAINS:
        return _time_keys(asked.rows, totals, asked.window)
    keys = _ordered(_by_size({key: n for key, (_, n) in totals.items()}), asked.layout.row_order)
    if asked.layout.sort_rows == "urgency":
        urgency = _urgency(asked)
        return tuple(sorted(keys, key=lambda key: urgency.get(key, (0, 0, 0)), reverse=True))
    if asked.layout.sort_rows == "total":
        return _ordered(keys, _by_size({key: value for key, (value, _) in totals.items()}))
    return keys


def _by_size(sizes: Mapping[Key, float | None]) -> list[Key]:
    """List the keys by size, largest first, ties by name; the unknown size and the empty key come last."""

    def place(key: Key) -> tuple[bool, float, tuple[bool, str, str]]:
        size = sizes[key]
        return size is None, -(size or 0), natural.key(None if key is None else str(key))

    return sorted(sizes, key=place)


def _ordered(found: Iterable[Key], first: Iterable[Key]) -> tuple[Key, ...]:
    """Put the keys of the given order first, then what else was found."""
    return tuple(dict.fromkeys([*first, *found]))


def _time_keys(grain: str, found: Iterable[Key], window: Window) -> tuple[Key, ...]:
    """List every bucket from the window's start to its moment, without gaps; unbounded sides end where data end."""
    days = [day for day in found if isinstance(day, date)]
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
    frame = measures.aggregate(asked.cells, [asked.rows], keys, window).select(
        pl.col(asked.rows).cast(pl.String), *keys
    )
    return {row[0]: row[1:] for row in frame.collect().iter_rows()}
