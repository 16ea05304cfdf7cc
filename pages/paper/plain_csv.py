"""CSV: the table first, so that any program reads it; after an empty line, what the file is."""

from datetime import datetime
from typing import Any

from pages.paper.model import Paper, Part
from pages.shared.inert_csv import inert_csv


def write(paper: Paper, part: Part) -> bytes:
    """Write the table of a part with its passport below it."""
    rows: list[list[object]] = []
    if part.table:
        rows = [[_value(value) for value in row] for row in part.table.frame.iter_rows()]
    about = paper.about
    proof = [("Номер файла", about.number), ("Сумма чисел", about.digest)] if about.number else []
    passport = [("Название", part.title), ("Пояснение", part.note), *about.lines, *proof, *about.definitions]
    heads = [column.title for column in part.table.columns] if part.table else []
    return inert_csv(heads, [*rows, [], *([name, words] for name, words in passport if words)])


def _value(value: Any) -> object:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value
