"""Keep every output made for the public, and audit each new one against all that was published before.

The audit looks at the whole city as it is today, whoever asks: its mask alone gets out. An earlier output counts with
what it printed and hid, on the data of today, whatever has been loaded since.
"""

import hashlib
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection

from analytics import publications, schema
from analytics.disclosure_system import TooLong
from analytics.publications import Numbers, Population, Printed
from loaders import cells, municipalities
from loaders.errors import InputRefused
from loaders.scope import Scope
from loaders.store import tables
from loaders.store.engine import Store

_TABLE: Final = tables.publications.c
_LOOKED_AT: Final = tuple(name for name in cells.DEFAULT if schema.CELL[name] != pl.String or name == "status")


@dataclass(frozen=True, eq=False)
class Draft:
    """Hold an output after its audit, not yet kept: numbers by population, None where one is hidden.

    `seen` is the number of the last publication that it was audited against.
    """

    numbers: Mapping[Population, int]
    printed: Mapping[Population, int | None]
    seen: int

    def is_hidden(self, population: Population) -> bool:
        """Say whether a number must not be printed."""
        return self.printed[population] is None


def number() -> str:
    """Draw the number of an output: nine digits, so that a reader of any language can say it over the telephone."""
    drawn = f"{secrets.randbelow(10**9):09}"
    return f"{drawn[:3]}-{drawn[3:6]}-{drawn[6:]}"


def audit(
    store: Store, scope: Scope, populations: Sequence[Population], cases: Mapping[Population, int] | None = None
) -> Draft:
    """Say what of a new output may be printed; `cases` are the numbers of those populations that count cases.

    Raises `InputRefused` where the audit takes too long, or nothing but zeros would be left to print.
    """
    scope.check()
    whole = replace(Scope.whole_city(scope.municipality), sees_rows=scope.sees_rows)
    last, earlier = _earlier(store, whole)
    new = Numbers(tuple(dict.fromkeys(populations)), cases or {})
    frame = _cells(store, whole, [*new.populations, *(each.population for each in earlier)])
    limit = municipalities.describe(scope.municipality).thresholds.min_published
    try:
        values, hidden = publications.audited(frame, new, earlier, limit)
    except TooLong:
        raise InputRefused("long_audit", _TOO_LONG, advice="Возьмите более короткий период или меньше строк.") from None
    if earlier and hidden[values > 0].all() and not publications.audited(frame, new, [], limit)[1][values > 0].all():
        raise InputRefused("all_hidden", _ALL_HIDDEN, advice="Возьмите те же строки и периоды, что и раньше.")
    numbers = dict(zip(new.populations, map(int, values), strict=True))
    printed = {each: None if is_hidden else numbers[each] for each, is_hidden in zip(numbers, hidden, strict=True)}
    return Draft(numbers, printed, last)


_TOO_LONG: Final = "Таблица не опубликована: за минуту не удалось проверить, что скрытые числа нельзя вычислить"
_ALL_HIDDEN: Final = (
    "Таблица не опубликована: вместе с опубликованными раньше она открыла бы скрытые в них числа, "
    "и скрыть пришлось бы её всю"
)
_MEANWHILE: Final = "Таблица не опубликована: пока она готовилась, опубликована другая"


def _cells(store: Store, scope: Scope, populations: Sequence[Population]) -> Any:
    starts = [each.since for each in populations]
    start = None if None in starts else min(filter(None, starts))
    names = dict.fromkeys((*_LOOKED_AT, *publications.needs(populations)))
    return cells.load(store, scope, start=start, dimensions=tuple(names), with_past=True)


def last(store: Store, scope: Scope) -> int:
    """Give the number of the newest publication of a city, 0 without any."""
    found = sa.select(sa.func.max(_TABLE.publication_no)).where(_TABLE.municipality == scope.municipality)
    with store.reading(scope) as connection:
        return connection.scalar(found) or 0


def _earlier(store: Store, scope: Scope) -> tuple[int, list[Printed]]:
    """Read what was published: the number of the last output, and every number that any of them printed or hid."""
    if not scope.sees_rows:  # its numbers are no exact ones and are set beside none
        return 0, []
    with store.reading(scope) as connection:
        return _kept(connection, scope.municipality)


def _kept(connection: Connection, municipality: str) -> tuple[int, list[Printed]]:
    listed = sa.select(_TABLE.publication_no, _TABLE.cells).where(_TABLE.municipality == municipality)
    found = connection.execute(listed.order_by(_TABLE.publication_no)).all()
    return (found[-1][0] if found else 0), [_read(each) for _, text in found for each in json.loads(text)]


def keep(connection: Connection, municipality: str, draft: Draft, *, file: str, numbers: str, title: str) -> None:
    """Write an output down before it leaves, in the transaction of its entry in the journal or in one of its own.

    Raises `InputRefused` where another one has been kept since the audit.
    """
    earlier = {each.population: each.number for each in _kept(connection, municipality)[1]}
    fresh = [Printed(each, n) for each, n in draft.printed.items() if each not in earlier or earlier[each] != n]
    row = {
        "municipality": municipality,
        "publication_no": draft.seen + 1,
        "at_utc": int(time.time()),
        "file": file,
        "numbers": numbers,
        "title": title,
        "cells": json.dumps([_written(each) for each in fresh], ensure_ascii=False),
    }
    try:
        connection.execute(sa.insert(tables.publications).values(row))
    except exc.IntegrityError:
        raise InputRefused("published_meanwhile", _MEANWHILE, advice="Повторите.") from None


def digest(numbers: Sequence[object]) -> str:
    """Sum what was printed: the first sixteen digits of its SHA-256."""
    return hashlib.sha256(json.dumps(list(numbers), ensure_ascii=False).encode()).hexdigest()[:16]


def _written(one: Printed) -> list[object]:
    of = one.population
    days = [None if day is None else day.isoformat() for day in (of.start, of.end, of.as_of)]
    return [of.measure, *days, [[name, list(words)] for name, words in of.words], one.number]


def _read(row: Sequence[Any]) -> Printed:
    measure, start, end, as_of, words, printed = row
    days = (date.fromisoformat(end), date.fromisoformat(as_of))
    named = tuple((name, tuple(own)) for name, own in words)
    return Printed(Population(measure, date.fromisoformat(start) if start else None, *days, named), printed)
