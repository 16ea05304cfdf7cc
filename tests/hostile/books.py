"""Hostile and odd workbooks: OOXML written by hand with `zipfile`, so that every byte is ours to bend."""
# ruff: noqa: S108 - made for the test

import io
import stat
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping
from xml.sax.saxutils import escape

from tests.hostile.texts import HEADER, rows, table

Make = Callable[[], bytes]

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ROOT = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_BOOK = (
    '<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    f'xmlns:r="{_RELATION}"><sheets><sheet name="Лист1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_BOOK_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATION}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)


def letters(column: int) -> str:
    """Name a column from 1 as Excel does."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell(row: int, column: int, value: str) -> str:
    """Write an inline text cell."""
    return f'<c r="{letters(column)}{row}" t="inlineStr"><is><t>{escape(value)}</t></is></c>' if value else ""


def sheet(
    body: Iterable[Iterable[str]], *, dimension: str = "", head: str = "", extra: str = "", tail: str = ""
) -> str:
    """Write a sheet of text cells; `extra` goes among the rows, `tail` after them."""
    lines = "".join(
        f'<row r="{row}">' + "".join(cell(row, column, value) for column, value in enumerate(values, 1)) + "</row>"
        for row, values in enumerate(body, 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{dimension}<sheetData>{lines}{extra}</sheetData>{tail}</worksheet>"
    )


def book(sheet_xml: str, more: Mapping[str, bytes] | None = None, *, without: str = "") -> bytes:
    """Pack a workbook of one sheet, with more parts or without one."""
    parts: dict[str, bytes] = {
        "[Content_Types].xml": _TYPES.encode(),
        "_rels/.rels": _ROOT.encode(),
        "xl/workbook.xml": _BOOK.encode(),
        "xl/_rels/workbook.xml.rels": _BOOK_RELATIONS.encode(),
        "xl/worksheets/sheet1.xml": sheet_xml.encode(),
        **(more or {}),
    }
    parts.pop(without, None)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def good(**bent: str) -> str:
    """Write the control sheet, bent in one way."""
    return sheet([HEADER, *rows()], **bent)


def forged_size() -> bytes:
    """Declare that the sheet inflates to 100 bytes."""
    packed = bytearray(book(good()))
    at = packed.rfind(b"xl/worksheets/sheet1.xml") - 46
    packed[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(packed)


def bad_crc() -> bytes:
    """Flip a byte in the middle of the packed sheet."""
    packed = bytearray(book(good()))
    packed[packed.find(b"xl/worksheets/sheet1.xml") + 500] ^= 0xFF
    return bytes(packed)


def symlink() -> bytes:
    """Hold an entry that is a link."""
    packed = io.BytesIO(book(good()))
    with zipfile.ZipFile(packed, "a") as archive:
        link = zipfile.ZipInfo("xl/link", (2026, 1, 1, 0, 0, 0))
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return packed.getvalue()


def many_rows() -> str:
    """Two million empty rows after good ones."""
    return good(extra='<row><c t="inlineStr"><is><t>x</t></is></c></row>' * 2_000_000)


def error_cells() -> str:
    """Two cells hold an Excel error: one in the number, one in the topic."""
    text = good()
    broken = text.replace(cell(5, 1, "Т-4"), '<c r="A5" t="e"><v>#REF!</v></c>')
    return broken.replace(cell(7, 4, rows()[5][3]), '<c r="D7" t="e"><v>#N/A</v></c>')


def formulas_without_values() -> str:
    """A number that is a formula nobody has computed."""
    return good().replace(cell(5, 1, "Т-4"), '<c r="A5"><f>1+1</f></c>')


def merged() -> str:
    """Three numbers merged into one cell: two rows are left without a number."""
    text = good(tail='<mergeCells count="1"><mergeCell ref="A2:A4"/></mergeCells>')
    return text.replace(cell(3, 1, "Т-2"), "").replace(cell(4, 1, "Т-3"), "")


def protected() -> bytes:
    """An old container that holds an encrypted package."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)


LOADED: list[tuple[str, Make, int]] = [
    ("x01_good.xlsx", lambda: book(good()), 200),
    ("x06_fake_dimension.xlsx", lambda: book(good(dimension='<dimension ref="A1:XFD1048576"/>')), 200),
    ("x_titles.xlsx", lambda: book(sheet([["Отчёт"], [], HEADER, *rows()])), 200),
    ("x_external_links.xlsx", lambda: book(good(), {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}), 200),
    ("x_macro.xlsx", lambda: book(good(), {"xl/vbaProject.bin": bytes(1000)}), 200),
]

QUARANTINED: list[tuple[str, Make, int, dict[str, int]]] = [
    ("x10_formula_no_cached.xlsx", lambda: book(formulas_without_values()), 199, {"blank_id": 1}),
    ("x11_error_cells.xlsx", lambda: book(error_cells()), 199, {"blank_id": 1}),
    ("x20_merged.xlsx", lambda: book(merged()), 198, {"merged_cells": 2}),
    (
        "x_long_cell.xlsx",
        lambda: book(sheet([HEADER, *rows(), [*rows(1)[0][:6], "ж" * 70_000]])),
        200,
        {"cell_too_long": 1},
    ),
    ("x_total.xlsx", lambda: book(sheet([HEADER, *rows(), ["Итого", "", "200"]])), 200, {"total_row": 1}),
]

REFUSED: list[tuple[str, Make, str, int | None]] = [
    (
        "x02_zip_bomb_one_cell.xlsx",
        lambda: book(good(extra=f'<row><c t="inlineStr"><is><t>{"x" * 50_000_000}</t></is></c></row>')),
        "ratio",
        None,
    ),
    ("x03_zip_bomb_many_rows.xlsx", lambda: book(many_rows()), "ratio", None),
    ("x04_billion_laughs.xlsx", lambda: book(good(head='<!DOCTYPE w [<!ENTITY a "ха">]>')), "dtd", None),
    ("x05_xxe.xlsx", lambda: book(good(head='<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>')), "dtd", None),
    (
        "x07_cell_at_XFD1048576.xlsx",
        lambda: book(good(extra='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        "range",
        None,
    ),
    (
        "x07_far_in_both.xlsx",
        lambda: book(good(extra='<row r="1048576"><c r="ALK1048576"><v>1</v></c></row>')),
        "range",
        None,
    ),
    ("x08_zip_slip.xlsx", lambda: book(good(), {"../../../../tmp/slip.txt": b"x"}), "zip_entry", None),
    ("x08_absolute.xlsx", lambda: book(good(), {"/tmp/slip.txt": b"x"}), "zip_entry", None),
    ("x08_symlink.xlsx", symlink, "zip_entry", None),
    (
        "x09_10000_entries.xlsx",
        lambda: book(good(), {f"xl/a{number}.xml": b"" for number in range(10_000)}),
        "entries",
        None,
    ),
    ("x12_no_sheet_part.xlsx", lambda: book(good(), without="xl/worksheets/sheet1.xml"), "structure", None),
    ("x13_truncated.xlsx", lambda: book(good())[:-300], "corrupt", None),
    ("x14_html.xlsx", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "type", None),
    ("x15_csv.xlsx", lambda: table(rows()).encode(), "type", None),
    ("x16_ole.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "type", None),
    ("x18_bad_crc.xlsx", bad_crc, "corrupt", None),
    ("x19_forged_size.xlsx", forged_size, "corrupt", None),
    ("x_password.xls", protected, "password", None),
    ("x_not_ole.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "structure", None),
    ("x_plain_zip.xlsx", lambda: book(good(), without="xl/workbook.xml"), "type", None),
    ("x_duplicate_header.xlsx", lambda: book(sheet([[*HEADER, "Тема"], *rows()])), "duplicate_header", None),
    ("x_empty.xlsx", lambda: book(sheet([])), "empty", None),
    ("x_header_only.xlsx", lambda: book(sheet([HEADER])), "empty", None),
]
