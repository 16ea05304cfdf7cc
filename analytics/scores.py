"""Put scores together from shares: every indicator's part in a score, and how uncertain the whole is.

A score is the sum of weight × level × 100 over the indicators, the level being the share drawn towards those of the
peers by its volume, so the parts sum to the score exactly and two marks by citizens decide nothing. Indicators are
taken as independent of each other, which is an assumption. The variance of a share is that of a binomial share times
what clumps of cases add (`dispersion`), taken at the share drawn towards the peers' as if `LEAN` of their cases had
been added (the prior of a beta–binomial model, B. Carlin and T. Louis, "Bayes and Empirical Bayes Methods", 2000): five
flawless cases do not make a flawless unit. A factor that is known by few weeks only is taken as large as the variance
of Student's t makes it, and where no week tells one, nothing is said of the unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.criteria import Indicator, RatingRules
from analytics.dispersion import CHANCE, Dispersion
from analytics.peers import Peers
from analytics.shrinkage import Floats, Ints, shrink

LEAN: Final = 100
"""Cases of the peers that stand behind the variance of a share, beside the unit's own."""

LEAST_CASES: Final = 5
"""Fewest cases of an indicator that say anything of a unit; with fewer, its level is the peers'."""

LEAST_FREEDOM: Final = 2.5
"""Degrees of freedom of a factor at which its doubt makes a variance five times as large, and no larger below."""

FULL: Final = 100.0
"""The highest score."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Hold the scores of one group of peers; matrices have a row per unit and a column per indicator.

    `indicators` are those that `LEAST_CASES` were counted for of any unit, and `weights` sum to 1 over them. `shares`
    is NaN where nothing was counted of a unit, and `factors` say how many times more than independent cases it varies.
    `points` sum to `totals`.
    """

    indicators: tuple[Indicator, ...]
    weights: Floats
    shares: Floats
    factors: Floats
    centres: Floats
    levels: Floats
    points: Floats
    totals: Floats
    peers: Peers


def scores(k: Ints, n: Ints, told: Sequence[Indicator], rules: RatingRules, clumps: Dispersion = CHANCE) -> Scores:
    """Score the units of one group: `k` good cases of `n` for each unit and indicator of `told`, and their `clumps`."""
    known: list[int] = np.flatnonzero((n >= LEAST_CASES).any(axis=0)).tolist()
    indicators = tuple(told[column] for column in known)
    factor, freedom = (np.broadcast_to(each, k.shape)[:, known] for each in (clumps.factor, clumps.freedom))
    k, n = k[:, known], n[:, known]
    weights = spread(indicators, rules)
    shares = np.divide(k, n, out=np.full(k.shape, np.nan), where=n > 0)
    used = np.where(n >= LEAST_CASES, shares, np.nan)
    shrunk = [shrink(*pair) for pair in zip(used.T, (_variances(k, n) * factor * _doubt(freedom)).T, strict=True)]
    levels = np.column_stack([each.levels for each in shrunk])
    points = FULL * weights * levels
    return Scores(
        indicators=indicators,
        weights=weights,
        shares=shares,
        factors=factor,
        centres=np.array([each.centre for each in shrunk]),
        levels=levels,
        points=points,
        # Column by column, so that a reader who adds the parts in their order gets the score to the last bit.
        totals=np.asarray(sum(points.T, start=np.zeros(len(points)))),
        peers=Peers(
            shrunk, [float(each) for each in FULL * weights], np.all((n < LEAST_CASES) | (freedom > 0), axis=1)
        ),
    )


def _doubt(freedom: Floats) -> Floats:
    """Say how many times as large a variance is that is known by few degrees of freedom: that of Student's t."""
    least = np.maximum(freedom, LEAST_FREEDOM)
    return np.asarray(1 / (1 - 2 / least))


def _variances(k: Ints, n: Ints) -> Floats:
    # Half a case on either side: peers without a single miss still leave room for one. The usual share is that of the
    # usual unit, not of all cases: a giant among the peers would make the others look more certain than they are.
    usual = np.nanmean(np.where(n > 0, (k + 0.5) / (n + 1), np.nan), axis=0)
    leaning = (k + LEAN * usual) / (n + LEAN)
    return np.asarray(np.divide(leaning * (1 - leaning), n, out=np.full(k.shape, np.nan), where=n > 0))


def spread(indicators: Sequence[Indicator], rules: RatingRules) -> Floats:
    """Share the weights among `indicators`, 1 in all.

    The weight of an indicator that is missing goes to the rest of its criterion, that of a whole criterion to the
    others, always in proportion.
    """
    found = np.zeros(len(indicators))
    for criterion in dict.fromkeys(each.criterion for each in indicators):
        whole = sum(rules.weights[each.key] for each in rules.weighted() if each.criterion is criterion)
        own = np.array([rules.weights[each.key] * (each.criterion is criterion) for each in indicators])
        found += whole * own / own.sum()
    return np.asarray(found / found.sum())
