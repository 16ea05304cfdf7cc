"""Tables as CSV for spreadsheets, in which no cell can be taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may begin a formula with; the full-width twins are folded to plain signs by some."""


def inert_csv(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table: UTF-8 with a byte order mark, semicolons, lines ended by CR LF, every text harmless.

    A text that begins like a formula gets an apostrophe before it, so a spreadsheet shows it and counts nothing.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _harmless(value: object) -> object:
    """Leave numbers as they are; a negative one is no formula."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_STARTS) else text
