"""The line of working time: how much was worked by each moment, and by which moment so much is worked.

Days are numbers since 1970, moments seconds since then, both on the city's wall clock. Arrays in, arrays of the same
length out; `WorkLine.UNKNOWN` stands where the calendar ends.
"""

from functools import lru_cache
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from analytics.work_calendar import EPOCH, DayKind, WorkCalendar, seconds_of

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SECONDS_A_DAY: Final = 86_400


class WorkLine:
    """Hold, for every day of a calendar, how many days and seconds were worked before it.

    `_worked_before[i]` counts working days before day i, `_seconds_before[i]` working seconds; both have one element
    more than there are days. `_working` lists the working days by their number, `_length` the seconds each day is
    worked.
    """

    UNKNOWN: ClassVar[int] = np.iinfo(np.int64).min

    def __init__(self, calendar: WorkCalendar) -> None:
        kinds = np.frombuffer(calendar.kinds, np.uint8)
        hours = calendar.hours
        self._first = (calendar.first - EPOCH).days
        self._days = len(kinds)
        self._length: Ints = np.array([hours.worked(kind) for kind in DayKind], np.int64)[kinds]
        self._working: Ints = np.flatnonzero(kinds != DayKind.OFF).astype(np.int64)
        self._worked_before = _running(kinds != DayKind.OFF)
        self._seconds_before = _running(self._length)
        self._start = seconds_of(hours.start)
        self._pause = int(hours.pause.total_seconds())
        self._until_pause = SECONDS_A_DAY if hours.lunch_at is None else seconds_of(hours.lunch_at) - self._start

    def add_days(self, days: Ints, counts: Ints) -> Ints:
        """Give the working day that is so many working days after each day; the day itself for none."""
        _refuse_negative(counts)
        place, is_known = self._place(days)
        number = self._worked_before[place + 1] + counts - 1
        is_known &= number < len(self._working)
        later = self._working[np.clip(number, 0, len(self._working) - 1)] + self._first
        return np.where(is_known, np.where(counts == 0, days, later), self.UNKNOWN)

    def days_between(self, start: Ints, end: Ints) -> Ints:
        """Count the working days after `start` up to and with `end`."""
        (first, is_first_known), (last, is_last_known) = self._place(start), self._place(end)
        between = self._worked_before[last + 1] - self._worked_before[first + 1]
        return np.where(is_first_known & is_last_known, between, self.UNKNOWN)

    def moved(self, days: Ints, *, forward: bool) -> Ints:
        """Move each day off to the nearest working day in one direction."""
        place, is_known = self._place(days)
        number = self._worked_before[place] if forward else self._worked_before[place + 1] - 1
        is_known &= (number >= 0) & (number < len(self._working))
        found = self._working[np.clip(number, 0, len(self._working) - 1)] + self._first
        return np.where(is_known, found, self.UNKNOWN)

    def add_seconds(self, moments: Ints, amounts: Ints) -> Ints:
        """Give the first moment by which so much was worked since each moment; the moment itself for nothing."""
        _refuse_negative(amounts)
        worked, is_known = self._worked(moments)
        target = worked + amounts
        is_known &= target <= self._seconds_before[-1]
        place = np.clip(np.searchsorted(self._seconds_before, target, side="left") - 1, 0, self._days - 1)
        into = target - self._seconds_before[place]
        clock = self._start + into + np.where(into > self._until_pause, self._pause, 0)
        later = (place + self._first) * SECONDS_A_DAY + clock
        return np.where(is_known, np.where(amounts == 0, moments, later), self.UNKNOWN)

    def seconds_between(self, start: Ints, end: Ints) -> Ints:
        """Count the seconds worked from `start` to `end`."""
        (first, is_first_known), (last, is_last_known) = self._worked(start), self._worked(end)
        return np.where(is_first_known & is_last_known, last - first, self.UNKNOWN)

    def numbers(self, days: Ints) -> Ints:
        """Give each day the number of working days up to and with it; days outside take the nearest end's number."""
        return self._worked_before[np.clip(days - self._first, -1, self._days - 1) + 1]

    def _worked(self, moments: Ints) -> tuple[Ints, Flags]:
        """Count the seconds worked since the calendar began."""
        place, is_known = self._place(moments // SECONDS_A_DAY)
        since_start = moments % SECONDS_A_DAY - self._start
        before_pause = np.minimum(since_start, self._until_pause)
        after_pause = np.maximum(since_start - self._until_pause - self._pause, 0)
        today = np.clip(before_pause + after_pause, 0, self._length[place])
        return self._seconds_before[place] + today, is_known

    def _place(self, days: Ints) -> tuple[Ints, Flags]:
        place = days - self._first
        return np.clip(place, 0, self._days - 1), (place >= 0) & (place < self._days)


@lru_cache(maxsize=16)
def line_of(calendar: WorkCalendar) -> WorkLine:
    """Lay out the line of a calendar once."""
    return WorkLine(calendar)


def _running(values: NDArray[np.bool_] | Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(values, dtype=np.int64)])


def _refuse_negative(amounts: Ints) -> None:
    if (amounts < 0).any():
        raise ValueError("Срок не может быть отрицательным")
