"""Rows of one file under one number that say different things: which of them stands, and when there are too many.

The newest by the source's own clock stands, and where that does not tell, the lowest; the others are its past. A few
are slips. Many are a number that is no number of a case, or only a part of one.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from analytics import schema
from loaders.errors import InputRefused, Place
from loaders.files.raw import ROW, Finding
from loaders.profile import Profile

TOLERATED_ROWS: Final = 20
TOLERATED_SHARE: Final = 0.01
"""Rows that give way refuse a file when they are over both."""

SHEET: Final = "sheet"
"""Name of the column that holds the sheet of a row; empty where a file has one."""

_KEY: Final = ("source_id", "question_no")
_CONTENT: Final = tuple(name for name in schema.APPEAL if name not in (*_KEY, *schema.TRAIL))
_SHOWN: Final = 10


def check(appeals: pl.DataFrame, profile: Profile, file: str) -> tuple[Finding, ...]:
    """Count the rows of a file that give way to another of their number; refuse the file when they are too many.

    `appeals` are canonical rows in file order, with `SHEET`. A profile that joins columns to the number has said what
    belongs to it: such a file is not refused.
    """
    gone = _giving_way(appeals)
    if gone.is_empty():
        return ()
    if (
        gone.height > TOLERATED_ROWS
        and gone.height > TOLERATED_SHARE * appeals.height
        and not profile.fields["source_id"].join
    ):
        row, winner = gone.select(ROW, "winner").row(0)
        what = f"Под одним номером стоят разные обращения: {gone.height} строк из {appeals.height}"
        what += f", например строки {row} и {winner}"
        advice = "Назовите в профиле столбцы, которые входят в номер вместе с ним: columns.source_id.join."
        raise InputRefused("same_number", what, place=Place(file), advice=advice)
    places = "; ".join(_places(gone))
    detail = f"файл «{file}», {places}: под тем же номером есть строка новее или ниже, она и осталась"
    return (Finding("same_number", detail, gone.height),)


def _giving_way(appeals: pl.DataFrame) -> pl.DataFrame:
    """List the rows whose content is not that of their number, in file order, with the row that stands: `winner`."""
    if appeals["source_id"].n_unique() == appeals.height:
        return pl.DataFrame(schema={ROW: pl.Int64(), SHEET: pl.String(), "winner": pl.Int64()})
    repeated = appeals.filter(pl.struct(_KEY).is_duplicated()).with_row_index("place")
    content = repeated.select(_CONTENT).hash_rows()
    in_time = repeated.select(*_KEY, ROW, SHEET, "changed_at", "place", content.alias("content"))
    newest = in_time.sort("changed_at", "place", nulls_last=False).select(
        ROW, SHEET, "place", "content", pl.col(ROW, "content").last().over(_KEY).name.prefix("last_")
    )
    gone = newest.filter(pl.col("content") != pl.col("last_content")).sort("place")
    return gone.select(ROW, SHEET, pl.col(f"last_{ROW}").alias("winner"))


def _places(gone: pl.DataFrame) -> Iterator[str]:
    """Name the rows that give way, the first of them, sheet by sheet."""
    shown = gone.head(_SHOWN)
    for (sheet,), rows in shown.group_by(SHEET, maintain_order=True):
        numbers = _listed(rows[ROW].to_list())
        yield f"лист «{sheet}», {numbers}" if sheet else numbers
    if gone.height > _SHOWN:
        yield f"и ещё {gone.height - _SHOWN}"


def _listed(rows: Sequence[int]) -> str:
    return ("строки " if len(rows) > 1 else "строка ") + ", ".join(map(str, rows))
