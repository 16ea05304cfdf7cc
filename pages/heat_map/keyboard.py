"""The matrix for a keyboard and a screen reader: a grid of links over the figure, a cell each; keys.js moves in it."""

import html
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote_plus

from analytics.keys import SEPARATOR
from pages.heat_map.figures import ROW_HEIGHT, SLANT, Grid
from pages.shared.text import href_to, html_text

_MARKUP: Final = re.compile(r"<[^>]+>")
_BREAK: Final = re.compile(r"<br\s*/?>")
_HERE: Final = "this-cell"
"""Stands for a cell in the one address that is made for all: making each anew would take most of the time."""


def grid_html(grid: Grid, title: str, href: Callable[[str], str]) -> str:
    """Write the grid; `href` gives the address of a cell's story by «row|column».

    One link can be reached by Tab, that of the chosen cell or the first; keys.js takes the others in and out.
    """
    chosen = _chosen(grid)
    head = "".join(_head(words) for _, words in grid.columns)
    address = href(_HERE)
    rows = "".join(_row(grid, at, chosen, address) for at, row in enumerate(grid.rows) if row.cells)
    places = f"--head:{grid.head}px;--row:{ROW_HEIGHT}px;--right:{SLANT if grid.is_tall else 2}px"
    style = f"{places};--columns:{len(grid.columns)}"
    return (
        f'<div class="mcu-grid" role="grid" aria-label="{html_text(title)}" style="{style}">'
        f'<div role="row" class="head"><span role="columnheader">Строка</span>{head}</div>{rows}</div>'
    )


def spoken(tip: str) -> str:
    """Say a tooltip in one line.

    >>> spoken("<b>Дороги</b><br>неделя с 16.11<br>Поступило: <b>23</b><br>выше обычного")
    'Дороги, неделя с 16.11, Поступило: 23, выше обычного'
    """
    lines = (html.unescape(_MARKUP.sub("", line)).strip() for line in _BREAK.split(tip))
    return ", ".join(line for line in lines if line)


def _chosen(grid: Grid) -> tuple[str, str]:
    """Name the cell that Tab leads to: the chosen one where it is in sight, else the first of its row or column."""
    seen = [row.key for row in grid.rows if row.cells], [key for key, _ in grid.columns]
    asked = grid.selected or ("", "")
    row, column = (key if key in keys else next(iter(keys), "") for key, keys in zip(asked, seen, strict=True))
    return row, column


def _head(words: str) -> str:
    return f'<span role="columnheader">{html_text(words)}</span>'


def _row(grid: Grid, at: int, chosen: tuple[str, str], address: str) -> str:
    row = grid.rows[at]
    cells = "".join(
        _cell(
            spoken(tip),
            address.replace(_HERE, quote_plus(f"{row.key}{SEPARATOR}{column}")),
            is_reached=(row.key, column) == chosen,
        )
        for (column, _), (_, _, tip) in zip(grid.columns, row.cells, strict=True)
    )
    name = f'<span role="rowheader">{html_text(row.title)}</span>'
    return f'<div role="row" style="--at:{at}">{name}{cells}</div>'


def _cell(words: str, address: str, *, is_reached: bool) -> str:
    reached = "0" if is_reached else "-1"
    link = f'<a{href_to(address)} tabindex="{reached}" aria-label="{html_text(words, 400)}"></a>'
    return f'<span role="gridcell">{link}</span>'
