"""Print answers: a table for people, CSV that no spreadsheet takes for formulas, JSON for programs."""

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import polars as pl

FORMULA_STARTS: Final = tuple("=+-@\t\r\n\0|%＝＋－＠")
"""Beginnings that some spreadsheet reads as a formula or a command; leading blanks do not disarm them."""


def as_json(value: object) -> None:
    """Print one JSON value; dates and moments in ISO form."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")


def as_csv(frame: pl.DataFrame) -> None:
    """Print CSV with a header of the frame's own names; text that could be a formula gets an apostrophe before it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows([inert(value) for value in row] for row in frame.iter_rows())
    sys.stdout.write(buffer.getvalue())


def inert(value: Any) -> Any:
    """Disarm a text that a spreadsheet would take for a formula; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" \u00a0").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def as_table(rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> None:
    """Print rows under Russian titles: text to the left, numbers to the right, «—» where there is nothing."""
    if not rows:
        sys.stdout.write("Нет строк.\n")
        return
    cells = [[title, *(_shown(row.get(name)) for row in rows)] for name, title in titles.items()]
    right = [all(isinstance(row.get(name), int | float | None) for row in rows) for name in titles]
    widths = [max(map(len, column)) for column in cells]
    for line in zip(*cells, strict=True):
        parts = zip(line, widths, right, strict=True)
        sys.stdout.write("  ".join(t.rjust(w) if r else t.ljust(w) for t, w, r in parts).rstrip() + "\n")


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y %H:%M" if isinstance(value, datetime) else "%d.%m.%Y")
    return " ".join(str(value).split())


def _number(value: float) -> str:
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.3f}".rstrip("0").rstrip(".")
    return text.replace(",", "\u00a0").replace(".", ",")
