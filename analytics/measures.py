"""The one road from cells to numbers: measures by name, computed for any combination of dimensions."""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

import polars as pl

from analytics import aggregation
from analytics.deadline_measures import DEADLINE_MEASURES, needs, rule_75
from analytics.deadlines import Base
from analytics.declarations import MEASURES, Measure
from analytics.facts import Window

__all__ = ["ALIASES", "EVERY", "MEASURES", "Measure", "Window", "aggregate", "by_rule", "find", "names", "needs"]

EVERY: Final[Mapping[str, Measure]] = MappingProxyType(
    {**MEASURES, **{measure.key: measure for measure in DEADLINE_MEASURES}}
)
"""Every measure by its key: `MEASURES`, which default cells serve, and those whose cells carry what they `needs`."""

ALIASES: Final[Mapping[str, str]] = MappingProxyType({"overdue": "overdue_open", "received": "appeals"})
"""Short names that the command line and links accept."""


def find(key: str) -> Measure:
    """Find a measure by its key or alias, or by what `by_rule` made of one; KeyError when there is none.

    >>> find("overdue").key
    'overdue_open'
    """
    name, _, rule = key.partition("@")
    if not rule:
        return EVERY[ALIASES.get(key, key)]
    return _ruled(rule)[name]


def by_rule(key: str, base: Base, percent: int) -> str:
    """Name the measure that follows a city's own rule for cases put off; every other key stays as it is.

    >>> by_rule("rule_75", "postponed", 60), by_rule("appeals", "postponed", 60)
    ('rule_75@postponed-60', 'appeals')
    """
    return f"{key}@{base}-{percent}" if key in _RULED else key


_RULED: Final = frozenset(measure.key for measure in rule_75())


@cache
def _ruled(rule: str) -> Mapping[str, Measure]:
    """Make the measures of a rule once: they are compared by identity."""
    base, _, percent = rule.partition("-")
    chosen: Base = "postponed" if base == "postponed" else "original"
    return {measure.key: measure for measure in rule_75(chosen, int(percent))}


def names() -> tuple[str, ...]:
    """List every key and alias that `find` knows."""
    return (*EVERY, *ALIASES)


def aggregate(cells: pl.LazyFrame, by: Sequence[str], measures: Sequence[str], window: Window) -> pl.LazyFrame:
    """Compute measures for every combination of `by`.

    One row per combination: columns `by`, each measure under the name it was asked by, and `<name>_n`, the size of the
    base, for every measure that is not a plain count. `by` may hold one of "day", "week", "month", "quarter", "year",
    named by its first day: a flow falls into it by its own clock, a state is taken at the end of each (the last one at
    the window's moment). Combinations in which nothing was counted are absent; a share of an empty base is null with
    n = 0. An empty frame keeps the columns; with an empty `by` there is always one row. Rows are sorted by `by`.
    """
    parts = {name: find(name).part for name in measures}
    counts = aggregation.counts_in(parts.values())
    frames = [aggregation.gather(cells, by, counts, window)] if counts else []
    for quantiles in aggregation.quantiles_in(parts.values()):
        counted = aggregation.histogram(cells, by, quantiles[0], window)
        frames.append(aggregation.settle_histogram(counted, by, quantiles))
    settled = aggregation.merge(frames, by).select(*by, **aggregation.columns_of(parts))
    return settled.sort(by, nulls_last=True) if by else settled
