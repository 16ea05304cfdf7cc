from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.keys import ABSENT
from analytics.measures import EVERY
from analytics.periods import Period
from loaders.register import COLUMNS, RegisterFilter
from pages.registry.query import OF_MEASURES, Asked, register_filter
from pages.shared.filters import Filters

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
TODAY = date(2026, 11, 22)


def asked(**query):
    return Asked.parse({name: [value] for name, value in query.items()})


def test_nothing_asked_means_received_in_the_period_newest_first():
    found = register_filter(Filters(), asked(), WEEK, TODAY)
    assert found == RegisterFilter(start=WEEK.start, end=WEEK.end)
    assert (asked().sort, asked().descending) == ("received_at", True)


def test_filters_and_own_parameters_join():
    filters = Filters(blocks=("roads", ABSENT), kinds=("appeal",))
    query = {"status": ["new", "absurd"], "topic": ["Ямы"], "clock": ["due_on"]}
    found = register_filter(filters, Asked.parse(query), WEEK, TODAY)
    assert found.topic_block == ("roads", None)
    assert (found.kind, found.status, found.topic, found.clock) == (("appeal",), ("new",), ("Ямы",), "due_on")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("open", RegisterFilter(open_on=WEEK.end)),
        ("overdue", RegisterFilter(overdue_on=WEEK.end)),
        ("postponed", RegisterFilter(open_on=WEEK.end, is_postponed=True)),
        ("repeat", RegisterFilter(start=WEEK.start, end=WEEK.end, is_repeat=True)),
        ("new", RegisterFilter(start=WEEK.start, end=WEEK.end, is_repeat=False)),
        ("still_open", RegisterFilter(start=WEEK.start, end=WEEK.end, open_on=TODAY)),
    ],
)
def test_states(state, expected):
    assert register_filter(Filters(), asked(state=state), WEEK, TODAY) == expected


def test_a_measure_stands_for_its_day_and_state():
    assert (asked(measure="overdue_open").state, asked(measure="overdue_open").clock) == ("overdue", "received_on")
    assert asked(measure="median_answer_days").clock == "answered_on"
    assert asked(measure="on_time_share").clock == "due_on"
    assert asked(measure="absurd") == asked()


def test_the_first_click_sorts_deadlines_nearest_first_and_other_columns_as_before():
    assert [asked().sorted_by(column) for column in ("deadline_at", "answered_at", "topic")] == [
        "deadline_at",
        "-answered_at",
        "-topic",
    ]
    assert asked(sort="deadline_at").sorted_by("deadline_at") == "-deadline_at"
    assert asked(sort="-deadline_at").sorted_by("deadline_at") == "deadline_at"
    assert asked(sort="-topic").sorted_by("topic") == "topic"


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026-09-01..2026-09-07", date(2026, 9, 1), date(2026, 9, 7)),
        ("2026-09-01..", date(2026, 9, 1), None),
        ("..2026-09-07", None, date(2026, 9, 7)),
    ],
)
def test_due_days_take_the_place_of_the_period_and_may_stay_open(written, first, last):
    found = register_filter(Filters(), asked(due=written, state="open"), WEEK, TODAY)
    assert found == RegisterFilter(clock="due_on", start=first, end=last, open_on=WEEK.end)


def test_due_days_that_bound_nothing_are_none():
    assert asked(due="..") == asked(due="x") == asked()


def test_own_choices_win_over_a_measure():
    assert asked(measure="overdue_open", state="repeat").state == "repeat"


def test_measures_with_a_state_exist():
    assert set(OF_MEASURES) <= set(EVERY)


@pytest.mark.parametrize("name", sorted(EVERY))
def test_every_measure_is_counted_by_its_own_day(name):
    assert asked(measure=name).clock == (EVERY[name].clock or "received_on")


def test_sorting_turns_round():
    assert asked(sort="-due_at").sorted_by("due_at") == "due_at"
    assert asked(sort="due_at").sorted_by("due_at") == "-due_at"
    assert asked(sort="password").sort == "received_at"


@given(st.dictionaries(st.text(max_size=10), st.lists(st.text(max_size=30), max_size=3)))
def test_any_address_gives_a_page_the_store_accepts(query):
    parsed = Asked.parse(query)
    assert parsed.sort in COLUMNS
    assert parsed.page >= 1
    assert isinstance(register_filter(Filters(), parsed, WEEK, TODAY), RegisterFilter)


@given(st.text(max_size=12))
def test_any_page_number_is_read(text):
    assert 1 <= asked(page=text).page <= 1_000_000
