"""Periods of the city's calendar: presets, comparison periods, splits, and a form that fits into a link.

A period is whole days, both ends inclusive; weeks begin on Monday. A comparison must be fair, so a period that is
still going is compared with the same part of the one before it, never with the whole of it.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from analytics.facts import Window

DAY: Final = timedelta(days=1)
WEEK_DAYS: Final = 7
QUARTER_MONTHS: Final = 3
YEAR_MONTHS: Final = 12
UNIT_MONTHS: Final[Mapping[str, int]] = MappingProxyType({"month": 1, "quarter": QUARTER_MONTHS, "year": YEAR_MONTHS})
YEAR_OF_WEEKS: Final = timedelta(weeks=52)
"""364 days: the same weekday a year ago."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Hold the days from `start` to `end`, both inclusive; ValueError when the end comes first.

    >>> Period(date(2026, 11, 16), date(2026, 11, 22)).days
    7
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.end < self.start:
            message = f"Начало периода {self.start:%d.%m.%Y} позже его конца {self.end:%d.%m.%Y}"
            raise ValueError(message)

    @property
    def days(self) -> int:
        """Count the days."""
        return (self.end - self.start).days + 1

    def window(self, as_of: date) -> Window:
        """Make the window that measures are computed in."""
        return Window(self.start, self.end, as_of)

    def split(self, grain: str) -> list["Period"]:
        """Cut the period into days, weeks, months, quarters or years; the first and the last may be parts.

        >>> [part.days for part in Period(date(2026, 1, 30), date(2026, 3, 1)).split("month")]
        [2, 28, 1]
        """
        parts, start = [], self.start
        while start <= self.end:
            end = min(_bucket_end(start, grain), self.end)
            parts.append(Period(start, end))
            start = end + DAY
        return parts


def bucket_start(day: date, grain: str) -> date:
    """Name the day, week, month, quarter or year of a day by its first day.

    >>> bucket_start(date(2026, 11, 22), "week")
    datetime.date(2026, 11, 16)
    """
    if grain == "day":
        return day
    return _monday(day) if grain == "week" else _unit_start(day, UNIT_MONTHS[grain])


def _bucket_end(day: date, grain: str) -> date:
    if grain == "day":
        return day
    if grain == "week":
        return day + timedelta(days=6 - day.weekday())
    length = UNIT_MONTHS[grain]
    return _months_later(_unit_start(day, length), length) - DAY


def _unit_start(day: date, length: int) -> date:
    """Find the first day of the month (1), quarter (3) or year (12) of a day."""
    return date(day.year, (day.month - 1) // length * length + 1, 1)


def _unit_before(day: date, length: int) -> tuple[date, date]:
    """Give the first and the last day of the month (1) or quarter (3) before that of a day."""
    start = _unit_start(day, length)
    return _months_later(start, -length), start - DAY


def _months_later(day: date, months: int) -> date:
    """Move by whole months; a day that the month lacks becomes the month's last."""
    year, month = divmod(day.year * YEAR_MONTHS + day.month - 1 + months, YEAR_MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _is_month_end(day: date) -> bool:
    return (day + DAY).day == 1


PRESETS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "yesterday": "Вчера",
        "seven_days": "7 дней",
        "this_week": "Эта неделя",
        "last_week": "Прошлая неделя",
        "four_weeks": "4 недели",
        "twelve_weeks": "12 недель",
        "month": "Этот месяц",
        "last_month": "Прошлый месяц",
        "quarter": "Этот квартал",
        "last_quarter": "Прошлый квартал",
        "year": "Этот год",
        "all": "Всё время",
    }
)
"""Keys of the presets with their Russian titles, in the order of the list on the screen."""


def preset(key: str, as_of: date, first: date) -> Period:
    """Make a preset period as seen from `as_of`; `first` is the first day with data. KeyError for an unknown key.

    `as_of` is the last whole day, so the reader stands in the morning after it: it is his yesterday, and the last week,
    month and quarter are those that are over by then. Periods that are still going end on `as_of`. Weeks are counted
    with the current one.

    >>> preset("last_week", date(2026, 11, 21), date(2024, 1, 1))
    Period(start=datetime.date(2026, 11, 9), end=datetime.date(2026, 11, 15))
    >>> preset("last_week", date(2026, 11, 22), date(2024, 1, 1))
    Period(start=datetime.date(2026, 11, 16), end=datetime.date(2026, 11, 22))
    """
    monday, month = _monday(as_of), _unit_start(as_of, 1)
    morning = as_of + DAY
    periods = {
        "yesterday": (as_of, as_of),
        "seven_days": (as_of - timedelta(days=WEEK_DAYS - 1), as_of),
        "this_week": (monday, as_of),
        "last_week": (_monday(morning) - timedelta(weeks=1), _monday(morning) - DAY),
        "four_weeks": (monday - timedelta(weeks=3), as_of),
        "twelve_weeks": (monday - timedelta(weeks=11), as_of),
        "month": (month, as_of),
        "last_month": _unit_before(morning, 1),
        "quarter": (_unit_start(as_of, QUARTER_MONTHS), as_of),
        "last_quarter": _unit_before(morning, QUARTER_MONTHS),
        "year": (_unit_start(as_of, YEAR_MONTHS), as_of),
        "all": (min(first, as_of), as_of),
    }
    return Period(*periods[key])


def previous(period: Period) -> Period:
    """Find the period to compare with: the one just before, of the same kind.

    Whole months go back by as many months. The beginning of a month, quarter or year goes back to the beginning of the
    one before, as many days of it. Less than a week, and anything from a Monday, goes back by whole weeks, so
    weekdays meet weekdays. Any other range is the same number of days before it.

    >>> previous(Period(date(2026, 11, 16), date(2026, 11, 18)))
    Period(start=datetime.date(2026, 11, 9), end=datetime.date(2026, 11, 11))
    >>> previous(Period(date(2026, 11, 1), date(2026, 11, 22)))
    Period(start=datetime.date(2026, 10, 1), end=datetime.date(2026, 10, 22))
    """
    months = _whole_months(period)
    if months:
        return Period(_months_later(period.start, -months), period.start - DAY)
    length = _started_unit(period)
    if length:
        start = _months_later(period.start, -length)
        return Period(start, min(start + (period.end - period.start), period.start - DAY))
    by_weeks = period.start.weekday() == 0 or period.days < WEEK_DAYS
    shift = timedelta(days=-(-period.days // WEEK_DAYS) * WEEK_DAYS if by_weeks else period.days)
    return Period(period.start - shift, period.end - shift)


def same_period_last_year(period: Period) -> Period:
    """Find the same period a year ago: calendar periods by date, every other range 364 days back, by weekday.

    >>> same_period_last_year(Period(date(2024, 2, 1), date(2024, 2, 29)))
    Period(start=datetime.date(2023, 2, 1), end=datetime.date(2023, 2, 28))
    >>> same_period_last_year(Period(date(2026, 11, 16), date(2026, 11, 22))).start.weekday()
    0
    """
    if not (_whole_months(period) or _started_unit(period)):
        return Period(period.start - YEAR_OF_WEEKS, period.end - YEAR_OF_WEEKS)
    start, end = (_months_later(day, -YEAR_MONTHS) for day in (period.start, period.end))
    if _is_month_end(period.end):
        end = _months_later(_unit_start(end, 1), 1) - DAY
    return Period(start, end)


def _whole_months(period: Period) -> int:
    """Count the calendar months that the period covers exactly, 0 when it does not."""
    if period.start.day != 1 or not _is_month_end(period.end):
        return 0
    return (period.end.year - period.start.year) * YEAR_MONTHS + period.end.month - period.start.month + 1


def _started_unit(period: Period) -> int:
    """Say of what the period is the beginning: 1 month, 3 months, 12 months, or 0 when of none.

    Less than a week, and whole weeks from Monday to Sunday, are weeks even when they begin on the first of a month.
    """
    is_weeks = period.start.weekday() == 0 and period.days % WEEK_DAYS == 0
    if is_weeks or period.days < WEEK_DAYS:
        return 0
    for length in (1, QUARTER_MONTHS, YEAR_MONTHS):
        if period.start == _unit_start(period.end, length):
            return length
    return 0


def up_to(period: Period, last: date) -> Period:
    """Cut a period off after the day `last`; one that begins later stays as it is.

    >>> up_to(Period(date(2026, 11, 16), date(2026, 11, 22)), date(2026, 11, 18)).days
    3
    """
    return Period(period.start, min(period.end, last)) if period.start <= last else period


def recent(period: Period, count: int) -> list[Period]:
    """List the `count` periods before this one, each the comparison period of the next, oldest first."""
    found: list[Period] = []
    for _ in range(count):
        found.append(previous(found[-1] if found else period))
    return found[::-1]


def format_period(period: Period) -> str:
    """Write a period so that it fits into a link.

    >>> format_period(Period(date(2026, 11, 16), date(2026, 11, 22)))
    '2026-11-16..2026-11-22'
    """
    return f"{period.start.isoformat()}..{period.end.isoformat()}"


def parse_period(text: str, as_of: date, first: date) -> Period:
    """Read a period from a link: a preset's key or two days; ValueError with a Russian sentence otherwise.

    >>> parse_period("2026-11-16..2026-11-22", date(2026, 11, 22), date(2024, 1, 1)).days
    7
    """
    if text in PRESETS:
        return preset(text, as_of, first)
    start, separator, end = text.partition("..")
    try:
        days = date.fromisoformat(start), date.fromisoformat(end if separator else start)
    except ValueError:
        message = f"Период «{text[:40]}» не распознан. Ожидается, например, 2026-11-16..2026-11-22"
        raise ValueError(message) from None
    return Period(*days)
