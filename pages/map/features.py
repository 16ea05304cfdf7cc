"""Places as GeoJSON with their colour and their words, ready for the browser. No Streamlit here."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import asinh, atan, degrees, pi, radians, sinh, tan
from typing import Any, Final

import numpy as np
import polars as pl
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from analytics import hexagons
from analytics.hexagons import LATITUDE, LONGITUDE, PLACE

Tip = tuple[str, str]
"""Title and further lines of a tooltip, as they are: the browser takes them for text."""

Colour = list[int]
"""Red, green, blue, opacity; 0 to 255."""

OPACITY: Final = 205
"""Lets streets and borders be seen through the cells."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Name a square of the map as every tile server does."""

    z: int
    x: int
    y: int

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Give its (south, west, north, east) in degrees, on the sphere of the web's maps."""
        across = 2**self.z
        return (
            _latitude(self.y + 1, across),
            self.x / across * 360 - 180,
            _latitude(self.y, across),
            ((self.x + 1) / across * 360 - 180),
        )

    @property
    def is_real(self) -> bool:
        """Say whether there is such a square."""
        return 0 <= self.z <= DEEPEST and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z


DEEPEST: Final = 18


def _latitude(y: int, across: int) -> float:
    return degrees(atan(sinh(pi * (1 - 2 * y / across))))


def zoom_to(box: tuple[float, float, float, float], width: int, height: int) -> float:
    """Give the zoom at which a box (south, west, north, east) fits into so many pixels."""
    south, west, north, east = box
    across = max((east - west) / 360, 1e-6)
    up = max((asinh(tan(radians(north))) - asinh(tan(radians(south)))) / (2 * pi), 1e-6)
    return float(min(np.log2(width / (512 * across)), np.log2(height / (512 * up))))


@dataclass(frozen=True, eq=False)
class Features:
    """Hold places with their centres, each written out as a GeoJSON feature."""

    latitudes: Any
    longitudes: Any
    written: Sequence[str]

    def within(self, box: tuple[float, float, float, float]) -> list[str]:
        """Give those whose centre lies in a box; a centre on a border belongs to one side."""
        south, west, north, east = box
        inside = (
            (self.latitudes >= south) & (self.latitudes < north) & (self.longitudes >= west) & (self.longitudes < east)
        )
        return [self.written[place] for place in np.flatnonzero(inside)]


def collection(written: Iterable[str]) -> bytes:
    """Join features to a document."""
    return ('{"type":"FeatureCollection","features":[' + ",".join(written) + "]}").encode()


def cells(frame: pl.DataFrame, fills: Sequence[Colour], tips: Sequence[Tip]) -> Features:
    """Write cells of the grid: `frame` has `place`, `lat` and `lon`; a colour and the words of the tooltip for each."""
    written = [
        _feature(place, {"type": "Polygon", "coordinates": [hexagons.ring(place)]}, fill, tip)
        for place, fill, tip in zip(frame[PLACE], fills, tips, strict=True)
    ]
    return Features(frame[LATITUDE].to_numpy(), frame[LONGITUDE].to_numpy(), written)


def areas(shapes: Mapping[str, BaseGeometry], fills: Mapping[str, Colour], tips: Mapping[str, Tip]) -> list[str]:
    """Write territories under their titles."""
    return [_feature(title, geometry(shape), fills[title], tips[title]) for title, shape in shapes.items()]


def points(frame: pl.DataFrame, fill: Colour, tips: Sequence[Tip]) -> Features:
    """Write places of single cases: `frame` has `lat`, `lon` and `appeals`."""
    written = [
        _feature("", {"type": "Point", "coordinates": [longitude, latitude]}, fill, tip, size=min(appeals, 9))
        for latitude, longitude, appeals, tip in zip(*frame.select(LATITUDE, LONGITUDE, "appeals"), tips, strict=True)
    ]
    return Features(frame[LATITUDE].to_numpy(), frame[LONGITUDE].to_numpy(), written)


def bare(shape: BaseGeometry) -> str:
    """Write a shape that says nothing."""
    return _written({}, geometry(shape))


def geometry(shape: BaseGeometry) -> dict[str, Any]:
    """Give the GeoJSON of a shape."""
    found: dict[str, Any] = mapping(shape)
    return found


def rgb(colour: str, opacity: int = 255) -> Colour:
    """Turn `#rrggbb` into numbers."""
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)] + [opacity]


def _feature(place: str, shape: Mapping[str, Any], fill: Colour, tip: Tip, **more: int) -> str:
    return _written({"place": place, "fill": fill, "title": tip[0], "tip": tip[1], **more}, shape)


def _written(properties: Mapping[str, Any], shape: Mapping[str, Any]) -> str:
    document = {"type": "Feature", "properties": properties, "geometry": shape}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
