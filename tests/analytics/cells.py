"""Make small cells frames for the tests of this folder."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from analytics import schema

BLANK: Mapping[str, object] = {
    "received_on": date(2026, 11, 2),
    "due_on": None,
    "answered_on": None,
    "topic_block": "roads",
    "topic": "Ямы",
    "department": "Управление",
    "territory": "Центр",
    "channel": "Портал",
    "kind": "message",
    "status": "in_work",
    "is_repeat": False,
    "is_postponed": False,
    "is_extended": False,
    "is_late": None,
    "satisfaction": None,
    "appeals": 1,
}


def november(day: int) -> date:
    return date(2026, 11, day)


def cells(rows: Sequence[Mapping[str, object]]) -> pl.LazyFrame:
    """Make a cells frame; a row names only what differs from an open message received on Monday 02.11.2026."""
    return pl.LazyFrame([{**BLANK, **row} for row in rows], schema=schema.CELL)


def calm_weeks(before: date, **values: object) -> list[dict[str, object]]:
    """Give half a year of weeks before a day that are as uneven as chance makes them: 9 or 14 withdrawn cases each.

    (14 − 9)² / (14 + 9) is a little above 1.
    """
    return [
        {"received_on": before - timedelta(weeks=back), "appeals": 9 + back % 2 * 5, "status": "withdrawn", **values}
        for back in range(1, 27)
    ]
