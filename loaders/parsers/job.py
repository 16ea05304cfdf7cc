"""What the child process is asked and what it answers."""

from typing import Final, TypedDict

MEMORY: Final = 3 * 1024**3
"""Bytes of address space the child may take; a million rows of an XLSX need about half of it."""

CPU_SECONDS: Final = 300


class Job(TypedDict):
    """Say what to parse and which columns to bring back (in compared form); `limit` rows or None for all.

    `numbers` are those of them that make up the number of a case. `merged` and `hidden` say that the book has merged
    cells, hidden rows.
    """

    kind: str
    path: str
    target: str
    wanted: list[str]
    numbers: list[str]
    sheet: str | None
    records: list[str]
    record: list[str]
    unit: str | None
    limit: int | None
    merged: bool
    hidden: bool


class Sheet(TypedDict):
    """Describe one sheet that was read: its share of the table is the next `height` rows.

    `merged` are ranges of merged cells: first and last row from 1, first and last column from 0. `hidden` are the rows
    that the sheet hides. `lost` are cells, row and column, that hold a number too long for a number of Excel.
    """

    name: str
    height: int
    merged: list[tuple[int, int, int, int]]
    hidden: list[int]
    lost: list[tuple[int, int]]


class Answer(TypedDict, total=False):
    """Say what came out: either `refused` (code, what, row, column, advice) or the rest.

    Tables of `sheets` have columns c0, c1 … and their header among the rows; others are named by `names`. `unread` are
    sheets with something on them that were left: name, why (hidden, header, profile), rows.
    """

    refused: tuple[str, str, int | None, str, str]
    sheets: list[Sheet]
    unread: list[tuple[str, str, int]]
    names: list[str]
    bad: list[tuple[int, str, str, str, str]]


class Refusal(Exception):
    """Carry a refusal out of a parser."""

    def __init__(self, code: str, what: str, *, row: int | None = None, column: str = "", advice: str = "") -> None:
        self.answer: tuple[str, str, int | None, str, str] = (code, what, row, column, advice)
        super().__init__(what)
