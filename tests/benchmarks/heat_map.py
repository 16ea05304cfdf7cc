"""Cells and heat map: cold, warm, against a bare group-by of the same frame, and after a thousand corrections."""

from datetime import timedelta

import polars as pl

from analytics import schema
from analytics.facts import ANSWER_DAYS
from analytics.heat_map import heat_map
from analytics.measures import Window
from loaders import cells, imports
from loaders.scope import Scope
from tests.benchmarks import measuring

REPEATS = 7
BARE = {
    "appeals": pl.col("appeals").sum(),
    "on_time_share": pl.col("appeals").sum(),
    "median_answer_days": ANSWER_DAYS.expr().median(),
}
"""What a bare group-by of the same frame computes beside each heat map: a sum, or medians where medians are asked."""


def main() -> None:
    """Measure one kind of store."""
    given = measuring.arguments(__doc__ or "")
    rows = measuring.appeals(given.rows).with_columns(municipality=pl.lit(measuring.CITY.key))
    scope = Scope.whole_city(measuring.CITY.key)
    end = rows["received_at"].max().date()
    start = end - timedelta(days=396)
    clock = measuring.Clock()
    with measuring.a_store(given.store) as store:
        imports.load(store, measuring.intake(rows), "generic", measuring.CITY)
        with clock.time("cells of 13 months, cold"):
            cells.load(store, scope, start=start)
        with clock.time("cells of 13 months, warm"):
            cells.load(store, scope, start=start)
        everything = cells.load(store, scope)
        for _ in range(REPEATS):
            _heat_map(clock, everything, Window(start, end, end))
        month = rows.filter(pl.col("received_at").dt.date() > end - timedelta(days=20)).head(1_000)
        corrected = month.with_columns(status=pl.lit("withdrawn").cast(schema.APPEAL["status"]))
        with clock.time("import of 1000 corrections"):
            imports.load(store, measuring.intake(corrected), "generic", measuring.CITY)
        with clock.time("cells of 13 months after corrections"):
            cells.load(store, scope, start=start)
    seconds = clock.seconds
    measuring.tell(
        clock,
        rows=given.rows,
        cells=everything.height,
        peak_mb=measuring.peak_mb(),
        ratio={name: round(seconds[f"heat map of {name}"] / seconds[f"bare group-by for {name}"], 2) for name in BARE},
    )


def _heat_map(clock: measuring.Clock, frame: pl.DataFrame, window: Window) -> None:
    by = ["topic_block", "department"]
    for measure, bare in BARE.items():
        with clock.time(f"bare group-by for {measure}"):
            frame.lazy().group_by(by).agg(bare).collect()
        with clock.time(f"heat map of {measure}"):
            heat_map(frame.lazy(), *by, measure, window)


if __name__ == "__main__":
    main()
