"""Which weeks and months of a chart the data do not cover whole: one answer for screens and files."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from analytics.periods import Period
from pages.shared import formats

STAR: Final = "*"
"""What stands at the title of one that is not whole."""

TITLES: Final = {"week": "Недели", "month": "Месяцы"}


@dataclass(frozen=True, slots=True)
class Gaps:
    """Name those that the data cover in `part`, and those that lie wholly `before` them.

    `first` is the first whole day of the data, `last` the last day shown.
    """

    first: date = date.min
    last: date = date.max
    part: frozenset[Hashable] = frozenset()
    before: frozenset[Hashable] = frozenset()

    @classmethod
    def of(cls, spans: Mapping[Hashable, Period], first: date, last: date) -> Self:
        """Judge whole weeks or months by their days, under the keys that they are drawn by.

        >>> week = Period(date(2026, 11, 16), date(2026, 11, 22))
        >>> Gaps.of({"a": week}, date(2026, 11, 18), date(2026, 12, 1)).star("a")
        '*'
        """
        before = frozenset(key for key, span in spans.items() if span.end < first)
        part = (key for key, span in spans.items() if key not in before and (span.end > last or span.start < first))
        return cls(first, last, frozenset(part), before)

    def star(self, key: Hashable) -> str:
        """Give the star of one that is not whole, nothing for others."""
        return STAR if key in self.part else ""

    def words(self, grain: str) -> str:
        """Say what the star means, and from when and until when the data are whole; empty where nothing has one."""
        if not self.part and not self.before:
            return ""
        starts = [key for key in self.part if isinstance(key, date)]
        is_late = bool(self.before) or (bool(starts) and min(starts) < self.first)
        since = f"данные полны с {formats.day(self.first)}" if is_late else ""
        until = f"последний столбец по {formats.day(self.last)}"
        return f"{STAR} {TITLES[grain]} не целиком: {', '.join(part for part in (since, until) if part)}. "
