"""Write the rows of one import or take them back: statements only, inside a transaction that someone else holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loaders.store import bulk, tables, terms, versions

_IDENTITY: Final = ("municipality", *versions.KEY)
CONTENT: Final = tuple(column.name for column in tables.appeals.columns if column.name not in _IDENTITY)

staged_keys = sa.Table(
    "staged_keys",
    sa.MetaData(),
    sa.Column("source_system", sa.String(64)),
    sa.Column("source_id", sa.String(128)),
    sa.Column("question_no", sa.Integer),
    prefixes=["TEMPORARY"],
)
"""Identities of one import: the only thing written twice."""

_KEY_TYPES: Final = {"source_system": pl.String(), "source_id": pl.String(), "question_no": pl.Int32()}
_KEPT: Final = ("stage", "coordination_at", "execution_at", "approval_at", "stage_basis")
"""What a correction may need of the row that it follows; `stage` is the code of a word."""

_TOLD: Final = (
    *("stored_hash", "stored_changed_at", "stored_received_at", "first_loaded_on"),
    *(f"stored_{name}" for name in _KEPT),
)
_STORED: Final = pl.Schema(_KEY_TYPES | dict.fromkeys(_TOLD, pl.Int64()))
_PAST: Final = pl.Schema(_KEY_TYPES | {"row_hash": pl.Int64()})


def _same_key(one: sa.FromClause, other: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.and_(*(one.c[name] == other.c[name] for name in versions.KEY))


@contextmanager
def staged(connection: Connection, keys: pl.DataFrame) -> Iterator[None]:
    """Keep `keys` in a temporary table while the block runs."""
    staged_keys.create(connection)
    bulk.write(connection, staged_keys, keys.select(versions.KEY))
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE staged_keys")  # without it the planner expects a handful of keys
    yield
    staged_keys.drop(connection)


def is_empty(connection: Connection, municipality: str) -> bool:
    """Say whether the municipality has no rows at all, so that a first import can spare itself every look-up."""
    rows = sa.exists().where(tables.appeals.c.municipality == municipality)
    return not connection.scalar(sa.select(rows))


def no_versions() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give what an empty store holds: no stored versions and no past ones."""
    return pl.DataFrame(schema=_STORED), pl.DataFrame(schema=_PAST)


def stored_versions(connection: Connection, municipality: str) -> pl.DataFrame:
    """Read what the store holds of the staged identities.

    KEY, stored_hash, stored_changed_at, stored_received_at, first_loaded_on, which a correction keeps, and stored_stage
    (its place in the vocabulary) with the beginnings of stages and what they rest on.
    """
    rows = tables.appeals
    told = ("row_hash", "changed_at", "received_at", "first_loaded_on", *_KEPT)
    statement = (
        sa.select(*(rows.c[name] for name in (*versions.KEY, *told)))
        .select_from(staged_keys.join(rows, _same_key(staged_keys, rows)))
        .where(rows.c.municipality == municipality)
    )
    stages = terms.load(connection, municipality, ["stage"])["stage"]
    found = bulk.read(connection, statement, _STORED)
    return found.with_columns(stages.decode(found["stored_stage"]).to_physical().cast(pl.Int64))


def past_versions(connection: Connection, municipality: str) -> pl.DataFrame:
    """Read the superseded versions of the staged identities: KEY, row_hash."""
    rows = tables.history
    identity = sa.tuple_(*(rows.c[name] for name in versions.KEY))
    # Not a join: for one SQLite goes through the whole past of the city, and through the staged keys for each of it.
    statement = sa.select(*(rows.c[name] for name in versions.KEY), rows.c.row_hash).where(
        rows.c.municipality == municipality, identity.in_(sa.select(*(staged_keys.c[name] for name in versions.KEY)))
    )
    return bulk.read(connection, statement, _PAST)


def displace(connection: Connection, municipality: str, batch_id: int) -> None:
    """Move the current rows of the staged identities to history, superseded by `batch_id`."""
    current = tables.appeals
    connection.execute(
        sa.insert(tables.history).from_select(
            [*_IDENTITY, "superseded_by", "version_no", *CONTENT],
            sa.select(
                *(current.c[name] for name in _IDENTITY),
                sa.literal(batch_id, sa.Integer),
                sa.literal(1, sa.Integer),
                *(current.c[name] for name in CONTENT),
            )
            .select_from(staged_keys.join(current, _same_key(staged_keys, current)))
            .where(current.c.municipality == municipality),
        )
    )
    keys = sa.select(sa.literal(municipality), *(staged_keys.c[name] for name in versions.KEY))
    connection.execute(sa.delete(current).where(sa.tuple_(*(current.c[name] for name in _IDENTITY)).in_(keys)))


def corrected_by(connection: Connection, municipality: str, batch_id: int) -> pl.DataFrame:
    """Name the identities whose chain of versions a batch made longer: KEY."""
    rows = tables.history
    statement = sa.select(*(rows.c[name] for name in versions.KEY)).where(
        rows.c.municipality == municipality, rows.c.superseded_by == batch_id
    )
    return bulk.read(connection, statement.distinct(), pl.Schema(_KEY_TYPES))


def append(
    connection: Connection, table: sa.Table, rows: pl.DataFrame, words: dict[str, terms.Words], batch_id: int
) -> None:
    """Write encoded rows with their words turned into codes; `rows` has the other columns of `table` already."""
    if not rows.is_empty():
        codes = [words[name].encode(rows[name]) for name in tables.DIMENSIONS]
        bulk.write(connection, table, rows.with_columns(*codes, batch_id=pl.lit(batch_id, pl.Int32)))


def months_written(connection: Connection, municipality: str, batch_id: int) -> set[int]:
    """Read the months received of the rows that `batch_id` wrote or displaced."""
    months: set[int] = set()
    for table, mark in ((tables.appeals, "batch_id"), (tables.history, "superseded_by")):
        day = table.c.received_at // sa.literal_column("86400", sa.BigInteger)
        mine = (table.c.municipality == municipality, table.c[mark] == batch_id)
        statement = sa.select(day).where(*mine).distinct()
        months |= months_of(bulk.read(connection, statement, pl.Schema({"day": pl.Int64()}))["day"] * 86_400)
    return months


def months_of(seconds: pl.Series) -> set[int]:
    """Cut moments in seconds into months, year * 100 + month."""
    day = (seconds.drop_nulls() // 86_400).unique().cast(pl.Int32).cast(pl.Date)
    return set((day.dt.year() * 100 + day.dt.month()).to_list())


def take_back(connection: Connection, municipality: str, batch_id: int) -> tuple[int, int]:
    """Remove the rows of `batch_id` and put back what they displaced; return how many left and how many came back."""
    current, past = tables.appeals, tables.history
    displaced = sa.and_(
        past.c.municipality == municipality, past.c.superseded_by == batch_id, past.c.batch_id != batch_id
    )
    removed = connection.execute(
        sa.delete(current).where(current.c.municipality == municipality, current.c.batch_id == batch_id)
    ).rowcount
    columns = [*_IDENTITY, *CONTENT]
    restored = connection.scalar(sa.select(sa.func.count()).select_from(past).where(displaced)) or 0
    connection.execute(
        sa.insert(current).from_select(columns, sa.select(*(past.c[name] for name in columns)).where(displaced))
    )
    connection.execute(sa.delete(past).where(past.c.municipality == municipality, past.c.superseded_by == batch_id))
    return removed, restored


def stands_on(connection: Connection, municipality: str, batch_id: int) -> int | None:
    """Name the first later batch that corrected rows of `batch_id` or added to their past, if there is one."""
    past, current = tables.history, tables.appeals
    still_current = sa.exists().where(
        *(current.c[name] == past.c[name] for name in _IDENTITY), current.c.batch_id == batch_id
    )
    first: int | None = connection.scalar(
        sa.select(sa.func.min(past.c.superseded_by)).where(
            past.c.municipality == municipality,
            past.c.superseded_by > batch_id,
            sa.or_(past.c.batch_id == batch_id, still_current),
        )
    )
    return first
