"""What the child process is asked and what it answers."""

from typing import Final, TypedDict

MEMORY: Final = 3 * 1024**3
"""Bytes of address space the child may take; a million rows of an XLSX need about half of it."""

CPU_SECONDS: Final = 300


class Job(TypedDict):
    """Say what to parse and which columns to bring back (in compared form); `limit` rows or None for all.

    `merged` says that the book has merged cells.
    """

    kind: str
    path: str
    target: str
    wanted: list[str]
    sheet: str | None
    records: list[str]
    record: list[str]
    unit: str | None
    limit: int | None
    merged: bool


class Answer(TypedDict, total=False):
    """Say what came out: either `refused` (code, what, row, column, advice) or the rest.

    `positional` tables have columns c0, c1 … and their header among the rows; others are named by `names`.
    `merged` are ranges of merged cells: first and last row from 1, first and last column from 0.
    """

    refused: tuple[str, str, int | None, str, str]
    positional: bool
    names: list[str]
    bad: list[tuple[int, str, str, str, str]]
    findings: list[tuple[str, str, int]]
    merged: list[tuple[int, int, int, int]]


class Refusal(Exception):
    """Carry a refusal out of a parser."""

    def __init__(self, code: str, what: str, *, row: int | None = None, column: str = "", advice: str = "") -> None:
        self.answer: tuple[str, str, int | None, str, str] = (code, what, row, column, advice)
        super().__init__(what)
