"""The ground of a city: what its files give, and what the made-up twin of it says of itself."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from shapely.geometry import Point

from loaders import demo, geography
from loaders.__main__ import main
from loaders.city import City
from loaders.errors import InputRefused
from tests.demo_city import END

CITY = City.load("novoshakhtinsk")
DEMO = CITY.demo()


def _with(path: Path, titles: list[str]) -> City:
    ring = [[39.90, 47.75], [39.92, 47.75], [39.92, 47.77], [39.90, 47.75]]
    features = [
        {"type": "Feature", "properties": {"name": title}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for title in titles
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return replace(DEMO, map=replace(DEMO.map, territories=path))


def test_the_outline_is_the_citys_and_the_territories_are_said_to_be_made_up() -> None:
    assert geography.read(CITY).areas == ()
    assert "OpenStreetMap" in CITY.map.attribution
    assert "выдуманы" not in CITY.map.attribution
    assert {"© участники OpenStreetMap", "выдуманы"} <= {
        words for words in ("© участники OpenStreetMap", "выдуманы") if words in DEMO.map.attribution
    }


def test_the_territories_of_the_demo_city_fill_its_outline_without_a_gap() -> None:
    ground = geography.read(DEMO)
    assert [area.title for area in ground.areas] == [territory.title for territory in DEMO.territories]
    assert all(area.population for area in ground.areas)
    whole = sum(map(geography.square_km, ground.outline))
    assert sum(geography.square_km(area.shape) for area in ground.areas) == pytest.approx(whole, rel=0.001)


def test_points_of_the_demo_city_lie_in_their_territories() -> None:
    made = demo.make(DEMO, appeals=2_000, end=END)
    shapes = {area.title: area.shape for area in geography.read(DEMO).areas}
    located = made.appeals.drop_nulls(["lat", "territory"])
    away = [
        shapes[title].distance(Point(longitude, latitude))
        for title, latitude, longitude in located.select("territory", "lat", "lon").iter_rows()
    ]
    assert located.height > 500
    assert max(away) < 0.0015  # a coordinate is rounded to a thousandth of a degree


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        (["Центральный", "Центральный"], "есть дважды"),
        (["Луна", "Марс"], "Ни одной территории города в файле нет, а есть: Луна, Марс"),
        ([" "], "нет названия в свойстве «name»"),
    ],
)
def test_territories_must_be_those_of_the_city(tmp_path: Path, titles: list[str], said: str) -> None:
    with pytest.raises(InputRefused, match=said):
        geography.read(_with(tmp_path / "map.geojson", titles))


def test_the_command_tells_what_a_city_and_its_map_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["city", "novoshakhtinsk-demo", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["blocks"] == 21
    assert told["outline_km2"] == pytest.approx(140.11)
    assert told["areas_km2"]["Центральный"] == pytest.approx(9.82)
    assert told["not_drawn"] == told["not_listed"] == []


def test_the_command_names_the_line_of_a_file_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    source = Path("loaders/reference/novoshakhtinsk.toml").read_text(encoding="utf-8")
    own.write_text(source.replace("geo/novoshakhtinsk.geojson", "nowhere.geojson"), encoding="utf-8")
    assert main(["city", str(own)]) == 2
    said = capsys.readouterr().err
    line = next(at for at, text in enumerate(own.read_text().splitlines(), start=1) if "nowhere" in text)
    assert "Файла «nowhere.geojson» нет" in said
    assert f"строка {line}" in said
