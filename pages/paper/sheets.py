"""XLSX: typed cells, a native chart beside its table, nothing that counts or leads anywhere by itself."""

import io
import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter
from xlsxwriter.chart import Chart as XlsxChart
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pages.paper.model import NUMBERS, Chart, Column, Paper, Part, Table, Unit
from pages.paper.typeset import Step
from pages.shared import formats
from pages.shared.palette import LIGHT

_NUMBERS: Final[dict[Unit, str]] = {
    "count": "#,##0", "change": "+#,##0;-#,##0;0", "share": "0.0%", "points": "+0.0%;-0.0%;0.0%",
    "days": "#,##0.0", "score": "0.00", "number": "#,##0.0", "more_days": "+#,##0.0;-#,##0.0;0.0", "value": "#,##0",
    "delta": "+#,##0;-#,##0;0",
}  # fmt: skip
NUMBER_FORMATS: Final[dict[Unit, str]] = {
    "text": "@", "day": "dd.mm.yyyy", "moment": "dd.mm.yyyy hh:mm",
    **{unit: ";".join(f"[$-419]{section}" for section in code.split(";")) for unit, code in _NUMBERS.items()},
}  # fmt: skip
"""Number formats; 419 is Russian: its comma and its blank between thousands, whatever the reader's machine speaks."""

HEAD: Final = 3
"""Row of the headings of a table, from zero: above it stand the title, the note and a blank row."""

MOST_ROWS: Final = 1_000_000
"""Rows of one sheet; the format ends at 1,048,576."""

_NAME: Final = 31
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_TEXT: Final = {"align": "left", "indent": 1}
"""Looks of words: a step away from the number before them."""

_WIDEST: Final = 60
_WORDS: Final = 110
"""Letters in a line of the sheet about the file."""

_LINE: Final = 15.0
_SHORT: Final = 20
"""Rows up to which a chart stands on the page of its table."""

_LONG: Final = 100
"""Rows beyond which it stands beside the table: on a screen nobody would find it below."""

_LEAST_LINE: Final = 80
"""Letters that words above and below a table have room for, however narrow it is."""

_USUAL: Final = 8.43
"""Width of a column that nobody set, in letters."""

_A4: Final = 9
INERT: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Options by which every text of a workbook stays a text."""

_OPTIONS: Final = INERT | {
    "constant_memory": True, "in_memory": False, "default_date_format": "dd.mm.yyyy", "nan_inf_to_errors": False,
}  # fmt: skip


class _Book:
    """Write one workbook: rows go out as they come, so its length costs no memory."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._formats: dict[tuple[str, bool, str | None], Format] = {}
        self._names: set[str] = set()
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"font_color": LIGHT.muted, "text_wrap": True, "valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.name = book.add_format({"bold": True, "valign": "top"})
        looks = {"bold": True, "bg_color": LIGHT.background, "text_wrap": True, "valign": "vcenter", "bottom": 1}
        self.head = book.add_format({**looks, **_TEXT})
        self.number_head = book.add_format({**looks, "align": "right"})

    def format(self, unit: Unit, *, is_bold: bool, fill: str | None) -> Format:
        key = (NUMBER_FORMATS[unit], is_bold, fill)
        if key not in self._formats:
            looks: dict[str, Any] = {"num_format": key[0], "bold": is_bold}
            looks |= {"align": "right"} if unit in NUMBERS else _TEXT
            if fill:
                looks |= {"bg_color": fill, "font_color": LIGHT.ink(fill)}
            self._formats[key] = self.book.add_format(looks)
        return self._formats[key]

    def sheet(self, title: str) -> Worksheet:
        """Add a sheet under a name that the format takes, and that no other sheet has."""
        stem = title.translate(_FORBIDDEN).strip()[:_NAME] or "Лист"
        name, number = stem, 1
        while name.casefold() in self._names:
            number += 1
            name = f"{stem[: _NAME - len(str(number)) - 1]} {number}"
        self._names.add(name.casefold())
        return self.book.add_worksheet(name)


def write(paper: Paper, step: Step = lambda: None) -> bytes:
    """Write a paper: a sheet per part, and a last one about the file."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        book.set_properties({"title": paper.title, "author": "Тепловая карта МЦУ"})
        writer = _Book(book)
        for part in paper.parts:
            _part(writer, part)
            step()
        _about(writer, paper)
    return target.getvalue()


def _part(writer: _Book, part: Part) -> None:
    sheet = writer.sheet(part.title)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
    sheet.set_footer("&L&8Тепловая карта МЦУ&R&8стр. &P из &N")
    table = part.table
    widths = _widths(table) if table else [float(_WORDS)]
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.write_string(0, 0, part.title, writer.title)
    if table is None:
        for at, words in enumerate((*([part.note] if part.note else []), *part.before, *part.notes)):
            _wrapped(writer, sheet, 1 + at, words, widths)
        return
    sheet.freeze_panes(HEAD + 1, 0)
    _wrapped(writer, sheet, 1, part.lead, widths)
    end = _rows(writer, sheet, table, HEAD)
    for words in part.notes:
        end += 1
        _wrapped(writer, sheet, end, words, widths)
    if part.chart and part.charted:
        _charted(writer, sheet, part.title, part.charted, part.chart, end + 2)


def _wrapped(writer: _Book, sheet: Worksheet, row: int, words: str, widths: Sequence[float]) -> None:
    """Write words over as many columns as a line needs, and give their row the height of its lines."""
    wide = sum(widths)
    more = max(0, math.ceil((_LEAST_LINE - wide) / _USUAL))
    last = len(widths) - 1 + more
    sheet.set_row(row, _LINE * max(1, math.ceil(1.1 * len(words) / (wide + more * _USUAL))))
    if last and words:
        sheet.merge_range(row, 0, row, last, "", writer.note)
    sheet.write_string(row, 0, words, writer.note)


def _charted(writer: _Book, sheet: Worksheet, title: str, rows: Table, chart: Chart, below: int) -> None:
    """Put a chart below its table, or beside a long one; the rows that it alone shows stand before it."""
    head = below if chart.data else HEAD
    end = _rows(writer, sheet, rows, head) if chart.data else below
    drawn = _chart(writer, sheet, title, rows, chart, head)
    if rows.frame.height > _LONG:
        sheet.insert_chart(HEAD, len(rows.columns) + 1, drawn)
        return
    if rows.frame.height > _SHORT:
        sheet.set_h_pagebreaks([end])
    else:
        sheet.fit_to_pages(1, 1)
    sheet.insert_chart(end + 1, 0, drawn)


def _rows(writer: _Book, sheet: Worksheet, table: Table, head: int) -> int:
    """Write the headings into a row and the rows below; give the number of the row after them."""
    sheet.set_row(head, 32)
    for at, column in enumerate(table.columns):
        sheet.write_string(head, at, column.title, writer.number_head if column.unit in NUMBERS else writer.head)
    for number, row in enumerate(table.frame.iter_rows(named=True)):
        is_bold = number in table.bold
        for at, column in enumerate(table.columns):
            value = row[column.name]
            if value is None and not table.is_few(number, column, row):
                continue
            looks = writer.format(
                table.unit(number, column), is_bold=is_bold, fill=table.fills.get((number, column.name))
            )
            _cell(sheet, head + 1 + number, at, formats.FEW if value is None else value, looks)
    end = head + 1 + table.frame.height
    if table.frame.height and not table.bold and head == HEAD:
        sheet.autofilter(head, 0, end - 1, len(table.columns) - 1)
    return end


def _cell(sheet: Worksheet, row: int, at: int, value: Any, looks: Format) -> None:
    if isinstance(value, str):
        sheet.write_string(row, at, value, looks)
    elif isinstance(value, date | datetime):
        sheet.write_datetime(row, at, value, looks)
    else:
        sheet.write_number(row, at, value, looks)


def _widths(table: Table) -> list[float]:
    return [_width(table, column) for column in table.columns]


def _width(table: Table, column: Column) -> float:
    if column.unit != "text":
        return max(11.0, max(map(len, column.title.split()), default=0) + 2.0)
    longest = table.frame[column.name].str.len_chars().max() or 0
    head = 1.15 * len(column.title) + 3  # bold, a step away from the edge
    return float(min(max(int(str(longest)) + 2, head, 10), _WIDEST))


def _chart(writer: _Book, sheet: Worksheet, title: str, table: Table, chart: Chart, head: int) -> XlsxChart:
    """Make a native chart of the rows below a heading; rows that sum up stand last and are left out."""
    kinds = {"bars": {"type": "bar"}, "stacked": {"type": "bar", "subtype": "stacked"}, "lines": {"type": "line"}}
    drawn = writer.book.add_chart(kinds[chart.kind])
    names = [column.name for column in table.columns]
    last = head + table.frame.height - sum(row >= table.frame.height - len(table.bold) for row in table.bold)
    for number, name in enumerate(chart.series):
        at, place = names.index(name), names.index(chart.x)
        colour = chart.colours[number]
        drawn.add_series(
            {
                "name": [sheet.name, head, at],
                "categories": [sheet.name, head + 1, place, last, place],
                "values": [sheet.name, head + 1, at, last, at],
                "fill": {"color": colour},
                "line": {"color": colour, **({"dash_type": "dash"} if name in chart.limits else {})},
            }
        )
    drawn.set_title({"name": title, "name_font": {"size": 12}})
    unit = next(column.unit for column in table.columns if column.name == chart.series[0])
    value = {"num_format": "0%" if unit == "share" else NUMBER_FORMATS["count"]}
    if chart.kind == "lines":
        drawn.set_x_axis({"num_format": "dd.mm.yy", "text_axis": True})
        drawn.set_y_axis(value | {"major_gridlines": {"visible": True, "line": {"color": LIGHT.line}}})
    else:
        drawn.set_y_axis({"reverse": True})
        drawn.set_x_axis(value | {"major_gridlines": {"visible": True, "line": {"color": LIGHT.line}}})
    drawn.set_legend({"none": True} if len(chart.series) == 1 else {"position": "bottom"})
    drawn.set_size({"width": 760, "height": 320 if chart.kind == "lines" else 120 + 20 * min(table.frame.height, 40)})
    return drawn


def _about(writer: _Book, paper: Paper) -> None:
    sheet = writer.sheet("О файле")
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, _WORDS)
    sheet.write_string(0, 0, paper.title, writer.title)
    about = paper.about
    lines = [*(("", words) for words in paper.lead), *about.lines, *about.proof, ("", ""), *about.definitions]
    for number, (name, words) in enumerate(lines, start=2):
        sheet.set_row(number, _LINE * max(1, math.ceil(len(words) / _WORDS)))
        sheet.write_string(number, 0, name, writer.name)
        sheet.write_string(number, 1, words, writer.wrapped)
