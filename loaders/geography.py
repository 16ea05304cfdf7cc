"""The ground of a city: its outline, territories, streets and houses, read from the files its description names."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from loaders import geojson
from loaders.city import City
from loaders.errors import InputRefused, Place
from loaders.geojson import AREAS, LINES, Feature

_EARTH: Final = Geod(ellps="WGS84")
_SQUARE_METRES: Final = 1_000_000.0


@dataclass(frozen=True, eq=False)
class Area:
    """Describe a territory on the ground: its title, how many live there (None: not known), its shape in degrees."""

    title: str
    population: int | None
    shape: BaseGeometry


@dataclass(frozen=True, eq=False)
class Geography:
    """Hold what the map is drawn on; whatever the city gives no file for is empty."""

    outline: tuple[BaseGeometry, ...]
    areas: tuple[Area, ...]
    streets: tuple[Feature, ...]
    buildings: tuple[Feature, ...]

    def area(self, title: str) -> Area | None:
        """Find a territory by its title."""
        return next((each for each in self.areas if each.title == title), None)


def read(city: City) -> Geography:
    """Read the files of a city's map; raises `InputRefused` with what is wrong and where."""
    files, box = city.map, city.box
    return Geography(
        outline=tuple(each.shape for each in geojson.read(files.outline, AREAS, box)) if files.outline else (),
        areas=_areas(city),
        streets=geojson.read(files.streets, LINES, box) if files.streets else (),
        buildings=geojson.read(files.buildings, AREAS, box) if files.buildings else (),
    )


def square_km(shape: BaseGeometry) -> float:
    """Measure an area on the WGS 84 ellipsoid (Karney 2013), holes left out, at any latitude."""
    area, _ = _EARTH.geometry_area_perimeter(shape)
    return abs(float(area)) / _SQUARE_METRES


def metres(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Measure the way between two points (longitude, latitude) on the WGS 84 ellipsoid (Karney 2013)."""
    _, _, length = _EARTH.inv(*first, *second)
    return float(length)


def _areas(city: City) -> tuple[Area, ...]:
    path = city.map.territories
    if path is None:
        return ()
    known = {territory.title: territory.population for territory in city.territories}
    found: dict[str, Area] = {}
    for number, feature in enumerate(geojson.read(path, AREAS, city.box), start=1):
        title = feature.properties.get(city.map.title_key)
        if not isinstance(title, str) or not title.strip():
            what = f"У территории нет названия в свойстве «{city.map.title_key}» — объект {number}"
            _refuse(path, what, "Свойство называет ключ title_key.")
        if title in found:
            _refuse(path, f"Территория «{title}» есть дважды")
        found[title] = Area(title, known.get(title), feature.shape)
    if known and not known.keys() & found.keys():
        titles = ", ".join(list(found)[:3])
        _refuse(
            path, f"Ни одной территории города в файле нет, а есть: {titles}…", "Названия берутся из [[territories]]."
        )
    return tuple(found.values())


def _refuse(path: Path, what: str, advice: str = "") -> NoReturn:
    raise InputRefused("geojson_title", what, place=Place(path.name), advice=advice)
