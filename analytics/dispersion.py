"""Say how many times more numbers vary than independent cases would, and test with it: over-dispersion, in one place.

Cases come in clumps: many calls about one burst pipe, a whole snowfall. Their counts vary by a factor φ more than
Poisson's law says, shares of them more than the binomial law, and a test that knows nothing of it finds a change in
every dense city every week.

Method: quasi-likelihood with the variance φ × that of independent cases (P. McCullagh and J. Nelder, "Generalized
Linear Models", 1989, ch. 4.5 and 6.2).

- A unit's own φ is taken from differences of neighbouring weeks (J. von Neumann, Annals of Mathematical Statistics 12,
  1941), so that its level and a slow season do not count: by chance (a − b)² is twice the mean on average, and for
  shares the square of their difference is their binomial variance. One disaster is not how a unit usually varies: a
  pair of weeks beyond `DRAWN_IN` times the usual is drawn in, to the next ones where there are more than `FEW` such (P.
  J. Huber, Annals of Mathematical Statistics 35, 1964).
- Weeks are few, so own factors are drawn towards those of peers of the same size by degrees of freedom, and tests have
  the tails of Student's t with the sum of both (G. K. Smyth, Statistical Applications in Genetics and Molecular Biology
  3, 2004; for counts S. P. Lund and others, the same journal 11, 2012). What clumps make does not depend on the size of
  a unit, what a whole week makes grows with it, so the factor of peers is a line. None is below 1, which is chance.
- Tails are those of the negative binomial and the beta-binomial law of this variance (J. Skellam, Journal of the Royal
  Statistical Society B 10, 1948), which are skewed as clumps and weeks make counts, or those of a sample of effective
  size, cases / φ (E. L. Korn and B. I. Graubard, Survey Methodology 24, 1998), whichever are wider: these are where
  clumps are larger than a week. With φ = 1 and endless freedom both are the exact ones of Poisson and the binomial law.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.shrinkage import Floats

DRAWN_IN: Final = 9.0
"""Times the usual square that a pair of weeks adds at most: three deviations."""

FEW: Final = 2
"""Pairs of weeks that one extraordinary week makes: where more are as far apart, the unit is so."""

MEDIAN: Final = 0.455
"""Median of χ² with one degree of freedom, whose mean is 1."""

PER_PAIR: Final = 2 / 3
"""Degrees of freedom of a pair of neighbouring weeks: each week stands in two pairs (J. von Neumann, 1941)."""

LEAST_PRIOR: Final = 4.0
"""Degrees of freedom of the peers at which the spread between them becomes endless."""

ALL_BUT_ONE: Final = 0.999
"""Most correlation between the cases of a unit: with 1 they would be a single one, which no law of this kind has."""

_NEVER: Final = 1e-300
"""Least chance that is told: the deviation of an even smaller one is endless."""

_PASSES: Final = 4
_LEAST: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Dispersion:
    """Hold a factor per unit, at least 1, and by how many degrees of freedom it is known.

    Both have the order of the units given. `freedom` is 0 where no week tells anything, and tests of such a unit find
    nothing; it is endless where an assumption leaves no doubt, as in `CHANCE`.
    """

    factor: Floats
    freedom: Floats

    def of(self, unit: int) -> "Dispersion":
        """Give that of one unit."""
        return Dispersion(self.factor[unit : unit + 1], self.freedom[unit : unit + 1])


CHANCE: Final = Dispersion(np.ones(1), np.full(1, np.inf))
"""Independent cases, for what is known to be so; fits any number of units."""


def of_counts(weeks: NDArray[np.generic], *, lag: int = 1) -> Dispersion:
    """Estimate the factors of counts: units × weeks, oldest first, NaN where a week is not known.

    All the units are each other's peers. Equal spans other than weeks do as well. States, such as what is open, move
    slowly and far: theirs are the factors for two days that lie `lag` weeks apart.

    >>> of_counts(np.array([[10, 12, 9, 11, 10, 8, 12, 10] * 4])).factor
    array([1.])
    >>> of_counts(np.array([[10, 30, 5, 25, 10, 40, 8, 20] * 4])).factor.round(1)
    array([13.2])
    """
    counts = np.asarray(weeks, dtype=np.float64)
    before, after = counts[:, :-lag], counts[:, lag:]
    # A pair divided by its own sum would hide that counts are skewed: high weeks would be divided by themselves.
    squares = _ratio((after - before) ** 2, 2 * _means(counts)[:, None] * np.ones_like(after))
    own, freedom = _own(squares, 1 - _ratio(1.0, before + after))
    return _shrunk(own, freedom / lag, _means(counts))


def of_shares(hits: NDArray[np.generic], bases: NDArray[np.generic]) -> Dispersion:
    """Estimate the factors of shares: hits and bases are units × weeks; weeks without a base tell nothing.

    >>> of_shares(np.array([[5, 0, 10, 5] * 4]), np.full((1, 16), 10)).factor.round(1)
    array([8.])
    """
    k, n = np.asarray(hits, dtype=np.float64), np.asarray(bases, dtype=np.float64)
    n = np.where(n > 0, n, np.nan)
    hit, size = k[:, :-1] + k[:, 1:], n[:, :-1] + n[:, 1:]
    share = (_means(np.where(np.isnan(n), np.nan, k)) / np.maximum(_means(n), _LEAST))[:, None]
    square = (k[:, 1:] / n[:, 1:] - k[:, :-1] / n[:, :-1]) ** 2
    squares = _ratio(square, share * (1 - share) * (1 / n[:, :-1] + 1 / n[:, 1:]))
    own, freedom = _own(squares, 1 - _ratio(1.0, np.minimum(hit, size - hit)))
    return _shrunk(own, freedom, _means(n))


def of_parts(hits: Floats, bases: Floats, whole_hits: Floats, whole_bases: Floats) -> float:
    """Say how many times more parts of wholes vary than if the hits were dealt out among the cases; at least once.

    A part has `hits` of `bases`, its whole `whole_hits` of `whole_bases`; wholes of one case tell nothing. Pearson's
    statistic by its expectation when the hits of every whole are dealt out at random.

    >>> of_parts(np.array([4.0, 0.0]), np.array([4.0, 4.0]), np.full(2, 4.0), np.full(2, 8.0))
    7.0
    """
    share = np.divide(whole_hits, whole_bases, out=np.zeros(len(hits)), where=whole_bases > 1)
    left = np.divide(whole_bases - bases, whole_bases - 1, out=np.zeros(len(hits)), where=whole_bases > 1)
    dealt = float((bases * share * (1 - share) * left).sum())
    seen = float(np.where(whole_bases > 1, (hits - bases * share) ** 2, 0.0).sum())
    return max(seen / dealt, 1.0) if dealt > 0 else 1.0


def _ratio(above: Floats | float, below: Floats) -> Floats:
    """Divide; NaN where there is nothing to divide by."""
    return np.divide(above, below, out=np.full_like(below, np.nan), where=below > 0)


def _own(squares: Floats, told: Floats) -> tuple[Floats, Floats]:
    """Average the squares of every unit, which chance makes 1, and say by how many degrees of freedom they are known.

    `told` is what each pair of weeks tells; a pair with a single case in it tells nothing.
    """
    is_known = ~np.isnan(squares)
    seen = np.where(is_known, squares, 0.0)
    usual = DRAWN_IN * np.maximum(_medians(squares) / MEDIAN, 1.0)
    highest = np.sort(seen, axis=1)[:, -FEW - 1] if seen.shape[1] > FEW else np.zeros(len(seen))
    drawn = np.minimum(seen, np.maximum(usual, highest)[:, None])
    pairs, freedom = is_known.sum(axis=1), PER_PAIR * np.where(is_known & (told > 0), told, 0.0).sum(axis=1)
    return np.where(pairs > 0, drawn.sum(axis=1) / np.maximum(pairs, 1), 1.0), freedom


def _medians(values: Floats) -> Floats:
    """Give the median of the known values of every row; 0 where none is known."""
    known = (~np.isnan(values)).sum(axis=1)
    if not values.shape[1]:
        return np.zeros(len(values))
    ordered, rows = np.sort(values, axis=1), np.arange(len(values))
    middle = ordered[rows, np.maximum(known - 1, 0) // 2] + ordered[rows, np.minimum(known // 2, values.shape[1] - 1)]
    return np.where(known > 0, middle / 2, 0.0)


def _means(values: Floats) -> Floats:
    """Give the mean of the known values of every row, 0 where none is known."""
    known = ~np.isnan(values)
    return np.asarray(np.where(known, values, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1), dtype=np.float64)


def _shrunk(own: Floats, freedom: Floats, size: Floats) -> Dispersion:
    """Draw the factors towards those of units of their size, the stronger the more these agree."""
    usual = _line(own, freedom, size)
    prior, whole = _prior(own / usual, freedom), float(freedom.sum())
    if np.isinf(prior):
        return Dispersion(np.maximum(usual, 1.0), np.full(len(own), whole))
    both = np.maximum(freedom + prior, 1e-9)
    return Dispersion(np.maximum((own * freedom + usual * prior) / both, 1.0), np.minimum(freedom + prior, whole))


def _line(own: Floats, freedom: Floats, size: Floats) -> Floats:
    """Fit factors by the size of units: weighted least squares, an error counted by the factor, as factors err so.

    Neither part of the line is below 0. Small units seem both small and even when no clump happened to come, so the
    line goes down to half of the whole's factor only.
    """
    whole = max(float((own * freedom).sum()) / max(float(freedom.sum()), _LEAST), _LEAST)
    line = np.full(len(own), whole)
    for _ in range(_PASSES):
        weight = freedom / line**2
        if weight.sum() <= 0:
            return np.ones(len(own))
        middle, mean = np.average(size, weights=weight), np.average(own, weights=weight)
        spread = (weight * (size - middle) ** 2).sum()
        slope = (weight * (size - middle) * (own - mean)).sum() / spread if spread > _LEAST else 0.0
        slope = np.clip(slope, 0.0, mean / middle if middle > 0 else 0.0)
        line = np.maximum(mean + slope * (size - middle), whole / 2)
    return line


def _prior(ratios: Floats, freedom: Floats) -> float:
    """Tell by the spread of factors around their line how many degrees of freedom the line is worth to a unit.

    True factors are taken as scaled inverse χ²: of d degrees they vary by 2 / (d − 4) times the square of their mean.
    Of a single unit nobody knows how far others lie from it, so it is worth the least; nothing where none is told.
    """
    told, whole = int((freedom > 0).sum()), float(freedom.sum())
    if told <= 1:
        return LEAST_PRIOR * told
    spread = (float((freedom * (ratios - 1) ** 2).sum()) - 2 * (told - 1)) / whole
    return LEAST_PRIOR + 2 / spread if spread > 0 else np.inf


def two_counts(now: Floats, before: Floats, share: Floats | float, dispersion: Dispersion) -> Floats:
    """Give the two-sided p-value of each pair of counts; `share` is the part of the time, or of the base, that is now.

    Given their sum, the later of two counts of one rate is binomial. Twice the smaller tail, at most 1; nothing counted
    at all gives 1.

    >>> two_counts(np.array([30.0]), np.array([10.0]), 0.5, CHANCE).round(4)
    array([0.0022])
    >>> two_counts(np.array([30.0]), np.array([10.0]), 0.5, Dispersion(np.array([4.0]), np.array([20.0]))).round(2)
    array([0.22])
    """
    both = np.asarray(now + before, dtype=np.float64)
    smaller = np.minimum(share_below(now, both, share, dispersion), share_above(now, both, share, dispersion))
    return np.asarray(np.minimum(2 * smaller, 1.0), dtype=np.float64)


def share_above(k: Floats, n: Floats, share: Floats | float, dispersion: Dispersion = CHANCE) -> Floats:
    """Give the chance of `k` of `n` or more where `share` is usual."""
    every = np.broadcast_arrays(*(np.asarray(each, dtype=np.float64) for each in (k, n, share, dispersion.factor)))
    return _studentized(np.array([_more(*each) for each in zip(*every, strict=True)]), dispersion)


def share_below(k: Floats, n: Floats, share: Floats | float, dispersion: Dispersion = CHANCE) -> Floats:
    """Give the chance of `k` of `n` or fewer where `share` is usual."""
    return share_above(np.asarray(n) - k, n, 1 - np.asarray(share), dispersion)


def _more(k: float, n: float, share: float, factor: float) -> float:
    """Sum the beta-binomial law from `k` on; the binomial one where cases are independent."""
    from scipy.special import betainc, betaln, gammaln  # the first test loads it, not every screen

    if k <= 0 or n < 1:
        return 1.0
    shared = min((factor - 1) / max(n - 1, 1), ALL_BUT_ONE)
    if shared < _LEAST / n:
        return float(betainc(k, n - k + 1, share)) if k <= n else 0.0
    a, b = share * (1 / shared - 1), (1 - share) * (1 / shared - 1)
    seen = np.arange(k, n + 1)
    ways = gammaln(n + 1) - gammaln(seen + 1) - gammaln(n - seen + 1)
    clumped = float(np.exp(ways + betaln(seen + a, n - seen + b) - betaln(a, b)).sum())
    return max(clumped, float(betainc(k / factor, max(n - k, 0.0) / factor + 1, share)))


def count_above(count: Floats, expected: Floats, dispersion: Dispersion = CHANCE) -> Floats:
    """Give the chance of `count` or more where `expected` is known, not itself estimated from a few weeks.

    >>> count_above(np.array([16.0]), np.array([8.0])).round(4)
    array([0.0082])
    """
    from scipy.special import betainc, gammainc

    k, mean, factor = np.broadcast_arrays(np.maximum(count, 1e-12), expected, dispersion.factor)
    over = np.maximum(factor - 1, _LEAST)
    clumped = betainc(k, np.maximum(mean, 1e-12) / over, over / (over + 1))
    plain = gammainc(k / factor, mean / factor)
    return _studentized(np.where(factor - 1 > _LEAST, np.maximum(clumped, plain), plain), dispersion)


def count_below(count: Floats, expected: Floats, dispersion: Dispersion = CHANCE) -> Floats:
    """Give the chance of `count` or fewer where `expected` is known."""
    from scipy.special import betaincc, gammaincc

    k, mean, factor = np.broadcast_arrays(np.asarray(count, dtype=np.float64), expected, dispersion.factor)
    over = np.maximum(factor - 1, _LEAST)
    clumped = betaincc(k + 1, np.maximum(mean, 1e-12) / over, over / (over + 1))
    plain = gammaincc(k / factor + 1, mean / factor)
    return _studentized(np.where(factor - 1 > _LEAST, np.maximum(clumped, plain), plain), dispersion)


def _studentized(p: Floats, dispersion: Dispersion) -> Floats:
    """Widen the tails of what is known by few weeks: the deviation of the normal law is read as one of Student's t."""
    from scipy.special import ndtri, stdtr

    freedom = np.broadcast_to(dispersion.freedom, np.shape(p))
    finite = np.where(np.isfinite(freedom) & (freedom > 0), freedom, 1.0)
    chance = np.clip(np.asarray(p, dtype=np.float64), _NEVER, 1.0)
    widened = np.where(chance < 1, stdtr(finite, ndtri(np.minimum(chance, 1 - _LEAST**5))), 1.0)
    return np.select([freedom <= 0, np.isinf(freedom)], [np.ones_like(widened), chance], widened)
