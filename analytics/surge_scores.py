"""Sums over windows of days, and how far above the expected a sum lies."""

from typing import Final

import numpy as np

from analytics.surge_series import Floats

WINDOWS: Final = (1, 3, 7)
"""Days that are looked at together, each ending on the day in question."""

HALF: Final = 0.5
"""Part of a row that a count is taken down by, because counts go in steps of one."""

_LEAST: Final = 1e-9


def rolling(values: Floats, days: int, lag: int = 0) -> Floats:
    """Sum the `days` values that end `lag` days before each day (after it where negative); outside stands nothing."""
    lines, length = values.shape
    before, after = max(0, lag + days), max(0, -lag)
    total = np.zeros((lines, before + 1 + length + after))
    np.cumsum(values, axis=1, out=total[:, before + 1 : before + 1 + length])
    total[:, before + 1 + length :] = total[:, before + length, None]
    end = before + 1 - lag
    found: Floats = total[:, end : end + length] - total[:, end - days : end - days + length]
    return found


def score(seen: Floats, mean: Floats, size: Floats) -> Floats:
    """Say how far above the `mean` as many as `seen` or more lie, in deviations of the normal law.

    The tail of the negative binomial of this `size` is told by its saddlepoint (R. Lugannani and S. Rice, Advances in
    Applied Probability 12, 1980; O. E. Barndorff-Nielsen, Biometrika 73, 1986), where `seen` is half a row less than
    what was counted (H. E. Daniels, International Statistical Review 55, 1987) and above the mean.
    """
    ratio, pull = np.log(seen / mean), np.log((seen + size) / (mean + size))
    root = np.sqrt(np.maximum(2 * (seen * ratio - (seen + size) * pull), _LEAST))
    wald = 2 * np.sinh((ratio - pull) / 2) * np.sqrt(seen * (1 + seen / size))
    return np.where(root > 1, root + np.log(wald / root) / root, root)


def limit(mean: Floats, size: Floats, deviations: float) -> Floats:
    """Give the greatest count whose score is not above `deviations`: the quantile of the negative binomial law.

    It is the threshold that A. Noufaily and others call the plug-in one (Statistics in Medicine 32, 2013).

    >>> limit(np.array([5.0]), np.array([5 / (1.5 - 1)]), 1.645)
    array([10.])
    """
    from scipy.special import ndtr
    from scipy.stats import nbinom  # the first look of the radar loads it, not every screen

    return np.asarray(nbinom.isf(ndtr(-deviations), size, size / (size + mean)), np.float64)


def above(count: Floats, mean: Floats, size: Floats) -> Floats:
    """Give the chance of `count` or more where `mean` is usual."""
    from scipy.special import betainc

    return np.asarray(betainc(np.maximum(count, _LEAST), size, mean / (mean + size)), np.float64)
