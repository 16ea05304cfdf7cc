"""Forms of lines by columns: declared measures, narrowed to some cases, in several periods side by side.

A line says of which line it is a share, whether it is a part printed inside another («в том числе»), and whether it is
a state, which is not summed over periods. The arithmetic of a form is checked when it is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from analytics.periods import Period
from analytics.publications import Words
from analytics.schema import Status
from analytics.series import PERIOD_NO, series
from loaders.cells import DEFAULT
from pages.shared.asked import Asked

DIMENSIONS: Final = (*DEFAULT, "source_system", "on_control", "is_collective")
"""Columns of the cells that lines look at."""


@dataclass(frozen=True, eq=False)
class Line:
    """Describe a line: `measure` of the cases that have one of `words`; `base` is the line it is a share of."""

    key: str
    number: str
    title: str
    measure: str = "appeals"
    words: Words = ()
    base: str = ""
    is_within: bool = False
    is_absent: bool = False
    """No source tells of it: the form keeps its place, and nothing is made up."""


def registered(day: pl.Expr, status: pl.Expr) -> pl.Expr:
    """Say whether a case is registered: it has the day, or a source without such days has it past «Новое»."""
    return day.is_not_null() | (status != Status.NEW.value).fill_null(value=False)


def count(
    asked: Asked, lines: Sequence[Line], periods: Sequence[Period], kept: pl.Expr | None = None
) -> dict[str, list[float | None]]:
    """Compute every line in every period; a line that no source tells of has no values.

    `kept` narrows the whole form. Lines that look at the same cases are counted in one pass.
    """
    start = max(min(period.start for period in periods), asked.begun)
    cells = asked.measured(start, dimensions=DIMENSIONS)
    cells = (cells if kept is None else cells.filter(kept)).collect().lazy()
    found: dict[str, list[float | None]] = {}
    for words, group in _by_words(lines):
        own = cells.filter(*(pl.col(name).cast(pl.String).is_in(listed) for name, listed in words))
        keys = list(dict.fromkeys(line.measure for line in group))
        frame = series(own, keys, periods, asked.as_of).sort(PERIOD_NO).collect()
        found |= {line.key: frame[line.measure].to_list() for line in group}
    return {line.key: [None] * len(periods) if line.is_absent else found[line.key] for line in lines}


def _by_words(lines: Sequence[Line]) -> list[tuple[Words, list[Line]]]:
    groups: dict[Words, list[Line]] = {}
    for line in lines:
        if not line.is_absent:
            groups.setdefault(line.words, []).append(line)
    return list(groups.items())


def share(values: Mapping[str, Sequence[float | None]], line: Line, column: int) -> float | None:
    """Give the share of a line in its base; None without one, or of nothing."""
    if not line.base:
        return None
    part, whole = values[line.key][column], values[line.base][column]
    return None if part is None or not whole else part / whole
