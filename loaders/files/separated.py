"""Read separated text (CSV, TSV) into a raw table: strictly, fast, and with every row accounted for."""

import csv
import io
import sys
import tempfile
from pathlib import Path
from typing import Final

import polars as pl

from loaders.errors import InputRefused, Place
from loaders.files import bulk, by_field, decode, header, records
from loaders.files.raw import Finding, RawTable
from loaders.profile import Profile
from loaders.progress import Progress

_HEAD: Final = 1024 * 1024
_MAX_HEAD_LINE: Final = 262_144

csv.field_size_limit(sys.maxsize)


def read(path: Path, profile: Profile, progress: Progress) -> RawTable:
    """Read the wanted columns of a text file.

    Rows with more or fewer fields than the header and rows with a cell over 64 K characters come back as rejected;
    empty lines are no rows. Raises `InputRefused` for a broken encoding, a quote that does not close, a file without
    header or without rows.
    """
    with tempfile.TemporaryDirectory(prefix="mcu-") as folder:
        progress("Проверка кодировки", 0.0)
        text = decode.to_utf8(path, Path(folder))
        separator, found = _header(_head_rows(text.path), profile, path.name)
        progress("Поиск строк", 0.2)
        index = records.index(text.path, separator, skip=3 if text.has_bom else 0)
        progress("Чтение столбцов", 0.5)
        if index.strays or index.unclosed:
            parts = by_field.read(text.path, separator, found, path.name)
        else:
            plan = bulk.Plan(path.name, text.path, Path(folder), separator, found, profile.file.total_words)
            parts = bulk.read(plan, index)
    return _table(path.name, profile, found, parts, text.findings)


def head(path: Path, profile: Profile) -> RawTable | None:
    """Read the beginning of a text file; None where no row of it is the profile's header."""
    text = decode.head_text(path)
    whole = text[: text.rfind("\n") + 1] or text
    try:
        separator, found = _header(whole, profile, path.name)
    except InputRefused:
        return None
    frame, _ = by_field.collect(by_field.numbered(_rows(whole, separator), path.name), found, path.name)
    return RawTable(path.name, frame, _names(found))


def _head_rows(path: Path) -> str:
    with path.open("rb") as file:
        text = file.read(_HEAD).decode("utf-8-sig", "ignore")
    return text if len(text) < _HEAD // 2 else text[: text.rfind("\n") + 1] or text


def _header(text: str, profile: Profile, file: str) -> tuple[str, header.Header]:
    """Choose the separator with which the header names most of the profile's columns."""
    if len(text.split("\n", 1)[0]) > _MAX_HEAD_LINE:
        raise InputRefused("header", "Первая строка длиннее 256 тысяч знаков", place=Place(file, 1))
    tables = {separator: _first_rows(text, separator) for separator in profile.file.separators}
    found = {separator: header.find(rows, profile) for separator, rows in tables.items()}
    fitting = [(each.score, separator, each) for separator, each in found.items() if each is not None]
    if not fitting:
        best = max(tables.values(), key=lambda rows: max(map(len, rows), default=0))
        raise header.missing(best, profile, file)
    _, separator, best_header = max(fitting, key=lambda each: each[0])
    return separator, header.checked(best_header, profile, file)


def _first_rows(text: str, separator: str) -> list[list[str]]:
    rows = []
    for row in _rows(text, separator):
        rows.append(row)
        if len(rows) == header.HEADER_ROWS:
            break
    return rows


def _rows(text: str, separator: str) -> by_field.Reader:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _table(
    file: str,
    profile: Profile,
    found: header.Header,
    parts: tuple[pl.DataFrame, pl.DataFrame],
    findings: tuple[Finding, ...],
) -> RawTable:
    frame, rejected = parts
    if frame.height + rejected.height == 0:
        raise InputRefused("empty", "В файле есть заголовок, но нет ни одной строки", place=Place(file))
    above = found.position
    titles = (Finding("title_rows", "строки над заголовком пропущены", above),) if above else ()
    unknown = tuple(Finding("unknown_column", name[:120], frame.height) for name in header.unknown(found, profile))
    return RawTable(file, frame, _names(found), rejected, (*findings, *titles, *unknown))


def _names(found: header.Header) -> dict[str, str]:
    return {key: found.names[number] for key, number in found.wanted.items()}
