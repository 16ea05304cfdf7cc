"""The register: rows, one page at a time, filtered and sorted in the store; the only door rows leave by.

Nothing personal stands in the store, and a page leaves out the place of a single appeal as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from analytics import schema
from analytics.population import All, Condition
from analytics.schema import Amends
from loaders.errors import InputRefused
from loaders.scope import Scope
from loaders.store import amended, bulk, dimensions, populations, scoped, tables, terms
from loaders.store.engine import Store

_ROWS: Final = tables.appeals.c

MAX_ROWS: Final = 5_000
"""Rows of one page at most: what a browser draws without choking."""

COLUMNS: Final = (
    *("source_system", "source_id", "question_no", "kind", "appeal_type", "channel"),
    *("topic_block", "topic_group", "topic", "classifier_code", "department", "territory"),
    *("status", "stage", "result", "received_at", "registered_at", "deadline_at", "due_basis", "due_at"),
    *("extended_until", "postponed_until", "interim_answered_at", "answered_at", "transferred_at", *schema.MARKS),
    *("reworks", "satisfaction", "batch_id"),
)
"""Columns of a page; `deadline_at` is the moment that counts, `due_basis` what it rests on, a `schema.DueBasis`."""

EVERYTHING: Final = All(())


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """Say which rows are wanted; nothing set means every row of the scope.

    `counted` asks for the rows that a number counts, seen from the day `as_of`; `amended_by` names the amendments that
    the number takes, as they hold on the day `held_on`, and `only` those that it counts instead of rows. `due_from` and
    `due_before` (left out) bound the moment of the deadline. Each tuple of words asks for rows with one of them; None
    among them asks for rows without a word. `also` asks for further rows, none of which the others hold.
    """

    counted: Condition = EVERYTHING
    as_of: date | None = None
    topic_block: tuple[str | None, ...] = ()
    topic: tuple[str | None, ...] = ()
    department: tuple[str | None, ...] = ()
    territory: tuple[str | None, ...] = ()
    geo_cell: tuple[str, ...] = ()
    channel: tuple[str | None, ...] = ()
    kind: tuple[str | None, ...] = ()
    status: tuple[str | None, ...] = ()
    source_system: tuple[str, ...] = ()
    source_id: str | None = None
    amended_by: tuple[Amends, ...] = ()
    held_on: date = date.max
    only: Amends | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    due_basis: tuple[str, ...] = ()
    stage: tuple[str | None, ...] = ()
    batch: int | None = None
    also: "RegisterFilter | None" = None


@dataclass(frozen=True)
class RegisterPage:
    """Hold one page: `rows` with the columns `COLUMNS`, and how many rows there are on all pages."""

    rows: pl.DataFrame
    total: int


def page(
    store: Store,
    scope: Scope,
    filters: RegisterFilter,
    *,
    sort: str = "received_at",
    descending: bool = True,
    offset: int = 0,
    limit: int = 50,
) -> RegisterPage:
    """Read one page of the register, sorted by one of `COLUMNS`; words sort as words, empty values come last.

    Raises `InputRefused` when the scope does not open rows, or for a column or a size that is not allowed.
    """
    _check(scope, sort, offset, limit)
    with store.reading(scope) as connection:
        words = _words(connection, scope)
        chosen = [*(_column(name).label(name) for name in COLUMNS), _ROWS.municipality]
        found = _counted(chosen, words, scope, filters)
        total = connection.scalar(sa.select(sa.func.count()).select_from(found))
        rows = _rows(connection, found, _order(found.c, sort, descending=descending), offset, limit)
    decoded = [words[name].decode(rows[name]) for name in COLUMNS if name in words]
    return RegisterPage(rows.with_columns(*decoded), total or 0)


def counted(store: Store, scope: Scope, filters: RegisterFilter) -> tuple[int, int]:
    """Count the cases of a filter and the questions in them: an appeal with three questions is one case.

    Nothing of a row leaves: whoever sees numbers may ask.
    """
    with store.reading(scope) as connection:
        found = _counted((_ROWS.source_system, _ROWS.source_id), _words(connection, scope), scope, filters)
        cases = sa.select(*found.c).distinct().subquery()
        counts = [connection.scalar(sa.select(sa.func.count()).select_from(each)) for each in (cases, found)]
        return (counts[0] or 0) * scope.weight, (counts[1] or 0) * scope.weight


def totals(store: Store, scope: Scope, within: RegisterFilter, filters: Sequence[RegisterFilter]) -> tuple[int, ...]:
    """Count the rows of each filter in one pass over the rows of a wider one; `page` lists exactly so many.

    Nothing of a row leaves: whoever sees numbers may ask.
    """
    with store.reading(scope) as connection:
        words, asked = _asked(connection, scope, within)
        counts = [sa.func.count().filter(*_conditions(each, words)) for each in filters]
        statement = sa.select(*counts).select_from(tables.appeals).where(*asked)
        return tuple(int(count) * scope.weight for count in connection.execute(statement).one())


def by_word(store: Store, scope: Scope, filters: RegisterFilter, column: str) -> dict[str | None, int]:
    """Count the rows of a filter by the words of a coded column, most first; None stands for rows without a word.

    Nothing of a row leaves: whoever sees numbers may ask.
    """
    with store.reading(scope) as connection:
        words, asked = _asked(connection, scope, filters)
        statement = sa.select(_ROWS[column], sa.func.count() * scope.weight).where(*asked).group_by(_ROWS[column])
        found = bulk.read(connection, statement, pl.Schema({column: pl.Int64(), "rows": pl.Int64()}))
    named = found.with_columns(words[column].decode(found[column]).cast(pl.String).alias(column))
    return dict(named.sort("rows", column, descending=[True, False]).iter_rows())


def points(store: Store, scope: Scope, filters: RegisterFilter) -> pl.DataFrame:
    """Count the rows of a filter by their rounded place: one row per `lat`, `lon` in degrees with `appeals`.

    Raises `InputRefused` when the scope does not open rows: a place may stand for a single one.
    """
    _check_rows(scope)
    with store.reading(scope) as connection:
        places = (_ROWS.lat, _ROWS.lon)
        found = _counted(places, _words(connection, scope), scope, filters, _ROWS.lat.is_not(None))
        statement = sa.select(*found.c, sa.func.count().label("appeals")).group_by(*found.c)
        types = pl.Schema({"lat": pl.Float64(), "lon": pl.Float64(), "appeals": pl.Int64()})
        return bulk.read(connection, statement, types).sort("lat", "lon")


def _check_rows(scope: Scope) -> None:
    if not scope.sees_rows:
        raise InputRefused("no_rows", "Реестр недоступен: роль видит только сводные числа")


def _check(scope: Scope, sort: str, offset: int, limit: int) -> None:
    _check_rows(scope)
    if sort not in COLUMNS:
        raise InputRefused("unknown_column", "В реестре нет такого столбца", advice=f"Есть: {', '.join(COLUMNS)}.")
    if offset < 0 or not 0 < limit <= MAX_ROWS:
        raise InputRefused("page_size", f"На странице реестра от 1 до {MAX_ROWS} строк")


def _asked(
    connection: sa.Connection, scope: Scope, filters: RegisterFilter
) -> tuple[dict[str, terms.Words], list[sa.ColumnElement[bool]]]:
    """Give the words of the city and the conditions of a filter within a scope."""
    words = _words(connection, scope)
    return words, _within(scope, filters, words)


def _words(connection: sa.Connection, scope: Scope) -> dict[str, terms.Words]:
    return {**terms.load(connection, scope.municipality), **terms.FIXED}


def _counted(
    chosen: Sequence[sa.ColumnElement[Any]],
    words: dict[str, terms.Words],
    scope: Scope,
    filters: RegisterFilter,
    *conditions: sa.ColumnElement[bool],
) -> sa.Subquery:
    """Select columns of the rows of a filter: a state of a day, or an outcome, is that of the version then in force."""
    found: list[sa.Select[Any]] = []
    for each in (filters, filters.also):
        if each is not None:
            asked = [*_within(scope, each, words), *conditions]
            found += amended.sources(chosen, asked, each.amended_by, each.held_on, each.only)
    return sa.union_all(*found).subquery()


def _within(scope: Scope, filters: RegisterFilter, words: dict[str, terms.Words]) -> list[sa.ColumnElement[bool]]:
    """Give the conditions of a filter inside a scope: no statement here goes without the scope's."""
    return [*scoped.opened(words, scope), *_conditions(filters, words)]


def _conditions(filters: RegisterFilter, words: dict[str, terms.Words]) -> list[sa.ColumnElement[bool]]:
    coded = (
        *("topic_block", "topic", "department", "territory", "geo_cell", "channel", "kind"),
        *("status", "stage", "due_basis"),
    )
    asked = [scoped.one_of(_ROWS[name], words[name], wanted) for name in coded if (wanted := getattr(filters, name))]
    asked.append(populations.rows(filters.counted, words, filters.as_of))
    if filters.due_from is not None:
        asked.append(_ROWS.deadline_at >= _second_of(filters.due_from))
    if filters.due_before is not None:
        asked.append(_ROWS.deadline_at < _second_of(filters.due_before))
    for name in ("source_id", "batch"):
        value = getattr(filters, name)
        if value is not None:
            asked.append(_ROWS["batch_id" if name == "batch" else name] == value)
    if filters.source_system:
        asked.append(_ROWS.source_system.in_(filters.source_system))
    return asked


def _second_of(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())


def _column(name: str) -> sa.ColumnElement[Any]:
    if name in schema.MARKS:
        return dimensions.DIMENSIONS[name].expression
    return _ROWS[name]


def _order(found: amended.Columns, sort: str, *, descending: bool) -> list[sa.ColumnElement[Any]]:
    """Sort by one column and then by the identity, so that pages neither overlap nor leave rows out."""
    value = _word(found, sort) if sort in tables.DIMENSIONS else found[sort]
    first = value.desc().nulls_last() if descending else value.asc().nulls_last()
    return [first, found.source_system, found.source_id, found.question_no]


def _word(found: amended.Columns, name: str) -> sa.ColumnElement[Any]:
    """Look the word of a coded column up."""
    words = tables.terms.c
    return (
        sa.select(words.value)
        .where(words.municipality == found.municipality, words.dimension == name, words.code == found[name])
        .scalar_subquery()
    )


def _rows(
    connection: Connection,
    found: sa.Subquery,
    order: list[sa.ColumnElement[Any]],
    offset: int,
    limit: int,
) -> pl.DataFrame:
    statement = sa.select(*(found.c[name] for name in COLUMNS)).order_by(*order).offset(offset).limit(limit)
    raw = bulk.read(connection, statement, pl.Schema({name: _raw_type(name) for name in COLUMNS}))
    moments = [name for name in COLUMNS if name in schema.MOMENTS or name == "deadline_at"]
    return raw.with_columns(
        pl.from_epoch(pl.col(moments), time_unit="s").dt.cast_time_unit("ms"),
        pl.col(schema.MARKS).cast(pl.Boolean),
        pl.col("question_no", "reworks", "satisfaction", "batch_id").cast(pl.Int32),
    )


def _raw_type(name: str) -> pl.DataType:
    return pl.String() if name in {"source_system", "source_id"} else pl.Int64()
