from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import due_states, facts, schema
from analytics.work_calendar import work_calendar
from tests.analytics.cells import cells, november

CALENDAR = work_calendar()
AS_OF = november(20)  # a Friday


def rows(frame: pl.LazyFrame) -> list[tuple[object, ...]]:
    return frame.collect().rows()


def bands(found: pl.LazyFrame) -> dict[object, int]:
    return dict(found.select("from_day", "appeals").collect().iter_rows())


@pytest.mark.parametrize(
    ("due", "from_day"),
    [(19, 1), (17, 1), (16, 4), (13, 4), (12, 8), (5, 8), (4, 16)],
)
def test_ageing_begins_the_day_after_the_due_day(due, from_day):
    assert bands(due_states.ageing(cells([{"due_on": november(due)}]), [], AS_OF)) == {from_day: 1}


def test_what_is_not_overdue_does_not_age():
    untouched = [
        {"due_on": AS_OF},
        {"due_on": None},
        {"due_on": november(10), "status": "answered", "answered_on": november(20)},
        {"due_on": november(10), "received_on": november(21)},
    ]
    assert bands(due_states.ageing(cells(untouched), [], AS_OF)) == {}
    finished_later = cells([{"due_on": november(10), "status": "answered", "answered_on": november(21)}])
    assert bands(due_states.ageing(finished_later, [], AS_OF)) == {8: 1}


@pytest.mark.parametrize(
    ("due", "from_day"),
    [(20, 0), (21, 0), (22, 0), (23, 1), (24, 2), (25, 2), (26, 4), (27, 4), (30, 6)],
)
def test_due_soon_counts_working_days(due, from_day):
    assert bands(due_states.due_soon(cells([{"due_on": november(due)}]), [], AS_OF, CALENDAR)) == {from_day: 1}


def test_due_soon_knows_more_than_ten_days_and_no_day_at_all():
    far = cells([{"due_on": date(2026, 12, 30)}, {"due_on": date(2090, 1, 1), "appeals": 3}])
    assert bands(due_states.due_soon(far, [], AS_OF, CALENDAR)) == {11: 1, None: 3}


def test_groups_are_counted_apart_and_weights_add_up():
    two = cells([{"due_on": november(10), "appeals": 5}, {"due_on": november(11), "department": "Отдел"}])
    assert rows(due_states.ageing(two, ["department"], AS_OF)) == [("Отдел", 8, 1), ("Управление", 8, 5)]


def test_the_calendar_of_due_days_splits_what_was_due():
    day = november(18)
    told = cells(
        [
            {"due_on": day, "status": "answered", "answered_on": november(17), "is_late": False, "appeals": 4},
            {"due_on": day, "status": "answered", "answered_on": november(19), "is_late": True, "appeals": 2},
            {"due_on": day},
            {"due_on": AS_OF, "appeals": 3},
            {"due_on": november(30), "appeals": 9},
        ]
    )
    assert rows(due_states.due_calendar(told, [], day, AS_OF, AS_OF)) == [(day, 7, 4, 3, 0), (AS_OF, 3, 0, 0, 3)]


def test_ages_of_what_stands_open():
    told = cells([{"received_on": november(20 - age)} for age in range(1, 11)])
    assert rows(due_states.open_ages(told, [], AS_OF)) == [(10, 5.5, 9.5)]
    by = due_states.open_ages(told, ["department"], AS_OF)
    assert rows(by) == [("Управление", 10, 5.5, 9.5)]


def rule(registered: date | None, due: date | None, allotted: int | None, base: str, percent: int = 75) -> date | None:
    frame = pl.DataFrame(
        {"registered_on": [registered], "received_on": [november(1)], "due_on": [due], "allotted_days": [allotted]},
        schema={"registered_on": pl.Date, "received_on": pl.Date, "due_on": pl.Date, "allotted_days": pl.Int32},
    )
    return frame.select(due_states.fires_on(base, percent).expr()).item()


DUE = date(2027, 1, 10)


@pytest.mark.parametrize(
    ("registered", "due", "allotted", "base", "fires"),
    [
        (november(1), DUE, 40, "original", DUE - timedelta(30)),  # 30 of 40 is exactly 75 %: equality fires
        (november(1), DUE, 30, "original", DUE - timedelta(22)),  # 22.5 of 30: with 23 left it does not fire yet
        (november(1), DUE, 10, "original", DUE - timedelta(7)),
        (november(1), DUE, 40, "postponed", DUE - timedelta(52)),  # 70 days in all: 52.5
        (november(2), DUE, 40, "postponed", DUE - timedelta(51)),
        (None, DUE, 40, "postponed", DUE - timedelta(52)),
        (november(1), DUE, None, "original", None),
        (november(1), DUE, 0, "original", None),
        (november(1), None, 30, "original", None),
        (november(1), november(1), 30, "postponed", None),
    ],
)
def test_the_rule_fires_on_the_first_day_with_so_little_left(registered, due, allotted, base, fires):
    assert rule(registered, due, allotted, base) == fires


@given(st.integers(1, 400), st.integers(0, 400), st.integers(1, 100))
def test_the_rule_has_fired_exactly_where_the_share_left_is_at_most_the_limit(allotted, left, percent):
    fired = rule(None, DUE, allotted, "original", percent) <= DUE - timedelta(left)
    assert fired == (left * 100 <= percent * allotted)


open_cells = st.lists(
    st.tuples(st.integers(1, 30), st.one_of(st.none(), st.integers(1, 30)), st.one_of(st.none(), st.integers(1, 30))),
    max_size=12,
)


@given(open_cells, st.integers(1, 29))
def test_an_overdue_open_case_stays_overdue_while_it_is_open(told, day):
    frame = pl.LazyFrame(
        [
            {
                "received_on": november(received),
                "due_on": None if due is None else november(due),
                "answered_on": None if answered is None else november(answered),
                "status": "in_work" if answered is None else "answered",
                "appeals": 1,
            }
            for received, due, answered in told
        ],
        schema={name: schema.CELL[name] for name in ("received_on", "due_on", "answered_on", "status", "appeals")},
    )
    then, now = november(day), november(day + 1)
    seen = frame.select(
        then=due_states.overdue_days(then).is_not_null(),
        now=due_states.overdue_days(now).is_not_null(),
        is_open=facts.is_open(now).expr(),
    ).collect()
    assert seen.filter(pl.col("then") & pl.col("is_open") & ~pl.col("now")).is_empty()
