"""Say which of several noisy values really differ, so that all that is said holds together, and what ranks they leave.

Method: differences are studentised and told where they are beyond the critical value of the greatest of their family
when nothing differs, which is drawn; what is told is set aside and the rest looked at again (J. Romano and M. Wolf,
Journal of the American Statistical Association 100, 2005). "Above" and "below" are two members of a family: only the
one that is told is set aside. The rank of a value lies between one more than how many are told above it and the last
less how many are told below: M. Mogstad, J. Romano, A. Shaikh and D. Wilhelm, "Inference for Ranks", Review of
Economic Studies 91, 2024 (package csranks).

Variances are those of chance, clumps included; how the true values lie is not assumed. Directions are written as 1 for
above, −1 for below and 0 where chance may explain the difference.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from analytics.shrinkage import Flags, Floats, Ints

TOGETHER: Final = 0.95
"""Probability that everything said of one family is right."""

DRAWS: Final = 1_000
NUMBERS: Final = 40_000
"""Draws behind a critical value, at least, and numbers drawn for them: another seed moves it by some hundredths."""

SEED: Final = 59
"""Fixed, so the same numbers always give the same answer."""


def of_each(values: Floats, variances: Floats) -> Floats:
    """Compare each value with all others: the directions of a row hold together, those of several rows need not."""
    count = len(values)
    found = np.zeros((count, count))
    for at in range(count):
        others = np.delete(np.arange(count), at)
        found[at, others] = beyond(*_differences(values, variances, np.full(count - 1, at), others))
    return found


def of_all(values: Floats, variances: Floats) -> Floats:
    """Compare all values with each other: all directions, a row's value against a column's, hold together."""
    first, second = np.triu_indices(len(values), 1)
    found = np.zeros((len(values), len(values)))
    found[first, second] = beyond(*_differences(values, variances, first, second))
    return np.asarray(found - found.T)


def of_middle(values: Floats, variances: Floats, weights: Floats) -> Floats:
    """Compare the values with their mean by `weights`, which sum to 1; all directions hold together."""
    contrasts = np.eye(len(values)) - weights
    spreads = np.sqrt(contrasts**2 @ variances)
    # An only value is its own middle.
    known = spreads > 0
    found = np.zeros(len(values))
    scaled = contrasts[known] / spreads[known, None]
    found[known] = beyond(scaled @ values, (_draws(len(values)) * np.sqrt(variances)) @ scaled.T)
    return found


def places(directions: Floats) -> tuple[Ints, Ints]:
    """Give the first and the last place that each value may have, the highest first."""
    above, below = (directions < 0).sum(axis=1), (directions > 0).sum(axis=1)
    return np.asarray(1 + above), np.asarray(len(directions) - below)


def beyond(seen: Floats, noise: Floats) -> Floats:
    """Tell the directions of a family of deviations that chance does not explain, step by step.

    A row of `noise` is one draw of the whole family when nothing differs.
    """
    above, below = np.zeros(len(seen), dtype=bool), np.zeros(len(seen), dtype=bool)
    while not (above | below).all():
        greatest = np.maximum(_greatest(noise, ~above), _greatest(-noise, ~below))
        critical = np.quantile(greatest, TOGETHER)
        if not ((seen > critical) & ~above | (seen < -critical) & ~below).any():
            break
        above, below = seen > critical, seen < -critical
    return np.asarray(above.astype(np.float64) - below)


def _greatest(noise: Floats, left: Flags) -> Floats:
    return np.asarray((noise if left.all() else noise[:, left]).max(axis=1))


def _differences(values: Floats, variances: Floats, first: Ints, second: Ints) -> tuple[Floats, Floats]:
    """Studentise the differences of pairs, and draw what they are when nothing differs."""
    spreads = np.sqrt(variances[first] + variances[second])
    drawn = _draws(len(values)) * np.sqrt(variances)
    return (values[first] - values[second]) / spreads, (drawn[:, first] - drawn[:, second]) / spreads


@lru_cache(maxsize=64)
def _draws(count: int) -> Floats:
    return np.random.default_rng(SEED).standard_normal((max(DRAWS, NUMBERS // max(count, 1)), count))
