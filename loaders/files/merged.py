"""Say which cells of a sheet are hidden under merged ones: in Excel they look filled, in the file they are empty."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl


def covered(ranges: Sequence[Sequence[int]], columns: Mapping[str, int], last_row: int) -> dict[str, pl.Series]:
    """Return for each column the rows, from 1, whose cell belongs to a merged one and is not its first.

    A range is first row, last row, first column, last column. Columns without such rows are left out.
    """
    if not ranges:
        return {}
    top, bottom, left, right = np.asarray(ranges, np.int64).T
    rows = {key: _rows(top, bottom, left, right, number, last_row) for key, number in columns.items()}
    return {key: found for key, found in rows.items() if len(found)}


def _rows(
    top: np.ndarray, bottom: np.ndarray, left: np.ndarray, right: np.ndarray, column: int, last_row: int
) -> pl.Series:
    over = (left <= column) & (column <= right) & (top <= last_row)
    steps = np.zeros(last_row + 2, np.int64)
    # The first cell of a range keeps the value.
    np.add.at(steps, top[over] + (left[over] == column), 1)
    np.add.at(steps, np.minimum(bottom[over], last_row) + 1, -1)
    return pl.Series(np.flatnonzero(np.cumsum(steps) > 0), dtype=pl.Int64)
