"""Date what an import brings: since when a row is known, and since when a version tells how its case stands.

A source that says when it changed a record is believed; without that a version counts from the day of its load. What
the newest versions then hide of the past is kept beside them (`store.amendments`).
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy.engine import Connection

from analytics import schema
from loaders.city import City
from loaders.store import amendments, chains, landing, versions

if TYPE_CHECKING:
    from loaders.intake import Intake

EVENTS: Final = ("received_at", "answered_at", "changed_at")
"""Moments that tell how far a load reaches."""


def first_day(city: City, intake: "Intake", loaded_on: pl.Expr | None) -> pl.Expr:
    """Give the day on which new rows became known, in days since 1970: that of the newest event of their load.

    Files of many days loaded in one evening so look as if each had been loaded on its own day.
    """
    today = datetime.now(UTC).astimezone(ZoneInfo(city.time_zone)).date()
    newest = intake.appeals.select(pl.max_horizontal(pl.col(EVENTS).max().dt.date())).item()
    return (pl.lit(min(newest or today, today)) if loaded_on is None else loaded_on).cast(pl.Int32)


def in_force_at() -> pl.Expr:
    """Give the moment from which a version tells how a case stands, in seconds.

    The end of work is dated by the source itself: a version that tells of it is in force by then, however late it came.
    """
    is_finished = pl.col("status").is_in([status.value for status in schema.FINISHED_STATUSES])
    ended = pl.when(is_finished & pl.col("answered_at").is_not_null()).then(
        pl.max_horizontal("answered_at", "received_at")
    )
    changed = pl.coalesce("changed_at", pl.col("now").cast(pl.Int64) * 86_400)
    return pl.min_horizontal(changed, ended).alias("in_force_at")


def with_a_past(appeals: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """Name the identities of kept rows that follow or precede others, or came with their deadline moved: KEY."""
    moved = (
        pl.col("postponed_until").is_not_null()
        | pl.col("extended_until").is_not_null()
        | pl.col("status").is_in([status.value for status in chains.MOVED])
    )
    is_kept, is_followed = judged["place"].is_not_null(), judged["replaces"] | (judged["place"] == "history")
    chosen = is_kept & (is_followed.fill_null(value=False) | appeals.select(moved).to_series())
    return appeals.select(versions.KEY).filter(chosen).unique()


def amend(connection: Connection, municipality: str, keys: pl.DataFrame) -> None:
    """Work out anew what the newest versions of some cases hide of their past."""
    if not keys.is_empty():
        with landing.staged(connection, keys):
            amendments.settle(connection, municipality, landing.staged_keys, landing.CONTENT)
