"""The map as files: the numbers of the screen, small places masked, words that stay words, nothing fetched."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import h3
import polars as pl
import pytest
import streamlit as st

from analytics.coverage import of_days
from analytics.periods import Period, previous
from loaders import cells
from loaders.city import City
from loaders.scope import Scope
from loaders.store.engine import URL_VARIABLE, open_store
from pages.map import file, paper, places
from pages.map.view import View
from pages.paper.source import Source
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from tests.pages.people import CITY

PERIOD = Period(date(2026, 3, 1), date(2026, 9, 30))
ABOUT = {"показатель": '=HYPERLINK("x"). <script>&', "данные на": "22.11.2026", "карта": "© участники"}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def asked(demo_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    monkeypatch.setenv(URL_VARIABLE, demo_url)
    st.cache_resource.clear()
    scope = Scope.whole_city(CITY)
    with open_store(demo_url) as store:
        version = cells.data_version(store, scope)
    found = Asked(scope, version, Filters(), PERIOD, previous(PERIOD), of_days(date(2023, 11, 1), date(2026, 11, 22)))
    yield file.public(found, scope)
    st.cache_resource.clear()


def test_the_table_holds_every_place_with_numbers_as_numbers(asked: Asked, demo_url: str) -> None:
    (part,) = paper.parts(Source(replace(asked, scope=Scope.whole_city(CITY))))
    assert part.table is not None
    rows = dict(part.table.frame.select("cell", "value").iter_rows())
    with open_store(demo_url) as store:
        found = cells.load(store, asked.scope, dimensions=("received_on", "geo_cell"))
    own = found.filter(pl.col("received_on").is_between(PERIOD.start, PERIOD.end)).drop_nulls("geo_cell")
    coarse = own.with_columns(
        pl.col("geo_cell").cast(pl.String).map_elements(lambda c: h3.cell_to_parent(c, 8), pl.String)
    )
    counted = dict(coarse.group_by("geo_cell").agg(pl.col("appeals").sum()).iter_rows())
    assert rows.keys() == counted.keys()
    for place, value in rows.items():
        assert value is None if counted[place] < 5 else value == counted[place]
    assert b"<svg" in part.drawn[:200]


def test_a_single_small_place_takes_another_with_it(asked: Asked) -> None:
    """One masked place alone could be told by taking the others from the whole."""
    frame = pl.DataFrame(
        {"place": ["a", "b", "c"], "n": [2, 9, 30], "value": [2.0, 9.0, 30.0], "before": [1.0, 2.0, 3.0]}
    )
    from pages.map import reading

    masked = reading._masked(frame, asked, is_count=True)
    assert masked["is_masked"].to_list() == [True, True, False]
    assert masked["value"].to_list() == [None, None, 30.0]
    assert masked["n"].to_list() == [None, None, 30]
    assert masked["before"].to_list() == [None, None, None]  # three came before, and three are too few as well


@pytest.mark.parametrize("layer", ["cells", "areas"])
def test_geojson_has_a_shape_and_the_numbers_for_every_place(asked: Asked, layer: str) -> None:
    view = View(layer=layer)
    document = json.loads(file._geojson(asked, view, ABOUT))
    assert document["type"] == "FeatureCollection"
    assert len(document["features"]) == places.ordered(asked, view).height
    shapes = [feature["geometry"] for feature in document["features"] if feature["geometry"]]
    assert all(shape["coordinates"][0][0] == shape["coordinates"][0][-1] for shape in shapes)
    assert document["о файле"] == ABOUT


@pytest.mark.parametrize("layer", ["cells", "areas"])
def test_the_drawing_is_whole_and_inert(asked: Asked, layer: str) -> None:
    drawn = file.drawn(asked, View(layer=layer), ABOUT)
    root = ET.fromstring(drawn)  # noqa: S314 — made above
    assert {each.tag for each in root.iter()} == {f"{SVG}{tag}" for tag in ("svg", "rect", "path", "text")}
    assert not re.search(rb"href|url\(|<script|@import|data:", drawn)
    words = " ".join(each.text or "" for each in root.iter(f"{SVG}text"))
    for said in ("Центральный", "© участники", "22.11.2026", "Показатель"):
        assert said in words
    assert " км" in words
    filled = [each for each in root.iter(f"{SVG}path") if each.get("fill") not in {"none", "#f4f6fa"}]
    assert len(filled) >= 9


def test_a_city_without_an_outline_is_drawn_around_its_cells(asked: Asked) -> None:
    assert City.load("boston").map.outline is None
    root = ET.fromstring(file.drawn(replace(asked), View(), ABOUT))  # noqa: S314 — made above
    for path in root.iter(f"{SVG}path"):
        numbers = [float(each) for each in re.findall(r"-?\d+\.\d", path.get("d") or "")]
        assert all(-200 < number < 1_300 for number in numbers)
