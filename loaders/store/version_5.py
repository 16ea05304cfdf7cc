"""Bring a store of version 4 forward: every version knows since when it is in force, and what it hides is kept.

A version is in force from the moment at which its source changed it, else from the day of its load, and at the latest
from the end of work that it tells of. From the versions that the store holds follows how cases stood on past days.
"""

from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from analytics import schema
from loaders.city import City
from loaders.errors import InputRefused
from loaders.store import amendments, bulk

_WORDS: Final = (
    *("kind", "appeal_type", "channel", "applicant_kind", "topic_block", "topic_group", "topic", "classifier_code"),
    *("department", "territory", "geo_cell", "status", "stage", "result"),
)
_MOMENTS: Final = (
    *("received_at", "registered_at", "due_at", "extended_until", "postponed_until", "interim_answered_at"),
    *("answered_at", "transferred_at", "coordination_at", "execution_at", "approval_at"),
)
_CONTENT: Final[dict[str, Any]] = {
    **dict.fromkeys(_WORDS, sa.Integer()),
    **dict.fromkeys(("lat", "lon"), sa.Double()),
    **dict.fromkeys(_MOMENTS, sa.BigInteger()),
    "marks": sa.SmallInteger(),
    "reworks": sa.Integer(),
    "satisfaction": sa.SmallInteger(),
    **dict.fromkeys(("changed_at", "source_row", "row_hash"), sa.BigInteger()),
    "batch_id": sa.Integer(),
    "deadline_at": sa.BigInteger(),
    "due_basis": sa.SmallInteger(),
    "allotted_days": sa.Integer(),
    "first_loaded_on": sa.Integer(),
    "stage_basis": sa.SmallInteger(),
    "in_force_at": sa.BigInteger(),
}
_REQUIRED: Final = {"marks", "source_row", "row_hash", "batch_id"}
_KEY: Final[dict[str, Any]] = {"source_system": sa.String(64), "source_id": sa.String(128), "question_no": sa.Integer()}

_AMENDMENTS: Final = sa.Table(
    "amendments",
    sa.MetaData(),
    sa.Column("municipality", sa.String(64), primary_key=True),
    *(sa.Column(name, kind, primary_key=True) for name, kind in _KEY.items()),
    sa.Column("piece_no", sa.Integer, primary_key=True),
    sa.Column("amends", sa.SmallInteger, nullable=False),
    sa.Column("weight", sa.SmallInteger, nullable=False),
    sa.Column("held_from", sa.Integer),
    sa.Column("held_to", sa.Integer),
    *(sa.Column(name, kind, nullable=name not in _REQUIRED) for name, kind in _CONTENT.items()),
)
_STAGED: Final = sa.Table(
    "amended_keys", sa.MetaData(), *(sa.Column(name, kind) for name, kind in _KEY.items()), prefixes=["TEMPORARY"]
)


def step(connection: Connection) -> None:
    """Add the column and the table, and fill both for every city."""
    _AMENDMENTS.create(connection)
    for table in ("appeals", "history"):
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN in_force_at BIGINT")
    batches = sa.table("batches", *map(sa.column, ("municipality", "batch_id", "loaded_at_utc", "newest_event_at")))
    for municipality in connection.scalars(sa.select(batches.c.municipality).distinct()).all():
        loads = connection.execute(sa.select(*list(batches.c)[1:]).where(batches.c.municipality == municipality)).all()
        zone = _zone(municipality)
        for table in ("appeals", "history"):
            for batch, loaded, newest in loads:
                _date(connection, table, municipality, batch, _day(loaded, newest, zone))
        _amend(connection, municipality)


def _zone(municipality: str) -> ZoneInfo:
    try:
        return ZoneInfo(City.load(municipality).time_zone)
    except InputRefused:
        return ZoneInfo("Europe/Moscow")


def _day(loaded: int, newest: int | None, zone: ZoneInfo) -> int:
    """Give the day of the newest event, at most that of loading, in days since 1970."""
    of_loading = (datetime.fromtimestamp(loaded, zone).date() - date(1970, 1, 1)).days
    return of_loading if newest is None else min(of_loading, newest // 86_400)


def _date(connection: Connection, table: str, municipality: str, batch: int, day: int) -> None:
    """Say of the rows of one load since when they are in force."""
    names = ("municipality", "batch_id", "status", "changed_at", "received_at", "answered_at", "in_force_at")
    rows = sa.table(table, *map(sa.column, names))
    own = (rows.c.municipality == municipality, rows.c.batch_id == batch)
    changed = sa.func.coalesce(rows.c.changed_at, day * 86_400)
    connection.execute(sa.update(rows).where(*own).values(in_force_at=changed))
    received, answered = rows.c.received_at, rows.c.answered_at
    ended = sa.case((answered > received, answered), else_=received)
    is_finished = rows.c.status.in_(_codes(municipality, schema.FINISHED_STATUSES))
    earlier = (is_finished, answered.is_not(None), ended < rows.c.in_force_at)
    connection.execute(sa.update(rows).where(*own, *earlier).values(in_force_at=ended))


def _codes(municipality: str, statuses: tuple[schema.Status, ...]) -> sa.Select[tuple[int]]:
    terms = sa.table("terms", *map(sa.column, ("municipality", "dimension", "code", "value")))
    values = [status.value for status in statuses]
    of_status = (terms.c.municipality == municipality, terms.c.dimension == "status", terms.c.value.in_(values))
    return sa.select(terms.c.code).where(*of_status)


def _amend(connection: Connection, municipality: str) -> None:
    """Work out what the versions tell of the past: of the cases that have several, or came with a deadline moved."""
    history, rows = (
        sa.table(name, *map(sa.column, ("municipality", *_KEY, "status", "postponed_until", "extended_until")))
        for name in ("history", "appeals")
    )
    moved = _codes(municipality, (schema.Status.POSTPONED, schema.Status.EXTENDED))
    is_moved = sa.or_(rows.c.postponed_until.is_not(None), rows.c.extended_until.is_not(None), rows.c.status.in_(moved))
    keys = sa.union(
        sa.select(*(history.c[name] for name in _KEY)).where(history.c.municipality == municipality),
        sa.select(*(rows.c[name] for name in _KEY)).where(rows.c.municipality == municipality, is_moved),
    ).subquery()
    types = pl.Schema({"source_system": pl.String(), "source_id": pl.String(), "question_no": pl.Int32()})
    _STAGED.create(connection)
    bulk.write(connection, _STAGED, bulk.read(connection, sa.select(*keys.c), types))
    amendments.settle(connection, municipality, _STAGED, tuple(_CONTENT))
    _STAGED.drop(connection)
