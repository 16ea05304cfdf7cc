"""What the reader may choose in the filters: the city's words first, in its order, then others found in the data."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, count
from typing import Final

import polars as pl

from analytics import natural, schema
from analytics.keys import written
from loaders.cells import DataVersion
from loaders.city import City
from loaders.scope import Scope
from pages.shared import readers
from pages.shared.filters import DIMENSIONS, Filters, Options
from pages.shared.kept import kept

_COLUMNS: Final = tuple(column for _, column in DIMENSIONS.values())

_ABSENT: Final = {
    "topic_block": "Тема не сопоставлена",
    "topic": "Тема не указана",
    "department": "Подразделение не указано",
    "channel": "Канал не указан",
    "kind": "Вид не указан",
    "territory": "Место не указано",
}


@kept(max_entries=64)
def options(scope: Scope, version: DataVersion, municipality: str) -> Options:
    """Give the values of each filter that stand in the data of this scope, with their titles."""
    city = readers.city(municipality)
    seen = _seen(scope, version)
    keys, titles = [], []
    for name, (_, column) in DIMENSIONS.items():
        known = title_map(city, column)
        words = seen[column] - {None}
        found = [*(word for word in known if word in words), *sorted(words - known.keys(), key=natural.key)]
        found += [None] if None in seen[column] else []
        keys.append((name, tuple(written(word) for word in found)))
        said = _told_apart([known.get(word or "") or absent(column, word) for word in found])
        titles.append((name, tuple(zip(keys[-1][1], said, strict=True))))
    return Options(tuple(keys), tuple(titles))


def title_map(city: City, column: str) -> Mapping[str, str]:
    """Give the city's titles of one column's values, in the city's order."""
    if column == "topic_block":
        return {block.key: block.short_title for block in city.blocks}
    if column == "kind":
        return {kind.value: schema.TITLES[kind.value].capitalize() for kind in schema.Kind}
    if column == "status":
        return {status.value: schema.TITLES[status.value] for status in schema.Status}
    if column == "department":
        return _same(department.title for department in city.departments)
    return _same(territory.title for territory in city.territories) if column == "territory" else {}


def absent(column: str, word: str | None) -> str:
    """Give the words for a missing value, else the value itself."""
    return _ABSENT.get(column, "не указано") if word is None else word


def _told_apart(titles: Sequence[str]) -> list[str]:
    """Put a number to a title that stands already: a source may have written «Место не указано» out."""
    found: dict[str, None] = {}
    for title in titles:
        numbered = (f"{title} ({number})" for number in count(2))
        found[next(each for each in chain((title,), numbered) if each not in found)] = None
    return list(found)


def _same(values: Iterable[str]) -> dict[str, str]:
    return {value: value for value in values}


@kept(max_entries=64)
def has_cases(scope: Scope, version: DataVersion, filters: Filters) -> bool:
    """Say whether the filters leave any case at all, of whatever day."""
    return bool(version.months) and not _cells(scope, version).filter(filters.where()).head(1).collect().is_empty()


def _cells(scope: Scope, version: DataVersion) -> pl.LazyFrame:
    return readers.cells(scope, version, dimensions=("received_on", *_COLUMNS), grain="month")


def _seen(scope: Scope, version: DataVersion) -> dict[str, set[str | None]]:
    cells = _cells(scope, version)
    unique = [cells.select(pl.col(column).cast(pl.String).unique()) for column in _COLUMNS]
    return {column: set(frame.to_series()) for column, frame in zip(_COLUMNS, pl.collect_all(unique), strict=True)}
