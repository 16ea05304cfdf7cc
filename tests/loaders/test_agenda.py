"""Open cases by when they have to be done, counted and listed on rows made by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from loaders import agenda, imports, register
from loaders.register import RegisterFilter
from loaders.scope import Scope
from loaders.store.engine import Store
from tests.loaders.made import CITY, KEY, intake, row

ALL = Scope.whole_city(KEY)
CALENDAR = CITY.rules.calendar

DUE = {
    "long past": "2026-11-02",
    "yesterday": "2026-12-02",
    "this morning": "2026-12-03 08:00:00",
    "this evening": "2026-12-03 17:00:00",
    "thursday": "2026-12-03",
    "friday": "2026-12-04",
    "saturday": "2026-12-05",
    "sunday": "2026-12-06",
    "monday": "2026-12-07",
    "next friday": "2026-12-11",
    "next sunday": "2026-12-13",
    "later": "2026-12-14",
    "next year": "2027-02-01",
}
"""Cases by the moments they are due; a day alone lasts to its end. Thursday is 3 December 2026."""


def due(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if " " in text else moment.replace(hour=23, minute=59, second=59)


ROWS = [
    *(
        row(
            name,
            received_at=datetime(2026, 10, 1, 9),
            due_at=due(text),
            topic_block="roads" if number % 2 else "heat",
            department="А" if number < 3 else "Б",
            topic="Ямы",
        )
        for number, (name, text) in enumerate(DUE.items())
    ),
    row("no term", received_at=datetime(2026, 12, 1, 9)),
    row(
        "answered",
        received_at=datetime(2026, 10, 1, 9),
        answered_at=datetime(2026, 12, 3, 8),
        due_at=due("2026-12-03"),
        status="answered_explained",
    ),
]


@pytest.fixture
def filled(store: Store) -> Iterator[Store]:
    imports.load(store, intake(ROWS), "generic", CITY)
    return store


def listed(store: Store, now: str, scope: Scope = ALL, base: RegisterFilter | None = None) -> dict[str, list[str]]:
    """List the cases of every group by their deadlines, and hold each list against the count of its group."""
    groups = agenda.filters(CALENDAR, datetime.fromisoformat(now), base or RegisterFilter())
    counts = agenda.counts(store, scope, groups)
    found = {}
    for key, wanted in groups.items():
        page = register.page(store, scope, wanted, sort="deadline_at", descending=False)
        assert page.total == counts[key] == page.rows.height
        found[key] = page.rows["source_id"].to_list()
    assert counts[agenda.ALL] == sum(counts.values()) - counts[agenda.ALL]
    return {key: names for key, names in found.items() if key != agenda.ALL}


def test_on_a_thursday_each_case_stands_where_it_has_to_be_done(filled: Store) -> None:
    assert listed(filled, "2026-12-03 08:34") == {
        "overdue": ["long past", "yesterday", "this morning"],
        "today": ["this evening", "thursday"],
        "week": ["friday"],
        "days_off": ["saturday", "sunday"],
        "next_week": ["monday", "next friday", "next sunday"],
        "later": ["later", "next year"],
        "none": ["no term"],
    }


def test_on_a_friday_the_weekend_stands_apart_and_nothing_is_left_of_the_week(filled: Store) -> None:
    found = listed(filled, "2026-12-04 08:34")
    assert "week" not in found
    assert found["overdue"] == ["long past", "yesterday", "this morning", "this evening", "thursday"]
    assert (found["today"], found["days_off"]) == (["friday"], ["saturday", "sunday"])
    assert found["next_week"] == ["monday", "next friday", "next sunday"]


def test_on_a_saturday_the_next_week_is_the_one_that_comes(filled: Store) -> None:
    found = listed(filled, "2026-12-05 12:00")
    assert (found["today"], found["days_off"]) == (["saturday"], ["sunday"])
    assert found["next_week"] == ["monday", "next friday", "next sunday"]
    assert found["overdue"][-1] == "friday"


def test_before_a_transferred_saturday_the_week_ends_with_it(store: Store) -> None:
    days = {"fri": "2025-10-31", "sat": "2025-11-01", "holiday": "2025-11-04", "wed": "2025-11-05"}
    rows = [row(name, received_at=datetime(2025, 10, 1, 9), due_at=due(day)) for name, day in days.items()]
    imports.load(store, intake(rows), "generic", CITY)
    found = listed(store, "2025-10-31 09:00")
    assert [found[key] for key in ("today", "week", "days_off", "next_week")] == [
        ["fri"],
        ["sat"],
        ["holiday"],
        ["wed"],
    ]


def test_a_block_lead_is_counted_the_own_blocks_and_departments(filled: Store) -> None:
    lead = Scope.of_blocks(KEY, frozenset({"roads"}))
    found = listed(filled, "2026-12-03 08:34", lead)
    assert (found["overdue"], found["today"], found["none"]) == (["yesterday"], ["this evening"], [])
    bounded = replace(lead, departments=frozenset({"Б"}))
    assert listed(filled, "2026-12-03 08:34", bounded)["overdue"] == []


def test_the_filters_of_the_screen_narrow_every_group(filled: Store) -> None:
    found = listed(filled, "2026-12-03 08:34", base=RegisterFilter(department=("А",), topic=("Ямы",)))
    assert {key: names for key, names in found.items() if names} == {
        "overdue": ["long past", "yesterday", "this morning"]
    }


def test_words_are_counted_most_first(filled: Store) -> None:
    groups = agenda.filters(CALENDAR, datetime(2026, 12, 3, 8, 34), RegisterFilter())
    assert register.by_word(filled, ALL, groups["overdue"], "topic_block") == {"heat": 2, "roads": 1}
    assert list(register.by_word(filled, ALL, groups[agenda.ALL], "department").items()) == [
        ("Б", 10),
        ("А", 3),
        (None, 1),
    ]


def test_a_case_answered_since_is_no_longer_listed(filled: Store) -> None:
    assert all("answered" not in names for names in listed(filled, "2026-12-02 09:00").values())
