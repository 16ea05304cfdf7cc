import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import counts, due_states, facts
from analytics.deadline_measures import rule_75
from analytics.keys import ABSENT
from analytics.measures import EVERY
from analytics.periods import Period
from analytics.population import All, within
from analytics.schema import Amends
from loaders.city import RestRule
from loaders.register import COLUMNS, RegisterFilter
from pages.registry.query import LISTED, Asked, is_state, register_filter, title
from pages.shared.filters import Filters
from pages.shared.listing import DATED

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
TODAY = date(2026, 11, 22)


def asked(**query):
    return Asked.parse({name: [value] for name, value in query.items()})


def test_nothing_asked_means_received_in_the_period_newest_first():
    found = register_filter(Filters(), asked(), WEEK, TODAY)
    assert found == RegisterFilter(counts.RECEIVED.population(WEEK.window(TODAY)), TODAY)
    assert (asked().sort, asked().descending) == ("received_at", True)


def test_filters_and_own_parameters_join():
    filters = Filters(blocks=("roads", ABSENT), kinds=("appeal",))
    query = {"status": ["new", "absurd"], "topic": ["Ямы"], "measure": ["open"], "due": ["2026-11-20..2026-11-25"]}
    found = register_filter(filters, Asked.parse(query), WEEK, TODAY)
    assert found.topic_block == ("roads", None)
    assert (found.kind, found.status, found.topic) == (("appeal",), ("new",), ("Ямы",))
    due = within(facts.DUE_ON, date(2026, 11, 20), date(2026, 11, 25))
    assert found.counted == All((counts.OPEN.population(WEEK.window(TODAY)), *due))
    assert (found.amended_by, found.held_on, found.as_of) == ((Amends.STATE, Amends.UNKNOWN), WEEK.end, TODAY)


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
    found = register_filter(Filters(), asked(due=written), WEEK, TODAY)
    ahead, due = due_states.is_ahead(WEEK.end), within(facts.DUE_ON, first, last)
    assert found.counted == All((due_states.has_deadline(WEEK.end) & ~ahead, *due))
    assert found.also is not None
    assert found.also.counted == All((ahead, *due))
    assert (found.amended_by, found.also.amended_by) == ((Amends.COHORT,), (Amends.STATE, Amends.UNKNOWN))


def test_due_days_that_bound_nothing_are_none():
    assert asked(due="..") == asked(due="x") == asked()


def test_a_searched_number_is_found_whenever_it_came():
    assert register_filter(Filters(), asked(number="17"), WEEK, TODAY).counted == All(())


@pytest.mark.parametrize("name", sorted(EVERY))
def test_a_measure_lists_whom_it_counts(name):
    """A share lists its base; so does a mean, whose numerator is no number of cases."""
    measure = EVERY[name]
    found = register_filter(Filters(), asked(measure=name), WEEK, TODAY)
    assert found.counted == facts.population(measure.part, WEEK.window(TODAY))


def test_shares_are_named_by_their_base_and_their_numerators_by_themselves():
    assert (asked(measure="on_time_share").measure, asked(measure="on_time").measure) == ("due", "on_time")
    assert asked(measure="overdue").measure == "overdue_open"
    assert title("overdue_closed") == "Завершено с опозданием"
    assert title("median_answer_days") == "Окончательные ответы за период с известной датой"
    assert asked(measure="absurd") == asked()


def test_the_city_decides_which_of_those_put_off_need_executors():
    rule = RestRule("postponed", 60)
    found = register_filter(Filters(), asked(measure="rule_75"), WEEK, TODAY, rule)
    assert found.counted == rule_75("postponed", 60)[0].part.population(WEEK.window(TODAY))


def test_every_set_that_is_offered_has_its_words():
    assert all(re.search("[а-я]", title(each)) for each in LISTED)
    assert [each for each in LISTED if is_state(each)] == [
        *("open", "overdue_open", "postponed", "extended", "past_unknown", "rule_75", "in_rework", DATED),
    ]


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
