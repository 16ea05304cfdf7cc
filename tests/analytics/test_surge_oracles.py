"""The radar beside published methods and data: thresholds of Farrington and Noufaily, EARS, a real outbreak."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtri

from analytics import surge_expected, surge_series, surges
from analytics.surge_expected import Expected
from analytics.surge_scores import limit
from analytics.surge_series import WEEK, Watched
from tests.analytics import surge_city
from tests.analytics.farrington import farrington, noufaily

AGONA = [
    1, 0, 5, 2, 1, 2, 0, 4, 0, 0, 0, 3, 1, 1, 0, 0, 2, 2, 0, 2, 6, 3, 2, 1, 2, 0, 1, 1, 3, 5, 3, 4, 3, 6, 5,
    8, 6, 3, 6, 2, 5, 2, 1, 5, 7, 1, 10, 3, 4, 0, 0, 1, 6, 0, 2, 2, 0, 0, 2, 2, 0, 6, 7, 1, 0, 0, 0, 1, 1, 4,
    3, 1, 3, 2, 6, 3, 4, 4, 8, 12, 9, 17, 16, 8, 6, 13, 4, 7, 10, 3, 11, 4, 6, 4, 7, 6, 2, 9, 2, 3, 4, 1, 2,
    2, 0, 0, 1, 2, 2, 2, 5, 0, 0, 4, 2, 1, 3, 2, 0, 1, 1, 3, 0, 1, 3, 2, 3, 6, 2, 1, 3, 3, 2, 2, 2, 1, 3, 3,
    2, 3, 0, 2, 4, 6, 7, 3, 1, 4, 1, 2, 5, 1, 3, 1, 0, 1, 3, 3, 0, 0, 1, 1, 0, 1, 4, 1, 1, 0, 0, 1, 1, 4, 1,
    0, 1, 2, 1, 4, 3, 3, 0, 3, 5, 3, 3, 4, 3, 3, 3, 4, 5, 7, 6, 5, 3, 2, 1, 3, 2, 1, 2, 1, 1, 0, 0, 1, 1, 0,
    1, 4, 3, 2, 0, 1, 0, 3, 1, 1, 4, 4, 0, 1, 4, 2, 0, 1, 1, 0, 1, 1, 2, 5, 4, 0, 2, 1, 1, 3, 6, 1, 7, 6, 2,
    5, 7, 5, 4, 5, 6, 6, 1, 2, 2, 5, 4, 1, 6, 2, 5, 3, 4, 7, 6, 10, 2, 4, 0, 3, 0, 1, 3, 0, 1, 1, 0, 1, 0, 1,
    0, 1, 2, 2, 4, 7, 6, 1, 4, 6, 4, 2, 4, 5, 5, 9, 8, 6, 3, 2, 3, 4, 3, 3, 4, 4, 2, 1, 2, 3, 2, 2, 0, 4,
]  # fmt: skip
"""Cases of Salmonella Agona in the United Kingdom in 312 weeks, 1990–1995: `salmonella.agona` of R surveillance."""

LAST_YEAR = 52


@pytest.mark.parametrize(
    ("power", "expected"),
    [
        (1, (1.3073128, 8.6926872, 0.0907246, 0.8124165)),
        (1 / 2, (1.9891097, 9.3744842, 0.1189986, 0.6857951)),
        (2 / 3, (1.8084477, 9.1154825, 0.1094727, 0.7289546)),
    ],
)
def test_the_thresholds_of_farrington_are_those_published(power, expected):
    """The figures are those of the tests of R surveillance (farringtonFlexible)."""
    assert farrington(5, 0.2, 1, power, 0.05, 8) == pytest.approx(expected, abs=1e-6)


def test_the_thresholds_of_noufaily_are_those_published_and_ours_is_the_plug_in():
    assert noufaily(5, np.log(2), 1.5, 0.05, 11) == pytest.approx((8, 24, 0.8597797, 0.4193982), abs=1e-6)
    plug_in = noufaily(5, 0, 1.5, 0.05, 11)
    assert plug_in == pytest.approx((1, 10, 0.03763657, 1.11918153), abs=1e-6)
    assert limit(np.array([5.0]), np.array([5 / (1.5 - 1)]), -ndtri(0.05)).tolist() == [plug_in.upper]


@pytest.mark.parametrize("phi", [1.2, 1.5, 3.0, 8.0])
@pytest.mark.parametrize("mean", [2.0, 5.0, 30.0, 120.0])
def test_our_threshold_is_the_plug_in_one_at_any_mean_and_spread(mean, phi):
    ours = limit(np.array([mean]), np.array([mean / (phi - 1)]), -ndtri(0.01))
    assert ours[0] == noufaily(mean, 0, phi, 0.01, 1).upper


def _weekly(counts: list[int]) -> Watched:
    """Put weekly counts on the Mondays of one series that knows no holidays."""
    daily = np.zeros((1, WEEK * len(counts)))
    daily[0, ::WEEK] = counts
    keys = pl.DataFrame([(None, "Агона", None)], dict.fromkeys(surge_series.KEYS, pl.String), orient="row")
    return Watched(keys, daily, np.array([0]), date(1990, 1, 1), np.arange(daily.size) % WEEK)


def _upper(expected: Expected, deviations: float) -> np.ndarray:
    """Give the greatest count that is no alarm in each of the last weeks."""
    mean, rows = (each[0, ::WEEK][-LAST_YEAR:] for each in (expected.mean, expected.rows))
    return limit(mean, 1 / (expected.spread[0, 0] + 1 / rows), deviations)


def test_the_outbreak_of_salmonella_agona_is_told_in_weeks_24_and_25_and_nothing_in_7_to_22():
    watched = _weekly(AGONA)
    assert (len(AGONA), sum(AGONA)) == (312, 897)
    expected = surge_expected.expect(watched, recent=LAST_YEAR * WEEK)
    over = np.array(AGONA[-LAST_YEAR:]) > _upper(expected, -ndtri(0.05))
    told = set((np.flatnonzero(over) + 1).tolist())
    assert {24, 25} <= told
    assert not told & set(range(7, 23))


def test_the_radar_tells_the_outbreak_as_one_alarm_in_its_first_week():
    evidence = surges.judge(_weekly(AGONA), recent=LAST_YEAR * WEEK)
    first = (len(AGONA) - LAST_YEAR) * WEEK
    told = surges.replay(evidence, first)
    assert [(each.first_told - first) // WEEK + 1 for each in told] == [24]


def _ears(counts: np.ndarray, guard: int) -> np.ndarray:
    """Score days by EARS: the mean and deviation of seven days, `guard` days back (0: C1, 2: C2)."""
    days = np.stack([np.roll(counts, guard + back, axis=1) for back in range(1, 8)])
    return np.where(days.std(axis=0, ddof=1) > 0, (counts - days.mean(axis=0)) / days.std(axis=0, ddof=1).clip(1), 0)


@pytest.mark.parametrize("guard", [0, 2])
def test_at_one_false_alarm_a_week_the_radar_finds_what_ears_does_not(guard):
    """EARS C1 and C2 (L. Hutwagner and others, Journal of Urban Health 80, 2003) over the topics alone."""
    days = 3 * 365
    doubled = [days - 9 + topic % 7 for topic in range(100)]
    watched = surge_city.topics_of_ten(1, doubled=doubled)
    topics = np.flatnonzero(watched.above == np.arange(len(watched.above)))
    score = _ears(watched.counts[topics], guard)
    weeks = score[:, days - 42 - 52 * WEEK : days - 42].reshape(len(topics), 52, WEEK).max(axis=2)
    bar = np.sort(weeks, axis=None)[::-1][52]
    found = [(score[topic, start : start + 3] > bar).any() for topic, start in enumerate(doubled)]
    ours = surge_city.found_in_time(watched, surges.judge(watched), doubled)
    assert np.mean(found) <= 0.35
    assert np.mean(ours) >= 0.85
