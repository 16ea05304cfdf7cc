"""The raw table: a file as columns of text, before any word of it is understood."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from loaders.errors import InputRefused, Place

ROW: Final = "source_row"
"""Name of the column that holds the row of the file: the line of a text file (where the record begins), the row of a
sheet, the number of the record in JSON and XML, the line of NDJSON. All count from 1."""

PART_ROWS: Final = 100_000
"""Rows of one part of a file: parts are read and understood one by one, so that memory does not grow with the text."""

MAX_CELL: Final = 65_536
"""Characters a cell may have; the row of a longer one is not loaded."""

MAX_COLUMNS: Final = 1_000
"""Columns a file may have; real exports have under a hundred."""

MAX_ROWS: Final = 4_000_000
"""Rows of one import: with all columns filled a million takes about 1 GB, and an import shall stay within 4."""

REJECTED: Final = pl.Schema(
    {
        "file": pl.String(),
        "source_row": pl.Int64(),
        "column": pl.String(),
        "code": pl.String(),
        "value": pl.String(),
        "expected": pl.String(),
    }
)
"""Schema of rejected rows: where, the first rule broken, what is told of the value, what was expected."""

FINDINGS: Final = pl.Schema({"code": pl.String(), "detail": pl.String(), "rows": pl.Int64()})
"""Schema of doubts about rows that are loaded all the same, counted."""


@dataclass(frozen=True)
class Finding:
    """Count one doubt."""

    code: str
    detail: str
    rows: int


@dataclass(frozen=True)
class RawTable:
    """Hold the wanted columns of one file, or of a part of it.

    `frame` has one text column per wanted header, named by the header's compared form, and `source_row`.
    `names` leads from that form to the header as the file writes it. `rejected` are rows that could not be read as
    rows at all. `merged` leads from a column to the rows whose cell is hidden under a merged one, `lost` to those whose
    cell holds a number that has lost its last digits. `sheet` is the name of the sheet where several are read.
    """

    file: str
    frame: pl.DataFrame
    names: Mapping[str, str]
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTED))
    findings: tuple[Finding, ...] = ()
    merged: Mapping[str, pl.Series] = field(default_factory=dict)
    lost: Mapping[str, pl.Series] = field(default_factory=dict)
    sheet: str = ""

    def parts(self) -> Iterator["RawTable"]:
        """Cut the table into parts; what was found about the file as a whole goes with the first."""
        yield replace(self, frame=self.frame.head(PART_ROWS))
        for start in range(PART_ROWS, self.frame.height, PART_ROWS):
            yield replace(self, frame=self.frame.slice(start, PART_ROWS), rejected=self.rejected.clear(), findings=())


def too_many(file: str) -> InputRefused:
    """Refuse more rows than one import takes."""
    what = f"Строк больше {MAX_ROWS:_}, столько принимает одна загрузка".replace("_", "\u00a0")
    advice = "Разделите выгрузку по годам или месяцам и загрузите части одну за другой."
    return InputRefused("too_many_rows", what, place=Place(file), advice=advice)


def rejections(file: str, rows: Sequence[tuple[int, str, str, str, str]]) -> pl.DataFrame:
    """Make a frame of rejected rows from (source_row, column, code, value, expected)."""
    return pl.DataFrame([(file, *row) for row in rows], schema=REJECTED, orient="row")
