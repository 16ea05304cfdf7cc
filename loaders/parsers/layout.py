"""Find the merged cells and the hidden rows of a sheet, in the child process.

The reader of workbooks gives all cells of a merged one as empty, but for the first, and does not tell which rows are
hidden, by hand or by a filter.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

_BLOCK: Final = 1024 * 1024
_TAIL: Final = 256
"""Bytes kept of the block before: no tag of a merged cell or of a cell's beginning is longer."""

_MERGE: Final = re.compile(
    rb"<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)
_FILLED: Final = re.compile(
    rb"<(?:[\w.-]+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3})\d{1,7}[\"'][^>/]*>\s*<(?:[\w.-]+:)?(?:v|is|f)\b"
)

_HIDDEN: Final = re.compile(rb"<(?:[\w.-]+:)?row\s([^>]*?\bhidden=[\"'](?:1|true)[\"'][^>]*)>")
_ROW: Final = re.compile(rb"(?:^|\s)r=[\"'](\d{1,7})[\"']")

Range = tuple[int, int, int, int]


def ranges(path: str, sheet: str) -> list[Range]:
    """Return the merged ranges of a sheet: first and last row from 1, first and last column of the table from 0.

    The table begins at the leftmost filled column, as it does for the reader of workbooks.
    """
    with zipfile.ZipFile(path) as archive:
        part = _part(archive, sheet)
        if part not in archive.namelist():
            return []
        found = {
            (int(top), int(bottom), _number(left), _number(right))
            for window in _windows(archive, part)
            if b"mergeCell" in window
            for left, top, right, bottom in _MERGE.findall(window)
        }
        begin = _first_column(archive, part) if found else 0
    return sorted((top, bottom, left - begin, right - begin) for top, bottom, left, right in found)


def hidden_rows(path: str, sheet: str) -> list[int]:
    """Return the numbers, from 1, of the rows that a sheet hides."""
    with zipfile.ZipFile(path) as archive:
        part = _part(archive, sheet)
        windows = _windows(archive, part) if part in archive.namelist() else ()
        tags = (tag for window in windows if b"hidden" in window for tag in _HIDDEN.findall(window))
        return sorted({int(found[1]) for tag in tags if (found := _ROW.search(tag))})


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Name the part of the archive that holds a sheet."""
    book = fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True)
    links = fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
    wanted = next((_link(each) for each in book.iter() if _is_sheet(each) and each.get("name") == sheet), "")
    target = next((each.get("Target", "") for each in links if each.get("Id") == wanted), "")
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _is_sheet(element: Element) -> bool:
    return element.tag.rpartition("}")[2] == "sheet"


def _link(element: Element) -> str:
    """Return the id of the relationship; its namespace differs between the two kinds of OOXML."""
    return next((value for name, value in element.attrib.items() if name.endswith("}id")), "")


def _windows(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield the bytes of a part block by block, each with the end of the one before."""
    tail = b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            yield tail + block
            tail = block[-_TAIL:]


def _first_column(archive: zipfile.ZipFile, part: str) -> int:
    """Return the leftmost filled column; almost every sheet settles it with its first cell."""
    first = None
    for window in _windows(archive, part):
        for found in _FILLED.finditer(window):
            column = _number(found[1])
            if column == 0:
                return 0
            first = column if first is None else min(first, column)
    return first or 0


def _number(letters: bytes) -> int:
    """Turn the letters of a column into its number from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
