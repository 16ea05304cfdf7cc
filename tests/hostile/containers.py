"""Workbooks in other containers than a plain XLSX: old, protected, binary, stuffed. Written byte by byte."""

import io
import struct
import zipfile
from collections.abc import Iterable

from tests.hostile.books import Make, book, cell, good, letters, sheet
from tests.hostile.texts import HEADER, rows, table
from tests.hostile.trees import dumped

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _record(number: int, data: bytes) -> bytes:
    return struct.pack("<HH", number, len(data)) + data


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def biff(body: Iterable[Iterable[str]], *, protected: bool = False) -> bytes:
    """Write the stream of an Excel 97 workbook of one sheet ([MS-XLS] 2.1): text cells as LABEL records."""
    name = "Лист1".encode("utf-16-le")
    head = _begin(0x0005) + (_record(0x002F, bytes(6)) if protected else b"") + _record(0x0042, b"\xb0\x04")
    at = len(head) + 4 + 8 + len(name) + 4
    bound = _record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name) // 2, 1) + name)
    cells = b"".join(
        _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(value), 1) + value.encode("utf-16-le"))
        for row, values in enumerate(body)
        for column, value in enumerate(values)
        if value
    )
    return head + bound + _record(0x000A, b"") + _begin(0x0010) + cells + _record(0x000A, b"")


def ole(stream: bytes, name: str = "Workbook") -> bytes:
    """Wrap one stream, of more than 4 KB and less than 62 KB, into a compound file ([MS-CFB]): sector 0 is the FAT."""
    padded = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    count = len(padded) // _SECTOR
    chain = [_FAT, _END, *range(3, count + 2), _END]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    entries = _entry("Root Entry", 5, _END, 0, child=1) + _entry(name, 2, 2, len(padded), child=_FREE)
    header = struct.pack("<8s16sHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
                         0, 1, 1, 0, 4096, _END, 0, _END, 0)  # fmt: skip
    return (header + struct.pack("<I", 0)).ljust(_SECTOR, b"\xff") + fat + entries.ljust(_SECTOR, b"\0") + padded


def _entry(name: str, kind: int, start: int, size: int, *, child: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII36xIQ", text, len(text), kind, 1, _FREE, _FREE, child, start, size)


def _links(inner: str) -> str:
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def zipped(parts: dict[str, bytes]) -> bytes:
    """Pack parts into a ZIP."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def xlsb() -> bytes:
    """A binary workbook has the parts of a workbook, in another form."""
    return zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": bytes(200), "xl/worksheets/sheet1.bin": b""})


def ods() -> bytes:
    """A table of LibreOffice."""
    mime = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": mime, "content.xml": b"<office:document-content/>"})


def thousand_sheets() -> bytes:
    """A book of a thousand sheets, all of them shown."""
    numbers = range(1, 1001)
    sheets = "".join(f'<sheet name="Л{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    links = "".join(f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
                    for n in numbers)  # fmt: skip
    shown = f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>'
    small = sheet([HEADER, *rows(2)]).encode()
    return book(good(), {
        "xl/workbook.xml": shown.encode(),
        "xl/_rels/workbook.xml.rels":
            _links(links).encode(),
        **{f"xl/worksheets/sheet{n}.xml": small for n in numbers},
    })  # fmt: skip


def shared_strings(strings: Iterable[str], indices: Iterable[int]) -> bytes:
    """A book whose topics point into the table of shared strings, row by row; more indices make more rows."""
    listed = "".join(f"<si><t>{text}</t></si>" for text in strings)
    pointed = list(indices)
    body = [[*row[:3], "", *row[4:]] for row in rows(len(pointed))]
    lines = "".join(
        f'<row r="{row}">'
        + "".join(cell(row, column, value) for column, value in enumerate(values, 1) if column < 4)
        + f'<c r="{letters(4)}{row}" t="s"><v>{index}</v></c></row>'
        for (row, values), index in zip(enumerate(body, 2), pointed, strict=True)
    )
    head = sheet([HEADER]).removesuffix("</sheetData></worksheet>")
    links = _links(
        f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    )
    return book(head + lines + "</sheetData></worksheet>", {
        "xl/_rels/workbook.xml.rels": links.encode(),
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{listed}</sst>'.encode(),
    })  # fmt: skip


def many_styles() -> bytes:
    """20,000 cell styles, as books grow them by copying from one another."""
    formats = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" applyAlignment="1"/>' * 20_000
    styles = f'<styleSheet xmlns="{_MAIN}"><cellXfs count="20000">{formats}</cellXfs></styleSheet>'
    links = _links(
        f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    )
    return book(
        good().replace('t="inlineStr"', 's="19999" t="inlineStr"'),
        {"xl/_rels/workbook.xml.rels": links.encode(), "xl/styles.xml": styles.encode()},
    )


MERGE = '<mergeCell ref="J1:J2"/>'


def wide_header(characters: int) -> bytes:
    """A header one name of which is so long."""
    return table([[*row, "x"] for row in rows(60)], header=[*HEADER, "я" * characters]).encode()


def one_key_twice() -> bytes:
    """An object of very many keys, the last of which stands twice."""
    return ("[{" + ",".join(f'"k{number}":1' for number in range(300_000)) + ',"k299999":2}]').encode()


def rows_beyond_a_sheet() -> bytes:
    """More rows than a sheet has, in so few bytes that growth does not tell."""
    return book(good(extra="<row/>" * 1_100_000))


LOADED: list[tuple[str, Make, int]] = [
    ("biff.xls", lambda: ole(biff([HEADER, *rows(60)])), 60),
    ("x_macro.xlsm", lambda: book(good(), {"xl/vbaProject.bin": bytes(1000)}), 200),
    ("x_shared_strings.xlsx", lambda: shared_strings(["Ямы", "Мусор"], [0, 1] * 50), 100),
    ("x_nested_zip.xlsx", lambda: book(good(), {"xl/inner.zip": zipped({"a": bytes(10**6)})}), 200),
    ("x_20000_styles.xlsx", many_styles, 200),
    ("c_header_of_100000_characters.csv", lambda: wide_header(100_000), 60),
]

REFUSED: list[tuple[str, Make, str, int | None]] = [
    ("x03_more_rows_than_a_sheet.xlsx", rows_beyond_a_sheet, "rows", None),
    ("biff_password.xls", lambda: ole(biff([HEADER, *rows(60)], protected=True)), "password", None),
    ("ooxml_password.xlsx", lambda: ole(bytes(5000), "EncryptedPackage"), "password", None),
    ("binary.xlsx", xlsb, "type", None),
    ("binary.xlsb", xlsb, "type", None),
    ("table.ods", ods, "type", None),
    ("ods_named.xlsx", ods, "type", None),
    ("zip_of_books.xlsx", lambda: zipped({"отчёт.xlsx": book(good())}), "type", None),
    ("x_1000_sheets.xlsx", thousand_sheets, "structure", None),
    ("x_string_out_of_range.xlsx", lambda: shared_strings(["Ямы"], [0] * 99 + [999_999]), "structure", None),
    ("x_shared_bomb.xlsx", lambda: shared_strings(["x" * 30_000_000], [0] * 20), "ratio", None),
    ("x_shared_again_and_again.xlsx", lambda: shared_strings(["ж" * 32_000], [0] * 100_000), "range", None),
    ("x_many_merges.xlsx", lambda: book(good(tail=MERGE * 100_001)), "merges", None),
    ("c_header_of_1000000_characters.csv", lambda: wide_header(1_000_000), "header", 1),
    (
        "j_1000000_keys.json",
        lambda: dumped([{f"k{number}": 1 for number in range(1_000_000)}]),
        "too_many_columns",
        None,
    ),
    ("j_300000_keys_and_one_twice.json", one_key_twice, "duplicate_key", None),
    ("cut_at_99_percent.xlsx", lambda: book(good())[: len(book(good())) * 99 // 100], "corrupt", None),
]
