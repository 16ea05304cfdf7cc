"""The season of a series: known from the second year on, from years before alone, and not where there is none."""

from math import pi, sin

import numpy as np
import pytest

from analytics.season import factors

WAVE = [1 + 0.5 * sin(2 * pi * week / 52) for week in range(52)]


def test_nobody_knows_the_first_year() -> None:
    found = factors([10.0] * 60, 52)
    assert found[:52] == [None] * 52
    assert found[52:] == [1.0] * 8


def test_a_wave_is_found_in_the_years_after() -> None:
    found = factors([100 * each for each in WAVE * 3], 52)
    assert found[104:] == pytest.approx(WAVE, abs=0.08)


def test_chance_alone_is_no_season() -> None:
    found = factors(np.random.default_rng(3).poisson(20, 120).tolist(), 52)
    assert max(abs(each - 1) for each in found if each is not None) < 0.15


def test_what_comes_later_changes_nothing_and_the_unknown_is_as_before() -> None:
    values = [100 * each for each in WAVE * 2]
    assert factors(values, 52) == factors([*values, 900.0], 52)[:-1]
    assert factors([*values[:60], None, *values[61:]], 52) == factors([*values[:60], values[59], *values[61:]], 52)
    assert factors([], 52) == []
    assert factors([0.0] * 60, 52)[52:] == [1.0] * 8
