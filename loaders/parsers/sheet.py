"""Parse one sheet of a workbook as text, in the child process; row numbers are the sheet's own."""

from functools import lru_cache
from typing import Final

import fastexcel
import polars as pl

from loaders.parsers import merges
from loaders.parsers.job import Answer, Job, Refusal
from loaders.text import name_key

_LOOK: Final = 40
"""Rows in which the header of a sheet is looked for when the sheet has to be chosen."""

_MAX_SHEETS: Final = 100
_MAX_COLUMNS: Final = 1_000


def parse(job: Job) -> tuple[pl.DataFrame, Answer]:
    """Return the sheet that names most wanted columns: text columns c0, c1 …, the row number in `source_row`."""
    try:
        name, others = _choose(job)
        frame = _rows(job["path"], name, job["limit"])
    except fastexcel.FastExcelError as error:
        advice = "Откройте книгу в Excel и сохраните заново."
        raise Refusal("structure", "Книга Excel устроена неправильно", advice=advice) from error
    findings = [("other_sheets", f"прочитан лист «{name[:60]}», остальные пропущены", others)] if others else []
    merged = merges.ranges(job["path"], name) if job["merged"] else []
    return frame, {"positional": True, "findings": findings, "merged": merged}


@lru_cache(maxsize=1)
def _book(path: str) -> fastexcel.ExcelReader:
    return fastexcel.read_excel(path)


def _choose(job: Job) -> tuple[str, int]:
    names = _book(job["path"]).sheet_names
    if not names:
        raise Refusal("empty", "В книге нет листов")
    if len(names) > _MAX_SHEETS:
        raise Refusal("structure", f"В книге {len(names)} листов, допускается {_MAX_SHEETS}")
    if len(names) == 1 or job["sheet"] in names:
        return (job["sheet"] if job["sheet"] in names else names[0]) or names[0], len(names) - 1
    wanted = set(job["wanted"])
    return max(names, key=lambda name: _fit(_rows(job["path"], name, _LOOK), wanted)), len(names) - 1


def _fit(frame: pl.DataFrame, wanted: set[str]) -> int:
    rows = frame.drop("source_row").iter_rows()
    return max((len(wanted & {name_key(cell) for cell in row if cell}) for row in rows), default=0)


@lru_cache(maxsize=_MAX_SHEETS + 1)
def _rows(path: str, name: str, limit: int | None) -> pl.DataFrame:
    """Read a sheet; several jobs on one file ask for the same rows."""
    sheet = _book(path).load_sheet(name, header_row=None, skip_rows=0, n_rows=limit, dtypes="string")
    if sheet.width > _MAX_COLUMNS:
        raise Refusal("too_many_columns", f"На листе {sheet.width} столбцов, допускается {_MAX_COLUMNS}")
    frame = sheet.to_polars()
    frame.columns = [f"c{number}" for number in range(frame.width)]
    numbers = pl.Series("source_row", range(1, frame.height + 1), dtype=pl.Int64)
    return (
        frame.with_columns(numbers)
        if frame.width
        else pl.DataFrame({"source_row": []}, schema={"source_row": pl.Int64()})
    )
