"""Read well-quoted separated text part by part: pick out the rows that are no rows, let Polars parse all the others."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from loaders.files.by_field import TOO_LONG, Bad, bad_quote, ragged
from loaders.files.header import Header
from loaders.files.raw import MAX_CELL, PART_ROWS, ROW, rejections
from loaders.files.records import Records
from loaders.telling import Form, told_one
from loaders.text import value_key

_SHOWN: Final = 4096
"""Bytes of a ragged row that are looked at, to tell a total."""


@dataclass(frozen=True)
class Plan:
    """Say what to read: `file` is the name people know, `path` its UTF-8 text."""

    file: str
    path: Path
    separator: str
    header: Header
    total_words: tuple[str, ...]


def read(plan: Plan, index: Records) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Yield parts: the wanted columns with `source_row`, and the rejected rows, all of them with the first part."""
    body = index.part(slice(plan.header.position + 1, None))
    blank = _blank(plan, body)
    bad = {**_ragged(plan, body, blank), **_too_long(plan, body, blank)}
    good = body.part(~blank & ~np.isin(np.arange(len(blank)), list(bad)))
    rejected = rejections(plan.file, [bad[number] for number in sorted(bad)])
    for start in range(0, max(len(good.lines), 1), PART_ROWS):
        yield _parse(plan, good.part(slice(start, start + PART_ROWS))), rejected
        rejected = rejected.clear()


def _parse(plan: Plan, good: Records) -> pl.DataFrame:
    """Read the wanted columns of some records as text; an empty field becomes null."""
    by_number = {str(number): key for key, number in plan.header.wanted.items()}
    # Numbers for a header: what begins with one is never taken for compressed data, whatever the first record is.
    header = plan.separator.join(map(str, range(len(plan.header.names)))) + "\n"
    frame = pl.read_csv(
        header.encode() + _text(plan.path, good),
        separator=plan.separator,
        columns=list(by_number),
        infer_schema=False,
    )
    if frame.height != len(good.lines):
        raise bad_quote(plan.file, int(good.lines[0]))
    return frame.rename(by_number).with_columns(pl.Series(ROW, good.lines, dtype=pl.Int64))


def _blank(plan: Plan, body: Records) -> npt.NDArray[np.bool_]:
    """Mark records that hold nothing but separators and spaces."""
    blank: npt.NDArray[np.bool_] = body.lengths == 0
    nothing = (plan.separator + " \t\r").encode()
    with plan.path.open("rb") as file:
        for number in np.flatnonzero((body.lengths - body.fields <= 0) & ~blank):
            file.seek(int(body.starts[number]))
            blank[number] = not file.read(int(body.lengths[number])).strip(nothing)
    return blank


def _ragged(plan: Plan, body: Records, blank: npt.NDArray[np.bool_]) -> dict[int, Bad]:
    """Describe records with more or fewer fields than the header, by their number."""
    width = len(plan.header.names)
    bad: dict[int, Bad] = {}
    with plan.path.open("rb") as file:
        for number in np.flatnonzero((body.fields != width) & ~blank):
            file.seek(int(body.starts[number]))
            cells = _cells(file.read(min(int(body.lengths[number]), _SHOWN)), plan.separator)
            first = next((cell for cell in cells if cell.strip()), "")
            line = int(body.lines[number])
            is_total = value_key(first).startswith(plan.total_words)
            bad[int(number)] = (
                (line, "", "total_row", told_one(first, Form.WORD), "строка обращения, а это итог")
                if is_total
                else (line, "", "ragged_row", "", ragged(int(body.fields[number]), width))
            )
    return bad


def _too_long(plan: Plan, body: Records, blank: npt.NDArray[np.bool_]) -> dict[int, Bad]:
    """Describe records that have a cell over the limit, by their number."""
    bad: dict[int, Bad] = {}
    with plan.path.open("rb") as file:
        for number in np.flatnonzero((body.lengths > MAX_CELL) & ~blank):
            file.seek(int(body.starts[number]))
            cells = _cells(file.read(int(body.lengths[number])), plan.separator)
            if max(map(len, cells), default=0) > MAX_CELL:
                bad[int(number)] = (int(body.lines[number]), "", "cell_too_long", "", TOO_LONG)
    return bad


def _cells(record: bytes, separator: str) -> list[str]:
    text = io.StringIO(record.decode("utf-8", "ignore"), newline="")
    return next(csv.reader(text, delimiter=separator), [])


def _text(path: Path, good: Records) -> bytes:
    """Read the bytes of the records, neighbours in one piece."""
    if not len(good.lines):
        return b""
    ends = good.starts + good.lengths
    breaks = np.flatnonzero(good.starts[1:] != ends[:-1] + 1)
    firsts = good.starts[np.append(0, breaks + 1)]
    lasts = ends[np.append(breaks, len(ends) - 1)]
    pieces: list[bytes] = []
    with path.open("rb") as file:
        for first, last in zip(firsts, lasts, strict=True):
            file.seek(int(first))
            pieces.append(file.read(int(last - first)))
    return b"\n".join(pieces)
