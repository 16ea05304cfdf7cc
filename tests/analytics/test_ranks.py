"""Comparisons that hold together: exact small families, laws, and how often all that is said is right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import studentized_range

from analytics import ranks
from analytics.shrinkage import Floats

LOOKS = 150


def ones(count: int) -> Floats:
    return np.ones(count)


def test_two_values_are_told_apart_from_two_deviations_of_their_difference() -> None:
    """The critical value of one difference is 1.96; its standard error is √2."""
    near, far = np.array([0.0, 1.85 * 2**0.5]), np.array([0.0, 2.07 * 2**0.5])
    assert ranks.of_all(near, ones(2)).tolist() == [[0, 0], [0, 0]]
    assert ranks.of_all(far, ones(2)).tolist() == [[0, -1], [1, 0]]
    assert ranks.of_each(far, ones(2)).tolist() == [[0, -1], [1, 0]]


def test_the_critical_value_of_many_is_tukeys() -> None:
    """Of ten equal values the greatest difference is beyond the studentised range's 95 % point in one of twenty."""
    critical = studentized_range.ppf(0.95, 10, np.inf)
    for reach, is_told in ((critical - 0.15, False), (critical + 0.15, True)):
        assert bool(ranks.of_all(np.array([reach, *[0.0] * 8, 0.0]), ones(10)).any()) is is_told


def test_what_is_told_is_set_aside_and_makes_the_rest_easier_to_tell() -> None:
    """Twelve deviations are told at once; then 4.2 of nine are compared with fewer others."""
    alone = np.array([*[0.0] * 8, 4.2])
    beside = np.array([*alone, 40.0])
    noise = np.random.default_rng(1).standard_normal((4_000, 40))
    first = ranks.beyond(np.array([3.1, *[0.0] * 39]), noise)
    after = ranks.beyond(np.array([3.1, 0.0, *[9.0] * 38]), noise)
    assert (first[0], after[0]) == (0, 1)
    assert ranks.places(ranks.of_all(beside, ones(10)))[0][-1] == 1


def test_places_leave_room_for_all_that_is_not_told() -> None:
    found = ranks.of_all(np.array([10.0, 0.0, 0.5]), ones(3))
    first, last = ranks.places(found)
    assert (first.tolist(), last.tolist()) == ([1, 2, 2], [1, 3, 3])


def test_the_middle_is_that_of_the_weights() -> None:
    values, even = np.array([0.0, 0.0, 0.0, 5.0]), np.full(4, 1 / 4)
    assert ranks.of_middle(values, ones(4), even).tolist() == [0, 0, 0, 1]
    assert ranks.of_middle(values, ones(4), np.array([0.0, 0.0, 0.0, 1.0])).tolist() == [-1, -1, -1, 0]
    assert ranks.of_middle(np.array([5.0]), ones(1), np.array([1.0])).tolist() == [0]


def test_nothing_is_said_of_what_is_not_known() -> None:
    values, variances = np.array([0.0, 1_000.0, 9.0]), np.array([1.0, 1e9, 1.0])
    assert ranks.of_all(values, variances).tolist() == [[0, 0, -1], [0, 0, 0], [1, 0, 0]]


@settings(max_examples=30)
@given(st.lists(st.floats(-9, 9), min_size=1, max_size=7), st.randoms())
def test_the_order_of_the_values_says_nothing(values: list[float], rng: object) -> None:
    """Draws belong to places in the row, so an order changes a critical value by its noise alone: 40 apart are safe."""
    apart = [40.0 * round(value) for value in values]
    order = list(range(len(values)))
    rng.shuffle(order)  # type: ignore[attr-defined]
    found = ranks.of_all(np.array(apart), ones(len(apart)))
    moved = ranks.of_all(np.array([apart[at] for at in order]), ones(len(apart)))
    assert moved.tolist() == found[np.ix_(order, order)].tolist()
    assert (found == -found.T).all()


@pytest.mark.parametrize("spread", [0.0, 0.03, 0.08])
def test_all_twenty_intervals_together_hold_the_true_places(spread: float) -> None:
    """Departments of 60 to 400 cases whose true shares differ by a deviation of 0.03 or 0.08, or not at all."""
    rng = np.random.default_rng(7)
    together, each = [], []
    for _ in range(LOOKS):
        sizes, shares = rng.integers(60, 401, 20), np.clip(0.8 + spread * rng.standard_normal(20), 0.02, 0.98)
        seen = rng.binomial(sizes, shares) / sizes
        leaning = (seen * sizes + 80) / (sizes + 100)
        above = (shares[:, None] < shares[None, :]).sum(axis=1)
        below = (shares[:, None] > shares[None, :]).sum(axis=1)
        for kept, compare in ((together, ranks.of_all), (each, ranks.of_each)):
            first, last = ranks.places(compare(seen, leaning * (1 - leaning) / sizes))
            kept.append((first <= 1 + above) & (last >= 20 - below))
    assert np.mean([held.all() for held in together]) >= 0.93
    assert np.mean(each) >= 0.94


def test_nobody_is_compared_with_nobody() -> None:
    nobody = np.zeros(0)
    assert ranks.of_middle(nobody, nobody, nobody).tolist() == []
    assert ranks.of_all(nobody, nobody).tolist() == ranks.of_each(nobody, nobody).tolist() == []
