"""Draw from tables of shares for many rows at once."""

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def pick(rng: np.random.Generator, shares: ArrayLike, table: Ints) -> Ints:
    """Draw one column for each row, row i from line `table[i]` of `shares` (lines × columns, any scale)."""
    lines = np.atleast_2d(np.asarray(shares, float))
    limits = np.cumsum(lines, axis=1)
    draws = rng.random(len(table))
    order = np.argsort(table, kind="stable")
    starts = np.searchsorted(table[order], np.arange(len(lines) + 1))
    drawn = np.empty(len(table), np.int64)
    for line, (start, end) in enumerate(pairwise(starts)):
        rows = order[start:end]
        drawn[rows] = np.searchsorted(limits[line, :-1], draws[rows] * limits[line, -1], side="right")
    return drawn


def chance(rng: np.random.Generator, share: float | Floats, rows: int) -> Flags:
    """Say yes with the given share, one for all rows or one for each."""
    return np.less(rng.random(rows), share)
