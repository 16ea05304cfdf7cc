"""Topics for a poll: many people, and two more reasons that chance does not explain."""

import pytest

from analytics.polls import PollRules, candidates
from tests.analytics.cells import calm_weeks, cells, november
from tests.analytics.test_problems import BEFORE, FIRST, NOW

PLACES = ("Центр", "Западный", "Южный")
MARKED = {"received_on": november(3), "appeals": 30, "status": "answered", "answered_on": november(12)}
CAME = november(10)
ROWS: list[dict[str, object]] = [
    *calm_weeks(november(2), topic="Ямы"),
    *calm_weeks(november(2), topic="Ямы", is_repeat=True),
    *({**row, "topic": "Ямы", "answered_on": row["received_on"], "status": "answered", "satisfaction": mark}
      for mark in (1, 5) for row in calm_weeks(november(2))),
    *({"topic": "Ямы", "received_on": CAME, "territory": place, "appeals": 20} for place in PLACES),
    {"topic": "Ямы", "received_on": november(3), "appeals": 5},
    {"topic": "Тепло", "received_on": CAME, "territory": "Центр", "appeals": 40},
    {"topic": "Тепло", "received_on": november(3), "appeals": 40},
    {"topic": "Мусор", "received_on": CAME, "appeals": 30, "is_repeat": True},
    {"topic": "Мусор", **MARKED, "satisfaction": 1},
    {"topic": "Парк", **MARKED, "satisfaction": 5},
    {"topic": "Парк", "received_on": CAME, "appeals": 1},
    {"topic": None, "received_on": CAME, "appeals": 500},
]  # fmt: skip


def test_candidates_come_first_with_their_reasons() -> None:
    found = candidates(cells(ROWS), NOW, BEFORE, november(15), FIRST)
    assert found.select("topic", "received", "received_before", "territories", "reasons", "is_candidate").rows() == [
        ("Ямы", 60, 5, 3, ["people", "territories", "rising"], True),
        ("Мусор", 30, 30, 1, ["people", "dissatisfied", "repeats"], True),
        ("Тепло", 40, 40, 1, ["people"], False),
        ("Парк", 1, 30, 0, [], False),
    ]
    waste = found.row(1, named=True)
    assert (waste["repeat_share"], waste["satisfied_share"], waste["satisfied_n"]) == (1.0, 0.0, 30)
    assert found.row(2, named=True)["satisfied_share"] is None


def test_the_rules_are_the_readers() -> None:
    found = candidates(cells(ROWS), NOW, BEFORE, november(15), FIRST, PollRules(people=50, territories=4, others=1))
    assert dict(found.select("topic", "is_candidate").iter_rows()) == dict.fromkeys(("Ямы",), True) | dict.fromkeys(
        ("Мусор", "Тепло", "Парк"), False
    )


def test_without_a_comparison_nothing_rises() -> None:
    found = candidates(cells(ROWS), NOW, None, november(15), FIRST)
    assert found["received_before"].null_count() == found.height
    assert not any("rising" in reasons for reasons in found["reasons"])


@pytest.mark.parametrize("rows", [[], [{"topic": None}], [{"received_on": november(3)}]])
def test_nothing_received_is_no_topic(rows: list[dict[str, object]]) -> None:
    assert candidates(cells(rows), NOW, BEFORE, november(15), FIRST).height == 0


def test_order_and_weights_change_nothing() -> None:
    single = [{**row, "appeals": 1} for row in reversed(ROWS) for _ in range(int(str(row["appeals"])))]
    first, again = (candidates(cells(rows), NOW, BEFORE, november(15), FIRST) for rows in (ROWS, single))
    assert again.equals(first)
