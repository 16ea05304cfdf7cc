"""Lines of the screen «Сроки»: shares kept by cohort of due dates, and shares still open by day. No Streamlit here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from pages.shared import formats
from pages.shared.palette import FONT, Palette
from pages.shared.text import label

HEIGHT: Final = 300
_CLEAR: Final = "rgba(0,0,0,0)"
_DASHES: Final = ("dash", "dot", "dashdot", "longdash", "longdashdot")
_SYMBOLS: Final = ("square", "diamond", "triangle-up", "x", "triangle-down")
"""Dashes and marks of the lines beside the city's, so that no line is known by its colour alone."""


@dataclass(frozen=True, slots=True)
class Line:
    """Draw one line: `points` hold x, y (None: a gap) and the sentence of the tooltip; the city's line is bold."""

    title: str
    points: tuple[tuple[Any, float | None, str], ...]
    is_city: bool = False
    key: str = ""


def cohorts(
    lines: Sequence[Line], target: float, settling_from: date | None, starts: Sequence[date], palette: Palette
) -> go.Figure:
    """Draw the on-time share per cohort of due dates with the target and the mark of what still settles."""
    layout = _layout(palette) | {"shapes": [_across(target, palette)], "annotations": [_target(target, palette)]}
    if settling_from is not None and settling_from in starts:
        layout["shapes"].append(_settling(list(starts).index(settling_from), len(starts), palette))
    layout["margin"] |= {"r": 42}  # the words of the target stand beside the lines, not over them
    layout["xaxis"] |= {
        "tickvals": _few(len(starts)),
        "ticktext": [formats.day_short(starts[i]) for i in _few(len(starts))],
        "range": [-0.5, len(starts) - 0.5],
    }
    layout["yaxis"] |= _shares(_lowest(lines, target))
    return go.Figure(_traces(lines, palette, mode="lines+markers"), layout=layout)


def still_open(
    lines: Sequence[Line], band: pl.DataFrame, norms: Sequence[tuple[int, str]], last_day: int, palette: Palette
) -> go.Figure:
    """Draw the share still open by day since receipt: the city with its 95 % band, the norms as upright lines."""
    layout = _layout(palette)
    layout["shapes"] = [_upright(day, palette) for day, _ in norms if day <= last_day]
    layout["annotations"] = [_norm(day, title, palette) for day, title in norms if day <= last_day]
    days = list(range(0, last_day + 1, 10 if last_day <= 70 else 30))  # noqa: PLR2004 — seven labels fit
    layout["xaxis"] |= {"tickvals": days, "ticktext": [formats.number(day) for day in days], "range": [0, last_day]}
    layout["xaxis"]["title"] = {"text": "дней с поступления", "font": {"size": 12, "color": palette.muted}}
    layout["yaxis"] |= _shares(0.0)
    return go.Figure([*_band(band, palette), *_traces(lines, palette, mode="lines", shape="hv")], layout=layout)


def _traces(lines: Sequence[Line], palette: Palette, *, mode: str, shape: str = "linear") -> list[dict[str, Any]]:
    looks = cycle(zip(palette.categorical[1:], _DASHES, _SYMBOLS, strict=False))
    drawn = []
    for line in lines:
        colour, dash, symbol = (palette.text, "solid", "circle") if line.is_city else next(looks)
        drawn.append({
            "type": "scatter", "mode": mode, "name": label(line.title, 34),
            "x": [x for x, _, _ in line.points], "y": [y for _, y, _ in line.points],
            "customdata": [[line.key, str(x), tip] for x, _, tip in line.points],
            "line": {"color": colour, "width": 2.6 if line.is_city else 1.6, "shape": shape, "dash": dash},
            "marker": {"size": 5 if line.is_city else 6, "color": colour, "symbol": symbol},
            "hovertemplate": "%{customdata[2]}<extra></extra>", "connectgaps": False,
        })  # fmt: skip
    return drawn


def _band(band: pl.DataFrame, palette: Palette) -> list[dict[str, Any]]:
    same = {"type": "scatter", "mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    days = band["day"].to_list()
    return [
        same | {"x": days, "y": band["upper"].to_list(), "showlegend": False},
        same | {
            "x": days, "y": band["lower"].to_list(), "fill": "tonexty", "fillcolor": _faded(palette.text),
            "showlegend": False,
        },
    ]  # fmt: skip


def _faded(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.13)"


def _lowest(lines: Sequence[Line], target: float) -> float:
    """Find a bottom for the axis that loses nothing: ten points below the lowest share, never below zero."""
    values = [y for line in lines for _, y, _ in line.points if y is not None]
    return max(min([*values, target]) - 0.1, 0.0)


def _shares(low: float) -> dict[str, Any]:
    ticks = [tick / 10 for tick in range(11) if tick / 10 >= low - 0.001]
    return {"tickvals": ticks, "ticktext": [formats.percent(tick, 0) for tick in ticks], "range": [low, 1.02]}


def _few(count: int) -> list[int]:
    step = max(-(-count // 9), 1)
    return list(range(count - 1, -1, -step))[::-1]


def _across(target: float, palette: Palette) -> dict[str, Any]:
    line = {"color": palette.warn, "width": 1.2, "dash": "dash"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": target, "y1": target, "line": line}


def _target(target: float, palette: Palette) -> dict[str, Any]:
    font = {"size": 12, "color": palette.warn, "family": FONT}
    text = f"цель<br>{formats.percent(target, 0)}"
    place = {"xref": "paper", "x": 1, "y": target, "xanchor": "left", "yanchor": "middle", "xshift": 4, "align": "left"}
    return place | {"text": text, "showarrow": False, "font": font}


def _settling(first: int, count: int, palette: Palette) -> dict[str, Any]:
    return {
        "type": "rect", "yref": "paper", "y0": 0, "y1": 1, "x0": first - 0.5, "x1": count - 0.5, "layer": "below",
        "fillcolor": palette.line, "opacity": 0.5, "line": {"width": 0},
    }  # fmt: skip


def _upright(day: int, palette: Palette) -> dict[str, Any]:
    line = {"color": palette.warn, "width": 1.2, "dash": "dash"}
    return {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": day, "x1": day, "line": line}


def _norm(day: int, title: str, palette: Palette) -> dict[str, Any]:
    font = {"size": 12, "color": palette.warn, "family": FONT}
    return {
        "yref": "paper", "y": 1, "x": day, "text": label(title), "showarrow": False, "font": font, "xanchor": "left",
        "yanchor": "top", "xshift": 4,
    }  # fmt: skip


def _layout(palette: Palette) -> dict[str, Any]:
    axis = {"zeroline": False, "fixedrange": True, "showline": False, "ticks": "", "automargin": True}
    tick = {"size": 12, "color": palette.muted}
    hover = {"bgcolor": palette.panel, "bordercolor": palette.line, "font": {"color": palette.text, "family": FONT}}
    return {
        "height": HEIGHT, "margin": {"l": 8, "r": 8, "t": 6, "b": 8}, "plot_bgcolor": _CLEAR, "paper_bgcolor": _CLEAR,
        "dragmode": False, "hovermode": "closest", "hoverlabel": hover, "shapes": [], "annotations": [],
        "clickmode": "event+select", "font": {"family": FONT, "color": palette.text, "size": 12},
        "legend": {"orientation": "h", "x": 0, "y": -0.16, "yanchor": "top", "font": {"size": 12}},
        "xaxis": axis | {"showgrid": False, "tickfont": tick},
        "yaxis": axis | {"gridcolor": palette.line, "tickfont": tick},
    }  # fmt: skip
