"""DOCX: headings, numbered pages, real tables whose headings repeat on every page, pictures of the figures."""

import io
from collections.abc import Sequence
from typing import Any, Final

from docx import Document
from docx.document import Document as Opened
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor

from pages.paper.model import NUMBERS, Paper, Part, Table
from pages.paper.typeset import Step, fitted, letters, picture_of, raster, shares, sheet_of, svg
from pages.shared.palette import LIGHT

FONT: Final = "Arial"
"""Every office has it, or its twin of the same widths."""

_WIDE_FROM: Final = 8
_EDGE: Final = "55"  # twentieths of a point beside the words of a cell
_MARGIN: Final = Mm(12)


def write(paper: Paper, step: Step = lambda: None) -> bytes:
    """Write a paper as a document to be edited; `step` as in `typeset.write`. Raises `NoPictures`."""
    document = Document()
    _sheet(document, paper)
    document.core_properties.title = paper.title
    document.core_properties.author = "Тепловая карта МЦУ"
    document.add_heading(paper.title, level=1)
    for line in paper.lead:
        document.add_paragraph(line)
    _small(document.add_paragraph().add_run(paper.about.top))
    for part in paper.parts:
        _part(document, part, sheet_of(paper))
        step()
    _about(document, paper)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _sheet(document: Opened, paper: Paper) -> None:
    """Lay the sheets on their side where a table is wide, choose the font, number the pages."""
    section = document.sections[0]
    width, height = sheet_of(paper)
    section.page_width, section.page_height = Mm(width), Mm(height)
    if width > height:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    for name, size in (("Normal", 10), ("Heading 1", 16), ("Heading 2", 12)):
        font = document.styles[name].font
        font.name, font.size = FONT, Pt(size)
        document.styles[name].paragraph_format.space_before = Pt(0 if name == "Normal" else size * 0.7)
        document.styles[name].paragraph_format.space_after = Pt(2)
        document.styles[name].paragraph_format.line_spacing = 1.0
        font.color.rgb = RGBColor.from_string(LIGHT.text[1:].upper())
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(kind), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
    _language(document)
    _page_numbers(section.footer.paragraphs[0], paper)


def _language(document: Opened) -> None:
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), "ru-RU")
    properties = document.styles["Normal"].element.get_or_add_rPr()
    properties.append(element)


def _page_numbers(paragraph: Any, paper: Paper) -> None:
    about = paper.about
    said = f"файл {about.number} · сумма чисел {about.digest} · " if about.number else ""
    _small(paragraph.add_run(f"Тепловая карта МЦУ · {said}стр. "))
    _field(paragraph, "PAGE")
    _small(paragraph.add_run(" из "))
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    """Add a field that the word processor fills."""
    element = OxmlElement("w:fldSimple")
    element.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    run.append(_looks(16, LIGHT.muted, is_bold=False))
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    element.append(run)
    paragraph._p.append(element)  # noqa: SLF001 — the library offers no fields


def _small(run: Any) -> None:
    run.font.size = Pt(8)
    run.font.color.rgb = RGBColor.from_string(LIGHT.muted[1:].upper())


def _part(document: Opened, part: Part, sheet: tuple[int, int]) -> None:
    if part.new_page:
        document.add_page_break()
    if part.title:
        document.add_heading(part.title, level=2)
    if part.note:
        note = document.add_paragraph()
        note.paragraph_format.keep_with_next = True
        _small(note.add_run(part.note))
    for line in part.before:
        document.add_paragraph(line)
    drawing = b"" if part.is_coloured else svg(part)
    if drawing:
        section = document.sections[0]
        width = section.page_width - section.left_margin - section.right_margin
        shown = picture_of(part)
        share = 1.0 if shown is None else fitted(shown.width, shown.height, sheet)
        shape = document.add_picture(io.BytesIO(raster(drawing)), width=Emu(round(width * share)))
        shape._inline.docPr.set("descr", f"{part.title}. {part.note}")  # noqa: SLF001 — the words for screen readers
    if part.table:
        _table(document, part.table, sheet[0] - 2 * _MARGIN.mm)
    for line in part.notes:
        _small(document.add_paragraph().add_run(line))


def _table(document: Opened, table: Table, width: float) -> None:
    """Write a table as elements: the library's own cells take seconds for hundreds of rows."""
    element = document.add_table(rows=0, cols=len(table.columns))._tbl  # noqa: SLF001 — see above
    lines = table.lines()
    size = 17 if len(table.columns) < _WIDE_FROM else 14
    _frame(element, shares(table, lines, letters(width, size / 2)))
    heads = [(column.title, column.unit in NUMBERS, LIGHT.background) for column in table.columns]
    element.append(_row(heads, size, is_bold=True, is_head=True))
    for number, words in enumerate(lines):
        cells = [
            (text, column.unit in NUMBERS, table.fills.get((number, column.name)))
            for column, text in zip(table.columns, words, strict=True)
        ]
        element.append(_row(cells, size, is_bold=number in table.bold, is_head=False))


def _frame(element: Any, widths: Sequence[float]) -> None:
    """Give a table the whole width, columns by what they hold, and thin lines between rows."""
    properties = element.tblPr
    width = properties.find(qn("w:tblW"))
    width.set(qn("w:type"), "pct")
    width.set(qn("w:w"), "5000")
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", LIGHT.line[1:].upper())):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    width.addnext(borders)
    edges = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), _EDGE)
        edge.set(qn("w:type"), "dxa")
        edges.append(edge)
    borders.addnext(edges)
    for column, share in zip(element.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(round(10_000 * share)))


def _row(cells: Sequence[tuple[str, bool, str | None]], size: int, *, is_bold: bool, is_head: bool) -> Any:
    row = OxmlElement("w:tr")
    properties = OxmlElement("w:trPr")
    properties.append(OxmlElement("w:cantSplit"))
    if is_head:
        properties.append(OxmlElement("w:tblHeader"))
    row.append(properties)
    for text, is_number, fill in cells:
        row.append(_cell(text, size, is_number=is_number, is_bold=is_bold, fill=fill))
    return row


def _cell(text: str, size: int, *, is_number: bool, is_bold: bool, fill: str | None) -> Any:
    cell, paragraph, run = OxmlElement("w:tc"), OxmlElement("w:p"), OxmlElement("w:r")
    if fill:
        properties, shading = OxmlElement("w:tcPr"), OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill[1:].upper())):
            shading.set(qn(f"w:{name}"), value)
        properties.append(shading)
        cell.append(properties)
    layout, spacing, side = OxmlElement("w:pPr"), OxmlElement("w:spacing"), OxmlElement("w:jc")
    spacing.set(qn("w:after"), "0")
    side.set(qn("w:val"), "right" if is_number else "left")
    layout.extend((spacing, side))
    run.append(_looks(size, LIGHT.ink(fill) if fill else LIGHT.text, is_bold=is_bold))
    words = OxmlElement("w:t")
    words.text = text
    words.set(qn("xml:space"), "preserve")
    run.append(words)
    paragraph.extend((layout, run))
    cell.append(paragraph)
    return cell


def _looks(size: int, colour: str, *, is_bold: bool) -> Any:
    looks = OxmlElement("w:rPr")
    if is_bold:
        looks.append(OxmlElement("w:b"))
    ink, height = OxmlElement("w:color"), OxmlElement("w:sz")
    ink.set(qn("w:val"), colour[1:].upper())
    height.set(qn("w:val"), str(size))
    looks.extend((ink, height))
    return looks


def _about(document: Opened, paper: Paper) -> None:
    document.add_heading("О файле", level=2)
    about = paper.about
    for number, (name, words) in enumerate([*about.lines, *about.proof, *about.definitions]):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = number < len(about.lines)
        _small(paragraph.add_run(f"{name}: "))
        paragraph.add_run(words).font.size = Pt(9)
