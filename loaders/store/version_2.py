"""Bring a store of version 1 forward: every row gets its deadline, what it rests on, and its first day in the store.

Nothing here looks at `tables`, which may move on. Deadlines of rows that stand in the store are decided as those of new
ones, by the rules of their city as they are today; a city whose file is not among the product's has no norms. The
first day is that of the newest event of the first import that brought a version of the row.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from analytics import schema
from analytics.deadlines import Rules, due_columns
from analytics.work_calendar import work_calendar
from loaders.city import City
from loaders.errors import InputRefused
from loaders.store import bulk

_ADDED: Final = {
    "deadline_at": "BIGINT",
    "due_basis": "SMALLINT",
    "allotted_days": "INTEGER",
    "first_loaded_on": "INTEGER",
}
_KEY: Final = {
    "source_system": sa.String(64),
    "source_id": sa.String(128),
    "question_no": sa.Integer(),
}
_VERSION: Final = {"superseded_by": sa.Integer(), "version_no": sa.Integer()}
_KEYS: Final[Mapping[str, Mapping[str, Any]]] = {"appeals": _KEY, "history": _KEY | _VERSION}

_WORDS: Final = ("kind", "appeal_type", "channel", "topic_block", "topic_group", "topic")
_MARKS: Final = ("is_repeat", "is_collective", "is_fast_track", "on_control", "is_significant")
_MOMENTS: Final = (
    *("received_at", "registered_at", "due_at", "extended_until", "postponed_until"),
    *("interim_answered_at", "answered_at", "transferred_at"),
)
_READ: Final = (*_WORDS, *_MOMENTS, "marks", "batch_id")


def step(connection: Connection) -> None:
    """Add the columns and fill them for every row of every city."""
    for table in _KEYS:
        for name, kind in _ADDED.items():
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
    batches = sa.table("batches", *map(sa.column, ("municipality", "batch_id", "loaded_at_utc", "newest_event_at")))
    cities = connection.scalars(sa.select(batches.c.municipality).distinct()).all()
    for municipality in cities:
        rules, zone = _of_city(municipality)
        told = sa.select(batches.c.batch_id, batches.c.loaded_at_utc, batches.c.newest_event_at)
        loads = connection.execute(told.where(batches.c.municipality == municipality))
        days = {batch: _day(loaded, newest, zone) for batch, loaded, newest in loads}
        rows = {table: _rows(connection, table, municipality) for table in _KEYS}
        first = _first_batches(rows)
        for table, frame in rows.items():
            decided = _decided(frame, rules, first, days)
            _write(connection, table, municipality, decided.select(*_KEYS[table], *_ADDED))


def _of_city(municipality: str) -> tuple[Rules, ZoneInfo]:
    try:
        city = City.load(municipality)
    except InputRefused:
        return Rules((), work_calendar()), ZoneInfo("Europe/Moscow")
    return city.rules, ZoneInfo(city.time_zone)


def _day(loaded: int, newest: int | None, zone: ZoneInfo) -> int:
    """Give the day of the newest event, at most that of loading, in days since 1970."""
    of_loading = (datetime.fromtimestamp(loaded, zone).date() - date(1970, 1, 1)).days
    return of_loading if newest is None else min(of_loading, newest // 86_400)


def _rows(connection: Connection, table: str, municipality: str) -> pl.DataFrame:
    """Read what deadlines are decided by, as an appeals frame beside the key and the batch of each row."""
    names = (*_KEYS[table], *_READ)
    rows = sa.table(table, sa.column("municipality"), *map(sa.column, names))
    statement = sa.select(*(rows.c[name] for name in names)).where(rows.c.municipality == municipality)
    texts = {"source_system", "source_id"}
    types = pl.Schema({name: pl.String() if name in texts else pl.Int64() for name in names})
    found = bulk.read(connection, statement, types)
    bits = [((pl.col("marks") // 2**bit) % 2 == 1).alias(name) for bit, name in enumerate(_MARKS)]
    moments = pl.from_epoch(pl.col(_MOMENTS), time_unit="s").dt.cast_time_unit("ms")
    return found.with_columns(*_words(connection, municipality), *bits, moments)


def _words(connection: Connection, municipality: str) -> list[pl.Expr]:
    terms = sa.table("terms", *map(sa.column, ("municipality", "dimension", "code", "value")))
    known: dict[str, dict[int, str]] = {name: {} for name in _WORDS}
    statement = sa.select(terms.c.dimension, terms.c.code, terms.c.value).where(
        terms.c.municipality == municipality, terms.c.dimension.in_(_WORDS)
    )
    nothing = pl.lit(None, pl.String)
    for dimension, code, value in connection.execute(statement):
        known[dimension][code] = value
    return [
        (pl.col(name).replace_strict(words, default=None, return_dtype=pl.String) if words else nothing).alias(name)
        for name, words in known.items()
    ]


def _first_batches(rows: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Name the batch that first brought each identity that has a past: the key and `first_batch`."""
    keys = list(_KEY)
    past = rows["history"].select(keys).unique()
    versions = pl.concat([frame.select(*keys, "batch_id") for frame in rows.values()])
    return versions.join(past, on=keys, how="semi").group_by(keys).agg(first_batch=pl.col("batch_id").min())


def _decided(rows: pl.DataFrame, rules: Rules, first: pl.DataFrame, days: Mapping[int, int]) -> pl.DataFrame:
    """Decide the new columns; the whole dictionary of bases stands in the frame's own order."""
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in schema.APPEAL.items() if name not in rows.columns]
    decided = rows.with_columns(absent).select(due_columns(rules))
    batch = pl.coalesce("first_batch", "batch_id")
    return (
        pl.concat([rows, decided], how="horizontal")
        .join(first, on=list(_KEY), how="left", maintain_order="left")
        .with_columns(
            deadline_at=pl.col("deadline_at").dt.timestamp("ms") // 1000,
            due_basis=pl.col("due_basis").to_physical().cast(pl.Int16),
            first_loaded_on=batch.replace_strict(days, default=None, return_dtype=pl.Int32),
        )
    )


def _write(connection: Connection, table: str, municipality: str, rows: pl.DataFrame) -> None:
    """Write the new columns of one city through a table that lives as long as the step."""
    key = _KEYS[table]
    decided = sa.Table(
        "decided_rows",
        sa.MetaData(),
        *(sa.Column(name, kind) for name, kind in key.items()),
        *(sa.Column(name, sa.BigInteger) for name in _ADDED),
        prefixes=["TEMPORARY"],
    )
    target = sa.table(table, sa.column("municipality"), *map(sa.column, (*key, *_ADDED)))
    decided.create(connection)
    bulk.write(connection, decided, rows)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE decided_rows")
    connection.execute(
        sa.update(target)
        .where(target.c.municipality == municipality, *(target.c[name] == decided.c[name] for name in key))
        .values({name: decided.c[name] for name in _ADDED})
    )
    decided.drop(connection)
