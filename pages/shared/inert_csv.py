"""Tables as CSV for spreadsheets, in which no cell can be taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from loaders.commands.output import inert


def inert_csv(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table: UTF-8 with a byte order mark, semicolons, lines ended by CR LF, every text harmless.

    A text that begins like a formula gets an apostrophe before it, so a spreadsheet shows it and counts nothing.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow([_harmless(title) for title in titles])
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _harmless(value: object) -> object:
    """Write numbers with the comma that Russian spreadsheets read; a negative one is no formula."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value).replace(".", ",") if isinstance(value, float) else value
    return inert(str(value).replace("\x00", ""))
