"""GeoJSON of a city: what can be put right is put right, everything else is refused in words that name the place."""

import json
from pathlib import Path
from typing import Any

import h3
import pytest
from shapely.geometry import Polygon, box, shape

from loaders import geography, geojson
from loaders.errors import InputRefused
from loaders.geojson import AREAS, LINES

BOX = (47.70, 39.78, 47.90, 40.04)
SQUARE = [[39.90, 47.75], [39.92, 47.75], [39.92, 47.77], [39.90, 47.77], [39.90, 47.75]]
HOLE = [[39.905, 47.755], [39.91, 47.755], [39.91, 47.76], [39.905, 47.76], [39.905, 47.755]]


def _file(folder: Path, geometry: Any, **more: Any) -> Path:
    feature = {"type": "Feature", "properties": {"name": "Центр"}, "geometry": geometry}
    path = folder / "city.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature], **more}), encoding="utf-8")
    return path


def _polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def _refusal(path: Path, kinds: frozenset[str] = AREAS) -> str:
    with pytest.raises(InputRefused) as refused:
        geojson.read(path, kinds, BOX)
    assert "city.geojson" in str(refused.value)
    return str(refused.value)


def test_a_polygon_is_read_with_its_properties(tmp_path: Path) -> None:
    (found,) = geojson.read(_file(tmp_path, _polygon(SQUARE)), AREAS, BOX)
    assert found.properties == {"name": "Центр"}
    assert found.shape.equals(Polygon(SQUARE))


def test_rings_in_the_wrong_order_open_rings_and_heights_are_put_right(tmp_path: Path) -> None:
    open_and_turned = [[*point, 120.0] for point in SQUARE[:-1][::-1]]
    (found,) = geojson.read(_file(tmp_path, _polygon(open_and_turned, HOLE)), AREAS, BOX)
    assert found.shape.equals(Polygon(SQUARE, [HOLE]))
    assert found.shape.exterior.is_ccw
    assert not found.shape.interiors[0].is_ccw
    assert not found.shape.has_z


def test_a_hole_is_no_area_whatever_the_order_of_its_ring(tmp_path: Path) -> None:
    whole = geography.square_km(Polygon(SQUARE))
    hole = geography.square_km(Polygon(HOLE))
    for ring in (HOLE, HOLE[::-1]):
        (found,) = geojson.read(_file(tmp_path, _polygon(SQUARE[::-1], ring)), AREAS, BOX)
        assert geography.square_km(found.shape) == pytest.approx(whole - hole)


def test_a_slip_of_the_pen_is_mended_and_changes_no_area(tmp_path: Path) -> None:
    slip = [*SQUARE[:2], [39.92, 47.7601], [39.92001, 47.76005], [39.91999, 47.76004], *SQUARE[2:]]
    assert not Polygon(slip).is_valid
    (found,) = geojson.read(_file(tmp_path, _polygon(slip)), AREAS, BOX)
    assert found.shape.is_valid
    assert geography.square_km(found.shape) == pytest.approx(geography.square_km(Polygon(SQUARE)), rel=0.001)


def test_parts_of_a_multipolygon_add_up(tmp_path: Path) -> None:
    other = [[x + 0.05, y] for x, y in SQUARE]
    (found,) = geojson.read(_file(tmp_path, {"type": "MultiPolygon", "coordinates": [[SQUARE], [other]]}), AREAS, BOX)
    assert geography.square_km(found.shape) == pytest.approx(2 * geography.square_km(Polygon(SQUARE)))


@pytest.mark.parametrize(("latitude", "width"), [(47.0, 76.06), (69.0, 40.04)])
def test_areas_are_right_in_the_south_and_beyond_the_polar_circle(latitude: float, width: float) -> None:
    """One degree of longitude is 76.06 km wide at 47° and 40.04 km at 69° (WGS 84); a hundredth of latitude, 1.11."""
    strip = box(39.0, latitude - 0.005, 40.0, latitude + 0.005)
    tall = 1.1119 if latitude < 60 else 1.1155
    assert geography.square_km(strip) == pytest.approx(width * tall, rel=0.002)


@pytest.mark.parametrize(("latitude", "kilometres"), [(47.0, 76.06), (69.0, 40.04)])
def test_distances_are_right_in_the_south_and_beyond_the_polar_circle(latitude: float, kilometres: float) -> None:
    assert geography.metres((39.0, latitude), (40.0, latitude)) == pytest.approx(kilometres * 1_000, rel=0.001)
    assert geography.metres((39.0, 47.0), (39.0, 48.0)) == pytest.approx(111_200, rel=0.001)


@pytest.mark.parametrize("place", [(47.76, 39.93), (68.97, 33.08)])
def test_cells_of_the_grid_have_the_area_that_their_shape_has_on_the_ellipsoid(place: tuple[float, float]) -> None:
    cell = h3.latlng_to_cell(*place, 8)
    drawn = Polygon([(longitude, latitude) for latitude, longitude in h3.cell_to_boundary(cell)])
    assert h3.cell_area(cell, "km^2") == pytest.approx(geography.square_km(drawn), rel=0.01)


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (_polygon([[y, x] for x, y in SQUARE]), "Широта и долгота переставлены"),
        (_polygon([[x + 5, y] for x, y in SQUARE]), "вне границ города"),
        (_polygon([[4_445_000, 6_062_000], [4_446_000, 6_062_000], [4_446_000, 6_063_000]]), "похоже на метры"),
        (_polygon([[39.9, 95.0], [39.92, 95.0], [39.92, 96.0]]), "Широта вне пределов"),
        (
            _polygon([[39.90, 47.75], [39.92, 47.77], [39.92, 47.75], [39.90, 47.77]]),
            "пересекает сам себя у точки 39,91",
        ),
        (_polygon([["a", "b"]]), "не по правилам GeoJSON"),
        ({"type": "Polygon"}, "не по правилам GeoJSON"),
        (_polygon(), "Координат нет"),
        ({"type": "LineString", "coordinates": SQUARE}, "Геометрия «LineString» здесь не подходит"),
        (None, "Нет геометрии"),
    ],
)
def test_what_is_wrong_is_said_with_the_number_of_the_feature(tmp_path: Path, geometry: Any, said: str) -> None:
    refusal = _refusal(_file(tmp_path, geometry))
    assert said in refusal
    assert "объект 1" in refusal


def test_another_coordinate_system_is_refused_by_name(tmp_path: Path) -> None:
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    assert "EPSG::3857" in _refusal(_file(tmp_path, _polygon(SQUARE), crs=named))
    usual = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert len(geojson.read(_file(tmp_path, _polygon(SQUARE), crs=usual), AREAS, BOX)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "не JSON"),
        ("[1]", "не GeoJSON"),
        ('{"type": "Topology"}', "тип «Topology»"),
        ('{"type": "FeatureCollection"}', "нет списка features"),
        ('{"type": "FeatureCollection", "features": []}', "нет ни одного объекта"),
        ('{"type": "FeatureCollection", "features": [7]}', "Нет геометрии"),
        ("[" * 100_000, "вложен слишком глубоко"),
    ],
)
def test_a_file_that_is_no_geojson_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "city.geojson"
    path.write_text(text, encoding="utf-8")
    assert said in _refusal(path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "city.geojson"
    path.write_bytes('{"type": "Город"}'.encode("cp1251"))
    assert "UTF-8" in _refusal(path)


def test_streets_are_lines(tmp_path: Path) -> None:
    street = {"type": "LineString", "coordinates": SQUARE[:2]}
    (found,) = geojson.read(_file(tmp_path, street), LINES, BOX)
    assert found.shape.equals(shape(street))
