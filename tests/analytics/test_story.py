import pickle
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.control import State
from analytics.heat_map import OTHERS
from analytics.periods import Period, previous
from analytics.story import split, story
from tests.analytics.cells import cells, november

WEEK = Period(november(16), november(22))
AS_OF = november(22)
FIRST = november(2) - timedelta(weeks=20)


def week(back: int, topic: str, appeals: int, **more: object) -> dict[str, object]:
    return {"received_on": WEEK.start - timedelta(weeks=back), "topic": topic, "appeals": appeals, **more}


HEAT = [
    *(week(back, "Отопление", 40 + back % 3) for back in range(2, 14)),
    week(1, "Отопление", 50),
    week(1, "Свет", 10),
    week(1, "Газ", 1),
    week(0, "Отопление", 69, status="answered", answered_on=november(18), territory="Западный"),
    week(0, "Свет", 14),
    week(0, "Газ", 3),
]


def test_the_change_is_split_to_the_last_unit() -> None:
    told = story(cells(HEAT), "appeals", WEEK, previous(WEEK), AS_OF, FIRST)
    assert (told.value, told.n, told.before, told.change) == (86, 86, 61, 25)
    assert told.parts["topic"].rows() == [("Отопление", 69, 50, 19), ("Свет", 14, 10, 4), ("Газ", 3, 1, 2)]
    assert told.parts["department"].rows() == [("Управление", 86, 61, 25)]
    assert told.statuses.rows() == [("answered", 69, 0, 69), ("in_work", 17, 61, -44)]
    assert told.places.rows() == [("Западный", 69, 0, 69), ("Центр", 17, 61, -44)]


def test_the_story_names_the_expected_range_and_what_it_rests_on() -> None:
    told = story(cells(HEAT), "appeals", WEEK, previous(WEEK), AS_OF, FIRST)
    assert told.trend["value"].to_list()[-3:] == [42, 61, 86]
    assert told.trend.height == 13
    assert told.judgement.state is State.ABOVE
    assert told.judgement.rises == 3
    assert told.judgement.corridor is not None
    assert told.judgement.corridor.lower < 42 < told.judgement.corridor.upper < 86


def test_weeks_before_the_data_are_no_history() -> None:
    told = story(cells(HEAT), "appeals", WEEK, previous(WEEK), AS_OF, WEEK.start - timedelta(weeks=3))
    assert told.trend.height == 4
    assert told.judgement.state is State.SHORT_HISTORY


def test_without_a_comparison_nothing_has_changed() -> None:
    told = story(cells(HEAT), "appeals", WEEK, None, AS_OF, FIRST)
    assert (told.before, told.change) == (None, None)
    assert told.parts["topic"].rows() == [
        ("Отопление", 69, None, None),
        ("Свет", 14, None, None),
        ("Газ", 3, None, None),
    ]


@pytest.mark.parametrize(("measure", "driver"), [("on_time_share", "missed"), ("median_answer_days", "answered")])
def test_what_does_not_add_up_is_told_by_the_count_behind_it(measure: str, driver: str) -> None:
    told = story(cells(HEAT), measure, WEEK, previous(WEEK), AS_OF, FIRST)
    assert told.driver.key == driver
    assert told.n == {"on_time_share": 0, "median_answer_days": 69}[measure]


def test_a_story_can_be_kept() -> None:
    kept = pickle.dumps(story(cells(HEAT), "appeals", WEEK, None, AS_OF, FIRST))
    told = pickle.loads(kept)  # noqa: S301 (our own bytes of a moment ago)
    assert told.value == 86


def test_a_long_tail_becomes_the_rest() -> None:
    rows = [week(0, f"Тема {number}", number) for number in range(1, 9)]
    found = split(cells(rows), "topic", "appeals", WEEK.window(AS_OF), None)
    assert found.rows() == [
        *((f"Тема {number}", number, None, None) for number in (8, 7, 6, 5, 4)),
        (OTHERS, 6, None, None),
    ]


many = st.lists(st.builds(week, st.integers(0, 2), st.sampled_from("абвгдежзик"), st.integers(1, 30)), max_size=25)


@given(rows=many, parts=st.integers(1, 6), by_change=st.booleans())
def test_parts_always_sum_to_the_whole(*, rows: list[dict[str, object]], parts: int, by_change: bool) -> None:
    now, then = WEEK.window(AS_OF), previous(WEEK).window(AS_OF)
    found = split(cells(rows), "topic", "appeals", now, then, parts=parts, by_change=by_change)
    received = cells(rows).group_by("received_on").agg(pl.col("appeals").sum()).collect()
    by_day = dict(received.rows())
    assert found["value"].sum() == by_day.get(WEEK.start, 0)
    assert found["before"].sum() == by_day.get(WEEK.start - timedelta(weeks=1), 0)
    assert found["change"].sum() == found["value"].sum() - found["before"].sum()
    assert found.height <= parts + 1


@pytest.mark.parametrize(("swing", "is_chance"), [(1, False), (15, True)])
def test_a_backlog_is_told_to_grow_where_it_does_not_swing_so_by_itself(swing: int, *, is_chance: bool) -> None:
    """Every week some cases are overdue on its last day; they are answered on the next."""
    rows = [
        week(back, "Ямы", 30 + (swing if back % 2 else -swing) + (0 if back else 30), status="answered", is_late=True,
             due_on=WEEK.start - timedelta(weeks=back), answered_on=WEEK.start + timedelta(days=7 - 7 * back))
        for back in range(14)
    ]  # fmt: skip
    now, before, chance = story(cells(rows), "appeals", WEEK, previous(WEEK), AS_OF, FIRST - timedelta(weeks=9)).overdue
    assert (now, before) == (60 - swing, 30 + swing)
    assert (chance > 0.05) is is_chance
