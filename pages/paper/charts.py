"""A table as a figure, where the screen draws it in another way: the picture of a native chart."""

from typing import Any, Final

import plotly.graph_objects as go

from pages.paper.model import Chart, Column, Table
from pages.shared import formats
from pages.shared.palette import FONT, LIGHT
from pages.shared.text import label

_ROW: Final = 26
_SHAPES: Final = ("circle", "square", "diamond", "triangle-up", "x", "star")
_DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


def height(table: Table, chart: Chart) -> int:
    """Give the pixels that a chart needs: bars lie, a row each."""
    beside = len(chart.series) if chart.kind == "bars" else 1
    return 420 if chart.kind == "lines" else 90 + round(_ROW * max(table.frame.height, 3) * (0.4 + 0.6 * beside))


def figure(table: Table, chart: Chart) -> go.Figure:
    """Draw the series of a table as lines, or as bars that lie one below the other; rows that sum up are left out."""
    kept = [row for row in range(table.frame.height) if row not in table.bold]
    frame = table.frame[kept]
    named = {column.name: column for column in table.columns}
    places = [label(_words(named[chart.x], value)) for value in frame[chart.x].to_list()]
    traces = [_trace(chart, named[name], places, frame[name].to_list(), at) for at, name in enumerate(chart.series)]
    return go.Figure(traces, layout=_layout(chart, named[chart.series[0]]))


def _words(column: Column, value: Any) -> str:
    return formats.DASH if value is None else formats.day(value) if column.unit == "day" else str(value)


def _trace(chart: Chart, column: Column, places: list[str], values: list[Any], at: int) -> dict[str, Any]:
    colour = chart.colours[at]
    same: dict[str, Any] = {"name": label(column.title)}
    if chart.kind == "lines":
        line = {"color": colour, "width": 2, "dash": _DASHES[at % len(_DASHES)]}
        marker = {"symbol": _SHAPES[at % len(_SHAPES)], "size": 7, "color": colour}
        return same | {
            "type": "scatter", "mode": "lines+markers", "x": places, "y": values, "line": line, "marker": marker,
        }  # fmt: skip
    text = [_number(column, value) for value in values]
    return same | {
        "type": "bar", "orientation": "h", "x": values, "y": places, "text": text, "marker": {"color": colour},
        "textposition": "inside" if chart.kind == "stacked" else "outside", "textangle": 0, "cliponaxis": False,
    }  # fmt: skip


def _number(column: Column, value: float | None) -> str:
    return formats.percent(value) if column.unit == "share" else formats.number(value)


def _layout(chart: Chart, first: Column) -> dict[str, Any]:
    axis = {"gridcolor": LIGHT.line, "zerolinecolor": LIGHT.faint, "tickfont": {"color": LIGHT.muted}}
    value = axis | {"tickformat": ",.0%" if first.unit == "share" else ",", "automargin": True, "title": ""}
    place = axis | {"automargin": True, "type": "category", "showgrid": False}
    axes = {"xaxis": place, "yaxis": value} if chart.kind == "lines" else {"xaxis": value, "yaxis": place}
    if chart.kind != "lines":
        axes["yaxis"] = axes["yaxis"] | {"autorange": "reversed"}
    return axes | {
        "font": {"family": FONT, "size": 13, "color": LIGHT.text}, "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff", "separators": f",{formats.NBSP}", "margin": {"l": 8, "r": 24, "t": 24, "b": 8},
        "barmode": "stack" if chart.kind == "stacked" else "group", "showlegend": len(chart.series) > 1,
        "uniformtext": {"minsize": 10, "mode": "hide"},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
    }  # fmt: skip
