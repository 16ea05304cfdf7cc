"""Draw noisy values towards those of their peers: how much of the difference between them is real.

Method: the normal–normal model. A value is its unit's true level plus chance of known variance; true levels vary
around the centre of the peers with a variance that is estimated from the data.

- Variance between the true levels: R. Paule and J. Mandel, J. Res. Nat. Bur. Standards 87, 1982; in statsmodels.
- Posterior of a level, empirical Bayes, with the uncertainty of the centre: C. Morris, JASA 78, 1983.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEAST_SPREAD: Final = 1e-6
"""Variance between peers, in those of chance, that stands for none: levels agree to a thousandth of chance then, and
nothing has to be divided by zero."""


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """Hold the posterior of the true levels of one group of peers; arrays stand in the order of the units given.

    `centre` is the mean of the true levels, known with the variance `of_centre`, and `between` is their variance.
    `levels` lie `pulls` away from the centre; `variances` are the posterior ones given the centre, and `rest` is the
    part of a level that is taken from it, 0–1. `pull_variances` say how much pulls vary when nothing but the model is
    known. A unit without a value has the level of the centre and varies as the peers do. `values` and `chances` are
    what was drawn together: the values and their variances, those of the centre where there is none.
    """

    centre: float
    of_centre: float
    between: float
    pulls: Floats
    pull_variances: Floats
    variances: Floats
    rest: Floats
    values: Floats
    chances: Floats

    @property
    def levels(self) -> Floats:
        """Give the posterior means."""
        return self.centre + self.pulls


def shrink(values: Floats, variances: Floats) -> Shrunk:
    """Draw values towards each other; NaN is no value, and ValueError says that there is none at all.

    `variances` are those of chance alone, above 0 wherever there is a value.

    >>> shrink(np.array([0.2, 0.8]), np.array([1e-9, 1e-9])).levels.round(3)
    array([0.2, 0.8])
    """
    known = ~np.isnan(values)
    if not known.any():
        message = "a group of peers needs at least one value"
        raise ValueError(message)
    between = _between(values[known], variances[known])
    total = between + variances[known]
    of_centre = float(1 / (1 / total).sum())
    centre = float(np.average(values[known], weights=1 / total))
    real = np.zeros(len(values))
    real[known] = between / total
    own = np.zeros(len(values))
    # A unit draws the centre towards itself, the larger the more, and so strays less from it.
    own[known] = np.maximum(total - of_centre, 0.0)
    filled = np.where(known, values, centre)
    return Shrunk(
        centre=centre,
        of_centre=of_centre,
        between=between,
        pulls=real * (filled - centre),
        pull_variances=real**2 * own,
        variances=between * (1 - real),
        rest=1 - real,
        values=filled,
        chances=np.where(known, variances, between + of_centre),
    )


def _between(values: Floats, variances: Floats) -> float:
    """Estimate the variance between true levels."""
    least = LEAST_SPREAD * float(np.median(variances))
    if len(values) == 1:
        return least
    from statsmodels.stats.meta_analysis import combine_effects  # pandas comes along: a second

    # Values that are all the same make it divide by zero in a statistic that is not used here.
    with np.errstate(divide="ignore", invalid="ignore"):
        return max(float(combine_effects(values, variances, method_re="iterated").tau2), least)
