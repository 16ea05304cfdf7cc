"""How a form sets periods side by side: the layouts that municipalities use (three ways to compare among them)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from analytics.periods import Period, previous, same_period_last_year
from pages.reports.spans import quarters_to, year_to
from pages.shared import formats


@dataclass(frozen=True, slots=True)
class Side:
    """Name one column of numbers."""

    title: str
    period: Period


@dataclass(frozen=True, slots=True)
class Compared:
    """Name a column that compares two others by their places: a difference, or a ratio in percent."""

    title: str
    kind: Literal["difference", "ratio"]
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Describe a layout: its columns for a period, and those that compare."""

    title: str
    sides: Callable[[Period], Sequence[Side]]
    compared: tuple[Compared, ...] = ()


def _quarters(period: Period) -> list[Side]:
    quarters = quarters_to(period)
    named = [Side(f"{(each.start.month + 2) // 3} квартал", each) for each in quarters]
    return [*named, Side("С начала года", year_to(period))]


def _year_ago(period: Period) -> list[Side]:
    now = year_to(period)
    before = same_period_last_year(now)
    return [Side(f"{now.end.year} год, по {formats.day_short(now.end)}", now),
            Side(f"Аналогичный период {before.end.year} года", before)]  # fmt: skip


def _ratio(period: Period) -> list[Side]:
    before = previous(period)
    return [Side(f"Предыдущий период, {formats.span(before.start, before.end)}", before),
            Side(f"Отчётный период, {formats.span(period.start, period.end)}", period)]  # fmt: skip


def _month(period: Period) -> list[Side]:
    month = Period(date(period.end.year, period.end.month, 1), period.end)
    year = year_to(period)
    ago = [same_period_last_year(each) for each in (month, year)]
    named = formats.month(month.start)
    before = formats.month(ago[0].start)
    return [Side(named.capitalize(), month), Side(f"С начала {month.end.year}", year),
            Side(before.capitalize(), ago[0]), Side(f"С начала {ago[1].end.year}", ago[1])]  # fmt: skip


LAYOUTS: Final[dict[str, Layout]] = {
    "quarters": Layout("по кварталам, с начала года", _quarters),
    "year-ago": Layout(
        "к аналогичному периоду прошлого года", _year_ago,
        (Compared("Изменение", "difference", 0, 1), Compared("К прошлому году, %", "ratio", 0, 1)),
    ),
    "ratio": Layout(
        "к предыдущему периоду, в процентах", _ratio,
        (Compared("Отчётный к предыдущему, %", "ratio", 1, 0),),
    ),
    "month": Layout(
        "месяц и с начала года, два года рядом", _month,
        (Compared("+/− за месяц", "difference", 0, 2), Compared("+/− с начала года", "difference", 1, 3)),
    ),
}  # fmt: skip
"""Layouts under their names; the first is the usual one."""

USUAL: Final = next(iter(LAYOUTS))
