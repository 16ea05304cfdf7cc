"""CSV: the table first, so that any program reads it; after an empty line, what the file is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pages.paper.model import Paper, Part, Table
from pages.shared import formats
from pages.shared.inert_csv import inert_csv


def write(paper: Paper, part: Part) -> bytes:
    """Write the table of a part with its passport below it."""
    rows: list[list[object]] = []
    if part.table:
        rows = [_row(part.table, number, row) for number, row in enumerate(part.table.frame.iter_rows(named=True))]
    about = paper.about
    said = [("Текст", words) for words in part.before] + [("Примечание", words) for words in part.notes]
    passport = [
        ("Название", part.title), ("Пояснение", part.note), *said, *about.lines, *about.proof, *about.definitions,
    ]  # fmt: skip
    heads = [column.title for column in part.table.columns] if part.table else []
    return inert_csv(heads, [*rows, [], *([name, words] for name, words in passport if words)])


def _row(table: Table, number: int, row: Mapping[str, Any]) -> list[object]:
    """Write a row; a number that is too small to be shown says so, and is no empty cell."""
    return [
        formats.FEW if row[column.name] is None and table.is_few(number, column, row) else _value(row[column.name])
        for column in table.columns
    ]


def _value(value: Any) -> object:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value
