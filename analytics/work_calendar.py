"""The days and hours a city works: days off, short and full days, by the country's calendar and the city's own changes.

Days off and transferred days come from the package `holidays`. For Russia it lacks two things, which stand here as
dated data: the days of 2020 and 2021 that decrees of the President made non-working, and short days. A working day on
the eve of a holiday is shorter by an hour (Labour Code of Russia, art. 95); so is a working Saturday that stands in for
such a day. Checked against the production calendars of 2019–2026 (github.com/xmlcalendar/data) day by day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import IntEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import holidays

RUSSIA: Final = "RU"
RUSSIA_KNOWN_UNTIL: Final = date(2026, 12, 31)
"""Last day whose transfers are decreed; after it the calendar knows holidays and weekends only."""

DAY: Final = timedelta(days=1)
EPOCH: Final = date(1970, 1, 1)


def seconds_of(moment: time) -> int:
    """Return how many seconds after midnight a time of day is."""
    return moment.hour * 3600 + moment.minute * 60 + moment.second


class DayKind(IntEnum):
    """Say how long a day is worked."""

    OFF = 0
    SHORT = 1
    FULL = 2


@dataclass(frozen=True)
class Hours:
    """Describe a working day: when it starts, how long a full and a short one are worked, and the break.

    Without `lunch_at` there is no break on the clock: from nine, eight hours end at five. With it the break of `lunch`
    is left out and the day ends later by as much. ValueError for a day that does not fit between two midnights or
    whose break does not lie inside it.
    """

    start: time = time(9)
    full: timedelta = timedelta(hours=8)
    short: timedelta = timedelta(hours=7)
    lunch_at: time | None = None
    lunch: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        """Refuse hours that no day can have."""
        begin, end = seconds_of(self.start), seconds_of(self.start) + int((self.full + self.pause).total_seconds())
        is_inside = self.lunch_at is None or begin < seconds_of(self.lunch_at) < begin + self.short.total_seconds()
        if not timedelta() < self.short <= self.full or end > DAY.total_seconds() or not is_inside:
            raise ValueError("Рабочий день должен уместиться в сутки, а обед — внутри него")

    @property
    def pause(self) -> timedelta:
        """Return how long the break lasts."""
        return timedelta() if self.lunch_at is None else self.lunch

    def worked(self, kind: DayKind) -> int:
        """Return how many seconds a day of this kind is worked."""
        length = {DayKind.OFF: timedelta(), DayKind.SHORT: self.short, DayKind.FULL: self.full}
        return int(length[kind].total_seconds())


@dataclass(frozen=True)
class WorkCalendar:
    """Hold the kind of every day from `first` on, one byte a day, and the hours of a working day.

    >>> calendar = work_calendar("RU", 2024, 2024)
    >>> [calendar.kind(date(2024, 11, day)).name for day in (1, 2, 3, 4)]
    ['FULL', 'SHORT', 'OFF', 'OFF']
    """

    first: date
    kinds: bytes
    hours: Hours = Hours()

    @property
    def last(self) -> date:
        """Return the last day the calendar knows."""
        return self.first + DAY * (len(self.kinds) - 1)

    def kind(self, day: date) -> DayKind:
        """Say how long the day is worked; ValueError for a day outside the calendar."""
        if not self.first <= day <= self.last:
            raise ValueError(f"Календарь знает дни с {self.first:%d.%m.%Y} по {self.last:%d.%m.%Y}")
        return DayKind(self.kinds[(day - self.first).days])

    def is_working(self, day: date) -> bool:
        """Say whether the day is worked at all."""
        return self.kind(day) is not DayKind.OFF


def work_calendar(
    country: str = RUSSIA,
    first_year: int = 2010,
    last_year: int = 2035,
    *,
    overrides: Mapping[date, DayKind] = MappingProxyType({}),
    hours: Hours | None = None,
) -> WorkCalendar:
    """Build the calendar of a country for whole years, with the city's own days on top.

    `country` is an ISO code that the package `holidays` knows; NotImplementedError for another. Only Russia has short
    days of its own. A day in `overrides` is as it says, whatever the country's calendar holds.
    """
    return _build(country, first_year, last_year, tuple(sorted(overrides.items())), hours or Hours())


@lru_cache(maxsize=16)
def _build(
    country: str, first_year: int, last_year: int, overrides: tuple[tuple[date, DayKind], ...], hours: Hours
) -> WorkCalendar:
    known = holidays.country_holidays(country, years=range(first_year, last_year + 2))
    own = dict(overrides)
    first = date(first_year, 1, 1)
    days = (first + DAY * number for number in range((date(last_year + 1, 1, 1) - first).days))
    is_short = _is_short_in_russia if country == RUSSIA else _never
    decreed = _DECREED_OFF if country == RUSSIA else frozenset[date]()
    kinds = bytes(
        own[day]
        if day in own
        else DayKind.OFF
        if day in decreed or not known.is_working_day(day)
        else DayKind.SHORT
        if is_short(day)
        else DayKind.FULL
        for day in days
    )
    return WorkCalendar(first, kinds, hours)


def _run(first: date, last: date) -> Iterator[date]:
    return (first + DAY * number for number in range((last - first).days + 1))


def _joined(runs: Iterable[tuple[date, date]]) -> frozenset[date]:
    return frozenset(day for first, last in runs for day in _run(first, last))


_HOLIDAYS: Final = frozenset(
    {*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)},
)
"""Months and days of the holidays by the Labour Code of Russia, art. 112, as it stands since 2013."""

_DECREED_OFF: Final = _joined(
    (
        (date(2020, 3, 30), date(2020, 4, 30)),  # decrees of the President 25.03.2020 № 206, 02.04.2020 № 239
        (date(2020, 5, 6), date(2020, 5, 8)),  # decree 28.04.2020 № 294
        (date(2020, 6, 24), date(2020, 6, 24)),  # the parade, decree 29.05.2020 № 345
        (date(2020, 7, 1), date(2020, 7, 1)),  # the vote, decree 01.06.2020 № 354
        (date(2021, 5, 4), date(2021, 5, 7)),  # decree 23.04.2021 № 242
        (date(2021, 11, 1), date(2021, 11, 3)),  # decree 20.10.2021 № 595
    )
)
"""Non-working days with pay kept: not worked, though no holidays."""

_SHORT_SATURDAYS: Final = frozenset({date(2021, 2, 20), date(2022, 3, 5), date(2024, 11, 2), date(2025, 11, 1)})
"""Working Saturdays that stand in for the eve of a holiday and are short as it would have been."""


def _is_short_in_russia(day: date) -> bool:
    eve = day + DAY
    return (eve.month, eve.day) in _HOLIDAYS or day in _SHORT_SATURDAYS


def _never(_: date) -> bool:
    return False
