"""Named facts about a cell, and the three ways a number is counted from cells.

A *flow* counts what happened on the days of a window, a *stock* counts what stands at a moment, a *ratio* divides
one count by another, and a *quantile* orders whole days. All of them weigh a cell by `appeals`, so a cell of
weight n counts as n rows. Whom each of them counts is told by its `population`: cells are counted and rows are listed
by the same one. They are compared by identity, because expressions cannot be compared by value.

When work ended is told by `FINISHED_ON`. A finished case without a date, or with a date before it was received, is
taken as finished on the day it was received: it never stands in a stock, the identity «в работе на конец = в работе
на начало + поступило − рассмотрено» holds for every split of the time, and no duration is made up for it.

A frame may hold *amendments* beside the newest versions (`schema.AMENDMENT`): with them a past day is told by the
versions in force on it. A count names the amendments it needs (`amended_by`); whatever else reads such a frame takes
`newest` of it, or `in_force` on a day. The identity then has two exceptions, both true: a case opened again had been
finished, and one handed over stood with the body that had it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

import polars as pl

from analytics import schema
from analytics.population import (
    All,
    Before,
    Column,
    Condition,
    DaysBetween,
    First,
    Flag,
    Later,
    Term,
    When,
    Word,
    within,
)
from analytics.schema import Amends

Clock = Literal["received_on", "answered_on", "due_on", "known_on"]
"""The day that a flow is counted by: a column, or `known_on`, the day of the load that brought a case."""


@dataclass(frozen=True, slots=True)
class Window:
    """Bound a question in time: days `start` to `end`, both inclusive, None for no bound, seen from the day `as_of`.

    Flows look at the days from `start` to `moment`, stocks at `moment`: nothing later than `as_of` is known.
    Whether a deadline has passed looks at `as_of`.

    >>> Window(date(2026, 11, 16), date(2026, 11, 22), as_of=date(2026, 11, 18)).moment
    datetime.date(2026, 11, 18)
    """

    start: date | None
    end: date | None
    as_of: date

    @property
    def moment(self) -> date:
        """Name the day whose state a stock shows: the end of the window, but never later than `as_of`."""
        return self.as_of if self.end is None else min(self.end, self.as_of)


APPEALS: Final = pl.col("appeals")
"""Weight of a cell."""

RECEIVED_ON: Final = Column("received_on")
ANSWERED_ON: Final = Column("answered_on")
DUE_ON: Final = Column("due_on")
KNOWN_ON: Final = First((Column("first_loaded_on"), RECEIVED_ON))

_STATUS: Final = Word("status")

IS_FINISHED: Final = _STATUS.is_in(*(status.value for status in schema.FINISHED_STATUSES))
IS_ANSWERED: Final = _STATUS.is_in(*(status.value for status in schema.ANSWERED_STATUSES))
IS_REPEAT: Final = Flag("is_repeat")
IS_LATE: Final = Flag("is_late")
IS_SIGNIFICANT: Final = Flag("is_significant")
IS_POSTPONED: Final = Flag("is_postponed") | _STATUS.is_in(schema.Status.POSTPONED.value)
IS_EXTENDED: Final = Flag("is_extended") | _STATUS.is_in(schema.Status.EXTENDED.value)

ENDED_ON: Final = Later(ANSWERED_ON, RECEIVED_ON)
"""Day on which the work of a finished case ended; see the module's note on missing and impossible dates."""

FINISHED_ON: Final = When(IS_FINISHED, ENDED_ON)
"""The same day; not known while the case is open."""

OVERDUE_FROM: Final = Before(DUE_ON, -1)
"""First day on which an open case is overdue: the whole due day still belongs to the deadline."""

ANSWER_DAYS: Final = DaysBetween(RECEIVED_ON, ANSWERED_ON)
"""Calendar days from receipt to the end of work; 0 is the same day."""

HAS_HONEST_END: Final = ~IS_FINISHED | (ANSWERED_ON >= RECEIVED_ON)
"""Whether a case is open or ended on a known day that is not before its receipt."""


_DAYS: Final[Mapping[Clock, Term]] = {
    "received_on": RECEIVED_ON,
    "answered_on": FINISHED_ON,
    "due_on": DUE_ON,
    "known_on": KNOWN_ON,
}


def days_between(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    """Count the calendar days from one day column to another as `DaysBetween` does."""
    return last.to_physical() - first.to_physical()


def later_of(day: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Take the later of two days as `Later` does."""
    return pl.when(day > other).then(day).otherwise(other)


def finished_by(day: date | Term) -> Condition:
    """Ask whose work had ended by the end of `day`, among cases received by then."""
    return IS_FINISHED & ~(ANSWERED_ON > day)


def is_open(day: date) -> Condition:
    """Ask which cases were received and not finished by the end of a day."""
    return (RECEIVED_ON <= day) & ~finished_by(day)


def is_due(as_of: date | Term) -> Condition:
    """Ask whose outcome against the deadline is known at `as_of`: finished with both dates, or past due."""
    return _outcome(as_of, IS_LATE.is_known)


def is_on_time(as_of: date | Term) -> Condition:
    """Ask whose work had ended by `as_of` and within the deadline, to the second."""
    return finished_by(as_of) & IS_LATE.is_known & ~IS_LATE


def is_missed(as_of: date | Term) -> Condition:
    """Ask whose work had ended late by `as_of`, or was still going after the due day."""
    return _outcome(as_of, IS_LATE)


def _outcome(as_of: date | Term, finished: Condition) -> Condition:
    """Ask `finished` of the cases whose work had ended by `as_of`, and of the others whether their due day is past."""
    return (finished_by(as_of) & finished) | (~finished_by(as_of) & (DUE_ON < as_of))


def has_past(cells: pl.LazyFrame) -> bool:
    """Say whether a frame holds amendments beside the newest versions."""
    return "amends" in cells.collect_schema()


def newest(cells: pl.LazyFrame) -> pl.LazyFrame:
    """Leave the newest versions: what every flow but a cohort counts."""
    return cells.filter(pl.col("amends").is_null()).drop(list(schema.AMENDMENT)) if has_past(cells) else cells


def in_force(cells: pl.LazyFrame, day: date, *, with_terms: bool = True) -> pl.LazyFrame:
    """Leave what adds up to the versions in force at the end of `day`.

    `with_terms` leaves out open cases whose deadline of that day nobody knows; without it they are there.
    """
    if not has_past(cells):
        return cells
    kinds = [Amends.STATE.value, *([Amends.UNKNOWN.value] if with_terms else [])]
    return cells.filter(pl.col("amends").is_null() | (pl.col("amends").is_in(kinds) & held_on(day)))


def cohorts(cells: pl.LazyFrame) -> pl.LazyFrame:
    """Leave what adds up to each case in the cohort of one deadline: the first that it missed, else its newest."""
    return cells.filter((pl.col("amends") == Amends.COHORT.value).fill_null(value=True)) if has_past(cells) else cells


def held_on(day: date) -> pl.Expr:
    """Say of an amendment whether it holds at the end of `day`."""
    return (pl.col("held_from") <= day).fill_null(value=True) & (pl.col("held_to") > day).fill_null(value=True)


@dataclass(frozen=True, eq=False)
class Flow:
    """Count the appeals to which something happened on the days of the window.

    `where` may look at `AS_OF`, because the outcome of a deadline depends on it; `weight` is the amount that one cell
    adds, `appeals` unless a sum of something else is wanted. `only` counts amendments of one kind and no cells of
    newest versions.
    """

    name: str
    clock: Clock
    where: Condition | None = None
    weight: pl.Expr = field(default=APPEALS)
    only: Amends | None = None

    @property
    def amended_by(self) -> tuple[Amends, ...]:
        """Name the amendments that change the count: a deadline that was missed, and whether an answer was late."""
        return () if self.clock == "received_on" else (Amends.COHORT,)

    @property
    def day(self) -> Term:
        """Give the day on which the cell counts."""
        return _DAYS[self.clock]

    def within(self, window: Window) -> list[Condition]:
        """List the conditions that all flows of this clock share; nothing later than the window's moment is known."""
        if self.clock == "answered_on":
            return [IS_FINISHED, *within(ENDED_ON, window.start, window.moment)]
        return within(self.day, window.start, window.moment)

    def chosen(self, window: Window) -> Condition | None:  # noqa: ARG002 — stocks look at the window
        """Give the condition of its own, if there is one."""
        return self.where

    def population(self, window: Window) -> Condition:
        """Ask for the cases that it counts."""
        return _counted(self.within(window), self.chosen(window))


@dataclass(frozen=True, eq=False)
class Stock:
    """Count the appeals that stand open at a moment: received, not finished, and `since` not later.

    A cell without a `since` never stands in a stock that asks for one. A cell leaves on the day work ended, an
    amendment also on the day it no longer holds. `only` counts amendments of one kind and no cells of newest versions.
    """

    name: str
    since: Term | None = None
    where: Condition | None = None
    weight: pl.Expr = field(default=APPEALS)
    only: Amends | None = None

    @property
    def amended_by(self) -> tuple[Amends, ...]:
        """Name the amendments that change the count: whoever asks for terms leaves out those that nobody knows."""
        if self.only is not None:
            return (self.only,)
        return (Amends.STATE,) if self.since is None and self.where is None else (Amends.STATE, Amends.UNKNOWN)

    @property
    def day(self) -> Term:
        """Give the first day on which the cell stands in the stock."""
        return RECEIVED_ON if self.since is None else Later(self.since, RECEIVED_ON)

    def within(self, window: Window) -> list[Condition]:
        """List the conditions that all stocks share: received and not finished by the moment."""
        return [RECEIVED_ON <= window.moment, ~finished_by(window.moment)]

    def chosen(self, window: Window) -> Condition | None:
        """Give the condition of its own at the window's moment, if there is one."""
        begun = [] if self.since is None else [self.since <= window.moment]
        own = [*begun, *([] if self.where is None else [self.where])]
        return All(tuple(own)) if own else None

    def population(self, window: Window) -> Condition:
        """Ask for the cases that it counts."""
        return _counted(self.within(window), self.chosen(window))


def _counted(shared: list[Condition], own: Condition | None) -> Condition:
    return All((*shared, *([] if own is None else [own])))


Count = Flow | Stock


@dataclass(frozen=True, eq=False)
class Ratio:
    """Divide one count by another: a share, or a mean when the numerator is a weighted sum.

    Both have the same clock, and the numerator counts only cells that the base counts.
    """

    numerator: Count
    base: Count


@dataclass(frozen=True, eq=False)
class Quantile:
    """Take a percentile of whole `days` over the appeals of `base`; cells with null or negative days are left out.

    The value is the mean of the two neighbours where the percentile falls between them, as the everyday median
    (type 2 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50, 1996).
    It compares whole numbers only, so a cell of weight n gives exactly what n rows give.
    """

    percent: int
    base: Flow
    days: Term = field(default=ANSWER_DAYS)

    def of(self, days: pl.Expr, weight: pl.Expr) -> pl.Expr:
        """Aggregate a histogram (`days` with their `weight`) into the percentile."""
        ordered = days.sort()
        reached = weight.sort_by(days).cum_sum() * 100
        needed = weight.sum() * self.percent
        lower = ordered.filter(reached >= needed).first()
        upper = ordered.filter(reached > needed).first()
        return (lower + upper) / 2


Part = Flow | Stock | Ratio | Quantile


def counts_of(part: Part) -> tuple[Count, ...]:
    """List the counts that a part is made of, the base last."""
    if isinstance(part, Ratio):
        return (part.numerator, part.base)
    return (part.base,) if isinstance(part, Quantile) else (part,)


def population(part: Part, window: Window) -> Condition:
    """Ask for the cases that a number counts; for a share, a mean and a percentile these are its base."""
    return counts_of(part)[-1].population(window)
