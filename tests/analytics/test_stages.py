"""Time in stages: every rule by hand, what stands is censored, and what is unknown counts nowhere."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import schema, stages
from analytics.schema import Stage
from tests.analytics.cells import BLANK, november

EXTRA = {
    "coordination_on": pl.Date(),
    "execution_on": pl.Date(),
    "approval_on": pl.Date(),
    "stage_basis": pl.String(),
    "stage": pl.String(),
    "source_system": pl.String(),
}
AS_OF = november(30)


def stage_cells(rows: Sequence[Mapping[str, object]]) -> pl.LazyFrame:
    blank = {**BLANK, **dict.fromkeys(EXTRA), "stage_basis": "source", "source_system": "pos"}
    return pl.LazyFrame([{**blank, **row} for row in rows], schema={**schema.CELL, **EXTRA})


def passed(first: int, *days: int | None, **rest: object) -> dict[str, object]:
    """Name a finished case by the days of November: receipt, three beginnings, the end."""
    names = ("coordination_on", "execution_on", "approval_on", "answered_on")
    moments = {name: None if day is None else november(day) for name, day in zip(names, days, strict=True)}
    return {"received_on": november(first), "status": "answered", **moments, **rest}


def lengths(row: Mapping[str, object]) -> list[int | None]:
    days = [stages.days_in(stage).expr().alias(stage) for stage in Stage]
    return list(stage_cells([row]).select(*days).collect().row(0))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (passed(1, 2, 4, 10, 13), [1, 2, 6, 3]),
        (passed(1, 1, 1, 1, 1), [0, 0, 0, 0]),
        (passed(1, None, 4, 10, 13), [None, None, 6, 3]),  # nothing is known of the time before execution
        (
            passed(1, 2, None, 10, 13),
            [1, 8, None, 3],
        ),  # the source tells no execution: coordination goes on to approval
        (passed(1, 2, 4, None, 13), [1, 2, 9, None]),
        (passed(1, None, None, None, 13), [None] * 4),
        (passed(1, 2, None, 10, 13, stage_basis="seen"), [1, None, None, 3]),  # what passed unseen is not guessed
        (passed(1, 2, 4, None, 13, stage_basis="seen"), [1, 2, None, None]),
        (passed(1, 2, 4, 10, 13, status="in_work"), [1, 2, 6, None]),  # the end of work counts for finished cases only
        (passed(1, 5, 4, 10, 13), [4, -1, 6, 3]),  # out of order: negative lengths are in no measure
    ],
)
def test_a_stage_lasts_until_the_next_known_one(row: Mapping[str, object], expected: list[int | None]):
    assert lengths(row) == expected


def found(rows: Sequence[Mapping[str, object]], as_of: date = AS_OF) -> dict[str, tuple[object, ...]]:
    table = stages.times(stages.curves(stage_cells(rows), [], as_of), [])
    return {row["stage"]: (row["cases"], row["median"], row["ninth"]) for row in table.iter_rows(named=True)}


def test_medians_count_what_still_stands():
    rows = [
        passed(1, 2, 4, 10, 13),
        passed(1, 2, 6, 12, 13, appeals=2),
        {**passed(1, 3, 10, None, None), "status": "in_work", "stage": "execution", "appeals": 3},
    ]
    assert found(rows) == {
        "moderation": (6, 1, 2),
        "coordination": (6, 4, 7),
        "execution": (6, 6, None),  # half left after six days; three stand there for twenty
        "approval": (3, 1, 3),
    }


def test_an_earlier_day_does_not_know_what_came_later():
    rows = [passed(1, 2, 4, 10, 13)]
    assert found(rows, november(5)) == {
        "moderation": (1, 1, 1),
        "coordination": (1, 2, 2),
        "execution": (1, None, None),
    }


def test_moderation_goes_on_where_the_case_stands_in_it_and_the_system_tells_stages():
    stands = {"received_on": november(10), "stage": "moderation", "stage_basis": None}
    rows = [passed(1, 2, 4, 10, 13), stands, {**stands, "source_system": "incident", "appeals": 9}]
    assert found(rows)["moderation"] == (2, 1, None)


def test_an_unknown_end_and_an_end_before_the_beginning_are_left_out():
    rows = [
        passed(1, 2, 4, None, 13, stage_basis="seen"),
        passed(1, 2, 4, 10, None),
        passed(1, 5, 4, 10, 13),
    ]
    assert {stage: cases for stage, (cases, _, _) in found(rows).items()} == {
        "moderation": 3,
        "coordination": 2,
        "execution": 2,
        "approval": 1,
    }


def test_coverage_says_of_how_many_stages_are_known_and_how():
    rows = [
        passed(1, 2, 4, 10, 13, appeals=5),
        passed(1, 2, 4, 10, 13, appeals=2, stage_basis="seen"),
        {"stage_basis": None, "appeals": 3},
        {"received_on": date(2026, 10, 1), "appeals": 7},
    ]
    assert stages.coverage(stage_cells(rows), november(1), november(30)) == {"received": 10, "source": 5, "seen": 2}
    nothing = stages.coverage(stage_cells([]), november(1), november(30))
    assert nothing == {"received": 0, "source": 0, "seen": 0}


@given(st.lists(st.integers(0, 9), min_size=4, max_size=4), st.integers(1, 5))
def test_told_stages_add_up_to_the_whole_way_and_weights_are_rows(steps: list[int], weight: int):
    days = [date(2026, 11, 1) + timedelta(sum(steps[:number])) for number in range(5)]
    names = ("received_on", "coordination_on", "execution_on", "approval_on", "answered_on")
    row = {"status": "answered", **dict(zip(names, days, strict=True))}
    assert lengths(row) == steps
    late = date(2027, 1, 1)
    assert found([{**row, "appeals": weight}], late) == found([row] * weight, late)
