"""Rivals of the forecast of missed deadlines: a table of shares drawn towards wider ones, and boosted trees.

Both learn from rows whose due day was over before those they judge. Arrays in, arrays of the same length out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRIOR = 20.0
"""Cases of the wider share that a cell of the table leans on."""

LEVELS = (("department",), ("department", "topic"), ("department", "topic", "length"))
TREES, DEPTH, RATE, PENALTY, LEAST, BINS = 80, 4, 0.1, 5.0, 2.0, 32


def table(known: pl.DataFrame, asked: pl.DataFrame) -> Floats:
    """Give the share of missed by department × topic × length × days left, each level drawn towards the wider one."""
    weight, missed = pl.col("appeals"), pl.col("missed").cast(pl.Float64)
    rate = known.select((missed * weight).sum() / weight.sum()).item()
    wider = asked.with_columns(share=pl.lit(rate))
    learned = known.with_columns(share=pl.lit(rate))
    for level in (*LEVELS, (*LEVELS[-1], "left")):
        own = learned.group_by(level).agg(
            drawn=((missed * weight).sum() + PRIOR * pl.col("share").first()) / (weight.sum() + PRIOR)
        )
        wider, learned = (
            each.join(own, on=level, how="left", nulls_equal=True, maintain_order="left")
            .with_columns(share=pl.coalesce("drawn", "share"))
            .drop("drawn")
            for each in (wider, learned)
        )
    return wider["share"].to_numpy()


def boosted(known: pl.DataFrame, asked: pl.DataFrame, numbers: Sequence[str], words: Sequence[str]) -> Floats:
    """Foretell by boosted trees of logistic loss (J. H. Friedman, The Annals of Statistics 29, 2001).

    `words` enter as their own share of missed, drawn towards all.
    """
    rows = pl.concat([known, asked])
    weight, missed = pl.col("appeals"), pl.col("missed").cast(pl.Float64)
    rate = known.select((missed * weight).sum() / weight.sum()).item()
    columns = [rows[name].cast(pl.Float64).to_numpy() for name in numbers]
    for name in words:
        own = known.group_by(name).agg(own=((missed * weight).sum() + PRIOR * rate) / (weight.sum() + PRIOR))
        joined = rows.select(name).join(own, on=name, how="left", nulls_equal=True, maintain_order="left")
        columns.append(joined["own"].fill_null(rate).to_numpy())
    binned = np.stack([_binned(column, known.height) for column in columns], 1)
    outcome = known["missed"].cast(pl.Float64).to_numpy()
    model = _fit(binned[: known.height], outcome, known["appeals"].cast(pl.Float64).to_numpy())
    return model.chances(binned[known.height :])


def _binned(column: Floats, known: int) -> Ints:
    edges = np.unique(np.quantile(column[:known], np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.searchsorted(edges, column, side="left")


@dataclass(frozen=True)
class _Model:
    """Hold trees: for each depth the column and the bin that every node is split at, and the values of the leaves."""

    start: float
    trees: list[tuple[list[tuple[Ints, Ints]], Floats]]

    def chances(self, binned: Ints) -> Floats:
        score = np.full(len(binned), self.start)
        for splits, values in self.trees:
            node = np.zeros(len(binned), np.int64)
            for split in splits:
                node = _below(binned, node, split)
            score += values[node]
        return 1 / (1 + np.exp(-score))


def _fit(binned: Ints, outcome: Floats, weight: Floats) -> _Model:
    rate = np.clip((outcome * weight).sum() / weight.sum(), 1e-4, 1 - 1e-4)
    model = _Model(float(np.log(rate / (1 - rate))), [])
    score = np.full(len(binned), model.start)
    for _ in range(TREES):
        chance = 1 / (1 + np.exp(-score))
        slope, bend = (outcome - chance) * weight, chance * (1 - chance) * weight
        node, splits = np.zeros(len(binned), np.int64), []
        for depth in range(DEPTH):
            splits.append(_best(binned, node, 2**depth, slope, bend))
            node = _below(binned, node, splits[-1])
        sums = (np.bincount(node, each, 2**DEPTH) for each in (slope, bend))
        values = RATE * next(sums) / (next(sums) + PENALTY)
        model.trees.append((splits, values))
        score += values[node]
    return model


def _below(binned: Ints, node: Ints, split: tuple[Ints, Ints]) -> Ints:
    column, edge = split
    return node * 2 + (binned[np.arange(len(binned)), column[node]] > edge[node])


def _best(binned: Ints, node: Ints, nodes: int, slope: Floats, bend: Floats) -> tuple[Ints, Ints]:
    """Find for each node the column and the bin that lower the loss most."""
    most, column, edge = np.full(nodes, 1e-6), np.zeros(nodes, np.int64), np.full(nodes, BINS, np.int64)
    for number in range(binned.shape[1]):
        at = node * BINS + binned[:, number]
        left, under = (np.bincount(at, each, nodes * BINS).reshape(nodes, BINS).cumsum(1) for each in (slope, bend))
        right, over = left[:, -1:] - left, under[:, -1:] - under
        gain = left**2 / (under + PENALTY) + right**2 / (over + PENALTY) - left[:, -1:] ** 2 / (under[:, -1:] + PENALTY)
        gain = np.where((under > LEAST) & (over > LEAST), gain, 0.0)
        place = gain.argmax(1)
        found = gain[np.arange(nodes), place]
        column, edge = np.where(found > most, number, column), np.where(found > most, place, edge)
        most = np.maximum(found, most)
    return column, edge
