from analytics.control import Kind, State, judge
from analytics.signals import by_key
from analytics.story import story
from tests.analytics.cells import cells
from tests.analytics.test_story import AS_OF, FIRST, HEAT, WEEK


def test_every_key_is_judged_by_its_own_past() -> None:
    keys = ("Отопление", "Газ", "Нет такой")
    found = by_key(cells(HEAT), "topic", keys, "appeals", WEEK, AS_OF, FIRST)
    assert tuple(found) == keys
    assert found["Отопление"].state is State.ABOVE
    assert found["Газ"] == judge([0] * 11 + [1, 3], Kind.COUNT)
    assert found["Нет такой"] == judge([0] * 13, Kind.COUNT)


def test_a_row_says_what_its_story_says() -> None:
    heat = cells([row for row in HEAT if row["topic"] == "Отопление"])
    for measure in ("appeals", "open", "on_time_share", "median_answer_days"):
        found = by_key(cells(HEAT), "topic", ["Отопление"], measure, WEEK, AS_OF, FIRST)
        assert found["Отопление"] == story(heat, measure, WEEK, None, AS_OF, FIRST).judgement


def test_a_share_of_nothing_is_not_judged() -> None:
    found = by_key(cells([]), "topic", [None], "on_time_share", WEEK, AS_OF, FIRST)
    assert found[None].state is State.SMALL_BASE
