"""Cut moments into days, weeks and months inside a statement, in whole numbers that both databases agree on.

A cut is a number that is never negative: days since 0001-01-01 (a Monday), weeks since then, or months since
0000-03. Frames turn it back into the first day of the day, week or month.
"""

from datetime import date, timedelta
from typing import Any, Final, Literal

import polars as pl
import sqlalchemy as sa

Grain = Literal["day", "week", "month"]

GRAINS: Final[tuple[Grain, ...]] = ("day", "week", "month")

_DAY: Final = 86_400
_SHIFT: Final = 719_162
"""Days from 0001-01-01 to 1970-01-01."""
_MARCH: Final = 306
"""Days from 0000-03-01 to 0001-01-01: years that begin in March end with their leap day."""

LAST: Final = {"day": 3_652_060, "week": 521_724, "month": 119_999}
"""No cut of a year with four digits is above these."""

OF_A_MONTH: Final = {"day": 31, "week": 6, "month": 1}
"""Into so many days, weeks and months at most a month falls."""

Number = sa.ColumnElement[Any]


def cut(moment: Number, grain: Grain) -> Number:
    """Cut a moment in seconds; null stays null."""
    day = (moment + _number(_SHIFT * _DAY)) // _number(_DAY)
    if grain == "day":
        return day
    return day // _number(7) if grain == "week" else _month(day)


def number(second: int, grain: Grain) -> int:
    """Cut one known moment in seconds."""
    day = second // _DAY + _SHIFT
    if grain == "month":
        first = date(1970, 1, 1) + timedelta(days=second // _DAY)
        return first.year * 12 + first.month - 3
    return day if grain == "day" else day // 7


def _number(value: int) -> Number:
    return sa.literal_column(str(value), sa.BigInteger)


def _month(day: Number) -> Number:
    """Count months since 0000-03.

    Days to civil date as in H. Hinnant, "chrono-compatible low-level date algorithms", in whole numbers only.
    """
    march_day = day + _number(_MARCH)
    era = march_day // _number(146_097)
    of_era = march_day - era * _number(146_097)
    leaps = of_era // _number(1_460) - of_era // _number(36_524) + of_era // _number(146_096)
    year = (of_era - leaps) // _number(365)
    of_year = of_era - (year * _number(365) + year // _number(4) - year // _number(100))
    month = (of_year * _number(5) + _number(2)) // _number(153)
    return (era * _number(400) + year) * _number(12) + month


def first_day(number: pl.Expr, grain: Grain) -> pl.Expr:
    """Turn a cut back into its first day."""
    if grain == "month":
        months = number + 2  # counted from 0000-01
        return pl.date(months // 12, months % 12 + 1, 1)
    days = number if grain == "day" else number * 7
    return (days - _SHIFT).cast(pl.Int32).cast(pl.Date)
