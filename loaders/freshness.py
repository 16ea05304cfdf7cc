"""Say how fresh the data of a city are: what they tell of, when they were loaded, from which systems."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from analytics.coverage import Coverage
from loaders import coverage
from loaders.scope import Scope
from loaders.store import scoped, tables, terms
from loaders.store.engine import Store

_BATCHES: Final = tables.batches.c
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - the city's wall clock has no zone


@dataclass(frozen=True, slots=True)
class SystemFreshness:
    """Tell of one source system: its newest event by the city's clock, its last load by UTC, its imports."""

    source_system: str
    newest_event_at: datetime | None
    loaded_at: datetime
    imports: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """Tell of all systems together.

    `coverage` tells the whole days, and the day that all is counted by. `newest_event_at` is naive, by the city's own
    clock; `loaded_at` is UTC. Both are None when nothing is loaded. `late_share` is the share of late rows among the
    new rows of every load but the first of its system; None when there are none, for a scope narrower than the city
    (rows of all blocks are in it) and for one without rows (it is made of exact numbers). `since` counts what came to
    the scope after the last whole day.
    """

    coverage: Coverage
    newest_event_at: datetime | None
    loaded_at: datetime | None
    late_share: float | None
    since: int
    systems: tuple[SystemFreshness, ...]


def freshness(store: Store, scope: Scope) -> Freshness:
    """Read how fresh the data of a city are; systems stand in the order of their keys.

    A scope narrower than the city is told of the systems that have rows inside it, and of no other.
    """
    mine = (_BATCHES.municipality == scope.municipality, _BATCHES.state == "loaded")
    first = (
        sa.select(sa.func.min(_BATCHES.batch_id).label("batch_id"))
        .where(*mine)
        .group_by(_BATCHES.source_system)
        .subquery()
    )
    by_system = (
        sa.select(
            _BATCHES.source_system,
            sa.func.max(_BATCHES.newest_event_at),
            sa.func.max(_BATCHES.loaded_at_utc),
            sa.func.count(),
        )
        .where(*mine)
        .group_by(_BATCHES.source_system)
        .order_by(_BATCHES.source_system)
    )
    late = sa.select(sa.func.sum(_BATCHES.late), sa.func.sum(_BATCHES.new)).where(
        *mine, _BATCHES.batch_id.not_in(sa.select(first.c.batch_id))
    )
    whole = coverage.read(store, scope)
    is_told = scope.is_whole_city and scope.sees_rows
    with store.reading(scope) as connection:
        told = by_system if scope.is_whole_city else by_system.where(_has_rows(connection, scope))
        systems = tuple(_system(*row) for row in connection.execute(told))
        late_rows, new_rows = connection.execute(late).one() if is_told else (0, 0)
        since = _since(connection, scope, whole.as_of)
    return Freshness(
        coverage=whole,
        newest_event_at=max((s.newest_event_at for s in systems if s.newest_event_at is not None), default=None),
        loaded_at=max((system.loaded_at for system in systems), default=None),
        late_share=int(late_rows) / int(new_rows) if new_rows else None,
        since=since,
        systems=systems,
    )


def _since(connection: Connection, scope: Scope, day: date) -> int:
    """Count the rows of a scope received after a day."""
    words = terms.load(connection, scope.municipality, scoped.needed(scope))
    received, end = tables.appeals.c.received_at, int((datetime.combine(day, time.max) - _EPOCH).total_seconds())
    rows = sa.select(sa.func.count()).select_from(tables.appeals).where(*scoped.opened(words, scope), received > end)
    return (connection.scalar(rows) or 0) * scope.weight


def _has_rows(connection: Connection, scope: Scope) -> sa.ColumnElement[bool]:
    """Say whether the system of an import has a row that a scope opens, of whichever import."""
    words = terms.load(connection, scope.municipality, scoped.needed(scope))
    same = tables.appeals.c.source_system == _BATCHES.source_system
    return sa.exists().where(same, *scoped.opened(words, scope))


def _system(key: str, newest: int | None, loaded: int, imports: int) -> SystemFreshness:
    event = None if newest is None else _EPOCH + timedelta(seconds=newest)
    return SystemFreshness(key, event, datetime.fromtimestamp(loaded, UTC), imports)
