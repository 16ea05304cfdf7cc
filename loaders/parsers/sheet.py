"""Parse the sheets of a workbook as text, in the child process; row numbers are each sheet's own.

Of several sheets the visible one that names most wanted columns is read, and with it every visible sheet that names
the same: a book with a sheet per month is one export. The others are left, and told with their rows.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import fastexcel
import polars as pl

from loaders.parsers import layout
from loaders.parsers.job import Answer, Job, Refusal, Sheet
from loaders.text import name_key

_LOOK: Final = 40
"""Rows in which the header of a sheet is looked for when the sheet has to be chosen."""

_MAX_SHEETS: Final = 100
_MAX_COLUMNS: Final = 1_000
_EXACT: Final = 2**53
"""The largest whole number up to which a number of Excel, a double, tells all of them apart."""

_LONG: Final = r"^-?\d{16,}$"


class _Loaded(NamedTuple):
    """Hold the rows of a sheet, or the first of them, and whether the book shows it."""

    frame: pl.DataFrame
    is_visible: bool


def parse(job: Job) -> tuple[pl.DataFrame, Answer]:
    """Return the sheets that hold the export, one under the other: columns c0, c1 …, the row number in `source_row`."""
    try:
        chosen, others = _choose(job)
        frames = {name: _load(job["path"], name, job["limit"]).frame for name in chosen}
        unread = [(*other, _filled(job, other[0])) for other in others] if job["limit"] is None else []
        sheets = [_described(job, name, frame) for name, frame in frames.items()]
    except fastexcel.FastExcelError as error:
        advice = "Откройте книгу в Excel и сохраните заново."
        raise Refusal("structure", "Книга Excel устроена неправильно", advice=advice) from error
    return pl.concat(frames.values(), how="diagonal"), {
        "sheets": sheets,
        "unread": [each for each in unread if each[2]],
    }


def _choose(job: Job) -> tuple[list[str], list[tuple[str, str]]]:
    """Name the sheets to read, and the others with the reason why not."""
    names = _book(job["path"]).sheet_names
    if not names:
        raise Refusal("empty", "В книге нет листов")
    if len(names) > _MAX_SHEETS:
        raise Refusal("structure", f"В книге {len(names)} листов, допускается {_MAX_SHEETS}")
    if len(names) == 1:
        return names, []
    heads = {name: _load(job["path"], name, _LOOK) for name in names}
    shown = [name for name in names if heads[name].is_visible] or names
    if job["sheet"] in names:
        chosen, why = [job["sheet"] or ""], "profile"
    else:
        keys = {name: frozenset(_header(heads[name].frame, job)[1]) for name in shown}
        best = max(shown, key=lambda name: len(keys[name]))
        chosen, why = [name for name in shown if keys[name] == keys[best] and (keys[best] or name == best)], "header"
    left = [(name, why if name in shown else "hidden") for name in names if name not in chosen]
    return chosen if job["limit"] is None else chosen[:1], left


def _described(job: Job, name: str, frame: pl.DataFrame) -> Sheet:
    return {
        "name": name,
        "height": frame.height,
        "merged": layout.ranges(job["path"], name) if job["merged"] else [],
        "hidden": layout.hidden_rows(job["path"], name) if job["hidden"] and job["limit"] is None else [],
        "lost": _lost(job, name, frame) if job["limit"] is None else [],
    }


def _header(frame: pl.DataFrame, job: Job) -> tuple[int, dict[str, int]]:
    """Find the row that names most wanted columns: its position, and their places by compared name."""
    wanted = set(job["wanted"])
    named = [
        {key: place for place, cell in enumerate(row) if cell and (key := name_key(cell)) in wanted}
        for row in frame.drop("source_row").head(_LOOK).iter_rows()
    ]
    return max(enumerate(named), key=lambda each: (len(each[1]), -each[0]), default=(0, {}))


def _filled(job: Job, name: str) -> int:
    """Count the rows of a sheet that hold something, below its header where it has one."""
    frame = _load.__wrapped__(job["path"], name, None).frame  # counted and forgotten
    position, keys = _header(frame, job)
    body = frame.drop("source_row").slice(position + 1 if keys else 0)
    return body.filter(pl.any_horizontal(pl.all().str.strip_chars() != "")).height if body.width else 0


def _lost(job: Job, name: str, frame: pl.DataFrame) -> list[tuple[int, int]]:
    """Find the numbers of cases that Excel keeps as numbers too long for it: their last digits are made up."""
    found = []
    for place in [place for key, place in _header(frame, job)[1].items() if key in job["numbers"]]:
        texts = frame[f"c{place}"]
        long = (texts.str.len_bytes() > 15) & texts.str.contains(_LONG)  # noqa: PLR2004 — shorter ones are exact
        long = (long & (texts.cast(pl.Float64, strict=False).abs() > _EXACT)).fill_null(value=False)
        if long.any():
            # Only a number can be read as yes or no; a text of digits cannot.
            logical = _book(job["path"]).load_sheet(
                name, header_row=None, skip_rows=0, use_columns=[place], dtypes="boolean"
            )
            is_number = logical.to_polars().to_series().is_not_null()
            found += [(row + 1, place) for row in (long & is_number).arg_true()]
    return found


@lru_cache(maxsize=1)
def _book(path: str) -> fastexcel.ExcelReader:
    return fastexcel.read_excel(path)


@lru_cache(maxsize=_MAX_SHEETS + 1)
def _load(path: str, name: str, limit: int | None) -> _Loaded:
    """Read a sheet; several jobs on one file ask for the same rows."""
    sheet = _book(path).load_sheet(name, header_row=None, skip_rows=0, n_rows=limit, dtypes="string")
    if sheet.width > _MAX_COLUMNS:
        raise Refusal("too_many_columns", f"На листе {sheet.width} столбцов, допускается {_MAX_COLUMNS}")
    frame = sheet.to_polars()
    frame.columns = [f"c{number}" for number in range(frame.width)]
    numbers = pl.Series("source_row", range(1, frame.height + 1), dtype=pl.Int64)
    empty = pl.DataFrame({"source_row": []}, schema={"source_row": pl.Int64()})
    return _Loaded(frame.with_columns(numbers) if frame.width else empty, sheet.visible == "visible")
