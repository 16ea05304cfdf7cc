"""How good the loaded data are: what was refused, what is doubtful, what is missing."""

from itertools import combinations
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from analytics import schema
from analytics.due_states import TOO_FAR_DAYS
from analytics.schema import Amends
from loaders import imports
from loaders.scope import Scope
from loaders.store import amended, bulk, dimensions, scoped, tables, terms
from loaders.store.engine import Store

_ROWS: Final = tables.appeals.c

_REGISTERED: Final = dimensions.REGISTERED_AT // 86_400
_DUE: Final = _ROWS.deadline_at // 86_400
_STAGES: Final = tuple(schema.STAGE_STARTS.values())

DOUBTS: Final[dict[str, sa.ColumnElement[bool]]] = {
    "answered_before_received": _ROWS.answered_at < _ROWS.received_at,
    "deadline_before_registered": _DUE < _REGISTERED,
    "deadline_far": _DUE - _REGISTERED > TOO_FAR_DAYS,
    "due_before_received": _ROWS.due_at < _ROWS.received_at,
    "registered_before_received": _ROWS.registered_at // 86_400 < _ROWS.received_at // 86_400,
    "extended_before_due": _ROWS.extended_until < _ROWS.due_at,
    "stages_out_of_order": sa.or_(*(_ROWS[later] < _ROWS[earlier] for earlier, later in combinations(_STAGES, 2))),
}
"""Pairs of dates that can hardly both be right; such rows are loaded and shown here."""

rejected = imports.rejected
findings = imports.findings


def doubtful_dates(store: Store, scope: Scope) -> pl.DataFrame:
    """Count rows with dates that cannot both be right: source_system, code, appeals; pairs without rows are absent."""
    sums = [sa.func.sum(sa.case((doubt, scope.weight), else_=0)).label(code) for code, doubt in DOUBTS.items()]
    return (
        _by_system(store, scope, sums)
        .drop("appeals")
        .unpivot(index="source_system", variable_name="code", value_name="appeals")
        .filter(pl.col("appeals") > 0)
        .sort("source_system", "code")
    )


def without_deadline(store: Store, scope: Scope) -> pl.DataFrame:
    """List what has no deadline, neither told nor by norm, the most frequent first.

    One row per source_system, kind and channel (null = none) with `appeals`: these cases are in no count of deadlines,
    and a channel that stands here is one that no norm of the city covers.
    """
    names = ("source_system", "kind", "channel")
    types = pl.Schema({"source_system": pl.String()} | dict.fromkeys((*names[1:], "appeals"), pl.Int64()))
    with store.reading(scope) as connection:
        words = terms.load(connection, scope.municipality, {*names[1:], *scoped.needed(scope)})
        columns = [_ROWS[name] for name in names]
        statement = (
            sa.select(*columns, sa.func.count() * scope.weight)
            .where(*scoped.opened(words, scope), _ROWS.deadline_at.is_(None))
            .group_by(*columns)
        )
        found = bulk.read(connection, statement, types)
    coded = [words[name].decode(found[name]).cast(pl.String) for name in names[1:]]
    return found.with_columns(coded).sort("appeals", *names, descending=[True, False, False, False])


def unknown_past(store: Store, scope: Scope) -> pl.DataFrame:
    """Count cases that came with their deadline already moved, so that nobody knows how they stood before.

    One row per source_system: `appeals`, and `known_from`, the first day on which the state of each of them is known.
    """
    rows = tables.amendments.c
    types = pl.Schema({"source_system": pl.String(), "appeals": pl.Int64(), "known_from": pl.Int32()})
    with store.reading(scope) as connection:
        words = terms.load(connection, scope.municipality, scoped.needed(scope))
        opened = map(amended.over, scoped.opened(words, scope))
        statement = (
            sa.select(rows.source_system, sa.func.count() * scope.weight, sa.func.max(rows.held_to))
            .where(*opened, rows.amends == list(Amends).index(Amends.UNKNOWN))
            .group_by(rows.source_system)
            .order_by(rows.source_system)
        )
        return bulk.read(connection, statement, types).with_columns(pl.col("known_from").cast(pl.Date))


def _by_system(store: Store, scope: Scope, numbers: list[sa.Label[Any]]) -> pl.DataFrame:
    with store.reading(scope) as connection:
        words = terms.load(connection, scope.municipality, scoped.needed(scope))
        statement = (
            sa.select(_ROWS.source_system, (sa.func.count() * scope.weight).label("appeals"), *numbers)
            .where(*scoped.opened(words, scope))
            .group_by(_ROWS.source_system)
            .order_by(_ROWS.source_system)
        )
        names = [column.name for column in statement.selected_columns]
        return bulk.read(connection, statement, pl.Schema(dict.fromkeys(names, pl.Int64()) | {names[0]: pl.String()}))
