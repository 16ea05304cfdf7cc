"""Bring the demo city into a store as its systems would have sent it, and take it out again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

import polars as pl
import sqlalchemy as sa

from loaders import imports
from loaders.access import loads
from loaders.city import City
from loaders.demo.channels import SOURCES
from loaders.demo.generator import findings, make
from loaders.demo.versions import with_earlier
from loaders.intake import Intake
from loaders.progress import Progress, part, silent
from loaders.store import access_tables, months, tables
from loaders.store.engine import Store
from loaders.store.exclusive import exclusive

HOME: Final = "novoshakhtinsk"
"""The city whose made-up twin a first start shows."""

LAST_LOAD: Final = timedelta(hours=48)
"""How much of the time before the end the last load of each system brings."""

LATE_EVERY: Final = 400
LATE_WITHIN: Final = timedelta(days=21)
"""Of the rows of the three weeks before the last load, every four hundredth comes only with it: late arrivals."""

SLOW_EVERY: Final = 30
SLOW_DAYS: Final = 11
"""Every thirtieth row enters the store some days later than the others, up to ten."""

_MAKING: Final = 0.15
"""Share of the whole work that making the rows is; the rest is loading them."""


def first_start(store: Store, progress: Progress = silent) -> list[imports.ImportResult]:
    """Make the demo city and load it when the store has no import yet; return what was loaded, else nothing."""
    if not _is_empty(store):
        return []
    city = City.load(HOME).demo()
    return load(store, make(city, progress=part(progress, 0.0, _MAKING)), city, part(progress, _MAKING, 1.0))


def load(store: Store, intake: Intake, city: City, progress: Progress = silent) -> list[imports.ImportResult]:
    """Load a made-up intake system by system: the history of each first, then its last load with late arrivals."""
    loads = list(_loads(replace(intake, appeals=with_earlier(intake.appeals))))
    total = sum(each.rows_in for _, each in loads)
    done, results = 0, []
    for source, each in loads:
        stretch = part(progress, done / total, (done + each.rows_in) / total)
        results.append(imports.load(store, each, source, city.demo(), stretch, loaded_on=_known_on(intake)))
        done += each.rows_in
    return results


def _known_on(intake: Intake) -> pl.Expr:
    """Give the day on which each row would have come, had its system been loaded every morning from the beginning.

    Some rows are slow, by up to a week and a half; those that only the last load brings came on its day.
    """
    end = intake.appeals.select(pl.col("changed_at").max()).item()
    border = end - LAST_LOAD
    received, number = pl.col("received_at"), pl.col("source_row")
    next_morning = (received.dt.time() > end.time()).cast(pl.Int32)
    slow = pl.when(number % SLOW_EVERY == 0).then(number // SLOW_EVERY % SLOW_DAYS).otherwise(0).cast(pl.Int32)
    usual = received.dt.date() + pl.duration(days=next_morning + slow)
    is_late = received.is_between(border - LATE_WITHIN, border) & (number % LATE_EVERY == 0)
    return pl.when(is_late).then(pl.lit(end.date())).otherwise(pl.min_horizontal(usual, pl.lit(end.date())))


_STAYS: Final = {tables.partitions, tables.publications, *access_tables.ACCESS}


def remove(store: Store, city: City) -> int:
    """Take every row of the made-up twin of `city` out of the store; return how many appeals there were.

    Versions of its months stay and are raised, so that nobody shows a kept picture of what is gone. What accounts are
    given there stays, and the journal and what was published with it: those only grow.
    """
    key = city.demo().key
    with exclusive(store, key, lambda: None) as connection:
        rows = connection.scalar(sa.select(sa.func.count()).where(tables.appeals.c.municipality == key)) or 0
        for table in reversed(tables.metadata.sorted_tables):
            if "municipality" in table.columns and table not in _STAYS:
                connection.execute(sa.delete(table).where(table.c.municipality == key))
        months.raise_versions(connection, key, months.versions(connection, key))
        if rows:
            loads.cleared(connection, key, rows)
    return rows


def _is_empty(store: Store) -> bool:
    with store.reading(None) as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(tables.batches)) == 0


def _loads(intake: Intake) -> Iterator[tuple[str, Intake]]:
    """Cut an intake into the loads of each system, oldest first; empty loads are left out."""
    rows = intake.appeals
    if rows.is_empty():
        return
    border = rows.select(pl.col("changed_at").max() - LAST_LOAD).item()
    is_recent = pl.col("received_at").is_between(border - LATE_WITHIN, border)
    is_late = is_recent & (pl.col("source_row") % LATE_EVERY == 0)
    is_last = (pl.col("received_at") > border) | is_late
    for is_wanted in (~is_last, is_last):
        for source in SOURCES:
            chosen = rows.filter(is_wanted & (pl.col("source_system") == source))
            if not chosen.is_empty():
                yield source, _only(intake, source, chosen)


def _only(intake: Intake, source: str, chosen: pl.DataFrame) -> Intake:
    files = tuple(file for file in intake.files if file.name.endswith(source))
    return replace(intake, appeals=chosen, findings=findings(chosen), files=files, rows_in=chosen.height)
