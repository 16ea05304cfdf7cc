"""Judge a share by its volume: a funnel of limits around the whole, and where each unit stands in it.

Method: D. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24, 2005.

- Limits: exact binomial, interpolated between whole numbers (appendix A.1.1), at 95 % and 99.8 %.
- Clumps: cases of one week share their fate, so the limits of a unit are widened by the root of its own `factor`, as
  its weeks tell it (`dispersion`); the curve has the average one.
- Over-dispersion: the mean square of the standardised deviations after drawing the outer tenths in (winsorising,
  appendix A.3.2). Limits are widened by its root only when it is more than chance explains, which is when units times
  the estimate lies beyond the 95 % point of χ² with a degree of freedom less than there are units, and only among
  `LEAST_UNITS` or more.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import polars as pl

from analytics.shrinkage import Floats, Ints

LEVELS: Final = {"lower_998": 0.001, "lower_95": 0.025, "upper_95": 0.975, "upper_998": 0.999}
"""Column of each limit and the probability of lying below it."""

TAIL: Final = 0.1
"""Part of the units at either end whose deviations are drawn in before the spread is estimated."""

LEAST_UNITS: Final = 10
"""Fewest units to estimate over-dispersion from: among fewer, the outliers that are looked for would be the spread."""

_STEPS: Final = 80


class Zone(StrEnum):
    """Name where a share stands: `very_` is beyond 99.8 %; whether that is good is the indicator's to say."""

    VERY_LOW = "very_low"
    LOW = "low"
    INSIDE = "inside"
    HIGH = "high"
    VERY_HIGH = "very_high"


@dataclass(frozen=True, eq=False)
class Funnel:
    """Hold a funnel plot.

    `centre` is the share of all units together. `dispersion` is the estimate of the spread, 1 for chance alone, and
    `is_widened` says that the limits were widened by it; `clumping` is how many times more than independent cases the
    shares vary on average. `points`: a row per unit with `unit`, `k`, `n`, `share`, the
    limits at its own volume (`lower_998`, `lower_95`, `upper_95`, `upper_998`) and its `zone`. `curve`: `n` and the
    same limits at volumes from the smallest to the largest unit.
    """

    centre: float
    dispersion: float
    is_widened: bool
    clumping: float
    points: pl.DataFrame
    curve: pl.DataFrame


def funnel(counts: pl.DataFrame) -> Funnel | None:
    """Draw the funnel of `counts`: a row per `unit` with `k` cases of `n`, and `factor` where they clump.

    Units without cases are left out, and without any there is no funnel. The rows of one indicator of
    `Rating.parts` are such a frame.
    """
    clumps = pl.col("factor") if "factor" in counts.columns else pl.lit(1.0).alias("factor")
    own = counts.select("unit", "k", "n", clumps).filter(pl.col("n") > 0).sort("unit", nulls_last=True)
    if own.is_empty():
        return None
    k, n, factors = (own[name].to_numpy() for name in ("k", "n", "factor"))
    centre = float(k.sum()) / float(n.sum())
    clumping = float(np.average(factors, weights=n))
    dispersion = _dispersion(k / n, n / factors, centre)
    is_widened = _is_beyond_chance(dispersion, len(n))
    factor = float(np.sqrt(dispersion)) if is_widened else 1.0
    sizes = np.unique(np.geomspace(n.min(), n.max(), _STEPS).round().astype(np.int64))
    points = own.drop("factor").with_columns(
        (pl.col("k") / pl.col("n")).alias("share"), *_limits(n, centre, factor * np.sqrt(factors))
    )
    return Funnel(
        centre=centre,
        dispersion=dispersion,
        is_widened=is_widened,
        clumping=clumping,
        points=points.with_columns(_zone()),
        curve=pl.DataFrame({"n": sizes}).with_columns(_limits(sizes, centre, factor * np.sqrt(clumping))),
    )


def _limits(n: Ints, centre: float, factor: Floats | float) -> list[pl.Series]:
    return [
        pl.Series(name, np.clip(centre + factor * (limit(probability, n, centre) - centre), 0.0, 1.0))
        for name, probability in LEVELS.items()
    ]


def limit(probability: float, n: Ints, centre: float) -> Floats:
    """Find the share below which a binomial share of base `n` lies with a probability, between whole numbers.

    An upper limit is one less the lower limit of the misses: so a unit is beyond a limit only when what it shows, or
    more of it, is rarer than the limit says. The printed formula would flag every flawless unit of a good city.
    """
    from scipy.stats import binom  # the first funnel loads it, not every screen

    if probability > 1 / 2:
        return 1 - limit(1 - probability, n, 1 - centre)
    whole = binom.ppf(probability, n, centre)
    reached, before = binom.cdf(whole, n, centre), binom.cdf(whole - 1, n, centre)
    return np.asarray((whole - (reached - probability) / (reached - before)) / n)


def _dispersion(shares: Floats, n: Floats, centre: float) -> float:
    """Estimate how much more the shares spread than chance makes them; 1 where all of them are 0, or 1."""
    if not 0 < centre < 1:
        return 1.0
    deviations = (shares - centre) / np.sqrt(centre * (1 - centre) / n)
    low, high = np.quantile(deviations, [TAIL, 1 - TAIL])
    return float((np.clip(deviations, low, high) ** 2).mean())


def _is_beyond_chance(dispersion: float, units: int) -> bool:
    from scipy.stats import chi2

    return units >= LEAST_UNITS and bool(units * dispersion > chi2.ppf(0.95, units - 1))


def _zone() -> pl.Expr:
    share = pl.col("share")
    return (
        pl.when(share > pl.col("upper_998"))
        .then(pl.lit(Zone.VERY_HIGH.value))
        .when(share > pl.col("upper_95"))
        .then(pl.lit(Zone.HIGH.value))
        .when(share < pl.col("lower_998"))
        .then(pl.lit(Zone.VERY_LOW.value))
        .when(share < pl.col("lower_95"))
        .then(pl.lit(Zone.LOW.value))
        .otherwise(pl.lit(Zone.INSIDE.value))
        .alias("zone")
    )
