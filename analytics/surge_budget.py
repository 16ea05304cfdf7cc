"""Turn one alarm budget for the whole city into one threshold for all its tests of a day.

With a threshold for each test, twelve hundred series raise a dozen alarms a day at one in a hundred. Here the question
is turned round: which score do only so many families of series pass in a week as the city can bear? It is asked of the
city's own past year, and of a year made up in which nothing happens (counts drawn from the expected with their
spread), and the greater of the two is taken: a past full of surges does not let more alarms through, nor does a quiet
year without them. A family is a topic with its territories, or a block with its; it counts once a week.
"""

from typing import Final

import numpy as np

from analytics.surge_expected import BURN_IN, Expected, scores
from analytics.surge_series import WEEK, YEAR, Floats, Watched

SEED: Final = 2022
"""The made-up year is the same at each run."""

LEAST: Final = 3.0
"""No score below this one, about one in a thousand, is an alarm: a small city does not spend its budget on chance."""


def threshold(watched: Watched, expected: Expected, found: Floats, *, alarms_a_week: float, recent: int) -> float:
    """Give the score above which an alarm is raised.

    `found` are the scores of the real past (windows × series × days); its last `recent` days are left out, so that
    what is going on now does not hide itself.
    """
    past = found[:, :, max(BURN_IN, watched.days - recent - YEAR) : max(BURN_IN, watched.days - recent)]
    calm = _nothing_happens(expected)
    return max(LEAST, _passed(watched, past, alarms_a_week), _passed(watched, calm, alarms_a_week))


def _nothing_happens(expected: Expected) -> Floats:
    """Score a year drawn from the expected of the last one, or of the days there are: windows × series × days."""
    rng = np.random.default_rng(SEED)
    days = expected.mean.shape[1]
    taken = days - 1 - np.arange(YEAR)[::-1] % min(YEAR, max(1, days - BURN_IN))
    mean, rows = expected.mean[:, taken], expected.rows[:, taken]
    size = 1 / (expected.spread[0][:, None] + 1 / rows)
    flow = rng.gamma(size, mean / size, mean.shape)
    # Windows are not full in the first days of the year, and nothing before the burn-in is judged.
    return scores(rng.poisson(flow).astype(np.float64), Expected(mean, rows, expected.spread))[:, :, BURN_IN:]


def _passed(watched: Watched, found: Floats, alarms_a_week: float) -> float:
    """Give the score that only so many families and weeks reach; 0 where there is no whole week."""
    weeks = found.shape[2] // WEEK
    if weeks == 0 or watched.keys.is_empty():
        return 0.0
    best = found[:, :, : weeks * WEEK].max(axis=0).reshape(len(watched.keys), weeks, WEEK).max(axis=2)
    peaks = np.zeros_like(best)
    np.maximum.at(peaks, watched.above, best)
    allowed = int(alarms_a_week * weeks)
    ordered = np.sort(peaks, axis=None)[::-1]
    return float(ordered[min(allowed, len(ordered) - 1)])
