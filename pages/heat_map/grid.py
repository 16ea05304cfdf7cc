"""From a computed matrix to what is drawn: titles, written numbers, colour steps, tooltips, groups, edges."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from analytics.buckets import GRAINS
from analytics.colour import Scale
from analytics.control import Corridor
from analytics.declarations import Measure
from analytics.heat_map import OTHERS, HeatMap, Key
from analytics.keys import written
from analytics.status import assurance
from loaders.city import City
from pages.heat_map.figures import SILENT, Grid, Row
from pages.heat_map.view import Matrix
from pages.shared import formats
from pages.shared.gaps import Gaps
from pages.shared.layers import Verdict, mark, worst_first
from pages.shared.options import absent, title_map
from pages.shared.palette import Palette
from pages.shared.posts import who
from pages.shared.text import href_to, html_text, label

NOTHING = "·"
"""Stands in a cell where nothing was counted."""

_WIDE_FROM, _WIDE_TO = 10_000, 999_500
"""Counts between these do not fit into a column with a decimal."""


@dataclass(frozen=True, slots=True)
class Words:
    """Know the titles of one city's rows and columns."""

    city: City

    def title(self, dimension: str, key: Key) -> str:
        """Give the words for a key of a dimension."""
        if isinstance(key, date):
            return formats.month_year(key) if dimension == "month" else formats.day_short(key)
        if key == OTHERS:
            return "остальные"
        if dimension == "department":
            short = {body.title: body.short_title for body in self.city.departments}
            return short.get(key or "", key or "") or absent(dimension, key)
        return title_map(self.city, dimension).get(key or "") or absent(dimension, key)

    def full(self, dimension: str, key: Key) -> str:
        """Give the long words for a key, for tooltips and headings."""
        if isinstance(key, date):
            return formats.month(key) if dimension == "month" else f"неделя с {formats.day(key)}"
        return key if dimension == "department" and key and key != OTHERS else self.title(dimension, key)


@dataclass(frozen=True, slots=True)
class Beside:
    """Hold the columns at the right edge that are not part of the matrix: heads, and texts per row key.

    `heat` has the steps of the warm scale per row key, that of the row's total first.
    """

    heads: tuple[str, ...]
    texts: Mapping[Key, tuple[str, ...]]
    heat: Mapping[Key, tuple[int | None, ...]]
    whole: tuple[str, ...]


def column_order(city: City, dimension: str) -> tuple[str, ...]:
    """Give the order of the columns as in the city's file, empty where the file has none."""
    return tuple(title_map(city, dimension)) if dimension == "territory" else ()


@dataclass(frozen=True, slots=True)
class Paint:
    """Hold what colours the cells of a matrix, in their order: a step (None: no colour) and a line for the tooltip."""

    steps: tuple[int | None, ...]
    lines: tuple[str, ...]

    @classmethod
    def by_value(cls, found: HeatMap, scale: Scale) -> "Paint":
        """Colour every cell by its own number."""
        steps = tuple(scale.step_of(found.cells["value"]))
        return cls(steps, ("",) * len(steps))


def build(
    found: HeatMap, matrix: Matrix, paint: Paint, city: City, beside: Beside, gaps: Gaps, *, grouped: bool
) -> Grid:
    """Write a computed matrix out as a grid in which no cell is chosen; a column that is not whole has a star."""
    words = Words(city)
    columns = tuple((written(key), words.title(matrix.columns, key) + gaps.star(key)) for key in found.column_keys)
    cells = _cells(found, matrix, paint, words, gaps)
    totals = dict(zip(found.row_keys, _texts(found.row_totals, found.measure.unit), strict=True))
    rows = {
        key: Row(
            written(key),
            words.title(matrix.rows, key),
            tuple(cells[key]),
            (totals[key], *beside.texts[key]),
            beside.heat[key],
            who(city, matrix.rows, None if key is None else str(key)),
        )
        for key in found.row_keys
    }
    return Grid(
        rows=_grouped(rows, matrix.rows, city) if grouped else tuple(rows.values()),
        columns=columns,
        edges=("всего", *beside.heads),
        footer=tuple(_texts(found.column_totals, found.measure.unit, narrow)),
        footer_edges=(_texts(found.total, found.measure.unit)[0], *beside.whole),
        selected=None,
        is_tall=matrix.columns not in GRAINS,
    )


def titles_html(
    grid: Grid,
    signals: Mapping[str, Sequence[Verdict]],
    measure: Measure,
    target: float | None,
    href: Callable[[str], str],
    row_height: int,
) -> str:
    """Write the titles of the rows as a column that stays in view while the matrix scrolls sideways.

    A title leads to the story of its row, `href` of the row's key. Marks stand before it: what of the row is really
    changing, the worst first, and, of a measure with a target, whether it is reached always, never, or now and then.
    """
    rows = [_title(row, signals.get(row.key, ()), measure, target, href) for row in grid.rows]
    rows += ['<div class="all">Всего</div>'] if grid.footer else []
    style = f"--row:{row_height}px;padding-top:{grid.head}px"
    return f'<div class="mcu-rows" style="{style}">{"".join(rows)}</div>'


def edges_html(grid: Grid, row_height: int, palette: Palette) -> str:
    """Write the totals of the rows as columns that stay in view while the matrix scrolls sideways."""
    heads = [f'<span class="head">{html_text(head)}</span>' for head in grid.edges]
    whole = [Row("", "Всего", (), grid.footer_edges)] if grid.footer else []
    cells = [_edge_cells(row, grid.edges, palette) for row in (*grid.rows, *whole)]
    style = f"--row:{row_height}px;--head:{grid.head}px;grid-template-columns:repeat({len(grid.edges)},auto)"
    return (
        f'<div class="mcu-edges" role="group" aria-label="Итоги строк" style="{style}">{"".join(heads + cells)}</div>'
    )


def _edge_cells(row: Row, heads: Sequence[str], palette: Palette) -> str:
    if row.is_group:
        return '<span class="gap"></span>'
    heat = row.heat or (None,) * len(heads)
    cells = zip(heads, row.edges, heat, strict=True)
    return "".join(_edge_cell(f"{row.title}, {head}: {text}", text, step, palette) for head, text, step in cells)


def _edge_cell(title: str, text: str, step: int | None, palette: Palette) -> str:
    """Write one text, heated where it has a step."""
    look = ' class="mute"' if text in SILENT else ""
    if step is not None:
        colour = palette.warm[step]
        look = f' class="hot" style="background:{colour};color:{palette.ink(colour)}"'
    return f'<span{look} title="{html_text(title)}">{html_text(text)}</span>'


def _title(
    row: Row, verdicts: Sequence[Verdict], measure: Measure, target: float | None, href: Callable[[str], str]
) -> str:
    words = html_text(row.title)
    if row.is_group:
        return f'<div class="group" title="{html_text(row.post)}">{html_text(row.post) or words}</div>'
    link = f'<a class="mcu-link"{href_to(href(row.key))}>{words}</a>'
    corridor = next((each.judgement.corridor for each in verdicts if each.measure is measure), None)
    aim = mark(assurance(corridor, measure.good, target))
    full = html_text(f"{row.title}. {row.post}" if row.post else row.title)
    return f'<div title="{full}">{"".join(map(_mark, worst_first(verdicts)))}{aim}{link}</div>'


def _mark(verdict: Verdict) -> str:
    """Put a triangle before a row for what is really changing; its colour says whether that is good."""
    words = html_text(verdict.words)
    look = f'class="mcu-{verdict.tone}" role="img" aria-label="{words}" title="{words}"'
    return f"<span {look}>{verdict.sign}</span> "


def usual_ends(corridor: Corridor, unit: str) -> tuple[float, float]:
    """Give the ends of the usual range; of counts the smallest and the largest whole number inside it."""
    low, high = corridor.lower, corridor.upper
    return (math.ceil(low), max(math.floor(high), math.ceil(low))) if unit == "count" else (low, high)


def usual(corridor: Corridor, unit: str) -> str:
    """Write the usual range."""
    low, high = usual_ends(corridor, unit)
    return f"{formats.measure(low, unit)} – {formats.measure(high, unit)}"


def _grouped(rows: Mapping[Key, Row], dimension: str, city: City) -> tuple[Row, ...]:
    """Put who answers before the blocks of each deputy's field, or before the departments that lead them."""
    first = {block.department if dimension == "department" else block.key: block for block in reversed(city.blocks)}
    drawn: list[Row] = []
    last = None
    for key, row in rows.items():
        block = first.get(str(key))
        group = block.group if block else "Без блока"
        if group != last:
            drawn.append(Row(f"group:{group}", group, post=block.accountable_post if block else ""))
        drawn.append(row)
        last = group
    return tuple(drawn)


def _cells(
    found: HeatMap, matrix: Matrix, paint: Paint, words: Words, gaps: Gaps
) -> dict[Key, list[tuple[str, int | None, str]]]:
    """Write the cells of every row; what lies before the data is absent and not zero."""
    tip = _tips(found, matrix, words)
    is_count = found.measure.unit == "count"
    drawn: dict[Key, list[tuple[str, int | None, str]]] = {key: [] for key in found.row_keys}
    numbers = found.cells.select("row", "column", "value", "n", "masked").iter_rows()
    for (row, column, value, n, masked), step, line in zip(numbers, paint.steps, paint.lines, strict=True):
        if column in gaps.before:
            drawn[row].append((formats.DASH, None, f"{words.full(matrix.columns, column)}: данных ещё нет"))
            continue
        is_empty = value is None or (is_count and not value)
        text = formats.FEW if masked else NOTHING if is_empty else narrow(value, found.measure.unit)
        drawn[row].append((text, None if value is None else step, tip(row, column, value, n, masked) + line))
    return drawn


def _tips(found: HeatMap, matrix: Matrix, words: Words) -> Callable[[Key, Key, float | None, int, bool], str]:
    """Give the function that writes the tooltip of a cell."""
    rows = {key: label(words.full(matrix.rows, key)) for key in found.row_keys}
    columns = {key: label(words.full(matrix.columns, key)) for key in found.column_keys}
    measure = found.measure

    def tip(row: Key, column: Key, value: float | None, n: int, masked: bool) -> str:  # noqa: FBT001
        counted = formats.measure(value, measure.unit)
        base = "" if measure.unit == "count" else f" из {formats.number(n)}"
        what = "мало случаев, значение не показано" if masked else f"{label(measure.title)}: <b>{counted}</b>{base}"
        return f"<b>{rows[row]}</b><br>{columns[column]}<br>{what}"

    return tip


def _texts(frame: pl.DataFrame, unit: str, write: Callable[[float, str], str] | None = None) -> list[str]:
    return [
        formats.FEW if masked else formats.DASH if value is None else (write or short)(value, unit)
        for value, masked in frame.select("value", "masked").iter_rows()
    ]


def short(value: float, unit: str) -> str:
    """Write a value so that it fits into a cell."""
    if unit == "share":
        return formats.percent(value, 0)
    if unit == "days":
        return formats.number(value, 1).removesuffix(",0")
    return formats.compact(value) if unit == "count" else formats.number(value, 1)


def narrow(value: float, unit: str) -> str:
    """Write a value into the width of a column, large counts in whole thousands; the tooltip has the exact number."""
    is_wide = unit == "count" and _WIDE_FROM <= value < _WIDE_TO
    return f"{round(value / 1_000)}{formats.NBSP}тыс." if is_wide else short(value, unit)
