"""Order units by a score made of several shrunk indicators, and say how much of the order is real.

- Order: by the standardised deviation from the centre, the order of the constrained estimates whose spread is that of
  the true levels (E. Spjøtvoll and I. Thomsen, Bull. ISI 52, 1987; T. Louis, JASA 79, 1984). Ordered by raw values the
  small units would stand at both ends, ordered by posterior means the large ones.
- Who is told apart, and intervals of places: from the values before they are drawn together, whose chance is known
  whatever the true levels are, so that all that is said holds together (`ranks`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics import ranks
from analytics.shrinkage import Flags, Floats, Ints, Shrunk

UNKNOWN: Final = 1e9
"""Variance of a score of which nothing is known, in square points."""

_TIE: Final = 9
"""Digits to which standardised deviations must agree to share a place."""


@dataclass(frozen=True, slots=True, eq=False)
class Peers:
    """Compare the units of one group: every indicator shrunk, in the same order of units, and its weight.

    `is_known` says of whom it is known how their cases clump; nothing is told of the others.
    """

    indicators: Sequence[Shrunk]
    weights: Sequence[float]
    is_known: Flags

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

    @property
    def pulls(self) -> Floats:
        """Give the deviations of the scores from the centre."""
        return np.asarray(sum(weight * each.pulls for weight, each in self._weighed()))

    def standardised(self) -> Floats:
        """Give the deviations from the centre that the order follows, 0 where nothing is known."""
        pulls = self.pulls
        usual = np.sqrt(np.asarray(sum(weight**2 * each.pull_variances for weight, each in self._weighed())))
        return np.asarray(np.divide(pulls, usual, out=np.zeros_like(pulls), where=usual > 0))

    def places(self) -> Ints:
        """Give the place of each unit, the highest first; exact equals share a place."""
        rounded = np.round(self.standardised(), _TIE)
        return np.asarray(1 + (rounded[None, :] > rounded[:, None]).sum(axis=1))

    @property
    def raw(self) -> Floats:
        """Give the scores before they are drawn together; a unit without a value has that of the centre."""
        return np.asarray(sum(weight * each.values for weight, each in self._weighed()))

    @property
    def chances(self) -> Floats:
        """Give the variances of the raw scores by chance, clumps included; of those not known, beyond any score."""
        known = np.asarray(sum(weight**2 * each.chances for weight, each in self._weighed()))
        return np.where(self.is_known, known, UNKNOWN)

    def apart(self) -> Floats:
        """Tell who is above (1) and below (−1) whom, a row against a column, all of it together."""
        return self._in_order(ranks.of_all(self.raw, self.chances))

    def apart_of_each(self) -> Floats:
        """Tell the same, all of a row together."""
        return self._in_order(ranks.of_each(self.raw, self.chances))

    def sides(self) -> Floats:
        """Tell who stands above (1) and below (−1) the centre, all of them together."""
        weights = 1 / (self.spread**2 + self.chances)
        told = ranks.of_middle(self.raw, self.chances, weights / weights.sum())
        return np.asarray(np.where(np.sign(self.pulls) == told, told, 0.0))

    def _in_order(self, told: Floats) -> Floats:
        """Say nothing that the places contradict."""
        places = self.places()
        order = np.sign(places[None, :] - places[:, None])
        return np.asarray(np.where(order == told, told, 0.0))

    def _weighed(self) -> Sequence[tuple[float, Shrunk]]:
        return list(zip(self.weights, self.indicators, strict=True))


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
