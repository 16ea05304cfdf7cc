"""Thresholds of Farrington (1996) and Noufaily (2013), written from the papers to hold the radar against.

Both tell how many rows are too many where `mean` is usual, known with an error, in a series whose variance is `phi` ×
chance's. C. P. Farrington and others, Journal of the Royal Statistical Society A 159, 1996; A. Noufaily and others,
Statistics in Medicine 32, 2013.
"""

from math import exp, log
from typing import NamedTuple

from scipy.stats import nbinom, norm


class Threshold(NamedTuple):
    """Hold the limits, the chance of the seen count or more, and how far it lies between mean and upper limit."""

    lower: float
    upper: float
    chance: float
    exceedance: float


def farrington(mean: float, error: float, phi: float, power: float, alpha: float, seen: int) -> Threshold:
    """Take the count to a power that makes it about normal."""
    deviation = power * mean ** (power - 0.5) * (phi + error**2 / mean) ** 0.5
    reach = norm.isf(alpha) * deviation
    lower, upper = (max(mean**power + side * reach, 0) ** (1 / power) for side in (-1, 1))
    chance = norm.sf((seen**power - mean**power) / deviation)
    return Threshold(lower, upper, chance, (seen - mean) / (upper - mean))


def noufaily(mean: float, log_error: float, phi: float, alpha: float, seen: int) -> Threshold:
    """Take the quantile of the negative binomial law at the upper limit of the mean; no `log_error` is the plug-in.

    The exceedance is told as R surveillance does, from the logarithm of the mean.
    """
    high = exp(log(mean) + norm.isf(alpha) * log_error)
    law = nbinom(high / (phi - 1), 1 / phi)
    upper = float(law.isf(alpha))
    return Threshold(float(law.ppf(alpha)), upper, float(law.sf(seen - 1)), (seen - log(mean)) / (upper - log(mean)))
