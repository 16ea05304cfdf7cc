"""How many times more than chance numbers vary: exact values of small rows, exact tails, and how often tests err."""

import numpy as np
import pytest
from scipy.special import betainc, gammaincc
from scipy.stats import betabinom, binom, nbinom, poisson

from analytics.dispersion import (
    CHANCE,
    DRAWN_IN,
    Dispersion,
    count_above,
    count_below,
    of_counts,
    of_shares,
    share_above,
    share_below,
    two_counts,
)
from analytics.shrinkage import Floats

LOOKS = 60


def one(factor: float, freedom: float = np.inf) -> Dispersion:
    return Dispersion(np.array([factor]), np.array([freedom]))


def test_two_weeks_are_worth_the_square_of_their_difference_by_twice_the_mean() -> None:
    found = of_counts(np.array([[10, 30, 20, 10]]))
    assert found.factor == pytest.approx((400 + 100 + 100) / 3 / (2 * 17.5))
    # A pair of n cases tells 1 − 1/n.
    assert found.freedom == pytest.approx((39 / 40 + 49 / 50 + 29 / 30) * 2 / 3)


def test_a_level_and_a_slow_rise_are_no_dispersion() -> None:
    assert of_counts(np.array([[40, 41, 42, 43, 44, 45, 46, 47], [4, 4, 4, 4, 4, 4, 4, 4]])).factor.tolist() == [1, 1]
    stepped = np.array([[10, 10, 10, 10, 90, 90, 90, 90]])
    assert of_counts(stepped).factor == pytest.approx(DRAWN_IN / 7)


def test_a_disaster_of_one_week_is_drawn_in() -> None:
    quiet = [40, 46, 38, 44, 36, 41, 47, 39] * 4
    usual, shaken = of_counts(np.array([quiet])), of_counts(np.array([[*quiet[:16], 4000, *quiet[16:]]]))
    assert shaken.factor[0] < usual.factor[0] + 2 * DRAWN_IN / 32
    assert usual.factor[0] == 1.0


def test_weeks_without_cases_or_unknown_tell_nothing_and_such_a_unit_is_never_called_changed() -> None:
    found = of_counts(np.array([[0, 0, 1, 0, 0, 0], [np.nan] * 6]))
    assert found.freedom.tolist() == [0, 0]
    assert two_counts(np.array([900.0, 900.0]), np.zeros(2), 0.5, found).tolist() == [1, 1]


def test_a_short_history_is_drawn_towards_the_peers_and_a_long_one_stays_its_own() -> None:
    rng = np.random.default_rng(1)
    even = np.concatenate([rng.poisson(50, (20, 52)), rng.poisson(50, (20, 52)) + 60 * rng.integers(0, 2, (20, 52))])
    short = np.full((2, 52), np.nan)
    short[:, -3:] = [[50, 51, 49], [20, 80, 20]]
    found = of_counts(np.vstack([even, short]))
    assert found.factor[:20].mean() < 2.5
    assert found.factor[20:40].mean() > 7
    assert found.freedom[0] > found.freedom[-1] >= 4
    assert found.factor[-2] > 2
    assert found.factor[-1] < of_counts(short[-1:]).factor[0]


def test_units_that_agree_share_one_factor_known_by_all_their_weeks() -> None:
    weeks = np.tile([20, 40, 25, 35, 30, 45], (8, 4))
    found, alone = of_counts(weeks), of_counts(weeks[:1])
    assert found.factor == pytest.approx(np.full(8, alone.factor[0]))
    assert found.freedom == pytest.approx(np.full(8, 8 * alone.freedom[0]))


def test_shares_of_two_weeks_are_worth_their_chi_square() -> None:
    # 9 of 10 and 3 of 10: 0.6² / (0.6 × 0.4 × (1/10 + 1/10)) = 7.5.
    found = of_shares(np.array([[9, 3]]), np.array([[10, 10]]))
    assert found.factor == pytest.approx(7.5)
    assert found.freedom == pytest.approx(2 / 3 * (1 - 1 / 8))
    assert of_shares(np.array([[0, 0]]), np.array([[10, 10]])).freedom.tolist() == [0]
    assert of_shares(np.array([[9, 0, 3]]), np.array([[10, 0, 10]])).freedom.tolist() == [0]


def test_without_dispersion_the_tails_are_the_exact_ones() -> None:
    k = np.arange(21.0)
    n = np.full(21, 20.0)
    assert share_above(k, n, 0.3) == pytest.approx(binom.sf(k - 1, 20, 0.3))
    assert share_below(k, n, 0.3) == pytest.approx(binom.cdf(k, 20, 0.3))
    assert count_above(k, np.full(21, 7.0)) == pytest.approx(poisson.sf(k - 1, 7))
    assert count_below(k, np.full(21, 7.0)) == pytest.approx(poisson.cdf(k, 7))
    exact = np.minimum(2 * np.minimum(binom.cdf(k, 20, 0.5), binom.sf(k - 1, 20, 0.5)), 1)
    assert two_counts(k, n - k, 0.5, CHANCE) == pytest.approx(exact)
    assert two_counts(np.zeros(1), np.zeros(1), 0.5, CHANCE).tolist() == [1]


def test_clumps_give_the_laws_of_their_variance_and_few_weeks_make_a_test_careful() -> None:
    """A count of factor φ has the shape mean / (φ − 1); given the sum of two such, the later one is beta-binomial."""
    k, n = np.arange(61.0), np.full(61, 60.0)
    # The correlation of two cases is (φ − 1) / (n − 1), so that the variance is φ times the binomial one.
    whole = (n[0] - 1) / 3 - 1
    law = betabinom.sf(k - 1, 60, whole / 2, whole / 2)
    # Fifteen clumps of four, of which k / 4 or more are found.
    fewer = betainc(np.maximum(k / 4, 1e-12), (n - k) / 4 + 1, 0.5)
    assert share_above(k, n, 0.5, one(4.0)) == pytest.approx(np.maximum(law, fewer))
    far = np.arange(25.0, 61)
    assert count_above(far, np.full(36, 9.0), one(4.0)) == pytest.approx(nbinom.sf(far - 1, 3, 1 / 4))
    assert count_below(k, np.full(61, 9.0), one(4.0)) == pytest.approx(
        np.maximum(nbinom.cdf(k, 3, 1 / 4), gammaincc(k / 4 + 1, 9 / 4))
    )
    now, before = np.array([40.0]), np.array([20.0])
    clumped = two_counts(now, before, 0.5, one(4.0))
    assert clumped == pytest.approx(2 * max(law[40], fewer[40]))
    chances = [two_counts(now, before, 0.5, one(4.0, freedom))[0] for freedom in (2, 5, 20, 200, np.inf)]
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] == clumped[0]


def test_what_never_happens_by_chance_has_a_chance_near_nothing() -> None:
    chances = two_counts(
        np.array([9_000.0, 0.0]), np.array([10.0, 9_000.0]), 0.5, Dispersion(np.full(2, 1.3), np.full(2, 90.0))
    )
    assert 0 < chances.max() < 1e-20


def clumpy(rng: np.random.Generator, mean: float, factor: float, size: tuple[int, ...]) -> Floats:
    """Draw counts whose variance is `factor` times their mean."""
    if factor == 1:
        return rng.poisson(mean, size).astype(np.float64)
    return rng.negative_binomial(mean / (factor - 1), 1 / factor, size).astype(np.float64)


@pytest.mark.parametrize("factor", [1, 3, 12])
@pytest.mark.parametrize("mean", [0.5, 5, 60])
@pytest.mark.parametrize("weeks", [8, 40])
def test_equal_months_are_called_different_in_about_a_twentieth_at_most(factor: float, mean: float, weeks: int) -> None:
    rng = np.random.default_rng(7)
    chances = []
    for _ in range(LOOKS):
        dispersion = of_counts(clumpy(rng, mean, factor, (40, weeks)))
        now, before = (clumpy(rng, mean, factor, (40, 4)).sum(axis=1) for _ in range(2))
        chances.append(two_counts(now, before, 0.5, dispersion))
    every = np.concatenate(chances)
    # Clumps that are larger than all that comes in a week are seen too seldom to be known well.
    bounds = (0.07, 0.01) if factor in {1, 3} or mean > factor else (0.08, 0.02)
    assert (every < 0.05).mean() < bounds[0]
    assert (every < 0.005).mean() < bounds[1]


def test_a_doubled_month_is_found_where_cases_are_many_for_their_clumps() -> None:
    rng = np.random.default_rng(7)
    dispersion = of_counts(clumpy(rng, 60, 4, (40, 26)))
    now, before = clumpy(rng, 120, 4, (40, 4)).sum(axis=1), clumpy(rng, 60, 4, (40, 4)).sum(axis=1)
    assert (two_counts(now, before, 0.5, dispersion) < 0.05).mean() > 0.95


@pytest.mark.parametrize("factor", [2, 6])
def test_the_factor_of_shares_is_found_too(factor: float) -> None:
    rng = np.random.default_rng(3)
    bases = rng.integers(30, 60, (50, 40)) * factor
    hits = rng.binomial(bases // factor, 0.3) * factor
    assert of_shares(hits, bases).factor.mean() == pytest.approx(factor, rel=0.12)


@pytest.mark.parametrize("mean", [3.0, 40.0, 200.0])
def test_cases_of_a_half_counted_twice_are_found_to_vary_twice_as_much(mean: float) -> None:
    """Whoever sees no rows is shown such numbers (`loaders.store.halves`), and no more changes that are none."""
    rng = np.random.default_rng(15)
    factors, careful, careless = [], [], []
    for _ in range(LOOKS * 3):
        weeks = 2 * rng.binomial(rng.poisson(mean, (21, 14)), 0.5)
        found = of_counts(weeks[:, :12])
        now, before = weeks[:, 13].astype(np.float64), weeks[:, 12].astype(np.float64)
        factors.append(found.factor.mean())
        careful.append((two_counts(now, before, 0.5, found) <= 0.05).mean())
        careless.append((two_counts(now, before, 0.5, CHANCE) <= 0.05).mean())
    assert np.mean(factors) == pytest.approx(2, abs=0.1)
    assert np.mean(careful) <= 0.05
    assert np.mean(careless) > 0.07
