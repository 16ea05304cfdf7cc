"""Periods as people and schedulers name them: `2026`, `2026-Q3`, `2026-10`, `2026-W47`, two days, or `latest`."""

import re
from datetime import date, timedelta
from typing import Final, Literal
from urllib.parse import urlencode

from analytics.periods import Period, bucket_start
from loaders.errors import InputRefused
from pages.paper.source import Source
from pages.shared.address import CITY
from pages.shared.filters import FIRST_DAY, LAST_DAY

Grain = Literal["week", "month", "quarter"]

LATEST: Final = "latest"
_ADVICE: Final = "Примеры: 2026-Q3, 2026-10, 2026-W47, 2026, 2026-11-01..2026-11-15, latest."
_QUARTER: Final = re.compile(r"(\d{4})-[QК]([1-4])", re.IGNORECASE)
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_WEEK: Final = re.compile(r"(\d{4})-[WН](\d{1,2})", re.IGNORECASE)
_DAYS: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


def read(text: str, grain: Grain, as_of: date) -> Period:
    """Read a period; `latest` is the last whole one of the report's own grain. Raises `InputRefused`.

    >>> read("2026-Q3", "quarter", date(2026, 11, 22))
    Period(start=datetime.date(2026, 7, 1), end=datetime.date(2026, 9, 30))
    >>> read("latest", "month", date(2026, 11, 22)).start
    datetime.date(2026, 10, 1)
    """
    name = text.strip()
    try:
        found = _last(grain, as_of) if name == LATEST else _named(name)
    except ValueError as error:
        raise _refused(text) from error
    if found is None or found.start < FIRST_DAY or found.end > LAST_DAY:
        raise _refused(text)
    return found


def _refused(text: str) -> InputRefused:
    return InputRefused("period", f"Период «{text[:40]}» не распознан", advice=_ADVICE)


def _named(name: str) -> Period | None:
    if found := _QUARTER.fullmatch(name):
        start = date(int(found[1]), 3 * int(found[2]) - 2, 1)
        return Period(start, _before(start, 3))
    if found := _WEEK.fullmatch(name):
        start = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return Period(start, start + timedelta(days=6))
    if found := _MONTH.fullmatch(name):
        start = date(int(found[1]), int(found[2]), 1)
        return Period(start, _before(start, 1))
    if found := _DAYS.fullmatch(name):
        return Period(date.fromisoformat(found[1]), date.fromisoformat(found[2]))
    return Period(date(int(name), 1, 1), date(int(name), 12, 31)) if re.fullmatch(r"\d{4}", name) else None


def _before(start: date, months: int) -> date:
    """Give the last day of so many months from the first of one."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def _last(grain: Grain, as_of: date) -> Period:
    """Give the last whole week, month or quarter that has ended by a day."""
    start = bucket_start(as_of + timedelta(days=1), grain)
    end = start - timedelta(days=1)
    return Period(bucket_start(end, grain), end)


def year_to(period: Period) -> Period:
    """Give the beginning of the year up to the end of a period."""
    return Period(date(period.end.year, 1, 1), period.end)


def quarters_to(period: Period) -> list[Period]:
    """List the quarters of the year of a period's end, up to that end; the last may be a part."""
    return year_to(period).split("quarter")


def link(key: str, source: Source, base: str) -> str:
    """Give the address at which a report shows the same."""
    asked = {"report": [key], CITY: [source.asked.scope.municipality], **source.query()}
    return f"{base}/reports?{urlencode(asked, doseq=True)}"
