"""The screen «Карта»: numbers that add up, a story for every place, what stands out, and who gets what."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import h3
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from loaders import cells, geography
from loaders.access.roles import Role
from loaders.city import City
from loaders.scope import Scope
from loaders.store.engine import open_store
from tests.pages.people import CITY

DAYS = "2026-03-01..2026-09-30"
START, END = date(2026, 3, 1), date(2026, 9, 30)


def _words(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def _plain(app: AppTest) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", _words(app))).replace("\u00a0", " ")


def _layers(app: AppTest) -> dict[str, dict[str, object]]:
    (chart,) = app.get("deck_gl_json_chart")
    (nested,) = json.loads(chart.proto.json)["layers"]
    return {layer["id"]: layer for layer in nested}


@pytest.fixture(scope="session")
def received(demo_url: str) -> pl.DataFrame:
    with open_store(demo_url) as store:
        found = cells.load(
            store, Scope.whole_city(CITY), dimensions=("received_on", "geo_cell", "territory", "topic_block")
        )
    return found.filter(pl.col("received_on").is_between(START, END))


def test_the_screen_is_whole(screen) -> None:
    app = screen("map", period=DAYS)
    assert not app.exception
    assert not app.error
    said = _plain(app)
    for words in (
        "Поступило на карте",
        "на км²",
        "Те же числа таблицей",
        "OpenStreetMap",
        "Территории и точки выдуманы",
    ):
        assert words in said
    assert {"land", "cells", "outline", "borders", "graticule", "names", "points"} <= _layers(app).keys()


def test_every_case_is_counted_on_the_map_by_territory_or_nowhere(screen, received: pl.DataFrame) -> None:
    total = received["appeals"].sum()
    on_map = received.drop_nulls("geo_cell")["appeals"].sum()
    nowhere = received.filter(pl.col("geo_cell").is_null(), pl.col("territory").is_null())["appeals"].sum()
    said = _plain(screen("map", period=DAYS)).replace(" ", "")
    assert f"Накарте{on_map}из{total}" in said
    assert f"толькотерритория—{total - on_map - nowhere},безместа—{nowhere}" in said


def test_the_table_holds_the_numbers_of_the_cells(screen, received: pl.DataFrame) -> None:
    coarse = received.drop_nulls("geo_cell").with_columns(
        place=pl.col("geo_cell").cast(pl.String).map_elements(lambda cell: h3.cell_to_parent(cell, 8), pl.String)
    )
    counted = coarse.group_by("place").agg(pl.col("appeals").sum())
    dense = counted.with_columns(
        pl.col("place").map_elements(lambda cell: h3.cell_area(cell, "km^2"), pl.Float64).alias("area")
    ).sort(pl.col("appeals") / pl.col("area"), descending=True)
    rows = re.findall(
        r"place=([0-9a-f]{15})[^>]*>[^<]*</a></td><td[^>]*>([\d\u00a0]+)</td>", _words(screen("map", period=DAYS))
    )
    assert rows[0] == (dense["place"][0], str(dense["appeals"][0]))
    assert {place: int(value.replace("\u00a0", "")) for place, value in rows}.items() <= dict(
        counted.iter_rows()
    ).items()


def test_territories_are_told_per_resident(screen, received: pl.DataFrame) -> None:
    app = screen("map", period=DAYS, layer="areas")
    assert "на 1 000 жителей" in _plain(app)
    assert "areas" in _layers(app)
    assert "cells" not in _layers(app)
    count = received.filter(pl.col("territory").cast(pl.String) == "Южный")["appeals"].sum()
    assert re.search(
        rf"Южный</a></td><td[^>]*>{count}</td><td[^>]*>{count / 12_600 * 1_000:.1f}".replace(".", ","), _words(app)
    )


def test_a_place_opens_its_story_and_its_rows(screen) -> None:
    cell = re.search(r"place=([0-9a-f]{15})", _words(screen("map", period=DAYS)))
    assert cell is not None
    app = screen("map", period=DAYS, place=cell[1])
    assert "Поступило обращений и сообщений" in _plain(app)
    (rows,) = re.findall(r'href="(/registry[^"]*)"[^>]*>Показать записи: (\d+)', _words(app))
    assert f"place={cell[1]}" in rows[0]
    register = screen("registry", period=DAYS, place=cell[1])
    assert "Место: одна ячейка карты" in _plain(register)
    assert f"из {rows[1]}" in _plain(register) or f"{rows[1]} " in _plain(register)
    assert not register.exception


def test_a_territory_is_offered_as_a_filter_of_every_screen(screen) -> None:
    app = screen("map", period=DAYS, layer="areas", place="Южный")
    assert "Только эта территория, на всех экранах" in _plain(app)
    assert "territory=%D0%AE%D0%B6%D0%BD%D1%8B%D0%B9" in _words(app)


@pytest.mark.parametrize("show", ["more", "worse", "surges"])
@pytest.mark.parametrize("layer", ["cells", "areas"])
def test_what_stands_out_is_told_with_its_method_or_said_to_be_nothing(screen, show: str, layer: str) -> None:
    app = screen("map", period=DAYS, show=show, layer=layer)
    assert not app.exception
    assert not app.error
    said = _plain(app)
    assert "Ожидается" in said or "раза в сто дней" in said
    assert re.search(r"вместо|не выше случайных|слишком мало|в пределах случайного", said)
    aside = re.findall(r"<details.*?</details>", _words(app))
    assert len(re.findall("Куллдорф|Бенджамини", "".join(aside))) == len(re.findall("Куллдорф|Бенджамини", said)) == 1


def test_whoever_sees_no_rows_gets_no_points_and_coarser_cells(screen) -> None:
    guest = screen("map", role=Role.GUEST, period=DAYS)
    assert not guest.exception
    assert "points" not in _layers(guest)
    assert "Скачать файл" not in " ".join(button.label for button in guest.button)
    assert not re.search(r"place=[0-9a-f]{15}", _words(guest))
    cell = re.search(r"place=([0-9a-f]{15})", _words(screen("map", period=DAYS)))
    assert cell is not None
    for place in (cell[1], h3.cell_to_children(cell[1], 9)[0]):
        closed = _plain(screen("map", role=Role.GUEST, period=DAYS, place=place))
        assert "История этого места вам не открыта" in closed
        assert "Из чего сложилось" not in closed
    territory = _plain(screen("map", role=Role.GUEST, period=DAYS, layer="areas", place="Южный"))
    assert "Поступило обращений и сообщений" in territory
    few = screen("map", role=Role.GUEST, period="2026-09-01..2026-09-07")
    numbers = re.findall(r">[^<>]+\([\d,; −]+\)</td><td[^>]*>([^<]+)</td>", _words(few))
    assert numbers
    assert all(value == "мало" or int(value) >= 5 for value in numbers)


def test_a_week_takes_the_place_of_the_period(screen) -> None:
    app = screen("map", period=DAYS, week="2026-09-14")
    assert "14.09 – 20.09.2026" in _plain(app)


@pytest.mark.parametrize(
    "asked",
    [
        {"place": "нигде"},
        {"place": "80" + "0" * 13},
        {"layer": "x", "show": "y", "colour": "z"},
        {"limits": "appeals.area:9,1"},
    ],
)
def test_a_made_up_address_is_no_failure(screen, asked: dict[str, str]) -> None:
    app = screen("map", period=DAYS, **asked)
    assert not app.exception
    assert not app.error


def test_a_file_that_is_wrong_is_told_with_its_place_and_the_numbers_stay(
    screen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bad = tmp_path / "outline.geojson"
    ring = [[47.75, 39.90], [47.75, 39.92], [47.77, 39.92], [47.75, 39.90]]
    bad.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
    city = City.load(CITY)
    broken = replace(city, map=replace(city.map, outline=bad))
    monkeypatch.setattr(geography, "read", lambda _, read=geography.read: read(broken))
    app = screen("map", period=DAYS)
    assert not app.exception
    said = " ".join(error.value for error in app.error)
    assert "Широта и долгота переставлены" in said
    assert "outline" in said
    assert "объект 1" in said
    assert "Те же числа таблицей" in _plain(app)
