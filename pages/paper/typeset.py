"""PDF, PNG and SVG: one layout for all three, vector pictures, fonts inside, rows that never leave the sheet."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import typst

from pages.paper import charts, fonts
from pages.paper.model import NUMBERS, Column, Paper, Part, Picture, Table
from pages.paper.painter import painter
from pages.shared.palette import LIGHT

Form = Literal["pdf", "png", "svg"]
Step = Callable[[], None]

_LAYOUT: Final = Path(__file__).with_name("paper.typ")
_PORTRAIT: Final = (210, 297)
_WIDE_FROM: Final = 8
"""Columns from which a sheet lies on its side."""

_WORDY: Final = 4
"""Columns of words beyond which it lies too."""

_ROOM: Final = 14
"""Letters for which a column of words always has room."""

_BY_HAND: Final = 36
"""Letters for which an empty column of words has room: people write into it."""

_MAKER: Final = "Тепловая карта МЦУ"
_PPI: Final = 150
_LETTER: Final = 0.176
"""Width of a letter in millimetres per point of its size."""

_EDGE: Final = 1.5
"""Letters that the edges of a cell take."""

_FIGURE: Final = 1.13
_TOKEN: Final = 22
"""Letters of one word that never break; longer ones, as codes, may."""

_BROKEN: Final = 6
"""Letters of a word of a heading that stay together where columns are many."""

_LONGEST: Final = 44
"""Letters beyond which a cell gives its column no more room: it breaks into lines."""


def write(paper: Paper, form: Form, step: Step = lambda: None) -> bytes:
    """Write a paper; `step` is called after every part and may raise to stop the work.

    PNG and SVG are one sheet as long as it needs to be; a PDF has numbered pages. Raises `NoPictures`.
    """
    files: dict[str, bytes] = {"main": _LAYOUT.read_bytes()}
    parts, sheet = [], sheet_of(paper)
    for number, part in enumerate(paper.parts):
        picture = svg(part)
        if picture:
            files[f"{number}.svg"] = picture
        parts.append(_part(part, f"{number}.svg" if picture else None, sheet, is_alone=len(paper.parts) == 1))
        step()
    files["paper.json"] = json.dumps(_paper(paper, parts, single=form != "pdf"), ensure_ascii=False).encode()
    made = typst.compile(files, font_paths=[fonts.folder().name], ignore_system_fonts=True, format=form, ppi=_PPI)
    return bytes(made[0] if isinstance(made, list) else made)


def svg(part: Part) -> bytes:
    """Draw the picture of a part; empty where it has none."""
    if part.drawn:
        return part.drawn
    picture = picture_of(part)
    return painter.svg(picture.draw(), picture.width, picture.height) if picture else b""


def picture_of(part: Part) -> Picture | None:
    """Give the figure of a part: that of the screen, else one made of its chart."""
    table, chart = part.charted, part.chart
    if part.picture or chart is None or table is None:
        return part.picture
    return Picture(lambda: charts.figure(table, chart), 1000, charts.height(table, chart))


def raster(drawing: bytes) -> bytes:
    """Turn an SVG into a PNG for formats that take no vectors."""
    layout = b'#set page(width: 240mm, height: auto, margin: 0mm)\n#image("drawing.svg", width: 100%)'
    files = {"main": layout, "drawing.svg": drawing}
    made = typst.compile(files, font_paths=[fonts.folder().name], ignore_system_fonts=True, format="png", ppi=_PPI)
    return bytes(made[0] if isinstance(made, list) else made)


def sheet_of(paper: Paper) -> tuple[int, int]:
    """Give the width and height of the sheets in millimetres: they lie on their side where a table is wide."""
    tables = [part.table.columns for part in paper.parts if part.table]
    is_wide = any(len(columns) >= _WIDE_FROM or sum(each.is_wide for each in columns) > _WORDY for columns in tables)
    return _PORTRAIT[::-1] if is_wide else _PORTRAIT


def _paper(paper: Paper, parts: list[dict[str, Any]], *, single: bool) -> dict[str, Any]:
    width, height = sheet_of(paper)
    about = paper.about
    number = f"файл {about.number} · сумма чисел {about.digest}" if about.number else ""
    return {
        "title": paper.title,
        "maker": _MAKER,
        "font": fonts.FAMILY,
        "lead": paper.lead,
        "top": about.top,
        "stamp": " · ".join(part for part in (_MAKER, number) if part),
        "sheet": {"single": single, "width": width, "height": height},
        "colours": {"text": LIGHT.text, "muted": LIGHT.muted, "line": LIGHT.line, "head": LIGHT.background},
        "parts": parts,
        "about": [*about.lines, *about.proof],
        "definitions": about.definitions,
    }


def _part(part: Part, picture: str | None, sheet: tuple[int, int], *, is_alone: bool) -> dict[str, Any]:
    shown = picture_of(part)
    wide = 1.0 if shown is None else fitted(shown.width, shown.height, sheet)
    table = None if part.table is None or (picture and part.table.fills) else _table(part.table, sheet)
    return {
        "title": "" if is_alone else part.title, "note": part.note, "before": part.before, "after": part.notes,
        "picture": picture,
        "wide": wide, "alt": f"{part.title}. {part.note}", "table": table, "break-before": part.new_page,
    }  # fmt: skip


def fitted(width: int, height: int, sheet: tuple[int, int]) -> float:
    """Say which part of the width of a sheet a picture takes so that it keeps its shape and fits into the page."""
    wide, high = sheet[0] - 28, sheet[1] - 60
    return min(1.0, width / (1000 if sheet[0] < sheet[1] else 1200), high / wide * width / height)


def _table(table: Table, sheet: tuple[int, int]) -> dict[str, Any]:
    lines = table.lines()
    rows = [_row(table, number, words) for number, words in enumerate(lines)]
    columns = len(table.columns)
    size = 8.5 if columns < _WIDE_FROM else 7.5 if columns <= 14 else 6  # noqa: PLR2004 — what a sheet holds
    return {
        "heads": [{"title": column.title, "number": column.unit in NUMBERS} for column in table.columns],
        "widths": shares(table, lines, letters(sheet[0] - 28, size)),
        "rows": rows,
        "size": size,
    }


def _row(table: Table, number: int, words: Sequence[str]) -> list[dict[str, Any]]:
    cells = []
    for column, text in zip(table.columns, words, strict=True):
        fill = table.fills.get((number, column.name))
        cells.append(
            {
                "words": text,
                "number": column.unit in NUMBERS,
                "strong": number in table.bold,
                "fill": fill,
                "ink": LIGHT.ink(fill) if fill else None,
            }
        )
    return cells


def shares(table: Table, lines: Sequence[Sequence[str]], letters: float) -> list[float]:
    """Share the width of a sheet, in letters, out to the columns; the shares sum to one.

    What cannot be broken, as dates and numbers, comes first; words of headings may break where columns are many.
    """
    columns = [[line[at] for line in lines] for at in range(len(table.columns))]
    needed = [_needed(column.title, cells) for column, cells in zip(table.columns, columns, strict=True)]
    wanted = [
        max(need, _wanted(column, cells)) for need, column, cells in zip(needed, table.columns, columns, strict=True)
    ]
    spare, asked = letters - sum(needed), sum(wanted) - sum(needed)
    part = 1.0 if asked <= 0 else min(1.0, max(0.0, spare / asked))
    widths = [need + (wish - need) * part for need, wish in zip(needed, wanted, strict=True)]
    return [width / sum(widths) for width in widths]


def _wanted(column: Column, cells: Sequence[str]) -> float:
    """Give the letters a column would have where there is room for all."""
    longest = max(map(len, cells), default=0)
    word = 1.2 * max(map(len, column.title.split()), default=0)  # headings are bold
    room = (_ROOM if longest else _BY_HAND) if column.is_wide else 4
    return min(max(longest, word, room), _LONGEST) + _EDGE


def _needed(title: str, cells: Sequence[str]) -> float:
    """Give the letters without which a date or a number would break."""
    heads = (1.2 * (len(word) if any(map(str.isdigit, word)) else min(len(word), _BROKEN)) for word in title.split(" "))
    longest = max((_length(word) for cell in cells for word in cell.split(" ")), default=0)
    return max(min(longest, _TOKEN), *heads, 3) + _EDGE


def _length(word: str) -> float:
    """Measure a word in letters; a figure is wider than most."""
    return len(word) * (_FIGURE if word[:1].isdigit() else 1.0)


def letters(width: float, size: float) -> float:
    """Say how many letters of a size in points stand side by side in so many millimetres."""
    return width / (size * _LETTER)
