"""Take the sheets that the child process read: find the header of each, and account for what is hidden or left."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import personal
from loaders.errors import InputRefused, Place
from loaders.files import header, merged
from loaders.files.raw import MAX_CELL, ROW, Finding, RawTable, rejections
from loaders.parsers.job import Answer, Sheet
from loaders.profile import Profile
from loaders.text import name_key

UNREAD: Final = ("other_sheets", "hidden_sheets")
"""Codes of findings that count the rows of sheets that were not read."""

_WHY: Final = {
    "header": ("other_sheets", "лист «{}» не прочитан: другой заголовок"),
    "profile": ("other_sheets", "лист «{}» не прочитан: профиль называет другой"),
    "hidden": ("hidden_sheets", "скрытый лист «{}» не прочитан"),
}


def tables(file: str, frame: pl.DataFrame, profile: Profile, answer: Answer, errors: int) -> list[RawTable]:
    """Make a table of each sheet with rows; what was found about the book goes with the first.

    `frame` holds the sheets one under the other, `errors` counts the cells with an Excel error. Raises `InputRefused`
    where a sheet cannot be read without guessing, and where none has a row.
    """
    whole = [Finding(_WHY[why][0], _WHY[why][1].format(_shown(name)), rows) for name, why, rows in answer["unread"]]
    if errors:
        whole.append(Finding("error_cells", "ячейки с ошибкой Excel прочитаны как пустые", errors))
    found: list[RawTable] = []
    for sheet, rows in _cut(frame, answer["sheets"]):
        name = _shown(sheet["name"]) if len(answer["sheets"]) > 1 else ""
        table = _table(RawTable(file, rows, {}, sheet=name, findings=() if found else tuple(whole)), sheet, profile)
        found += [] if table is None else [table]
    if not found:
        raise InputRefused("empty", "На листе есть заголовок, но нет ни одной строки", place=Place(file))
    return found


def _cut(frame: pl.DataFrame, sheets: list[Sheet]) -> Iterator[tuple[Sheet, pl.DataFrame]]:
    start = 0
    for sheet in sheets:
        yield sheet, frame.slice(start, sheet["height"])
        start += sheet["height"]


def _shown(name: str) -> str:
    return personal.masked(name)


def _table(bare: RawTable, sheet: Sheet, profile: Profile) -> RawTable | None:
    """Take a table whose header is one of its rows; None where nothing stands below it."""
    file, frame = bare.file, bare.frame
    found = _header(bare, profile)
    body = frame.slice(found.position + 1)
    filled = body.filter(pl.any_horizontal(pl.exclude(ROW).str.strip_chars().fill_null("") != ""))
    if filled.is_empty():
        return None
    long = pl.any_horizontal(pl.exclude(ROW).str.len_chars() > MAX_CELL).fill_null(value=False)
    over = filled.filter(long)[ROW].to_list()
    bad = [(row, "", "cell_too_long", "", f"не больше {MAX_CELL} знаков в ячейке") for row in over]
    kept = filled.filter(~long) if over else filled
    wanted = kept.select(*(pl.col(f"c{number}").alias(key) for key, number in found.wanted.items()), ROW)
    lost = pl.DataFrame(sheet["lost"], schema={"row": pl.Int64(), "place": pl.Int64()}, orient="row")
    return RawTable(
        file,
        wanted,
        {key: found.names[number] for key, number in found.wanted.items()},
        rejections(file, bad),
        (*bare.findings, *_doubts(frame, found, kept, sheet), *_unknown(found, profile, kept.height)),
        merged.covered(sheet["merged"], found.wanted, frame.height),
        {key: lost.filter(place=number)["row"] for key, number in found.wanted.items()},
        bare.sheet,
    )


def _header(bare: RawTable, profile: Profile) -> header.Header:
    cells = bare.frame.drop(ROW)
    top = [list(row) for row in cells.head(header.HEADER_ROWS).iter_rows()]
    if not any(name_key(cell or "") for row in top for cell in row):
        raise InputRefused("empty", "Лист пуст", place=Place(bare.file))
    found = header.find(top, profile)
    if found is None:
        raise header.missing(top, profile, bare.file)
    header.checked(_without_tail(found), profile, bare.file)
    return found


def _doubts(frame: pl.DataFrame, found: header.Header, kept: pl.DataFrame, sheet: Sheet) -> Iterator[Finding]:
    """Count the titles above the header and the rows that the sheet hides."""
    titles = frame.drop(ROW).head(found.position).filter(pl.any_horizontal(pl.all().is_not_null())).height
    if titles:
        yield Finding("title_rows", "строки над заголовком пропущены", titles)
    hidden = kept.filter(pl.col(ROW).is_in(sheet["hidden"])).height if sheet["hidden"] else 0
    if hidden:
        detail = f"лист «{_shown(sheet['name'])}»: скрытые и отобранные фильтром строки прочитаны"
        yield Finding("hidden_rows", detail, hidden)


def _unknown(found: header.Header, profile: Profile, rows: int) -> Iterator[Finding]:
    return (Finding("unknown_column", name[:120], rows) for name in header.unknown(found, profile))


def _without_tail(found: header.Header) -> header.Header:
    """Leave out empty header cells at the right, which a sheet may have without meaning anything."""
    names = list(found.names)
    while names and not names[-1]:
        names.pop()
    return header.Header(found.position, tuple(names), found.wanted)
