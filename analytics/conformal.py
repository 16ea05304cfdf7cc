"""How far a forecast may be off: what forecasts of the past were, and no more is believed.

The error of a count is measured in its own spread: independent cases vary by their `variance`, and what all share, a
bad week of a department, by its square times a `shared` part that the past shows. Of these errors the smallest that
holds 19 of 20 is taken, with one more that is not yet known (split conformal prediction: V. Vovk, A. Gammerman and
G. Shafer, Algorithmic Learning in a Random World, 2005); the past fades, so that a changed city is believed (R. F.
Barber and others, The Annals of Statistics 51, 2023). A group with few mornings of its own leans on all groups.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.pace import Floats
from analytics.work_line import Flags, Ints

LEVEL: Final = 0.95
"""Share of counts that lie between the bounds."""

LEAST_MORNINGS: Final = 19
"""Fewest mornings of the past by which an error seen once in twenty can be told."""

HALF_LIFE_DAYS: Final = 60
"""Days after which a morning of the past counts half."""

OWN_MORNINGS: Final = 20
"""Mornings of its own by which a group is told half by itself."""

ROUNDING: Final = 0.5
"""A count is whole: a bound reaches half a case further than the number that is rounded to it."""

LEAST_VARIANCE: Final = 0.25
"""Variance that no forecast of a count is believed to be under."""


@dataclass(frozen=True, eq=False)
class Errors:
    """Hold forecasts whose outcome is known, one element per group and morning; `days` since the morning."""

    group: Ints
    days: Ints
    expected: Floats
    variance: Floats
    missed: Floats

    @property
    def mornings(self) -> int:
        """Count the mornings."""
        return len(np.unique(self.days))


@dataclass(frozen=True, slots=True)
class Reach:
    """Hold how far one group's counts may be from what is expected: `times` their spread, with a `shared` part."""

    times: float
    shared: float

    def bounds(self, expected: float, variance: float, cases: int) -> tuple[int, int]:
        """Give the least and the most of so many cases."""
        far = self.times * np.sqrt(_spread(variance, self.shared)) + ROUNDING
        return max(int(np.ceil(expected - far)), 0), min(int(np.floor(expected + far)), cases)


def reach(past: Errors, group: int) -> Reach | None:
    """Learn a group's reach from the past; None where fewer than `LEAST_MORNINGS` are known."""
    if past.mornings < LEAST_MORNINGS:
        return None
    faded = 0.5 ** (past.days / HALF_LIFE_DAYS)
    own = past.group == group
    shared = _shared(past, own, faded)
    off = np.maximum(np.abs(past.missed - past.expected) - ROUNDING, 0) / np.sqrt(_spread(past.variance, shared))
    belief = own.sum() / (own.sum() + OWN_MORNINGS)
    weight = belief * _part(np.where(own, faded, 0.0)) + (1 - belief) * _part(faded)
    newest = faded.max() / (0.5 ** (np.unique(past.days) / HALF_LIFE_DAYS)).sum()
    return Reach(_quantile(off, weight, LEVEL * (1 + newest)), shared)


def _spread(variance: Floats | float, shared: float) -> Floats | float:
    return variance + shared * np.square(variance) + LEAST_VARIANCE


def _shared(past: Errors, own: Flags, faded: Floats) -> float:
    """Estimate by moments what all cases of a group share, drawn towards all groups."""
    excess, square = (past.missed - past.expected) ** 2 - past.variance, past.variance**2
    whole = max(float((faded * excess).sum()), 0.0) / max(float((faded * square).sum()), 1e-9)
    lent = OWN_MORNINGS * float((faded * square).sum() / faded.sum())
    found = max(float((faded * excess)[own].sum()), 0.0) + whole * lent
    return found / max(float((faded * square)[own].sum()) + lent, 1e-9)


def _part(weight: Floats) -> Floats:
    return weight / max(float(weight.sum()), 1e-9)


def _quantile(values: Floats, weight: Floats, share: float) -> float:
    """Take the smallest value that so much of the weight is not above; the largest where no value is enough."""
    order = np.argsort(values)
    at = np.searchsorted(weight[order].cumsum(), min(share, 1.0) * weight.sum() - 1e-9)
    return float(values[order][min(int(at), len(values) - 1)])
