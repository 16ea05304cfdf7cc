"""What has to be done by when: open cases in groups by their deadlines, as somebody plans a working week.

The week is the city's: it ends with its last working day, a Thursday before a holiday or a transferred Saturday. No
work is done on the days off after it, so what is due on them is a group of its own: it has to be done before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from analytics.clock import shift_day
from analytics.work_calendar import DAY, WorkCalendar

GroupKey = Literal["overdue", "today", "week", "days_off", "next_week", "later"]

_SUNDAY: Final = 6


@dataclass(frozen=True, slots=True)
class Group:
    """Hold deadlines from `start` on and before `end`, moments of the city's clock; None leaves a side open."""

    key: GroupKey
    start: datetime | None
    end: datetime | None

    @property
    def last_day(self) -> date | None:
        """Give the last day of the group, None where it is open or ends within a day."""
        return None if self.start is None or self.end is None else (self.end - DAY).date()


def groups(calendar: WorkCalendar, now: datetime) -> tuple[Group, ...]:
    """Cut all deadlines into groups as seen at `now`, nearest first; each deadline falls into exactly one.

    `week` is what is left of the working week after today, to its last working day, and absent when nothing is;
    `days_off` are those between it and the next week that is worked, absent when there are none; `next_week` reaches
    to its Sunday. ValueError where they reach beyond the calendar.

    >>> from analytics.work_calendar import work_calendar
    >>> [(each.key, each.last_day) for each in groups(work_calendar(), datetime(2026, 12, 4, 9, 0))][1:3]
    [('today', datetime.date(2026, 12, 4)), ('days_off', datetime.date(2026, 12, 6))]
    """
    today = now.date()
    sunday = _sunday(today)
    tomorrow, monday = today + DAY, shift_day(calendar, sunday, 1)
    worked = next((day for day in _backwards(sunday, today) if calendar.is_working(day)), today)
    edges: list[tuple[GroupKey, date, date]] = [
        ("week", tomorrow, worked + DAY),
        ("days_off", worked + DAY, monday),
        ("next_week", monday, _sunday(monday) + DAY),
    ]
    return (
        Group("overdue", None, now),
        Group("today", now, _midnight(tomorrow)),
        *(Group(key, _midnight(start), _midnight(end)) for key, start, end in edges if start < end),
        Group("later", _midnight(edges[-1][-1]), None),
    )


def _sunday(day: date) -> date:
    return day + DAY * (_SUNDAY - day.weekday())


def _backwards(last: date, before: date) -> Iterator[date]:
    """Give the days from `last` down to the one after `before`."""
    return (last - timedelta(days=number) for number in range((last - before).days))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
