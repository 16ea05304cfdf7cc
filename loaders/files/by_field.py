"""Read separated text field by field: for files in which quotes also stand inside fields, and for their beginnings.

A quote counts only where it opens a field; elsewhere it is a letter, and letters that are quotes must come in pairs.
"""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

import polars as pl

from loaders.errors import InputRefused, Place
from loaders.files.header import Header
from loaders.files.raw import MAX_CELL, PART_ROWS, ROW, rejections

Bad = tuple[int, str, str, str, str]


class Reader(Protocol):
    """Stand for `csv.reader`, whose own type has no name."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]:
        """Yield records."""
        ...

    def __next__(self) -> list[str]:
        """Return the next record."""
        ...


def read(path: Path, separator: str, header: Header, file: str) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Yield parts: the wanted columns with `source_row`, and the rejected rows.

    Raises `InputRefused` for an open quote.
    """
    with path.open(encoding="utf-8-sig", newline="") as text:
        rows = numbered(csv.reader(text, delimiter=separator, strict=True), file)
        body = islice(_paired(rows, file), header.position + 1, None)
        for first in body:
            yield collect(chain([first], islice(body, PART_ROWS - 1)), header, file)


def numbered(rows: Reader, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield records with the line they begin on."""
    line = 0
    try:
        for row in rows:
            yield line + 1, row
            line = rows.line_num
    except csv.Error:
        raise bad_quote(file, line + 1) from None


def collect(rows: Iterable[tuple[int, list[str]]], header: Header, file: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Gather the wanted cells of rows that stand below the header."""
    columns: dict[str, list[str]] = {key: [] for key in header.wanted}
    lines: list[int] = []
    bad: list[Bad] = []
    for line, row in rows:
        if not any(row):
            continue
        fault = _fault(row, len(header.names))
        if fault:
            bad.append((line, "", fault[0], "", fault[1]))
            continue
        lines.append(line)
        for key, position in header.wanted.items():
            columns[key].append(row[position])
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.with_columns(pl.Series(ROW, lines, dtype=pl.Int64)), rejections(file, bad)


def ragged(there: int, wanted: int) -> str:
    """Say how many fields were expected."""
    return f"полей {wanted}, как в заголовке; в строке {there}"


def bad_quote(file: str, line: int) -> InputRefused:
    """Refuse a file at the record whose quote does not close."""
    advice = "Кавычка внутри поля удваивается, а само поле берётся в кавычки."
    return InputRefused("quote", "Кавычка не закрыта или стоит не на месте", place=Place(file, line), advice=advice)


TOO_LONG = f"не больше {MAX_CELL} знаков в ячейке"


def _paired(rows: Iterable[tuple[int, list[str]]], file: str) -> Iterator[tuple[int, list[str]]]:
    for line, row in rows:
        if any(cell.count('"') % 2 for cell in row):
            raise bad_quote(file, line)
        yield line, row


def _fault(row: list[str], width: int) -> tuple[str, str] | None:
    if len(row) != width:
        return "ragged_row", ragged(len(row), width)
    return ("cell_too_long", TOO_LONG) if max(map(len, row)) > MAX_CELL else None
