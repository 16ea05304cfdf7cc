"""Hide the small numbers of what is published, so that nobody can compute them back from the sums.

A count from 1 to below a limit may stand for somebody's neighbour, so it is hidden; and because row, column and grand
totals are published too, others are hidden with it. What remains is audited as an attacker would look at it: everything
hidden is unknown and not negative, the totals are known, and a linear program bounds every hidden number from both
sides. Where the bounds lie closer together than the limit, one more number is hidden, and the audit begins again.

Source: A. Hundepool and others, "Statistical Disclosure Control", Wiley 2012, ch. 4 (cell suppression; the choice of
numbers is theirs in kind: the cheapest in the row or column of the one that is exposed). The same table has the same
answer: the choice follows sizes and places alone.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

LIMIT: Final = 5
"""Counts below this are hidden unless a city says otherwise."""

_SLACK: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Protected:
    """Hold a table as it may be published: `shown`, NaN where a number is hidden, totals in the last row and column.

    `hidden` marks what is hidden. `limit` is the least width of the bounds that anybody can put around it.
    """

    shown: Any
    hidden: Any
    limit: int


def line(counts: Any, limit: int = LIMIT) -> Any:
    """Say which numbers of a line with a published sum are to be hidden, as a mask in their order.

    With the sum of all known, what is hidden can be anything from 0 to the sum of the hidden, so at least two are, and
    they sum to the limit or more; where the whole line does not, all of it is hidden.

    >>> line(np.array([2, 9, 30, 0])).tolist()
    [True, True, False, False]
    >>> line(np.array([7, 9])).tolist()
    [False, False]
    """
    sizes = np.asarray(counts)
    hidden = (sizes > 0) & (sizes < limit)
    if not hidden.any():
        return hidden
    for place in np.lexsort((np.arange(len(sizes)), sizes)):
        if hidden.sum() > 1 and sizes[hidden].sum() >= limit:
            break
        hidden[place] |= sizes[place] > 0
    return hidden


def table(counts: Any, limit: int = LIMIT) -> Protected:
    """Hide what is small in a table of counts, published with its row, column and grand totals.

    `counts` is a matrix of whole numbers, not negative; the answer has a row and a column more, the totals.
    """
    whole = with_totals(counts)
    hidden = (whole > 0) & (whole < limit)
    while hidden.any():
        exposed = _most_exposed(whole, hidden, limit)
        if exposed is None:
            break
        more = _cheapest(whole, hidden, exposed)
        if more is None:  # nothing is left to hide behind: the whole table goes
            hidden = whole > 0
            break
        hidden[more] = True
    return Protected(np.where(hidden, np.nan, whole), hidden, limit)


def with_totals(counts: Any) -> Any:
    """Add the row, column and grand totals to a matrix as its last row and column."""
    matrix = np.asarray(counts, dtype=float)
    rows = np.hstack([matrix, matrix.sum(axis=1, keepdims=True)])
    return np.vstack([rows, rows.sum(axis=0, keepdims=True)])


def bounds(shown: Any) -> Any:
    """Bound every hidden number (NaN) of a published table as an attacker can: a pair per number, in reading order.

    The table has its totals as last row and column; zeros and totals that are shown are known.
    """
    hidden = np.isnan(shown)
    system, right = _system(np.where(hidden, 0.0, shown), hidden)
    count = int(hidden.sum())
    found = np.empty((count, 2))
    for at in range(count):
        goal = np.zeros(count)
        goal[at] = 1.0
        for side, sign in enumerate((1.0, -1.0)):
            solved = linprog(sign * goal, A_eq=system, b_eq=right, bounds=(0, None), method="highs")
            found[at, side] = sign * solved.fun if solved.success else np.inf
    return found


def _system(known: Any, hidden: Any) -> tuple[sparse.csr_array, Any]:
    """Write what ties the hidden numbers: every row and every column sums to its total."""
    number = np.full(hidden.shape, -1)
    number[hidden] = np.arange(hidden.sum())
    sign = np.ones(hidden.shape[1])
    sign[-1] = -1.0
    equations: list[tuple[Any, float]] = []
    for lines, known_lines in ((number, known), (number.T, known.T)):
        turned = np.ones(lines.shape[1])
        turned[-1] = -1.0
        for places, values in zip(lines, known_lines, strict=True):
            row = np.zeros(int(hidden.sum()))
            row[places[places >= 0]] = turned[places >= 0]
            equations.append((row, -float((values * turned).sum())))
    kept = [(row, right) for row, right in equations if row.any()]
    return sparse.csr_array(np.array([row for row, _ in kept])), np.array([right for _, right in kept])


def _most_exposed(whole: Any, hidden: Any, limit: int) -> tuple[int, int] | None:
    """Find the hidden number to hide another with, None where none can be told within the limit.

    One that stands alone in its row or column comes first: it is the total less the rest.
    """
    widths = np.diff(bounds(np.where(hidden, np.nan, whole)), axis=1)[:, 0]
    if widths.min() >= limit - _SLACK:
        return None
    places = [(int(row), int(column)) for row, column in np.argwhere(hidden)]
    exposed = [place for place, width in zip(places, widths, strict=True) if width < limit - _SLACK]
    alone = [(row, column) for row, column in exposed if hidden[row].sum() == 1 or hidden[:, column].sum() == 1]
    return (alone or exposed)[0]


def _cheapest(whole: Any, hidden: Any, exposed: tuple[int, int]) -> tuple[int, int] | None:
    """Choose what to hide with an exposed number: the least that is shown in a line where it stands alone.

    Totals come last, and what closes a rectangle with others that are hidden comes first: so four numbers do where a
    chain would take the table. Where neither line has anything to give, the least of the table goes.
    """
    row, column = exposed
    in_row = (
        [(row, at) for at in range(whole.shape[1])] if hidden[:, column].sum() > 1 or hidden[row].sum() == 1 else []
    )
    in_column = [(at, column) for at in range(whole.shape[0])] if hidden[row].sum() > 1 or not in_row else []
    everywhere = [(int(first), int(second)) for first, second in np.argwhere(whole > 0)]
    for places in (in_row + in_column, everywhere):
        free = [place for place in places if not hidden[place] and whole[place] > 0]
        if free:
            return min(free, key=lambda place: _cost(whole, hidden, place, in_row=place[0] == row))
    return None


def _cost(
    whole: Any, hidden: Any, place: tuple[int, int], *, in_row: bool
) -> tuple[bool, bool, float, tuple[int, int]]:
    across = hidden[:, place[1]] if in_row else hidden[place[0]]
    is_total = place[0] == whole.shape[0] - 1 or place[1] == whole.shape[1] - 1
    return is_total, not across.any(), float(whole[place]), place
