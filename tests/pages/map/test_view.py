"""The choices of the map in the address: whatever was written by anybody becomes a valid view."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.map import view
from pages.map.view import LAYERS, PARAMETERS, SHOWS, View

CELL = "892d45d89b3ffff"


def _parsed(**asked: str) -> View:
    return View.parse(*(asked.get(name, "") for name in PARAMETERS))


def test_nothing_asked_shows_what_came_in_by_cells() -> None:
    assert _parsed() == View()
    assert _parsed().measure == "appeals"


def test_every_choice_survives_the_address() -> None:
    asked = {
        "layer": "areas", "show": "worse", "colour": "repeat_share", "week": "2026-11-16",
        "place": "Южный",
    }  # fmt: skip
    assert _parsed(**asked).own() == asked
    assert _parsed(**_parsed(**asked).own()) == _parsed(**asked)


@pytest.mark.parametrize(
    ("show", "colour", "measure"),
    [
        ("measure", "overdue_open", "overdue_open"),
        ("measure", "overdue_share", "appeals"),  # a share that only «Где хуже» knows
        ("worse", "overdue_share", "overdue_share"),
        ("worse", "appeals", "on_time_share"),  # a number of cases is neither better nor worse
        ("more", "overdue_open", "appeals"),
        ("surges", "overdue_open", "appeals"),
    ],
)
def test_the_measure_suits_what_is_shown(show: str, colour: str, measure: str) -> None:
    assert _parsed(show=show, colour=colour).measure == measure


def test_limits_are_those_of_what_the_colour_stands_for() -> None:
    limits = "appeals:1,2;appeals.area:3,4;appeals.resident:5,6;on_time_share:0.8"
    assert _parsed(limits=limits).limits == (3.0, 4.0)
    assert _parsed(limits=limits, layer="areas").limits == (5.0, 6.0)
    assert _parsed(limits=limits, colour="on_time_share").limits == (0.8,)


def test_a_week_begins_on_its_monday_and_the_present_one_ends_today() -> None:
    assert _parsed(week="2026-11-19").week == date(2026, 11, 16)
    assert view.week_period(date(2026, 11, 16), date(2026, 11, 18)).end == date(2026, 11, 18)
    assert view.week_period(date(2026, 11, 9), date(2026, 11, 18)).days == 7


def test_the_player_shows_half_a_year_or_since_the_first_day() -> None:
    long = view.weeks(date(2026, 11, 22), date(2020, 1, 1))
    assert (len(long), long[-1]) == (26, date(2026, 11, 16))
    assert view.weeks(date(2026, 11, 22), date(2026, 11, 10)) == (date(2026, 11, 9), date(2026, 11, 16))


def test_a_place_is_a_cell_or_a_territory() -> None:
    assert _parsed(place=CELL).is_cell
    assert not _parsed(place="Южный").is_cell


@given(st.fixed_dictionaries({name: st.text(max_size=200) for name in PARAMETERS}))
def test_anything_may_stand_in_an_address(asked: dict[str, str]) -> None:
    found = _parsed(**asked)
    assert found.layer in LAYERS
    assert found.show in SHOWS
    assert len(found.place) <= 120
