"""The rating as a file: the places of the screen, numbers as numbers, and who is not in it."""

import re
from datetime import date

import pytest
import streamlit as st

from analytics.periods import Period, previous
from loaders import cells
from loaders.access.roles import Role
from loaders.scope import Scope
from loaders.store.engine import URL_VARIABLE, open_store
from pages.rating import file, reading
from pages.rating.view import Chosen
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from tests.pages.people import CITY

PERIOD = Period(date(2026, 3, 1), date(2026, 9, 30))


@pytest.fixture
def asked(demo_url: str, monkeypatch: pytest.MonkeyPatch) -> Asked:
    monkeypatch.setenv(URL_VARIABLE, demo_url)
    st.cache_resource.clear()
    scope = Scope.whole_city(CITY)
    with open_store(demo_url) as store:
        version = cells.data_version(store, scope)
    return Asked(scope, version, Filters(), PERIOD, previous(PERIOD), date(2026, 11, 22), date(2023, 11, 1))


def test_the_file_holds_the_places_and_scores_of_the_table(asked: Asked) -> None:
    chosen = Chosen()
    rating = reading.rating(asked, chosen)
    lines = list(file._lines(rating, chosen, asked.city))
    assert {len(line) for line in lines} == {len(file._HEADS) - file._ABOUT}
    rated = lines[: rating.table.height]
    assert [line[1] for line in rated] == rating.table["place"].to_list()
    assert [line[4] for line in rated] == [round(score, 1) for score in rating.table["score"]]
    for line in rated:
        assert sum(line[7:10]) == pytest.approx(line[4], abs=0.2)
    assert all(line[-1] == "не участвует" for line in lines[rating.table.height :])


def test_the_button_is_there_for_those_who_may_take_files(screen) -> None:
    days = "2026-03-01..2026-09-30"
    for role, may in ((Role.CURATOR, True), (Role.GUEST, False)):
        labels = [button.label for button in screen("rating", role=role, period=days).button]
        assert ("Скачать файл…" in labels) is may


def test_the_file_is_made_of_the_scope_of_the_moment(screen) -> None:
    app = screen("rating", period="2026-03-01..2026-09-30")
    next(button for button in app.button if button.label == "Скачать файл…").click().run()
    assert not app.exception
    words = " ".join(element.proto.body for element in app.get("html"))
    assert re.search(r"/api/download/[A-Za-z0-9_-]+", words)
