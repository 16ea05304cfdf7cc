"""Say how many times more numbers vary than independent cases would, and test with it: over-dispersion, in one place.

Cases come in clumps: many calls about one burst pipe, a whole snowfall. Their counts vary by a factor φ more than
Poisson's law says, shares of them more than the binomial law, and a test that knows nothing of it finds a change in
every dense city every week.

Method: quasi-likelihood with the variance φ × that of independent cases (P. McCullagh and J. Nelder, "Generalized
Linear Models", 1989, ch. 4.5 and 6.2).

- A unit's own φ is taken from differences of neighbouring weeks (J. von Neumann, Annals of Mathematical Statistics 12,
  1941), so that its level and a slow season do not count: (a − b)² / (a + b) is 1 on average by chance, whatever the
  rate; for shares it is χ² of the two weeks. One disaster is not how a unit usually varies: what a pair of weeks adds
  is drawn in at `DRAWN_IN` times the usual (P. J. Huber, Annals of Mathematical Statistics 35, 1964).
- Weeks are few, so own factors are drawn towards that of the peers by degrees of freedom, and tests have the tails of
  Student's t with the sum of both (G. K. Smyth, Statistical Applications in Genetics and Molecular Biology 3, 2004;
  for counts S. P. Lund and others, the same journal 11, 2012). A factor is never below 1, which is chance.
- Tails are those of a sample of effective size, cases / φ (E. L. Korn and B. I. Graubard, Survey Methodology 24, 1998):
  with φ = 1 and endless freedom they are the exact ones of Poisson and the binomial law.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.shrinkage import Floats

DRAWN_IN: Final = 9.0
"""Times the usual square that a pair of weeks adds at most: three deviations."""

MEDIAN: Final = 0.455
"""Median of χ² with one degree of freedom, whose mean is 1."""

PER_PAIR: Final = 2 / 3
"""Degrees of freedom of a pair of neighbouring weeks: each week stands in two pairs (J. von Neumann, 1941)."""

LEAST_PRIOR: Final = 4.0
"""Degrees of freedom of the peers at which the spread between them becomes endless."""


@dataclass(frozen=True, slots=True, eq=False)
class Dispersion:
    """Hold a factor per unit, at least 1, and by how many degrees of freedom it is known.

    Both have the order of the units given. `freedom` is 0 where no week tells anything, and tests of such a unit find
    nothing; it is endless where an assumption leaves no doubt, as in `CHANCE`.
    """

    factor: Floats
    freedom: Floats


CHANCE: Final = Dispersion(np.ones(1), np.full(1, np.inf))
"""Independent cases, for what is known to be so; fits any number of units."""


def of_counts(weeks: NDArray[np.generic]) -> Dispersion:
    """Estimate the factors of counts: units × weeks, oldest first, NaN where a week is not known.

    All the units are each other's peers. Equal spans other than weeks do as well.

    >>> of_counts(np.array([[10, 12, 9, 11, 10, 8, 12, 10] * 4])).factor
    array([1.])
    >>> of_counts(np.array([[10, 30, 5, 25, 10, 40, 8, 20] * 4])).factor.round(1)
    array([12.2])
    """
    counts = np.asarray(weeks, dtype=np.float64)
    before, after = counts[:, :-1], counts[:, 1:]
    both = before + after
    return _shrunk(*_own(_ratio((after - before) ** 2, both), 1 - _ratio(1.0, both)))


def of_shares(hits: NDArray[np.generic], bases: NDArray[np.generic]) -> Dispersion:
    """Estimate the factors of shares: hits and bases are units × weeks; weeks without a base tell nothing.

    >>> of_shares(np.array([[5, 0, 10, 5] * 4]), np.full((1, 16), 10)).factor.round(1)
    array([8.6])
    """
    k, n = np.asarray(hits, dtype=np.float64), np.asarray(bases, dtype=np.float64)
    n = np.where(n > 0, n, np.nan)
    hit, size = k[:, :-1] + k[:, 1:], n[:, :-1] + n[:, 1:]
    share = hit / size
    # χ² of two rows and two columns with given margins is size / (size − 1) on average.
    variance = share * (1 - share) * (1 / n[:, :-1] + 1 / n[:, 1:]) * _ratio(size, size - 1)
    square = (k[:, 1:] / n[:, 1:] - k[:, :-1] / n[:, :-1]) ** 2
    return _shrunk(*_own(_ratio(square, variance), 1 - _ratio(1.0, np.minimum(hit, size - hit))))


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
    """Average the squares of every unit, each by what it tells: a pair of weeks with one case in them tells nothing.

    Gives the factors, which chance makes 1 on average, and their degrees of freedom.
    """
    is_known = ~np.isnan(squares) & (told > 0)
    weight = np.where(is_known, told, 0.0)
    usual = np.maximum(_medians(np.where(is_known, squares, np.nan)) / MEDIAN, 1.0)
    drawn = np.where(is_known, np.minimum(squares, DRAWN_IN * usual[:, None]), 0.0)
    whole = weight.sum(axis=1)
    return np.where(whole > 0, (drawn * weight).sum(axis=1) / np.maximum(whole, 1e-9), 1.0), PER_PAIR * whole


def _medians(values: Floats) -> Floats:
    """Give the median of the known values of every row; 0 where none is known."""
    known = (~np.isnan(values)).sum(axis=1)
    if not values.shape[1]:
        return np.zeros(len(values))
    ordered, rows = np.sort(values, axis=1), np.arange(len(values))
    middle = ordered[rows, np.maximum(known - 1, 0) // 2] + ordered[rows, np.minimum(known // 2, values.shape[1] - 1)]
    return np.where(known > 0, middle / 2, 0.0)


def _shrunk(own: Floats, freedom: Floats) -> Dispersion:
    """Draw the factors towards that of all units, the stronger the more they agree."""
    centre, prior = _peers(own, freedom)
    whole = float(freedom.sum())
    if np.isinf(prior):
        return Dispersion(np.full(len(own), max(centre, 1.0)), np.full(len(own), whole))
    both = freedom + prior
    drawn = np.where(both > 0, (own * freedom + centre * prior) / np.maximum(both, 1e-9), 1.0)
    return Dispersion(np.maximum(drawn, 1.0), np.minimum(both, whole))


def _peers(own: Floats, freedom: Floats) -> tuple[float, float]:
    """Pool the factors, and tell by their spread how many degrees of freedom the pooled one is worth to a unit.

    True factors are taken as scaled inverse χ²: of d degrees they vary by 2 / (d − 4) times the square of their mean.
    A unit without peers gets nothing from them.
    """
    told = freedom > 0
    whole = float(freedom.sum())
    if told.sum() <= 1:
        return 1.0, 0.0
    centre = float((own * freedom).sum()) / whole
    seen = float((freedom * (own / centre - 1) ** 2).sum()) / whole if centre else 0.0
    spread = seen - 2 * (int(told.sum()) - 1) / whole
    return centre, LEAST_PRIOR + 2 / spread if spread > 0 else np.inf


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
    return _studentized(_more(np.asarray(k) / dispersion.factor, np.asarray(n) / dispersion.factor, share), dispersion)


def share_below(k: Floats, n: Floats, share: Floats | float, dispersion: Dispersion = CHANCE) -> Floats:
    """Give the chance of `k` of `n` or fewer where `share` is usual."""
    return share_above(np.asarray(n) - k, n, 1 - np.asarray(share), dispersion)


def _more(k: Floats, n: Floats, share: Floats | float) -> Floats:
    from scipy.special import betainc  # the first test loads it, not every screen

    tail = betainc(np.maximum(k, 1e-12), np.maximum(n - k, 0.0) + 1, share)
    return np.asarray(np.where(k > 0, tail, 1.0), dtype=np.float64)


def count_above(count: Floats, expected: Floats, dispersion: Dispersion = CHANCE) -> Floats:
    """Give the chance of `count` or more where `expected` is known, not itself estimated from a few weeks.

    >>> count_above(np.array([16.0]), np.array([8.0])).round(4)
    array([0.0082])
    """
    from scipy.special import gammainc

    k, mean = np.asarray(count) / dispersion.factor, np.asarray(expected) / dispersion.factor
    return _studentized(np.where(k > 0, gammainc(np.maximum(k, 1e-12), mean), 1.0), dispersion)


def count_below(count: Floats, expected: Floats, dispersion: Dispersion = CHANCE) -> Floats:
    """Give the chance of `count` or fewer where `expected` is known."""
    from scipy.special import gammaincc

    k, mean = np.asarray(count) / dispersion.factor, np.asarray(expected) / dispersion.factor
    return _studentized(gammaincc(k + 1, mean), dispersion)


def _studentized(p: Floats, dispersion: Dispersion) -> Floats:
    """Widen the tails of what is known by few weeks: the deviation of the normal law is read as one of Student's t."""
    from scipy.special import ndtri, stdtr

    freedom = np.broadcast_to(dispersion.freedom, np.shape(p))
    finite = np.where(np.isfinite(freedom) & (freedom > 0), freedom, 1.0)
    widened = stdtr(finite, ndtri(np.asarray(p, dtype=np.float64)))
    return np.select([freedom <= 0, np.isinf(freedom)], [np.ones_like(widened), p], widened)
