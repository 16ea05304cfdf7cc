"""Read separated text (CSV, TSV) into a raw table: strictly, fast, and with every row accounted for."""

import csv
import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from loaders.errors import InputRefused, Place
from loaders.files import bulk, by_field, decode, header, records
from loaders.files.raw import MAX_ROWS, Finding, RawTable, too_many
from loaders.profile import Profile
from loaders.progress import Progress

_HEAD: Final = 1024 * 1024
_MAX_HEAD_LINE: Final = 262_144

csv.field_size_limit(sys.maxsize)


def read(path: Path, profile: Profile, progress: Progress) -> Iterator[RawTable]:
    """Read the wanted columns of a text file part by part.

    Rows with more or fewer fields than the header and rows with a cell over 64 K characters come back as rejected;
    empty lines are no rows. Raises `InputRefused` for a broken encoding, a quote that does not close, a file without
    header, without rows or with more than one import takes.
    """
    with tempfile.TemporaryDirectory(prefix="mcu-") as folder:
        progress("Проверка кодировки", 0.0)
        text = decode.to_utf8(path, Path(folder))
        separator, found = _header(_head_rows(text.path), profile, path.name)
        progress("Поиск строк", 0.1)
        index = records.index(text.path, separator, skip=3 if text.has_bom else 0)
        if len(index.lines) > MAX_ROWS:
            raise too_many(path.name)
        if index.strays or index.unclosed:
            parts = by_field.read(text.path, separator, found, path.name)
        else:
            plan = bulk.Plan(path.name, text.path, separator, found, profile.file.total_words)
            parts = bulk.read(plan, index)
        done = 0
        for frame, rejected in parts:
            progress("Чтение и проверка строк", 0.2 + 0.8 * done / max(len(index.lines), 1))
            whole = () if done else (*text.findings, *_titles(found))
            done += frame.height + rejected.height
            yield RawTable(path.name, frame, _names(found), rejected, (*whole, *_unknown(found, profile, frame.height)))
        if not done:
            raise InputRefused("empty", "В файле есть заголовок, но нет ни одной строки", place=Place(path.name))


def heads(path: Path, profiles: Sequence[Profile]) -> list[RawTable | InputRefused]:
    """Read the beginning of a text file by each profile, or say why it cannot."""
    text = decode.head_text(path)
    whole = text[: text.rfind("\n") + 1] or text
    return [_head(whole, profile, path.name) for profile in profiles]


def _head(text: str, profile: Profile, file: str) -> RawTable | InputRefused:
    try:
        separator, found = _header(text, profile, file)
        body = islice(by_field.numbered(_rows(text, separator), file), found.position + 1, None)
        frame, _ = by_field.collect(body, found, file)
    except InputRefused as refusal:
        return refusal
    return RawTable(file, frame, _names(found))


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


def _titles(found: header.Header) -> tuple[Finding, ...]:
    return (Finding("title_rows", "строки над заголовком пропущены", found.position),) if found.position else ()


def _unknown(found: header.Header, profile: Profile, rows: int) -> tuple[Finding, ...]:
    return tuple(Finding("unknown_column", name[:120], rows) for name in header.unknown(found, profile))


def _names(found: header.Header) -> dict[str, str]:
    return {key: found.names[number] for key, number in found.wanted.items()}
