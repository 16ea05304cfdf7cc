"""Say how surprising each cell of a heat map is: what was seen against what its own past makes expected.

A large number is no news where it is always large. Counts are compared on the square-root scale, shares on the arcsine
scale, on which chance alone gives every number a standard deviation of about one (F. J. Anscombe, "The transformation
of Poisson, binomial and negative-binomial data", Biometrika 35, 1948). Where the past varies by more than chance, its
own spread is taken: the mean moving range / 1.128 of the control chart (`analytics.control`). The uncertainty of the
mean of a past of m periods widens it by √(1 + 1/m). A residual of 3 is so as far out as a limit of a control chart;
among the 250 cells of a matrix chance gives about one of these.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from math import asin, sqrt
from statistics import fmean
from typing import Final

import polars as pl

from analytics.buckets import GRAINS
from analytics.colour import Scale
from analytics.control import MIN_POINTS, Kind, kind_of
from analytics.coverage import history
from analytics.heat_map import OTHERS, HeatMap, Key
from analytics.periods import Period
from analytics.series import PERIOD_NO, series
from analytics.story import HISTORY

STEPS: Final = Scale((float("-inf"), -3.0, -2.0, -1.0, 1.0, 2.0, 3.0, float("inf")))
"""Seven steps around the usual, whose limits are the usual spread itself: no reader needs to set them."""

RANGE: Final = 1.128
"""Mean range of two draws in standard deviations."""


_ANSWER: Final = pl.Schema({"expected": pl.Float64(), "residual": pl.Float64(), "told": pl.String()})


class Told(StrEnum):
    """Say whether a cell has a residual, and why not."""

    YES = "yes"
    SMALL = "small"
    SHORT_HISTORY = "short_history"


@dataclass(frozen=True, slots=True)
class Residual:
    """Hold what was expected, in the unit of the number, and how far from it in its own spread the number lies."""

    expected: float
    residual: float


def surprise(
    cells: pl.LazyFrame, found: HeatMap, window: Period, as_of: date, first: date, *, min_n: int = 1
) -> pl.DataFrame:
    """Compare every cell of a laid-out count or share with the same cell in the equal periods before.

    One row per cell in the order of `found.cells`: `row`, `column`, `expected`, `residual` and `told` (see `Told`); the
    numbers are null unless it is "yes". A column of time is a period itself, and a last one that is still going is
    compared with equal parts of those before; along any other columns the period is `window`. A cell is small when
    neither the size of its base nor the mean of it before reaches `min_n`. `first` is the first day with data: earlier
    periods are no history. ValueError for a state or a percentile, whose past says nothing in this way.
    """
    kind = kind_of(found.measure)
    if kind not in {Kind.COUNT, Kind.SHARE}:
        message = f"the surprise of {found.measure.key} is not known: neither a count of events nor a share"
        raise ValueError(message)
    spans = {key: _span(found.columns, key, window, as_of) for key in found.column_keys}
    past = {key: history(found.measure, span, HISTORY, first) for key, span in spans.items()}
    known = _known(cells, found, {each for key, span in spans.items() for each in (span, *past[key])}, as_of)
    rows = []
    for row, column in found.cells.select("row", "column").iter_rows():
        runs = known.get((row, None if found.columns in GRAINS else column), {})
        *before, now = (runs.get(each, (0, 0)) for each in (*past[column], spans[column]))
        rows.append((row, column, *_told(before, now, kind, min_n)))
    types = found.cells.select("row", "column").schema
    return pl.DataFrame(rows, schema=pl.Schema({**types, **_ANSWER}), orient="row")


_Number = tuple[int, int]
"""A count and the size of its base; for a plain count both are the same."""


def _span(dimension: str, key: Key, window: Period, as_of: date) -> Period:
    """Give the days of a column: its bucket as far as it has come, or the whole window."""
    if dimension not in GRAINS or not isinstance(key, date):
        return window
    return Period(key, max(min(window.end, as_of), key)).split(dimension)[0]


def _known(
    cells: pl.LazyFrame, found: HeatMap, spans: Collection[Period], as_of: date
) -> Mapping[tuple[Key, Key], Mapping[Period, _Number]]:
    """Count every cell in every span, in one pass; columns that were merged are summed."""
    key, spans = found.measure.key, sorted(spans)
    by = [found.rows] if found.columns in GRAINS else [found.rows, found.columns]
    size = key if found.measure.additive else f"{key}_n"
    others = set(found.others)
    numbers: dict[tuple[Key, Key], dict[Period, _Number]] = defaultdict(dict)
    points = series(cells, [key], spans, as_of, by=by).collect()
    numbered = points.select(pl.col(by).cast(pl.String), PERIOD_NO, value=pl.col(key), n=pl.col(size))
    for *keys, number, value, n in numbered.iter_rows():
        column = None if len(keys) == 1 else OTHERS if keys[1] in others else keys[1]
        runs, span = numbers[keys[0], column], spans[number]
        k, base = runs.get(span, (0, 0))
        runs[span] = (k + (n if found.measure.additive else round((value or 0) * n)), base + n)
    return numbers


def _told(history: Sequence[_Number], now: _Number, kind: Kind, min_n: int) -> tuple[float | None, float | None, str]:
    sizes = [n for _, n in history]
    if len([n for n in sizes if n or kind is Kind.COUNT]) < MIN_POINTS:
        return None, None, Told.SHORT_HISTORY
    if max(now[1], fmean(sizes)) < min_n or (kind is Kind.SHARE and not now[1]):
        return None, None, Told.SMALL
    if kind is Kind.COUNT:
        judged = count_residual([k for k, _ in history], now[0])
    else:
        judged = share_residual([each for each in history if each[1]], now)
    return judged.expected, judged.residual, Told.YES


def count_residual(history: Sequence[int], now: int) -> Residual:
    """Compare a count with counts of equal periods before, oldest first.

    >>> count_residual([16] * 12, 16).residual
    0.0
    >>> round(count_residual([16] * 12, 36).residual, 1)
    3.8
    """
    roots = [2 * sqrt(count + 3 / 8) for count in history]
    spread = max(_spread(roots), 1.0) * sqrt(1 + 1 / len(roots))
    return Residual(fmean(history), (2 * sqrt(now + 3 / 8) - fmean(roots)) / spread)


def share_residual(history: Sequence[_Number], now: _Number) -> Residual:
    """Compare a share, k of n, with the shares of equal periods before, oldest first; every n is at least 1.

    >>> share_residual([(10, 20)] * 12, (10, 20)).residual
    0.0
    >>> round(share_residual([(10, 20)] * 12, (19, 20)).residual, 1)
    4.5
    """
    total = sum(k for k, _ in history), sum(n for _, n in history)
    centre = _angle(*total)
    scores = [(_angle(k, n) - centre) * sqrt(n) for k, n in history]
    spread = max(_spread(scores), 1.0) * sqrt(1 + now[1] / total[1])
    return Residual(total[0] / total[1], (_angle(*now) - centre) * sqrt(now[1]) / spread)


def _angle(k: int, n: int) -> float:
    return 2 * asin(sqrt((k + 3 / 8) / (n + 3 / 4)))


def _spread(scores: Sequence[float]) -> float:
    return fmean(abs(after - before) for before, after in pairwise(scores)) / RANGE
