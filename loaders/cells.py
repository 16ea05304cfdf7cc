"""Read cells: groups of appeals that agree in every chosen dimension, counted by the store.

A read is made of months. A month received from `start` on comes whole; of older months come only the rows that still
matter from `start` on. Each month is kept in the process under its version, so after an import of a thousand
corrections the next screen reads the months they touched, and nothing else.
"""

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from polars import selectors as cs
from sqlalchemy.engine import Connection

from analytics import schema
from loaders.errors import InputRefused, StoreUnavailable
from loaders.scope import Scope
from loaders.store import amended, bulk, calendar, dimensions, months, packing, scoped, tables, terms
from loaders.store.cache import FrameCache
from loaders.store.calendar import Grain
from loaders.store.engine import Store

DIMENSIONS: Final = tuple(dimensions.DIMENSIONS)
"""Every dimension that may be asked for."""

DEFAULT: Final = tuple(name for name in schema.CELL if name != "appeals")
"""The dimensions that serve all screens but the map."""

_ATTEMPTS: Final = 3
_ROWS: Final = tables.appeals.c
_CLOSED: Final = {*terms.VOCABULARIES, *terms.FIXED, *schema.AMENDMENT}
_CACHE: Final = FrameCache(limit_bytes=512 * 2**20)


class DataChanged(StoreUnavailable):
    """Tell that an import ended while a page was being drawn; drawing it again shows the new data whole."""

    def __init__(self) -> None:
        super().__init__("Данные обновились, пока строилась страница. Откройте её ещё раз.")


@dataclass(frozen=True, slots=True)
class DataVersion:
    """Name one state of a city's data: how many imports and undos it has seen, and the version of every month."""

    municipality: str
    events: int
    months: tuple[tuple[int, int], ...]

    @property
    def word(self) -> str:
        """Put the state into one opaque word."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def data_version(store: Store, scope: Scope) -> DataVersion:
    """Read the state the city's data are in; read it once per page and hand it to every reader of that page."""
    with store.reading(scope) as connection:
        return _version(connection, scope.municipality)


def _version(connection: Connection, municipality: str) -> DataVersion:
    batches = tables.batches.c
    events = sa.select(sa.func.count() + sa.func.count(batches.undone_at_utc)).where(
        batches.municipality == municipality
    )
    versions = months.versions(connection, municipality)
    return DataVersion(municipality, connection.scalar(events) or 0, tuple(versions.items()))


def load(
    store: Store,
    scope: Scope,
    *,
    start: date | None = None,
    dimensions: Iterable[str] = DEFAULT,
    grain: Grain = "day",
    version: DataVersion | None = None,
    with_past: bool = False,
) -> pl.DataFrame:
    """Read the cells of a scope that touch `start` and after; without `start`, all of them.

    One row per combination of `dimensions`, in their order, and `appeals`, how many rows agree in it: for a scope
    without rows those of a random half of the cases, each counted twice. Days are the first days of their grain. Words
    come as `pl.Enum`. Months received before the month of `start` give only rows that were open, answered or due at its
    beginning or later. `with_past` adds the amendments (`schema.AMENDMENT`) by which past days are told by the versions
    in force then; where there are none, the frame has no such columns.
    Raises `DataChanged` when the store has moved on from `version`, `InputRefused` for a dimension that is not
    declared.
    """
    scope.check()
    names = tuple(dict.fromkeys(dimensions))
    _check(names)
    for _ in range(_ATTEMPTS):
        wanted = version or data_version(store, scope)
        query = _Query(scope.reach, names, grain, None if start is None else start.replace(day=1), with_past)
        try:
            return _CACHE.get((store.identity, wanted, query), lambda: _made(store, wanted, query))  # noqa: B023
        except DataChanged:
            if version is not None:
                raise
    raise DataChanged


@dataclass(frozen=True, slots=True)
class _Query:
    """Hold what a read asks for, beside the state of the data."""

    scope: Scope
    names: tuple[str, ...]
    grain: Grain
    start: date | None
    with_past: bool = False

    def carried(self, month: int) -> int | None:
        """Give the second from which rows of an older month matter; None for a month that is read whole."""
        if self.start is None or month >= self.start.year * 100 + self.start.month:
            return None
        return months.bounds(self.start.year * 100 + self.start.month)[0]

    def of(self, month: int) -> tuple[Hashable, ...]:
        """Give what decides the cells of one month: part of their key."""
        return self.scope, self.names, self.grain, self.carried(month)

    @property
    def wider(self) -> "_Query | None":
        """Give the same question about the whole city where its cells tell enough to be filtered; else None."""
        if self.scope.is_whole_city or not set(scoped.bounds(self.scope)).issubset(self.names):
            return None
        whole = Scope.whole_city(self.scope.municipality, sees_rows=self.scope.sees_rows)
        return replace(self, scope=whole.reach)


def _check(names: tuple[str, ...]) -> None:
    unknown = [name for name in names if name not in dimensions.DIMENSIONS]
    if unknown:
        advice = f"Есть: {', '.join(DIMENSIONS)}."
        raise InputRefused("unknown_dimension", f"Нет измерения «{unknown[0]}»", advice=advice)


def _made(store: Store, wanted: DataVersion, query: _Query) -> pl.DataFrame:
    """Filter the cells of the whole city where they are at hand, else read those of the scope.

    People with different scopes so share what was read for one of them. A frame of a narrower scope holds no word that
    is not in its own rows, not even in its types.
    """
    whole = None if query.wider is None else _CACHE.look((store.identity, wanted, query.wider))
    if whole is None:
        found = _assemble(store, wanted, query)
        return found if query.scope.is_whole_city else _without_foreign_words(found)
    within = [_is_one_of(whole[name], words) for name, words in scoped.bounds(query.scope).items()]
    return _without_foreign_words(whole.filter(within))


def _is_one_of(column: pl.Series, words: frozenset[str]) -> pl.Expr:
    own = [place for place, word in enumerate(_dictionary(column)) if word in words]
    return pl.col(column.name).to_physical().is_in(own)


def _without_foreign_words(cells: pl.DataFrame) -> pl.DataFrame:
    """Leave in the dictionary of each open column only the words that stand in it, in their order."""
    return cells.with_columns(
        _own_words(cells[name]) for name in cells.select(cs.enum()).columns if name not in _CLOSED
    )


def _own_words(column: pl.Series) -> pl.Series:
    own = column.to_physical().unique().drop_nulls().sort()
    return column.cast(pl.Enum(_dictionary(column).gather(own)))


def _dictionary(column: pl.Series) -> pl.Series:
    return column.dtype.categories if isinstance(column.dtype, pl.Enum) else column.unique()


def _assemble(store: Store, wanted: DataVersion, query: _Query) -> pl.DataFrame:
    """Put the months together from the cache and the store, in one snapshot of the store."""
    with store.reading(query.scope) as connection:
        if _version(connection, query.scope.municipality) != wanted:
            raise DataChanged
        words = _words(connection, query)
        reader = _Reader(connection, words, query)
        pieces = [_empty(words, query)]
        for month, version in wanted.months if all(reader.own.values()) else ():
            key = (store.identity, month, version)
            asked = (*key, *query.of(month), *reader.systems)
            pieces.append(_CACHE.get(asked, lambda: _month(key, reader)))  # noqa: B023
        past = reader.past() if query.with_past and all(reader.own.values()) else None
    if past is not None and not past.is_empty():
        pieces.append(past)
    cells = pl.concat(pieces, how="diagonal", rechunk=True)
    coded = [name for name in query.names if name in words]
    return cells.with_columns(words[name].decode(cells[name]) for name in coded)


def _month(key: tuple[str, int, int], reader: "_Reader") -> pl.DataFrame:
    """Filter one coded month of the whole city where it is at hand, else read it."""
    month, wider = key[1], reader.query.wider
    # Systems have no codes in the store: each scope numbers those of its own rows.
    is_shared = wider is not None and dimensions.SYSTEM not in wider.names
    whole = _CACHE.look((*key, *wider.of(month))) if is_shared and wider is not None else None
    if whole is None:
        return reader.month(month)
    return whole.filter(pl.col(name).is_in(codes) for name, codes in reader.own.items())


def _words(connection: Connection, query: _Query) -> dict[str, terms.Words]:
    """Read the words of the dimensions asked for, and those that the conditions need."""
    municipality = query.scope.municipality
    asked = [name for name in tables.DIMENSIONS if name in {*query.names, *scoped.needed(query.scope)}]
    words = terms.load(connection, municipality, asked)
    if dimensions.SYSTEM in query.names:
        systems = sa.select(_ROWS.source_system).where(*scoped.opened(words, query.scope)).distinct()
        found = sorted(connection.scalars(systems))
        words[dimensions.SYSTEM] = terms.Words(dimensions.SYSTEM, dict(enumerate(found)))
    return words | {name: fixed for name, fixed in terms.FIXED.items() if name in query.names}


class _Reader:
    """Count the cells of one month after another in the store, by two statements made once."""

    def __init__(self, connection: Connection, words: Mapping[str, terms.Words], query: _Query) -> None:
        self._connection = connection
        self._words = words
        self.query = query
        self._placed = packing.places(dimensions.fields(query.names, words, query.grain))
        self.own = scoped.codes(words, query.scope)
        # A new system takes a place among the others: months of before would be read by the wrong numbers.
        self.systems = tuple(words[dimensions.SYSTEM].by_code.values()) if dimensions.SYSTEM in words else ()
        self._counted = pl.col("appeals") * query.scope.weight
        whole = [*scoped.opened(words, query.scope), *_OF_ONE_MONTH]
        self._whole = self._statement(*whole)
        self._carried = self._statement(*whole, _still_matters(words))

    def past(self) -> pl.DataFrame:
        """Give the coded amendments of all months that hold on the first day asked for or later."""
        first = date.min if self.query.start is None else self.query.start
        return amended.read(self._connection, self._words, self.query.scope, self.query.names, self.query.grain, first)

    def _statement(self, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
        rows = sa.select(*packing.words(self._placed)).where(*conditions).subquery()
        return sa.select(*rows.c, sa.func.count()).group_by(*rows.c)

    def month(self, month: int) -> pl.DataFrame:
        """Give the coded cells of one month."""
        first, following = months.bounds(month)
        base = calendar.number(first, self.query.grain)
        values = {"first": first, "following": following}
        if dimensions.RECEIVED in self.query.names:
            values[dimensions.BASE] = base
        start = self.query.carried(month)
        statement = self._whole
        if start is not None:
            statement, values["start"] = self._carried, start
        names = [column.name for column in statement.selected_columns][:-1]
        return (
            bulk.read(self._connection, statement, pl.Schema(dict.fromkeys((*names, "appeals"), pl.Int64())), values)
            .select(*(place.unpacked for place in self._placed), "appeals")
            .select(*dimensions.columns(self.query.names, self.query.grain, base), self._counted)
        )


_OF_ONE_MONTH: Final = (
    _ROWS.received_at >= sa.bindparam("first", type_=sa.BigInteger),
    _ROWS.received_at < sa.bindparam("following", type_=sa.BigInteger),
)
"""Bounds a statement to the rows of one month."""


def _still_matters(words: Mapping[str, terms.Words]) -> sa.ColumnElement[bool]:
    """Keep of an older month what is open, or was answered or due at `start` or later."""
    start = sa.bindparam("start", type_=sa.BigInteger)
    return sa.or_(
        _ROWS.answered_at.is_(None),
        ~scoped.is_finished(words["status"]),
        _ROWS.answered_at >= start,
        start <= _ROWS.deadline_at,
    )


def _empty(words: Mapping[str, terms.Words], query: _Query) -> pl.DataFrame:
    """Give the coded form of no cells at all."""
    types: dict[str, Any] = {
        name: pl.UInt32() if name in words else dimensions.DIMENSIONS[name].dtype for name in query.names
    }
    return pl.DataFrame(schema=types | {"appeals": pl.Int64()})


def codes(store: Store, scope: Scope, names: Iterable[str]) -> dict[str, dict[str, int]]:
    """Give the codes of a city's words by dimension: a word keeps its own while the load that brought it stands."""
    with store.reading(scope) as connection:
        return {name: words.codes for name, words in terms.load(connection, scope.municipality, names).items()}
