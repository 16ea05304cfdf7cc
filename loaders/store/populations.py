"""Read a condition of `analytics.population` as SQL over rows: the list behind a number is what the number counted.

Days of a cell are moments of a row cut to days, so a day is compared with a known one by bounds that an index serves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import singledispatch
from typing import Any

import sqlalchemy as sa

from analytics import population as asks
from analytics.population import SIGNS, Condition, Term
from loaders.store import calendar, dimensions, scoped, tables
from loaders.store.terms import Words

DAY = 86_400

Sql = sa.ColumnElement[Any]


@dataclass(frozen=True)
class Seen:
    """Hold what a condition needs beside itself: the words of the city, and the day that it is seen from."""

    words: Mapping[str, Words]
    as_of: date | None


def rows(condition: Condition, words: Mapping[str, Words], as_of: date | None = None) -> Sql:
    """Ask for the rows of a condition; ValueError where it looks at the present day and is not told it."""
    return _sql(condition, Seen(words, as_of))


@singledispatch
def _sql(node: Condition | Term, seen: Seen) -> Sql:  # noqa: ARG001 — the signature of all readers
    """Give the SQL of a node: days in seconds of any moment of theirs, numbers and conditions as they are."""
    raise TypeError(node)


@_sql.register
def _(node: asks.Column, _: Seen) -> Sql:
    if node.name == "held_from":  # a day, as amendments have it
        return sa.cast(tables.amendments.c.held_from, sa.BigInteger) * DAY
    return dimensions.DIMENSIONS[node.name].expression


@_sql.register
def _(node: asks.Later, seen: Seen) -> Sql:
    day, other = _sql(node.day, seen), _sql(node.other, seen)
    return sa.case((day > other, day), else_=other)


@_sql.register
def _(node: asks.First, seen: Seen) -> Sql:
    first, *others = (_sql(term, seen) for term in node.terms)
    return sa.func.coalesce(first, *others) if others else first


@_sql.register
def _(node: asks.When, seen: Seen) -> Sql:
    return sa.case((_sql(node.condition, seen), _sql(node.term, seen)))


@_sql.register
def _(node: asks.DaysBetween, seen: Seen) -> Sql:
    return _day(node.last, seen) - _day(node.first, seen)


@_sql.register
def _(node: asks.Percent, seen: Seen) -> Any:
    return _sql(node.whole, seen) * node.percent // 100


@_sql.register
def _(node: asks.Before, seen: Seen) -> Any:
    days: Any = node.days if isinstance(node.days, int) else sa.cast(_sql(node.days, seen), sa.BigInteger)
    return _sql(node.day, seen) - days * DAY


@_sql.register
def _(node: asks.In, seen: Seen) -> Sql:
    column = dimensions.DIMENSIONS[node.name].expression
    if node.name == dimensions.SYSTEM:
        return column.in_(node.words)
    return scoped.one_of(column, seen.words[node.name], node.words)


@_sql.register
def _(node: asks.Flag, _: Seen) -> Sql:
    return dimensions.DIMENSIONS[node.name].expression == 1


@_sql.register
def _(node: asks.Known, seen: Seen) -> Sql:
    of = node.of
    return (dimensions.DIMENSIONS[of.name].expression if isinstance(of, asks.Flag) else _sql(of, seen)).is_not(None)


@_sql.register
def _(node: asks.Compare, seen: Seen) -> Any:
    value = seen.as_of if node.value is asks.AS_OF else node.value
    if value is None:
        message = "a condition that looks at the present day needs one"
        raise ValueError(message)
    if isinstance(value, date):  # up to a day is up to its last second, after it from the first second of the next
        second = _second(value) + (DAY if node.sign in {"<=", ">"} else 0)
        return SIGNS["<" if node.sign in {"<", "<="} else ">="](_sql(node.term, seen), second)
    sides = (_sql(node.term, seen), value) if isinstance(value, int) else (_day(node.term, seen), _day(value, seen))
    return SIGNS[node.sign](*sides)


@_sql.register
def _(node: asks.All, seen: Seen) -> Sql:
    return sa.and_(sa.true(), *(_sql(each, seen) for each in node.conditions))


@_sql.register
def _(node: asks.Either, seen: Seen) -> Sql:
    return sa.or_(sa.false(), *(_sql(each, seen) for each in node.conditions))


@_sql.register
def _(node: asks.Not, seen: Seen) -> Sql:
    return _sql(node.condition, seen).is_not(sa.true())


def _day(term: Term, seen: Seen) -> Sql:
    return calendar.cut(_sql(term, seen), "day")


def _second(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
