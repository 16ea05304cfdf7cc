"""Hide the small numbers of a form whose numbers are tied by any sums: lines of parts, quarters of a year, balances.

As `analytics.disclosure` does for one table, for numbers that stand in several at once: what is small is hidden, what
would tell it is hidden too, and the answer is audited with everything that is published.

Source: A. Hundepool and others, "Statistical Disclosure Control", Wiley 2012, ch. 4 (linked tables).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from analytics.disclosure import LIMIT

Equation = Mapping[int, int]
"""Numbers by their places, each with a factor, that sum to zero: `{0: 1, 1: -1, 2: -1}` says that 0 is 1 and 2."""

_SLACK: Final = 1e-6


def sum_of(total: int, parts: Sequence[int]) -> Equation:
    """Say that a number is the sum of others.

    >>> sum_of(0, [1, 2])
    {0: 1, 1: -1, 2: -1}
    """
    return {total: 1, **dict.fromkeys(parts, -1)}


def hidden(
    values: Sequence[int], equations: Sequence[Equation], limit: int = LIMIT, *, unsaid: Collection[int] = ()
) -> list[bool]:
    """Say which of the numbers must be hidden; ValueError where an equation does not hold.

    Numbers are whole and not negative; zeros are shown and known. `unsaid` are numbers that nobody publishes and that
    need no cover, as a difference of counts of two kinds. The same numbers have the same answer.
    """
    counts = np.asarray(values, dtype=np.int64)
    for equation in equations:
        if sum(factor * int(counts[place]) for place, factor in equation.items()):
            message = f"the numbers {sorted(equation)} do not sum to zero"
            raise ValueError(message)
    mask = (counts > 0) & (counts < limit)
    mask[list(unsaid)] = True
    covered = frozenset(unsaid)
    totals = {place for equation in equations for place, factor in equation.items() if factor > 0}
    while exposed := _exposed(counts, mask, equations, limit, covered) if mask.any() else []:
        for place in exposed:
            if not _is_exposed(counts, mask, equations, limit, place):  # what another needed has guarded it too
                continue
            more = _cheapest(counts, mask, equations, place, totals)
            if more is None:
                return [bool(each) for each in (counts > 0) | mask]
            mask[more] = True
    return [bool(each) for each in mask]


def bounds(
    values: Sequence[int], mask: Sequence[bool], equations: Sequence[Equation]
) -> dict[int, tuple[float, float]]:
    """Bound every hidden number as somebody can who knows all that is shown and every equation."""
    return _bounds(values, mask, equations, [int(place) for place in np.flatnonzero(mask)])


def _bounds(
    values: Any, mask: Any, equations: Sequence[Equation], wanted: Sequence[int]
) -> dict[int, tuple[float, float]]:
    counts = np.asarray(values, dtype=float)
    columns = {int(place): column for column, place in enumerate(np.flatnonzero(mask))}
    system, right = _system(counts, columns, equations)
    found = {}
    for place in wanted:
        goal = np.zeros(len(columns))
        goal[columns[place]] = 1.0
        sides = [_extreme(sign * goal, system, right) for sign in (1.0, -1.0)]
        found[place] = (sides[0], -sides[1])
    return found


def _extreme(goal: Any, system: Any, right: Any) -> float:
    solved = linprog(goal, A_eq=system, b_eq=right, bounds=(0, None), method="highs")
    return float(solved.fun) if solved.success else -np.inf


def _system(counts: Any, columns: Mapping[int, int], equations: Sequence[Equation]) -> tuple[Any, Any]:
    rows, right = [], []
    for equation in equations:
        row, known = np.zeros(len(columns)), 0.0
        for place, factor in equation.items():
            if place in columns:
                row[columns[place]] += factor
            else:
                known += factor * counts[place]
        if row.any():
            rows.append(row)
            right.append(-known)
    if not rows:
        return None, None
    return sparse.csr_array(np.array(rows)), np.array(right)


def _exposed(counts: Any, mask: Any, equations: Sequence[Equation], limit: int, unsaid: Collection[int]) -> list[int]:
    """Find hidden numbers that can be told within less than the limit."""
    found = _bounds(counts, mask, equations, [int(place) for place in np.flatnonzero(mask) if place not in unsaid])
    return [place for place, (low, high) in found.items() if high - low < limit - _SLACK]


def _is_exposed(counts: Any, mask: Any, equations: Sequence[Equation], limit: int, place: int) -> bool:
    low, high = _bounds(counts, mask, equations, [place])[place]
    return high - low < limit - _SLACK


def _cheapest(
    counts: Any, mask: Any, equations: Sequence[Equation], exposed: int, totals: Collection[int]
) -> int | None:
    """Choose the least number of an equation in which the exposed one is hidden alone, sums last.

    Where there is no such equation, the least that shares one with it; where none has anything to give, of all shown.
    """
    own = [equation for equation in equations if exposed in equation]
    alone = [equation for equation in own if sum(bool(mask[place]) for place in equation) == 1]
    for places in (_places(alone), _places(own), range(len(counts))):
        free = [place for place in places if not mask[place] and counts[place] > 0]
        if free:
            return min(free, key=lambda place: (place in totals, counts[place], place))
    return None


def _places(equations: Sequence[Equation]) -> set[int]:
    return {place for equation in equations for place in equation}
