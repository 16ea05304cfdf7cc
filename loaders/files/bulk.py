"""Read well-quoted separated text in one go: pick out the rows that are no rows, let Polars parse all the others."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from loaders.errors import InputRefused
from loaders.files.by_field import TOO_LONG, Bad, bad_quote, ragged
from loaders.files.decode import CHUNK
from loaders.files.header import Header
from loaders.files.raw import MAX_CELL, ROW, rejections
from loaders.files.records import Records
from loaders.text import value_key

_SHOWN: Final = 4096
"""Bytes of a ragged row that are looked at, to tell a total."""


@dataclass(frozen=True)
class Plan:
    """Say what to read: `file` is the name people know, `path` its UTF-8 text, `folder` a place for a copy."""

    file: str
    path: Path
    folder: Path
    separator: str
    header: Header
    total_words: tuple[str, ...]


def read(plan: Plan, index: Records) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the wanted columns with `source_row`, and the rejected rows."""
    body = index.part(slice(plan.header.position + 1, None))
    blank = _blank(plan, body)
    bad = {**_ragged(plan, body, blank), **_too_long(plan, body, blank)}
    kept = ~blank & ~np.isin(np.arange(len(blank)), list(bad))
    rejected = rejections(plan.file, [bad[number] for number in sorted(bad)])
    if not kept.any():
        return pl.DataFrame(schema={**dict.fromkeys(plan.header.wanted, pl.String()), ROW: pl.Int64()}), rejected
    good = body.part(kept)
    whole = bool(kept.all())
    source = plan.path if whole else _copy(plan.path, plan.folder / "good.utf8", good)
    frame = _parse(source, plan, skip_lines=int(body.lines[0]) - 1 if whole else 0)
    if frame.height != len(good.lines):
        raise _unreadable(plan, good)
    return frame.with_columns(pl.Series(ROW, good.lines, dtype=pl.Int64)), rejected


def _parse(path: Path, plan: Plan, skip_lines: int) -> pl.DataFrame:
    """Read the wanted columns as text; an empty field becomes null."""
    by_number = sorted((number, key) for key, number in plan.header.wanted.items())
    frame = pl.read_csv(
        path,
        has_header=False,
        separator=plan.separator,
        columns=[number for number, _ in by_number],
        infer_schema=False,
        skip_lines=skip_lines,
    )
    frame.columns = [key for _, key in by_number]
    return frame


def _unreadable(plan: Plan, good: Records) -> InputRefused:
    return bad_quote(plan.file, int(good.lines[0]))


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
                (line, "", "total_row", first[:40], "строка обращения, а это итог")
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


def _copy(path: Path, target: Path, good: Records) -> Path:
    """Copy the records, neighbours in one piece."""
    ends = good.starts + good.lengths + 1
    breaks = np.flatnonzero(good.starts[1:] != ends[:-1])
    firsts = good.starts[np.append(0, breaks + 1)]
    lasts = ends[np.append(breaks, len(ends) - 1)]
    with path.open("rb") as source, target.open("wb") as copy:
        for first, last in zip(firsts, lasts, strict=True):
            source.seek(int(first))
            piece = int(last - first)
            while piece > 0 and (block := source.read(min(piece, CHUNK))):
                copy.write(block)
                piece -= len(block)
            if piece > 0:
                copy.write(b"\n")
    return target
