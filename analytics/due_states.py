"""How cells stand against their deadlines on a day: overdue and for how long, due soon, put off, or without a deadline.

Everything is seen at `as_of` and nothing is stored, because the answer changes every midnight. A case due on `as_of`
is not overdue: the whole due day still belongs to the deadline.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from analytics import clock, facts
from analytics.deadlines import Base
from analytics.population import All, Before, Column, Condition, DaysBetween, First, Percent, Term, When, within
from analytics.work_calendar import WorkCalendar

OVERDUE_EDGES: Final = (1, 4, 8, 16, 31, 91)
"""First days of the bands of ageing: 1–3, 4–7, 8–15, 16–30, 31–90 and more calendar days past the deadline."""

SOON_EDGES: Final = (0, 1, 2, 4, 6, 11)
"""First days of the bands of what is due: today, in 1, 2–3, 4–5, 6–10 and more working days."""

PERCENT: Final = 75
"""Share of the time at which a case put off needs its executors (act 002, п. 10): at or below it the rule fires."""

TOO_FAR_DAYS: Final = 5 * 366
"""A deadline further than this from receipt is taken for a mistake of the source."""


def overdue_days(as_of: date) -> pl.Expr:
    """Count the calendar days that an open case is past its due day; null where it is not overdue."""
    past = facts.days_between(pl.col("due_on"), pl.lit(as_of))
    return pl.when(facts.is_open(as_of).expr() & (past > 0)).then(past)


def has_deadline(as_of: date) -> Condition:
    """Ask which cases had come by a day and have a deadline, whatever became of it."""
    return (facts.RECEIVED_ON <= as_of) & facts.DUE_ON.is_known


def is_ahead(as_of: date) -> Condition:
    """Ask which open cases are not overdue: their due day is to come, or is the day itself."""
    return facts.is_open(as_of) & (facts.DUE_ON >= as_of)


def band(days: pl.Expr, edges: Sequence[int]) -> pl.Expr:
    """Name the band a number of days falls into by the band's first day; null below the first."""
    reached = [pl.when(days >= edge).then(pl.lit(edge, pl.Int32())) for edge in reversed(edges)]
    return pl.coalesce(*reached)


def ageing(
    cells: pl.LazyFrame, by: Sequence[str], as_of: date, *, edges: Sequence[int] = OVERDUE_EDGES
) -> pl.LazyFrame:
    """Count overdue open appeals by how long they are overdue.

    One row per combination of `by` and band that holds any: `by`, `from_day` (the band's first day), `appeals`.
    """
    days = overdue_days(as_of)
    return (
        facts.in_force(cells, as_of)
        .filter(days.is_not_null())
        .group_by(*by, "due_on")
        .agg(facts.APPEALS.sum())
        .group_by(*by, band(facts.days_between(pl.col("due_on"), pl.lit(as_of)), edges).alias("from_day"))
        .agg(facts.APPEALS.sum())
        .filter(facts.APPEALS != 0)
        .sort(*by, "from_day", nulls_last=True)
    )


def due_soon(
    cells: pl.LazyFrame,
    by: Sequence[str],
    as_of: date,
    calendar: WorkCalendar,
    *,
    edges: Sequence[int] = SOON_EDGES,
) -> pl.LazyFrame:
    """Count open appeals that are not overdue by the working days left after `as_of`.

    One row per combination of `by` and band that holds any: `by`, `from_day`, `appeals`. A deadline on a day off is
    as near as the working day before it; one beyond the calendar has a null band.
    """
    left = clock.working_days_between(calendar, pl.lit(as_of), pl.col("due_on"))
    return (
        facts.in_force(cells, as_of)
        .filter(is_ahead(as_of).expr())
        .group_by(*by, "due_on")
        .agg(facts.APPEALS.sum())
        .group_by(*by, band(left, edges).alias("from_day"))
        .agg(facts.APPEALS.sum())
        .filter(facts.APPEALS != 0)
        .sort(*by, "from_day", nulls_last=True)
    )


def due_calendar(cells: pl.LazyFrame, by: Sequence[str], start: date, end: date, as_of: date) -> pl.LazyFrame:
    """Tell for every due day what was due: one row per combination of `by` and `due_on`, both ends inclusive.

    `due` is all that fall due, `on_time` and `missed` what is decided by `as_of`, `waiting` open ones not yet past. A
    case put off after its deadline had passed is missed on the day of that deadline, and waits on the new one.
    """
    waiting = is_ahead(as_of)
    due = All((has_deadline(as_of), *within(facts.DUE_ON, start, end))).expr()
    outcomes = {"on_time": facts.is_on_time(as_of), "missed": facts.is_missed(as_of)}
    decided = (
        facts.cohorts(cells)
        .filter(due, ~waiting.expr())
        .select(
            *by,
            "due_on",
            facts.APPEALS.alias("due"),
            *((pl.when(each.expr()).then(facts.APPEALS).otherwise(0)).alias(name) for name, each in outcomes.items()),
        )
    )
    still = facts.in_force(cells, as_of).filter(due, waiting.expr())
    parts = [decided, still.select(*by, "due_on", facts.APPEALS.alias("due"), facts.APPEALS.alias("waiting"))]
    return (
        pl.concat(parts, how="diagonal")
        .group_by(*by, "due_on")
        .agg(pl.col("due", "on_time", "missed", "waiting").sum())
        .filter(pl.col("due") != 0)
        .sort(*by, "due_on", nulls_last=True)
    )


def open_ages(cells: pl.LazyFrame, by: Sequence[str], as_of: date) -> pl.LazyFrame:
    """Tell how old what stands open is: one row per combination of `by`, such as the stage.

    `open`, `median_days` and `p90_days` since receipt. The stage is that of today, so this is how long cases that
    stand there have waited in all, not how long they have stood there.
    """
    days = facts.days_between(pl.col("received_on"), pl.lit(as_of))
    held = facts.in_force(cells, as_of, with_terms=False)
    counted = (
        held.filter(facts.is_open(as_of).expr())
        .group_by(*by, days.alias("days"))
        .agg(facts.APPEALS.sum().alias("open"))
    )
    median, ninth = (facts.Quantile(percent, facts.Flow("open", "received_on")) for percent in (50, 90))
    ages = [
        median.of(pl.col("days"), pl.col("open")).alias("median_days"),
        ninth.of(pl.col("days"), pl.col("open")).alias("p90_days"),
    ]
    summed = [pl.col("open").sum(), *ages]
    if not by:
        return counted.select(*summed)
    return counted.group_by(*by).agg(*summed).filter(pl.col("open") != 0).sort(*by, nulls_last=True)


def fires_on(base: Base = "original", percent: int = PERCENT) -> Term:
    """Give the first day on which at most `percent` of the time is left to the due day, where it is known.

    The whole is the first period, `allotted_days`, or the days from registration to the due day. Equality fires.
    """
    registered = First((Column("registered_on"), facts.RECEIVED_ON))
    whole = Column("allotted_days") if base == "original" else DaysBetween(registered, facts.DUE_ON)
    return Before(facts.DUE_ON, When(whole > 0, Percent(whole, percent)))
