"""Look into an XLSX before anything parses it: inflate every part for real and count what comes out.

Sizes that an archive declares can be forged, so nothing here trusts them.
"""

import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loaders.errors import InputRefused, Place

MAX_ENTRIES: Final = 2_000
MAX_INFLATED: Final = 1024**3
"""Bytes that all parts together may have."""

MAX_RATIO: Final = 150
"""How many times a part may grow; sheets of real exports grow 5 to 30 times."""

_RATIO_FROM: Final = 8 * 1024**2
"""Bytes below which growth does not matter."""

MAX_SHEET_ROWS: Final = 1_048_576
"""Rows a sheet has in Excel."""

MAX_MERGES: Final = 100_000
"""Merged ranges a book may have."""

_HIDDEN: Final = (b'hidden="1"', b"hidden='1'", b'hidden="true"', b"hidden='true'")
_BLOCK: Final = 1024 * 1024
_DTD: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_FAR: Final = tuple(re.compile(b" r=" + quote + rb"(?:[B-Z][A-Z]{2}|A[M-Z][A-Z])\d") for quote in (b'"', b"'"))
"""A cell to the right of column ALL, the thousandth. Written in another way it is met by the child's memory limit."""


@dataclass(frozen=True)
class Contents:
    """Count what a book holds: bytes inflated, cells with an Excel error, merged ranges, hidden rows and columns."""

    inflated: int = 0
    errors: int = 0
    merges: int = 0
    hidden: int = 0

    def __add__(self, other: "Contents") -> "Contents":
        return Contents(
            self.inflated + other.inflated,
            self.errors + other.errors,
            self.merges + other.merges,
            self.hidden + other.hidden,
        )


def inspect(path: Path) -> Contents:
    """Refuse a hostile or broken workbook; return what was counted on the way.

    Raises `InputRefused` with code corrupt, entries, zip_entry, password, unpacked, ratio, rows, range, merges, dtd
    or type.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_entries(path, entries)
            found = Contents()
            for entry in entries:
                found += _inflate(path, archive, entry, MAX_INFLATED - found.inflated)
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        advice = "Файл обрезан или повреждён: выгрузите или скопируйте его заново."
        raise InputRefused("corrupt", "Книга Excel не читается", place=Place(path.name), advice=advice) from error


def _check_entries(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    place = Place(path.name)
    if len(entries) > MAX_ENTRIES:
        raise InputRefused("entries", f"В книге {len(entries)} частей, допускается {MAX_ENTRIES}", place=place)
    names = {entry.filename for entry in entries}
    if len(names) < len(entries):
        raise InputRefused("zip_entry", "В архиве книги одно имя стоит дважды", place=place)
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        linked = stat.S_ISLNK(entry.external_attr >> 16)
        if ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in parts[0] or linked:
            raise InputRefused("zip_entry", "В архиве книги есть путь наружу", place=place)
        if entry.flag_bits & 1:
            raise InputRefused("password", "Книга защищена паролем", place=place, advice="Снимите пароль.")
    if "xl/workbook.xml" not in names:
        advice = "Сохраните как «Книга Excel (.xlsx)»: ODS, XLSB и простые архивы ZIP не загружаются."
        raise InputRefused("type", "Внутри не книга Excel (.xlsx)", place=place, advice=advice)


def _inflate(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> Contents:
    """Inflate one part block by block, and count."""
    place = Place(path.name)
    is_xml = entry.filename.casefold().endswith((".xml", ".rels"))
    is_sheet = entry.filename.casefold().startswith("xl/worksheets/") and is_xml
    inflated, rows, errors, merges, hidden, tail = 0, 0, 0, 0, 0, b""
    with archive.open(entry) as part:
        while block := part.read(_BLOCK):
            inflated += len(block)
            if inflated > room:
                raise InputRefused("unpacked", "Книга распаковывается больше чем в 1 ГБ", place=place)
            if inflated > _RATIO_FROM and inflated > MAX_RATIO * max(entry.compress_size, 1):
                raise InputRefused("ratio", f"Часть книги сжата больше чем в {MAX_RATIO} раз", place=place)
            window = tail + block
            if is_xml:
                _check_markup(window, place, first=inflated == len(block))
            if is_sheet:
                _check_cells(window, place)
                rows += _count(window, tail, b"<row", b":row")
                errors += _count(window, tail, b't="e"', b"t='e'")
                merges += _count(window, tail, b"mergeCell ")
                hidden += _count(window, tail, *_HIDDEN)
            if rows > MAX_SHEET_ROWS:
                raise InputRefused("rows", f"На листе больше {MAX_SHEET_ROWS} строк", place=place)
            if merges > MAX_MERGES:
                advice = "Снимите объединение ячеек в Excel."
                raise InputRefused("merges", f"Объединённых ячеек больше {MAX_MERGES}", place=place, advice=advice)
            tail = window[-128:]
    return Contents(inflated, errors, merges, hidden)


def _check_markup(window: bytes, place: Place, *, first: bool) -> None:
    if first and window.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputRefused("structure", "Часть книги записана не в UTF-8", place=place)
    if _DTD.search(window):
        raise InputRefused("dtd", "В книге есть объявление DTD: такие файлы не загружаются", place=place)


def _check_cells(window: bytes, place: Place) -> None:
    if any(far.search(window) for far in _FAR):
        advice = "Удалите заполненные ячейки далеко справа от таблицы."
        raise InputRefused("range", "Заполнена ячейка правее тысячного столбца", place=place, advice=advice)


def _count(window: bytes, tail: bytes, *what: bytes) -> int:
    """Count what the new block brought, the seam with the one before included."""
    return sum(window.count(word) - tail.count(word) for word in what)
