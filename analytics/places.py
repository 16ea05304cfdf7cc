"""Follow places over periods, and say who has really moved.

A place changes every month even among equals. A unit has moved only when its raw score rose more than those of its
peers, or less, by more than chance and clumps explain; all that are named in one group hold together (`ranks`).
"""

from collections.abc import Sequence

import polars as pl

from analytics import ranks
from analytics.rating import Rating
from analytics.tally import UNIT


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
    the raw score rose more than those of the peers that were rated both times; and `is_moved`. Periods in which the
    sources told different indicators cannot be compared and have no rows.
    """
    kept = ("place", "place_low", "place_high", "raw", "chance")
    then = before.table.select(UNIT, "peers", pl.col(kept).name.suffix("_then"))
    both = now.table.filter(before.told == now.told).join(then, on=[UNIT, "peers"]).sort("peers", "place", UNIT)
    groups = [_moved(group) for group in both.partition_by("peers", maintain_order=True)]
    return (pl.concat(groups) if groups else _moved(both)).select(
        UNIT,
        "peers",
        pl.col("place_then").alias("place_before"),
        "place",
        pl.col("place_low_then").alias("place_before_low"),
        pl.col("place_high_then").alias("place_before_high"),
        "place_low",
        "place_high",
        "gain",
        "is_moved",
    )


def _moved(group: pl.DataFrame) -> pl.DataFrame:
    """Compare the rise of every unit of a group with that of the group."""
    rose = (group["raw"] - group["raw_then"]).to_numpy()
    variances = (group["chance"] ** 2 + group["chance_then"] ** 2).to_numpy()
    weights = 1 / variances / (1 / variances).sum()
    told = ranks.of_middle(rose, variances, weights)
    return group.with_columns(
        pl.Series("gain", rose - rose @ weights, dtype=pl.Float64),
        pl.Series("is_moved", told != 0, dtype=pl.Boolean),
    )


def _away(rating: Rating) -> pl.DataFrame:
    centres = rating.groups.select("peers", "centre")
    return (
        rating.table.join(centres, on="peers", how="left", maintain_order="left")
        .with_columns((pl.col("score") - pl.col("centre")).alias("away"))
        .drop("centre")
    )
