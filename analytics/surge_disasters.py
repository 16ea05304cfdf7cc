"""Tell the days and weeks of a disaster: those on which far more families of series surge than usually do.

A hurricane or a snowfall makes half of the topics surge at once. What is usual, and which score is an alarm, must not
be learned from it.
"""

from typing import Final

import numpy as np

from analytics.surge_series import Flags, Floats, Ints

LIMIT: Final = 3.0
"""Deviations of the c chart above which the number of families that surge is no chance."""


def of_families(lines: Floats | Flags, above: Ints) -> Floats:
    """Take the greatest of each family's series: families × days, out of series × days."""
    order = np.argsort(above, kind="stable")
    starts = np.flatnonzero(np.diff(above[order], prepend=-1))
    return np.asarray(np.maximum.reduceat(lines[order], starts, axis=0) if len(order) else lines, np.float64)


def together(surging: Flags, usual: float = 1.0) -> Flags:
    """Say of each day (or week) whether it is one of a disaster, by how many families (families × days) surge on it.

    At least `usual` of them are taken as usual, more where half of the days have more.
    """
    count = surging.sum(axis=0)
    centre = max(usual, float(np.median(count)) if len(count) else 0.0)
    found: Flags = count > centre + LIMIT * np.sqrt(centre)
    return found
