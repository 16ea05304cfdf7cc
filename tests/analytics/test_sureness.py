"""How sure chances may be: factors worked out by hand, what is not over yet, and fading."""

import math

import numpy as np
import pytest

from analytics.sureness import HALF_LIFE_DAYS, REPEATS, Sureness, drawn

MANY = 1e9 * REPEATS


def noted(due: int, share: float, chance: float = 0.9, cases: float = MANY, prior: float = 1.0) -> Sureness:
    """Keep forecasts of `chance` and of its opposite, of which a `share` and its opposite came true."""
    found = Sureness(0, 1_000, prior)
    for told, true in ((chance, share), (1 - chance, 1 - share)):
        found.note(np.full(2, due), np.full(2, told), np.array([1.0, 0.0]), cases * np.array([true, 1 - true]))
    return found


def test_chances_that_came_true_as_told_are_left_alone() -> None:
    assert noted(10, 0.9).factor(11) == pytest.approx(1.0)


def test_chances_too_sure_are_drawn_to_what_came_true() -> None:
    factor = noted(10, 0.75).factor(11)
    assert factor == pytest.approx(math.log(3) / math.log(9))
    assert drawn(np.array([0.9, 0.1]), factor) == pytest.approx(np.array([0.75, 0.25]))


def test_chances_not_sure_enough_are_left_alone() -> None:
    assert noted(10, 0.97).factor(11) == pytest.approx(1.0)


def test_what_is_due_on_the_morning_or_later_teaches_nothing() -> None:
    assert noted(10, 0.75).factor(10) == pytest.approx(1.0)


def test_few_forecasts_hardly_count_and_none_with_an_endless_prior() -> None:
    assert noted(10, 0.75, cases=8.0, prior=200.0).factor(11) > 0.97
    assert noted(10, 0.75, prior=math.inf).factor(11) == pytest.approx(1.0)


def test_older_forecasts_count_less() -> None:
    both = noted(10, 0.75)
    for told, true in ((0.9, 0.9), (0.1, 0.1)):
        day = np.full(2, 10 + HALF_LIFE_DAYS)
        both.note(day, np.full(2, told), np.array([1.0, 0.0]), MANY * np.array([true, 1 - true]))
    share = (0.75 + 2 * 0.9) / 3
    assert both.factor(11 + HALF_LIFE_DAYS) == pytest.approx(math.log(share / (1 - share)) / math.log(9))


def test_never_and_always_stay_what_they_are() -> None:
    assert drawn(np.array([0.0, 0.5, 1.0]), 0.6).tolist() == [0.0, 0.5, 1.0]
