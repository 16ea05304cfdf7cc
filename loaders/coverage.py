"""Read which days the data of a city cover whole; a month is counted once for each of its versions."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from analytics import coverage
from analytics.coverage import Coverage, Heard
from loaders.city import City
from loaders.errors import InputRefused
from loaders.scope import Scope
from loaders.store import bulk, months, scoped, tables, terms
from loaders.store.cache import FrameCache
from loaders.store.engine import Store

_ROWS: Final = tables.appeals.c
_BATCHES: Final = tables.batches.c
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 — the city's wall clock has no zone
_DAY: Final = 86_400
_DAYS: Final = pl.Schema({"source": pl.String(), "day": pl.Int64(), "rows": pl.Int64()})
_HOURS: Final = pl.Schema({"source": pl.String(), "weekday": pl.Int64(), "hour": pl.Int64(), "rows": pl.Int64()})
_MONDAY: Final = 3
"""Weekday of 1970-01-01, counted from Monday."""

_CACHE: Final = FrameCache(limit_bytes=64 * 2**20)


def read(store: Store, scope: Scope, now: datetime | None = None) -> Coverage:
    """Find the whole days of a city's sources; `now` is the city's wall clock, the present moment by default.

    All readers of a city count as of the same day, whatever their scope; a scope narrower than the city is told of the
    sources that have rows inside it, and of no other.
    """
    scope.check()
    moment = now or city_now(scope.municipality)
    with store.reading(Scope.whole_city(scope.municipality).reach) as connection:
        versions = months.versions(connection, scope.municipality)
        frames = [
            _CACHE.get((store.identity, scope.municipality, *each), lambda: _month(connection, scope, each[0]))  # noqa: B023 — called at once
            for each in versions.items()
        ]
        heard = _heard(connection, scope.municipality)
        newest = max((each.newest for each in heard.values()), default=moment)
        hours = _hours(connection, scope, min(newest, moment).date() - coverage.RECENT)
    daily = pl.concat([pl.DataFrame(schema=_DAYS), *frames]).with_columns(pl.col("day").cast(pl.Int32).cast(pl.Date))
    found = coverage.coverage(daily, hours, heard, moment)
    return found if scope.is_whole_city else found.only(sources_within(store, scope))


def sources_within(store: Store, scope: Scope) -> tuple[str, ...]:
    """List the source systems that have rows inside a scope."""
    with store.reading(scope) as connection:
        words = terms.load(connection, scope.municipality, scoped.needed(scope))
        found = sa.select(_ROWS.source_system).where(*scoped.opened(words, scope)).distinct()
        return tuple(sorted(connection.scalars(found)))


def city_now(municipality: str) -> datetime:
    """Give the city's wall clock; a city whose file is not among the product's lives by Moscow time."""
    try:
        zone = City.load(municipality).time_zone
    except InputRefused:
        zone = "Europe/Moscow"
    return datetime.now(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def city_today(municipality: str) -> date:
    """Give the city's own date."""
    return city_now(municipality).date()


def _month(connection: Connection, scope: Scope, month: int) -> pl.DataFrame:
    """Count the rows of one month by source and day."""
    first, following = months.bounds(month)
    received = (_ROWS.received_at >= first, _ROWS.received_at < following)
    by = (_ROWS.source_system, _ROWS.received_at // _DAY)
    statement = sa.select(*by, sa.func.count()).where(_ROWS.municipality == scope.municipality, *received).group_by(*by)
    return bulk.read(connection, statement, _DAYS)


def _hours(connection: Connection, scope: Scope, after: date) -> pl.DataFrame:
    """Count the rows received after a day by source, weekday and hour."""
    since = int((datetime.combine(after, time.max) - _EPOCH).total_seconds())
    by = (_ROWS.source_system, (_ROWS.received_at // _DAY + _MONDAY) % 7, _ROWS.received_at % _DAY // 3_600)
    mine = (_ROWS.municipality == scope.municipality, _ROWS.received_at > since)
    return bulk.read(connection, sa.select(*by, sa.func.count()).where(*mine).group_by(*by), _HOURS)


def _heard(connection: Connection, municipality: str) -> dict[str, Heard]:
    """Read the newest event and the last load of every source, by the city's clock."""
    statement = (
        sa.select(_BATCHES.source_system, sa.func.max(_BATCHES.newest_event_at), sa.func.max(_BATCHES.loaded_at_utc))
        .where(_BATCHES.municipality == municipality, _BATCHES.state == "loaded", _BATCHES.newest_event_at.is_not(None))
        .group_by(_BATCHES.source_system)
    )
    ahead = city_now(municipality) - datetime.now(UTC).replace(tzinfo=None)
    return {
        source: Heard(_EPOCH + timedelta(seconds=newest), _EPOCH + timedelta(seconds=loaded) + ahead)
        for source, newest, loaded in connection.execute(statement)
    }
