"""Draw from tables of shares for many rows at once."""

from collections.abc import Sequence

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
    for line, (start, end) in enumerate(zip(starts, starts[1:], strict=False)):
        rows = order[start:end]
        drawn[rows] = np.searchsorted(limits[line, :-1], draws[rows] * limits[line, -1], side="right")
    return drawn


def pick_one(rng: np.random.Generator, shares: Sequence[float], rows: int) -> Ints:
    """Draw one column for each of so many rows from a single line of shares."""
    return pick(rng, shares, np.zeros(rows, np.int64))


def chance(rng: np.random.Generator, share: ArrayLike, rows: int) -> Flags:
    """Say yes with the given share, one for all rows or one for each."""
    return rng.random(rows) < share
