"""The register as a part of a file: the rows that the filters leave, with the columns and the words of the screen."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from analytics import keys, schema
from loaders import register
from loaders.profile import available
from loaders.register import MAX_ROWS, RegisterFilter
from pages.paper.model import Column, Part, Table, Unit
from pages.paper.source import Source
from pages.registry import tables
from pages.registry.query import Asked, days_of, is_state, register_filter, title
from pages.shared import formats, readers
from pages.shared.options import absent
from pages.shared.refusals import too_many

MOST_ROWS: Final = 200_000
"""Rows of one file at most: what a spreadsheet opens in seconds."""

_UNITS: Final[Mapping[str, Unit]] = {
    "received_at": "moment", "deadline_at": "moment", "answered_at": "moment", "reworks": "count",
    "satisfaction": "count", "batch_id": "count",
}  # fmt: skip
_YES_NO: Final = {True: "да", False: "нет"}


def measures_of(source: Source) -> list[str]:  # noqa: ARG001 — every screen gives the same two functions
    """Name no measure: the part holds rows."""
    return []


def parts(source: Source) -> list[Part]:
    """Read the rows; raises `AccessDenied` for whoever may not see any, `InputRefused` when they are too many."""
    asked, query = source.asked, Asked.parse(source.query())
    wanted = register_filter(
        asked.filters, query, asked.period, asked.as_of, asked.city.rest_rule, finest=asked.city.geo_resolution
    )
    shown = [name for name in _columns(source) if name in register.COLUMNS]
    rows = table(source, read(source, wanted, query), shown)
    return [Part("register", "Обращения и сообщения", _note(source, query), rows)]


def table(source: Source, frame: pl.DataFrame, shown: Sequence[str]) -> Table:
    """Lay rows of the register out in some of the columns of `tables.COLUMNS`, coded values in words."""
    columns = [Column("question_no", "Вопрос", "count"), *(_column(name) for name in shown)]
    words = tables.words(source.asked.city, {profile.key: profile.title for profile in available()})
    return Table.of(columns, _worded(frame, columns, words))


def _note(source: Source, query: Asked) -> str:
    """Say which rows these are: whom they count, on which days, and what else was chosen on the screen."""
    asked = source.asked
    days = days_of(asked.filters, query.measure, asked.period)
    period = formats.span(days.start, days.end)
    when = formats.day(min(asked.period.end, asked.as_of)) if is_state(query.measure) else period
    chosen = [
        ("статусы", [schema.TITLES[each] for each in query.statuses]),
        ("этапы", [schema.TITLES[each] for each in query.stages]),
        ("темы", [absent("topic", keys.read(topic)) for topic in query.topics]),
        ("ячейка карты", [query.place] if query.place else []),
    ]  # fmt: skip
    said = [f"{title(query.measure)}, {when}", *([f"срок {formats.span(*query.due)}"] if query.due else [])]
    said += [f"{title}: {', '.join(values)}" for title, values in chosen if values]
    return "; ".join([*said, *(["найдены по номеру"] if query.source_id else [])])


def _columns(source: Source) -> tuple[str, ...]:
    chosen = dict(source.own).get("columns", ())
    return tuple(name for name in tables.COLUMNS if name in chosen) or tables.DEFAULT


def _column(name: str) -> Column:
    return Column(name, tables.COLUMNS[name], _UNITS.get(name, "text"), is_wide=name in {"topic", "department"})


def read(source: Source, wanted: RegisterFilter, query: Asked) -> pl.DataFrame:
    """Read every page, of one state of the data: a page raises `DataChanged` when an import ends meanwhile."""
    store, asked = readers.store(), source.asked
    pages: list[pl.DataFrame] = []
    total, taken = 1, 0
    while taken < total:
        page = register.page(
            store, asked.scope, wanted, sort=query.sort, descending=query.descending, offset=taken, limit=MAX_ROWS
        )
        total = page.total
        if total > MOST_ROWS:
            raise too_many(total, MOST_ROWS)
        pages.append(page.rows)
        taken += page.rows.height
        if page.rows.is_empty():
            break
    readers.unchanged(asked.scope, asked.version)
    return pl.concat(pages)


def _worded(frame: pl.DataFrame, columns: list[Column], words: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Put coded values into words; numbers and moments stay what they are."""
    return frame.select(_expression(column, frame, words) for column in columns)


def _expression(column: Column, frame: pl.DataFrame, words: Mapping[str, Mapping[str, str]]) -> Any:
    value = pl.col(column.name)
    if column.unit != "text":
        return value
    if frame[column.name].dtype == pl.Boolean:
        return value.replace_strict(_YES_NO, return_dtype=pl.String).alias(column.name)
    return value.cast(pl.String).replace(words[column.name]) if column.name in words else value.cast(pl.String)
