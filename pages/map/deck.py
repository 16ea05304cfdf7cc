"""The map as layers: the ground, what is counted on it, labels over it. No Streamlit here."""

from dataclasses import dataclass
from math import floor
from typing import Any, Final

import pydeck as pdk

from loaders.geography import Geography
from pages.map.features import Colour, geometry, rgb, zoom_to
from pages.shared.palette import FONT, Palette

Box = tuple[float, float, float, float]

CELLS, POINTS, TERRITORIES, SPOTS = "cells", "points", "areas", "spots"
"""Layers whose objects may be clicked."""

CLOSE: Final = 14
"""Zoom from which single points are shown: some eight hundred metres across the window's quarter."""

WIDTH, HEIGHT = 760, 560
"""Pixels that the whole city is fitted into at the start; a phone shows its middle."""

_STEPS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class Addresses:
    """Hold where the browser fetches each layer; empty where there is none."""

    cells: str = ""
    areas: str = ""
    points: str = ""
    streets: str = ""
    buildings: str = ""
    style: str = ""


def deck(ground: Geography, box: Box, addresses: Addresses, palette: Palette, chosen: list[Any]) -> pdk.Deck:
    """Draw the map of a city; `chosen` are GeoJSON shapes to be outlined."""
    south, west, north, east = box
    layers = [
        *([] if addresses.style else _land(ground, palette)),
        *_fetched(addresses, palette),
        *_borders(ground, palette),
        *_graticule(box, palette),
        _outlined(chosen, palette),
        *_labels(ground, palette),
    ]
    view = pdk.ViewState(
        latitude=(south + north) / 2, longitude=(west + east) / 2, zoom=round(zoom_to(box, WIDTH, HEIGHT), 2),
        min_zoom=7, max_zoom=18,
    )  # fmt: skip
    under = {"map_provider": "maplibre", "map_style": addresses.style} if addresses.style else {"map_provider": None}
    return pdk.Deck(
        # Nested once: Streamlit greys out every layer it finds beside a chosen object, and does not look further down.
        [layers],
        **under,
        initial_view_state=view,
        tooltip={"html": "<b>{title}</b><br>{tip}", "style": _tooltip(palette)},
        parameters={"clearColor": [channel / 255 for channel in rgb(palette.background)]},
    )


def bounds(ground: Geography, box: Box | None) -> Box:
    """Give the box that shows the whole city: around its outline, else its territories, else the city's own box."""
    shapes = [*ground.outline, *(area.shape for area in ground.areas)]
    if not shapes:
        return box or (-60.0, -170.0, 75.0, 170.0)
    west, south, east, north = zip(*(shape.bounds for shape in shapes), strict=True)
    return min(south), min(west), max(north), max(east)


def _tooltip(palette: Palette) -> dict[str, str]:
    return {
        "backgroundColor": palette.panel, "color": palette.text, "border": f"1px solid {palette.line}",
        "borderRadius": "8px", "fontFamily": FONT, "fontSize": "12.5px", "padding": "8px 10px", "maxWidth": "280px",
        "whiteSpace": "pre-line",
    }  # fmt: skip


def _land(ground: Geography, palette: Palette) -> list[pdk.Layer]:
    shapes = [geometry(shape) for shape in ground.outline]
    return [_shapes("land", shapes, fill=rgb(palette.panel), line=rgb(palette.line), width=1)] if shapes else []


def _borders(ground: Geography, palette: Palette) -> list[pdk.Layer]:
    """Draw the outline and the borders of the territories over what is counted."""
    areas = [geometry(area.shape.boundary) for area in ground.areas]
    outline = [geometry(shape.boundary) for shape in ground.outline]
    drawn = [_shapes("borders", areas, line=rgb(palette.faint, 120), width=1)] if areas else []
    return [*drawn, *([_shapes("outline", outline, line=rgb(palette.muted), width=2)] if outline else [])]


def _shapes(key: str, shapes: list[Any], *, line: Colour, width: int, fill: Colour | None = None) -> pdk.Layer:
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    return pdk.Layer(
        "GeoJsonLayer", {"type": "FeatureCollection", "features": features}, id=key, filled=fill is not None,
        get_fill_color=fill or [0, 0, 0, 0], get_line_color=line, line_width_min_pixels=width,
        line_width_max_pixels=width, line_joint_rounded=True,
    )  # fmt: skip


def _fetched(addresses: Addresses, palette: Palette) -> list[pdk.Layer]:
    """List the layers that the browser fetches: houses and streets, then what is counted, then single points."""
    thin = {"line_width_min_pixels": 1, "line_width_max_pixels": 2}
    wanted = (
        (addresses.buildings, "GeoJsonLayer", "buildings", {"get_fill_color": rgb(palette.line), "stroked": False}),
        (addresses.cells, "TileLayer", CELLS, _COUNTED | {"get_line_color": rgb(palette.faint, 70), **thin}),
        (addresses.areas, "GeoJsonLayer", TERRITORIES, _COUNTED | {"get_line_color": rgb(palette.faint, 70), **thin}),
        (addresses.streets, "GeoJsonLayer", "streets", {"get_line_color": rgb(palette.muted, 150), **thin}),
        (addresses.points, "TileLayer", POINTS, _SINGLE | {"get_line_color": rgb(palette.panel)}),
    )
    return [pdk.Layer(kind, address, id=key, **how) for address, kind, key, how in wanted if address]


_COUNTED: Final[dict[str, Any]] = {
    "pickable": True, "stroked": True, "filled": True, "get_fill_color": "properties.fill", "max_zoom": 16,
    "auto_highlight": True, "highlight_color": [255, 255, 255, 40],
}  # fmt: skip

_SINGLE: Final[dict[str, Any]] = {
    "pickable": True, "stroked": True, "filled": True, "get_fill_color": "properties.fill",
    "get_point_radius": "properties.size", "point_radius_scale": 6, "point_radius_min_pixels": 4,
    "point_radius_max_pixels": 14, "line_width_min_pixels": 1, "min_zoom": CLOSE, "max_zoom": 16,
    "visible_min_zoom": CLOSE,
}  # fmt: skip


def _graticule(box: Box, palette: Palette) -> list[pdk.Layer]:
    """Draw a few parallels and meridians with their degrees at the left and lower edge of the city."""
    south, west, north, east = box
    up, across = _degrees(south, north), _degrees(west, east)
    lines = [[[west, latitude], [east, latitude]] for latitude in up]
    lines += [[[longitude, south], [longitude, north]] for longitude in across]
    words = [{"at": [west, latitude], "text": f"{_written(latitude)}° с. ш."} for latitude in up]
    words += [{"at": [longitude, south], "text": f"{_written(longitude)}° {_side(longitude)}"} for longitude in across]
    shapes = [{"type": "LineString", "coordinates": line} for line in lines]
    return [
        _shapes("graticule", shapes, line=rgb(palette.faint, 60), width=1),
        _words("degrees", words, rgb(palette.faint), 11, palette),
    ]


def _side(longitude: float) -> str:
    return "в. д." if longitude >= 0 else "з. д."


def _degrees(low: float, high: float) -> list[float]:
    step = next((step for step in _STEPS if (high - low) / step <= _LINES), _STEPS[-1])
    first = floor(low / step) + 1
    return [round(number * step, 6) for number in range(first, first + _LINES + 1) if number * step < high]


def _written(angle: float) -> str:
    return f"{abs(angle):.3f}".rstrip("0").rstrip(".").replace(".", ",")


def _labels(ground: Geography, palette: Palette) -> list[pdk.Layer]:
    middles = ((area.title, area.shape.representative_point()) for area in ground.areas)
    words = [{"at": [point.x, point.y], "text": title} for title, point in middles]
    drawn = _words("names", words, rgb(palette.text), 13, palette)
    # Where titles would lie over each other, the layer shows one and waits for a closer look with the others.
    drawn.extensions, drawn.collision_test_props = [{"@@type": "CollisionFilterExtension"}], {"sizeScale": 1.4}
    return [drawn] if words else []


def _words(key: str, words: list[dict[str, Any]], colour: Colour, size: int, palette: Palette) -> pdk.Layer:
    return pdk.Layer(
        "TextLayer", words, id=key, get_position="at", get_text="text", get_size=size, get_color=colour,
        character_set=pdk.types.String("auto"), font_family=pdk.types.String(FONT), background=True,
        get_background_color=rgb(palette.background, 150), background_padding=[4, 1, 4, 1],
    )  # fmt: skip


def _outlined(chosen: list[Any], palette: Palette) -> pdk.Layer:
    """Outline what is open beside the map; the layer stands there empty too, so that the others keep their places."""
    return _shapes("chosen", chosen, line=rgb(palette.accent), width=3)
