"""Measure for people how much working time is left to a deadline, or how long ago it passed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from analytics.clock import work_between
from analytics.work_calendar import WorkCalendar


@dataclass(frozen=True)
class TimeLeft:
    """Hold a whole amount of working time to a deadline, or since one that has passed.

    `amount` is 0 where no working time lies between, as on the Sunday of a deadline that falls on it.
    """

    is_past: bool
    amount: int
    unit: Literal["days", "hours", "minutes"]


def time_left(calendar: WorkCalendar, now: datetime, due: datetime) -> TimeLeft:
    """Measure the working time between `now` and `due`, rounded down.

    In days, where the deadline lies more than one working day ahead or behind; else in hours, and under an hour in
    minutes. A deadline is past only after its own second. ValueError outside the calendar.

    >>> from analytics.work_calendar import work_calendar
    >>> time_left(work_calendar(), datetime(2026, 11, 20, 17, 0), datetime(2026, 11, 23, 15, 0))
    TimeLeft(is_past=False, amount=6, unit='hours')
    """
    is_past = now > due
    days, seconds = work_between(calendar, due, now) if is_past else work_between(calendar, now, due)
    if days > 1:
        return TimeLeft(is_past, days, "days")
    hours, minutes = seconds // 3600, seconds // 60
    return TimeLeft(is_past, hours, "hours") if hours else TimeLeft(is_past, minutes, "minutes")
