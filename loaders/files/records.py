"""Find where each record of a separated text begins, how many fields it has and on which line it stands.

One pass over the bytes with numpy: quotes toggle, a line feed outside quotes ends a record, a separator outside
quotes adds a field. That reading is exact as long as every quote opens at the start of a field and closes at its
end; `strays` counts those that do not, and the caller then reads the file field by field.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from loaders.files.raw import MAX_ROWS

CHUNK: Final = 16 * 1024 * 1024

_QUOTE: Final = ord('"')
_NEWLINE: Final = ord("\n")
_RETURN: Final = ord("\r")

Numbers = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Records:
    """Hold one entry per record: byte offset, length without the line feed, fields, line of its beginning (from 1).

    `unclosed` is True where the last record ends inside quotes.
    """

    starts: Numbers
    lengths: Numbers
    fields: Numbers
    lines: Numbers
    strays: int
    unclosed: bool

    def part(self, which: slice | npt.NDArray[np.bool_]) -> "Records":
        """Keep some of the records."""
        return Records(
            self.starts[which], self.lengths[which], self.fields[which], self.lines[which], self.strays, self.unclosed
        )


def index(path: Path, separator: str, *, skip: int = 0) -> Records:
    """Index the records of a UTF-8 file from byte `skip` on, up to a block after the last that an import takes."""
    parts: list[tuple[Numbers, Numbers, Numbers, Numbers]] = []
    strays, line, offset, size = 0, 1, skip, CHUNK
    unclosed = False
    with path.open("rb") as file:
        total = file.seek(0, 2)
        while offset < total and sum(len(part[0]) for part in parts) <= MAX_ROWS:
            file.seek(offset)
            block = file.read(size)
            part, used, lines, odd, open_at_end = _block(block, ord(separator), last=offset + len(block) >= total)
            if used == 0:
                size *= 2
                continue
            parts.append((part[0] + offset, part[1], part[2], part[3] + line))
            strays, line, offset, size, unclosed = strays + odd, line + lines, offset + used, CHUNK, open_at_end
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else [np.zeros(0, np.int64)] * 4
    return Records(columns[0], columns[1], columns[2], columns[3], strays, unclosed)


def _block(block: bytes, separator: int, *, last: bool) -> tuple[tuple[Numbers, ...], int, int, int, bool]:
    """Index whole records of a block that begins at a record.

    Returns (starts, lengths, fields, lines since the block), bytes used, lines used, stray quotes, open at the end.
    """
    data = np.frombuffer(block, np.uint8)
    special = (data == separator) | (data == _NEWLINE)
    has_quotes = _QUOTE in block
    if has_quotes:
        special |= data == _QUOTE
    at = np.flatnonzero(special)
    kind = data[at]
    inside = (np.cumsum(kind == _QUOTE) & 1).astype(bool) if has_quotes else np.zeros(len(at), bool)
    newline = kind == _NEWLINE
    closing = newline & ~inside
    ends = at[closing]
    tail = last and (len(ends) == 0 or ends[-1] + 1 < len(data))
    fields_before = np.cumsum((kind == separator) & ~inside)[closing]
    lines_before = np.cumsum(newline)[closing]
    if tail:
        ends = np.append(ends, len(data))
        fields_before = np.append(fields_before, np.count_nonzero((kind == separator) & ~inside))
        lines_before = np.append(lines_before, np.count_nonzero(newline))
    if len(ends) == 0:
        return (), 0, 0, 0, False
    used = int(min(ends[-1] + 1, len(data)))
    starts = np.concatenate(([0], ends[:-1] + 1))
    part = (starts, ends - starts, np.diff(fields_before, prepend=0) + 1, np.concatenate(([0], lines_before[:-1])))
    quotes = (at[kind == _QUOTE], inside[kind == _QUOTE]) if has_quotes else None
    strays = _strays(data, quotes, separator, used) if quotes else 0
    return part, used, int(lines_before[-1]), strays, bool(tail and len(inside) and inside[-1])


def _strays(data: Bytes, quotes: tuple[Numbers, npt.NDArray[np.bool_]], separator: int, used: int) -> int:
    """Count quotes that open after something else than a separator, or close before something else."""
    at, opens = quotes
    opening, closing = at[opens & (at < used)], at[~opens & (at < used)]
    before = data[np.maximum(opening - 1, 0)]
    good_open = (opening == 0) | np.isin(before, (separator, _NEWLINE, _QUOTE))
    after = data[np.minimum(closing + 1, len(data) - 1)]
    good_close = (closing == len(data) - 1) | np.isin(after, (separator, _NEWLINE, _RETURN, _QUOTE))
    return int(np.count_nonzero(~good_open) + np.count_nonzero(~good_close))
