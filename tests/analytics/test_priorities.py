"""Priorities of blocks: the order is a stated rule, and every place has its reasons."""

from analytics.priorities import Level, Priority, Reason, priorities
from analytics.problems import problems
from tests.analytics.cells import calm_weeks, cells, november
from tests.analytics.test_problems import BEFORE, FIRST, NOW

ROWS = [
    *(row for block in ("roads", "trade", "sport") for row in calm_weeks(november(2), topic_block=block)),
    *calm_weeks(november(2), topic_block="waste", is_repeat=True),
    {"topic_block": "roads", "received_on": november(3), "appeals": 100, "status": "withdrawn"},
    {"topic_block": "roads", "received_on": november(10), "appeals": 100},
    {"topic_block": "waste", "received_on": november(3), "appeals": 5},
    {"topic_block": "waste", "received_on": november(10), "appeals": 30, "is_repeat": True},
    {"topic_block": "trade", "received_on": november(3), "appeals": 40, "status": "withdrawn"},
    {"topic_block": "trade", "received_on": november(10), "appeals": 8},
    {"topic_block": "sport", "received_on": november(10), "appeals": 12},
    {"topic_block": "gone", "received_on": november(3), "appeals": 1, "status": "withdrawn"},
]


def told() -> dict[str | None, Priority]:
    found = problems(cells(ROWS), ["topic_block"], NOW, BEFORE, november(15), FIRST)
    return {each.key[0]: each for each in priorities(found)}


def test_the_growing_come_before_the_large_and_those_before_the_rest() -> None:
    levels = [(key, each.level) for key, each in told().items()]
    assert levels == [
        ("waste", Level.LARGE_AND_GROWING),
        ("sport", Level.GROWING),
        ("roads", Level.REST),
        ("trade", Level.REST),
    ]


def test_every_place_has_its_reasons() -> None:
    found = told()
    assert found["waste"].reasons == (Reason("grew", "repeat", 30, 0, 50.0),)
    assert [(reason.kind, reason.count) for reason in found["trade"].reasons] == [("fell", "new")]
    assert [(reason.kind, reason.count) for reason in found["roads"].reasons] == [("most", "new")]


def test_without_a_comparison_only_size_speaks() -> None:
    found = priorities(problems(cells(ROWS), ["topic_block"], NOW, None, november(15), FIRST))
    assert [(each.key[0], each.level) for each in found][:2] == [("waste", Level.LARGE), ("roads", Level.REST)]
    assert all(reason.kind == "most" and reason.before is None for each in found for reason in each.reasons)
