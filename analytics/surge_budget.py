"""Turn one alarm budget for the whole city into one threshold for all its tests of a day.

With a threshold for each test, twelve hundred series raise a dozen alarms a day at one in a hundred. Here the question
is turned round: which score do only so many families of series pass in a week as the city can bear? It is asked of the
city's own past year, and of a year made up in which nothing happens (counts drawn from the expected with their
spread), and the greater of the two is taken: a quiet year does not let more alarms through than chance would. A family
is a topic with its territories, or a block with its; it counts once a week.

A disaster must not deafen the radar for the year after it: weeks in which far more families surge than usually do are
no part of the past, and the past raises the threshold by half at most.
"""

from typing import Final

import numpy as np

from analytics import surge_disasters
from analytics.surge_expected import Expected, scores
from analytics.surge_series import WEEK, YEAR, Floats, Ints, Watched
from analytics.surge_spread import BURN_IN, YOUNG

SEED: Final = 2022
"""The made-up year is the same at each run."""

LEAST: Final = 2.5
"""No score below this one, about one in two hundred, is an alarm: a small city does not spend its budget on chance."""

RISE: Final = 1.5
"""How many times the threshold of a year in which nothing happens the city's own past may ask for."""

_LEAST_SPREAD: Final = 1e-6


def threshold(watched: Watched, expected: Expected, found: Floats, *, alarms_a_week: float, recent: int) -> float:
    """Give the score above which an alarm is raised.

    `found` are the scores of the real past (windows × series × days); its last `recent` days are left out, so that
    what is going on now does not hide itself. A young city has nothing but these days.
    """
    if watched.keys.is_empty():
        return LEAST
    calm = max(LEAST, _passed(_peaks(_nothing_happens(expected), watched.above), alarms_a_week))
    learned = max(watched.days - recent, min(watched.days, YOUNG))
    past = _peaks(found[:, :, max(BURN_IN, learned - YEAR) : max(BURN_IN, learned)], watched.above)
    usual = past[:, ~surge_disasters.together(past > calm, alarms_a_week)]
    return float(np.clip(_passed(usual, alarms_a_week), calm, RISE * calm))


def _nothing_happens(expected: Expected) -> Floats:
    """Score a year drawn from the expected of the last one, or of the days there are: windows × series × days.

    What makes a series restless passes within a day or lasts a week: two flows, whose shares follow from the spread of
    days and of weeks.
    """
    rng = np.random.default_rng(SEED)
    days = expected.mean.shape[1]
    taken = days - 1 - np.arange(YEAR)[::-1] % min(YEAR, max(1, days - BURN_IN))
    mean, rows = expected.mean[:, taken], expected.rows[:, taken]
    lasting = np.clip((WEEK * expected.spread[-1] - expected.spread[0]) / (WEEK - 1), 0, expected.spread[0])
    flow = mean
    for spread, length in ((lasting, WEEK), (expected.spread[0] - lasting, 1)):
        size = 1 / np.maximum(spread, _LEAST_SPREAD)[:, None]
        flow = flow * np.repeat(rng.gamma(size, 1 / size, (len(mean), YEAR // length)), length, axis=1)
    drawn = rng.poisson(flow).astype(np.float64)
    # Windows are not full in the first days of the year, and nothing before the burn-in is judged.
    return scores(drawn, Expected(mean, rows, expected.spread, expected.looks))[:, :, BURN_IN:]


def _peaks(found: Floats, above: Ints) -> Floats:
    """Give the greatest score of each family in each whole week: families × weeks."""
    weeks = found.shape[2] // WEEK
    best = found[:, :, : weeks * WEEK].max(axis=0).reshape(found.shape[1], weeks, WEEK).max(axis=2)
    return surge_disasters.of_families(best, above)


def _passed(peaks: Floats, alarms_a_week: float) -> float:
    """Give the score that only so many families and weeks reach; 0 where there is no whole week."""
    if not peaks.size:
        return 0.0
    allowed = int(alarms_a_week * peaks.shape[1])
    ordered = np.sort(peaks, axis=None)[::-1]
    return float(ordered[min(allowed, len(ordered) - 1)])
