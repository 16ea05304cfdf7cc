"""Turn one alarm budget for the whole city into thresholds for all its tests of a day.

With a threshold for each test, twelve hundred series raise a dozen alarms a day at one in a hundred. Here the question
is turned round: which score do only so many families of series pass in a week as the city can bear? It is asked of the
city's own past year, and of a year made up in which nothing happens (counts drawn from the expected with their
spread), and the greater of the two is taken: a quiet year does not let more alarms through than chance would. A family
is a topic with its territories, or a block with its; it counts once a week.

A disaster must not deafen the radar for the year after it: weeks in which far more families surge than usually do are
no part of the past, and the past raises a threshold to twice that of chance at most.
"""

from typing import Final

import numpy as np

from analytics.surge_disasters import of_families, together
from analytics.surge_expected import Expected, scores
from analytics.surge_series import WEEK, YEAR, Flags, Floats, Ints, Watched
from analytics.surge_spread import BURN_IN, YOUNG

SEED: Final = 2022
"""The made-up year is the same at each run."""

LEAST: Final = 2.5
"""No score below this one, about one in two hundred, is an alarm: a small city does not spend its budget on chance."""

RISE: Final = 2.0
"""How many times the threshold of a year in which nothing happens the city's own past may ask for."""

SHARES: Final = (0.7, 0.1, 0.2)
"""Parts of the budget that topics in the whole city, blocks in it, and all that stands in territories may spend.

Territories are many and small, and one event makes a clump in one of them: alone they would spend most of it.
"""

_LEAST_SPREAD: Final = 1e-6


def thresholds(watched: Watched, expected: Expected, found: Floats, *, alarms_a_week: float, recent: int) -> Floats:
    """Give the score above which each series raises an alarm: one for each kind of `SHARES`.

    `found` are the scores of the real past (windows × series × days); its last `recent` days are left out, so that
    what is going on now does not hide itself. A young city has nothing but these days.
    """
    kinds = _kinds(watched)
    whole = sum(share for share, kind in zip(SHARES, kinds, strict=True) if kind.any())
    learned = max(watched.days - recent, min(watched.days, YOUNG))
    past = found[:, :, max(BURN_IN, learned - YEAR) : max(BURN_IN, learned)]
    calm = _nothing_happens(expected)
    limits = np.full(len(watched.above), LEAST)
    for share, kind in zip(SHARES, kinds, strict=True):
        if kind.any():
            budget = alarms_a_week * share / whole
            bar = max(LEAST, _passed(_peaks(calm, watched.above, kind), budget))
            peaks = _peaks(past, watched.above, kind)
            usual = peaks[:, ~together(peaks > bar, alarms_a_week)]
            limits[kind] = np.clip(_passed(usual, budget), bar, RISE * bar)
    return limits


def _kinds(watched: Watched) -> tuple[Flags, Flags, Flags]:
    """Tell topics in the whole city, blocks in the whole city, and what stands in a territory."""
    is_city = watched.above == np.arange(len(watched.above))
    is_topic = watched.keys["topic"].is_not_null().to_numpy()
    return is_city & is_topic, is_city & ~is_topic, ~is_city


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
    return scores(drawn, Expected(mean, rows, expected.spread))[:, :, BURN_IN:]


def _peaks(found: Floats, above: Ints, kind: Flags) -> Floats:
    """Give the greatest score of each family's series of a kind in each whole week: families × weeks."""
    weeks = found.shape[2] // WEEK
    best = found[:, kind, : weeks * WEEK].max(axis=0).reshape(int(kind.sum()), weeks, WEEK).max(axis=2)
    return of_families(best, above[kind])


def _passed(peaks: Floats, alarms_a_week: float) -> float:
    """Give the score that only so many families and weeks reach; 0 where there is no whole week."""
    if not peaks.size:
        return 0.0
    allowed = int(alarms_a_week * peaks.shape[1])
    ordered = np.sort(peaks, axis=None)[::-1]
    return float(ordered[min(allowed, len(ordered) - 1)])
