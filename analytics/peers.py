"""Order units by a score made of several shrunk indicators, and say how much of the order is real.

- Order: by the standardised deviation from the centre, the order of the constrained estimates whose spread is that of
  the true levels (E. Spjøtvoll and I. Thomsen, Bull. ISI 52, 1987; T. Louis, JASA 79, 1984). Ordered by raw values the
  small units would stand at both ends, ordered by posterior means the large ones.
- Who is told apart, and intervals of places from draws of the posterior: H. Goldstein and D. Spiegelhalter, JRSS A
  159, 1996.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from analytics.shrinkage import Flags, Floats, Ints, Shrunk

APART: Final = 0.95
"""Posterior probability of the order from which two units are told apart. Among equals the shrinking alone keeps wrong
calls near one pair in two hundred; a stricter bound would miss real differences instead."""

DRAWS: Final = 4000
"""Draws of the posterior behind an interval of places: another seed moves its ends by a place at most."""

SEED: Final = 59
"""Fixed, so the same numbers always give the same intervals."""

_TAIL: Final = 0.025
"""Probability beyond each end of an interval of places."""

_TIE: Final = 9
"""Digits to which standardised deviations must agree to share a place."""


@dataclass(frozen=True, slots=True, eq=False)
class Peers:
    """Compare the units of one group: every indicator shrunk, in the same order of units, and its weight."""

    indicators: Sequence[Shrunk]
    weights: Sequence[float]

    @property
    def centre(self) -> float:
        """Give the score of the centre of the peers."""
        return sum(weight * each.centre for weight, each in self._weighed())

    @property
    def spread(self) -> float:
        """Give the standard deviation of the true scores among the peers."""
        return float(np.sqrt(sum(weight**2 * each.between for weight, each in self._weighed())))

    def deviations(self) -> Floats:
        """Give the posterior standard deviation of every score, that of the centre included."""
        spreads = (weight**2 * (each.variances + each.rest**2 * each.of_centre) for weight, each in self._weighed())
        return np.asarray(np.sqrt(np.asarray(sum(spreads))))

    def standardised(self) -> Floats:
        """Give the deviations from the centre that the order follows, 0 where nothing is known."""
        pulls = np.asarray(sum(weight * each.pulls for weight, each in self._weighed()))
        usual = np.sqrt(np.asarray(sum(weight**2 * each.pull_variances for weight, each in self._weighed())))
        return np.asarray(np.divide(pulls, usual, out=np.zeros_like(pulls), where=usual > 0))

    def probabilities(self) -> Floats:
        """Give for each pair the posterior probability that the row's true score is above the column's."""
        from scipy.special import ndtr  # the first rating loads it, not every screen

        levels = np.asarray(sum(weight * each.pulls for weight, each in self._weighed()))
        variances = np.zeros((len(levels), len(levels)))
        for weight, each in self._weighed():
            # What two units take from the centre is common to both, so its uncertainty mostly cancels.
            common = (each.rest[:, None] - each.rest[None, :]) ** 2 * each.of_centre
            variances += weight**2 * (each.variances[:, None] + each.variances[None, :] + common)
        return np.asarray(ndtr((levels[:, None] - levels[None, :]) / np.sqrt(variances)))

    def places(self) -> Ints:
        """Give the place of each unit, the highest first; exact equals share a place."""
        rounded = np.round(self.standardised(), _TIE)
        return np.asarray(1 + (rounded[None, :] > rounded[:, None]).sum(axis=1))

    def intervals(self) -> tuple[Ints, Ints]:
        """Give the first and the last place that each unit may stand at, with a probability of 95 %."""
        own, common = _draws(len(self.indicators[0].pulls), len(self.indicators))
        levels = np.asarray(sum(weight * each.pulls for weight, each in self._weighed()))
        noise = np.sqrt(np.asarray(sum(weight**2 * each.variances for weight, each in self._weighed())))
        shared = np.array([weight * np.sqrt(each.of_centre) * each.rest for weight, each in self._weighed()])
        drawn = levels + noise * own + common @ shared
        places = np.empty(drawn.shape, dtype=np.int64)
        np.put_along_axis(places, np.argsort(-drawn, axis=1), np.arange(1, drawn.shape[1] + 1)[None, :], axis=1)
        places.sort(axis=0)
        return places[int(DRAWS * _TAIL) - 1], places[DRAWS - int(DRAWS * _TAIL) - 1]

    def _weighed(self) -> Sequence[tuple[float, Shrunk]]:
        return list(zip(self.weights, self.indicators, strict=True))


@lru_cache(maxsize=32)
def _draws(units: int, indicators: int) -> tuple[Floats, Floats]:
    """Draw once for all ratings of one size: a column per unit for its own noise, one per indicator for its centre's.

    Independent noises of several indicators add up to one normal noise, so a unit needs one draw and not one for each.
    """
    draw = np.random.default_rng(SEED).standard_normal
    return draw((DRAWS, units)), draw((DRAWS, indicators))


def tiers(places: Ints, apart: Flags) -> Ints:
    """Give each unit the number of its group, units that cannot be told apart, the best group first.

    Going down the places, a unit that its group's first unit is told apart from begins the next group.
    """
    found = np.ones(len(places), dtype=np.int64)
    first, tier = -1, 0
    for unit in np.argsort(places, kind="stable"):
        if first < 0 or apart[first, unit]:
            first, tier = unit, tier + 1
        found[unit] = tier
    return found
