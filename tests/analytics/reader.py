"""A reader of published papers who does sums: equations of the tests' own, solved linearly and in whole numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import LinearConstraint, milp


def possible(
    parts: Sequence[Any], printed: Mapping[Any, int | None], of: Mapping[Any, Sequence[Any]], most: Mapping[Any, int]
) -> dict[Any, tuple[tuple[float, float], tuple[int, int]]]:
    """Bound every hidden number, in any numbers and in whole ones.

    `of` names the `parts` that a number is the sum of. Parts are not negative, hidden numbers are at least 1, and at
    most what `most` says, for whoever guesses that.
    """
    place = {part: at for at, part in enumerate(parts)}
    rows, low, high = [], [], []
    for name, number in printed.items():
        row = np.zeros(len(parts))
        row[[place[part] for part in of[name]]] = 1.0
        rows.append(row)
        low.append(1 if number is None else number)
        high.append(most.get(name, np.inf) if number is None else number)
    known = LinearConstraint(np.array(rows), low, high)
    found = {}
    for name, row in zip(printed, rows, strict=True):
        if printed[name] is None:
            ends = [[_extreme(sign * row, known, whole) for sign in (1, -1)] for whole in (0, 1)]
            linear, whole = ([each[0], -each[1]] for each in ends)
            found[name] = ((linear[0], linear[1]), (round(whole[0]), round(whole[1])))
    return found


def _extreme(goal: Any, known: LinearConstraint, whole: int) -> float:
    """Give the least value of a goal: no number of a paper is beyond a thousand."""
    solved = milp(goal, integrality=np.full(len(goal), whole), bounds=(0, 1_000), constraints=[known])
    assert solved.success
    return float(solved.fun)
