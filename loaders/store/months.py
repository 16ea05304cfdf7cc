"""Partitions: one version per month received, raised whenever an import or an undo touches the month."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loaders.store import tables

_MONTHS: Final = tables.partitions.c


def bounds(month: int) -> tuple[int, int]:
    """Give the first second of a month (year * 100 + month) and of the next one, on the city's clock."""
    year, number = divmod(month, 100)
    following = (year + 1, 1) if number == 12 else (year, number + 1)  # noqa: PLR2004 - December
    first, last = (datetime(*start, 1, tzinfo=UTC) for start in ((year, number), following))
    return int(first.timestamp()), int(last.timestamp())


def first_day(month: int) -> date:
    """Give the first day of a month (year * 100 + month)."""
    return date(*divmod(month, 100), 1)


def versions(connection: Connection, municipality: str) -> dict[int, int]:
    """Read the version of every month that ever had rows."""
    rows = connection.execute(
        sa.select(_MONTHS.month, _MONTHS.version).where(_MONTHS.municipality == municipality).order_by(_MONTHS.month)
    )
    return {row.month: row.version for row in rows}


def raise_versions(connection: Connection, municipality: str, months: Iterable[int]) -> None:
    """Raise the version of each month and count its rows anew."""
    known = versions(connection, municipality)
    touched = sorted(months)
    rows = [
        {
            "key": municipality,
            "at": month,
            "version": known.get(month, 0) + 1,
            "rows": _count(connection, municipality, month),
        }
        for month in touched
    ]
    fresh = [row for row in rows if row["at"] not in known]
    old = [row for row in rows if row["at"] in known]
    if fresh:
        connection.execute(
            sa.insert(tables.partitions).values(municipality=sa.bindparam("key"), month=sa.bindparam("at")), fresh
        )
    if old:
        connection.execute(
            sa.update(tables.partitions).where(
                _MONTHS.municipality == sa.bindparam("key"), _MONTHS.month == sa.bindparam("at")
            ),
            old,
        )


def _count(connection: Connection, municipality: str, month: int) -> int:
    first, following = bounds(month)
    rows = tables.appeals.c
    return (
        connection.scalar(
            sa.select(sa.func.count()).where(
                rows.municipality == municipality, rows.received_at >= first, rows.received_at < following
            )
        )
        or 0
    )
