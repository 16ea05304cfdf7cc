"""What the journal is asked for, read from the address: days, who, what, page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from loaders.access import journal

PAGE_ROWS: Final = 50

DAYS: Final = 30
"""Days back that are shown while nobody names others."""

_LONGEST: Final = 128
_FURTHEST_PAGE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold the parameters as they stand in the address; `start` and `end` are days of the city, both included."""

    start: date
    end: date
    who: str = ""
    what: str | None = None
    page: int = 1

    @classmethod
    def parse(cls, query: Mapping[str, Sequence[str]], today: date) -> Self:
        """Read the parameters; what is not allowed counts as absent."""
        start, end = _days(_last(query, "days")) or (today - timedelta(days=DAYS - 1), today)
        what, page = _last(query, "what"), _last(query, "page")
        return cls(
            start=start,
            end=end,
            who=_last(query, "who").strip(),
            what=what if what in journal.ACTIONS else None,
            page=min(max(int(page), 1), _FURTHEST_PAGE) if page.isascii() and page.isdigit() else 1,
        )

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Give the first moment of the days and the first one after them."""
        first, after = self.start, self.end + timedelta(days=1)
        return (
            datetime(first.year, first.month, first.day, tzinfo=zone),
            datetime(after.year, after.month, after.day, tzinfo=zone),
        )


def format_days(start: date, end: date) -> str:
    """Write days for the address."""
    return f"{start.isoformat()}..{end.isoformat()}"


def _days(text: str) -> tuple[date, date] | None:
    first, _, last = text.partition("..")
    try:
        start, end = sorted((date.fromisoformat(first), date.fromisoformat(last)))
    except ValueError:
        return None
    # Days at the edges of the calendar have no neighbours to be bounded by.
    return (start, end) if date(1970, 1, 2) <= start and end < date(9999, 12, 30) else None


def _last(query: Mapping[str, Sequence[str]], name: str) -> str:
    values = query.get(name, ())
    return values[-1][:_LONGEST] if values else ""
