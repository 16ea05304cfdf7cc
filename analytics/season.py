"""Take the season out of one series where a whole year of it is known, so that rules about runs look at what is left.

The season of a point is how the same weeks, or months, of the years before stood against their own years. How far it is
believed is what remains of its variation when that of chance is taken off (W. James and C. Stein, Proceedings of the
Fourth Berkeley Symposium, 1961): a series without a season keeps its values. Only points before the one in question are
used, so what was said of a point once is never changed by later data.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean
from typing import Final

RANGE: Final = 1.128
"""Mean range of two draws in standard deviations."""

_REACH: Final = 26
"""A season moves little within a 26th of a year to either side: two weeks, no month."""

_LEAST: Final = 0.1
"""Least part of the usual that a season may be, so that nothing is divided by zero."""


def factors(values: Sequence[float | None], year: int) -> list[float | None]:
    """Give by point how many times its year's mean the season makes it, None in the first year, which nobody knows.

    `year` is how many points a year has. Points oldest first; one that is not known is taken to be as the one before.

    >>> [round(each, 1) for each in factors([10, 12, 15, 12, 10, 8, 5, 8] * 3, 8)[16:] if each]
    [1.0, 1.1, 1.4, 1.1, 1.0, 0.9, 0.6, 0.9]
    """
    filled: list[float] = []
    for value in values:
        filled.append(value if value is not None else filled[-1] if filled else 0.0)
    return [None if place < year else _factor(filled[:place], year) for place in range(len(filled))]


def _factor(past: Sequence[float], year: int) -> float:
    """Give the season of the point after the past ones."""
    raw = _raw(past, len(past), year)
    # The points of the last year, each against its own year, show how much seasons vary beside chance.
    seen = [_against(past, place, year) for place in range(len(past) - year, len(past))]
    varied = fmean((each - 1) ** 2 for each in seen)
    chance = _chance(past, year)
    kept = max(1 - chance / varied, 0.0) if varied > 0 else 0.0
    return max(1 + kept * (raw - 1), _LEAST)


def _raw(past: Sequence[float], place: int, year: int) -> float:
    found = [_against(past, place - back, year) for back in range(year, place + 1, year)]
    return fmean(found) if found else 1.0


def _against(past: Sequence[float], place: int, year: int) -> float:
    """Set the points around a place against the year around it."""
    reach = year // _REACH
    near = past[max(place - reach, 0) : place + reach + 1]
    start = min(max(place - year // 2, 0), max(len(past) - year, 0))
    level = fmean(past[start : start + year])
    return fmean(near) / level if level > 0 else 1.0


def _chance(past: Sequence[float], year: int) -> float:
    """Give the variance that neighbouring points alone would give to what a season is told by."""
    last = past[-year:]
    level = fmean(last)
    spread = fmean(abs(after - before) for before, after in pairwise(last)) / RANGE
    years = max(len(past) // year, 1)
    return (spread / level) ** 2 / (2 * (year // _REACH) + 1) / years if level > 0 else 0.0
