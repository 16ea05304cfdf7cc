"""What has to be done by when: open cases in groups by their deadlines, as somebody plans a working week.

No work is done on days off, so a deadline on one is as near as the working day before it: on a Friday «today» reaches
to Sunday, on the last day before the holidays to their end. The week is the city's: with a transferred Saturday it ends
on that Saturday.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from analytics.clock import shift_day
from analytics.work_calendar import DAY, WorkCalendar

GroupKey = Literal["overdue", "today", "week", "next_week", "later"]

_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Group:
    """Hold deadlines from `start` on and before `end`, moments of the city's clock; None leaves a side open.

    `last_day` is the last calendar day of the group and `last_work` the last worked one, None where it has none.
    """

    key: GroupKey
    start: datetime | None
    end: datetime | None
    last_day: date | None = None
    last_work: date | None = None


def groups(calendar: WorkCalendar, now: datetime) -> tuple[Group, ...]:
    """Cut all deadlines into groups as seen at `now`, nearest first; each deadline falls into exactly one.

    `week` is what is left of this working week after today, and absent when nothing is; `next_week` is the next week
    that is worked at all. ValueError where they reach beyond the calendar.

    >>> from analytics.work_calendar import work_calendar
    >>> [(each.key, each.last_work) for each in groups(work_calendar(), datetime(2026, 12, 4, 9, 0))][1:3]
    [('today', datetime.date(2026, 12, 4)), ('next_week', datetime.date(2026, 12, 11))]
    """
    today = now.date()
    tomorrow, monday = shift_day(calendar, today, 1), _first_after_week(calendar, today)
    after = _first_after_week(calendar, monday)
    return (
        Group("overdue", None, now),
        _until(calendar, "today", now, tomorrow),
        *([_until(calendar, "week", _midnight(tomorrow), monday)] if tomorrow < monday else []),
        _until(calendar, "next_week", _midnight(monday), after),
        Group("later", _midnight(after), None),
    )


def _first_after_week(calendar: WorkCalendar, day: date) -> date:
    """Give the first working day after the Sunday of a day's week."""
    return shift_day(calendar, day + DAY * (_DAYS - 1 - day.weekday()), 1)


def _until(calendar: WorkCalendar, key: GroupKey, start: datetime, end: date) -> Group:
    worked = (day for day in _backwards(start.date(), end) if calendar.is_working(day))
    return Group(key, start, _midnight(end), end - DAY, next(worked, None))


def _backwards(first: date, end: date) -> Iterator[date]:
    return (end - timedelta(days=number) for number in range(1, (end - first).days + 1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
