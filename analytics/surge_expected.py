"""What each watched series would bring if nothing happened, and how far what came lies from it.

Expected = level × season × type of day. The level is that of eight weeks, up to two weeks ago, so that a surge does
not raise what it is measured by; the season is how the same series, or its topic in the whole city, moved over the
same weeks of past years; weekdays, holidays and the days around them have factors of their own, drawn towards those of
the whole city where rows are few. Past surges are taken out before anything is learned. This is the scheme of
C. P. Farrington and others (Journal of the Royal Statistical Society A 159, 1996) with the negative binomial spread and
the use of all past days that A. Noufaily and others gave it (Statistics in Medicine 32, 2013).
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from analytics.surge_series import (
    AFTER_REST,
    DAY_TYPES,
    HOLIDAY,
    WEEK,
    WORKING_WEEKEND,
    YEAR,
    Floats,
    Ints,
    Watched,
)

WINDOWS: Final = (1, 3, 7)
"""Days that are looked at together, each ending on the day in question."""

GUARD: Final = 14
LEVEL: Final = 56
"""The last days that teach no level, and the days before them that do."""

YOUNG_GUARD: Final = 7
YOUNG_LEVEL: Final = 28
"""The same while there is no year of history to tell the season: nearer days follow it better."""

BURN_IN: Final = YOUNG_GUARD + YOUNG_LEVEL
"""Days before which nothing is judged."""

SEASON_REACH: Final = 14
"""Days to both sides that tell the season of a day."""

SEASONED: Final = YEAR + SEASON_REACH + GUARD + LEVEL
"""Days of history from which on the season is known for the whole of a level."""

FEW: Final = 10.0
"""Rows that a series must bring before its own season outweighs none."""

FEW_OF_LEVEL: Final = 2.0
"""Rows that the long past of a series counts for beside its last weeks."""

FEW_OF_TYPE: Final = 30.0
"""Rows that a series must bring on a type of day before its own factor outweighs the city's."""

SPREAD_WEIGHT: Final = 50.0
"""How many windows' worth of evidence the spread of all series together is for each of them."""

SURGE: Final = 3.0
"""Score from which past days are taken out of what is learned."""

_PASSES: Final = 2  # factors of days, then the level without them, then the factors by that level
_CLEANINGS: Final = 2  # surges by the first guess, then those that they hid
_HALF: Final = 0.5
_LEAST: Final = 1e-3
_LEAST_SPREAD: Final = 1e-4


@dataclass(frozen=True, eq=False)
class Expected:
    """Hold what was expected of each series and day, and how sure that is.

    `mean` is series × days. The variance of a window is mean + (`spread` + 1 / `rows`) × mean²: `spread` (windows ×
    series) is how restless a series is, and `rows` (series × days) how many rows its level was learned from.
    """

    mean: Floats
    rows: Floats
    spread: Floats


def expect(watched: Watched, *, recent: int, here: Floats | None = None) -> Expected:
    """Learn what was to be expected on every day from the days before it.

    `here` is the share of each day's rows that has arrived (days), when the last ones are not complete. Factors of
    days are learned from all days together, the spread from all but the `recent` ones: what is going on now would pass
    for the series' own unrest.
    """
    learned = max(watched.days - recent, 0)
    expected = _learn(watched.counts, watched, learned, own=False)
    for _ in range(_CLEANINGS):
        daily = scores(watched.counts, expected)
        is_surge = np.maximum(daily[0], daily[-1]) > SURGE
        clean = np.where(is_surge, np.minimum(expected.mean, watched.counts), watched.counts)
        expected = _learn(clean, watched, learned)
    return expected if here is None else replace(expected, mean=expected.mean * here)


def _learn(clean: Floats, watched: Watched, learned: int, *, own: bool = True) -> Expected:
    mean, rows = _mean(clean, watched)
    return Expected(mean, rows, _spread(clean[:, :learned], mean[:, :learned], rows[:, :learned], own=own))


def scores(counts: Floats, expected: Expected) -> Floats:
    """Say how far above the expected each window lies that ends on each day: windows × series × days.

    The score is the signed root of the negative binomial deviance with half a row taken off for continuity: about
    standard normal where nothing happens (P. McCullagh and J. A. Nelder, Generalized Linear Models, 1989, 2.4.3).
    It is 0 during the first `BURN_IN` days and where fewer came than expected.
    """
    found = np.zeros((len(WINDOWS), *counts.shape))
    for place, days in enumerate(WINDOWS):
        seen, mean = rolling(counts, days) - _HALF, rolling(expected.mean, days) + _LEAST
        size = 1 / (expected.spread[place][:, None] + 1 / expected.rows)
        above = np.maximum(seen, mean)
        deviance = above * np.log(above / mean) - (above + size) * np.log((above + size) / (mean + size))
        found[place] = np.sqrt(2 * np.maximum(deviance, 0))
    found[:, :, :BURN_IN] = 0
    return found


def rolling(values: Floats, days: int, lag: int = 0) -> Floats:
    """Sum the `days` values that end `lag` days before each day (after it where negative); outside stands nothing."""
    total = np.zeros((len(values), values.shape[1] + 1))
    np.cumsum(values, axis=1, out=total[:, 1:])
    return _until(total, lag) - _until(total, lag + days)


def _until(total: Floats, lag: int) -> Floats:
    """Take the sum of everything up to `lag` days before each day; slices cost a third of picking columns."""
    days = total.shape[1] - 1
    found = np.zeros((len(total), days))
    if lag < 0:
        found[:, :lag] = total[:, 1 - lag :]
        found[:, lag:] = total[:, -1:]
    elif lag <= days:
        found[:, max(0, lag - 1) :] = total[:, max(0, 1 - lag) : days + 1 - lag]
    return found


def _mean(clean: Floats, watched: Watched) -> tuple[Floats, Floats]:
    """Multiply level, season and type of day; give the rows that the level stands on beside."""
    factor = _factors(clean, watched.day_types)[:, watched.day_types]
    mean, rows = _levelled(clean, factor, YOUNG_LEVEL, YOUNG_GUARD)
    if watched.days > SEASONED:
        shape = factor * _season(clean, factor)[watched.above]
        grown = _levelled(clean, shape, LEVEL, GUARD)
        mean[:, SEASONED:], rows[:, SEASONED:] = (each[:, SEASONED:] for each in grown)
    return mean, rows


def _levelled(clean: Floats, shape: Floats, days: int, guard: int) -> tuple[Floats, Floats]:
    """Stretch a shape to what came over the days of the level, and a few rows of the series' long past."""
    rows = rolling(clean, days, guard) + FEW_OF_LEVEL
    return shape * rows / (rolling(shape, days, guard) + FEW_OF_LEVEL / _usual(clean, shape)), rows


def _usual(clean: Floats, shape: Floats) -> Floats:
    usual: Floats = (clean.sum(axis=1, keepdims=True) + _HALF) / shape.sum(axis=1, keepdims=True)
    return usual


def _season(clean: Floats, factor: Floats) -> Floats:
    """Give the flow of the same weeks of past years in shares of the series' mean, 1 where no year tells.

    How far it is believed is what remains of its variation when that of chance is taken off (W. James and C. Stein,
    1961): a series without a season gets none, instead of an echo of the last years' noise.
    """
    reach = 2 * SEASON_REACH + 1
    total, due = np.zeros_like(clean), np.zeros_like(clean)
    for back in range(YEAR, clean.shape[1], YEAR):
        lag = back - SEASON_REACH
        total += rolling(clean, reach, lag)
        due += rolling(factor, reach, lag)
    due *= _usual(clean, factor)
    departure = (total - due) / (due + FEW)
    variation = (departure**2 * (due > 0)).sum(axis=1, keepdims=True)
    chance = (due / (due + FEW) ** 2).sum(axis=1, keepdims=True)
    season: Floats = 1 + departure * np.clip(1 - chance / np.maximum(variation, _LEAST), 0, 1)
    return season


def _factors(clean: Floats, day_types: Ints) -> Floats:
    """Give the factor of each type of day: series × types, around 1 on an ordinary week."""
    factor = np.ones((len(clean), DAY_TYPES))
    of_type = np.eye(DAY_TYPES)[day_types]
    like = np.arange(DAY_TYPES)
    like[[HOLIDAY, AFTER_REST, WORKING_WEEKEND]] = WEEK - 1, 0, WEEK - 2
    reach = 5 * WEEK
    for _ in range(_PASSES):
        shape = factor[:, day_types]
        ahead = -(reach // 2)
        level = rolling(clean, reach, ahead) / np.maximum(rolling(shape, reach, ahead), _LEAST)
        came, due = clean @ of_type, level @ of_type
        city = came.sum(axis=0) / np.maximum(due.sum(axis=0), _LEAST)
        city = np.where(due.sum(axis=0) > 0, city, city[like])
        factor = (came + FEW_OF_TYPE * city) / (due + FEW_OF_TYPE)
    return factor


def _spread(clean: Floats, mean: Floats, rows: Floats, *, own: bool) -> Floats:
    """Estimate by moments how much wider than Poisson each window varies: windows × series.

    Few windows are drawn towards all series together; without `own` there is nothing but those. The days on which no
    season was known are left out once there is half a year of others.
    """
    found = np.full((len(WINDOWS), len(clean)), _LEAST_SPREAD)
    first = SEASONED if clean.shape[1] >= SEASONED + YEAR // 2 else BURN_IN
    for place, days in enumerate(WINDOWS):
        judged = slice(first + days, None)
        seen, due = rolling(clean, days)[:, judged], rolling(mean, days)[:, judged]
        known = due + due**2 / rows[:, judged]
        extra, square = ((seen - due) ** 2 - known).sum(axis=1), (due**2).sum(axis=1)
        usual = extra.sum() / max(square.sum(), _LEAST)
        mixed = (extra + SPREAD_WEIGHT * usual) / (square + SPREAD_WEIGHT) if own else usual
        found[place] = np.maximum(mixed, _LEAST_SPREAD)
    return found
