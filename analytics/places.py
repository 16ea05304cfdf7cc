"""Follow places over periods, and say who has really moved.

A place changes every month even among equals. A unit has moved only when it is told apart from itself: when its true
score has risen more than those of its peers, or less, with a probability of at least `MOVED`.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analytics.rating import Rating
from analytics.tally import UNIT

MOVED: Final = 0.975
"""Probability from which a score has really moved. A unit is its own only peer here, so nothing but this bound keeps
wrong calls rare: one in twenty at most, both ways together."""


def history(ratings: Sequence[Rating]) -> pl.DataFrame:
    """Lay ratings of several periods under each other.

    One row per period and unit rated in it: `start` and `end` of the period, the columns of `Rating.table`, and `away`,
    the points between the score and the centre of the peers. ValueError without a rating.
    """
    return pl.concat(
        _away(rating).select(
            pl.lit(rating.period.start).alias("start"), pl.lit(rating.period.end).alias("end"), pl.all()
        )
        for rating in ratings
    )


def moves(before: Rating, now: Rating) -> pl.DataFrame:
    """Compare the places of two periods, rated by the same rules.

    One row per unit rated in both, in the same group of peers, by place: `unit`, `peers`, `place_before` and `place`
    with the intervals `place_before_low`, `place_before_high`, `place_low`, `place_high`; `gain`, by how many points
    the score rose more than those of the peers that were rated both times; `probability` that it really did; and
    `is_moved`. Periods in which the sources told different indicators cannot be compared and have no rows.
    """
    from scipy.special import ndtr  # the first rating loads it, not every screen

    kept = ("place", "place_low", "place_high", "score", "deviation")
    then = before.table.select(UNIT, "peers", pl.col(kept).name.suffix("_then"))
    both = now.table.filter(before.told == now.told).join(then, on=[UNIT, "peers"]).sort("peers", "place", UNIT)
    rose = pl.col("score") - pl.col("score_then")
    variance = pl.col("deviation") ** 2 + pl.col("deviation_then") ** 2
    usual = ((rose / variance).sum() / (1 / variance).sum()).over("peers")
    found = both.with_columns((rose - usual).alias("gain"), variance.sqrt().alias("chance"))
    probability = ndtr((found["gain"] / found["chance"]).to_numpy())
    return found.select(
        UNIT,
        "peers",
        pl.col("place_then").alias("place_before"),
        "place",
        pl.col("place_low_then").alias("place_before_low"),
        pl.col("place_high_then").alias("place_before_high"),
        "place_low",
        "place_high",
        "gain",
        pl.Series("probability", probability, dtype=pl.Float64),
        pl.Series("is_moved", (probability >= MOVED) | (probability <= 1 - MOVED), dtype=pl.Boolean),
    )


def _away(rating: Rating) -> pl.DataFrame:
    centres = rating.groups.select("peers", "centre")
    return (
        rating.table.join(centres, on="peers", how="left", maintain_order="left")
        .with_columns((pl.col("score") - pl.col("centre")).alias("away"))
        .drop("centre")
    )
