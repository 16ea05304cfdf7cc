"""The due moment of a case and what it rests on, over an appeals frame.

The postponed date counts, else the extended one, else the source's own, else the city's norm from registration, as it
was in force on that day. Where a case has no moment of registration its receipt stands in. A deadline of days ends
with the last second of its day; one of working hours ends on its second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, Literal

import polars as pl

from analytics import clock, schema
from analytics.clock import OffDay
from analytics.norms import Norm, ranked
from analytics.schema import DueBasis
from analytics.work_calendar import WorkCalendar

__all__ = ["DUE_BASIS", "REGISTERED_AT", "Base", "DueBasis", "Rules", "due_columns", "norm_key", "norm_moment"]

Base = Literal["original", "postponed"]
"""What the 75 % rule takes for the whole: the first period, or the period to the date that the answer is put off to."""

DUE_BASIS: Final = pl.Enum([basis.value for basis in DueBasis])


@dataclass(frozen=True)
class Rules:
    """Hold what deadlines are counted by: norms without clashes, the calendar, and where a day off moves a deadline.

    `off_day` moves deadlines counted in calendar days from norms only: a date that the source names is kept.
    """

    norms: Sequence[Norm]
    calendar: WorkCalendar
    off_day: OffDay = "keep"


REGISTERED_AT: Final = pl.coalesce("registered_at", "received_at")
"""Moment of registration, or of receipt where none is known."""


def due_columns(rules: Rules) -> list[pl.Expr]:
    """Give the expressions that make the deadline of each row of an appeals frame.

    `deadline_at`, the moment that counts, null where there is none; `due_basis`, a `DueBasis`; `norm`, the key of the
    norm that fits the case, whether or not it decides; `allotted_days` (Int32), whole days of the first period: the
    source's own deadline, else the norm's, from the day of registration to the day it ends.
    """
    by_norm = norm_moment(rules, "answer")
    original = pl.coalesce("due_at", by_norm)
    return [
        pl.coalesce("postponed_until", "extended_until", original).alias("deadline_at"),
        _basis(by_norm).alias("due_basis"),
        norm_key(rules, "answer").alias("norm"),
        _whole_days(REGISTERED_AT, original).alias("allotted_days"),
    ]


def norm_moment(rules: Rules, event: str) -> pl.Expr:
    """Give the moment by which the norms want an event to happen, null where no norm fits.

    A norm that fits but has no answer, as where its calendar ends, leaves none to a weaker one.
    """
    norms = ranked(rules.norms, event)
    starts = ["received_at", *dict.fromkeys(norm.since for norm in norms if norm.since != "received_at")]
    moments = [REGISTERED_AT.alias(name) if name == "registered_at" else pl.col(name) for name in starts]

    def counted(columns: Sequence[pl.Series]) -> pl.Series:
        """Count each norm over its own rows only."""
        place, rows = columns[0], pl.DataFrame(dict(zip(starts, columns[1:], strict=True)))
        found = pl.repeat(None, rows.height, dtype=clock.MOMENT, eager=True)
        for number, norm in enumerate(norms):
            own = (place == number).arg_true()
            found.scatter(own, rows[own].select(_moment(norm, rules)).to_series())
        return found

    return pl.map_batches([_place(norms), *moments], counted, return_dtype=clock.MOMENT)


def norm_key(rules: Rules, event: str) -> pl.Expr:
    """Give the key of the norm that decides an event of a case, null where none fits."""
    norms = ranked(rules.norms, event)
    keys = dict(enumerate(norm.key for norm in norms))
    return _place(norms).replace_strict(keys, default=None, return_dtype=pl.String)


def _place(norms: Sequence[Norm]) -> pl.Expr:
    """Find the first of the norms that fits a case: its place among them, null where none does."""
    place = pl.lit(None, pl.Int8())
    for number, norm in reversed(list(enumerate(norms))):
        place = pl.when(_fits(norm)).then(pl.lit(number, pl.Int8())).otherwise(place)
    return place


def _fits(norm: Norm) -> pl.Expr:
    """Say whether a norm is in force on the day of registration for a case like this."""
    in_force = REGISTERED_AT.dt.date().is_between(norm.valid_from, norm.valid_to)
    return reduce(pl.Expr.and_, [_has(column, value) for column, value in norm.applies.items()], in_force)


def _has(column: str, value: str | bool) -> pl.Expr:  # noqa: FBT001 — a value from the norms' data, not a switch
    if column in schema.MOMENTS:  # a norm asks whether it has come
        return pl.col(column).is_not_null() == pl.lit(value)
    return (pl.col(column).fill_null(value=False) if isinstance(value, bool) else pl.col(column)) == pl.lit(value)


def _moment(norm: Norm, rules: Rules) -> pl.Expr:
    start = pl.col(norm.since)
    if norm.unit == "working_hours":
        return clock.add_working_hours(rules.calendar, start, norm.amount)
    if norm.unit == "working_days":
        return clock.end_of_day(clock.add_working_days(rules.calendar, start.dt.date(), norm.amount))
    return clock.end_of_day(clock.add_calendar_days(rules.calendar, start.dt.date(), norm.amount, rules.off_day))


def _basis(by_norm: pl.Expr) -> pl.Expr:
    ladder = [
        (pl.col("postponed_until"), DueBasis.POSTPONED),
        (pl.col("extended_until"), DueBasis.EXTENDED),
        (pl.col("due_at"), DueBasis.SOURCE),
        (by_norm, DueBasis.NORM),
    ]
    named = [pl.when(moment.is_not_null()).then(pl.lit(basis.value)) for moment, basis in ladder]
    return pl.coalesce(*named, pl.lit(DueBasis.NONE.value)).cast(DUE_BASIS)


def _whole_days(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    return (end.dt.date() - start.dt.date()).dt.total_days().cast(pl.Int32)
