"""Turn values into steps of a colour scale whose limits the reader can see and set."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import polars as pl

STEPS: Final = 8
"""Steps of the scale: as many as a reader still tells apart beside a legend."""

Method = Literal["linear", "quantile", "root"]


@dataclass(frozen=True)
class Scale:
    """Hold the edges of the steps, growing, the lowest and the highest value included.

    A value belongs to the step whose lower edge it reaches; the last step includes its upper edge.

    >>> Scale((0, 10, 50, 100)).steps
    3
    >>> Scale((0, 10, 50, 100)).step_of(pl.Series([0, 10, 99, 500, None])).to_list()
    [0, 1, 2, 2, None]
    """

    edges: tuple[float, ...]

    @property
    def steps(self) -> int:
        """Count the steps."""
        return max(len(self.edges) - 1, 1)

    def step_of(self, values: pl.Series) -> pl.Series:
        """Say on which step each value stands, from 0; null stays null, values beyond the ends take the end steps."""
        inner = pl.Series(self.edges[1:-1], dtype=pl.Float64)
        reached = inner.search_sorted(values.fill_null(0).cast(pl.Float64), side="right")
        return pl.select(pl.when(values.is_not_null()).then(reached.cast(pl.Int32))).to_series()


def scale(values: pl.Series, *, limits: Sequence[float] = (), method: Method = "linear", whole: bool = False) -> Scale:
    """Choose the edges of up to eight steps for the values, or around the reader's own `limits`.

    `limits` are the inner edges, growing; ValueError otherwise. Without them "linear" cuts the range evenly,
    "quantile" puts as many values into each step, and "root" cuts the square roots of the range evenly, so that one
    large number does not wash out the rest. `whole` rounds edges to whole numbers, for counts. Edges that fall
    together are merged, so there may be fewer steps; nulls are left out; no value at all, or only one, gives one step.

    >>> scale(pl.Series([0, 80]), whole=True).edges
    (0, 10, 20, 30, 40, 50, 60, 70, 80)
    >>> scale(pl.Series([0, 64]), whole=True, method="root").edges
    (0, 1, 4, 9, 16, 25, 36, 49, 64)
    >>> scale(pl.Series([0, 0]), whole=True).edges
    (0, 1)
    """
    known = values.drop_nulls().cast(pl.Float64).sort()
    low, high = (0.0, 1.0) if known.is_empty() else (float(known[0]), float(known[-1]))
    if limits:
        inner = _checked(limits)
        return Scale((min(low, inner[0]), *inner, max(high, inner[-1])))
    if known.is_empty():
        return Scale((low, high))
    low = min(low, 0.0) if whole else low
    shares = [step / STEPS for step in range(1, STEPS)]
    if method == "quantile":
        inside = [float(known.quantile(share) or 0) for share in shares]
    else:
        inside = [low + (high - low) * share ** (2 if method == "root" else 1) for share in shares]
    edges = sorted({round(edge) if whole else edge for edge in (low, *inside, high)})
    return Scale(tuple(edges) if len(edges) > 1 else (edges[0], edges[0] + 1))


def _checked(limits: Sequence[float]) -> tuple[float, ...]:
    grows = all(before < after for before, after in pairwise(limits))
    if not grows or not all(math.isfinite(limit) for limit in limits) or len(limits) >= STEPS:
        message = f"Пределы цвета должны быть числами по возрастанию, не больше {STEPS - 1}"
        raise ValueError(message)
    return tuple(limits)
