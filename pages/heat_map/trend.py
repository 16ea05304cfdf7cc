"""The past of one number with its usual range. No Streamlit here."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from analytics.control import Corridor
from analytics.declarations import Measure
from pages.shared import formats
from pages.shared.palette import FONT, Palette

HEIGHT: Final = 116

NO_YEAR: Final[Mapping[date, float]] = MappingProxyType({})
"""Last year is not known."""

_A_YEAR: Final = timedelta(days=365)
"""Within a year a day names itself; beyond it the year must be said."""


def trend(
    points: pl.DataFrame,
    measure: Measure,
    corridor: Corridor | None,
    colour: str,
    palette: Palette,
    last_year: Mapping[date, float] = NO_YEAR,
) -> go.Figure:
    """Draw one point per period (`start`, `end`, `value`), the last one marked, over the band of the usual range.

    `last_year` has values by the first day of the period; they are a thin line, with gaps where they are not known.
    """
    known = list(zip(*(points[name].to_list() for name in ("start", "end", "value")), strict=True))
    values = [value for _, _, value in known]
    tips = [
        f"{formats.span(start, end)}<br><b>{formats.measure(value, measure.unit)}</b>"
        f"{year_words(last_year.get(start), measure.unit)}"
        for start, end, value in known
    ]
    last = [None] * (len(values) - 1) + values[-1:]
    line = {
        "type": "scatter", "mode": "lines", "y": values, "customdata": tips, "line": {"color": colour, "width": 2},
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    dot = {"type": "scatter", "mode": "markers", "y": last, "marker": {"color": colour, "size": 7}, "hoverinfo": "skip"}
    layout = _layout(len(values), palette) | {"shapes": _band(corridor, palette)}
    write = formats.day_short if known[-1][1] - known[0][0] < _A_YEAR else formats.month_short
    if measure.unit == "share":  # shares move near 100 %, and from zero on they would be one flat line
        layout["yaxis"] |= {"rangemode": "normal"}
    layout["xaxis"] |= {"ticktext": [write(known[i][0]) for i in (0, len(known) - 1)]}
    # As in figures.matrix: a test checks the form once.
    return go.Figure(
        [line, dot, *_ghost([last_year.get(start) for start, _, _ in known], palette)], layout=layout, _validate=False
    )


def year_words(value: float | None, unit: str) -> str:
    """Write last year's value as a line of a tooltip, nothing where it is not known."""
    return "" if value is None else f"<br>год назад: {formats.measure(value, unit)}"


def _ghost(values: Sequence[float | None], palette: Palette) -> list[dict[str, Any]]:
    """Draw last year as a thin line; of one point there is none."""
    if sum(value is not None for value in values) < 2:  # noqa: PLR2004 — a line has two ends
        return []
    line = {"color": palette.muted, "width": 1, "dash": "dot"}
    return [{"type": "scatter", "mode": "lines", "y": list(values), "line": line, "hoverinfo": "skip"}]


def _band(corridor: Corridor | None, palette: Palette) -> list[dict[str, Any]]:
    if corridor is None:
        return []
    same: dict[str, Any] = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "line": {"width": 0}, "layer": "below"}
    return [same | {"y0": corridor.lower, "y1": corridor.upper, "fillcolor": palette.line, "opacity": 0.55}]


def _layout(count: int, palette: Palette) -> dict[str, Any]:
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "showline": False, "ticks": ""}
    clear = "rgba(0,0,0,0)"
    return {
        "height": HEIGHT, "margin": {"l": 16, "r": 16, "t": 4, "b": 18}, "plot_bgcolor": clear, "paper_bgcolor": clear,
        "showlegend": False, "dragmode": False, "hovermode": "x", "font": {"family": FONT, "color": palette.muted},
        "hoverlabel": {
            "bgcolor": palette.panel, "bordercolor": palette.line, "font": {"color": palette.text, "family": FONT},
        },
        "xaxis": axis | {
            "tickvals": [0, count - 1], "range": [-0.2, count - 0.8], "tickfont": {"size": 12, "color": palette.muted},
        },
        "yaxis": axis | {"showticklabels": False, "rangemode": "tozero"},
    }  # fmt: skip
