"""Hide the small numbers of a line with a published sum, so that nobody can work them out.

A count from 1 to below a limit may stand for somebody's neighbour, so it is hidden, and others with it. Numbers that
are tied by more than one sum are the matter of `analytics.disclosure_system`; the reader is the same here and there.
"""

from typing import Any, Final

import numpy as np

LIMIT: Final = 5
"""Counts below this are hidden unless a city says otherwise."""


def line(counts: Any, limit: int = LIMIT) -> Any:
    """Say which numbers of a line with a published sum are to be hidden, as a mask in their order.

    Zeros are shown, so each of the hidden is at least 1, and with the sum of all known at most what the others leave.
    The hidden are as many as leave each of them in doubt by the limit, and also whoever guesses which are small. Where
    the whole line does not, all of it is hidden.

    >>> line(np.array([2, 9, 30, 0])).tolist()
    [True, True, False, False]
    >>> line(np.array([1, 1, 1, 1, 1, 100])).tolist()
    [True, True, True, True, True, True]
    """
    sizes = np.asarray(counts)
    hidden = (sizes > 0) & (sizes < limit)
    if not hidden.any():
        return hidden
    for place in np.lexsort((np.arange(len(sizes)), sizes)):
        if _is_in_doubt(sizes[hidden], limit):
            break
        hidden[place] |= sizes[place] > 0
    return hidden


def _is_in_doubt(hidden: Any, limit: int) -> bool:
    """Say whether each of the hidden may be as small as 1 and as great as the limit more, for all that their sum says.

    Small ones alone must not be as great as small ones can be: whoever guesses that they are small would know them.
    """
    many, whole = len(hidden), hidden.sum()
    all_small = (hidden < limit).all()
    return many > 1 and whole - many >= limit and not (all_small and whole == many * (limit - 1))
