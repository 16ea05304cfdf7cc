"""PPTX: a slide per part with a native chart or table that can be edited; long tables go on over more slides."""

import io
import math
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Final

import xlsxwriter
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE_DASH_STYLE
from pptx.enum.text import PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Emu, Mm, Pt

from pages.paper.model import NUMBERS, Chart, Paper, Part, Table
from pages.paper.sheets import INERT, NUMBER_FORMATS
from pages.paper.typeset import Step, letters, raster, shares, svg
from pages.shared import formats
from pages.shared.palette import LIGHT

FONT: Final = "Arial"
WIDTH, HEIGHT = Mm(338.7), Mm(190.5)
ROWS: Final = 16
"""Rows of a table on one slide."""

MATRIX_ROWS: Final = 34
"""Rows of a coloured table on one slide: it is read by its colours first."""

_LEFT: Final = Mm(12)
_TOP: Final = Mm(32)
_ROW: Final = Mm(8)
_LOW_ROW: Final = Mm(6.4)
_GAP: Final = Mm(5)
_NOTES: Final = Mm(18)
"""Height that the words below a table take."""

_LONG_TITLE: Final = 62
_KINDS: Final = {
    "bars": XL_CHART_TYPE.BAR_CLUSTERED, "stacked": XL_CHART_TYPE.BAR_STACKED, "lines": XL_CHART_TYPE.LINE_MARKERS,
}  # fmt: skip
_NO_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # neither fills nor grid
_BORDER: Final = parse_xml(
    f'<a:lnB {nsdecls("a")} w="6350"><a:solidFill><a:srgbClr val="{LIGHT.line[1:].upper()}"/></a:solidFill></a:lnB>'
)
"""A thin line below a cell."""

_SMALL: Final = 7
_BRIEF: Final = 220
"""Letters of words that stand above a chart or a table; longer ones have a slide of their own."""

_PAIRED: Final = 8
_FEW_COLUMNS: Final = 5
"""Rows and columns up to which two tables stand side by side."""

_BELOW_LINES: Final = 11
_BELOW_BARS: Final = 7
"""Rows of a table that leave room for a chart above it: bars need room for each of them."""


@dataclass(frozen=True, slots=True)
class _Box:
    """Hold a place on a slide, in the library's units."""

    left: int
    top: int
    width: int
    height: int


_WHOLE: Final = _Box(_LEFT, _TOP, WIDTH - 2 * _LEFT, HEIGHT - _TOP - Mm(13))


class _Deck:
    """Write slides one after the other, each with its title and the number of its page."""

    def __init__(self, paper: Paper) -> None:
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = WIDTH, HEIGHT
        self.file.core_properties.title = paper.title
        self.file.core_properties.author = "Тепловая карта МЦУ"
        self.file.core_properties.language = "ru-RU"
        about = paper.about
        self.stamp = f"файл {about.number} · сумма чисел {about.digest}" if about.number else ""

    def slide(self, title: str, note: str) -> Any:
        slide = self.file.slides.add_slide(self.file.slide_layouts[5])
        number = len(self.file.slides)
        head = slide.shapes.title
        head.left, head.top, head.width, head.height = _LEFT, Mm(7), WIDTH - 2 * _LEFT, Mm(15)
        _write(head.text_frame, [title], 22 if len(title) <= _LONG_TITLE else 16, LIGHT.text, is_bold=True)
        self.text(slide, Mm(21), Mm(9), [note], 11, LIGHT.muted)
        self.text(slide, HEIGHT - Mm(10), Mm(7), [f"Тепловая карта МЦУ · {self.stamp} · {number}"], 9, LIGHT.muted)
        return slide

    def text(self, slide: Any, top: int, height: int, lines: Sequence[str], size: int, colour: str) -> None:
        if any(lines):
            box = slide.shapes.add_textbox(_LEFT, Emu(top), WIDTH - 2 * _LEFT, Emu(height))
            _write(box.text_frame, lines, size, colour)


def write(paper: Paper, step: Step = lambda: None) -> bytes:
    """Write a paper as slides; `step` as in `typeset.write`. Raises `NoPictures`."""
    deck = _Deck(paper)
    first = deck.slide(paper.title, "")
    lines = [f"{name}: {words}" for name, words in paper.about.lines]
    deck.text(first, _TOP, Mm(120), [*paper.lead, "", *lines], 14, LIGHT.text)
    for leaf in _leaves(paper.parts):
        if len(leaf) == 1:
            _part(deck, leaf[0])
        else:
            _pair(deck, leaf)
        for _ in leaf:
            step()
    for start in range(0, len(paper.about.definitions), 9):
        said = [f"{name}. {words}" for name, words in paper.about.definitions[start : start + 9]]
        deck.text(deck.slide("Как считается", ""), _TOP, Mm(140), said, 11, LIGHT.text)
    target = io.BytesIO()
    deck.file.save(target)
    return target.getvalue()


def _leaves(parts: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    """Give what stands on slides of its own: a part, or two small tables side by side."""
    kept = deque(parts)
    while kept:
        first = kept.popleft()
        is_pair = bool(kept) and _is_small(first) and _is_small(kept[0]) and not kept[0].new_page
        yield (first, kept.popleft()) if is_pair else (first,)


def _is_small(part: Part) -> bool:
    table = part.table
    if table is None or part.is_drawn or part.before or part.notes or table.fills:
        return False
    return 0 < table.frame.height <= _PAIRED and len(table.columns) <= _FEW_COLUMNS


def _pair(deck: _Deck, parts: Sequence[Part]) -> None:
    slide = deck.slide(" · ".join(part.title for part in parts), " · ".join(dict.fromkeys(part.note for part in parts)))
    width = (_WHOLE.width - _GAP) // 2
    for at, table in enumerate(part.table for part in parts if part.table):
        _table(slide, table, table.lines(), 0, replace(_WHOLE, left=_LEFT + at * (width + _GAP), width=width))


def _part(deck: _Deck, part: Part) -> None:
    """Put a part onto its slides: words, chart or picture, and the table, together where they fit."""
    is_brief = len(" ".join(part.before)) <= _BRIEF and (part.is_drawn or part.table is not None)
    if not is_brief or (part.table is None and not part.is_drawn):
        deck.text(deck.slide(part.title, part.note), _TOP, Mm(140), [*part.before, *part.notes], 13, LIGHT.text)
    note = part.lead if is_brief else part.note
    if part.chart and part.charted and part.table and _has_room(part, part.table, part.chart):
        _together(deck.slide(part.title, note), part.table, part.charted, part.chart)
        return
    if part.chart and part.charted:
        _chart(deck.slide(part.title, note), part.charted, part.chart, _WHOLE)
    elif part.is_drawn and not part.is_coloured:
        _picture(deck.slide(part.title, note), svg(part), f"{part.title}. {part.note}")
    if part.table is not None:
        _tables(deck, part, part.table, note)


def _has_room(part: Part, table: Table, chart: Chart) -> bool:
    """Say whether chart and table fit onto one slide."""
    most = _BELOW_LINES if chart.kind == "lines" else _BELOW_BARS
    return 0 < table.frame.height <= most and not part.notes


def _together(slide: Any, table: Table, charted: Table, chart: Chart) -> None:
    """Put the chart above and the table below."""
    lines = table.lines()
    high = _LOW_ROW * (len(lines) + 1)
    above = replace(_WHOLE, height=_WHOLE.height - high - _GAP)
    _chart(slide, charted, chart, above)
    below = replace(_WHOLE, top=above.top + above.height + _GAP, height=high)
    _table(slide, table, lines, 0, below)


def _picture(slide: Any, drawing: bytes, alt: str) -> None:
    """Put a figure that has no native form onto a slide, as large as it fits."""
    shape = slide.shapes.add_picture(io.BytesIO(raster(drawing)), _LEFT, _TOP, width=WIDTH - 2 * _LEFT)
    most = HEIGHT - _TOP - Mm(12)
    if shape.height > most:
        shape.width, shape.height = Emu(int(shape.width * most / shape.height)), Emu(most)
    shape._element.nvPicPr.cNvPr.set("descr", alt)  # noqa: SLF001 — the words for screen readers


class _InertBook(CategoryWorkbookWriter):
    """Keep words words in the workbook inside a chart too: the library's own would make formulas and links of them."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[tuple[Any, Any]]:
        with xlsxwriter.Workbook(xlsx_file, {"in_memory": True, **INERT}) as book:
            yield book, book.add_worksheet()


class _Data(CategoryChartData):
    """Hold the data of a chart."""

    @property
    def _workbook_writer(self) -> CategoryWorkbookWriter:
        return _InertBook(self)


def _chart(slide: Any, table: Table, chart: Chart, box: _Box) -> None:
    """Add a native chart with its data inside; rows that sum up are left out."""
    kept = table.frame[[row for row in range(table.frame.height) if row not in table.bold]]
    units = {column.name: column.unit for column in table.columns}
    titles = {column.name: column.title for column in table.columns}
    data = _Data(number_format=NUMBER_FORMATS[units[chart.series[0]]])
    places = kept[chart.x].to_list()
    data.categories = [formats.day(each) if units[chart.x] == "day" else str(each or formats.DASH) for each in places]
    for name in chart.series:
        data.add_series(titles[name], kept[name].to_list())
    made = slide.shapes.add_chart(_KINDS[chart.kind], box.left, box.top, box.width, box.height, data).chart
    made.has_legend = len(chart.series) > 1
    if made.has_legend:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    made.has_title = False
    made.font.size, made.font.name = Pt(11), FONT
    made.category_axis.format.line.color.rgb = RGBColor.from_string(LIGHT.line[1:].upper())
    if chart.kind == "lines":
        made.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(LIGHT.line[1:].upper())
    else:
        made.category_axis.reverse_order = True
        made.value_axis.visible = made.value_axis.has_major_gridlines = False
        made.plots[0].gap_width = 40
        made.plots[0].has_data_labels = True
    for number, series in enumerate(made.plots[0].series):
        _paint(series, chart.colours[number], is_line=chart.kind == "lines")
        if chart.series[number] in chart.limits:
            series.marker.style, series.format.line.dash_style = XL_MARKER_STYLE.NONE, MSO_LINE_DASH_STYLE.DASH


def _paint(series: Any, colour: str, *, is_line: bool) -> None:
    target = series.format.line.color if is_line else None
    if target is None:
        series.format.fill.solid()
        target = series.format.fill.fore_color
    target.rgb = RGBColor.from_string(colour[1:].upper())


def _tables(deck: _Deck, part: Part, table: Table, note: str) -> None:
    """Spread a table over as many slides as it needs, its headings on each."""
    lines = table.lines()
    box = replace(_WHOLE, height=_WHOLE.height - _NOTES) if part.notes else _WHOLE
    start = 0
    for slice_ in _slices(table, lines, box):
        more = f" · строки {start + 1}–{start + len(slice_)} из {len(lines)}" if len(slice_) < len(lines) else ""
        slide = deck.slide(part.title, note + more)
        used = _table(slide, table, slice_, start, box)
        start += len(slice_)
        if part.notes and start == len(lines):
            deck.text(slide, _TOP + used + Mm(2), _NOTES, part.notes, 10, LIGHT.muted)


def _slices(table: Table, lines: Sequence[Sequence[str]], box: _Box) -> Iterator[Sequence[Sequence[str]]]:
    """Cut rows into slides, by the lines that their words take; a coloured table is read by its colours, and is not."""
    if table.fills and len(lines) <= MATRIX_ROWS:
        yield lines
        return
    size = _size(table, min(len(lines), ROWS))
    widths = _widths(table, lines, box, size)
    begun, used = 0, 2 * _ROW
    for at, line in enumerate(lines):
        high = max(_ROW, _line(size) * _deepest(line, widths) + Mm(2))
        if at > begun and (used + high > box.height or at - begun >= ROWS):
            yield lines[begun:at]
            begun, used = at, 2 * _ROW
        used += high
    yield lines[begun:]


def _widths(table: Table, lines: Sequence[Sequence[str]], box: _Box, size: float) -> list[float]:
    """Give the letters that each column has room for."""
    room = letters(Emu(box.width).mm, size)
    return [room * share for share in shares(table, lines, room)]


def _deepest(line: Sequence[str], widths: Sequence[float]) -> int:
    return max(math.ceil(1.1 * len(words) / width) or 1 for words, width in zip(line, widths, strict=True))


def _line(size: float) -> int:
    return Pt(size * 1.2)


def _size(table: Table, rows: int) -> int:
    """Give the size of letters: what a slide holds."""
    columns = len(table.columns)
    size = 11 if columns < 9 else 9 if columns < 16 else 7  # noqa: PLR2004 — see above
    return size if rows <= ROWS else _SMALL


def _table(slide: Any, table: Table, lines: Sequence[Sequence[str]], start: int, box: _Box) -> int:
    """Write some rows under their headings into a place; give the height that they take."""
    columns, size = table.columns, _size(table, len(lines))
    height = Emu(min(_ROW, box.height // (len(lines) + 1)))
    shape = slide.shapes.add_table(
        len(lines) + 1, len(columns), box.left, box.top, box.width, height * (len(lines) + 1)
    )
    made = shape.table
    shape._element.graphic.graphicData.tbl.tblPr.find(  # noqa: SLF001 — the library names no table styles
        "{http://schemas.openxmlformats.org/drawingml/2006/main}tableStyleId"
    ).text = _NO_STYLE
    widths = _widths(table, lines, box, size)
    for at, width in enumerate(widths):
        made.columns[at].width = Emu(int(box.width * width / sum(widths)))
    rows = [[column.title for column in columns], *lines]
    for number, (row, words) in enumerate(zip(made.rows, rows, strict=True)):
        row.height = height
        at_row = start + number - 1
        for cell, column, text in zip(row.cells, columns, words, strict=True):
            fill = LIGHT.background if number == 0 else table.fills.get((at_row, column.name))
            is_bold = number == 0 or at_row in table.bold
            _cell(cell, text, size, fill, is_bold=is_bold, is_number=column.unit in NUMBERS)
    return sum(max(height, _line(size) * _deepest(words, widths) + Mm(1)) for words in rows)


def _cell(cell: Any, text: str, size: int, fill: str | None, *, is_bold: bool, is_number: bool) -> None:
    cell.margin_top = cell.margin_bottom = Mm(0.6 if size > _SMALL else 0.3)
    cell.margin_left = cell.margin_right = Mm(1.2)
    cell._tc.get_or_add_tcPr().insert(0, deepcopy(_BORDER))  # noqa: SLF001 — the library draws no borders
    if fill:
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(fill[1:].upper())
    _write(cell.text_frame, [text], size, LIGHT.ink(fill) if fill else LIGHT.text, is_bold=is_bold)
    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if is_number else PP_ALIGN.LEFT


def _write(frame: Any, lines: Sequence[str], size: int, colour: str, *, is_bold: bool = False) -> None:
    """Write lines as runs: a run is text whatever it holds."""
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        if not line:
            paragraph._p.get_or_add_endParaRPr().set("sz", str(100 * size))  # noqa: SLF001 — else it is tall
            continue
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.name, run.font.bold = Pt(size), FONT, is_bold
        run.font.color.rgb = RGBColor.from_string(colour[1:].upper())
