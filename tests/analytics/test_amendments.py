"""Amendments change what a frame tells of past days and of cohorts, and nothing else."""

from datetime import date

import polars as pl
from polars.testing import assert_frame_equal

from analytics import aggregation, facts, measures, schema
from analytics.declarations import MEASURES
from analytics.facts import Window
from tests.analytics.cells import BLANK, november

PAST = pl.Schema(schema.CELL | schema.AMENDMENT)

NEWEST = {"due_on": november(20), "is_postponed": True, "department": "Б", "appeals": 2}
BEFORE = {"due_on": november(5), "department": "А", "appeals": 2}
ROWS = [
    NEWEST,
    {"due_on": november(30)},
    NEWEST | {"appeals": -2, "amends": "state", "held_to": november(10)},
    BEFORE | {"amends": "state", "held_to": november(10)},
    NEWEST | {"appeals": -2, "amends": "cohort"},
    NEWEST | {"due_on": november(5), "amends": "cohort", "held_from": november(10)},
    {"due_on": november(30), "appeals": -1, "amends": "unknown", "held_to": november(7)},
]
"""Two cases put off on the 10th, five days after their deadline, and one that came put off on the 7th."""


def told(last: dict[str, object] | None = None) -> pl.LazyFrame:
    nothing = dict.fromkeys(schema.AMENDMENT)
    rows = [*ROWS, *([last] if last else [])]
    return pl.LazyFrame([{**BLANK, **nothing, **row} for row in rows], schema=PAST)


def on(day: int, *names: str, by: tuple[str, ...] = ()) -> list[tuple[object, ...]]:
    window = Window(november(1), november(day), as_of=november(30))
    return measures.aggregate(told(), by, names, window).collect().rows()


def test_a_state_is_that_of_the_versions_in_force() -> None:
    assert on(9, "open", "overdue_open", "postponed", "overdue_share") == [(3, 2, 0, 2 / 3, 3)]
    assert on(10, "open", "overdue_open", "postponed") == [(3, 0, 2)]
    assert on(6, "open", "past_unknown") == [(3, 1)]
    assert on(7, "open", "past_unknown") == [(3, 0)]


def test_groups_in_which_everything_cancels_are_absent() -> None:
    assert on(9, "overdue_open", by=("department",)) == [("А", 2)]
    assert on(9, "open", by=("department",)) == [("А", 2), ("Управление", 1)]


def test_days_side_by_side_are_those_counted_one_by_one() -> None:
    states = [key for key, measure in MEASURES.items() if measure.clock is None and measure.additive]
    window = Window(november(1), november(28), as_of=november(30))
    together = measures.aggregate(told(), ["day"], states, window).collect()
    alone = [measures.aggregate(told(), [], states, Window(None, day, as_of=day)).collect() for day in together["day"]]
    assert together["day"].to_list() == [november(number) for number in range(2, 29)]
    assert_frame_equal(together.drop("day"), pl.concat(alone))


def test_a_case_is_counted_once_in_the_cohort_that_it_missed() -> None:
    found = on(30, "due", "missed", "on_time", "moved_late", by=("day",))
    assert found == [(november(5), 2, 2, 0, 2), (november(30), 1, 1, 0, 0)]  # the last is due on the day itself
    early = Window(november(1), november(30), as_of=november(9))
    assert measures.aggregate(told(), [], ["missed", "moved_late"], early).collect().rows() == [(2, 0)]


def test_what_came_and_what_ended_is_that_of_the_newest_versions() -> None:
    answered = {"status": "answered", "answered_on": november(8), "amends": "state", "held_to": november(9)}
    window = Window(november(1), november(30), as_of=november(30))
    keys = ["appeals", "considered", "median_answer_days"]
    assert measures.aggregate(told(answered), [], keys, window).collect().rows() == [(3, 0, None, 0)]
    plain = facts.newest(told())
    assert plain.collect_schema() == schema.CELL
    assert plain.select(facts.APPEALS.sum()).collect().item() == 3


def test_a_frame_without_a_past_knows_of_none() -> None:
    window = Window(november(1), november(30), as_of=november(30))
    found = measures.aggregate(facts.newest(told()), ["department"], ["past_unknown", "moved_late"], window).collect()
    assert found.is_empty()
    whole = measures.aggregate(facts.newest(told()), [], ["past_unknown", "moved_late"], window).collect()
    assert whole.rows() == [(0, 0)]
    assert facts.in_force(facts.newest(told()), date(2026, 11, 1)).collect().height == 2


def test_gathered_sums_of_a_past_can_be_rolled_up() -> None:
    window = Window(november(1), november(9), as_of=november(30))
    counts = aggregation.counts_in([MEASURES[key].part for key in ("open", "overdue_open")])
    fine = aggregation.gather(told(), ["department", "topic"], counts, window)
    assert aggregation.roll_up(fine.select("open", "overdue_open"), []).collect().rows() == [(3, 2)]
