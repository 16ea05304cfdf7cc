"""The headline numbers of the home screen: value, change, past and whether the change is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

import polars as pl

from analytics import measures
from analytics.control import Judgement, judge, kind_of
from analytics.coverage import is_settled
from analytics.declarations import Measure
from analytics.periods import Period, recent
from analytics.series import series
from analytics.status import Assurance, assurance, reached
from analytics.story import HISTORY

HEADLINES: Final[Mapping[str, str | None]] = MappingProxyType(
    {
        "appeals": None,
        "new": None,
        "repeat": "repeat_share",
        "overdue_open": "overdue_share",
        "postponed": "postponed_share",
        "on_time_share": None,
    }
)
"""Measures of the headline with the share that stands beside each: the four counts of act 004, прил. 3, п. 5.2, what
they are a part of, and the deadline."""

MARKED: Final = frozenset({"repeat", "postponed"})
"""Headlines that count a mark of the source, which a source may not give at all."""

NO_TARGETS: Final[Mapping[str, float]] = MappingProxyType({})


@dataclass(frozen=True)
class Headline:
    """Hold one headline number.

    `n` is the size of the base, for a count the value itself; a share of a base smaller than the least is None, here
    and wherever it stands among the others; `share` the companion share, where the headline has one.
    `before` is the value in the comparison period and `change` the difference. `past` are the values of the equal
    periods before, oldest first, and this one last. `target` and `is_reached` are None where the city set no target.
    `is_absent` says that a mark given by the sources stands nowhere in all these periods: then the sources do not
    tell, and zero would be a made-up answer.
    """

    measure: Measure
    value: float | None
    n: int
    share: float | None
    before: float | None
    change: float | None
    past: tuple[float | None, ...]
    judgement: Judgement
    target: float | None
    is_reached: bool | None
    is_absent: bool

    @property
    def assurance(self) -> Assurance:
        """Say whether the target is reached always, never, or now and then, going on as it is."""
        return assurance(self.judgement.corridor, self.measure.good, self.target)


def headlines(
    cells: pl.LazyFrame,
    period: Period,
    comparison: Period | None,
    as_of: date,
    first: date,
    *,
    targets: Mapping[str, float] = NO_TARGETS,
    min_n: int = 1,
) -> list[Headline]:
    """Compute the headline numbers for `period`, in the order of `HEADLINES`, in one pass over the cells.

    `first` is the first day with data: earlier periods are no history. `targets` are the city's, by measure key, and
    `min_n` is the least base of a share.
    """
    past = [each for each in recent(period, HISTORY) if each.start >= first]
    periods = [*past, period, *([comparison] if comparison else [])]
    keys = [*HEADLINES, *(share for share in HEADLINES.values() if share)]
    points = series(cells, keys, periods, as_of).with_columns(map(partial(_of_enough, min_n), keys)).collect()
    before = points.tail(1) if comparison else None
    run = points.head(len(past) + 1)
    return [_headline(key, share, run, before, first, targets.get(key), min_n) for key, share in HEADLINES.items()]


def _of_enough(min_n: int, key: str) -> pl.Expr:
    """Leave out the shares over a base smaller than the least."""
    return pl.col(key) if measures.find(key).additive else pl.when(pl.col(f"{key}_n") >= min_n).then(key).alias(key)


def _headline(
    key: str,
    share: str | None,
    run: pl.DataFrame,
    before: pl.DataFrame | None,
    first: date,
    target: float | None,
    min_n: int,
) -> Headline:
    measure = measures.find(key)
    values = _settled(measure, run, first)
    sizes: list[int] = run[key if measure.additive else f"{key}_n"].to_list()
    value, then = run[key][-1], None if before is None else _settled(measure, before, first)[0]
    return Headline(
        measure=measure,
        value=value,
        n=sizes[-1],
        share=run[share][-1] if share else None,
        before=then,
        change=None if value is None or then is None else value - then,
        past=(*values[:-1], value),
        judgement=judge(values, kind_of(measure), bases=None if measure.additive else sizes, min_n=min_n),
        target=target,
        is_reached=reached(value, measure.good, target),
        is_absent=key in MARKED and not any(run[key]),
    )


def _settled(measure: Measure, points: pl.DataFrame, first: date) -> list[float | None]:
    """List the values of a measure, without those of periods in which it did not yet mean what it means now."""
    rows = points.select("start", "end", measure.key).iter_rows()
    return [value if is_settled(measure, Period(start, end), first) else None for start, end, value in rows]
