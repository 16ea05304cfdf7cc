"""Read amendments: what is added to the newest versions so that a past day is told by the versions in force on it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from analytics import schema
from analytics.schema import Amends
from loaders.scope import Scope
from loaders.store import bulk, calendar, dimensions, scoped, tables
from loaders.store.terms import Words
from loaders.store.versions import KEY

Columns = ReadOnlyColumnCollection[str, Any]

_ROWS: Final = tables.amendments.c
_OWN: Final = ("amends", "held_from", "held_to", "weight")


def over(expression: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Ask of amendments what an expression asks of appeals: both have its columns under the same names."""

    def swapped(element: Any, **_: Any) -> Any:
        is_ours = isinstance(element, sa.Column) and element.table is tables.appeals
        return _ROWS[element.name] if is_ours else None

    found: sa.ColumnElement[Any] = visitors.replacement_traverse(expression, {}, swapped)
    return found


def sources(
    chosen: Sequence[sa.ColumnElement[Any]],
    asked: Sequence[sa.ColumnElement[bool]],
    kinds: Sequence[Amends],
    day: date,
    only: Amends | None = None,
) -> list[sa.Select[Any]]:
    """Select the rows that a count with these amendments is made of, as it stood at the end of `day`.

    `chosen` and `asked` are columns and conditions over appeals. The first statement gives the newest versions that
    tell of the day by themselves, the second those that were in force instead. Without kinds there is only the first.
    A count of amendments of one kind `only` has these alone: deadlines that were moved, and rows that are unknown.
    """
    if only is not None:
        weight = 1 if only is Amends.COHORT else -1
        return [sa.select(*map(over, chosen)).where(*map(over, asked), *_of(_ROWS, (only,), weight, day))]
    newest = sa.select(*chosen).where(*asked)
    if not kinds:
        return [newest]
    held = [over(each) for each in asked]
    added = sa.select(*map(over, chosen)).where(*held, *_of(_ROWS, kinds, 1, day))
    if Amends.UNKNOWN in kinds:
        added = added.where(~_amended(_ROWS, (Amends.UNKNOWN,), day))
    return [newest.where(~_amended(tables.appeals.c, kinds, day)), added]


def _amended(rows: Columns, kinds: Sequence[Amends], day: date) -> sa.ColumnElement[bool]:
    """Say whether something takes a row out of what is told of the day."""
    other = tables.amendments.alias("taken_out")
    same = [other.c[name] == rows[name] for name in ("municipality", *KEY)]
    return sa.exists().where(*same, *_of(other.c, kinds, -1, day))


def _of(rows: Columns, kinds: Sequence[Amends], weight: int, day: date) -> list[sa.ColumnElement[bool]]:
    """Ask for amendments of some kinds that hold on a day; one of a cohort always does."""
    number = (day - date(1970, 1, 1)).days
    places = [list(Amends).index(kind) for kind in kinds]
    is_held = sa.and_(
        sa.or_(rows.held_from.is_(None), rows.held_from <= number),
        sa.or_(rows.held_to.is_(None), rows.held_to > number),
    )
    cohort = rows.amends == list(Amends).index(Amends.COHORT)
    return [rows.amends.in_(places), rows.weight == weight, sa.or_(cohort, is_held)]


def read(
    connection: Connection,
    words: Mapping[str, Words],
    scope: Scope,
    names: tuple[str, ...],
    grain: calendar.Grain,
    start: date,
) -> pl.DataFrame:
    """Read the amendments of a scope that hold on `start` or later.

    One row each: `names`, words as codes, `appeals` (1 or -1, times `Scope.weight`), and the columns of
    `schema.AMENDMENT`.
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
        (pl.col("weight") * scope.weight).alias("appeals"),
        kind,
        pl.col("held_from", "held_to").cast(pl.Int32).cast(pl.Date),
    )
