"""Nothing about the other half of the cases leaves to whoever sees no rows, whatever screen or file they open."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa
import streamlit as st
from scipy.stats import binom

from analytics import disclosure
from loaders import cells, coverage
from loaders.access.roles import Right, Role
from loaders.scope import Scope
from loaders.store import halves, tables
from loaders.store.engine import open_store
from pages.map import file, paper, reading
from pages.paper import orders
from pages.paper.digests import numbers
from pages.paper.orders import Order
from pages.paper.source import Source
from pages.shared import half
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from tests.pages import people
from tests.pages.conftest import Screen, opened
from tests.pages.test_roles import everything, folder, words

HALVED = Scope.whole_city(people.CITY, sees_rows=False)
PERIOD = "2026-08-24..2026-11-22"
SCREENS = (
    *((name, {}) for name in ("heat-map", "deadlines", "rating", "problems", "map", "measures")),
    *(("heat-map", {"colour": colour, "view": view}) for colour, view in (("appeals", "departments"),
      ("on_time_share", "territories"), ("surprise", "months"))),
    ("heat-map", {"cell": "roads"}),
    ("problems", {"units": "topics", "along": "topic"}),
    ("map", {"show": "more"}), ("map", {"layer": "areas", "measure": "overdue_open"}),
)  # fmt: skip
TAKEN = ("heat-map", "deadlines", "rating", "problems", "map", "quality")
EXPORTING = {"rights": frozenset({Right.EXPORT})}
CHANGED = ("topic_block", "topic", "topic_group", "department", "territory", "geo_cell", "lat", "lon", "status")
"""What is made another in the cases outside the half: days and systems stay, as whole days are told by all cases."""


@pytest.fixture
def url(demo_url: str, tmp_path: Path) -> str:
    """Give a copy of the demo city that may be disturbed."""
    shutil.copy(demo_url.removeprefix("sqlite:///"), tmp_path / "mcu.sqlite")
    return f"sqlite:///{tmp_path / 'mcu.sqlite'}"


@pytest.fixture
def screen(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    yield from opened(url, monkeypatch)


def disturb(url: str) -> int:
    """Turn every case outside the half into one of another place, topic and state, and forget what was read before."""
    with open_store(url) as store, store.writing(people.CITY) as connection:
        rows = tables.appeals.c
        other = connection.execute(sa.select(rows.source_system, rows.source_id).where(~halves.kept())).all()
        for table in (tables.appeals, tables.amendments):
            identity = [table.c[name] == sa.bindparam(f"of_{name}") for name in ("source_system", "source_id")]
            changed = dict.fromkeys(CHANGED) | {"status": 0, "answered_at": None, "deadline_at": None}
            statement = sa.update(table).where(*identity).values(changed | {"marks": 0})
            named = [{"of_source_system": each[0], "of_source_id": each[1]} for each in set(other)]
            connection.execute(statement, named)
    forget()
    return len(other)


def forget() -> None:
    cells._CACHE.clear()
    coverage._CACHE.clear()
    st.cache_resource.clear()
    st.cache_data.clear()


def seen(screen: Screen, session: str, step: int) -> dict[str, str]:
    return {
        f"{name} {parameters}": everything(screen(folder(name), session=session, period=PERIOD, **parameters))
        for name, parameters in SCREENS[::step]
    }


@pytest.mark.parametrize(("role", "step"), [(Role.GUEST, 1), (Role.MEDIA, 4), (Role.BLOCK_HEAD, 4)])
def test_screens_do_not_change_with_the_cases_outside_the_half(screen: Screen, url: str, role: Role, step: int) -> None:
    session = people.session(url, role, f"bare-{role}", rights=frozenset())
    before = seen(screen, session, step)
    assert disturb(url) > 2_500
    after = seen(screen, session, step)
    assert [name for name in before if before[name] != after[name]] == []
    exact = people.session(url, Role.CURATOR)
    assert everything(screen(session=exact, period=PERIOD)) != before["heat-map {}"]


def taken(scope: Scope) -> dict[str, str]:
    """Make every file and read the frames behind the map, of whatever size of cells."""
    papers = {key: orders.paper(Order.of("screen", key, {"period": [PERIOD]}, "pdf"), scope)[0] for key in TAKEN}
    asked = Asked.of(scope, Filters(period=PERIOD))[0]
    view = paper.view_of(Source(asked))
    places = {str(size): reading.counted(asked, "appeals", size).write_json() for size in (0, 7, 8, 9)}
    drawn = file._geojson(file.public(asked, scope), view, {}).decode()
    return {key: numbers(each) for key, each in papers.items()} | places | {"geojson": drawn}


def test_the_places_hidden_beside_a_small_one_are_chosen_by_their_names(screen: Screen) -> None:
    """Equal places are told apart by nothing else; another order each time would hide others each time."""
    screen()
    asked = Asked.of(Scope.whole_city(people.CITY), Filters(period=PERIOD))[0]
    least = asked.city.thresholds.min_published
    for measure, size in product(("appeals", "repeat", "overdue_open"), (reading.AREAS, 6, 7, 8, 9)):
        exact = reading.counted(asked, measure, size)
        hidden = reading.counted(replace(asked, is_public=True), measure, size)["is_masked"]
        assert hidden.to_list() == disclosure.line(exact["n"].to_numpy(), least).tolist()


def test_files_do_not_change_with_the_cases_outside_the_half(screen: Screen, url: str) -> None:
    screen()
    before = taken(HALVED)
    exact = taken(replace(HALVED, sees_rows=True))
    disturb(url)
    screen()
    assert taken(HALVED) == before
    assert {key for key, value in taken(replace(HALVED, sees_rows=True)).items() if value == exact[key]} <= {"quality"}


@pytest.mark.parametrize("role", Role)
def test_whoever_sees_no_rows_is_told_what_the_numbers_are(screen: Screen, role: Role) -> None:
    said = words(screen("heat_map", role=role))
    assert (half.SENTENCE in said) == (role in {Role.GUEST, Role.MEDIA, Role.OPERATOR})


@pytest.mark.parametrize("name", ["deadlines", "rating", "problems", "map", "measures", "quality", "intake"])
def test_every_screen_with_numbers_says_what_they_are(screen: Screen, name: str) -> None:
    assert (half.SENTENCE in words(screen(name, role=Role.OPERATOR))) == (name != "intake")


def test_files_say_what_their_numbers_are(screen: Screen) -> None:
    screen()
    for scope, told in ((HALVED, half.SENTENCE), (replace(HALVED, sees_rows=True), None)):
        laid, source = orders.paper(Order.of("screen", "map", {"period": [PERIOD]}, "pdf"), scope)
        assert dict(laid.about.lines).get(half.TITLE) == told
        assert file.about(source.asked, paper.view_of(source)).get(half.TITLE.lower()) == told


def test_the_sentence_tells_nineteen_of_twenty() -> None:
    for true, low, high in ((10, 4, 16), (100, 80, 120), (1_000, 938, 1_062)):
        within = binom.cdf(high // 2, true, 0.5) - binom.cdf(low // 2 - 1, true, 0.5)
        tighter = binom.cdf(high // 2 - 1, true, 0.5) - binom.cdf(low // 2, true, 0.5)
        assert within >= 0.95 > tighter
        assert f"{true:,}".replace(",", " ") in half.SENTENCE
        assert f"{low} до {high}".replace("1062", "1 062") in half.SENTENCE.replace("\N{NO-BREAK SPACE}", " ")
