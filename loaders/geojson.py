"""Read a GeoJSON file (RFC 7946) written by a person or a program: strict refusals, in words, that name the feature.

What can be put right without guessing is put right: rings in the wrong order, open rings, heights, a contour that
crosses itself by less than a thousandth of its area. What cannot is refused: another coordinate system, latitude and
longitude in the wrong order, a contour that crosses itself for good.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np
import shapely
from shapely.geometry import shape as as_shape
from shapely.geometry.base import BaseGeometry

from loaders.errors import InputRefused, Place

MOST_BYTES: Final = 64 * 2**20
"""A file of this size holds every street and house of a large city; more belongs into tiles."""

AREAS: Final = frozenset({"Polygon", "MultiPolygon"})
LINES: Final = frozenset({"LineString", "MultiLineString"})

_KINDS: Final = AREAS | LINES | {"Point", "MultiPoint", "GeometryCollection"}
_WGS84: Final = re.compile(r"(urn:ogc:def:crs:OGC:(1\.3)?:CRS84|(urn:ogc:def:crs:)?EPSG:{1,2}4326)", re.IGNORECASE)
_POINT: Final = re.compile(r"\[(-?[\d.]+) (-?[\d.]+)")
_LIMITS: Final = np.array([180.0, 90.0])

Box = tuple[float, float, float, float]
"""South, west, north, east in degrees."""


@dataclass(frozen=True, eq=False)
class Feature:
    """Hold one feature: its properties as they are written, and its shape in degrees, longitude first."""

    properties: Mapping[str, Any]
    shape: BaseGeometry


def read(path: Path, kinds: frozenset[str], box: Box | None = None) -> tuple[Feature, ...]:
    """Read the features of a file, each of one of `kinds` and touching `box`, where one is given.

    Raises `InputRefused` with what is wrong and in which feature.
    """
    document = _document(path)
    raw = _features(path, document)
    if not raw:
        _refuse(path, "empty", "В файле карты нет ни одного объекта")
    return tuple(_feature(_Here(path, number), each, kinds, box) for number, each in enumerate(raw, start=1))


@dataclass(frozen=True, slots=True)
class _Here:
    """Say which feature is being read, so that a refusal can name it."""

    path: Path
    number: int

    def refuse(self, code: str, what: str, advice: str = "") -> NoReturn:
        _refuse(self.path, code, f"{what} — объект {self.number}", advice)


def _refuse(path: Path, code: str, what: str, advice: str = "") -> NoReturn:
    raise InputRefused(f"geojson_{code}", what, place=Place(path.name), advice=advice)


def _document(path: Path) -> Mapping[str, Any]:
    if path.stat().st_size > MOST_BYTES:
        _refuse(path, "too_big", f"Файл карты больше {MOST_BYTES // 2**20} МБ", "Упростите контуры или дайте тайлы.")
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        _refuse(path, "encoding", "Файл карты должен быть в кодировке UTF-8")
    except json.JSONDecodeError as error:
        raise InputRefused("geojson_json", "Файл карты — не JSON", place=Place(path.name, error.lineno)) from error
    except RecursionError:
        _refuse(path, "json", "Файл карты вложен слишком глубоко")
    if not isinstance(document, dict):
        _refuse(path, "kind", "Файл карты — не GeoJSON", "Нужен объект FeatureCollection.")
    _check_system(path, document.get("crs"))
    return document


def _check_system(path: Path, written: object) -> None:
    """Refuse a coordinate system that is named and is not WGS 84: RFC 7946 knows no other."""
    if written is None:
        return
    name = written.get("properties", {}).get("name") if isinstance(written, dict) else written
    if not isinstance(name, str) or not _WGS84.fullmatch(name):
        _refuse(path, "system", f"Система координат «{name}», а нужна WGS 84 (EPSG:4326)", _CONVERT)


_SLIVER: Final = 0.001
"""Part of an area that a crossing may take: a slip of the pen, which no reading of the contour turns on."""

_CONVERT: Final = "Пересчитайте файл в WGS 84: долгота и широта в градусах."


def _features(path: Path, document: Mapping[str, Any]) -> Sequence[object]:
    kind = document.get("type")
    if kind == "FeatureCollection":
        raw = document.get("features")
        if not isinstance(raw, list):
            _refuse(path, "features", "В FeatureCollection нет списка features")
        return raw
    if kind == "Feature":
        return [document]
    if kind in _KINDS:
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    _refuse(path, "kind", f"Файл карты — не GeoJSON: тип «{kind}»", "Нужен FeatureCollection, Feature или геометрия.")


def _feature(here: _Here, raw: object, kinds: frozenset[str], box: Box | None) -> Feature:
    geometry = raw.get("geometry") if isinstance(raw, dict) and raw.get("type") == "Feature" else None
    if not isinstance(raw, dict) or not isinstance(geometry, dict):
        here.refuse("geometry", "Нет геометрии", "Нужен Feature с полем geometry.")
    kind = geometry.get("type")
    if kind not in kinds:
        here.refuse("geometry", f"Геометрия «{kind}» здесь не подходит", f"Нужна: {', '.join(sorted(kinds))}.")
    try:
        found = shapely.force_2d(as_shape(geometry))
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        here.refuse("coordinates", "Координаты записаны не по правилам GeoJSON", "Пара чисел: долгота, широта.")
    if found.is_empty:
        here.refuse("coordinates", "Координат нет")
    _check_degrees(here, found, box)
    properties = raw.get("properties")
    return Feature(properties if isinstance(properties, dict) else {}, _whole(here, found))


def _check_degrees(here: _Here, found: BaseGeometry, box: Box | None) -> None:
    """See that numbers are degrees, longitude first, and lie in the city."""
    points = shapely.get_coordinates(found)
    if not np.isfinite(points).all():
        here.refuse("coordinates", "Среди координат есть не числа")
    if (np.abs(points) > _LIMITS).any():
        if (np.abs(points) > _LIMITS.max()).any():
            here.refuse("system", f"Координата {_written(points)} — не градусы, похоже на метры", _CONVERT)
        here.refuse("order", f"Широта вне пределов: {_written(points)}", _TURN)
    if box is None:
        return
    if not _touches(points, box):
        if _touches(points[:, ::-1], box):
            here.refuse("order", f"Широта и долгота переставлены: {_written(points)}", _TURN)
        here.refuse("outside", f"Объект лежит вне границ города (box): {_written(points)}")


_TURN: Final = "В GeoJSON сначала долгота, потом широта."


def _written(points: Any) -> str:
    return "; ".join(f"{number:.4f}".replace(".", ",") for number in points[0])


def _touches(points: Any, box: Box) -> bool:
    south, west, north, east = box
    (low_x, low_y), (high_x, high_y) = points.min(axis=0), points.max(axis=0)
    return bool(low_x <= east and high_x >= west and low_y <= north and high_y >= south)


def _whole(here: _Here, found: BaseGeometry) -> BaseGeometry:
    """Turn the rings the way RFC 7946 wants them; refuse a contour that crosses itself for good."""
    if found.geom_type not in AREAS:
        return found
    if not found.is_valid:
        mended = shapely.make_valid(found, method="structure", keep_collapsed=False)
        if found.area and abs(mended.area - found.area) < _SLIVER * found.area:
            return shapely.orient_polygons(mended)
        at = _POINT.search(shapely.is_valid_reason(found))
        where = f" у точки {at[1]}; {at[2]}".replace(".", ",") if at else ""
        here.refuse("crossing", f"Контур пересекает сам себя{where}", "Исправьте контур в редакторе карт.")
    return shapely.orient_polygons(found)
