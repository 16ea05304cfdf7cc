"""Say how much time is left to the deadline of a case, or how long ago it passed, by the clock of its norm."""

from datetime import datetime
from typing import Final

import polars as pl

from analytics import schema
from analytics.deadlines import Rules, norm_key
from analytics.time_left import time_left
from analytics.work_calendar import WorkCalendar
from pages.shared import formats

UNIT: Final = "norm_unit"
"""Column that `with_units` adds: the unit of the norm that fits a case, null where none does."""

_WORKING: Final = {
    "days": ("рабочий день", "рабочих дня", "рабочих дней"),
    "hours": ("рабочий час", "рабочих часа", "рабочих часов"),
    "minutes": ("рабочая минута", "рабочие минуты", "рабочих минут"),
}
_PAST: Final = _WORKING | {"minutes": ("рабочую минуту", "рабочие минуты", "рабочих минут")}
_CALENDAR: Final = ("календарный день", "календарных дня", "календарных дней")


def with_units(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Add `UNIT` to rows of the register."""
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in schema.APPEAL.items() if name not in rows.columns]
    units = {norm.key: norm.unit for norm in rules.norms}
    texts = [pl.col(name).cast(pl.String) for name, dtype in rows.schema.items() if isinstance(dtype, pl.Enum)]
    unit = norm_key(rules, "answer").replace_strict(units, default=None, return_dtype=pl.String)
    return rows.with_columns(rows.with_columns(*texts, *absent).with_columns(unit.alias(UNIT))[UNIT])


def words(calendar: WorkCalendar, now: datetime, due: datetime, unit: str | None = None) -> str:
    """Write the time left, such as «осталось 6 рабочих часов» or «просрочено на 2 рабочих дня».

    Norms of calendar days are told in calendar days until the last; then, as for all others, working time counts, and
    where a deadline lies outside the calendar, calendar days do.
    """
    days = (due.date() - now.date()).days
    if unit == "calendar_days" and abs(days) > 1:
        return _in_calendar_days(days)
    try:
        left = time_left(calendar, now, due)
    except ValueError:
        return _in_calendar_days(days)
    if not left.amount:
        return _nothing(days, is_past=left.is_past)
    said = formats.counted(left.amount, *(_PAST if left.is_past else _WORKING)[left.unit])
    one = "осталась" if left.unit == "minutes" else "остался"
    return f"просрочено на {said}" if left.is_past else f"{_verb(left.amount, one)} {said}"


def _verb(amount: int, one: str = "остался") -> str:
    return formats.plural(amount, one, "осталось", "осталось")


def _nothing(days: int, *, is_past: bool) -> str:
    """Say what is true where no working time lies between: a whole due day still belongs to the deadline."""
    if is_past:
        return "просрочено со вчерашнего дня" if days == -1 else "просрочено вне рабочего времени"
    return "истекает сегодня" if days == 0 else "рабочего времени не осталось"


def _in_calendar_days(days: int) -> str:
    said = formats.counted(abs(days), *_CALENDAR)
    return f"просрочено на {said}" if days < 0 else f"{_verb(days)} {said}"
