"""How far a forecast may be off: bounds worked out by hand from errors of the past, fading, and groups that lean."""

import numpy as np
import pytest

from analytics import conformal
from analytics.conformal import LEAST_MORNINGS, Errors, Reach, reach


def errors(off: list[float], group: list[int] | None = None, days: list[int] | None = None) -> Errors:
    """Make mornings on which ten of forty were expected, the oldest first, and so many more were missed."""
    count = len(off)
    return Errors(
        np.array(group or [0] * count),
        np.array(days or range(count, 0, -1)),
        np.full(count, 10.0),
        np.full(count, 7.5),
        10.0 + np.array(off),
    )


def learned(past: Errors, group: int = 0) -> Reach:
    found = reach(past, group)
    assert found is not None
    return found


def test_nothing_is_told_before_twenty_to_one_can_be_seen() -> None:
    assert reach(errors([1.0] * (LEAST_MORNINGS - 1)), 0) is None
    assert reach(errors([1.0] * LEAST_MORNINGS), 0) is not None


def test_nineteen_mornings_of_two_groups_are_no_more_mornings() -> None:
    both = errors([1.0] * 36, [0, 1] * 18, [day for day in range(18, 0, -1) for _ in range(2)])
    assert reach(both, 0) is None


def test_errors_within_chance_share_nothing_and_bound_as_they_were() -> None:
    # Two cases off on every morning: less than the variance of 7.5 explains, so nothing is shared; half a case is
    # rounding: (2 - 0.5) / sqrt(7.5 + 0.25) of the spread, and the same again for the bounds.
    found = learned(errors([2.0, -2.0] * 10))
    assert (found.times, found.shared) == (pytest.approx(1.5 / 7.75**0.5), 0.0)
    assert found.bounds(10.0, 7.5, 40) == (8, 12)
    assert found.bounds(1.0, 7.5, 2) == (0, 2)


def test_errors_beyond_chance_grow_with_the_number_of_cases() -> None:
    # The mean square of six beyond the variance: (36 - 7.5) / 7.5².
    found = learned(errors([6.0, -6.0] * 10))
    assert found.shared == pytest.approx((36 - 7.5) / 7.5**2)
    low, high = found.bounds(100.0, 75.0, 400)
    assert high - 100 == pytest.approx(5.5 / (7.5 + 28.5 + 0.25) ** 0.5 * (75 + found.shared * 75**2) ** 0.5, abs=1)
    assert low + high == 200


def test_one_morning_of_many_is_beyond_the_bounds_and_one_of_few_is_not() -> None:
    for count, times in ((100, 0.0), (20, 5.5)):
        found = learned(errors([6.0] + [0.0] * count))
        assert found.times * np.sqrt(7.75 + found.shared * 7.5**2) == pytest.approx(times)


def test_what_is_long_past_is_forgotten() -> None:
    once = [8.0] * 30 + [1.0] * 60
    days = [*range(600, 570, -1), *range(60, 0, -1)]
    found, never = learned(errors(once, None, days)), learned(errors([1.0] * 60, None, days[30:]))
    assert found.bounds(10.0, 7.5, 40) == never.bounds(10.0, 7.5, 40) == (9, 11)


def test_a_group_without_a_past_has_the_reach_of_all_and_an_uneven_one_its_own() -> None:
    off = [each for _ in range(60) for each in (1.0, 9.0)]
    past = errors(off, [0, 1] * 60, [day for day in range(60, 0, -1) for _ in range(2)])
    even, uneven, new = (learned(past, group) for group in (0, 1, 2))
    widths = [each.bounds(10.0, 7.5, 40)[1] for each in (even, new, uneven)]
    assert widths == sorted(widths)
    assert uneven.bounds(10.0, 7.5, 40)[1] >= 19


@pytest.mark.parametrize("shock", [0.0, 0.5])
def test_nineteen_of_twenty_lie_between_the_bounds_whatever_all_cases_share(shock: float) -> None:
    rng = np.random.default_rng(3)
    covered = []
    for _ in range(150):
        chance = 1 / (1 + np.exp(-(-1.1 + shock * rng.standard_normal(91))))
        missed = rng.binomial(60, chance)
        usual = 60 * np.mean(1 / (1 + np.exp(-(-1.1 + shock * rng.standard_normal(2_000)))))
        past = Errors(
            np.zeros(90, np.int64),
            np.arange(180, 0, -2),
            np.full(90, usual),
            np.full(90, usual * (1 - usual / 60)),
            missed[:90].astype(float),
        )
        found = learned(past)
        low, high = found.bounds(usual, usual * (1 - usual / 60), 60)
        covered.append(low <= missed[90] <= high)
    assert 0.92 <= np.mean(covered) <= 0.995


def test_bounds_are_whole_and_hold_what_is_expected() -> None:
    assert Reach(0.0, 0.0).bounds(2.4, 1.0, 5) == (2, 2)
    assert Reach(2.0, 0.0).bounds(0.2, 0.2, 5) == (0, 2)
    assert conformal.LEVEL == pytest.approx(0.95)
