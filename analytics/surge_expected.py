"""What each watched series would bring if nothing happened, and how far what came lies from it.

Expected = level × season × type of day. The level is that of eight weeks, up to two weeks ago, so that a surge does
not raise what it is measured by; the season is how the same series, or its topic in the whole city, moved over the
same weeks of past years; weekdays, holidays and the days around them have factors of their own, drawn towards those of
the whole city where rows are few. Past surges are taken out before anything is learned. This is the scheme of
C. P. Farrington and others (Journal of the Royal Statistical Society A 159, 1996) with the negative binomial spread and
the use of all past days that A. Noufaily and others gave it (Statistics in Medicine 32, 2013).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from analytics import surge_disasters, surge_spread
from analytics.surge_scores import HALF, WINDOWS, rolling, score
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
from analytics.surge_spread import BURN_IN, GUARD, LEVEL, SEASON_REACH, SEASONED, YOUNG_GUARD, YOUNG_LEVEL

FEW: Final = 10.0
"""Rows that a series must bring before its own season outweighs none."""

FEW_OF_LEVEL: Final = 2.0
"""Rows that the long past of a series counts for beside its last weeks."""

FEW_OF_TYPE: Final = 30.0
"""Rows that a series must bring on a type of day before its own factor outweighs the city's."""

SURGE: Final = 4.0
"""Score from which past days are taken out of what is learned; at 3, the unrest of a restless series is cut off."""

DISASTER: Final = 8.0
"""Score from which they teach no spread either: what is less is how restless the series is."""

_PASSES: Final = 2  # factors of days, then the level without them, then the factors by that level
_CLEANINGS: Final = 2  # surges by the first guess, then those that they hid
_LEAST: Final = 1e-3


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
    for the series' own unrest. Of a disaster nothing is learned in any series.
    """
    counts, above = watched.counts, watched.above
    clean = usual = counts
    is_usual = np.ones(watched.days, dtype=np.bool_)
    for turn in range(_CLEANINGS + 1):
        factor = _factors(clean, watched.day_types)[:, watched.day_types]
        mean, rows = _mean(clean, factor, watched)
        spread = surge_spread.spread(usual, mean, rows, factor, recent, is_usual)
        expected = Expected(mean, rows, spread)
        if turn < _CLEANINGS:
            stands_out = _surges(counts, expected)
            is_usual = ~surge_disasters.together(surge_disasters.of_families(stands_out, above) > SURGE)
            clean = np.where(stands_out > SURGE, np.minimum(mean, counts), counts)
            clean[:, ~is_usual] = mean[:, ~is_usual]
            usual = np.where(stands_out > DISASTER, np.minimum(mean, counts), counts)
    return expected if here is None else replace(expected, mean=expected.mean * here)


def _surges(counts: Floats, expected: Expected) -> Floats:
    """Say how far each day stands out, by itself or with a week that it is in."""
    found = scores(counts, expected, (0, len(WINDOWS) - 1))
    daily: Floats = found[0]
    weekly: Floats = found[1]
    for ahead in range(min(WEEK, daily.shape[1])):
        within = daily[:, : daily.shape[1] - ahead]
        np.maximum(within, weekly[:, ahead:], out=within)
    return daily


def scores(counts: Floats, expected: Expected, windows: Sequence[int] = range(len(WINDOWS))) -> Floats:
    """Say how far above the expected each window lies that ends on each day: windows × series × days.

    It is 0 during the first `BURN_IN` days and where fewer came than expected. `windows` are places in `WINDOWS`.
    """
    found = np.zeros((len(windows), *counts.shape))
    for own, place in zip(found, windows, strict=True):
        seen, mean = rolling(counts, WINDOWS[place]) - HALF, rolling(expected.mean, WINDOWS[place]) + _LEAST
        line, day = np.nonzero(seen > mean)  # the rest are 0: logarithms are the dear part
        size = 1 / (expected.spread[place][line] + 1 / expected.rows[line, day])
        own[line, day] = score(seen[line, day], mean[line, day], size)
    found[:, :, :BURN_IN] = 0
    return found


def _mean(clean: Floats, factor: Floats, watched: Watched) -> tuple[Floats, Floats]:
    """Multiply level, season and type of day; give the rows that the level stands on beside."""
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
    usual: Floats = (clean.sum(axis=1, keepdims=True) + HALF) / shape.sum(axis=1, keepdims=True)
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
