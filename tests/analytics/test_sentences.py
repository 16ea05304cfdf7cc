"""The three facts: what left its corridor, what came back, what runs out; and silence where chance explains it."""

from datetime import date, timedelta

import numpy as np
import pytest

from analytics import breach
from analytics.coverage import FULL_TERM
from analytics.periods import Period
from analytics.sentences import PAST, Extra, Facts, Moved, facts
from analytics.work_calendar import work_calendar
from tests.analytics.cells import cells

FIRST = date(2026, 1, 5)
WEEKS = [FIRST + timedelta(weeks=number) for number in range(PAST + 1)]
LAST = Period(WEEKS[-1], WEEKS[-1] + timedelta(days=6))
CALENDAR = work_calendar("RU")
QUIET = [40, 44, 37, 41, 39, 43, 38, 40, 42, 36, 41, 40, 39, 42, 38, 41, 40]
"""Seventeen weeks of pure chance, the last one in question."""

Rows = list[dict[str, object]]


def rows(counts: list[int], **values: object) -> Rows:
    came = zip(WEEKS, counts, strict=True)
    closed = {"status": "withdrawn", "answered_on": None}
    return [{"received_on": day, "appeals": count, **closed, **values} for day, count in came if count]


def found(*parts: Rows, first: date = FIRST, min_n: int = 1) -> Facts:
    frame = cells([row for part in parts for row in part])
    return facts(frame, LAST, LAST.end, first, breach.foretell(frame, LAST.end, CALENDAR), min_n=min_n)


def names(moved: tuple[Moved, ...]) -> list[tuple[str, str | None, int, bool]]:
    return [(each.dimension, each.key, each.periods, each.is_up) for each in moved]


def test_weeks_of_chance_alone_say_nothing() -> None:
    told = found(rows(QUIET, topic_block="roads"), rows(QUIET[::-1], topic_block="heat", topic="Тепло"))
    assert (told.left, told.returned, told.due) == ((), (), None)
    assert told.looked_at == 4


def test_what_left_is_told_with_its_evidence() -> None:
    heat = rows([*QUIET[:15], 80, 20], topic_block="heat", topic="Тепло", territory="Центр")
    burst = rows([0] * 16 + [90], topic_block="heat", topic="Тепло", territory="Западный")
    told = found(rows(QUIET, topic_block="roads"), heat, burst)
    assert names(told.left) == [("topic_block", "heat", 2, True)]
    assert told.left[0].value == 110
    assert told.left[0].topic == Extra("Тепло", 110, told.left[0].corridor.centre)
    assert told.left[0].territory == Extra("Западный", 90, 0.0)
    assert (told.left[0].block, told.left[0].measure) == ("heat", "appeals")
    assert told.returned == ()


def test_an_excess_that_no_part_makes_up_names_none() -> None:
    parts = [rows([*QUIET[:16], 65], topic_block="heat", topic=name, territory=name) for name in ("a", "b", "c", "d")]
    told = found(*parts)
    assert (told.left[0].topic, told.left[0].territory) == (None, None)


def test_what_came_back_is_told_with_the_time_it_was_away() -> None:
    told = found(rows([*QUIET[:13], 90, 95, 88, 41], topic_block="roads"), rows(QUIET, topic_block="heat"))
    assert names(told.returned)[0] == ("topic_block", "roads", 3, True)
    assert told.left == ()
    assert told.returned[0].corridor.holds(41)
    assert not told.returned[0].corridor.holds(88)


def test_what_fell_is_told_after_what_rose() -> None:
    told = found(rows([*QUIET[:16], 5], topic_block="roads"), rows([*QUIET[:16], 75], topic_block="heat", topic=None))
    assert names(told.left)[:2] == [("topic_block", "heat", 1, True), ("topic_block", "roads", 1, False)]


def test_a_topic_is_told_where_its_block_is_not() -> None:
    block = [rows([200 + count for count in QUIET], topic_block="roads", topic="Ямы")]
    told = found(*block, rows([10] * 16 + [30], topic_block="roads", topic="Снег"))
    assert names(told.left) == [("topic", "Снег", 1, True)]
    assert (told.left[0].block, told.left[0].topic) == ("roads", None)


def test_departments_are_watched_for_the_deadlines_they_miss() -> None:
    missed = [
        {"received_on": FIRST, "due_on": day, "answered_on": day + timedelta(days=1), "status": "answered",
         "is_late": True, "department": "УГХ", "appeals": count}
        for day, count in zip(WEEKS, [3] * 16 + [25], strict=True)
    ]  # fmt: skip
    told = found(rows(QUIET), missed, first=FIRST - FULL_TERM)
    assert [(each.dimension, each.key, each.measure, each.value) for each in told.left] == [
        ("department", "УГХ", "missed", 25)
    ]


def test_deadlines_are_not_watched_before_a_full_term_has_passed() -> None:
    """In the first month of the data only short deadlines can have come."""
    missed = [
        {"received_on": FIRST, "due_on": day, "answered_on": day + timedelta(days=1), "status": "answered",
         "is_late": True, "department": "УГХ", "appeals": count}
        for day, count in zip(WEEKS, [0] * 4 + [3] * 12 + [25], strict=True)
        if count
    ]  # fmt: skip
    assert found(rows(QUIET), missed).left == ()
    assert len(found(rows(QUIET), missed, first=FIRST - FULL_TERM).left) == 1


def test_a_burst_that_chance_makes_somewhere_among_many_is_not_told() -> None:
    """One limit of three deviations is left by some unit of a hundred every fourth week."""
    edge = rows([40] * 16 + [65], topic_block="roads", topic=None)
    alone = found(edge)
    assert names(alone.left) == [("topic_block", "roads", 1, True)]
    many = [rows([400] * 17, topic_block=f"b{number}", topic=f"t{number}") for number in range(100)]
    assert found(edge, *many).left == ()


def test_little_history_or_few_cases_are_no_ground_for_a_sentence() -> None:
    burst = rows([*QUIET[:16], 400])
    assert found(burst, first=WEEKS[8]).looked_at == 0
    assert found(rows([1] * 16 + [9]), min_n=10).looked_at == 0
    assert found([]) == Facts((), (), None, 0)


def test_chance_alone_makes_a_sentence_in_one_look_of_twenty_at_most() -> None:
    draws = np.random.default_rng(7).poisson(30, (60, 6, PAST + 1))
    blocks = [f"b{number}" for number in range(6)]
    looks = [
        found(*(rows(run.tolist(), topic_block=block, topic=None) for block, run in zip(blocks, look, strict=True)))
        for look in draws
    ]
    assert sum(bool(each.left) for each in looks) <= 60 * 0.05 + 3


def test_what_runs_out_next_is_told_with_the_probable_number() -> None:
    day = LAST.end + timedelta(days=2)
    past = [
        {"received_on": due - timedelta(days=10), "due_on": due, "answered_on": due + timedelta(days=late),
         "appeals": 20, "status": "answered", "is_late": late > 0, "department": "УГХ"}
        for due in WEEKS[4:16] for late in (-1, 2)
    ]  # fmt: skip
    waiting = [
        {"received_on": day - timedelta(days=10), "due_on": day, "appeals": 8, "department": "УГХ"},
        {"received_on": day - timedelta(days=10), "due_on": day + timedelta(days=90), "appeals": 5},
    ]
    told = found(past, waiting).due
    assert told is not None
    assert (told.first, told.last, told.open, told.ahead, told.department) == (day, day, 8, 3, "УГХ")
    assert (told.lower, told.expected, told.upper) == (4, pytest.approx(4), 4)  # every week half of them, as foretold
    assert told.at_department == pytest.approx(told.expected)


def test_order_and_weights_change_nothing() -> None:
    listed = [*rows([*QUIET[:16], 90], topic_block="heat"), *rows([*QUIET[:15], 90, 40], topic_block="roads")]
    single = [{**row, "appeals": 1} for row in reversed(listed) for _ in range(int(str(row["appeals"])))]
    assert found(single) == found(listed)
