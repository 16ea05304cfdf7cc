"""The one road from cells to numbers: measures by name, computed for any combination of dimensions."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import polars as pl

from analytics import aggregation
from analytics.declarations import MEASURES, Measure
from analytics.facts import Part, Quantile, Window

__all__ = ["ALIASES", "MEASURES", "Measure", "Window", "aggregate", "find", "names"]

ALIASES: Final[Mapping[str, str]] = MappingProxyType({"overdue": "overdue_open", "received": "appeals"})
"""Short names that the command line and links accept."""


def find(key: str) -> Measure:
    """Find a measure by its key or alias; KeyError when there is none.

    >>> find("overdue").key
    'overdue_open'
    """
    return MEASURES[ALIASES.get(key, key)]


def names() -> tuple[str, ...]:
    """List every key and alias that `find` knows."""
    return (*MEASURES, *ALIASES)


def aggregate(cells: pl.LazyFrame, by: Sequence[str], measures: Sequence[str], window: Window) -> pl.LazyFrame:
    """Compute measures for every combination of `by`.

    One row per combination: columns `by`, each measure under the name it was asked by, and `<name>_n`, the size of the
    base, for every measure that is not a plain count. `by` may hold one of "day", "week", "month", "quarter", "year",
    named by its first day: a flow falls into it by its own clock, a state is taken at the end of each (the last one at
    the window's moment). Combinations in which nothing was counted are absent; a share of an empty base is null with
    n = 0. An empty frame keeps the columns; with an empty `by` there is always one row. Rows are sorted by `by`.
    """
    chosen = {name: find(name) for name in measures}
    frames = _gathered(cells, by, [measure.part for measure in chosen.values()], window)
    columns: dict[str, pl.Expr] = {}
    for name, measure in chosen.items():
        columns[name] = aggregation.value_of(measure.part)
        base = aggregation.base_of(measure.part)
        if base is not None:
            columns.setdefault(f"{name}_n", base)
    merged = aggregation.merge(frames, by)
    return merged.select(*by, **columns).sort(by, nulls_last=True) if by else merged.select(**columns)


def _gathered(cells: pl.LazyFrame, by: Sequence[str], parts: Sequence[Part], window: Window) -> list[pl.LazyFrame]:
    """Gather all plain counts in one frame and the quantiles of each base in one more."""
    plain = [part for part in parts if not isinstance(part, Quantile)]
    sums = {count.name: count for part in plain for count in aggregation.counts_of(part)}
    frames = [aggregation.gather(cells, by, list(sums.values()), window)] if sums else []
    by_base: dict[str, dict[int, Quantile]] = {}
    for part in parts:
        if isinstance(part, Quantile):
            by_base.setdefault(part.base.name, {})[part.percent] = part
    for same in by_base.values():
        quantiles = list(same.values())
        counted = aggregation.histogram(cells, by, quantiles[0], window)
        frames.append(aggregation.settle_histogram(counted, by, quantiles))
    return frames
