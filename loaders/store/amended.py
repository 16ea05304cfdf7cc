"""Read amendments: what is added to the newest versions so that a past day is told by the versions in force on it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql import visitors

from analytics import schema
from loaders.scope import Scope
from loaders.store import bulk, calendar, dimensions, scoped, tables
from loaders.store.terms import Words

_ROWS: Final = tables.amendments.c
_OWN: Final = ("amends", "held_from", "held_to", "weight")


def over(expression: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Ask of amendments what an expression asks of appeals: both have its columns under the same names."""

    def swapped(element: Any, **_: Any) -> Any:
        is_ours = isinstance(element, sa.Column) and element.table is tables.appeals
        return _ROWS[element.name] if is_ours else None

    return visitors.replacement_traverse(expression, {}, swapped)


def read(
    connection: Connection,
    words: Mapping[str, Words],
    scope: Scope,
    names: tuple[str, ...],
    grain: calendar.Grain,
    start: date,
) -> pl.DataFrame:
    """Read the amendments of a scope that hold on `start` or later.

    One row each: `names`, words as codes, `appeals` (1 or -1), and the columns of `schema.AMENDMENT`.
    """
    columns = [over(field.expression).label(field.name) for field in dimensions.fields(names, words, grain)]
    held = sa.or_(_ROWS.held_to.is_(None), _ROWS.held_to > (start - date(1970, 1, 1)).days)
    conditions = [*map(over, scoped.opened(words, scope)), held]
    statement = sa.select(*columns, *(_ROWS[name] for name in _OWN)).where(*conditions)
    types = pl.Schema({name: pl.Int64() for name in (*names, *_OWN)})
    values = {dimensions.BASE: 0} if dimensions.RECEIVED in names else {}
    kind = pl.col("amends").cast(pl.UInt32).cat.to(schema.AMENDMENT["amends"])
    return bulk.read(connection, statement, types, values).select(
        *dimensions.columns(names, grain, 0),
        pl.col("weight").alias("appeals"),
        kind,
        pl.col("held_from", "held_to").cast(pl.Int32).cast(pl.Date),
    )
