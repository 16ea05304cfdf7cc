"""Round numbers that stand side by side so that what is written adds up: the method of largest remainders.

Source: A. Hamilton, 1792; M. L. Balinski, H. P. Young, Fair Representation, 1982.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

Exact = int | float | Fraction
"""A float means the number that it is written as."""


def nearest(value: Exact, unit: Fraction = Fraction(1)) -> Fraction:
    """Round to a multiple of `unit`, halves away from zero, as every number on a screen is rounded.

    >>> nearest(0.5), nearest(-2.5), nearest(0.15, Fraction(1, 10))
    (Fraction(1, 1), Fraction(-3, 1), Fraction(1, 5))
    """
    steps = floor(abs(_exact(value)) / unit + Fraction(1, 2))
    return (steps if value > 0 else -steps) * unit


def rounded(values: Sequence[Exact], unit: Fraction = Fraction(1), total: Exact | None = None) -> list[Fraction]:
    """Round numbers to multiples of `unit` so that what is written sums to the rounded `total`, their sum if not given.

    Every number goes down, then those that lost most go up. `total` is the sum as it is written beside them: one step
    a number at most lies between the two.

    >>> [int(each) for each in rounded([Fraction(1, 3), Fraction(1, 3), Fraction(4, 3)])]
    [1, 0, 1]
    """
    exact = [_exact(value) for value in values]
    lowest = [value // unit for value in exact]
    lost = [value / unit - whole for value, whole in zip(exact, lowest, strict=True)]
    missing = nearest(sum(exact, Fraction()) if total is None else total, unit) / unit - sum(lowest)
    up = set(sorted(range(len(exact)), key=lambda place: -lost[place])[: max(int(missing), 0)])
    return [(whole + (place in up)) * unit for place, whole in enumerate(lowest)]


def shares(parts: Sequence[Exact], whole: Exact | None = None, digits: int = 1) -> list[float]:
    """Give the shares of one whole, 0 to 1, rounded to `digits` of a percent: together they are written as 100 %.

    `whole` is what the parts are taken of, their sum if not given; parts of nothing are zero.

    >>> shares([1, 1, 1], digits=0), shares([1, 2], whole=6)
    ([0.34, 0.33, 0.33], [0.167, 0.333])
    """
    exact = [_exact(part) for part in parts]
    of = sum(exact, Fraction()) if whole is None else _exact(whole)
    unit = Fraction(1, 100 * 10**digits)
    return [float(each) for each in rounded([part / of if of else Fraction() for part in exact], unit)]


def _exact(value: Exact) -> Fraction:
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
