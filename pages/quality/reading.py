"""Everything that «Качество данных» counts."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import polars as pl

from analytics import quality
from analytics.rounding import shares
from loaders import imports
from pages.shared import readers
from pages.shared.asked import Asked

WINDOW: Final = timedelta(weeks=12)
KNOWN: Final = {
    "topic_block": "Тема сопоставлена с блоком",
    "department": "Подразделение названо",
    "territory": "Территория названа",
    "geo_cell": "Место на карте известно",
    "due_on": "Срок известен",
}
LOCATED: Final = {"on_map": "На карте", "territory_only": "Только территория", "nowhere": "Без места"}
NO_PLACE: Final = {
    "zero_coordinates": "координаты (0, 0)",
    "outside_box": "точки вне границ города",
    "bad_coordinates": "координаты, которые не читаются",
}


def received(asked: Asked, *dimensions: str) -> pl.LazyFrame:
    """Give the cells of what came in the period."""
    found = asked.cells(
        asked.period.start,
        dimensions=("received_on", "topic_block", "department", "channel", "kind", "territory", *dimensions),
    )
    return found.filter(pl.col("received_on").is_between(asked.period.start, asked.period.end))


def known(asked: Asked) -> dict[str, int]:
    """Count of how many cases each thing of `KNOWN` is known; `appeals` are all."""
    counted = quality.coverage(received(asked, "geo_cell", "due_on"), list(KNOWN)).collect()
    return dict(counted.row(0, named=True))


def located(asked: Asked) -> dict[str, int]:
    """Count of how many cases the place is known, and how well; `appeals` are all."""
    return dict(quality.located(received(asked, "geo_cell")).collect().row(0, named=True))


def shares_of(counted: Mapping[str, int], titles: Mapping[str, str]) -> dict[str, float | None]:
    """Give the share of every thing in all cases; those of `LOCATED` are parts of one whole and add up as written."""
    total = counted["appeals"]
    if not total:
        return dict.fromkeys(titles)
    if titles is LOCATED:
        return dict(zip(titles, shares([counted[name] for name in titles], total), strict=True))
    return {name: counted[name] / total for name in titles}


def lost_places(asked: Asked) -> dict[str, int]:
    """Count the rows of all loads whose coordinates are no place, by finding."""
    lost = imports.findings(readers.store(), asked.scope).filter(pl.col("code").is_in(NO_PLACE))
    sums = dict(lost.group_by("code").agg(pl.col("rows").sum()).iter_rows())
    return {code: sums.get(code, 0) for code in NO_PLACE}


def unmapped(asked: Asked) -> tuple[pl.DataFrame, int]:
    """List the topics without a block, and count all cases."""
    cells = received(asked, "topic")
    rows, total = pl.collect_all([quality.unmapped_topics(cells), cells.select(pl.col("appeals").sum())])
    return rows, total.item()


def silences(asked: Asked) -> pl.DataFrame:
    """List the runs of days on which a system was silent; the filters do not narrow it."""
    start = asked.as_of - WINDOW
    cells = readers.cells(asked.scope, asked.version, start=start, dimensions=("received_on", "source_system"))
    return quality.silences(cells, start, asked.as_of).collect()


def rejected(asked: Asked) -> pl.DataFrame | None:
    """Read the rejected rows of all loads that stand; None without any."""
    store = readers.store()
    batches = imports.batches(store, asked.scope).filter((pl.col("state") == "loaded") & (pl.col("rejected") > 0))
    if batches.is_empty():
        return None
    return pl.concat(imports.rejected(store, asked.scope, batch) for batch in batches["batch_id"])
