"""The map of located appeals from warm cells: a view, its squares, hot spots, clusters; bytes that are sent."""

import gzip
import os
import time
from collections.abc import Callable
from datetime import date, timedelta

import polars as pl

from analytics.coverage import of_days
from analytics.periods import Period, previous
from loaders import cells, imports
from loaders.scope import Scope
from loaders.store.engine import URL_VARIABLE
from pages.map import features, painting, reading, spots
from pages.map.features import Tile
from pages.map.view import View
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from pages.shared.palette import DARK
from tests.benchmarks import measuring

REPEATS = 5
MEASURES = ("appeals", "on_time_share", "median_answer_days")
WINDOW = (47.72, 39.84, 47.80, 40.0)
"""South, west, north, east of a window of 1440 pixels over the middle of the city at zoom 12."""


def main() -> None:
    """Measure one kind of store; every appeal has a place."""
    given = measuring.arguments(__doc__ or "")
    rows = measuring.appeals(given.rows).with_columns(
        pl.col("lat", "lon", "geo_cell").forward_fill().backward_fill(), municipality=pl.lit(measuring.CITY.key)
    )
    clock = measuring.Clock()
    with measuring.a_store(given.store) as store:
        os.environ[URL_VARIABLE] = store.engine.url.render_as_string(hide_password=False)
        imports.load(store, measuring.intake(rows), "generic", measuring.CITY)
        asked = _asked(
            rows["received_at"].max().date(), cells.data_version(store, Scope.whole_city(measuring.CITY.key))
        )
        with clock.time("cells of 13 months, cold"):
            asked.cells(asked.comparison.start, dimensions=reading.MAP).collect()
        spent = {name: _spent(lambda name=name: reading.counted(asked, name, 9), reading.counted) for name in MEASURES}
        paint = painting.by_measure(asked, View(), DARK, 9)
        drawn = features.cells(paint.frame, paint.fills, paint.tips)
        spent["squares of a window"] = _spent(lambda: _squares(drawn))
        spent["where more"] = _spent(lambda: spots.more(asked, False), spots.more)
        spent["where worse"] = _spent(lambda: spots.worse(asked, "on_time_share", False), spots.worse)
        spent["clusters, kept by data version"] = _spent(lambda: spots.clusters(asked), spots.clusters)
    whole = features.collection(drawn.written)
    measuring.tell(
        clock,
        rows=given.rows,
        cells=paint.frame.height,
        processor_ms=spent,
        kilobytes={
            "all finest cells": round(len(whole) / 1_000),
            "all finest cells, packed": round(len(gzip.compress(whole, 4)) / 1_000),
            "a window": round(sum(map(len, _squares(drawn))) / 1_000),
        },
    )


def _asked(end: date, version: cells.DataVersion) -> Asked:
    """Ask for half a year against the half before: thirteen months are read."""
    period = Period(end - timedelta(days=182), end)
    scope = Scope.whole_city(measuring.CITY.key)
    return Asked(scope, version, Filters(), period, previous(period), of_days(end - timedelta(days=1_000), end))


def _squares(drawn: features.Features) -> list[bytes]:
    south, west, north, east = WINDOW
    squares = [Tile(12, x, y) for x in range(2500, 2505) for y in range(1424, 1430)]
    within = [tile for tile in squares if _overlaps(tile, south, west, north, east)]
    return [features.collection(drawn.within(tile.box)) for tile in within]


def _overlaps(tile: Tile, south: float, west: float, north: float, east: float) -> bool:
    low, left, high, right = tile.box
    return low < north and high > south and left < east and right > west


def _spent(work: Callable[[], object], kept: object = None) -> int:
    """Give the middle of several turns in milliseconds of processor time, each computed anew."""
    spent = []
    for _ in range(REPEATS):
        if kept is not None:
            kept.clear()
        before = time.process_time()
        work()
        spent.append(time.process_time() - before)
    return round(1_000 * sorted(spent)[REPEATS // 2])


if __name__ == "__main__":
    main()
