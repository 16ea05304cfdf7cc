"""Figures of the screen «Рейтинг»: the funnel of an indicator, and places over months as ribbons. No Streamlit here."""

import base64
from collections.abc import Callable, Sequence
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from analytics.funnel import Funnel, Zone
from pages.rating.words import ZONES
from pages.shared import formats
from pages.shared.palette import FONT, Palette
from pages.shared.text import label

HEIGHT: Final = 430
_CLEAR: Final = "rgba(0,0,0,0)"
_DOTS: Final = {
    Zone.VERY_HIGH.value: ("good", "triangle-up", 11),
    Zone.HIGH.value: ("good", "triangle-up-open", 10),
    Zone.INSIDE.value: ("muted", "circle", 7),
    Zone.LOW.value: ("bad", "triangle-down-open", 10),
    Zone.VERY_LOW.value: ("bad", "triangle-down", 11),
}
"""Tone, shape and size of a point; every indicator is turned so that more is better."""

_LOW: Final = 40
"""Height up to which a ribbon stands in one of two columns."""

_ROOM: Final = 0.04
_SMALL: Final = 1.25

_MANY_TICKS: Final = 0.5
"""Height of the axis from which every tenth is written and not every twentieth."""


def funnel(found: Funnel, title: Callable[[str], str], selected: str, palette: Palette) -> go.Figure:
    """Draw shares by volume with the limits of 95 % and 99.8 %; whoever lies outside is named."""
    n, centre = found.curve["n"].to_list(), found.centre
    lines = [_limit(n, found.curve[name].to_list(), name, palette) for name in found.curve.columns if name != "n"]
    middle = _line(n, [centre] * len(n), {"color": palette.text, "width": 1}, "все вместе")
    figure = go.Figure([*lines, middle, *_points(found, title, palette)], layout=_layout(found, palette))
    chosen = found.points.filter(pl.col("unit") == selected)
    if chosen.height:
        figure.add_trace(_ring(chosen, palette))
    return figure


def _limit(n: list[int], values: list[float], name: str, palette: Palette) -> dict[str, Any]:
    is_wide, is_upper = name.endswith("998"), name.startswith("upper")
    line = {"color": palette.muted, "width": 1.2, "dash": "dot" if is_wide else "dash"}
    return _line(n, values, line, ("99,8 %" if is_wide else "95 %") if is_upper else "")


def _line(n: list[int], values: list[float], line: dict[str, Any], name: str) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": n, "y": values, "line": line, "hoverinfo": "skip", "name": name,
        "showlegend": bool(name),
    }  # fmt: skip


def _points(found: Funnel, title: Callable[[str], str], palette: Palette) -> list[dict[str, Any]]:
    drawn = []
    for zone, (tone, symbol, size) in _DOTS.items():
        own = found.points.filter(pl.col("zone") == zone)
        if own.is_empty():
            continue
        is_named = zone != Zone.INSIDE.value
        names = [label(title(unit), 28) for unit in own["unit"]]
        apart = [f"{formats.NBSP * 3}{name}{formats.NBSP * 3}" for name in names]  # the ring of the chosen one
        drawn.append({
            "type": "scatter", "mode": "markers+text" if is_named else "markers", "name": ZONES[zone],
            "x": own["n"].to_list(), "y": own["share"].to_list(), "text": apart, "textposition": _sides(own, found),
            "textfont": {"size": 12, "color": palette.text},
            "customdata": [[unit, _tip(name, row)] for unit, name, row in _rows(own, names)],
            "marker": {"size": size, "symbol": symbol, "color": _colour(tone, palette)},
            "hovertemplate": "%{customdata[1]}<extra></extra>", "cliponaxis": False, "showlegend": True,
        })  # fmt: skip
    return drawn


def _colour(tone: str, palette: Palette) -> str:
    return str(getattr(palette, tone))


def _rows(own: pl.DataFrame, names: Sequence[str]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(row["unit"], name, row) for name, row in zip(names, own.iter_rows(named=True), strict=True)]


def _tip(name: str, row: dict[str, Any]) -> str:
    share = f"{formats.percent(row['share'])}: {formats.number(row['k'])} из {formats.number(row['n'])}"
    usual = f"{formats.percent(row['lower_95'])} – {formats.percent(row['upper_95'])}"
    return f"<b>{name}</b><br>{share}<br>случайность при таком числе: {usual}<br>{ZONES[row['zone']]}"


def _sides(own: pl.DataFrame, found: Funnel) -> list[str]:
    """Write the names towards the middle of the figure, so that none is cut off."""
    middle = (found.curve["n"][0] * found.curve["n"][-1]) ** 0.5
    sides = ["left" if n > middle else "right" for n in own["n"]]
    # Neighbours in volume are named above and below in turn, or their names would cover each other.
    turns = own["n"].rank("ordinal").to_list()
    above = [turn % 2 and share < _edges(found)[1] - _ROOM for turn, share in zip(turns, own["share"], strict=True)]
    return [f"{'top' if is_above else 'bottom'} {side}" for is_above, side in zip(above, sides, strict=True)]


def _ring(chosen: pl.DataFrame, palette: Palette) -> dict[str, Any]:
    line = {"color": palette.accent, "width": 2}
    return {
        "type": "scatter", "mode": "markers", "x": chosen["n"].to_list(), "y": chosen["share"].to_list(),
        "marker": {"size": 18, "symbol": "circle-open", "line": line, "color": palette.accent}, "hoverinfo": "skip",
        "name": "выбрано", "showlegend": True,
    }  # fmt: skip


def _layout(found: Funnel, palette: Palette) -> dict[str, Any]:
    axis = {"zeroline": False, "fixedrange": True, "ticks": "", "automargin": True}
    axis |= {"tickfont": {"size": 12, "color": palette.muted}, "gridcolor": palette.line}
    low, high = _edges(found)
    step = 2 if high - low > _MANY_TICKS else 1
    ticks = [tick / 20 for tick in range(0, 21, step) if low <= tick / 20 <= high]
    volumes = _volumes(found.curve["n"][0], found.curve["n"][-1])
    title = {
        "text": "из скольких взята доля; вправо деления теснее",
        "font": {"size": 12, "color": palette.muted},
    }
    hover = {"bgcolor": palette.panel, "bordercolor": palette.line, "font": {"color": palette.text, "family": FONT}}
    return {
        "height": HEIGHT, "margin": {"l": 8, "r": 12, "t": 6, "b": 8}, "plot_bgcolor": _CLEAR, "paper_bgcolor": _CLEAR,
        "dragmode": False, "hovermode": "closest", "hoverlabel": hover, "clickmode": "event+select",
        "font": {"family": FONT, "color": palette.text, "size": 12},
        "legend": {"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top", "font": {"size": 12}},
        "xaxis": axis | {"type": "log", "tickvals": volumes, "ticktext": [formats.number(n) for n in volumes],
                         "title": title, "showgrid": False},
        "yaxis": axis | {"tickvals": ticks, "ticktext": [formats.percent(t, 0) for t in ticks], "range": [low, high]},
    }  # fmt: skip


def _edges(found: Funnel) -> tuple[float, float]:
    """Find edges that hold every point, and the limits where they are not wide open."""
    shares = found.points["share"]
    lower = min(shares.min(), max(found.curve["lower_95"].min(), shares.min() - 2 * _ROOM))
    upper = max(shares.max(), min(found.curve["upper_95"].max(), shares.max() + 2 * _ROOM))
    return max(lower - _ROOM, -0.02), min(upper + _ROOM, 1.03)


def _volumes(least: int, most: int) -> list[int]:
    """Give round numbers for a logarithmic axis.

    >>> _volumes(8, 2400)
    [10, 20, 50, 100, 200, 500, 1000, 2000]
    """
    every = [digit * 10**power for power in range(7) for digit in (1, 2, 5)]
    return [n for n in every if least / _SMALL <= n <= most * _SMALL]


def ribbon(
    rows: Sequence[tuple[int, int, int] | None],
    of: int,
    said: str,
    palette: Palette,
    *,
    height: int = 34,
) -> str:
    """Draw the places of one unit month by month as an `<img>`: the interval as a ribbon, the place as a line.

    Each of `rows` is the place with its interval, None for a month in which the unit was not rated; the first place is
    at the top. `said` is told to those who do not see the picture.
    """
    width = 240 if height <= _LOW else 480
    width = 240 if height <= _LOW else 480
    step = (width - 8) / max(len(rows) - 1, 1)
    scale = (height - 8) / max(of - 1, 1)
    xy = {
        i: (4 + i * step, *(4 + (place - 1) * scale for place in row)) for i, row in enumerate(rows) if row is not None
    }
    bars = "".join(
        f'<rect x="{x - 3.5:.1f}" y="{low - 1.5:.1f}" width="7" height="{high - low + 3:.1f}" rx="2.5"/>'
        for x, _, low, high in xy.values()
    )
    line = "".join(f"{'L' if i - 1 in xy else 'M'}{x:.1f} {place:.1f}" for i, (x, place, _, _) in xy.items())
    dots = "".join(f'<circle cx="{x:.1f}" cy="{place:.1f}" r="2"/>' for x, place, _, _ in xy.values())
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" preserveAspectRatio="none">'
        f'<g fill="{palette.accent}" fill-opacity="0.24">{bars}</g>'
        f'<path d="{line}" fill="none" stroke="{palette.accent}" stroke-width="1.4"/>'
        f'<g fill="{palette.text}">{dots}</g></svg>'
    )
    encoded = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{said}" title="{said}" src="data:image/svg+xml;base64,{encoded}">'
