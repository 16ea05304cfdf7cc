"""The matrix as a figure: coloured cells with their numbers, and edges that sum up. No Streamlit here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from analytics.colour import Scale
from analytics.declarations import Good
from pages.shared import formats
from pages.shared.palette import FONT, Palette
from pages.shared.text import label

ROW_HEIGHT: Final = 24
"""Pixels of one row: the least target that WCAG 2.2 asks for, and 25 rows still fit a screen at the desk."""

FLAT_HEAD: Final = 24
"""Pixels above the matrix for short column titles."""

TALL_HEAD: Final = 104
"""Pixels above the matrix for slanted column titles."""

COLUMN_WIDTH: Final = 37
"""Least pixels of a column; a narrow screen scrolls sideways below the sum of these."""

SLANT: Final = 36
"""Pixels that the slanted title of the last column needs beyond it."""

SILENT: Final = frozenset({formats.DASH, formats.FEW})
"""Edge texts that only say why there is no number."""


@dataclass(frozen=True, slots=True)
class Row:
    """Draw one row: a group's title (`cells` empty) or a row of the matrix with its edge texts.

    `cells` hold per column the written value, the colour step (None: no colour) and the sentence of the tooltip;
    `heat` the step of each edge text on the warm scale (None: no colour). `post` says who answers.
    """

    key: str
    title: str
    cells: tuple[tuple[str, int | None, str], ...] = ()
    edges: tuple[str, ...] = ()
    heat: tuple[int | None, ...] = ()
    post: str = ""

    @property
    def is_group(self) -> bool:
        """Say whether the row only carries the title of a group."""
        return not self.cells and not self.edges


@dataclass(frozen=True, slots=True)
class Grid:
    """Hold everything the figure draws; words are already Russian and safe, `label` is applied to data here."""

    rows: tuple[Row, ...]
    columns: tuple[tuple[str, str], ...]
    edges: tuple[str, ...]
    footer: tuple[str, ...]
    footer_edges: tuple[str, ...]
    selected: tuple[str, str] | None
    is_tall: bool

    @property
    def head(self) -> int:
        """Give the pixels above the first row."""
        return TALL_HEAD if self.is_tall else FLAT_HEAD

    @property
    def height(self) -> int:
        """Give the height of the figure in pixels."""
        return self.head + ROW_HEIGHT * (len(self.rows) + bool(self.footer))

    @property
    def least_width(self) -> int:
        """Give the width below which the matrix scrolls instead of shrinking."""
        return COLUMN_WIDTH * len(self.columns) + (SLANT if self.is_tall else 0)


def colours(palette: Palette, scale: Scale, good: Good | None) -> tuple[str, ...]:
    """Choose one colour per step: cool for volume; warm where one end is bad, which is the hot one.

    Nothing but zeros has the first colour.
    """
    ramp = palette.sequential if good is None else palette.warm
    if scale.steps == 1:
        return (ramp[2 if scale.edges[0] else 0],)
    ramp = ramp[::-1] if good == "up" else ramp
    last = len(ramp) - 1
    return tuple(ramp[round(step * last / (scale.steps - 1))] for step in range(scale.steps))


def matrix(grid: Grid, ramp: Sequence[str], palette: Palette, *, with_titles: bool = False) -> go.Figure:
    """Draw the matrix; `with_titles` puts row titles and totals into the figure, for files and prints.

    On a screen both stand beside the figure, where they stay in view while the numbers scroll.
    """
    layout = _layout(grid, palette, with_titles=with_titles) | {"shapes": _outline(grid, palette)}
    if with_titles:
        layout["annotations"] = _titles(grid, palette)
    traces = [_heat(grid, ramp), _numbers(grid, ramp, palette), _edges(grid, palette, with_rows=with_titles)]
    # Checking every number again takes most of the time of a figure; a test checks the form once.
    return go.Figure(traces, layout=layout, _validate=False)


def _heat(grid: Grid, ramp: Sequence[str]) -> dict[str, Any]:
    steps = [[step for _, step, _ in row.cells] or [None] * len(grid.columns) for row in grid.rows]
    count = len(ramp)
    stops = [[edge / count, colour] for i, colour in enumerate(ramp) for edge in (i, i + 1)]
    return {
        "type": "heatmap", "z": steps, "x": list(range(len(grid.columns))), "y": list(range(len(grid.rows))),
        "xgap": 2, "ygap": 2, "colorscale": stops, "zmin": -0.5, "zmax": count - 0.5, "showscale": False,
        "hoverinfo": "skip",
    }  # fmt: skip


def _numbers(grid: Grid, ramp: Sequence[str], palette: Palette) -> dict[str, Any]:
    """Write the numbers as points over the cells: a heat map does not report clicks, points do."""
    inks = [palette.ink(colour) for colour in ramp]
    points = [
        (x, y, text, palette.muted if step is None else inks[step], [row.key, grid.columns[x][0], tip])
        for y, row in enumerate(grid.rows)
        for x, (text, step, tip) in enumerate(row.cells)
    ]
    x, y, text, ink, data = zip(*points, strict=True) if points else ((), (), (), (), ())
    same = {"marker": {"opacity": 0}}
    return {
        "type": "scatter", "mode": "markers+text", "x": x, "y": y, "text": text, "customdata": data,
        "textfont": {"color": ink, "size": 12, "family": FONT}, "textposition": "middle center",
        "marker": {"symbol": "square", "size": 20, "opacity": 0}, "selected": same, "unselected": same,
        "hovertemplate": "%{customdata[2]}<extra></extra>", "cliponaxis": False,
    }  # fmt: skip


def _edges(grid: Grid, palette: Palette, *, with_rows: bool) -> dict[str, Any]:
    """Write the totals below, and those of the rows at the right edge."""
    count, below = len(grid.columns), len(grid.rows)
    points = [(x, below, text, palette.muted) for x, text in enumerate(grid.footer)]
    if with_rows:
        rows = [*(row.edges for row in grid.rows), grid.footer_edges]
        points += [
            (count + x, y, text, palette.muted if text in SILENT else palette.text)
            for y, texts in enumerate(rows)
            for x, text in enumerate(texts)
        ]
    x, y, text, ink = zip(*points, strict=True) if points else ((), (), (), ())
    return {
        "type": "scatter", "mode": "text", "x": x, "y": y, "text": text, "hoverinfo": "skip", "cliponaxis": False,
        "textfont": {"color": ink, "size": 12, "family": FONT},
    }  # fmt: skip


def _titles(grid: Grid, palette: Palette) -> list[dict[str, Any]]:
    """Write the row titles left of the plot, right-aligned."""
    rows = [(label(row.title), palette.faint if row.is_group else palette.text) for row in grid.rows]
    named = [*rows, ("Всего", palette.muted)] if grid.footer else rows
    return [
        {
            "x": 0, "xref": "paper", "xanchor": "right", "xshift": -8, "y": y, "text": text, "showarrow": False,
            "font": {"size": 12, "color": colour, "family": FONT},
        }
        for y, (text, colour) in enumerate(named)
    ]  # fmt: skip


def _outline(grid: Grid, palette: Palette) -> list[dict[str, Any]]:
    """Frame the chosen cell, or the whole row when no column was chosen."""
    if grid.selected is None:
        return []
    row_keys = [row.key for row in grid.rows]
    column_keys = [key for key, _ in grid.columns]
    row, column = grid.selected
    if row not in row_keys or (column and column not in column_keys):
        return []
    y = row_keys.index(row)
    x0, x1 = (column_keys.index(column),) * 2 if column else (0, len(column_keys) - 1)
    line = {"color": palette.accent, "width": 2}
    return [{"type": "rect", "x0": x0 - 0.5, "x1": x1 + 0.5, "y0": y - 0.5, "y1": y + 0.5, "line": line}]


def _layout(grid: Grid, palette: Palette, *, with_titles: bool) -> dict[str, Any]:
    edges = list(grid.edges) if with_titles else []
    columns = len(grid.columns) + len(edges)
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "", "showline": False}
    titles = [label(title, 20) for _, title in grid.columns] + edges
    clear = "rgba(0,0,0,0)"
    return {
        "height": grid.height,
        "margin": {"l": 210 if with_titles else 0, "r": SLANT if grid.is_tall else 2, "t": grid.head, "b": 0},
        "plot_bgcolor": clear,
        "paper_bgcolor": palette.panel if with_titles else clear,
        "font": {"family": FONT, "color": palette.text},
        "clickmode": "event+select",
        "dragmode": False,
        "showlegend": False,
        "hovermode": "closest",
        "hoverdistance": 40,
        "hoverlabel": {
            "bgcolor": palette.panel, "bordercolor": palette.line, "align": "left",
            "font": {"color": palette.text, "family": FONT, "size": 13},
        },
        "xaxis": axis | {
            "side": "top", "tickvals": list(range(columns)), "ticktext": titles, "range": [-0.5, columns - 0.5],
            "tickangle": -50 if grid.is_tall else 0, "tickfont": {"size": 12, "color": palette.muted},
        },
        "yaxis": axis | {"showticklabels": False, "range": [len(grid.rows) + bool(grid.footer) - 0.5, -0.5]},
    }  # fmt: skip
