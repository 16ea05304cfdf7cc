"""Sums over what a file says, so that a file can be proved again: the same numbers have the same sum."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Final

from pages.paper.model import Paper, Part, Table

LENGTH: Final = 16
"""Hexadecimal digits that are printed: enough against chance, few enough to be read aloud."""


def numbers(paper: Paper) -> str:
    """Sum the titles, the words, the columns and every typed value; who made the file and when is not part of it."""
    said = [
        paper.title,
        *(item for part in paper.parts for item in (part.title, part.before, part.after, *_tables(part))),
    ]
    return of(json.dumps(said, ensure_ascii=False, allow_nan=False, default=_day))


def definitions(listed: Iterable[tuple[str, str]]) -> str:
    """Sum the definitions of the measures of a file."""
    return of(json.dumps(list(listed), ensure_ascii=False))


def of(text: str) -> str:
    """Sum a text: the first digits of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def _tables(part: Part) -> list[list[object]]:
    own = part.chart.data if part.chart else None
    return [_table(part.table)] if own is None else [_table(part.table), _table(own)]


def _table(table: Table | None) -> list[object]:
    if table is None:
        return []
    heads = [[column.title, column.unit] for column in table.columns]
    return [heads, [[_exact(value) for value in row] for row in table.frame.iter_rows()]]


def _exact(value: object) -> object:
    """Round what sums of floating numbers leave: the same cells in another order have the same sum."""
    return f"{value:.9g}" if isinstance(value, float) else value


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
