"""Two clocks for deadlines: calendar days, and working days and hours by the city's calendar.

Everything reads the city's wall clock, to the second. Work is measured along one line, the working seconds since the
calendar began, on which a day off has no length. A count of days begins on the day after (Civil Code of Russia,
art. 191), so the first working day after a Friday is Monday. Functions take and give Polars expressions; null gives
null, and so does a day outside the calendar. Amounts are not negative: ValueError where one is.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.work_calendar import WorkCalendar
from analytics.work_line import SECONDS_A_DAY, WorkLine, line_of

OffDay = Literal["keep", "previous", "next"]
"""Where a deadline goes that falls on a day off: nowhere, or to the working day before or after it."""

MOMENT: Final = pl.Datetime("ms")

Ints = NDArray[np.int64]


def add_calendar_days(calendar: WorkCalendar, day: pl.Expr, days: pl.Expr | int, off_day: OffDay = "keep") -> pl.Expr:
    """Give the day that comes `days` calendar days later, moved by the rule where that is a day off."""
    count = pl.lit(days) if isinstance(days, int) else days
    later = (day.cast(pl.Int32) + count.cast(pl.Int32)).cast(pl.Date)
    return move_from_day_off(calendar, later, off_day)


def move_from_day_off(calendar: WorkCalendar, day: pl.Expr, off_day: OffDay) -> pl.Expr:
    """Move days off to the working day before or after; "keep" leaves every day, inside the calendar or not."""
    if off_day == "keep":
        return day
    line = line_of(calendar)
    return _mapped([day.cast(pl.Int32)], lambda days: line.moved(days, forward=off_day == "next"), pl.Date())


def add_working_days(calendar: WorkCalendar, day: pl.Expr, days: pl.Expr | int) -> pl.Expr:
    """Give the working day that is `days` working days after `day`; no days give `day` itself, day off or not."""
    line = line_of(calendar)
    count = pl.lit(days) if isinstance(days, int) else days
    return _mapped([day.cast(pl.Int32), count], line.add_days, pl.Date())


def working_days_between(calendar: WorkCalendar, start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Count the working days after `start` up to and with `end`; negative when `end` comes first."""
    line = line_of(calendar)
    return _mapped([start.cast(pl.Int32), end.cast(pl.Int32)], line.days_between, pl.Int32())


def add_working_hours(calendar: WorkCalendar, moment: pl.Expr, hours: pl.Expr | float) -> pl.Expr:
    """Give the first moment by which `hours` of work have passed since `moment`; no hours give `moment` itself.

    Eight hours from the opening of a full day end with that day, not with the opening of the next.
    """
    line = line_of(calendar)
    count = (pl.lit(hours) if isinstance(hours, int | float) else hours) * 3600
    seconds = _mapped([_seconds(moment), count.round().cast(pl.Int64)], line.add_seconds, pl.Int64())
    return (seconds * 1000).cast(MOMENT)


def working_seconds_between(calendar: WorkCalendar, start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Count the seconds worked from `start` to `end`; negative when `end` comes first."""
    line = line_of(calendar)
    return _mapped([_seconds(start), _seconds(end)], line.seconds_between, pl.Int64())


def end_of_day(day: pl.Expr) -> pl.Expr:
    """Give the last second of a day: the whole due day still belongs to the deadline."""
    return ((day.cast(pl.Int64) + 1) * SECONDS_A_DAY * 1000 - 1000).cast(MOMENT)


def shift_day(calendar: WorkCalendar, day: date, days: int) -> date:
    """Give the working day `days` working days after one day; ValueError outside the calendar."""
    shifted: date = _only(add_working_days(calendar, pl.lit(day), days))
    return shifted


def work_between(calendar: WorkCalendar, start: datetime, end: datetime) -> tuple[int, int]:
    """Give the working days and the working seconds from one moment to another; ValueError outside the calendar."""
    days = _only(working_days_between(calendar, pl.lit(start.date()), pl.lit(end.date())))
    seconds = _only(working_seconds_between(calendar, pl.lit(start, MOMENT), pl.lit(end, MOMENT)))
    return days, seconds


def _only(value: pl.Expr) -> Any:
    found = pl.select(value).item()
    if found is None:
        raise ValueError("День лежит за пределами календаря")
    return found


def _seconds(moment: pl.Expr) -> pl.Expr:
    return moment.cast(MOMENT).cast(pl.Int64) // 1000


def _mapped(values: Sequence[pl.Expr], function: Callable[..., Ints], dtype: pl.DataType) -> pl.Expr:
    """Apply a function of whole numbers to columns of them; null where any is null or the function knows no answer."""

    def apply(columns: Sequence[pl.Series]) -> pl.Series:
        lengths = [len(column) for column in columns]
        rows = 0 if 0 in lengths else max(lengths)
        full = [column if len(column) == rows else column.new_from_index(0, rows) for column in columns]
        known = np.all([column.is_not_null().to_numpy() for column in full], axis=0)
        numbers = [column.cast(pl.Int64).fill_null(0).to_numpy() for column in full]
        found = function(*numbers)
        physical = pl.Int32 if dtype == pl.Date else dtype
        result = pl.Series(columns[0].name, found, pl.Int64)
        nothing = pl.Series(~known | (found == WorkLine.UNKNOWN))
        return result.set(nothing, None).cast(physical).cast(dtype)

    return pl.map_batches(values, apply, return_dtype=dtype)
