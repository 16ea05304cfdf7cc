"""Follow places over periods, and say who has really moved.

A place changes every month even among equals. A unit has moved only when it is told apart from itself: when its true
score against the centre of its peers is, with the probability that tells two units apart, above or below what it was.
"""

from collections.abc import Sequence

import polars as pl

from analytics.peers import APART
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
    """Compare the places of two periods; both are to be rated by the same rules.

    One row per unit rated in both, in the same group of peers, by place: `unit`, `peers`, `place_before` and `place`
    with the intervals `place_before_low`, `place_before_high`, `place_low`, `place_high`; `gain`, by how many points
    the score rose against the centre of the peers; `probability` that it really rose; `is_moved`.
    """
    from scipy.special import ndtr  # the first rating loads it, not every screen

    kept = ("place", "place_low", "place_high", "away", "deviation")
    then = _away(before).select(UNIT, "peers", pl.col(kept).name.suffix("_then"))
    both = _away(now).join(then, on=[UNIT, "peers"]).with_columns((pl.col("away") - pl.col("away_then")).alias("gain"))
    chance = (pl.col("deviation") ** 2 + pl.col("deviation_then") ** 2).sqrt()
    standardised = both.select(pl.col("gain") / chance).to_series().to_numpy()
    probability = pl.col("probability")
    told = both.with_columns(pl.Series("probability", ndtr(standardised), dtype=pl.Float64)).select(
        UNIT,
        "peers",
        pl.col("place_then").alias("place_before"),
        "place",
        pl.col("place_low_then").alias("place_before_low"),
        pl.col("place_high_then").alias("place_before_high"),
        "place_low",
        "place_high",
        "gain",
        probability,
        ((probability >= APART) | (probability <= 1 - APART)).alias("is_moved"),
    )
    return told.sort("peers", "place", UNIT)


def _away(rating: Rating) -> pl.DataFrame:
    centres = rating.groups.select("peers", "centre")
    return (
        rating.table.join(centres, on="peers", how="left", maintain_order="left")
        .with_columns((pl.col("score") - pl.col("centre")).alias("away"))
        .drop("centre")
    )
