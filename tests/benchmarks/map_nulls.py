"""How often the map tells of places that are the same: places shuffled within topics, and days of a city as it is.

Public functions for the table of nulls; by itself it prints what they give for the dense city and Boston.
"""

import sys
from collections.abc import Sequence
from datetime import date, timedelta

import h3
import numpy as np
import polars as pl

from analytics import facts, hotspots, measures, scan
from analytics.due_states import band
from analytics.hexagons import PLACE
from analytics.hotspots import Excess
from analytics.periods import Period
from analytics.worst import NORMS
from tests import dense_city
from tests.benchmarks.rating_nulls import boston_cells, weeks_back

RESOLUTION = 8
_STRATUM = pl.concat_str(pl.col("topic", "kind", "norm").cast(pl.String).fill_null(""), separator="|")


def placed(cells: pl.DataFrame) -> pl.DataFrame:
    """Keep the cases with a place, with the cell of the map that they are compared in."""
    known = cells.filter(pl.col("geo_cell").is_not_null())
    names = known["geo_cell"].cast(pl.String).unique()
    coarse = {name: h3.cell_to_parent(name, RESOLUTION) for name in names}
    norm = band(facts.days_between(pl.col("received_on"), pl.col("due_on")), NORMS).alias("norm")
    return known.with_columns(pl.col("geo_cell").cast(pl.String).replace_strict(coarse).alias(PLACE), norm)


def late(cells: pl.DataFrame, period: Period, as_of: date) -> Excess:
    """Find where deadlines are missed more than the city's topics and norms make expect, as the screen does."""
    found, over_time = (
        measures.aggregate(cells.lazy(), [PLACE, *by], ["on_time_share"], period.window(as_of))
        .with_columns(seen=(pl.col("on_time_share_n") * (1 - pl.col("on_time_share"))).round().fill_null(0))
        .rename({"on_time_share_n": "base"})
        .collect()
        for by in (["topic", "kind", "norm"], ["week"])
    )
    return hotspots.worse(found.with_columns(stratum=_STRATUM), over_time.rename({"week": "slot"}))


def shuffled(cells: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Deal the places out anew over the cases of every topic and norm."""
    ordered = cells.sort("topic", "kind", "norm", maintain_order=True)
    keyed = ordered.with_columns(pl.Series("key", rng.random(ordered.height)))
    dealt = keyed.sort("topic", "kind", "norm", "key", maintain_order=True)[PLACE]
    return ordered.with_columns(dealt)


def worse_told(cells: pl.DataFrame, periods: Sequence[Period], as_of: date, seed: int = 15) -> tuple[int, int, int]:
    """Count the periods in which spots are told: as they are, and with places shuffled; of how many."""
    rng = np.random.default_rng(seed)
    real = sum(bool(late(cells, period, as_of).spots) for period in periods)
    dealt = sum(bool(late(shuffled(cells, rng), period, as_of).spots) for period in periods)
    return real, dealt, len(periods)


def days_told(cells: pl.DataFrame, days: Sequence[date]) -> tuple[int, int]:
    """Count the days on which a cluster of the last two weeks is told, of how many."""
    counted = cells.group_by(pl.col("topic_block").alias("stratum"), PLACE, "received_on").agg(pl.col("appeals").sum())
    return sum(bool(scan.clusters(counted, day, shuffles=99)) for day in days), len(days)


def main() -> None:
    """Print what is told of the dense city and of Boston."""
    cities = {"dense": placed(dense_city.cells()), "Boston": placed(boston_cells())}
    for name, cells in cities.items():
        last = cells["received_on"].max()
        assert isinstance(last, date)
        for weeks in (4, 13, 26):
            told = worse_told(cells, list(weeks_back(last - timedelta(days=40), weeks, 6)), last)
            sys.stdout.write(
                "{}, {} weeks: worse told in {}, with places shuffled in {}, of {}\n".format(name, weeks, *told)
            )
        days = [last - timedelta(days=9 * back) for back in range(60)]
        sys.stdout.write("{}: clusters told on {} of {} days\n".format(name, *days_told(cells, days)))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
